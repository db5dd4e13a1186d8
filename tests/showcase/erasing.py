"""Played in a process of its own, on a database and folders that can be looked into afterwards: a story, then erased.

Every field and file of it holds a canary; what is printed is what a test needs to look for them.
"""

import io
import json
import sys
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as Picture

from home.letters import deliver_letters
from home.models import Clock
from home.visibility import Channel
from showcase.flows import answers, asking, holds, mandates, purging
from showcase.flows.acts import How
from showcase.flows.media import take_photo
from showcase.models import DraftAsset, Party, StoryFile, StoryPage, StoryPhoto
from showcase.models.record import first_broken
from showcase.vocabularies import AssetKind, AssetRights, HoldKind, PartyRole, PeopleShown
from tests import factories
from tests.showcase import stories

CANARY = "canary"
HOW = How("canary-typed-name", "link", "192.0.2.77", "canary-user-agent")


def photo(user) -> StoryPhoto:
    data = io.BytesIO()
    Picture.new("RGB", (1700, 640), "teal").save(data, "JPEG")
    return take_photo(SimpleUploadedFile("canary-photo-title.jpg", data.getvalue(), "image/jpeg"), user)


def file(name: str) -> StoryFile:
    made = StoryFile(name=name, content_type="application/pdf", size=9, source_sha256="3" * 64, sha256="4" * 64)
    made.file.save("canary.pdf", ContentFile(f"canary-in-a-file {name}".encode()), save=True)
    return made


def play() -> StoryPage:
    people = [
        ("canary-name-two", "canary-two@example.org", PartyRole.COAUTHOR),
        ("canary-name-three", "canary-three@example.org", PartyRole.REPRESENTATIVE),
    ]
    draft = stories.draft(people=people, title="canary-title 標題金絲雀", text="canary-text 內文金絲雀")
    common = {"rights": AssetRights.OWN, "people": PeopleShown.NOBODY, "draft": draft}
    DraftAsset.objects.create(
        kind=AssetKind.PHOTO,
        photo=photo(draft.author),
        alt="canary-alt",
        credit="canary-credit canary-name-two",
        **common,
    )
    DraftAsset.objects.create(
        kind=AssetKind.PRINT, file=file("canary-file-name"), rights_note="canary-rights-note canary-name-two", **common
    )
    DraftAsset.objects.create(kind=AssetKind.SOCIAL, url="https://example.org/canary-url", **common)
    revision = stories.handing_in.hand_in(draft, draft.author, Clock.now())
    parties = list(revision.parties.order_by("pk"))
    minor = parties[1]
    stories.agree(parties[0])
    stories.agree(minor, born_on=stories.MINOR)
    minor.refresh_from_db()
    asking.name_guardian(minor, "canary-guardian", "canary-guardian@example.org", Clock.now())
    one, two = factories.person("審核"), factories.person("審核")
    mandate = mandates.upload_mandate(parties[2], parties[:1], file("canary-mandate"), one, Clock.now())
    mandates.confirm_mandate(mandate, two, Clock.now())
    for party in revision.parties.exclude(pk__in=[parties[0].pk, minor.pk]):
        given = stories.agree(party)
        answers.withdraw(given.party, Clock.now(), HOW)
        stories.agree(party)
    revision.refresh_from_db()
    revision.revision.publish()
    page = StoryPage.objects.get(pk=revision.story_id)
    page.summary, page.search_description = "canary-summary", "canary-search-description"
    page.tags.add("canarytag")
    page.save_revision(log_action=True).publish()
    held = holds.hold(page, HoldKind.CHECK, "canary-hold-reason canary-name-three", one, Clock.now())
    holds.release(held, "canary-release-reason", two, Clock.now())
    assert StoryPage.objects.visible(Channel.SITE, Clock.now()).filter(pk=page.pk).exists()
    deliver_letters(timezone.now() + timedelta(seconds=5))
    return StoryPage.objects.get(pk=page.pk)


def main() -> None:
    folder = Path(sys.argv[-1])
    settings.LETTERS_BACKEND, settings.LETTERS_FOLDER = "home.letters.FolderBackend", folder / "mail"
    page = play()
    sent = [path.read_text() for path in sorted((folder / "mail").glob("*.eml"))]
    before = {path.name for path in (settings.VAR_DIR / "private").rglob("*") if path.is_file()}
    if sys.argv[-2] == "party":
        for party in Party.objects.filter(name__startswith="canary"):
            purging.purge_party(party, Clock.now())
    else:
        purging.purge_story(page, Clock.now(), None)
    purging.scrub()
    page.refresh_from_db()
    left = {path.name for path in (settings.VAR_DIR / "private").rglob("*") if path.is_file()}
    told = {
        "letters": len(sent),
        "files": len(before),
        "files_left": len(left),
        "mails_left": len(list((folder / "mail").glob("*.eml"))),
        "broken": first_broken(),
        "title": page.title,
        "private": str(settings.VAR_DIR),
        "hidden": str(page.hidden_because(Channel.SITE, Clock.now())),
    }
    sys.stdout.write(json.dumps(told))
