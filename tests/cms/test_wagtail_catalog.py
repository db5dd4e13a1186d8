"""The admin speaks Traditional Chinese: Wagtail's own catalog and our completion of it leave no string in English."""

from pathlib import Path

import allauth
import django
import polib
import pytest
import wagtail
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext

# What Taiwan says otherwise, and what the hub always says in one way: 核准, 發布.
MAINLAND = (
    *(
        "設置",
        "登錄",
        "用戶",
        "鏈接",
        "搜索",
        "默認",
        "重定向",
        "站點",
        "添加",
        "保存",
        "創建",
        "支持",
        "文件大小",
        "信息",
    ),
    *(
        "在用",
        "核準",
        "當前",
        "發佈",
        "數據",
        "服務器",
        "軟件",
        "視頻",
        "屏幕",
        "刷新",
        "訪問",
        "主要的",
        "禁用",
        "帳戶",
    ),
)
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
    ours = _translated(settings.LOCALE_PATHS[-1] / "zh_Hant" / "LC_MESSAGES" / f"{domain}.po")
    missing = [
        entry.msgid
        for path in english_catalogs(domain)
        for entry in polib.pofile(str(path))
        if not entry.obsolete and _key(entry) not in ours | _translated(Path(str(path).replace("/en/", "/zh_Hant/")))
    ]
    assert missing == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_our_completion_keeps_every_placeholder_and_uses_no_mainland_words(domain):
    catalog = polib.pofile(str(settings.LOCALE_PATHS[-1] / "zh_Hant" / "LC_MESSAGES" / f"{domain}.po"))
    texts = {entry.msgid: entry.msgstr or entry.msgstr_plural[0] for entry in catalog}

    assert [text for text in texts.values() if any(word in text for word in (*MAINLAND, "您"))] == []
    assert [
        entry.msgid
        for entry in catalog
        if set(_placeholders(texts[entry.msgid])) - set(_placeholders(entry.msgid + entry.msgid_plural))
    ] == []


def said(entry):
    """What the hub says for a message, whichever catalog it comes from."""
    if entry.msgid_plural:
        forms = (entry.msgid, entry.msgid_plural, 2)
        return npgettext(entry.msgctxt, *forms) if entry.msgctxt else ngettext(*forms)
    return pgettext(entry.msgctxt, entry.msgid) if entry.msgctxt else gettext(entry.msgid)


def test_what_staff_read_is_said_in_taiwans_words_whichever_catalog_it_comes_from():
    others = [Path(django.__file__).parent / "contrib" / "auth", Path(allauth.__file__).parent]
    paths = [*english_catalogs("django"), *(path / "locale/zh_Hant/LC_MESSAGES/django.po" for path in others)]
    entries = [entry for path in paths for entry in polib.pofile(str(path)) if not entry.obsolete]
    with translation.override("zh-hant"):
        texts = {entry.msgid: said(entry) for entry in entries}

    assert {msgid: text for msgid, text in texts.items() if any(word in text for word in MAINLAND)} == {}
    files = {
        msgid: text for msgid, text in texts.items() if "file" in msgid.lower() and "document" not in msgid.lower()
    }
    assert {msgid: text for msgid, text in files.items() if "文件" in text} == {}


def _placeholders(text):
    return [part.partition(")")[0] for part in text.split("%(")[1:]]
