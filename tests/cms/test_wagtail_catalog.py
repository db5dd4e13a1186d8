"""The admin speaks Traditional Chinese: Wagtail's own catalog and our completion of it leave no string in English."""

from pathlib import Path

import polib
import pytest
import wagtail
from django.conf import settings

WAGTAIL = Path(wagtail.__file__).parent
# Parts of Wagtail that are not installed here.
NOT_INSTALLED = {"contrib/forms", "contrib/search_promotions", "contrib/styleguide"}


def _key(entry):
    return entry.msgctxt, entry.msgid


def _translated(path):
    return {_key(entry) for entry in polib.pofile(str(path)) if entry.translated()} if path.exists() else set()


def english_catalogs(domain):
    for path in sorted(WAGTAIL.glob(f"**/locale/en/LC_MESSAGES/{domain}.po")):
        component = path.relative_to(WAGTAIL).as_posix().partition("locale/")[0].strip("/")
        if component not in NOT_INSTALLED:
            yield path


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_string_of_the_installed_admin_has_a_traditional_chinese_translation(domain):
    ours = _translated(settings.LOCALE_PATHS[1] / "zh_Hant" / "LC_MESSAGES" / f"{domain}.po")
    missing = [
        entry.msgid
        for path in english_catalogs(domain)
        for entry in polib.pofile(str(path))
        if not entry.obsolete and _key(entry) not in ours | _translated(Path(str(path).replace("/en/", "/zh_Hant/")))
    ]
    assert missing == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_our_completion_keeps_every_placeholder_and_uses_no_mainland_words(domain):
    mainland = ("設置", "登錄", "用戶", "鏈接", "搜索", "默認", "重定向", "站點", "添加", "保存", "創建", "您")
    catalog = polib.pofile(str(settings.LOCALE_PATHS[1] / "zh_Hant" / "LC_MESSAGES" / f"{domain}.po"))
    texts = {entry.msgid: entry.msgstr or entry.msgstr_plural[0] for entry in catalog}

    assert [text for text in texts.values() if any(word in text for word in mainland)] == []
    assert [
        entry.msgid
        for entry in catalog
        if set(_placeholders(texts[entry.msgid])) - set(_placeholders(entry.msgid + entry.msgid_plural))
    ] == []


def _placeholders(text):
    return [part.partition(")")[0] for part in text.split("%(")[1:]]
