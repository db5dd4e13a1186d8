"""Golden answers: what partners were promised, byte for byte. A difference here is a change of the contract."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from home.models import Organization
from programs.models import Theme
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

CONTRACTS = Path(__file__).resolve().parents[1] / "contracts"
EVENT = UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture
def event():
    """An event with something in every member."""
    program = factories.program(
        edition_roc=111, title="111年計畫", slug="111", translation_key=UUID("22222222-2222-4222-8222-222222222222")
    )
    venue = factories.venue(
        title="共學空間",
        slug="co-learning",
        county="TW-TAO",
        translation_key=UUID("33333333-3333-4333-8333-333333333333"),
    )
    organizer = Organization.objects.create(name="北區青聚點計畫辦公室", url="https://office.example.org/")
    page = factories.event(
        live=False,
        title="地方品牌工作坊",
        slug="branding",
        translation_key=EVENT,
        summary="從一張桌子開始談品牌。",
        body=[("text", "<p>帶著你的產品來。</p>")],
        program=program,
        venue=venue,
        kind="monthly",
        formats=["workshop"],
        competences=["branding"],
        mechanisms=["co_learning"],
        audiences=["newcomer", "active"],
        counties=["TW-TAO"],
        starts_at=NOW.replace(month=5, day=14, hour=14),
        ends_at=NOW.replace(month=5, day=14, hour=17),
        status="scheduled",
        costs_note="免費參加",
        registration_url="https://forms.example.org/branding",
        registration_closes_at=NOW.replace(month=5, day=10, hour=23),
    )
    page.themes = [Theme.objects.get(code="culture")]
    page.organizations.create(role="organizer", organization=organizer)
    page.tags.add("品牌")
    page.save_revision().publish()


@pytest.mark.parametrize(
    ("path", "golden"),
    [("events?include=venue", "event-card.json"), (f"events/{EVENT}?include=program", "event-full.json")],
)
def test_an_event_reads_as_promised(client, event, path, golden):
    answer = client.get(f"/api/v1/{path}")

    assert json.dumps(answer.json(), ensure_ascii=False, indent=2) + "\n" == (CONTRACTS / golden).read_text("utf-8")
