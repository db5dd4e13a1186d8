"""The pages a party's link leads to: what they show, that reading decides nothing, and what each button does."""

import hashlib
import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.models import Clock
from home.visibility import ALL_CHANNELS, Channel, Reason
from showcase.flows import answers, asking, holds
from showcase.flows.handing_in import hand_in
from showcase.models import ConsentEvent, ConsentText, Evidence, Grant, Party, Requirement, StoryRevision
from showcase.vocabularies import HoldKind, PartyRole, Verb
from tests import factories
from tests.showcase.consent_page import BORN, agreed, path, send, soup, typed, words
from tests.showcase.stories import ADULT, HOW, MINOR, agree, coauthor, handed_in, published, withdraw

pytestmark = pytest.mark.django_db

PREFETCH = (
    {},
    {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
    {"HTTP_PURPOSE": "prefetch"},
    {"HTTP_X_MOZ": "prefetch"},
    {"HTTP_X_PURPOSE": "preview"},
)


def rows():
    """Every row of every table, as one hash."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
            digest.update(repr((table, sorted(map(repr, cursor.fetchall())))).encode())
    return digest.hexdigest()


def test_the_page_shows_the_revision_the_text_and_the_notice_word_for_word(client):
    story = handed_in(people=[coauthor(1)], text="第一段。\n\n第二段。", channels=int(Channel.SITE | Channel.PRINT))
    story.page.get_latest_revision_as_object()
    shown = client.get(path(story.parties[1]))
    text, said = ConsentText.current(Clock.now()), words(shown)

    assert shown.status_code == 200
    for one in (
        *("河邊的一天", "第一段。", "第二段。", "示範團隊", str(story.author), "共同作者"),
        *(story.revision.content_hash, text.sha256, text.code),
        *(value for line in (text.summary + "\n" + text.notice).splitlines() for value in line.split("：", 1)),
        *("本網站", "印刷品", "同意授權", "我有問題・不同意", f"{story.author}在徵求你同意時填寫的。"),
    ):
        assert one in said
    assert "臉書" not in soup(shown).select_one("form").get_text()
    ticks = soup(shown).select('input[name="channels"]')
    assert [(tick["value"], tick.has_attr("checked")) for tick in ticks] == [("1", True), ("16", False)]


def test_what_is_shown_hashes_to_what_the_grant_and_the_receipt_say(client):
    """I3."""
    party = handed_in(people=[coauthor(1)]).parties[1]
    shown = client.get(path(party))
    send(client, party, **typed(shown, **BORN))
    [given] = party.grants.all()
    revision = answers.asked_of(party)
    text = ConsentText.current(Clock.now())

    assert given.content_hash == revision.content_hash == revision.revision.as_object().computed_hash()
    assert given.text_sha256 == text.sha256
    read = f"{text.label}\0{text.summary}\0{text.body}\0{text.notice}"
    assert text.sha256 == hashlib.sha256(read.encode()).hexdigest()
    [receipt] = [letter for letter in mail.outbox if letter.subject.startswith("同意授權收據")]
    for one in (
        given.content_hash,
        given.text_sha256,
        "本網站",
        "民國115年3月2日 10:00:00",
        path(party, "withdraw/"),
    ):
        assert one in receipt.body
        assert one in receipt.alternatives[0].content


def test_agreeing_keeps_how_and_the_page_then_says_so(client):
    party = handed_in(people=[coauthor(1)], channels=int(ALL_CHANNELS)).parties[1]
    answer = agreed(client, party, channels=["1", "4"])

    assert (answer.status_code, answer["Location"]) == (302, path(party))
    [given] = party.grants.all()
    assert given.channels == Channel.SITE | Channel.FACEBOOK
    [kept] = Evidence.objects.filter(party=party)
    assert (kept.name_typed, kept.email, kept.address, kept.user_agent, kept.identified_by) == (
        *("示範名", party.email, "192.0.2.7", "a browser", "link"),
    )
    party.refresh_from_db()
    assert (party.minor, party.birth_year) == (False, 1995)
    said = words(client.get(path(party)))
    assert "你已經同意" in said
    assert "本網站、青聚點臉書粉專" in said
    assert "從最後一位同意的時刻起五年" in said


def test_the_exact_end_is_shown_once_it_is_known(client):
    story = published(people=[coauthor(1)])

    assert "民國120年3月2日 09:59:59" in words(client.get(path(story.parties[1])))


def test_agreeing_twice_is_agreeing_once(client):
    party = handed_in(people=[coauthor(1)]).parties[1]
    shown = client.get(path(party))
    sent = typed(shown, **BORN)

    assert [send(client, party, **sent).status_code for _time in range(2)] == [302, 302]
    assert party.grants.count() == 1
    assert [letter.subject[:6] for letter in mail.outbox].count("同意授權收據") == 1


@pytest.mark.parametrize("act", ["", "agree/", "refuse/", "withdraw/", "guardian/"])
@pytest.mark.parametrize("state", ["invited", "granted", "refused", "minor"])
def test_i9_nothing_that_reads_decides_anything(client, act, state):
    party = handed_in(people=[coauthor(1)]).parties[1]
    if state in {"granted", "minor"}:
        agree(party, born_on=MINOR if state == "minor" else ADULT)
    if state == "refused":
        answers.refuse(party, Clock.now(), HOW)
    before = rows()
    for headers in PREFETCH:
        assert client.get(path(party, act), **headers).status_code in {200, 302}
        assert client.head(path(party, act), **headers).status_code in {200, 302}
    client.post(path(party), {"act": "agree"})

    assert rows() == before
    assert "sessionid" not in client.cookies
    assert "csrftoken" not in client.cookies


def test_every_link_of_every_mail_may_be_opened_by_a_scanner(client):
    story = published(people=[coauthor(1)])
    withdraw(story.parties[1])
    answers.refuse(handed_in(people=[coauthor(2)]).parties[1], Clock.now(), HOW)
    found = {
        one.removeprefix("https://hub.example.org")
        for letter in mail.outbox
        for part in (letter.body, letter.alternatives[0].content)
        for one in re.findall(r"https://hub\.example\.org/consent/[^\s\"<]+", part)
    }
    before = rows()
    for address in sorted(found):
        for headers in PREFETCH * 4:
            assert client.get(address, **headers).status_code in {200, 302}
            client.head(address, **headers)

    assert len(found) >= 6
    assert rows() == before


def test_a_link_that_opens_nothing_never_says_why(client, frozen_time):
    guessed = "/consent/AAAAAAAAAAAAAAAAAAAAAA/"
    story = handed_in(people=[coauthor(1), coauthor(2)])
    replaced, lapsed = path(story.parties[1]), path(story.parties[2])
    altered = replaced[:-2] + ("A" if replaced[-2] != "A" else "B") + "/"
    asking.ask_again(story.parties[1], Clock.now())
    frozen_time.shift(timedelta(days=14))
    seen = []
    for address in (guessed, altered, replaced, lapsed):
        for method in (client.get, client.post):
            with CaptureQueriesContext(connection) as queries:
                answer = method(address)
            headers = {name: value for name, value in answer.headers.items() if name != "Content-Security-Policy"}
            shape = [re.sub(r"'[0-9a-f]{64}'|/consent/[\w-]+", "?", one["sql"]) for one in queries]
            seen.append((answer.status_code, answer.content, headers, shape))
        assert client.post(f"{address}withdraw/").content == seen[-1][1]

    assert seen[0][0] == 404
    assert all(one == seen[0] for one in seen)


def test_nobody_keeps_frames_or_is_told_of_the_page(client):
    shown = client.get(path(handed_in(people=[coauthor(1)]).parties[1]))

    assert shown["Cache-Control"] == "no-store"
    assert shown["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in shown["Content-Security-Policy"]
    assert shown["X-Robots-Tag"] == "noindex"
    assert "Vary" not in shown.headers


def test_a_stale_page_grants_nothing_and_shows_what_is_asked_now(client):
    story = handed_in(people=[coauthor(1)])
    party = story.parties[1]
    sent = typed(client.get(path(party)), **BORN)
    story.draft.text = "完全改寫。"
    story.draft.save()
    hand_in(story.draft, story.draft.author, Clock.now())
    answer = send(client, party, **sent)

    assert "還沒有記錄任何決定。" in words(answer)
    assert not party.grants.exists()
    assert "完全改寫。" in words(client.get(path(party)))


def test_a_text_changed_since_is_stale_too(client):
    party = handed_in(people=[coauthor(1)]).parties[1]
    sent = typed(client.get(path(party)), **BORN)
    ConsentText.objects.create(
        code="tyc-pi-5y-v2", label="新條款", summary="誰：甲", body="乙", effective_from=Clock.now()
    )
    answer = send(client, party, **sent)

    assert answer.status_code == 200
    assert "還沒有記錄任何決定。" in words(answer)
    assert "tyc-pi-5y-v2" in words(answer)
    assert not party.grants.exists()


def test_what_is_missing_is_said_at_its_field_and_nothing_is_recorded(client):
    party = handed_in(people=[coauthor(1)]).parties[1]
    shown = client.get(path(party))
    answer = send(client, party, **typed(shown, name_typed="", birth_year="95", birth_month="13", birth_day="1"))

    assert answer.status_code == 200
    assert {one["name"] for one in soup(answer).select("[aria-invalid]")} == {"name_typed"}
    answer = send(client, party, **typed(shown, birth_year="95", birth_month="13", birth_day="1"))
    assert "請填出生年月日" in words(answer)
    answer = send(client, party, **typed(shown, **BORN, channels=["4"]))
    assert "不勾「本網站」就哪裡都不會刊登" in words(answer)
    assert not Grant.objects.exists()
    party.refresh_from_db()
    assert party.minor is None


def test_another_year_of_birth_than_before_is_not_taken(client):
    party = handed_in(people=[coauthor(1)]).parties[1]
    answers.check_age(party, MINOR, Clock.now())
    Party.objects.update(checked_on=date(2026, 1, 1))

    assert "先前填的出生日期和這次不同" in words(agreed(client, party))
    assert not party.grants.exists()


def test_r15_a_minor_agrees_and_names_who_has_to_agree_too(client):
    story = handed_in(people=[coauthor(1)])
    story.revision.revision.publish()
    agree(story.author)
    ward = story.parties[1]
    agreed(client, ward, birth_year="2010")
    shown = client.get(path(ward))
    assert "還需要一位" in words(shown)
    assert "法定代理人" in words(shown)

    own = send(client, ward, "guardian/", name="示範爸", email=ward.email)
    assert (own.status_code, "請填法定代理人本人的信箱" in words(own)) == (200, True)
    send(client, ward, "guardian/", name="示範爸", email="wrong@example.org")
    guardian = Party.objects.get(role=PartyRole.GUARDIAN)
    old = path(guardian)
    send(client, ward, "guardian/", name="示範爸", email="Guardian@example.org")
    guardian.refresh_from_db()
    assert (guardian.email, Party.objects.filter(role=PartyRole.GUARDIAN).count()) == ("guardian@example.org", 1)
    assert client.get(old).status_code == 404
    assert mail.outbox[-1].to == ["guardian@example.org"]
    assert mail.outbox[-1].subject.startswith("請以法定代理人身分看看")

    shown = client.get(path(guardian))
    assert ward.name in words(shown)
    assert not soup(shown).select("[name=birth_year]")
    assert send(client, guardian, **typed(shown)).status_code == 200
    assert story.page.hidden_because(Channel.SITE, Clock.now()) == Reason.UNPUBLISHED
    assert send(client, guardian, **typed(shown, of_age="on")).status_code == 302
    assert story.page.hidden_because(Channel.SITE, Clock.now()) is None
    assert "你的法定代理人也同意了。" in words(client.get(path(ward)))


def test_refusing_takes_a_page_with_people_to_ask_and_one_button(client):
    story = handed_in(people=[coauthor(1)])
    party = story.parties[1]
    assert str(story.author) in words(client.get(path(party, "refuse/")))
    for _time in range(2):
        assert send(client, party, "refuse/").status_code == 302

    assert ConsentEvent.objects.filter(verb=Verb.REFUSED).count() == 1
    assert "你不同意" in words(client.get(path(party)))
    assert agreed(client, party).status_code == 302
    assert "你已經同意" in words(client.get(path(party)))


def _held(story):
    holds.hold(story.page, HoldKind.CHECK, "查證中", factories.person("審核"), Clock.now())


def _others_refused(story):
    answers.refuse(story.parties[2], Clock.now(), HOW)


def _changed(story):
    story.draft.text = "完全改寫。"
    story.draft.save()
    hand_in(story.draft, story.draft.author, Clock.now())


def _unpublished(story):
    story.page.unpublish()


def _text_retired(_story):
    ConsentText.objects.update(retired_at=Clock.now())


@pytest.mark.parametrize("state", [None, _held, _others_refused, _changed, _unpublished, _text_retired])
@pytest.mark.parametrize("live", [True, False])
def test_i8_r61_withdrawing_takes_two_clicks_and_no_login_in_every_state(state, live):
    story = (published if live else handed_in)(people=[coauthor(1), coauthor(2)])
    party = story.parties[1]
    if not live:
        agree(party)
    if state:
        state(story)
    stranger = Client()
    [link] = soup(stranger.get(path(party))).select('a[href$="/withdraw/"]')
    confirm = soup(stranger.get(link["href"])).select_one("form[method=post]")
    assert "確定撤回" in confirm.get_text()
    answer = stranger.post(link["href"], follow=True)

    assert not any(one.withdrawn_at is None for one in party.grants.all())
    assert story.page.hidden_because(Channel.SITE, Clock.now()) is not None
    assert answer.status_code == 200
    assert not soup(answer).select('a[href$="/withdraw/"]')
    assert [letter.to for letter in mail.outbox if letter.subject.startswith("撤回同意收據")] == [[party.email]]
    stranger.post(link["href"])
    assert ConsentEvent.objects.filter(verb=Verb.WITHDRAWN, party=party.pk).count() == 1


def test_r58_one_page_renews_when_the_end_is_near(client, frozen_time):
    story = published(people=[coauthor(1)])
    party = story.parties[1]
    assert "再同意五年" not in words(client.get(path(party)))
    frozen_time.move_to(party.grants.get().ends_at - timedelta(days=100))
    shown = client.get(path(party))
    assert "再同意五年" in words(shown)
    assert send(client, party, **typed(shown)).status_code == 302
    assert "你已經同意再五年" in words(client.get(path(party)))

    send(client, story.author, **typed(client.get(path(story.author))))
    assert {one.year for one in Grant.objects.values_list("ends_at", flat=True)} == {2031, 2035}


def test_proxies_of_our_own_tell_where_somebody_was(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    party = handed_in(people=[coauthor(1)]).parties[1]
    shown = client.get(path(party))
    client.post(path(party, "agree/"), typed(shown, **BORN), HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.4")

    assert Evidence.objects.get(party=party).address == "198.51.100.4"


def test_a_photo_is_shown_through_the_links_own_door(client, settings):
    story = handed_in(people=[("示範丙", "shown@example.org", PartyRole.PORTRAYED)])

    assert "畫面裡認得出你" in words(client.get(path(story.parties[1])))


def test_a_representative_reads_for_whom_it_speaks(client):
    story = handed_in(people=[coauthor(1), ("示範代表", "speaker@example.org", PartyRole.REPRESENTATIVE)])

    assert "青年局確認委任書之後" in words(client.get(path(story.parties[2])))


def test_an_erased_story_says_so(client):
    party = handed_in(people=[coauthor(1)]).parties[1]
    agree(party)
    StoryRevision.objects.update(revision=None)
    Requirement.objects.count()
    shown = client.get(path(party))

    assert "這則故事已經刪除" in words(shown)
    assert not soup(shown).select('form[action$="/agree/"]')
