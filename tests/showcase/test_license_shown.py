"""Whoever agrees to a license text by its hash has every part of it before him, on whichever page he agrees."""

import re
from datetime import timedelta

import pytest

from home.models import Clock
from showcase.models import ConsentText
from tests.showcase.consent_page import path
from tests.showcase.desk import at, step
from tests.showcase.stories import coauthor, draft, handed_in, published

pytestmark = pytest.mark.django_db


def asked_by_link(client, _frozen_time):
    return client.get(path(handed_in(people=[coauthor(1)]).parties[1]))


def handing_in(_client, _frozen_time):
    made = draft()
    return at(made.author).client.get(step(made, "license"))


def renewing(_client, frozen_time):
    story = published()
    frozen_time.shift(timedelta(days=5 * 365 - 20))
    return at(story.draft.author).client.get("/desk/renew/")


def plain(text):
    """Letters alone: a line of the text may stand as a name beside its value."""
    return re.sub(r"[\s：]+", "", text)


@pytest.mark.parametrize("page", [asked_by_link, handing_in, renewing])
def test_i3_every_part_of_the_text_stands_on_each_page_that_carries_its_hash(client, frozen_time, page):
    answer = page(client, frozen_time)
    text = ConsentText.current(Clock.now())
    html = answer.content.decode()
    said = plain(re.sub(r"<[^>]+>", "", html))

    assert f'value="{text.sha256}"' in html
    assert len(text.words) == 4
    for part in text.words:
        for line in part.splitlines():
            assert plain(line) in said
