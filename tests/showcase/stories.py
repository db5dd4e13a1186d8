"""Stories as teams make them, through the real flows."""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from home.models import Clock, User
from home.visibility import ALL_CHANNELS, Channel
from programs.models import Membership, TeamIndexPage, TeamPage
from showcase.flows import answers, handing_in
from showcase.flows.acts import How
from showcase.flows.media import take_photo
from showcase.models import ConsentText, DraftPerson, Party, StoryDraft, StoryPage, StoryPhoto, StoryRevision
from showcase.vocabularies import AssetKind, PartyRole
from tests import factories

HOW = How("示範", "link", "192.0.2.7", "a browser")
ADULT = date(1995, 5, 5)
MINOR = date(2010, 5, 5)
_number = count(1)


def team(*, live: bool = True, **fields) -> TeamPage:
    fields.setdefault("title", "示範團隊")
    fields.setdefault("county", "TW-TAO")
    fields.setdefault("slug", f"team-{next(_number)}")
    return factories._add(TeamPage(**fields), factories.index(TeamIndexPage), live=live)


def member(of: TeamPage, role: str = "member", **fields) -> User:
    fields.setdefault("last_name", "示範")
    fields.setdefault("first_name", f"甲{next(_number)}")
    user = factories.person(email=f"member{next(_number)}@example.org", **fields)
    Membership.objects.create(team=of, user=user, role=role)
    return user


def draft(*, of: TeamPage | None = None, people=(), **fields) -> StoryDraft:
    """A draft by a member; ``people`` are (name, email, role) beside the author."""
    of = of or team()
    author = fields.pop("author", None) or member(of)
    fields.setdefault("title", "河邊的一天")
    fields.setdefault("text", "我們清了一段河岸。\n\n下次還要去。")
    fields.setdefault("channels", int(ALL_CHANNELS))
    made = StoryDraft.objects.create(team=of, author=author, **fields)
    for name, email, role in people:
        DraftPerson.objects.create(draft=made, name=name, email=email, role=role)
    return made


def coauthor(number: int) -> tuple[str, str, str]:
    return f"共同作者{number}", f"coauthor{number}@example.org", PartyRole.COAUTHOR


@dataclass
class Story:
    """A story that was handed in, and its parties by the order they were asked in."""

    draft: StoryDraft
    revision: StoryRevision
    parties: list[Party] = field(default_factory=list)

    @property
    def page(self) -> StoryPage:
        return StoryPage.objects.get(pk=self.revision.story_id)

    @property
    def author(self) -> Party:
        return next(one for one in self.parties if one.role == PartyRole.AUTHOR)


def handed_in(*, made: StoryDraft | None = None, **fields) -> Story:
    made = made or draft(**fields)
    revision = handing_in.hand_in(made, made.author, Clock.now())
    made.refresh_from_db()
    return Story(made, revision, list(revision.parties.order_by("pk")))


def agree(party: Party, channels: Channel = ALL_CHANNELS, *, born_on: date | None = ADULT, adaptation: bool = False):
    """A party agrees to what it is asked now."""
    now = Clock.now()
    party = Party.objects.get(pk=party.pk)
    if born_on and party.role in answers.ASKED_FOR_AGE:
        answers.check_age(party, born_on, now)
    revision = answers.asked_of(party)
    return answers.grant(
        party,
        content_hash=revision.content_hash,
        text_sha256=ConsentText.current(now).sha256,
        channels=channels,
        adaptation=adaptation,
        now=now,
        how=HOW,
    )


def withdraw(party: Party) -> bool:
    return answers.withdraw(Party.objects.get(pk=party.pk), Clock.now(), HOW)


def published(channels: Channel = ALL_CHANNELS, **fields) -> Story:
    """A story everyone agreed to and whose revision is live."""
    story = handed_in(**fields)
    for party in story.parties:
        agree(party, channels)
    story.revision.refresh_from_db()
    story.revision.revision.publish()
    return story


def photo(by: User, color: str = "teal", size: tuple[int, int] = (1200, 800)) -> StoryPhoto:
    """A photo handed in through the real flow; the same colour and size are the same bytes."""
    file = BytesIO()
    Image.new("RGB", size, color).save(file, "JPEG")
    return take_photo(SimpleUploadedFile("photo.jpg", file.getvalue(), "image/jpeg"), by)


def with_photo(*, color: str = "teal", channels: Channel = ALL_CHANNELS, **fields) -> Story:
    """A story with one photo that everyone agreed to and that is live."""
    made = draft(**fields)
    made.assets.create(
        kind=AssetKind.PHOTO,
        photo=photo(made.author, color),
        alt="河岸上的垃圾袋",
        credit="示範甲",
        rights="own",
        people="nobody",
    )
    return published(channels, made=made)
