"""Stories and appearances as readers see them, through the rule, and the terms a story is shown under."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext, pgettext
from wagtail.models import Page

from home.reading import versions
from home.visibility import Channel
from programs.models import EventPage, TeamPage
from programs.reading import in_county
from showcase import rules

from .models import AppearancePage, ConsentText, Grant, StoryMedia, StoryPage
from .vocabularies import AssetKind

# Terms end at an instant that no longer belongs to them; people and partners are told the last second that does.
_LAST_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Terms:
    """What may be done with a story: the license everyone has granted in common, by which text, by whom."""

    license: rules.License
    text: ConsentText
    holder: str

    @property
    def uses(self) -> list[str]:
        """The channels everyone agreed to, by name, in the order of the channels."""
        return [str(one.name).lower() for one in Channel if self.license.allows(one)]

    @property
    def last_instant(self) -> datetime:
        """The last second the license is valid in."""
        return self.license.ends_at - _LAST_SECOND

    @property
    def attribution(self) -> str:
        """The line to name the holder by, in the language that is active."""
        return gettext("Words and pictures: %(holder)s") % {"holder": self.holder}


def terms_of(story: StoryPage, team: TeamPage | None, now: datetime) -> Terms | None:
    """The terms of a story's live content; None while somebody's consent is missing.

    ``team`` is its team as the reader may see it. Where that is not public, those named under the story are the holder.
    """
    license_now, text = story.license_at(now), _text_of(story, now)
    if license_now is None or text is None:
        return None
    return Terms(license_now, text, team.title if team else _named(story))


def _named(story: StoryPage) -> str:
    names = dict.fromkeys(row.name for row in story.credits.all())
    return pgettext("between words", ", ").join(names) or gettext("The authors")


def _text_of(story: StoryPage, now: datetime) -> ConsentText | None:
    """The text that people agreed to last; where it changed while they did, the earlier one, which all have read."""
    in_force = Grant.objects.filter(
        party__story=story,
        content_hash=story.content_hash,
        withdrawn_at=None,
        starts_at__lte=now,
        ends_at__gt=now,
    )
    last = {grant.party_id: grant.text for grant in in_force.select_related("text").order_by("pk")}
    return min(last.values(), key=lambda text: (text.effective_from, text.pk), default=None)


@dataclass(frozen=True)
class StoryRow:
    """A story in a list: its first photo, and its team as this reader may see it."""

    story: StoryPage
    team: TeamPage | None
    photo: StoryMedia | None


@dataclass(frozen=True)
class StoryMediaRows:
    """What a story shows, by kind, in the team's order."""

    photos: list[StoryMedia] = field(default_factory=list)
    others: list[StoryMedia] = field(default_factory=list)


def stories(language_of: Page, now: datetime) -> QuerySet[StoryPage]:
    """The stories in a page's language, newest first."""
    found: QuerySet[StoryPage] = StoryPage.objects.visible(Channel.SITE, now).filter(
        locale_id=language_of.locale_id, alias_of__isnull=True
    )
    return found.order_by(F("first_published_at").desc(nulls_last=True), "-pk")


def listed_stories(parent: Page, wanted: Mapping[str, Any], now: datetime) -> QuerySet[StoryPage]:
    """The stories of a list page that a reader asked for, by ``county`` and ``theme``."""
    found = stories(parent, now).filter(path__startswith=parent.path)
    if county := wanted.get("county"):
        found = found.annotate(counties_text=Cast("counties", TextField())).filter(in_county(county))
    if theme := wanted.get("theme"):
        found = found.filter(themes__code=theme)
    return found


def stories_of_team(team: TeamPage, now: datetime) -> QuerySet[StoryPage]:
    """A team's stories, in whatever language the team's page is."""
    return stories(team, now).filter(team__translation_key=team.translation_key)


def stories_of_event(event: EventPage, now: datetime) -> QuerySet[StoryPage]:
    """What teams tell of an event."""
    return stories(event, now).filter(event__translation_key=event.translation_key)


def story_rows(found: Iterable[StoryPage], lang: str, now: datetime) -> list[StoryRow]:
    """Stories with their teams and first photos, in four queries however many they are."""
    listed = list(found)
    teams = TeamPage.objects.in_bulk({story.team_id for story in listed})
    shown = versions(teams.values(), lang, now)
    first: dict[int, StoryMedia] = {}
    for row in _photos(listed):
        first.setdefault(row.page_id, row)
    return [StoryRow(one, shown.get(teams[one.team_id].translation_key), first.get(one.pk)) for one in listed]


def _photos(listed: Iterable[StoryPage]) -> list[StoryMedia]:
    rows = StoryMedia.objects.filter(page__in=[story.pk for story in listed], kind=AssetKind.PHOTO)
    return list(rows.select_related("photo").prefetch_related("photo__renditions").order_by("sort_order", "pk"))


def media_of(story: StoryPage) -> StoryMediaRows:
    """What a story shows. A preview may show what is not stored yet."""
    rows = list(story.media.all())
    photos = [row for row in rows if row.kind == AssetKind.PHOTO and row.photo]
    return StoryMediaRows(photos, [row for row in rows if row not in photos])


def appearances(language_of: Page, now: datetime) -> QuerySet[AppearancePage]:
    """The appearances in a page's language, newest first."""
    found: QuerySet[AppearancePage] = AppearancePage.objects.visible(Channel.SITE, now).filter(
        locale_id=language_of.locale_id, alias_of__isnull=True
    )
    return found.order_by("-on", "-pk")


def appearances_of_team(team: TeamPage, now: datetime) -> QuerySet[AppearancePage]:
    """Where a team appeared."""
    return appearances(team, now).filter(team__translation_key=team.translation_key)


@dataclass(frozen=True)
class AppearanceRow:
    """An appearance in a list, with its team as this reader may see it."""

    appearance: AppearancePage
    team: TeamPage | None


def appearance_rows(found: Iterable[AppearancePage], lang: str, now: datetime) -> list[AppearanceRow]:
    """Appearances with their teams, in two queries however many they are."""
    listed = list(found)
    teams = TeamPage.objects.in_bulk({one.team_id for one in listed if one.team_id})
    shown = versions(teams.values(), lang, now)
    by_pk = {pk: shown.get(team.translation_key) for pk, team in teams.items()}
    return [AppearanceRow(one, by_pk.get(one.team_id)) for one in listed]


def license_texts(lang: str) -> list[ConsentText]:
    """Every license text, current and earlier, newest first: one of each code, in the language where there is one."""
    texts = ConsentText.objects.order_by("-effective_from", "code")
    by_code: dict[str, ConsentText] = {}
    for text in texts:
        if text.code not in by_code or text.lang == lang:
            by_code[text.code] = text
    return list(by_code.values())
