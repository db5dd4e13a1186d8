"""Nothing in an address is ignored: whatever cannot be taken is refused and named."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db

ID = "6c1c3b3c-8a55-4b6e-9a9b-2f5d3c6d9e10"
REFUSED = [
    # address, parameter, code, a part of the explanation
    ("events?county=TW-TPO", "county", "unknown_value", "Did you mean “TW-TPE”?"),
    ("events?county=桃園市", "county", "unknown_value", "Did you mean “TW-TAO”?"),
    ("events?county=TW-TAO,", "county", "empty", "between the commas"),
    ("events?county=tw-tao", "county", "unknown_value", "Did you mean “TW-TAO”?"),
    ("events?county=taoyuan", "county", "unknown_value", "Did you mean “TW-TAO”?"),
    ("events?county=Keelung%20City", "county", "unknown_value", "Did you mean “TW-KEE”?"),
    ("events?county=TAIPEI", "county", "unknown_value", "Did you mean “TW-TPE”?"),
    ("events?county=new%20taipei", "county", "unknown_value", "Did you mean “TW-NWT”?"),
    ("events?county=NewTaipei", "county", "unknown_value", "Did you mean “TW-NWT”?"),
    ("venues?county=hsinchu-county", "county", "unknown_value", "Did you mean “TW-HSQ”?"),
    ("venues?county=Hsinchu%20City", "county", "unknown_value", "Did you mean “TW-HSZ”?"),
    ("venues?county=lienchiang", "county", "unknown_value", "Did you mean “TW-LIE”?"),
    ("venues?county=Matsu", "county", "unknown_value", "Did you mean “TW-LIE”?"),
    ("events?kind=mothly", "kind", "unknown_value", "Did you mean “monthly”?"),
    ("events?status=canceled", "status", "unknown_value", "Did you mean “cancelled”?"),
    ("events?when=future", "when", "unknown_value", "upcoming, now, past"),
    ("events?theme=農業", "theme", "malformed", "agriculture"),
    (f"events?theme={'a' * 51}", "theme", "malformed", "agriculture"),
    ("events?venue=123", "venue", "malformed", "is not an id"),
    (f"events?venue={ID},{ID[:-1]}", "venue", "malformed", "is not an id"),
    ("events?program=0111", "program", "malformed", "ROC year such as 111"),
    ("events?program=１１１", "program", "malformed", "ROC year such as 111"),
    ("events?starts_after=2026-03-01", "starts_after", "malformed", "A date alone is no instant"),
    ("events?starts_before=2026-03-01T00:00:00", "starts_before", "malformed", "The offset is missing"),
    ("events?ends_after=2026-03-01T00:00:00+08:00", "ends_after", "malformed", "write it as %2B"),
    ("events?updated_after=2026-02-30T00:00:00Z", "updated_after", "malformed", "calendar"),
    ("events?updated_after=yesterday", "updated_after", "malformed", "a date-time with an offset"),
    ("events?updated_after=２０２６-03-01T00:00:00Z", "updated_after", "malformed", "a date-time with an offset"),
    ("events?starts_ater=2026-03-01T00:00:00Z", "starts_ater", "unknown", "Did you mean “starts_after”?"),
    ("events?team=x", "team", "malformed", "is not an id"),
    ("events?include=team", "include", "unknown_value", "venue"),
    ("events?include=venue,venu", "include", "unknown_value", "Did you mean “venue”?"),
    ("events?fields=titel", "fields", "unknown_value", "Did you mean “title”?"),
    ("events?fields[venue]=titel", "fields[venue]", "unknown_value", "Did you mean “title”?"),
    ("events?fields[story]=title", "fields[story]", "unknown", "Did you mean “fields["),
    ("events?sort=title", "sort", "unknown_value", "starts_at"),
    ("venues?sort=starts_at", "sort", "unknown_value", "-published_at"),
    ("venues?kind=monthly", "kind", "unknown", "is not a parameter"),
    ("venues?county=TW-XXX", "county", "unknown_value", "TW-KEE"),
    ("venues?include=venue", "include", "unknown", "is not a parameter"),
    ("announcements?category=notices", "category", "unknown_value", "Did you mean “notice”?"),
    ("resources?kind=grant", "kind", "unknown_value", "subsidy"),
    ("resources?open=yes", "open", "unknown_value", "true, false"),
    ("programs?program=x", "program", "malformed", "ROC year"),
    ("announcements?limit=0", "limit", "out_of_range", "from 1 to 100"),
    ("announcements?limit=101", "limit", "out_of_range", "from 1 to 100"),
    ("announcements?limit=-1", "limit", "malformed", "whole number"),
    ("announcements?limit=1.0", "limit", "malformed", "whole number"),
    ("announcements?limit=٣", "limit", "malformed", "whole number"),
    (f"announcements?limit={'9' * 30}", "limit", "out_of_range", "from 1 to 100"),
    ("announcements?limit=5&limit=6", "limit", "repeated", "more than once; it takes one value."),
    ("events?kind=monthly&kind=quarterly", "kind", "repeated", "put several values into one, with commas"),
    ("announcements?limit=", "limit", "empty", "leave it out"),
    ("announcements?count=1", "count", "unknown_value", "true, false"),
    ("announcements?lang=zh-TW", "lang", "unknown_value", "Did you mean “zh-Hant”?"),
    ("announcements?lang=en%00", "lang", "unknown_value", "zh-Hant"),
    ("announcements?lang_fallback=TRUE", "lang_fallback", "unknown_value", "true, false"),
    ("announcements?offset=20", "offset", "unknown", "Did you mean “cursor”?"),
    ("announcements?page=2", "page", "unknown", "Did you mean “cursor”?"),
    ("announcements?q=青年", "q", "unknown", "is not a parameter"),
    (f"announcements?q={'青' * 10_000}", "q", "unknown", "is not a parameter"),
    (f"announcements?{'x' * 10_000}=1", f"{'x' * 40}…", "unknown", "is not a parameter"),
    (f"announcements?sort={'x' * 10_000}", "sort", "unknown_value", "-published_at"),
    ("announcements?%00=1", "\x00", "unknown", "is not a parameter"),
    ("announcements?%ff%fe=1", "\ufffd\ufffd", "unknown", "is not a parameter"),
    (f"announcements?fields={','.join(['id'] * 51)}", "fields", "out_of_range", "at most 50"),
    (f"events/{ID}?limit=1", "limit", "unknown", "is not a parameter"),
    (f"events/{ID}?lang=tw", "lang", "unknown_value", "zh-Hant"),
    ("docs?limit=1", "limit", "unknown", "Did you mean"),
    ("openapi.json?format=json", "format", "unknown", "takes no parameters"),
]


@pytest.mark.parametrize(("address", "parameter", "code", "explained"), REFUSED)
def test_what_cannot_be_taken_is_refused_and_named(client, address, parameter, code, explained):
    answer = client.get(f"/api/v1/{address}", headers={"Accept-Language": "en"})

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    body = answer.json()
    assert body["type"] == "https://hub.example.org/api/v1/docs#invalid-parameter"
    [error] = body["errors"]
    assert (error["parameter"], error["code"]) == (parameter, code)
    assert explained in error["detail"]
    assert len(error["detail"]) < 600


@pytest.mark.parametrize("cursor", ["x", "e30.x", "a" * 10_000, "%00", "．", "e30:1:x"])
def test_a_cursor_of_somebody_elses_is_refused(client, cursor):
    answer = client.get(f"/api/v1/events?cursor={cursor}")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "cursor")


def test_all_that_is_wrong_is_told_at_once_in_the_readers_language(client):
    answer = client.get("/api/v1/events?limt=5&when=later", headers={"Accept-Language": "zh-TW,en;q=0.5"})

    body = answer.json()
    assert body["title"] == "參數不正確"
    assert [(error["parameter"], error["detail"]) for error in body["errors"]] == [
        ("limt", "這個網址沒有參數「limt」，是不是「limit」？"),
        ("when", "「later」不在可用的值之中：upcoming, now, past。是不是「past」？"),
    ]


def test_every_well_formed_parameter_of_the_contract_is_taken(client):
    factories.event()
    moment = "2026-03-01T00:00:00.5%2B08:00"
    both = f"lang=en&lang_fallback=true&updated_after={moment}&limit=100&count=true&fields=id"
    spans = f"starts_after={moment}&starts_before=9999-12-31t23:59:59z&ends_after=0001-01-01T00:00:00%2B14:00&when=now"
    words = "county=TW-TAO,TW-LIE&kind=showcase&theme=agriculture&status=tentative&sort=-starts_at"
    relations = "include=venue,program,parent,sub_events&fields[venue]=title,county"
    for address in (
        f"announcements?{both}&category=notice,amendment,news&include=amends,amended_by&fields[event]=title",
        f"events?{both}&{spans}&{words}&{relations}&venue={ID},{ID.upper()}&program=111,{ID}",
        f"venues?{both}&county=TW-KEE&sort=-published_at",
        f"programs?{both}&program=111",
        f"resources?{both}&kind=loan,subsidy&open=false",
    ):
        assert client.get(f"/api/v1/{address}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "events/",
        "events//",
        "event",
        "events/x",
        f"events/{ID}/",
        "v2",
        "events%0A",
        "events/%00",
        "docs/",
        "..",
        "openapi.json/",
    ],
)
def test_an_address_that_is_none_is_a_problem_in_json_whatever_the_method(client, path):
    for ask in (client.get, client.post):
        answer = ask(f"/api/v1/{path}")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["type"].endswith("#not-found")


@pytest.mark.parametrize("key", ["Bearer qjd_wrong", "Basic eDp5", "x"])
@pytest.mark.parametrize("path", ["events", f"events/{ID}", "openapi.json", "docs", "nowhere"])
def test_a_wrong_key_is_never_taken_for_none(client, key, path):
    answer = client.get(f"/api/v1/{path}", headers={"Authorization": key})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="qingju-hub"')
    assert answer.json()["type"].endswith("#unauthenticated")


ADVISED = [
    # method, address, status, what to do in English, the same in Chinese
    (
        *("get", "announcements?limit=0", 400, "errors names each parameter and what it takes."),
        "errors 會逐一列出有問題的參數與可用的值。",
    ),
    (
        *("get", "announcements?cursor=x", 400, "Follow page.next unchanged, or begin again without a cursor."),
        "請直接使用 page.next 的網址，或不帶游標重新開始。",
    ),
    (
        *("get", "announcements?key", 401),
        "Leave Authorization out to read what is public; a wrong key is never taken for none.",
        "只讀公開資料時不必帶 Authorization；金鑰錯誤不會當成沒有帶金鑰。",
    ),
    (
        *("get", f"announcements/{ID}", 404),
        "Check the address, the id and the language; lang_fallback=true also takes the other language.",
        "請檢查網址、id 與語言；加上 lang_fallback=true 時，另一個語言的版本也可以。",
    ),
    ("post", "announcements", 405, "The Allow header names what this address takes.", "可用的方法列在 Allow 標頭。"),
    (
        *("get", "announcements/{gone}", 410, "Delete your copies by purge_by; reason says why, at since when."),
        "請在 purge_by 之前刪除複本；reason 是原因，at 是撤下的時間。",
    ),
]


@pytest.mark.parametrize(("method", "path", "status", "english", "chinese"), ADVISED)
def test_the_detail_of_a_problem_says_what_to_do(client, method, path, status, english, chinese):
    page = factories.announcement()
    page.unpublish()
    address = f"/api/v1/{path.format(gone=page.translation_key)}"
    key = {"Authorization": "Bearer wrong"} if path.endswith("?key") else {}

    for language, detail in (("en", english), ("zh-TW", chinese)):
        answer = getattr(client, method)(address, headers={"Accept-Language": language, **key})
        assert (answer.status_code, answer.json()["detail"]) == (status, detail)
