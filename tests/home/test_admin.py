"""The admin's lists and menu: what staff see, and at what cost."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from home.models import AnnouncementIndexPage, CalendarDay, Contact, Document, Image, Organization, User
from programs.models import EventIndexPage, ProgramIndexPage, ResourceIndexPage, Theme, VenueIndexPage
from tests import factories
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
