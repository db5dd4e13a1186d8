"""Reports on consent: the right rows, as page, CSV and XLSX, for one story in as many queries as for three."""

from datetime import timedelta
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from home.models import Clock
from showcase.flows import holds
from showcase.flows.handing_in import hand_in
from showcase.models import Grant
from showcase.vocabularies import HoldKind
from tests import factories
from tests.pages import text
from tests.showcase.editorial import approved, staff
from tests.showcase.stories import agree, coauthor, handed_in, withdraw

pytestmark = pytest.mark.django_db
REPORTS = ("consents_missing", "licenses_ending", "story_holds")


def rows(name, editor=None):
    html = (editor or staff("編輯")).client.get(reverse(name)).content
    found = BeautifulSoup(html, "html.parser").select("table.listing tbody tr")
    return [[text(cell) for cell in row.find_all("td")] for row in found]


def csv(name):
    answer = staff("編輯").client.get(reverse(name), {"export": "csv"})
    return b"".join(answer.streaming_content).decode()


def ending(story, days):
    """A live story whose license ends in some days."""
    Grant.objects.filter(party__story=story.page).update(ends_at=Clock.now() + timedelta(days=days))
    return story


def held(story):
    holds.hold(story.page, HoldKind.DISPUTE, "有人主張權利", factories.person("編輯"), Clock.now())
    return story


def in_all_reports(**fields):
    """A story that stands in each of the reports."""
    story = held(ending(approved(people=[coauthor(1)], **fields), 20))
    story.draft.text = "新的一版。"
    story.draft.save()
    hand_in(story.draft, story.draft.author, Clock.now())
    return story


def test_the_consents_that_are_missing():
    waiting = handed_in(title="等人的", people=[coauthor(1)])
    agree(waiting.author)
    taken_off = approved(title="被撤回的", people=[coauthor(2)])
    withdraw(taken_off.parties[1])
    approved(title="都好的")

    assert sorted(row[1:] for row in rows("consents_missing")) == [
        ["示範團隊", "已撤回同意", "1/2", "共同作者2（共同作者，已撤回）"],
        ["示範團隊", "等待同意", "1/2", "共同作者1（共同作者，已詢問）"],
    ]


def test_the_licenses_that_end_within_half_a_year():
    ending(approved(title="很快"), 20)
    ending(approved(title="半年內"), 179)
    ending(approved(title="還早"), 182)
    ending(handed_in(title="沒上線"), 20)

    found = rows("licenses_ending")

    assert [(row[0].split()[0], row[-1]) for row in found] == [("很快", "20"), ("半年內", "179")]


def test_the_holds_those_in_force_first():
    released, kept = held(approved(title="放行的")), held(approved(title="還停著的"))
    [one] = released.page.holds_in_force()
    holds.release(one, "已查明", factories.person("審核"), Clock.now())

    found = rows("story_holds")

    assert [row[0].split()[0] for row in found] == ["還停著的", "放行的"]
    assert found[0][2:4] == ["權利爭議", "有人主張權利"]
    assert kept.page.holds_in_force()


@pytest.mark.parametrize("name", REPORTS)
def test_a_row_leads_to_its_story_and_the_report_stands_in_the_menu(name):
    story, editor = in_all_reports(), staff("編輯")

    html = editor.client.get(reverse(name)).content.decode()

    assert reverse("wagtailadmin_pages:edit", args=[story.page.pk]) in html
    assert reverse(name) in editor.client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_as_csv_and_xlsx(name):
    in_all_reports(title="=HYPERLINK(1)")

    lines = csv(name).splitlines()
    assert lines[0].startswith("\ufeff故事,團隊,")
    assert lines[1].startswith("'=HYPERLINK(1),示範團隊,")

    answer = staff("編輯").client.get(reverse(name), {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [row[0].value for row in sheet.iter_rows()] == ["故事", "'=HYPERLINK(1)"]


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_takes_as_many_queries_for_one_story_as_for_three(name):
    editor = staff("編輯")
    in_all_reports()
    rows(name, editor)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert rows(name, editor)
        return len(caught)

    before = queries()
    for _more in range(2):
        in_all_reports()
    assert len(rows(name, editor)) == 3
    assert queries() == before


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_for_staff_only(client, name):
    client.force_login(factories.person())

    assert client.get(reverse(name)).status_code == 403


def test_rights_on_other_parts_of_the_site_open_no_list_of_people(client):
    in_all_reports()
    client.force_login(factories.person_with_rights_on_announcements())

    for name in REPORTS:
        html = client.get(reverse(name)).content
        assert BeautifulSoup(html, "html.parser").select("table.listing tbody tr") == []
        exported = client.get(reverse(name), {"export": "csv"})
        assert len(b"".join(exported.streaming_content).decode().splitlines()) <= 1
