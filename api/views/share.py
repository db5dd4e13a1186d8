"""The picture of an item's share card, 1200×630, while the item may be shown on the site."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from api.outlets.share_picture import made, source_of
from api.parameters import Asked
from api.problems import Problem
from api.reading import Answer, Epoch, ReadingView
from api.values import Text
from home.visibility import Channel

JPEG = "image/jpeg"


class SharePictureView(ReadingView):
    """A crop of the item's picture, or the site's own. What is on any channel is on the site, so that is asked."""

    channel = Channel.SITE
    # Any item may be a story, or show one's photo: caches ask each time.
    carries_stories = True
    always_there = False

    def summary(self) -> Text:
        """One line for the documentation."""
        return _("The picture of an item's share card")

    def read(self, asked: Asked, epoch: Epoch, **kwargs: Any) -> Answer:
        """The picture as JPEG.

        Raises:
            Problem: not-found: whether it ever was there is nobody's business here.
        """
        del asked
        visible = self.reader.visible(epoch.now).defer("card", "full")
        found = visible.filter(uid=UUID(kwargs["uid"]), lang=kwargs["lang"]).first()
        if found is None:
            raise Problem("not-found")
        return Answer(made(source_of(found, epoch.now)), newest=found.seq, keys=[str(found.uid)], content_type=JPEG)
