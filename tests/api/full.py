"""One public item of each collection with something in every member that the contract gives it."""

from datetime import date, time, timedelta
from uuid import UUID

from django.core.files.base import ContentFile

from home.models import AnnouncementIndexPage, Contact, Document, Organization, User
from programs.models import (
    EventIndexPage,
    ProgramIndexPage,
    ResourceIndexPage,
    TeamIndexPage,
    Theme,
    VenueIndexPage,
)
from showcase.models import AppearanceIndexPage, AppearancePage, StoryPage
from tests import factories
from tests.conftest import NOW
from tests.showcase import stories

DAY = timedelta(days=1)
IDS = {
    "announcements": UUID("11111111-1111-4111-8111-111111111111"),
    "events": UUID("22222222-2222-4222-8222-222222222222"),
    "venues": UUID("33333333-3333-4333-8333-333333333333"),
    "stories": UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"),
    "teams": UUID("99999999-9999-4999-8999-999999999999"),
    "programs": UUID("44444444-4444-4444-8444-444444444444"),
    "resources": UUID("55555555-5555-4555-8555-555555555555"),
    "appearances": UUID("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"),
}
AMENDMENT = UUID("66666666-6666-4666-8666-666666666666")
SERIES = UUID("77777777-7777-4777-8777-777777777777")
SESSION = UUID("88888888-8888-4888-8888-888888888888")


def common(collection, slug, lang):
    """The members every item has, but for tags."""
    return {
        "live": False,
        "slug": slug,
        "translation_key": IDS[collection],
        "summary": "一句話的摘要。",
        "image": factories.image(description="藍綠色的一面牆", description_en="A teal wall", credit="示意圖"),
        "counties": ["TW-TAO", "TW-LIE"],
        "body": [
            ("heading", "辦理方式"),
            ("text", '<p>請看<a href="https://office.example.org/">辦公室</a>。</p><ul><li>自備器材</li></ul>'),
            ("table", {"caption": "時程", "header": ["月", "場次"], "rows": [{"cells": ["五月", "2"]}]}),
            ("quote", "從一張桌子開始。"),
        ],
        "parent": factories.index(INDEXES[collection], {"zh-Hant": "zh-hant", "en": "en"}[lang]),
    }


INDEXES = {
    "announcements": AnnouncementIndexPage,
    "events": EventIndexPage,
    "venues": VenueIndexPage,
    "teams": TeamIndexPage,
    "programs": ProgramIndexPage,
    "resources": ResourceIndexPage,
    "appearances": AppearanceIndexPage,
}
# Nobody has agreed to a translation: stories stand in Chinese only.
IN_BOTH_LANGUAGES = [name for name in IDS if name != "stories"]


def publish(page, *tags):
    page.tags.add(*tags or ["品牌"])
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def items(lang="zh-Hant"):
    """One of each, by collection, after what it refers to; and a series, a session and an amendment beside them."""
    contact = Contact(
        unit="計畫辦公室", phone="03-0000000", extension="12", hours="平日 9:00–17:00", services=["venues", "events"]
    )
    contact.save()
    contact.save_revision().publish()
    organizer = Organization(name="北區青聚點計畫辦公室", url="https://office.example.org/")
    organizer.save()
    organizer.save_revision().publish()
    found = {"programs": program(contact, organizer, lang), "venues": venue(contact, lang)}
    found["teams"] = team(lang)
    found["events"] = event(found["programs"], found["venues"], organizer, lang)
    found["events"].co_hosts.create(team=found["teams"])
    publish(found["events"])
    found["resources"] = resource(lang)
    found["announcements"] = announcement(lang)
    found["appearances"] = appearance(
        **common("appearances", "tv", lang),
        title="北部青年",
        team=found["teams"],
        link="https://video.example.org/7",
    )
    found["appearances"] = publish(found["appearances"])
    if lang == "zh-Hant":
        found["stories"] = story(found)
    return found


def appearance(**fields):
    fields = {"title": "節目", "kind": "tv", "outlet": "示範電視《北部青年》", "on": date(2026, 2, 1)} | fields
    return factories._add(
        AppearancePage(**{name: value for name, value in fields.items() if name not in {"parent", "live"}}),
        fields.get("parent") or factories.index(AppearanceIndexPage),
        live=fields.get("live", True),
    )


def story(others):
    """A story with a photo and a video, by two people, that everyone agreed to for every channel."""
    team_page = others["teams"]
    author = stories.member(team_page, last_name="示範", first_name="作者")
    draft = stories.draft(
        of=team_page,
        author=author,
        people=[stories.coauthor(1)],
        title="河邊的一天",
        program=others["programs"],
        event=others["events"],
    )
    declared = {"rights": "own", "people": "nobody", "music": "none"}
    photo = stories.photo(author)
    draft.assets.create(kind="photo", photo=photo, alt="河岸上的垃圾袋", credit="示範甲", position=0, **declared)
    draft.assets.create(
        kind="video", url="https://video.example.org/1", alt="清理的一天", credit="示範乙", position=1, **declared
    )
    handed_in = stories.handed_in(made=draft)
    StoryPage.objects.filter(pk=handed_in.page.pk).update(translation_key=IDS["stories"])
    for party in handed_in.parties:
        stories.agree(party)
    draft_page = handed_in.page.get_latest_revision_as_object()
    draft_page.translation_key = IDS["stories"]
    draft_page.summary, draft_page.counties = "一句話的摘要。", ["TW-TAO"]
    draft_page.themes = [Theme.objects.get(code="culture")]
    return publish_draft(draft_page)


def publish_draft(page):
    page.tags.add("品牌")
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def program(contact, organizer, lang):
    page = factories.program(
        **common("programs", "111", lang),
        edition_roc=111,
        title="111年計畫",
        eligibility="十五至四十五歲的青年團隊。",
        rewards_note="完成者發給證書。",
    )
    page.plan.create(kind="monthly", month=5, count=2)
    page.services.create(title="空間", summary="借用討論空間", url="/venues/")
    page.organizations.create(role="supervisor", organization=organizer)
    page.contacts.create(contact=contact)
    return publish(page)


def venue(contact, lang):
    page = factories.venue(
        **common("venues", "co-learning", lang),
        title="共學空間",
        functions=["會議", "共學"],
        uses=["課程"],
        capacity=30,
        equipment=["投影機"],
        accessibility=["無障礙坡道"],
        address="桃園市桃園區示範路 1 號",
        county="TW-TAO",
        latitude="24.99300",
        longitude="121.30100",
        hours_note="預計開放時間",
        procedure="七日前來電預約。",
        contact=contact,
        expire_at=NOW + 400 * DAY,
    )
    page.opening_hours.create(day_type="weekday", days=[1, 2, 3, 4, 5], opens=time(9), closes=time(18, 30))
    page.exceptions.create(date=date(2026, 3, 4), opens=time(10), closes=time(11), reason="搬遷")
    page.exceptions.create(date=date(2026, 3, 5), reason="盤點")
    return publish(page)


def team(lang):
    page = factories.team(
        **common("teams", "demo-team", lang),
        title="示範甲隊",
        county="TW-TAO",
        interest="只給青年局看的話。",
        admitted_because="只給青年局看的理由。",
    )
    for edition in (110, 111):
        page.selections.create(edition_roc=edition)
    page.links.create(label="官網", url="https://team.example.org/")
    # The same person in both languages, as in a team that has a page in each.
    person = User.objects.filter(email="member@example.org").first()
    person = person or factories.person(email="member@example.org", last_name="乙", first_name="示範")
    page.memberships.create(user=person, role="head", in_range=True, minor=False, birth_year=1998)
    return publish(page)


def event(the_program, the_venue, organizer, lang):
    series = factories.event(
        title="品牌系列",
        slug="series",
        kind="quarterly",
        program=the_program,
        translation_key=SERIES,
        parent=factories.index(EventIndexPage, {"zh-Hant": "zh-hant", "en": "en"}[lang]),
    )
    page = factories.event(
        **{**common("events", "branding", lang), "parent": series},
        title="地方品牌工作坊",
        program=the_program,
        venue=the_venue,
        kind="quarterly",
        formats=["workshop"],
        competences=["branding"],
        mechanisms=["co_learning"],
        audiences=["newcomer", "active"],
        starts_at=NOW + 60 * DAY,
        ends_at=NOW + 60 * DAY + timedelta(hours=3),
        place="二樓大教室",
        online_url="https://meet.example.org/branding",
        costs_note="免費參加",
        registration_url="https://forms.example.org/branding",
        registration_opens_at=NOW + 10 * DAY,
        registration_closes_at=NOW + 50 * DAY,
    )
    page.themes = [Theme.objects.get(code="culture")]
    page.organizations.create(role="organizer", organization=organizer)
    page = publish(page)
    factories.event(title="上半場", slug="first-half", parent=page, translation_key=SESSION)
    page.starts_at, page.ends_at, page.status = NOW + 61 * DAY, NOW + 61 * DAY + timedelta(hours=3), "rescheduled"
    return publish(page)


def resource(lang):
    return publish(
        factories.resource(
            **common("resources", "subsidy", lang),
            title="創生補助",
            kind="subsidy",
            provider="示範單位",
            amount="最高新臺幣 50 萬元",
            opens_on=date(2026, 3, 1),
            closes_at=NOW + 30 * DAY,
            audiences=["newcomer"],
            mechanisms=["matching"],
            apply_url="https://forms.example.org/subsidy",
        )
    )


def announcement(lang):
    fields = common("announcements", "rules", lang)
    older = factories.announcement(
        title="舊的規定", slug="older", parent=fields["parent"], translation_key=UUID(int=AMENDMENT.int + 1)
    )
    page = factories.announcement(
        **fields, title="新的規定", category="amendment", effective_on=date(2026, 4, 1), amends=older
    )
    file = ContentFile(b"%PDF-1.4 short", name="rules.pdf")
    page.attachments.create(document=Document.objects.create(title="規定全文", file=file), title="全文")
    page = publish(page)
    factories.announcement(
        title="再修正",
        slug="again",
        category="amendment",
        amends=page,
        parent=page.get_parent(),
        translation_key=AMENDMENT,
    )
    return page
