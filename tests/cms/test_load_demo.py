"""`manage.py load_demo` plays programme years through the real flows, once."""

import json
import re
import stat
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision

from api import ledger
from api.models import Change, Entry
from cms.jobs import PATIENT, PUNCTUAL
from cms.settings import base
from home.languages import LANGUAGE_CODES
from home.models import Image, Letter, User
from home.taiwan import local
from home.visibility import Channel, Reason
from programs.models import EventPage, ProgramPage, VenuePage
from showcase.models import ConsentEvent, StoryPage, StoryPhoto
from showcase.models.record import first_broken
from tests.conftest import NOW
from tests.demo import played, savepoint

pytestmark = pytest.mark.django_db
OF_THE_API = [f"/api/v1/{path}{query}" for path in ("docs", "licenses/tw-ogdl-1.0") for query in ("", "?lang=en")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, folder):
    # Tasks wait for the worker, as in `make run`.
    with override_settings(TASKS=base.TASKS), played(NOW, folder, django_db_blocker):
        yield


@pytest.fixture
def _django_db_helper(demo):
    """Stands in for pytest-django's: its transaction a test would close the connection the demo lives on."""
    with savepoint():
        yield


@pytest.fixture
def accounts(folder):
    return json.loads((folder / "demo.json").read_text(encoding="utf-8"))["accounts"]


def state():
    return {
        "changes": Change.objects.count(),
        "pages": Page.objects.count(),
        "revisions": Revision.objects.count(),
        "acts": PageLogEntry.objects.count(),
        "pictures": Image.objects.count(),
        "photos": StoryPhoto.objects.count(),
        "consents": ConsentEvent.objects.count(),
        "users": list(User.objects.order_by("pk").values_list("email", "password")),
    }


def test_a_second_run_changes_nothing(folder):
    before, logins = state(), (folder / "demo.json").read_bytes()

    call_command("load_demo", stdout=StringIO())

    assert state() == before
    assert (folder / "demo.json").read_bytes() == logins


def test_if_empty_leaves_a_used_database_alone(folder):
    before = state()

    call_command("load_demo", "--if-empty", stdout=StringIO())

    assert state() == before


def test_it_refuses_where_demo_accounts_are_not_allowed():
    with override_settings(DEMO_ALLOWED=False), pytest.raises(CommandError, match="not for production"):
        call_command("load_demo")


def test_what_was_told_is_what_is_public():
    assert ledger.drift() == 0


def test_the_workers_first_turn_tells_nothing():
    before = Change.objects.count()

    for job in (*PUNCTUAL, *PATIENT):
        job.act(NOW)

    assert Change.objects.count() == before


def test_no_task_it_leaves_to_the_worker_fails():
    left = list(DBTaskResult.objects.all())

    for one in left:
        one.task.func(*one.args_kwargs["args"], **one.args_kwargs["kwargs"])

    assert left


def test_it_leaves_the_references_between_its_pages_indexed():
    venue = VenuePage.objects.get(slug="youth-affairs-2f", locale__language_code="zh-hant")
    found = ReferenceIndex.get_grouped_references_to(venue)
    assert {one.pk for one, _references in found} == set(
        EventPage.objects.filter(venue=venue).values_list("pk", flat=True)
    )


def test_nobody_gets_mail_while_it_plays():
    assert Letter.objects.count() == 0


def test_only_their_owner_reads_the_logins(folder, accounts):
    assert stat.S_IMODE((folder / "demo.json").stat().st_mode) == 0o600
    assert {role: account["email"] for role, account in accounts.items()} == {
        "admin": "admin@example.org",
        "editor": "editor@example.org",
        "reviewer": "reviewer@example.org",
        "team_leader": "team_leader@example.org",
        "team_member": "team_member@example.org",
        "partner_key": "partner@example.org",
    }
    assert len({account["password"] for account in accounts.values()}) == 6


def test_the_partners_key_reads_stories_whole(accounts, client):
    headers = {"Authorization": f"Bearer {accounts['partner_key']['password']}"}

    assert client.get("/api/v1/me", headers=headers).json()["data"]["stories"] == "whole"
    first = client.get("/api/v1/stories").json()["data"][0]["id"]
    assert client.get(f"/api/v1/stories/{first}", headers=headers).json()["data"]["body_text"]


@pytest.mark.parametrize("role", ["admin", "editor", "reviewer"])
def test_each_account_logs_in_and_enters_the_admin(role, accounts, client):
    account = accounts[role]

    answer = client.post("/accounts/login/", {"login": account["email"], "password": account["password"]})

    assert answer.status_code == 302
    assert client.get("/cms/").status_code == 200
    assert not User.objects.get(email=account["email"]).is_superuser


@pytest.mark.parametrize(("role", "says"), [("team_leader", "隊長"), ("team_member", "成員")])
def test_each_account_of_a_team_logs_in_and_comes_to_its_desk(role, says, accounts, client):
    account = accounts[role]

    answer = client.post("/accounts/login/", {"login": account["email"], "password": account["password"]})

    assert answer.url == "/desk/"
    desk = client.get("/desk/teams/").content.decode()
    assert "示範茶鄉隊" in desk
    assert says in desk
    assert client.get("/cms/").status_code == 403


def test_editors_wrote_and_reviewers_published():
    def who(action):
        return {entry.user.email for entry in PageLogEntry.objects.filter(action=action).select_related("user")}

    assert who("wagtail.publish") == {"reviewer@example.org"}
    leads = {"team_leader@example.org", *(f"{name}@example.org" for name in ("jia", "yi", "bing", "ding"))}
    assert who("wagtail.edit") == {"editor@example.org", *leads}
    assert PageLogEntry.objects.filter(action="wagtail.workflow.approve").count() > 50


def is_english(path):
    return path.startswith("/en/") or path.endswith("?lang=en")


@pytest.fixture(scope="module")
def answers(demo):
    """What each published page answers, by its path."""
    with time_machine.travel(NOW, tick=False):
        pages = Page.objects.filter(depth__gt=1, live=True).specific()
        # The demo also has stories that are live and may not be shown: each has a test of its own.
        paths = [page.url for page in pages if page.hidden_because(Channel.SITE, NOW) is None]
        client = Client(headers={"accept": "text/html"})
        return {path: client.get(path) for path in [*paths, *OF_THE_API]}


def test_every_published_page_answers_in_its_language(answers):
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    assert len(answers) > 80
    english = {path for path, answer in answers.items() if '<html lang="en"' in answer.content.decode()}
    assert english == {path for path in answers if is_english(path)}


def words_shown(html):
    """Every text a person sees or hears on a page, without what is meant for programs."""
    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup(["script", "style", "code"]):
        hidden.decompose()
    spoken = ("alt", "aria-label", "placeholder", "title")
    return {
        *soup.stripped_strings,
        *(str(tag[name]) for tag in soup.find_all(True) for name in spoken if tag.get(name)),
    }


def test_chinese_pages_speak_no_english_but_the_way_to_it(answers):
    for path, answer in answers.items():
        if not is_english(path):
            shown = words_shown(answer.content.decode())
            assert {text for text in shown if text.isascii() and re.search("[A-Za-z]{2}", text)} == {"English"}, path


def test_english_pages_mark_what_is_chinese(answers):
    for path, answer in answers.items():
        if is_english(path):
            soup = BeautifulSoup(answer.content, "html.parser")
            for told in soup.find_all(lang="zh-Hant"):
                told.decompose()
            assert [text for text in words_shown(str(soup)) if re.search("[\u4e00-\u9fff]", text)] == [], path


def test_english_documents_are_english():
    for entry in Entry.objects.filter(lang="en"):
        document = json.loads(bytes(entry.full))
        assert re.findall("[\u4e00-\u9fff]+", json.dumps(document, ensure_ascii=False)) == [], document["web_url"]


def test_english_events_tell_the_facts_of_the_chinese_ones():
    facts = ("status", "starts_at", "ends_at", "date_precision", "previous_starts_at", "sequence", "online_url")

    def told(lang):
        entries = {entry.uid: json.loads(bytes(entry.full)) for entry in Entry.objects.filter(lang=lang, type="event")}
        return {uid: {name: document[name] for name in facts} for uid, document in entries.items()}

    english, chinese = told("en"), told("zh-Hant")
    assert max(event["sequence"] for event in english.values()) == 2
    assert english == {uid: event for uid, event in chinese.items() if uid in english}


def test_the_sample_events_of_the_notices_year_say_so():
    found = {
        one.web_url: word in json.dumps(json.loads(bytes(entry.full)), ensure_ascii=False)
        for lang, word in (("zh-Hant", "網站示範"), ("en", "sample for this site"))
        for entry in Entry.objects.filter(lang=lang, type="event", facets__name="program", facets__value="111")
        for one in [Page.objects.get(translation_key=entry.uid, locale__language_code=LANGUAGE_CODES[lang]).specific]
    }
    assert len(found) > 25
    assert [url for url, says_so in found.items() if not says_so] == []


def test_an_edition_has_twelve_events_and_month_events_in_their_months():
    events = EventPage.objects.filter(depth=4, program__isnull=False, locale__language_code="zh-hant")
    assert Counter(one.program.edition_roc for one in events) == {111: 12, 115: 12, 116: 12}
    assert {local(one.starts_at).month for one in events if one.kind == "monthly"} == {3, 5, 6, 8, 9, 11}


def test_the_scheduled_and_the_draft_announcement_are_not_public(client):
    assert client.get("/announcements/next-briefing/").status_code == 404
    assert client.get("/announcements/volunteer-guidelines/").status_code == 404


def test_lists_of_what_is_on_and_what_is_coming_are_never_empty():
    events = Entry.objects.filter(type="event", lang="zh-Hant")

    assert events.filter(starts_at__lte=NOW, ends_at__gt=NOW).count() >= 1
    assert events.filter(starts_at__gt=NOW, starts_at__lt=NOW + timedelta(days=28)).count() >= 2
    assert events.filter(starts_at__gt=NOW).count() >= 20


@pytest.mark.parametrize("roc", [115, 116])
def test_fictional_editions_say_so(roc):
    events = Entry.objects.filter(type="event", lang="zh-Hant", facets__name="program", facets__value=str(roc))
    titles = [json.loads(bytes(entry.card))["title"] for entry in events]
    program = ProgramPage.objects.get(edition_roc=roc, locale__language_code="zh-hant")

    assert len(titles) >= 12
    assert [title for title in titles if "示範" not in title] == []
    assert "示範" in program.title
    assert "虛構" in program.summary


def test_the_notices_short_link_leads_to_the_venues(client):
    answer = client.get("/e6WM2K")

    assert (answer.status_code, answer["Location"]) == (301, "/venues/")


def test_pictures_have_alt_text_in_both_languages_and_a_credit():
    for image in Image.objects.all():
        assert image.description
        assert image.description_en
        assert (image.credit, image.credit_en) == ("示意圖", "Illustration")
        assert (image.width, image.height) == (1600, 1000)


def story(title):
    return StoryPage.objects.get(title=f"{title}（示範）")


def stage_of(title, number=1):
    """Where a revision of a story stands at NOW, and on which of the three channels with doors the story is shown."""
    page = story(title)
    channels = (Channel.SITE, Channel.PARTNER_SITES, Channel.FACEBOOK)
    shown = [str(one.name).lower() for one in channels if page.hidden_because(one, NOW) is None]
    return page.story_revisions.get(number=number).state, shown


def answer_of(client, title):
    """What the story's page and the API answer."""
    page = story(title)
    return client.get(page.web_path).status_code, client.get(f"/api/v1/stories/{page.translation_key}").status_code


def test_state_live_on_all_channels(client):
    assert stage_of("老茶寮的屋頂補好了") == ("approved", ["site", "partner_sites", "facebook"])
    assert answer_of(client, "老茶寮的屋頂補好了") == (200, 200)


def test_state_live_on_the_site_only(client):
    assert stage_of("招牌師傅的最後一筆") == ("approved", ["site"])
    assert answer_of(client, "招牌師傅的最後一筆") == (200, 404)


def test_state_waiting_for_a_co_author(client):
    assert stage_of("採茶路上的舊名字") == ("submitted", [])
    silent = story("採茶路上的舊名字").parties.get(role="coauthor")
    assert (silent.grants.count(), silent.refused_at) == (0, None)
    assert answer_of(client, "採茶路上的舊名字") == (404, 404)


def test_state_a_guardian_pending(client):
    assert stage_of("十六歲的茶寮導覽員") == ("submitted", [])
    guardian = story("十六歲的茶寮導覽員").parties.get(role="guardian")
    assert (guardian.grants.count(), guardian.guardian_of.minor, guardian.guardian_of.grants.count()) == (0, True, 1)
    assert answer_of(client, "十六歲的茶寮導覽員") == (404, 404)


def test_state_refused(client):
    assert stage_of("潮間帶的一堂課") == ("refused", [])
    assert answer_of(client, "潮間帶的一堂課") == (404, 404)


def test_state_withdrawn(client):
    assert stage_of("補網的手") == ("approved", [])
    assert story("補網的手").hidden_because(Channel.SITE, NOW) == Reason.CONSENT_WITHDRAWN
    assert answer_of(client, "補網的手") == (410, 410)


def test_state_held(client):
    assert stage_of("櫥窗裡的舊海報") == ("approved", [])
    assert story("櫥窗裡的舊海報").hidden_because(Channel.SITE, NOW) == Reason.LEGAL
    assert answer_of(client, "櫥窗裡的舊海報") == (410, 410)


def test_state_license_ended_yesterday(client):
    page = story("地圖的第一筆")
    [ends_at] = {grant.ends_at for party in page.parties.all() for grant in party.grants.all()}
    assert ends_at == NOW - timedelta(days=1)
    assert page.hidden_because(Channel.SITE, ends_at - timedelta(seconds=1)) is None
    assert page.hidden_because(Channel.SITE, NOW) == Reason.LICENSE_EXPIRED
    # It ended before the hub opened, so that nobody was ever told of it.
    assert answer_of(client, "地圖的第一筆") == (404, 404)


def test_state_revised_while_its_old_version_is_live(client):
    assert stage_of("第一百口埤塘") == ("approved", ["site", "partner_sites", "facebook"])
    assert stage_of("第一百口埤塘", number=2)[0] == "submitted"
    assert "第四個名字" not in client.get(story("第一百口埤塘").web_path).content.decode()


def test_r53_appearances_on_television_radio_and_at_a_charity_event(client):
    found = client.get("/api/v1/appearances").json()["data"]
    assert {(one["kind"], one["team"]["title"]) for one in found} == {
        ("tv", "示範茶鄉隊"),
        ("radio", "示範港邊隊"),
        ("charity", "示範一人工作室"),
    }


def test_the_record_of_consent_is_whole():
    assert first_broken() is None
    assert ConsentEvent.objects.count() > 30
