"""Walks every door: each registered address, filled from real objects, opened as each actor, searched for canaries."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils.regex_helper import normalize

PUBLIC, OWN, STAFF, MACHINE = "public", "own", "staff", "machine"

# The class of every address, by the first expression that its route matches. An address without one fails the walk.
CLASSES: tuple[tuple[str, str], ...] = (
    (r"(healthz|readyz|metrics)(/|$)", MACHINE),
    # Doors into the admin that hand over to the one login, and the words of its scripts.
    (r"cms/login/$", PUBLIC),
    (r"cms/password_reset/", PUBLIC),
    (r"cms/(jsi18n|sprite)", PUBLIC),
    (r"cms/", STAFF),
    (r"accounts/(login|signup|password/reset|reauthenticate|inactive|confirm)", PUBLIC),
    (r"accounts/", OWN),
    (r"api/", PUBLIC),
    (r"(documents|media/renditions|_util)/", PUBLIC),
    (r"\(\(\?:\[\\w\\-\]\+/\)\*\)$", PUBLIC),  # the pages of the site
)


@dataclass(frozen=True)
class Door:
    """One registered address."""

    route: str
    name: str

    @property
    def kind(self) -> str | None:
        """Whose it is: public, own, staff or machine; None when nobody said."""
        return next((kind for expression, kind in CLASSES if re.match(expression, self.route)), None)

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
