"""Signatures, verified by the official library: ours, whole, of now, and with both secrets while they change."""

import json
from datetime import timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from api.outlets.signing import new_seed, secret_of, signed_headers
from tests.conftest import NOW

BODY = '{"type":"event.published","data":{"title":"青聚點"}}'.encode()
FIRST, SECOND = "1" * 64, "2" * 64


def signed(*seeds, at=NOW):
    return signed_headers("msg_1", BODY, seeds or [FIRST], at)


def test_the_official_library_accepts_what_we_sign():
    assert Webhook(secret_of(FIRST)).verify(BODY, signed()) == json.loads(BODY)
    assert signed()["webhook-timestamp"] == str(int(NOW.timestamp()))


@pytest.mark.parametrize("seeds", [(FIRST, SECOND), (SECOND, FIRST)])
def test_while_a_secret_changes_the_former_and_the_new_one_verify(seeds):
    headers = signed(*seeds)

    for seed in seeds:
        assert Webhook(secret_of(seed)).verify(BODY, headers)
    assert len(headers["webhook-signature"].split()) == 2


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        (BODY + b" ", {}),
        (BODY.replace(b"published", b"withdrawn"), {}),
        (BODY, {"webhook-id": "msg_2"}),
        (BODY, {"webhook-timestamp": str(int(NOW.timestamp()) + 1)}),
        (BODY, {"webhook-signature": "v1,AAAA"}),
        (BODY, signed_headers("msg_1", BODY, [SECOND], NOW)),
    ],
    ids=["a blank", "another event", "another id", "another time", "no signature", "another secret"],
)
def test_what_was_tampered_with_is_refused(body, changed):
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(FIRST)).verify(body, signed() | changed)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_is_not_of_now_is_refused(minutes):
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(FIRST)).verify(BODY, signed(at=NOW + timedelta(minutes=minutes)))


def test_a_secret_is_its_endpoints_own_and_hangs_on_the_key_of_the_hub(settings):
    made = {secret_of(new_seed()) for _ in range(50)}
    before = secret_of(FIRST)
    settings.SECRET_KEY = "another key"

    assert len(made) == 50
    assert before.startswith("whsec_")
    assert len(before) == len("whsec_") + 44
    assert secret_of(FIRST) != before
