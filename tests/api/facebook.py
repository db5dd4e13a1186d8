"""The Facebook page as staff and worker keep it, against the fake Graph API."""

from datetime import timedelta

from django.utils import timezone

from api.models import Delivery, Post
from api.outlets import facebook_desk
from api.outlets.facebook_queue import deliver_facebook
from home.models import Clock
from tests import fake_graph


def set_up(settings, graph):
    """The hub with a token for the page."""
    settings.FACEBOOK_GRAPH_URL = graph.url
    settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_PAGE_TOKEN = fake_graph.PAGE, fake_graph.TOKEN


def wanted(page, lead_in="", form="link", by=None):
    """Staff want it on the page."""
    return choose(page, wanted=True, lead_in=lead_in, form=form, by=by)


def choose(page, *, wanted, lead_in="", form="link", by=None):
    post = facebook_desk.post_of(page.translation_key, page.lang)
    facebook_desk.choose(post, by, Clock.now(), wanted=wanted, lead_in=lead_in, form=form)
    return post


def deliver():
    return deliver_facebook(timezone.now())


def later(frozen_time, rounds=12, by=timedelta(minutes=40)):
    """Let time pass, with the worker at it."""
    for _round in range(rounds):
        frozen_time.shift(by)
        deliver()


def again(post):
    return Post.objects.get(pk=post.pk)


def states():
    """What has become of every delivery to the page, in order."""
    return list(Delivery.objects.filter(endpoint=None).order_by("pk").values_list("event", "state"))


def change(page, **fields):
    """An edit as an editor makes it."""
    page = page.specific_class.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return page
