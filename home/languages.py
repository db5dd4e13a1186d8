"""The two languages of the hub, as Wagtail stores them and as the API writes them."""

from typing import Final

from wagtail.models import Locale

DEFAULT_LANG: Final = "zh-Hant"
LANGS: Final = {"zh-hant": "zh-Hant", "en": "en"}
LANGUAGE_CODES: Final = {lang: code for code, lang in LANGS.items()}

_by_locale: dict[int, str] = {}


def lang_of(locale_id: int) -> str:
    """The API's language tag of a locale. Locales are two rows that never change, so they are read once."""
    if locale_id not in _by_locale:
        _by_locale.update({locale.pk: LANGS[locale.language_code] for locale in Locale.objects.all()})
    return _by_locale[locale_id]
