"""Golden answers: what partners were promised, byte for byte. A difference here is a change of the contract."""

import json
import re
from pathlib import Path

import pytest

from tests.api import full

pytestmark = pytest.mark.django_db

CONTRACTS = Path(__file__).resolve().parents[1] / "contracts"


def golden(answer):
    """An answer as the files have it: without the names and numbers that storage and database give files."""
    text = json.dumps(answer.json(), ensure_ascii=False, indent=2) + "\n"
    text = re.sub(r"/media/renditions/[^\"]+", "/media/renditions/NAME.jpg", text)
    return re.sub(r"/documents/\d+/[^\"]+", "/documents/1/rules.pdf", text)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("events?theme=culture&include=venue,program", "event-card.json"),
        *((f"{name}/{uid}", f"{name.removesuffix('s')}-full.json") for name, uid in full.IDS.items()),
    ],
)
def test_an_item_reads_as_promised(client, path, name):
    full.items()

    assert golden(client.get(f"/api/v1/{path}")) == (CONTRACTS / name).read_text("utf-8")
