"""The terms items are published under."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from home.languages import LANGS, LANGUAGE_CODES
from home.taiwan import iso
from home.visibility import Channel
from showcase.models import ConsentText
from showcase.story_reading import Terms, license_texts


@dataclass(frozen=True)
class LicenseText:
    """A license as partners are told of it."""

    id: str
    label: str
    label_en: str
    terms_url: str
    noncommercial: bool
    uses: tuple[str, ...]
    # What it means, in our own words; the official text decides.
    meaning: tuple[str | Promise, ...]


OPEN_GOVERNMENT: Final = LicenseText(
    id="tw-ogdl-1.0",
    label="政府資料開放授權條款－第 1 版",
    label_en="Open Government Data License, version 1.0",
    terms_url="https://data.gov.tw/license",
    noncommercial=False,
    uses=("site", "partner_sites", "facebook", "broadcast", "print"),
    meaning=(
        _(
            "Anyone may copy, share, change and build upon this material, also for profit: free of charge, without"
            " asking, and for as long as they like."
        ),
        _("In return, name the source: the holder given with each item. Without it, permission counts as never given."),
        _("Trademarks and patents are not part of the permission."),
        _("The material comes as it is. Nobody vouches that it is complete or fit for a purpose."),
        _(
            "It may be combined with works under Creative Commons Attribution 4.0, with which the license is"
            " compatible."
        ),
        _("Stories and photographs handed in by teams are not under this license; each names its own."),
    ),
)
LICENSES: Final = {OPEN_GOVERNMENT.id: OPEN_GOVERNMENT}


class OnEndSerializer(serializers.Serializer[Any]):
    """What a partner must do when the license ends."""

    action = serializers.CharField()
    within = serializers.CharField()


class LicenseSerializer(serializers.Serializer[Any]):
    """What may be done with an item, by whom, how long."""

    id = serializers.CharField()
    url = serializers.URLField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the contract, not DRF's own
    holder = serializers.CharField()
    attribution = serializers.CharField()
    noncommercial = serializers.BooleanField()
    uses = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    on_end = OnEndSerializer(allow_null=True)


class LicenseTextSerializer(serializers.Serializer[Any]):
    """A license by itself: what it allows, in plain words, and where its official text is."""

    id = serializers.CharField()
    url = serializers.URLField()
    lang = serializers.ChoiceField(choices=["zh-Hant", "en"])
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the contract, not DRF's own
    meaning = serializers.ListField(child=serializers.CharField())
    noncommercial = serializers.BooleanField()
    uses = serializers.ListField(child=serializers.CharField())
    terms_url = serializers.URLField()
    text = serializers.CharField(allow_null=True, help_text=_("The official text, where it stands here."))


def license_url(license_id: str) -> str:
    """Address of a license by itself."""
    return f"{settings.PUBLIC_URL}/api/v1/licenses/{license_id}"


def license_text(text: LicenseText, lang: str) -> dict[str, Any]:
    """A license by itself, in the language that is active."""
    return {
        "id": text.id,
        "url": license_url(text.id),
        "lang": lang,
        "label": text.label_en if lang == "en" else text.label,
        "meaning": [str(sentence) for sentence in text.meaning],
        "noncommercial": text.noncommercial,
        "uses": list(text.uses),
        "terms_url": text.terms_url,
        "text": None,
    }


def story_license_text(text: ConsentText) -> dict[str, Any]:
    """A license that people grant on a story, by itself: in the language it is written in.

    ``uses`` are what may be asked for by it; what was granted stands with each story.
    """
    return {
        "id": text.code,
        "url": license_url(text.code),
        "lang": LANGS[text.lang],
        "label": text.label,
        "meaning": [line.strip() for line in text.summary.splitlines() if line.strip()],
        "noncommercial": True,
        "uses": [str(channel.name).lower() for channel in Channel],
        "terms_url": license_url(text.code),
        "text": text.body,
    }


def all_license_texts(lang: str) -> list[dict[str, Any]]:
    """Every license an item may carry: the bureau's own first, then the stories', newest first."""
    own = [license_text(text, lang) for text in LICENSES.values()]
    return own + [story_license_text(text) for text in license_texts(LANGUAGE_CODES[lang])]


def find_license_text(license_id: str, lang: str) -> dict[str, Any] | None:
    """A license by its id, in the language that is active where it is written in it; None for what is none."""
    if own := LICENSES.get(license_id):
        return license_text(own, lang)
    texts = license_texts(LANGUAGE_CODES[lang])
    return next((story_license_text(text) for text in texts if text.code == license_id), None)


def story_license_document(terms: Terms, *, lang: str) -> dict[str, Any]:
    """A story's license block: when it ends, copies are to be deleted."""
    with translation.override(LANGUAGE_CODES[lang]):
        attribution = terms.attribution
    return {
        "id": terms.text.code,
        "url": license_url(terms.text.code),
        "label": terms.text.label,
        "holder": terms.holder,
        "attribution": attribution,
        "noncommercial": True,
        "uses": terms.uses,
        "valid_from": iso(terms.license.starts_at),
        "valid_until": iso(terms.last_instant),
        "on_end": {"action": "delete", "within": "PT24H"},
    }


def license_document(text: LicenseText, *, valid_from: datetime | None, lang: str) -> dict[str, Any]:
    """The bureau's own license block: no end, so nothing to do at one."""
    holder = settings.LICENSE_HOLDER[lang]
    return {
        "id": text.id,
        "url": license_url(text.id),
        "label": text.label_en if lang == "en" else text.label,
        "holder": holder,
        "attribution": holder,
        "noncommercial": text.noncommercial,
        "uses": list(text.uses),
        "valid_from": iso(valid_from),
        "valid_until": None,
        "on_end": None,
    }
