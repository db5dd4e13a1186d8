"""The door walk over stories in every state: by their team and another one, by consent link, by staff, by strangers."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from cms import urls
from home.models import Clock
from showcase.models import StoryIndexPage, StoryRendition
from showcase.reading import stage_of
from showcase.vocabularies import Stage
from tests import factories, story_world
from tests.demo import savepoint
from tests.doors import ANY, API, COLLECTIONS, MEDIA, OWN, PARTY, PUBLIC, STAFF, WRONG_KEY, Actor, doors, walk
from tests.story_world import TODAY, TODAYS

pytestmark = pytest.mark.django_db

ACTORS = (
    "anonymous",
    "wrong key",
    "signed in without rights",
    "other team",
    "member",
    "co-author by link",
    "guardian by link",
    "replaced link",
    "editor",
    "reviewer",
)
STAFF_GROUPS = {"editor": "編輯", "reviewer": "審核"}
# Whose links somebody by link has.
LINKS = {"co-author by link": "coauthor", "guardian by link": "guardian"}

# What of a story is shown where it is public, and which stories are: on this website, and to partner sites.
SHOWN = frozenset({"title", "text", "alt", "names"})
ON_SITE = frozenset({"published", "expiring", "site-only", "standing", "successor"})
TO_PARTNERS = ON_SITE - {"site-only"}
EVERYBODY = {
    PUBLIC: (SHOWN, ON_SITE),
    # Without a key: the card.
    API: (frozenset({"title", "alt"}), TO_PARTNERS),
    MEDIA: (frozenset({"bytes"}), ON_SITE),
}
# What the people concerned see beyond that, of any story that is not erased; by link, of the story it is about.
PEOPLE = frozenset({"author's mail", "co-author's mail", "guardian"})
# Of a draft staff see that its author is in the team.
OF_MEMBERS = frozenset({"names", "author's mail"})
OF_STAFF = {STAFF: SHOWN | PEOPLE | {"note", "reason", "evidence", "file's name"}, MEDIA: {"bytes"}}
ALLOWED = {
    "member": {OWN: SHOWN | {"co-author's mail", "guardian", "note", "reason", "file's name"}, MEDIA: {"bytes"}},
    "co-author by link": {PARTY: SHOWN | {"bytes", "guardian"}},
    "guardian by link": {PARTY: SHOWN | {"bytes"}},
    "editor": OF_STAFF,
    "reviewer": OF_STAFF,
}
# Through which doors the people concerned see stories that are not public, and which ones they do see: the desk and
# the link have a story as it was written last, the link also what has changed since the version its owner agreed to,
# the admin has it as it was handed in.
STORIES = ON_SITE | set(TODAYS) | {"expired", "pending"}
PRIVATE = {"member": OWN, **dict.fromkeys(LINKS, PARTY), **dict.fromkeys(STAFF_GROUPS, STAFF)}
SEEN = {
    "member": STORIES - {"purged", "superseded", "standing"},
    "co-author by link": STORIES - {"draft", "purged", "superseded"},
    "guardian by link": {"guardian-pending", "published"},
    **dict.fromkeys(STAFF_GROUPS, STORIES - {"draft", "purged"}),
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with story_world.told(tmp_path_factory.mktemp("stories"), django_db_blocker) as built:
        yield built


@pytest.fixture
def _django_db_helper(world):
    """Stands in for pytest-django's: its transaction a test would close the connection the world lives on."""
    with savepoint():
        yield


@pytest.fixture(autouse=True)
def today(frozen_time):
    frozen_time.move_to(TODAY)


def actor(world, name):
    """Somebody of ``ACTORS``."""
    if name in STAFF_GROUPS:
        return Actor(name, factories.person(STAFF_GROUPS[name]), staff=True)
    users = {"member": world.member, "other team": world.stranger}
    user = factories.person() if name == "signed in without rights" else users.get(name)
    return Actor(name, user, headers=WRONG_KEY if name == "wrong key" else {})


def links(told, name):
    """The links of a story that somebody opens: his own, replaced ones, or what one can guess."""
    if name == "replaced link":
        return told.dead
    link = told.links.get(LINKS.get(name, ""))
    return [link] if link else []


def contexts(world, name):
    """What every address is filled with: each story, each of its files, each link somebody has."""
    somewhere = world.stories["published"].page
    common = ANY | {
        **dict.fromkeys(("image_id", "document_id", "doc_id", "page_view_restriction_id"), 1),
        "filename": "x.txt",
        "rendition": "x.jpg",
        "destination_id": factories.index(StoryIndexPage).pk,
        "team_uid": world.team.translation_key,
        "team_row": world.invitation.pk,
        "invitation": "a-b",
    }
    found = [
        common | of_page(page) | of_told(world.stories["published"]) for page in (world.team, *world.around.values())
    ]
    for told in world.stories.values():
        page = told.page or somewhere
        for uid, width in told.media:
            own = common | of_page(page) | of_told(told) | {"media_uid": uid, "width": width}
            found += [own | {"link": link} for link in links(told, name) or ["a-b"]]
    lists = ("", "en/", "stories/", "en/stories/", "teams/", "events/", "appearances/")
    return found + [found[0] | {"path": where} for where in lists]


def of_page(page):
    numbers = dict.fromkeys(("page_id", "page_pk", "page_to_move_id", "parent_page_id", "object_id", "pk"), page.pk)
    revisions = {"revision_id": page.latest_revision_id or 1, "revision_id_a": "earliest", "revision_id_b": "latest"}
    return numbers | revisions | {"uid": page.translation_key, "path": page.web_path.lstrip("/")}


def of_told(told):
    parties = told.page.parties.exclude(role="author") if told.page else []
    return {
        "draft_uid": told.draft.uid,
        "party": parties[0].pk if parties else 1,
        "a": 1,
        "b": told.page.story_revisions.count() if told.page else 1,
        "media_uid": told.media[0][0],
        "width": told.media[0][1],
    }


def crossed(world, name):
    """Every file by every link."""
    every = [link for told in world.stories.values() for link in links(told, name)]
    files = [pair for told in world.stories.values() for pair in told.media]
    return [{"link": link, "media_uid": uid, "width": width} for link in every for uid, width in files]


ASKED = (
    "/api/v1/changes?limit=500&include=resource",
    "/api/v1/stories?limit=100&include=team,event,program",
    *(f"/api/v1/{one}?limit=100" for one in COLLECTIONS),
    "/feeds/facebook.json?types=story&limit=100",
    "/feeds/facebook.rss?types=story&limit=100",
    "/stories/?q=canary",
    "/teams/?q=canary",
)
DELIBERATE = ("500 /cms/failwhale/",)


def may_see(world, name, one):
    """Whether the table allows what was found."""
    if not isinstance(one.canary, tuple):
        return False
    told, kind = world.stories[one.canary[0]], one.canary[1]
    kinds, public = EVERYBODY.get(one.kind, ((), ()))
    if told.name in public and kind in kinds:
        return True
    own = kind in ALLOWED.get(name, {}).get(one.kind, ())
    if one.kind == PARTY:
        return own and one.address.split("/")[2] in told.links.values()
    if (one.kind, one.canary[0]) == (STAFF, "draft"):
        return own and kind in OF_MEMBERS
    return own and one.canary[0] != "purged"


def walked(world, name):
    who, consent = actor(world, name), [door for door in doors() if door.kind == PARTY and "media" in door.route]
    opened, seen, broken = walk(doors(), contexts(world, name), world.canaries, who, ASKED)
    more, also, _broken = walk(consent, crossed(world, name), world.canaries, who)
    return opened + more, seen + also, broken


@pytest.mark.parametrize("name", ACTORS)
def test_r54_no_canary_of_a_story_is_seen_through_any_door_by_who_may_not_see_it(world, name):
    opened, seen, broken = walked(world, name)

    print(f"{name}: {opened} addresses opened, {len(world.canaries)} canaries, {len(seen)} seen")  # noqa: T201 - the figure
    assert [one for one in seen if not may_see(world, name, one)] == []
    assert [address for address in broken if address not in DELIBERATE] == []
    for kind, (kinds, public) in EVERYBODY.items():
        told = {(story, what) for story in public for what in kinds}
        # The walk is not blind: what is public is seen by everybody.
        if (name, kind) != ("wrong key", API):
            assert told <= {one.canary for one in seen if one.kind == kind}
    told = {one.canary[0] for one in seen if one.kind == PRIVATE.get(name) and one.canary[1] == "title"}
    assert told == SEEN.get(name, set())


def test_every_stage_is_in_the_world(world):
    stages = {stage_of(told.page, Clock.now()) for told in world.stories.values() if told.page}

    assert stages | {Stage.DRAFT, Stage.SUPERSEDED} == set(Stage)
    assert world.stories["superseded"].page == world.stories["successor"].page
    assert world.stories["draft"].draft.story is None
    words = [word for words in world.canaries.values() for word in words]
    assert len(set(words)) == len(words)


# What is sent to every address that changes something.
SENT = {
    **dict.fromkeys(("title", "text", "name", "name_typed", "reason"), "canary-sent"),
    "email": "sent@example.org",
    "kind": "check",
    **dict.fromkeys(("channels", "next", "confirm", "version"), "1"),
}
UNKNOWN = {
    **dict.fromkeys(("draft_uid", "team_uid", "media_uid"), "00000000-0000-4000-8000-000000000000"),
    **dict.fromkeys(("page_id", "party", "team_row"), 999_999),
    "link": "unknown",
}


def rows():
    """Every row of every table but sessions."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != "django_session":
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
                found[table] = sorted(map(repr, cursor.fetchall()))
    return found


@pytest.mark.parametrize("name", ["anonymous", "signed in without rights", "other team", "replaced link"])
def test_what_is_sent_to_anothers_story_changes_nothing_and_tells_nothing(world, name):
    who = actor(world, name)
    who.enter()
    some = [one for one in doors() if one.of_a_story or one.kind == PARTY or one.route.startswith(DESKS)]
    every = contexts(world, name)
    before, sent = rows(), 0

    for door in some:
        [unknown] = door.addresses([every[0] | UNKNOWN])
        nowhere = who.client.post(unknown, SENT)
        for address in door.addresses(every):
            answer = who.client.post(address, SENT)
            sent += 1
            assert (address, answer.status_code) == (address, nowhere.status_code)
            assert answer.status_code in {403, 404, 405} or answer["Location"].startswith("/accounts/login/")
            assert b"canary" not in answer.content.replace(b"canary-sent", b"").replace(address.encode(), b"")
    print(f"{name}: {sent} sent")  # noqa: T201 - the figure
    assert rows() == before


DESKS = ("desk/stories/(", "desk/teams/(")


def leak(_request, **_kwargs):
    return HttpResponse("canary-held-title")


def careless(_request, uid, width):
    """A file without asking the rule."""
    return HttpResponse(b"".join(one.file.read() for one in StoryRendition.objects.filter(image__uid=uid)))


class LeakyUrls:
    """The hub's addresses, with one careless view in each class."""

    handler404, handler500 = urls.handler404, urls.handler500
    urlpatterns = [  # noqa: RUF012 - what Django looks for
        path("stories/media/<uuid:uid>/<int:width>", careless, name="story-media"),
        path("consent/<str:token>/", leak, name="consent"),
        path("desk/stories/<uuid:uid>/", leak, name="desk_story"),
        path("api/v1/stories", leak, name="stories-list"),
        path("cms/stories/<int:pk>/evidence/", leak, name="story_evidence"),
        *urls.urlpatterns,
    ]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((MEDIA, name) for name in ("anonymous", "other team", "co-author by link", "replaced link")),
        *((PARTY, name) for name in ("anonymous", "co-author by link", "guardian by link", "replaced link")),
        *((OWN, name) for name in ("anonymous", "signed in without rights", "other team")),
        *((API, name) for name in ("anonymous", "member", "reviewer", "wrong key")),
        *((STAFF, name) for name in ("anonymous", "guardian by link")),
    ],
)
def test_a_leak_in_any_class_of_door_is_found(world, kind, name):
    with override_settings(ROOT_URLCONF=LeakyUrls):
        leaky = list(doors())[: len(LeakyUrls.urlpatterns) - len(urls.urlpatterns)]
        [door] = [door for door in leaky if door.kind == kind]
        _opened, seen, _broken = walk([door], contexts(world, name), world.canaries, actor(world, name))

    assert "held" in {one.canary[0] for one in seen if not may_see(world, name, one)}
