"""The whole play in its order: people, places, the year 111, what teams can apply for, and two fictional years."""

from datetime import date

from django.core.management import call_command
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale
from wagtail.signal_handlers import disable_reference_index_auto_update

from home.calendar_flows import forecast_calendar
from home.languages import LANGUAGE_CODES
from home.models import (
    AnnouncementIndexPage,
    AnnouncementPage,
    BasePage,
    Contact,
    HomePage,
    Organization,
    StandardPage,
)
from home.taiwan import local, roc_year
from programs.models import (
    EventIndexPage,
    EventPage,
    ProgramIndexPage,
    ProgramPage,
    ResourceIndexPage,
    ResourcePage,
    TeamIndexPage,
    VenueIndexPage,
    VenuePage,
)
from showcase.models import AppearanceIndexPage, AppearancePage, StoryIndexPage

from . import partners
from .accounts import cast, quiet
from .acts import Stage
from .reading import read
from .stories import Telling
from .teams import Founding, people

FOUNDING_EDITION = 111


def is_empty() -> bool:
    """Whether nobody has written anything yet: only the pages that come with the database are there."""
    return not ProgramPage.objects.exists() and not AnnouncementPage.objects.exists()


def load() -> None:
    """Play it all; whatever already exists is left as it is."""
    users = cast()
    english = Locale.objects.get(language_code=LANGUAGE_CODES["en"])
    stage = Stage(editor=users["editor"], reviewer=users["reviewer"], english=english)
    now = timezone.now()
    # The worker would foresee the coming years at its start, and tell of every venue a second time.
    forecast_calendar(now)
    # Wagtail would queue a task for every row saved, and many rows are replaced before a worker gets to them.
    others = people(read("teams", local(now).date())["people"])
    with quiet([*users.values(), *others]), disable_reference_index_auto_update():
        play(stage, local(now).date())
    partners.play(now)
    call_command("rebuild_references_index", verbosity=0)


def play(stage: Stage, today: date) -> None:
    """All subjects, each after what it refers to."""
    names = read("people", today)
    for record in names["organizations"]:
        stage.snippet(Organization, "name", record)
    for record in names["contacts"]:
        stage.snippet(Contact, "extension", record)
    stage.play_all(VenuePage, index(VenueIndexPage), read("venues", today)["venues"])
    stage.play_all(ProgramPage, index(ProgramIndexPage), read("program", today)["programs"])
    founding = Founding(stage, timezone.now())
    for record in read("teams", today)["teams"]:
        founding.play(record)
    stage.play_all(EventPage, index(EventIndexPage), read("events", today)["events"])
    stage.play_all(ResourcePage, index(ResourceIndexPage), read("resources", today)["resources"])
    stage.play_all(AnnouncementPage, index(AnnouncementIndexPage), read("announcements", today)["announcements"])
    for roc in (roc_year(today), roc_year(today) + 1):
        if roc != FOUNDING_EDITION:
            edition = read("fictional", today, roc)
            stage.play_all(ProgramPage, index(ProgramIndexPage), edition["programs"])
            stage.play_all(EventPage, index(EventIndexPage), edition["events"])
    stage.play_all(EventPage, index(EventIndexPage), read("soon", today)["events"])
    showcase(stage, today)
    plain_pages(stage, today)


def showcase(stage: Stage, today: date) -> None:
    """What teams tell, and where they were seen and heard."""
    told = read("stories", today)
    born = {address: day for team in read("teams", today)["teams"] for address, day in team["born"].items()}
    Telling(stage, timezone.now(), born).play_all(told["stories"])
    stage.play_all(AppearancePage, index(AppearanceIndexPage), told["appearances"])


def plain_pages(stage: Stage, today: date) -> None:
    """The front pages, the lists' introductions, the plain pages and the notice's short link (R40)."""
    plain = read("plain", today)
    for record in plain["lists"]:
        for lang in ("zh-Hant", "en"):
            page = index(BY_NAME[record["page"]], lang)
            stage.revise(page, record[lang])
    stage.play_all(StandardPage, index(HomePage), plain["pages"])
    for record in plain["redirects"]:
        Redirect.objects.get_or_create(
            old_path=record["from"], defaults={"redirect_page": index(BY_NAME[record["to"]])}
        )


BY_NAME: dict[str, type[BasePage]] = {
    "home": HomePage,
    "announcements": AnnouncementIndexPage,
    "events": EventIndexPage,
    "venues": VenueIndexPage,
    "resources": ResourceIndexPage,
    "stories": StoryIndexPage,
    "appearances": AppearanceIndexPage,
    "teams": TeamIndexPage,
    "programs": ProgramIndexPage,
}


def index(model: type[BasePage], lang: str = "zh-Hant") -> BasePage:
    """The front or list page of a language, which the database came with."""
    page: BasePage = model.objects.get(locale__language_code=LANGUAGE_CODES[lang])
    return page
