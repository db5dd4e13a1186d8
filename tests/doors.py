"""Walks every door: each registered address, filled from real objects, opened as each actor, searched for canaries."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils.regex_helper import normalize

ITEMS = ("announcements", "events", "venues", "stories", "teams", "programs", "resources", "appearances")
PUBLIC, OWN, STAFF, MACHINE = "public", "own", "staff", "machine"
# A picture's file: public to whoever knows its name, which nobody can guess.
RENDITION = "rendition"

# Our own addresses, each by name; a new one has no class, and fails the walk, until somebody says whose it is.
OURS = {
    **dict.fromkeys(("healthz", "readyz", "metrics"), MACHINE),
    **dict.fromkeys(("api/root", "api/license", "api/changes", "api/openapi", "api/docs", "api/nowhere"), PUBLIC),
    **dict.fromkeys((f"api/{one}-list" for one in ITEMS), PUBLIC),
    **dict.fromkeys((f"api/{one}-detail" for one in ITEMS), PUBLIC),
    "api/venue-hours": PUBLIC,
    "documents/wagtaildocs_serve": PUBLIC,
    "media/rendition": RENDITION,
    # The desk: its own people's screens, and an invitation for whoever has its link.
    **dict.fromkeys((f"desk/desk{one}" for one in ("", "_teams", "_found", "_team", "_age", "_profile")), OWN),
    **dict.fromkeys((f"desk/desk_{one}" for one in ("invite", "invite_again", "take_back", "remove", "leave")), OWN),
    **dict.fromkeys(("desk/desk_profile_take_back", "desk/desk_hand_over"), OWN),
    "desk/desk_invitation": PUBLIC,
    # Story media: public only through the rule, else whose story it is; a consent link is the person it was sent to.
    **dict.fromkeys(("stories/story-media", "stories/story-file"), PUBLIC),
    **dict.fromkeys(("consent/consent-media", "consent/consent-file"), PUBLIC),
    "cms/official_calendar": STAFF,
    "cms/open_list": STAFF,
    # A story's pages in the admin.
    **dict.fromkeys((f"cms/story_{one}" for one in ("hold", "release", "comparison", "evidence", "erase")), STAFF),
    **dict.fromkeys((f"cms/story_{one}" for one in ("evidence_file", "party", "guardian")), STAFF),
    **dict.fromkeys(("cms/story_mandates", "cms/story_mandate"), STAFF),
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


class Filled(dict[str, Any]):
    """A context as one route understands it: ``_0``, ``_1`` and ``pk`` mean something else on each."""

    def __init__(self, route: str, context: dict[str, Any]) -> None:
        names = {"_0": "document_id", "_1": "filename"} if route.startswith("documents/") else {"_0": "path"}
        if route.startswith("media/"):
            names["name"] = "rendition"
        own = {name: context[meaning] for name, meaning in names.items()}
        super().__init__(context | own | {"pk": context["page_id"] if "/pages/" in route else context["pk"]})


def doors(patterns: Iterable[Any] | None = None, route: str = "", namespace: str = "") -> Iterator[Door]:
    """Every registered address below some patterns: all of them by default."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        own = pattern.pattern.regex.pattern.removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        if isinstance(pattern, URLPattern):
            yield Door(route + own.replace(r"\A", ""), f"{namespace}{pattern.name}")
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from doors(pattern.url_patterns, route + own, inner)


@dataclass(frozen=True)
class Found:
    """A canary behind an address, or a staff page that opened to somebody else."""

    kind: str
    address: str
    canary: str


def opened(client: Client, address: str, headers: dict[str, str]) -> tuple[int, str]:
    """The status of an address, and all that it says: body, headers and where it leads."""
    answer = client.get(address, headers=headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return answer.status_code, unquote(said) + body.decode("utf-8", "replace")


def walk(
    some: Iterable[Door],
    contexts: list[dict[str, Any]],
    canaries: dict[str, tuple[str, ...]],
    actor: Any,
    queries: Iterable[str] = (),
) -> tuple[int, list[Found], list[str]]:
    """Open every address as one actor, who has ``client``, ``headers``, ``enter()``, ``staff`` and ``stranger``.

    Returns how many there were, every canary seen, and what broke. Who is logged in is let into the admin or not
    whatever the address is about, so they open each of its doors once, and only the forms that edit for each thing.
    """
    found: list[Found] = []
    broken: list[str] = []
    addresses = [
        (door.kind or "", address)
        for door in some
        for number, address in enumerate(sorted(door.addresses(contexts)))
        if actor.stranger or door.kind != STAFF or number == 0 or door.name.endswith(":edit")
    ]
    addresses += [(PUBLIC, address) for address in queries]
    for kind, address in addresses:
        actor.enter()
        status, said = opened(actor.client, address, actor.headers)
        if status >= 500:
            broken.append(f"{status} {address}")
        if kind == STAFF and status == 200 and not actor.staff:
            found.append(Found(kind, address, "a staff page"))
        found += [
            Found(kind, address, canary) for canary, words in canaries.items() if any(word in said for word in words)
        ]
    return len(addresses), found, broken
