"""The programme year as readers see it: its events, its twelve months, its venues' hours, through the rule."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from wagtail.models import Page

from home.models.snippets import OrganizationRole, Role
from home.reading import preferring, version, versions
from home.taiwan import local, midnight, roc_year
from home.visibility import Channel, public_pages
from programs.models import EventPage, EventSchedule, ProgramPage, ResourcePage, TeamPage, VenuePage
from programs.models.events import EVENT_DEPTH
from programs.spans import Span
from programs.vocabularies import EventKind, EventStatus

FORTNIGHT = 14


def visible_events(language_of: Page, now: datetime) -> QuerySet[EventPage]:
    """The visible events in a page's language, sessions too, by date."""
    found: QuerySet[EventPage] = EventPage.objects.visible(Channel.SITE, now).filter(
        locale_id=language_of.locale_id, alias_of__isnull=True
    )
    return found.order_by("starts_at", "pk")


def unended(now: datetime) -> Q:
    """Not yet over: before its end, or before the end of its day."""
    return Q(ends_at__gt=now) | Q(ends_at__isnull=True, starts_at__gte=midnight(local(now).date()))


def in_county(code: str) -> Q:
    """Filed under a county. The list of codes is read as text, as SQLite cannot look into JSON lists."""
    return Q(counties_text__contains=f'"{code}"')


def listed_events(parent: Page, wanted: Mapping[str, Any], now: datetime) -> QuerySet[EventPage]:
    """The events of a list page that a reader asked for; a county also finds the events with a session there.

    ``wanted`` holds what the filter understood of: when (upcoming, past), county, kind, month (its first day).
    """
    everything = visible_events(parent, now).annotate(counties_text=Cast("counties", TextField()))
    events = everything.filter(depth=EVENT_DEPTH)
    if county := wanted.get("county"):
        sessions = everything.filter(in_county(county), path__startswith=OuterRef("path"), depth__gt=EVENT_DEPTH)
        events = events.filter(in_county(county) | Exists(sessions))
    if kind := wanted.get("kind"):
        events = events.filter(kind=kind)
    if month := wanted.get("month"):
        after = (month + timedelta(days=32)).replace(day=1)
        ends = Q(ends_at__gt=midnight(month)) | Q(ends_at__isnull=True, starts_at__gte=midnight(month))
        return events.filter(ends, starts_at__lt=midnight(after))
    if wanted.get("when") == "past":
        return events.exclude(unended(now)).order_by("-starts_at", "-pk")
    return events.filter(unended(now))


def coming_events(language_of: Page, now: datetime) -> QuerySet[EventPage]:
    """What is on or still to come; a cancelled event stays, marked as such, for those who had planned to come."""
    return visible_events(language_of, now).filter(unended(now), depth=EVENT_DEPTH)


@dataclass(frozen=True)
class EventRow:
    """An event in a list, with its venue as this reader may see it."""

    event: EventPage
    venue: VenuePage | None
    lang: str

    @property
    def span(self) -> Span:
        """When it takes place."""
        return span_of(self.event)


def span_of(event: EventPage | EventSchedule) -> Span:
    """When an event takes place, or was to."""
    return Span(event.starts_at, event.ends_at, event.date_precision)


def event_rows(events: Iterable[EventPage], lang: str, now: datetime) -> list[EventRow]:
    """Events with their venues, in two queries however many they are."""
    events = list(events)
    venues = VenuePage.objects.in_bulk({event.venue_id for event in events if event.venue_id})
    shown = versions(venues.values(), lang, now)
    by_pk = {pk: shown.get(venue.translation_key) for pk, venue in venues.items()}
    return [EventRow(event, by_pk.get(event.venue_id), lang) for event in events]


@dataclass(frozen=True)
class MonthRows:
    """The events of one month."""

    first: date
    rows: list[EventRow]


def by_month(rows: Iterable[EventRow]) -> list[MonthRows]:
    """Rows in the order given, gathered by the month they begin in."""
    months: list[MonthRows] = []
    for row in rows:
        first = row.span.first.replace(day=1)
        if not months or months[-1].first != first:
            months.append(MonthRows(first, []))
        months[-1].rows.append(row)
    return months


def sessions_of(event: EventPage, now: datetime) -> list[EventPage]:
    """The visible sessions of an event, by date."""
    return list(visible_events(event, now).filter(pk__in=Page.objects.child_of(event).values("pk")))


def told_before(event: EventPage) -> EventSchedule | None:
    """The date told before the present one, for an event that moved."""
    if event.status not in {EventStatus.RESCHEDULED, EventStatus.POSTPONED}:
        return None
    return event.schedule.exclude(starts_at=event.starts_at).order_by("pk").last()


def current_program(lang: str, now: datetime) -> ProgramPage | None:
    """This year's edition; before its page is public the latest before it, else the first to come."""
    visible = ProgramPage.objects.visible(Channel.SITE, now).filter(alias_of__isnull=True)
    editions = sorted(preferring(visible, lang), key=lambda program: program.edition_roc)
    begun = [program for program in editions if program.edition_roc <= roc_year(local(now).date())]
    return (begun[-1] if begun else editions[0]) if editions else None


def organizations_of(item: ProgramPage | EventPage, lang: str, now: datetime) -> list[tuple[str, list[Any]]]:
    """Who stands behind a programme or an event, by role in the editor's order; an event's else its programme's."""
    rows: list[OrganizationRole] = list(item.organizations.select_related("organization"))
    if not rows and isinstance(item, EventPage):
        program = version(item.effective_program, lang, now)
        return organizations_of(program, lang, now) if program else []
    shown = versions([row.organization for row in rows], lang, now)
    roles: dict[str, list[Any]] = {}
    for row in rows:
        if organization := shown.get(row.organization.translation_key):
            roles.setdefault(row.role, []).append(organization)
    return [(str(Role(role).label), members) for role, members in roles.items()]


def hosts_of(event: EventPage, lang: str, now: datetime) -> list[TeamPage]:
    """The teams an event is held together with, as this reader may see them; a session's are its own or its event's."""
    teams = event.effective_hosts
    shown = versions(teams, lang, now)
    return [shown[key] for key in dict.fromkeys(team.translation_key for team in teams) if key in shown]


@dataclass(frozen=True)
class Mark:
    """How many events of a kind a month has or is planned to have."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True)
class Month:
    """One of the twelve."""

    first: date
    marks: list[Mark]
    events: int
    is_now: bool


def year_strip(language_of: Page, year: int, program: ProgramPage | None, now: datetime) -> list[Month]:
    """The twelve months of a western year: what its programme has announced, else what it plans.

    Events beside the programme lead to their month, but are none of its twelve.
    """
    today = local(now).date()
    edition = program if program and program.year == year else None
    told, listed = _announced(language_of, year, edition, now)
    plan = edition.plan.all() if edition else []
    planned = Counter({(row.month, row.kind): row.count for row in plan})
    return [
        Month(
            date(year, month, 1),
            marks(told, planned, month),
            listed[month],
            is_now=(year, month) == (today.year, today.month),
        )
        for month in range(1, 13)
    ]


def _announced(
    language_of: Page, year: int, edition: ProgramPage | None, now: datetime
) -> tuple[Counter[tuple[int, str]], Counter[int]]:
    """How many events of a kind a month counts for its programme, and how many it lists in all."""
    begin, end = midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1))
    events = visible_events(language_of, now).filter(depth=EVENT_DEPTH, starts_at__gte=begin, starts_at__lt=end)
    told, listed = Counter[tuple[int, str]](), Counter[int]()
    for starts_at, kind, status, key in events.values_list("starts_at", "kind", "status", "program__translation_key"):
        month = local(starts_at).month
        listed[month] += 1
        if status != EventStatus.CANCELLED and (edition is None or key == edition.translation_key):
            told[month, kind] += 1
    return told, listed


def marks(told: Mapping[tuple[int, str], int], planned: Mapping[tuple[int, str], int], month: int) -> list[Mark]:
    """A month's kinds with their counts: the plan until more is announced than planned."""
    counts = {kind: max(told[month, kind], planned[month, kind]) for kind in EventKind.values}
    return [Mark(kind, str(EventKind(kind).label), count) for kind, count in counts.items() if count]


@dataclass(frozen=True)
class PlanRow:
    """One kind's months and how many events they hold."""

    label: str
    months: list[tuple[date, int]]
    total: int


def plan_rows(program: ProgramPage) -> list[PlanRow]:
    """A programme's plan by kind, in the notice's order."""
    planned = list(program.plan.all())
    rows = []
    for kind in EventKind:
        months = sorted((date(program.year, row.month, 1), row.count) for row in planned if row.kind == kind)
        if months:
            rows.append(PlanRow(str(kind.label), months, sum(count for _month, count in months)))
    return rows


def programs(parent: Page, now: datetime) -> QuerySet[ProgramPage]:
    """The editions of a list page, newest first."""
    found: QuerySet[ProgramPage] = ProgramPage.objects.visible(Channel.SITE, now).child_of(parent)
    return found.filter(alias_of__isnull=True).order_by("-edition_roc", "-pk")


def program_events(program: ProgramPage, now: datetime) -> QuerySet[EventPage]:
    """The events of an edition, by date."""
    return visible_events(program, now).filter(depth=EVENT_DEPTH, program__translation_key=program.translation_key)


def venues(parent: Page, now: datetime) -> QuerySet[VenuePage]:
    """The venues below a page, in the editor's order."""
    found: QuerySet[VenuePage] = VenuePage.objects.visible(Channel.SITE, now).descendant_of(parent)
    return found.filter(alias_of__isnull=True).order_by("path")


def fortnight(venue: VenuePage, now: datetime) -> list[Any]:
    """A venue's hours today and on the thirteen days after, each with why."""
    today = local(now).date()
    return venue.hours_on([today + timedelta(days=ahead) for ahead in range(FORTNIGHT)])


OPEN, LATER, CLOSED = "open", "later", "closed"


def resources(parent: Page, now: datetime) -> QuerySet[ResourcePage]:
    """The resources of a list page: open ones first, soonest to close; closed ones last. They close by themselves."""
    today = local(now).date()
    stage = Case(
        When(closes_at__lte=now, then=Value(2)),
        When(opens_on__gt=today, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    found: QuerySet[ResourcePage] = ResourcePage.objects.visible(Channel.SITE, now).child_of(parent)
    return (
        found.filter(alias_of__isnull=True)
        .annotate(stage=stage)
        .order_by("stage", F("closes_at").asc(nulls_last=True), "path")
    )


def stage_of(resource: ResourcePage, now: datetime) -> str:
    """Whether one can apply now, later or no more."""
    if resource.closes_at and resource.closes_at <= now:
        return CLOSED
    return LATER if resource.opens_on and resource.opens_on > local(now).date() else OPEN


SECTIONS = {
    "announcementindexpage": "announcements",
    "eventindexpage": "events",
    "venueindexpage": "venues",
    "resourceindexpage": "resources",
    "programindexpage": "programs",
    "storyindexpage": "stories",
    "teamindexpage": "teams",
}


def section_paths(language_of: Page, now: datetime) -> dict[str, str]:
    """Paths of the visible list pages of a page's language, by what they list."""
    found = Page.objects.filter(
        public_pages(now), locale_id=language_of.locale_id, content_type__model__in=SECTIONS, alias_of__isnull=True
    ).select_related("content_type")
    parts = {SECTIONS[page.content_type.model]: page.get_url_parts() for page in found}
    return {name: part[2] for name, part in parts.items() if part}
