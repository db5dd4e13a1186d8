"""Letters to staff about the Facebook page: in the writer's transaction, each by himself."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from api.models import Post, PostState
from home.languages import lang_of
from home.models import User
from showcase.mails import plain

# Who publishes, and so may post.
STAFF_GROUPS: Final = ("審核", "管理")


def tell_paused(because: str) -> None:
    """The queue stands still until a person has renewed the token."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Facebook: nothing is posted or taken down until the page's token is renewed")
        text = _(
            "Facebook no longer accepts the token of the page (%(because)s). The queue is paused. Whatever must be "
            "taken down meanwhile has to be taken down by hand."
        ) % {"because": plain(because, 200)}
        _write(subject, text, reverse("facebook"))


def tell_person_needed(post: Post) -> None:
    """Something on the page is for a person to do: to post, or, which cannot wait, to take down."""
    with translation.override(settings.LANGUAGE_CODE):
        title = plain(title_of(post))
        facts = {"title": title, "because": plain(post.error, 200)}
        if post.stands and post.state == PostState.TAKE_DOWN:
            subject = _("Facebook: please take down the post about %(title)s") % facts
        else:
            subject = _("Facebook: the post about %(title)s needs you") % facts
        lines = [facts["because"], post.permalink]
        _write(subject, "\n\n".join(filter(None, lines)), reverse("facebook_post", args=[post.pk]))


def title_of(post: Post) -> str:
    """The title of a post's item as staff know it, public or not; once it is gone, its id."""
    page = pages_of([post]).get((post.uid, post.lang))
    return page.draft_title if page else str(post.uid)


def pages_of(posts: Iterable[Post]) -> dict[tuple[UUID, str], Page]:
    """The pages some posts are about, by id and language, in one query; those that are gone are left out."""
    found = Page.objects.filter(translation_key__in={one.uid for one in posts}, alias_of__isnull=True)
    return {(page.translation_key, lang_of(page.locale_id)): page for page in found}


def _write(subject: str, text: str, address: str) -> None:
    people = User.objects.filter(is_active=True, groups__name__in=STAFF_GROUPS).distinct()
    body = f"{text}\n\n{settings.PUBLIC_URL}{address}\n"
    for person in people:
        EmailMessage(subject, body, None, [person.email], headers={"Auto-Submitted": "auto-generated"}).send()
