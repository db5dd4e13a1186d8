"""License texts in the admin: 管理 write and retire them; what somebody was asked by never changes its words."""

import pytest
from django.urls import reverse

from home.models import Clock
from showcase.models import ConsentText
from tests.showcase.editorial import approved, staff

pytestmark = pytest.mark.django_db
NEW = {
    "code": "tyc-pi-5y-v2",
    "lang": "zh-hant",
    "label": "公益使用（新版）",
    "summary": "誰可以用：青年局。",
    "body": "一、……",
    "notice": "",
    "effective_from": "2026-03-02 09:00",
    "retired_at": "",
}


def address(name, *args):
    return reverse(f"wagtailsnippets_showcase_consenttext:{name}", args=args)


def test_keepers_write_a_new_text_which_is_in_force_from_its_day():
    staff("管理").send(address("add"), NEW)

    text = ConsentText.current(Clock.now())
    assert (text.code, text.label) == ("tyc-pi-5y-v2", "公益使用（新版）")


def test_an_unused_text_may_be_corrected():
    keeper = staff("管理")
    keeper.send(address("add"), NEW)
    text = ConsentText.objects.get(code="tyc-pi-5y-v2")
    before = text.sha256

    keeper.send(address("edit", text.pk), NEW | {"label": "改過的"})

    text.refresh_from_db()
    assert text.label == "改過的"
    assert text.sha256 != before


def test_a_used_text_keeps_its_words_and_is_retired():
    approved()
    text, keeper = ConsentText.objects.get(), staff("管理")
    before = (text.code, text.words, text.sha256, text.effective_from)
    assert "文字不能再改" in keeper.client.get(address("edit", text.pk)).content.decode()

    keeper.send(address("edit", text.pk), NEW | {"retired_at": "2026-03-02 09:30"})

    text.refresh_from_db()
    assert (text.code, text.words, text.sha256, text.effective_from) == before
    assert text.retired_at is not None
    assert ConsentText.current(Clock.now()) is None


@pytest.mark.parametrize("group", ["編輯", "審核"])
def test_nobody_else_writes_license_texts(group):
    assert staff(group).client.get(address("add")).status_code != 200
    assert staff(group).client.get(address("edit", ConsentText.objects.get().pk)).status_code != 200
