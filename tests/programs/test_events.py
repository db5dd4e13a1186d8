"""Events as staff edit them: sessions, dates that move, addresses, translations."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from wagtail.models import Locale, PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from home.flows import publish_due
from home.models import AnnouncementIndexPage, StandardPage, User
from home.taiwan import TAIPEI
from programs.models import EventIndexPage, EventPage, VenueIndexPage
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 19, 14, 0, tzinfo=TAIPEI)
APRIL = datetime(2026, 4, 2, 14, 0, tzinfo=TAIPEI)


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


def form(**fields):
    """What the editor's form sends for an event."""
    fields = {
        "title": "三月小聚",
        "slug": "",
        "summary": "",
        "image": "",
        "kind": "monthly",
        "status": "scheduled",
        "starts_at": MARCH,
        "date_precision": "minute",
        "place": "桃園",
        "co_host_waiver": "示範",
        **fields,
    }
    mechanisms = fields.pop("mechanisms", ["networking"])
    for name, value in fields.items():
        if isinstance(value, datetime):
            fields[name] = f"{value.astimezone(TAIPEI):%Y-%m-%d %H:%M}"
    data = nested_form_data(
        {
            **fields,
            "body": streamfield([]),
            "co_hosts": inline_formset([]),
            "organizations": inline_formset([]),
            "costs": inline_formset([]),
            "comments": inline_formset([]),
        }
    )
    return data | {"mechanisms": mechanisms}


def create(staff, parent=None, act="action-publish", **fields):
    parent = parent or factories.index(EventIndexPage)
    answer = staff.post(f"/cms/pages/add/programs/eventpage/{parent.pk}/", form(**fields) | {act: "1"})
    assert answer.status_code == 302, answer.context["form"].errors
    return EventPage.objects.order_by("pk").last()


def edit(staff, page, act="action-publish", **fields):
    fields.setdefault("slug", page.slug)
    return staff.post(f"/cms/pages/{page.pk}/edit/", form(**fields) | {act: "1"})


def history(page):
    return [(row.starts_at, row.status) for row in page.schedule.all()]


def told(page):
    return Client().get(f"/api/v1/events/{page.translation_key}").json()["data"]


def test_r26_a_published_date_that_moves_makes_the_event_rescheduled_without_a_thought(staff):
    page = create(staff)
    assert history(page) == [(MARCH, "scheduled")]

    assert edit(staff, page, starts_at=APRIL).status_code == 302

    assert history(page) == [(MARCH, "scheduled"), (APRIL, "rescheduled")]
    data = told(page)
    assert (data["status"], data["starts_at"], data["previous_starts_at"], data["sequence"]) == (
        "rescheduled",
        "2026-04-02T14:00:00+08:00",
        "2026-03-19T14:00:00+08:00",
        1,
    )


def test_r26_a_tentative_date_moves_without_being_rescheduled(staff):
    page = create(staff, status="tentative", date_precision="month", place="")
    edit(staff, page, status="scheduled", starts_at=APRIL)
    assert [status for _start, status in history(page)] == ["tentative", "scheduled"]


def test_r26_another_hour_of_the_same_day_is_no_move_while_only_the_day_is_told(staff):
    page = create(staff, date_precision="day")
    edit(staff, page, date_precision="day", starts_at=MARCH + timedelta(hours=2))
    assert [status for _start, status in history(page)] == ["scheduled"]


@pytest.mark.parametrize("status", ["cancelled", "postponed", "tentative"])
def test_r26_what_staff_say_of_a_moved_event_stands(staff, status):
    page = create(staff)
    edit(staff, page, status=status, starts_at=APRIL)
    assert history(page)[-1] == (APRIL, status)


def test_r26_a_draft_tells_nothing_until_it_is_published(staff):
    page = create(staff)
    edit(staff, page, act="save", starts_at=APRIL)
    assert history(page) == [(MARCH, "scheduled")]
    assert told(page)["starts_at"] == "2026-03-19T14:00:00+08:00"


def test_r26_a_scheduled_publication_is_kept_when_it_goes_live_and_not_before(staff, frozen_time):
    page = create(staff, go_live_at=NOW + timedelta(hours=1))
    assert (page.live, history(page)) == (False, [])

    frozen_time.move_to(NOW + timedelta(hours=1, seconds=1))
    publish_due(NOW + timedelta(hours=1, seconds=1))
    assert history(page) == [(MARCH, "scheduled")]


def test_r26_taken_down_and_published_again_is_no_change_of_the_date(staff):
    page = create(staff)
    page.unpublish()
    edit(staff, page)
    assert history(page) == [(MARCH, "scheduled")]


def test_r26_an_older_version_published_again_moves_the_date_back(staff):
    page = create(staff)
    first = page.revisions.order_by("created_at").first()
    edit(staff, page, starts_at=APRIL)
    answer = staff.post(
        f"/cms/pages/{page.pk}/edit/", form(slug=page.slug) | {"action-publish": "1", "revision": first.pk}
    )
    assert answer.status_code == 302
    assert history(page) == [(MARCH, "scheduled"), (APRIL, "rescheduled"), (MARCH, "rescheduled")]


def test_a_copy_begins_a_history_of_its_own(staff):
    page = create(staff)
    copy = page.copy(update_attrs={"slug": "copy"}, keep_live=False)
    assert list(EventPage.objects.get(pk=copy.pk).schedule.all()) == []


def test_a_session_takes_kind_and_programme_from_its_event_and_its_form_does_not_ask(staff):
    program = factories.program(edition_roc=115)
    event = create(staff, kind="quarterly", program=program.pk)
    fields = staff.get(f"/cms/pages/add/programs/eventpage/{event.pk}/").context["form"].fields
    assert ("kind" in fields, "program" in fields, "starts_at" in fields) == (False, False, True)

    session = create(staff, parent=event, title="工作坊", kind="showcase")
    assert (session.kind, session.program) == ("quarterly", program)
    data = told(session)
    assert (data["kind"], data["program"]["id"], data["parent"]["id"]) == (
        "quarterly",
        str(program.translation_key),
        str(event.translation_key),
    )


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ends_at": MARCH - timedelta(hours=1)}, "ends_at"),
        ({"place": ""}, "place"),
        ({"status": "rescheduled", "place": ""}, "place"),
        ({"mechanisms": []}, "mechanisms"),
        ({"starts_at": ""}, "starts_at"),
        ({"registration_opens_at": APRIL, "registration_closes_at": MARCH}, "registration_closes_at"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
        ({"slug": "三月"}, "slug"),
    ],
)
def test_a_mistake_is_told_at_the_field_where_it_was_made(staff, fields, wrong):
    address = f"/cms/pages/add/programs/eventpage/{factories.index(EventIndexPage).pk}/"
    answer = staff.post(address, form(**fields) | {"action-publish": "1"})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [wrong]


def test_an_event_takes_place_where_its_sessions_do(staff):
    event = create(staff, kind="quarterly")
    create(staff, parent=event, title="工作坊")

    assert edit(staff, event, kind="quarterly", place="").status_code == 302
    assert told(event)["place"] == ""


def test_pages_stand_only_where_their_type_belongs():
    events, venues = factories.index(EventIndexPage), factories.index(VenueIndexPage)
    event = factories.event()
    session = factories.event(parent=event)
    allowed = {
        place: EventPage.can_exist_under(page)
        for place, page in {
            "list": events,
            "event": event,
            "session": session,
            "venues": venues,
            "front page": factories.home(),
            "announcements": factories.index(AnnouncementIndexPage),
        }.items()
    }
    assert allowed == {
        "list": True,
        "event": True,
        "session": False,
        "venues": False,
        "front page": False,
        "announcements": False,
    }
    assert StandardPage.can_exist_under(factories.home()) is True


def test_the_choosers_offer_the_right_pages_only(staff):
    page = factories.event()
    fields = staff.get(f"/cms/pages/{page.pk}/edit/").context["form"].fields
    assert [
        [model._meta.object_name for model in fields[name].widget.target_models] for name in ("program", "venue")
    ] == [
        ["ProgramPage"],
        ["VenuePage"],
    ]


def test_a_page_with_a_chinese_title_gets_a_short_address_of_its_own(staff):
    assert [create(staff).slug for _ in range(2)] == ["20260319", "20260319-2"]
    assert create(staff, title="Spring meeting").slug == "spring-meeting"
    assert create(staff, slug="my-own").slug == "my-own"
    announcement = factories.announcement(title="三月公告")
    assert (announcement.slug, factories.venue(title="共學空間").slug) == ("20260302", "venue")
    assert factories.program(edition_roc=116, title="年度計畫").slug == "116"


@pytest.mark.parametrize(("language", "prefix"), [("zh-hant", ""), ("en", "/en")])
def test_readers_follow_a_page_that_was_renamed_or_moved(
    staff, client, language, prefix, django_capture_on_commit_callbacks
):
    page = factories.announcement(slug="before", parent=factories.index(AnnouncementIndexPage, language))
    with django_capture_on_commit_callbacks(execute=True):
        page.slug = "after"
        page.save_revision().publish()

    answer = client.get(f"{prefix}/announcements/before/")
    assert (answer.status_code, answer["Location"]) == (301, f"{prefix}/announcements/after/")
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("how", ["unpublished", "private", "expired"])
def test_the_old_address_of_a_hidden_page_never_tells_the_new_one(client, how, django_capture_on_commit_callbacks):
    page = factories.announcement(slug="before")
    with django_capture_on_commit_callbacks(execute=True):
        page.slug = "canary"
        page.save_revision().publish()
    page.refresh_from_db()
    if how == "unpublished":
        page.unpublish()
    elif how == "private":
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    else:
        page.expire_at = NOW
        page.save_revision().publish()

    answer = client.get("/announcements/before/")
    assert answer.status_code in {404, 410}
    assert "Location" not in answer
    assert "canary" not in answer.content.decode()


def test_staff_make_the_english_version_of_a_page_as_a_draft(client):
    page = factories.event(title="三月小聚", slug="march")
    client.force_login(factories.person("編輯"))
    english = Locale.objects.get(language_code="en")

    answer = client.post(f"/cms/translation/submit/page/{page.pk}/", {"locales": [english.pk]})

    assert answer.status_code == 302
    twin = EventPage.objects.get(locale=english)
    assert (twin.translation_key, twin.live, twin.get_parent().specific) == (
        page.translation_key,
        False,
        factories.index(EventIndexPage, "en"),
    )
