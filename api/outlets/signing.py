"""Standard Webhooks, version 1: who receives a message can tell that it is ours, whole, and of now.

A secret is made anew from the hub's own key and the endpoint's seed whenever one is needed, so nothing that is stored
can sign a message. Changing SECRET_KEY therefore changes every secret.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.crypto import salted_hmac

PREFIX: Final = "whsec_"
SALT: Final = "api.outlets.signing"
SEED_BYTES: Final = 32


def new_seed() -> str:
    """What an endpoint keeps; alone it opens nothing."""
    return secrets.token_hex(SEED_BYTES)


def secret_of(seed: str) -> str:
    """The secret its owner verifies with, as in ``whsec_…``."""
    return f"{PREFIX}{base64.b64encode(_key(seed)).decode()}"


def signed_headers(message_id: str, body: bytes, seeds: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers of a message, with one signature for each seed."""
    timestamp = str(int(at.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(seed, content) for seed in seeds),
    }


def _signature(seed: str, content: bytes) -> str:
    return f"v1,{base64.b64encode(hmac.digest(_key(seed), content, hashlib.sha256)).decode()}"


def _key(seed: str) -> bytes:
    return salted_hmac(SALT, seed, algorithm="sha256").digest()
