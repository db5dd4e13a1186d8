"""The message catalogs compile everywhere, and say each thing once."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from gettext import GNUTranslations

import polib
import pytest

from cms.catalogs import compile_catalogs
from tests.conftest import ROOT

CATALOGS = sorted(ROOT.glob("*/*/*/LC_MESSAGES/*.po"))


def _write(base, text):
    source = base / "home" / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n{text}', encoding="utf-8")
    return source


def test_a_catalog_is_compiled_once_and_again_when_it_changes(tmp_path):
    source = _write(tmp_path, 'msgid "Save"\nmsgstr "儲存"\n')
    target = source.with_suffix(".mo")

    assert compile_catalogs(tmp_path) == [target]
    with target.open("rb") as file:
        assert GNUTranslations(file).gettext("Save") == "儲存"
    assert compile_catalogs(tmp_path) == []

    os.utime(target, ns=(0, 0))
    assert compile_catalogs(tmp_path) == [target]
    assert sorted(path.name for path in target.parent.iterdir()) == ["django.mo", "django.po"]


def test_a_malformed_catalog_is_named_with_its_line(tmp_path):
    source = _write(tmp_path, '<<<<<<< ours\nmsgid "Save"\nmsgstr "儲存"\n')

    with pytest.raises(OSError, match=f"{source}.*line 4"):
        compile_catalogs(tmp_path)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_catalog_says_each_message_once(path):
    counted = Counter((entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path)))

    assert [message for message, count in counted.items() if count > 1] == []


def said(base):
    """Every message of each catalog, with its translation; what is obsolete or a guess is not said."""
    return {
        (path.relative_to(base).parts[0:2], entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural
        for path in base.glob("*/*/*/LC_MESSAGES/*.po")
        for entry in polib.pofile(str(path))
        if not entry.obsolete and not entry.fuzzy
    }


@pytest.fixture
def gettext():
    if shutil.which("xgettext") is None:
        reason = "gettext is not installed"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


def test_make_catalogs_loses_nothing_and_nothing_is_missing(gettext, tmp_path):
    base = tmp_path / "hub"
    for app in ("api", "cms", "home", "programs", "showcase"):
        shutil.copytree(ROOT / app, base / app, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("manage.py", "Makefile", "requirements"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, base / name)
    (base / ".venv").symlink_to(sys.prefix)

    # The tools are there already: nothing is to be installed for a copy.
    subprocess.run(["make", "-o", ".venv/runtime", "catalogs"], cwd=base, check=True, capture_output=True)

    assert said(base) == said(ROOT)
    assert [message for message, translation in said(base).items() if not translation] == []
