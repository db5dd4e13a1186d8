"""Golden answers: what partners were promised, byte for byte. A difference here is a change of the contract."""

import json
import re
from pathlib import Path

import pytest

from api.models import Entry
from api.serializers import COLLECTIONS
from tests.api import full

pytestmark = pytest.mark.django_db

CONTRACTS = Path(__file__).resolve().parents[1] / "contracts"


def file_of(collection):
    """Without a key a story's detail is its card."""
    serializer = COLLECTIONS[collection]
    return f"{serializer.type_name}-{'card' if serializer.full_needs_key else 'full'}.json"


def golden(answer):
    """An answer as the files have it: without the names and numbers that storage and database give files."""
    text = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    text = re.sub(r"/media/renditions/[^\"]+", "/media/renditions/NAME.jpg", text)
    text = re.sub(r"/stories/media/[-0-9a-f]{36}", "/stories/media/UID", text)
    return re.sub(r"/documents/\d+/[^\"]+", "/documents/1/rules.pdf", text)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("events?theme=culture&include=venue,program", "event-card.json"),
        *((f"{collection}/{uid}", file_of(collection)) for collection, uid in full.IDS.items()),
    ],
)
def test_an_item_reads_as_promised(client, path, name):
    full.items()

    assert golden(client.get(f"/api/v1/{path}").json()) == (CONTRACTS / name).read_text("utf-8")


def test_a_story_reads_as_promised_to_those_who_have_accepted_its_license():
    full.items()

    told = json.loads(bytes(Entry.objects.get(type="story").full))
    assert golden(told) == (CONTRACTS / "story-full.json").read_text("utf-8")
