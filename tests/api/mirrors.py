"""What a partner keeps, by the client in the docs, and what the hub shows it: the two that have to be equal."""

import importlib.util
from typing import Any

import requests

from api.outbox import TYPES
from api.serializers.documents import plural
from tests.conftest import ROOT

CLIENTS = ROOT / "docs" / "clients"
# For one answer, in seconds.
PATIENCE = 30

_spec = importlib.util.spec_from_file_location("mirror", CLIENTS / "mirror.py")
client: Any = importlib.util.module_from_spec(_spec)  # type: ignore[arg-type]  # it is there
_spec.loader.exec_module(client)  # type: ignore[union-attr]  # it is there


def bearer(key: str) -> dict[str, str]:
    """The header a key is sent in."""
    return {"Authorization": f"Bearer {key}"}


def public(api: str, key: str, *types: str) -> dict[str, Any]:
    """Every item the hub shows whoever holds a key, by list and detail; of some types alone where they are named."""
    with requests.Session() as session:
        session.headers.update(bearer(key))
        found = [
            row
            for name in map(plural, types or TYPES)
            for lang in ("zh-Hant", "en")
            for row in _listed(session, f"{api}/{name}?limit=100&lang={lang}")
        ]
        details = [session.get(row["url"], timeout=PATIENCE).json()["data"] for row in found]
    return {"{type}/{id}/{lang}".format(**one): one for one in details}


def _listed(session: requests.Session, address: str) -> list[Any]:
    rows, following = [], address
    while following:
        answer = session.get(following, timeout=PATIENCE)
        answer.raise_for_status()
        rows += answer.json()["data"]
        following = answer.json()["page"]["next"]
    return rows


def standing(copy: dict[str, Any], *types: str) -> dict[str, Any]:
    """What a copy shows: all, or all of some types, but what it only remembers to be gone."""
    items = {name: item for name, item in copy.get("items", {}).items() if "id" in item}
    return {name: item for name, item in items.items() if not types or item["type"] in types}
