"""The terms items are published under."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from rest_framework import serializers

from home.taiwan import iso


@dataclass(frozen=True)
class LicenseText:
    """A license as partners are told of it."""

    id: str
    label: str
    label_en: str
    terms_url: str
    noncommercial: bool
    uses: tuple[str, ...]


OPEN_GOVERNMENT: Final = LicenseText(
    id="tw-ogdl-1.0",
    label="政府資料開放授權條款－第 1 版",
    label_en="Open Government Data License, version 1.0",
    terms_url="https://data.gov.tw/license",
    noncommercial=False,
    uses=("site", "partner_sites", "facebook", "broadcast", "print"),
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


def license_document(text: LicenseText, *, valid_from: datetime | None, lang: str) -> dict[str, Any]:
    """The bureau's own license block: no end, so nothing to do at one."""
    holder = settings.LICENSE_HOLDER[lang]
    return {
        "id": text.id,
        "url": f"{settings.PUBLIC_URL}/api/v1/licenses/{text.id}",
        "label": text.label_en if lang == "en" else text.label,
        "holder": holder,
        "attribution": holder,
        "noncommercial": text.noncommercial,
        "uses": list(text.uses),
        "valid_from": iso(valid_from),
        "valid_until": None,
        "on_end": None,
    }
