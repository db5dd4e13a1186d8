"""The admin's lists and menu: what staff see, and at what cost."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data, streamfield

from home.models import AnnouncementIndexPage, CalendarDay, Contact, Document, Image, Organization, User
from programs.models import EventIndexPage, ProgramIndexPage, ResourceIndexPage, Theme, VenueIndexPage
from tests import factories
from tests.api.editor import served
from tests.conftest import NOW
from tests.home.test_images import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


def chinese():
    return Locale.objects.get(language_code="zh-hant")


def contact(number):
    Contact.objects.create(unit=f"窗口 {number}", services=["events"], phone="03-4225205", locale=chinese())


def organization(number):
    Organization.objects.create(name=f"單位 {number}", locale=chinese())


def theme(number):
    Theme.objects.create(code=f"theme-{number}", name=f"主題 {number}")


def calendar_day(number):
    CalendarDay.objects.create(date=f"2030-01-0{number}", day_type="holiday", name="停班")


def image(number):
    Image.objects.create(title=f"圖 {number}", file=ContentFile(written(), "a.jpg"))


def document(number):
    Document.objects.create(title=f"檔 {number}", file=ContentFile(b"a", "a.txt"))


def announcement(number):
    factories.announcement(title=f"公告 {number}")


def event(number):
    factories.event(title=f"活動 {number}")


LISTS = {
    "contacts": ("/cms/snippets/home/contact/", contact),
    "organizations": ("/cms/snippets/home/organization/", organization),
    "themes": ("/cms/snippets/programs/theme/", theme),
    "calendar": ("/cms/snippets/home/calendarday/?date__year=2030", calendar_day),
    "images": ("/cms/images/", image),
    "documents": ("/cms/documents/", document),
    "announcements": ("/cms/lists/home.announcementindexpage/", announcement),
    "events": ("/cms/lists/programs.eventindexpage/", event),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_three_costs_as_many_queries_as_a_list_of_one(staff, name):
    address, make = LISTS[name]
    make(1)
    staff.get(address, follow=True)  # thumbnails and content types are made and read once
    with CaptureQueriesContext(connection) as one:
        assert staff.get(address, follow=True).status_code == 200
    make(2)
    make(3)
    staff.get(address, follow=True)
    with CaptureQueriesContext(connection) as three:
        answer = staff.get(address, follow=True)
    assert len(three) == len(one)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "model", [AnnouncementIndexPage, EventIndexPage, VenueIndexPage, ResourceIndexPage, ProgramIndexPage]
)
def test_the_menu_leads_straight_to_each_list(staff, model):
    address = f"/cms/lists/{model._meta.label_lower}/"
    assert address in staff.get("/cms/").content.decode()
    assert staff.get(address)["Location"] == f"/cms/pages/{factories.index(model).pk}/"


@pytest.mark.parametrize("name", ["home.user", "home.homepage", "nothing", "no.thing", "a.b.c"])
def test_other_names_are_no_lists(staff, name):
    assert staff.get(f"/cms/lists/{name}/").status_code == 404


def test_lists_can_be_searched_and_filtered(staff):
    contact(1)
    organization(1)
    assert "窗口 1" in staff.get("/cms/snippets/home/contact/?q=窗口").content.decode()
    assert "窗口 1" not in staff.get("/cms/snippets/home/contact/?q=別的").content.decode()
    assert "單位 1" in staff.get("/cms/snippets/home/organization/?q=單位").content.decode()
    listed = staff.get("/cms/snippets/home/calendarday/?date__year=2022&day_type=weekday").content.decode()
    assert ("補行上班" in listed, "國慶日" in listed) == (True, False)


def cells(client, address):
    """The rows of a list of pages: what stands in each cell, by the heading of its column."""
    table = BeautifulSoup(client.get(address, follow=True).content, "html.parser").find("table", class_="listing")
    heads = [" ".join(head.get_text(" ").split()) for head in table.select("thead th")]
    rows = [[" ".join(cell.get_text(" ").split()) for cell in row.find_all("td")] for row in table.select("tbody tr")]
    return [dict(zip(heads, row, strict=False)) for row in rows]


def test_the_list_of_events_says_when_each_is_and_how_sure_that_is(staff):
    factories.event(title="後", kind="quarterly", status="cancelled", starts_at=NOW + timedelta(days=30))
    factories.event(title="先", starts_at=NOW + timedelta(days=1), date_precision="month")
    rows = cells(staff, "/cms/lists/programs.eventindexpage/")
    by_date = cells(staff, f"/cms/pages/{factories.index(EventIndexPage).pk}/?ordering=starts_at")

    assert [(row["日期"], row["類型"], row["時程狀態"]) for row in by_date] == [
        ("115年3月（日期未定）", "月推", "暫定"),
        ("115年4月1日（三）10:00", "季聚", "取消"),
    ]
    assert {row["日期"] for row in rows} == {row["日期"] for row in by_date}


def test_the_list_of_announcements_says_what_each_is_and_since_when(staff):
    factories.announcement(category="notice")

    (row,) = cells(staff, "/cms/lists/home.announcementindexpage/")
    assert (row["類別"], row["發布時間"], row["狀態"]) == ("公告", "0 分 前", "目前頁面狀態： 已發布")


def test_a_date_nobody_can_read_is_refused_and_stays_as_typed(staff):
    page = factories.event(title="活動")
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = BeautifulSoup(staff.get(url).content, "html.parser").find("form", id="page-edit-form")
    data = dict(served(form).lists()) | nested_form_data({"body": streamfield([])}) | {"starts_at": "下週五"}
    answer = BeautifulSoup(staff.post(url, data).content, "html.parser")
    field = answer.find("input", attrs={"name": "starts_at"})

    assert field["value"] == "下週五"
    message = answer.find(class_="error-message")
    assert message.get_text(strip=True) == "看不懂這個日期與時間。請照這樣填：2026-03-27 14:00"
    # The calendar beside the field would put the present moment in its place.
    scripts = [script.string for script in form.find_all("script", string=re.compile(r"init(Date|Time)\w*Chooser"))]
    assert len(scripts) > 3
    assert [script for script in scripts if "validateOnBlur: false" not in script] == []
