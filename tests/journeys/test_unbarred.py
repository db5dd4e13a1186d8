"""What links, desks and the admin show of stories and teams, on a phone in light and dark: nothing that bars somebody.

The hub is served once, with a world in which each page has something to say, and everything is walked.
"""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import PATIENCE
from tests.journeys.phone import PHONE, TEAM, Phone, shell
from tests.journeys.test_staff import enter
from tests.processes import running

pytestmark = pytest.mark.browser

WORLD = f"""{TEAM}
import email, email.policy, json, re
from datetime import timedelta
from django.urls import reverse
from home.models import Clock, Letter
from programs.team_flows import invite
from showcase.flows import answers, asking, mandates
from showcase.models import Grant, Mandate, Party, StoryFile
from tests.showcase.consent_page import path
from tests.showcase.stories import HOW, MINOR, agree, coauthor, draft, handed_in, published, withdraw

now, head = Clock.now(), User.objects.get(email="member0@example.org")
editor, reviewer = (User.objects.get(email=f"{{name}}@example.org") for name in ("editor", "reviewer"))

def made(*people):
    return draft(of=of, author=head, people=people)

speaks = ("代表", "representative@example.org", "representative")
story = handed_in(made=made(*(coauthor(number) for number in range(1, 6)), speaks))
author, asked, refused, minor, withdrawn, spoken, representative = story.parties
answers.refuse(refused, now, HOW)
agree(minor, born_on=MINOR)
guardian = asking.name_guardian(Party.objects.get(pk=minor.pk), "示範家長", "parent@example.org", now)
agree(withdrawn)
withdraw(withdrawn)
file = StoryFile.objects.create(name="mandate.pdf", file="none.pdf", size=1, sha256="0" * 64)
for _time in range(2):
    mandate = mandates.upload_mandate(representative, [spoken], file, editor, now)
mandates.confirm_mandate(mandate, reviewer, now)

other = published(made=made(coauthor(7)))
other.draft.title, other.draft.text = "河邊的兩天", "我們清了一段河岸。\\n\\n全部重寫。"
other.draft.save()
handed_in(made=other.draft)
ending = published(made=made())
Grant.objects.filter(party__story=ending.page).update(ends_at=now + timedelta(days=20))

invite(of, head, "new@example.org", now)
letter = email.message_from_bytes(Letter.objects.last().message.encode(), policy=email.policy.default)
invitation = re.search(r"/desk/invitations/[\\w-]+/", letter.get_body(("plain",)).get_content())[0]
screens = ("desk_team", "desk_age", "desk_profile", "desk_invite", "desk_hand_over")
consents = (asked, refused, minor, guardian, withdrawn, representative, other.parties[1], ending.author)
print(json.dumps({{
    "links": [*map(path, consents), path(asked, "refuse/"), path(ending.author, "withdraw/"), "/consent/none/"],
    "desk": [
        *map(reverse, ("desk_teams", "desk_found", "desk_renew")),
        *(reverse(name, args=[of.translation_key]) for name in screens),
        invitation,
    ],
    "admin": [
        *(reverse("wagtailadmin_pages:edit", args=[one.page.pk]) for one in (story, other)),
        *(reverse("story_evidence", args=[one.page.pk]) for one in (story, other)),
        reverse("story_mandates", args=[story.page.pk]),
        reverse("story_mandate_revoked", args=[story.page.pk, mandate.pk]),
    ],
}}))
"""
# Of Wagtail's pages, what is ours.
OURS = ".checklist, .evidence, .story-act"

# A color on its way from one scheme to the other is neither: not even without motion does the admin leave that out.
SETTLED = """Promise.allSettled(
  document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)
).then(() => null)"""


@pytest.fixture
def world(announcements, database_copy):
    del announcements
    return json.loads(shell(database_copy, WORLD))


@pytest.fixture
def hub(world, database_copy, tmp_path):
    del world
    with running(database_copy, tmp_path) as hub:
        yield f"http://127.0.0.1:{hub.port}"


def barred(page, hub, addresses, ours=None):
    """What axe finds on each page, in both schemes, and which pages are wider than the phone."""
    page.set_viewport_size(PHONE["viewport"])
    for address in addresses:
        page.goto(f"{hub}{address}", wait_until="networkidle")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(SETTLED)
            if ours:
                assert page.locator(ours).count(), address
            for one in Axe().run(page, context=ours).response["violations"]:
                yield address, scheme, one["id"], one["nodes"][0]["html"]
        if not ours and page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield address, "too wide"


def test_pages_behind_links_and_logins_bar_nobody(browser, hub, world):
    reader = browser.new_context(**PHONE).new_page()
    reader.set_default_timeout(PATIENCE)
    member = Phone(browser, hub, "member0@example.org").page
    # Past the greeting that follows a login.
    member.reload()
    staff = enter(browser, hub, "reviewer@example.org", "/cms/")

    found = [
        *barred(reader, hub, world["links"]),
        *barred(member, hub, world["desk"]),
        *barred(staff, hub, world["admin"], OURS),
    ]
    assert found == []
