"""The seven counties of the north (R11), their ISO 3166-2 codes, and the spellings people type."""

import re
from typing import Final

from django.utils.translation import gettext_lazy as _

COUNTIES: Final = (
    ("TW-KEE", _("Keelung City")),
    ("TW-TPE", _("Taipei City")),
    ("TW-NWT", _("New Taipei City")),
    ("TW-TAO", _("Taoyuan City")),
    ("TW-HSQ", _("Hsinchu County")),
    ("TW-HSZ", _("Hsinchu City")),
    ("TW-LIE", _("Lienchiang County")),
)
CODES: Final = tuple(code for code, _name in COUNTIES)

_NAMES: Final = {
    "基隆市": "TW-KEE",
    "基隆": "TW-KEE",
    "臺北市": "TW-TPE",
    "臺北": "TW-TPE",
    "新北市": "TW-NWT",
    "新北": "TW-NWT",
    "桃園市": "TW-TAO",
    "桃園": "TW-TAO",
    "新竹縣": "TW-HSQ",
    "新竹市": "TW-HSZ",
    "連江縣": "TW-LIE",
    "連江": "TW-LIE",
    "馬祖": "TW-LIE",
}
# Without spaces and hyphens, and without "city" where there is no county of the name.
_ROMANIZED: Final = {
    "keelung": "TW-KEE",
    "taipei": "TW-TPE",
    "newtaipei": "TW-NWT",
    "taoyuan": "TW-TAO",
    "hsinchucounty": "TW-HSQ",
    "hsinchucity": "TW-HSZ",
    "lienchiang": "TW-LIE",
    "lienchiangcounty": "TW-LIE",
    "matsu": "TW-LIE",
}


def fold(text: str) -> str:
    """Write 台 as 臺, as official names do."""
    return text.replace("台", "臺")


def code_for(text: str) -> str | None:
    """The code for a code or a Chinese or English name; None when it is none, or 新竹, which names two counties."""
    text = fold(text.strip())
    if text.upper() in CODES:
        return text.upper()
    romanized = re.sub(r"[\s_-]", "", text).lower()
    return _NAMES.get(text) or _ROMANIZED.get(romanized) or _ROMANIZED.get(romanized.removesuffix("city"))
