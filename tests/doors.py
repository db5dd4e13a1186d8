"""Walks every door: each registered address, filled from real objects, opened as each actor, searched for canaries."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils.regex_helper import normalize

from home.models import User

ITEMS = ("announcements", "events", "venues", "teams", "programs", "resources")
COLLECTIONS = (*ITEMS, "stories", "appearances")
# Public: as far as the channel goes that a door stands for, this website or partner sites.
PUBLIC, API = "public", "api"
OWN, STAFF, MACHINE = "own", "staff", "machine"
# A picture's file: public to whoever knows its name, which nobody can guess.
RENDITION = "rendition"
# A file of a story: public only through the rule, else its team's and staff's.
MEDIA = "media"
# A consent link: the person's it was sent to, about his story.
PARTY = "party"

# Our own addresses, each by name; a new one has no class, and fails the walk, until somebody says whose it is.
OURS = {
    **dict.fromkeys(("healthz", "readyz", "metrics"), MACHINE),
    **dict.fromkeys(("api/root", "api/license", "api/changes", "api/openapi", "api/docs", "api/nowhere"), API),
    **dict.fromkeys(("api/me", "api/acks"), API),
    **dict.fromkeys((f"api/{one}-{what}" for one in COLLECTIONS for what in ("list", "detail")), API),
    **dict.fromkeys((f"api/endpoint{one}" for one in ("s", "", "-rotate", "-test")), API),
    "api/venue-hours": API,
    # What may stand on Facebook: as cards, and only where everyone agreed to that channel.
    **dict.fromkeys(("feeds/facebook-json", "feeds/facebook-rss"), API),
    "share/share-picture": PUBLIC,
    "documents/wagtaildocs_serve": PUBLIC,
    "media/rendition": RENDITION,
    # The desk: its own people's screens, and an invitation for whoever has its link.
    **dict.fromkeys((f"desk/desk{one}" for one in ("", "_teams", "_found", "_team", "_age", "_profile")), OWN),
    **dict.fromkeys((f"desk/desk_{one}" for one in ("invite", "invite_again", "take_back", "remove", "leave")), OWN),
    **dict.fromkeys(("desk/desk_profile_take_back", "desk/desk_hand_over"), OWN),
    "desk/desk_invitation": PUBLIC,
    **dict.fromkeys(
        (f"desk/desk_{one}" for one in ("alone", "renew", "new", "story", "words", "upload", "media")), OWN
    ),
    **dict.fromkeys((f"desk/desk_{one}" for one in ("people", "license", "take_over", "ask_again", "correct")), OWN),
    **dict.fromkeys((f"desk/desk_{one}" for one in ("take_out", "withdraw", "throw_away")), OWN),
    **dict.fromkeys(("stories/story-media", "stories/story-file"), MEDIA),
    **dict.fromkeys((f"consent/consent{one}" for one in ("", "-agree", "-refuse", "-withdraw", "-guardian")), PARTY),
    **dict.fromkeys(("consent/consent-seen", "consent/consent-media", "consent/consent-file"), PARTY),
    "cms/official_calendar": STAFF,
    "cms/open_list": STAFF,
    # A story's pages in the admin.
    **dict.fromkeys((f"cms/story_{one}" for one in ("hold", "release", "comparison", "evidence", "erase")), STAFF),
    **dict.fromkeys((f"cms/story_{one}" for one in ("evidence_file", "party", "guardian", "erase_person")), STAFF),
    **dict.fromkeys(("cms/story_mandates", "cms/story_mandate", "cms/story_mandate_revoked"), STAFF),
    **dict.fromkeys(("cms/story_age", "cms/team_age"), STAFF),
    **dict.fromkeys((f"cms/facebook{one}" for one in ("", "_post", "_choice")), STAFF),
}
# What Wagtail and allauth bring along, by the first expression that matches the whole route.
THEIRS = (
    # Doors into the admin that hand over to the one login, and the words of its scripts.
    (r"cms/(login|jsi18n|sprite)/", PUBLIC),
    (r"cms/password_reset/.*", PUBLIC),
    # Its front page, its pages for errors, and what no address matches.
    (r"cms/((test404|failwhale|\.\*)/)?", STAFF),
    (r"cms/(account|logout|dismissibles|editing\\-sessions|bulk|reports|workflows|tag\\-autocomplete)/.*", STAFF),
    (r"cms/(pages|snippets|translation|block\\-preview|choose\\-\w+(\\-link)?|redirects|settings|api)/.*", STAFF),
    (r"cms/(collections|images|documents|embeds|sites|groups|users|locales)/.*", STAFF),
    # Ours: partners, and what goes out to them.
    (r"cms/(partners|outlets)/.*", STAFF),
    (r"accounts/(login|password/reset)/.*", PUBLIC),
    (r"accounts/(signup|reauthenticate|inactive|confirm\\-email)/", PUBLIC),
    (r"accounts/(logout|email)/", OWN),
    (r"accounts/(password|2fa|3rdparty|social)/.*", OWN),
    (r"(documents|_util)/authenticate_with_password/.*", PUBLIC),
    (r"_util/login/", PUBLIC),
    (r"\(\(\?:\[\\w\\-\]\+/\)\*\)", PUBLIC),  # the pages of the site
)


@dataclass(frozen=True)
class Door:
    """One registered address."""

    route: str
    name: str

    @property
    def kind(self) -> str | None:
        """Whose it is: public, own, staff, machine or a picture's; None when nobody said."""
        folder = self.route.rpartition("/")[0] and f"{self.route.partition('/')[0]}/"
        theirs = next((kind for expression, kind in THEIRS if re.fullmatch(expression, self.route)), None)
        return OURS.get(folder + self.name) or theirs

    @property
    def of_a_story(self) -> bool:
        """Whether it is one of our pages about a story in the admin."""
        return self.route.startswith(("cms/stories/", "cms/mandates/", "cms/facebook/pages/"))

    def addresses(self, contexts: Iterable[dict[str, Any]]) -> set[str]:
        """The door's addresses, with its parameters filled from each context.

        Raises:
            KeyError: for a parameter that no context fills: a new kind of address needs a value to be walked with.
        """
        return {
            "/" + shape % {one: context[one] for one in parameters}
            for shape, parameters in normalize(self.route)[-1:]
            for context in (Filled(self.route, context) for context in contexts)
        }


# What a parameter means on the routes that begin so, where its own name says too little.
MEANINGS = (
    ("documents/", {"_0": "document_id", "_1": "filename"}),
    ("media/", {"name": "rendition"}),
    ("desk/stories/", {"uid": "draft_uid", "pk": "party"}),
    ("desk/teams/", {"uid": "team_uid", "pk": "team_row"}),
    ("desk/invitations/", {"token": "invitation"}),
    ("stories/media/", {"uid": "media_uid"}),
    ("consent/", {"uid": "media_uid", "token": "link"}),
    ("cms/stories/", {"pk": "page_id"}),
    ("cms/mandates/", {"pk": "page_id"}),
    ("cms/pages/", {"pk": "page_id"}),
    ("cms/facebook/", {"pk": "page_id"}),
    ("", {"_0": "path"}),
)
# The public lists a story may stand in, as they are asked for.
LISTS = (
    *("/", "/stories/", "/stories/?q=canary", "/stories/?county=TW-TAO"),
    *(f"/api/v1/{one}" for one in COLLECTIONS),
    *(f"/api/v1/stories?{one}" for one in ("include=team,event,program", "county=TW-TAO", "count=true")),
    *("/api/v1/changes", "/api/v1/changes?include=resource&types=story"),
    *("/feeds/facebook.json", "/feeds/facebook.rss", "/feeds/facebook.json?types=story&limit=100"),
)
# Values for parameters that decide nothing about what is seen.
ANY = {
    "app_label": "programs",
    "model_name": "eventpage",
    "action": "delete",
    "action_name": "approve",
    "content_type_app_name": "programs",
    "content_type_model_name": "eventpage",
    "app_name": "programs",
    **dict.fromkeys(("task_state_id", "task_id", "workflow_state_id", "workflow_pk", "session_id", "pk"), 1),
    **dict.fromkeys(("uploaded_file_id", "redirect_id", "collection_id", "restriction_id"), 1),
    **dict.fromkeys(("a", "b", "party", "mandate", "member", "team_row", "endpoint", "key_row"), 1),
    **dict.fromkeys(("invitation", "link", "token", "key"), "a-b"),
    "filter_spec": "width-100",
    "width": 480,
    "lang": "zh-Hant",
    "post": 1,
    "license_id": "tw-ogdl-1.0",
    "name": "eventpage",
    "uidb64": "MQ",
    "uidb36": "1",
}


class Filled(dict[str, Any]):
    """A context as one route understands it: ``_0``, ``uid``, ``pk`` and ``token`` mean something else on each."""

    def __init__(self, route: str, context: dict[str, Any]) -> None:
        names = next(names for begins, names in MEANINGS if route.startswith(begins))
        super().__init__(context | {name: context[meaning] for name, meaning in names.items() if meaning in context})


def doors(patterns: Iterable[Any] | None = None, route: str = "", namespace: str = "") -> Iterator[Door]:
    """Every registered address below some patterns: all of them by default."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        own = pattern.pattern.regex.pattern.removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        if isinstance(pattern, URLPattern):
            yield Door(route + own.replace(r"\A", ""), f"{namespace}{pattern.name}")
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from doors(pattern.url_patterns, route + own, inner)


def public_addresses(contexts: Iterable[dict[str, Any]]) -> list[str]:
    """Every address of the public's, as site, API and file, that has to do with some things: its doors and lists."""
    common = ANY | dict.fromkeys(("image_id", "document_id", "doc_id", "page_view_restriction_id", "page_id"), 1)
    filled = [common | {"filename": "x", "rendition": "x"} | context for context in contexts]
    found = set(LISTS)
    for door in doors():
        if door.kind in {PUBLIC, API, MEDIA} and not door.route.startswith(("cms/", "accounts/", "_util/")):
            found |= door.addresses(filled)
    return sorted(found)


@dataclass
class Actor:
    """Someone who opens doors: a stranger without a user; ``staff`` may come into the admin."""

    name: str
    user: User | None = None
    staff: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def enter(self) -> None:
        """Log in, again when the door before was a way out: else the walk would go on as a stranger's."""
        if self.user and "_auth_user_id" not in self.client.session:
            self.client.force_login(self.user)

    @property
    def stranger(self) -> bool:
        """Whether nobody knows who it is."""
        return self.user is None


WRONG_KEY = {"Authorization": "Bearer qjd_000000000000000000000000"}


@dataclass(frozen=True)
class Found:
    """A canary behind an address, or a staff page that opened to somebody else."""

    kind: str
    address: str
    canary: Any


def opened(client: Client, address: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """The status of an address, and all that it says: body, headers and where it leads."""
    answer = client.get(address, headers=headers or {})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return answer.status_code, unquote(said).encode() + body


def heard(said: bytes, canaries: Mapping[Any, tuple[str | bytes, ...]]) -> set[Any]:
    """The canaries of which something said holds a word or some bytes."""
    return {
        canary
        for canary, words in canaries.items()
        if any((word if isinstance(word, bytes) else word.encode()) in said for word in words)
    }


def walk(
    some: Iterable[Door],
    contexts: list[dict[str, Any]],
    canaries: Mapping[Any, tuple[str | bytes, ...]],
    actor: Actor,
    queries: Iterable[str] = (),
) -> tuple[int, list[Found], list[str]]:
    """Open every address as one actor.

    Returns how many there were, every canary seen, and what broke. Who is logged in is let into the admin or not
    whatever the address is about, so they open each of its doors once, and only the forms that edit and what we added
    about stories for each thing.
    """
    found: list[Found] = []
    broken: list[str] = []
    addresses = [
        (door.kind or "", address)
        for door in some
        for number, address in enumerate(sorted(door.addresses(contexts)))
        if actor.stranger or door.kind != STAFF or number == 0 or door.name.endswith(":edit") or door.of_a_story
    ]
    addresses += [(API if address.startswith(("/api/", "/feeds/")) else PUBLIC, address) for address in queries]
    for kind, address in addresses:
        actor.enter()
        status, said = opened(actor.client, address, actor.headers)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            broken.append(f"{status} {address}")
        if kind == STAFF and status == HTTPStatus.OK and not actor.staff:
            found.append(Found(kind, address, "a staff page"))
        found += [Found(kind, address, canary) for canary in heard(said, canaries)]
    return len(addresses), found, broken
