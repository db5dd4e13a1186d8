"""One factory a model: pages are published through the real publish action, so signals and ledger see them."""

import io
from datetime import timedelta

from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.models import GroupPagePermission, Locale, Page

from home.models import AnnouncementIndexPage, AnnouncementPage, HomePage, Image, User
from home.models.pages import BasePage
from programs.models import (
    EventIndexPage,
    EventPage,
    ProgramIndexPage,
    ProgramPage,
    ResourceIndexPage,
    ResourcePage,
    TeamIndexPage,
    TeamPage,
    VenueIndexPage,
    VenuePage,
)
from tests.conftest import NOW


def _add(page: BasePage, parent: Page, *, live: bool) -> BasePage:
    page.live = False
    page.locale = parent.locale
    parent.add_child(instance=page)
    if live:
        page.save_revision().publish()
    page.refresh_from_db()
    return page


def index(model: type[BasePage], language_code: str = "zh-hant") -> BasePage:
    return model.objects.get(locale=Locale.objects.get(language_code=language_code))


def home(language_code: str = "zh-hant") -> HomePage:
    return index(HomePage, language_code)


def image(**fields) -> Image:
    file = io.BytesIO()
    Picture.new("RGB", (64, 48), "teal").save(file, "PNG")
    fields.setdefault("title", "照片")
    return Image.objects.create(file=ContentFile(file.getvalue(), name="teal.png"), **fields)


def announcement(*, live: bool = True, parent: Page | None = None, **fields) -> AnnouncementPage:
    fields.setdefault("title", "公告")
    return _add(AnnouncementPage(**fields), parent or index(AnnouncementIndexPage), live=live)


def event(*, live: bool = True, parent: Page | None = None, **fields) -> EventPage:
    fields.setdefault("title", "活動")
    fields.setdefault("starts_at", NOW + timedelta(days=7))
    fields.setdefault("mechanisms", ["networking"])
    return _add(EventPage(**fields), parent or index(EventIndexPage), live=live)


def venue(*, live: bool = True, parent: Page | None = None, **fields) -> VenuePage:
    fields.setdefault("title", "空間")
    fields.setdefault("county", "TW-TAO")
    return _add(VenuePage(**fields), parent or index(VenueIndexPage), live=live)


def resource(*, live: bool = True, parent: Page | None = None, **fields) -> ResourcePage:
    fields.setdefault("title", "資源")
    fields.setdefault("kind", "subsidy")
    fields.setdefault("mechanisms", ["matching"])
    return _add(ResourcePage(**fields), parent or index(ResourceIndexPage), live=live)


def program(*, live: bool = True, parent: Page | None = None, **fields) -> ProgramPage:
    fields.setdefault("edition_roc", 111)
    fields.setdefault("title", f"{fields['edition_roc']}年計畫")
    return _add(ProgramPage(**fields), parent or index(ProgramIndexPage), live=live)


def team(*, live: bool = True, parent: Page | None = None, **fields) -> TeamPage:
    fields.setdefault("title", "團隊")
    fields.setdefault("county", "TW-TAO")
    return _add(TeamPage(**fields), parent or index(TeamIndexPage), live=live)


def person(*groups: str, email: str = "", **fields) -> User:
    """Someone with a login, in groups by name; without one the person has no rights at all."""
    number = User.objects.count() + 1
    user = User.objects.create_user(email or f"person{number}@example.org", fields.pop("password", None), **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def person_with_rights_on_announcements() -> User:
    """Someone who comes into the admin and may change announcements, and nothing else."""
    group = Group.objects.create(name="公告編輯")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    change = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
    GroupPagePermission.objects.create(group=group, page=index(AnnouncementIndexPage), permission=change)
    return person(group.name)
