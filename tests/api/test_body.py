"""Bodies for partners, as plain text."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def table(caption):
    return ("table", {"caption": caption, "header": ["角色", "單位"], "rows": [{"cells": ["指導", "總會"]}]})


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ([("heading", "辦理單位"), table("辦理單位")], "辦理單位\n角色 單位\n指導 總會"),
        ([("heading", "辦理單位"), table("分工")], "辦理單位\n分工\n角色 單位\n指導 總會"),
        ([table("分工"), table("分工")], "分工\n角色 單位\n指導 總會\n分工\n角色 單位\n指導 總會"),
    ],
)
def test_a_caption_that_only_repeats_the_heading_above_it_is_read_once(client, body, text):
    page = factories.announcement(body=body)

    assert client.get(f"/api/v1/announcements/{page.translation_key}").json()["data"]["body_text"] == text
