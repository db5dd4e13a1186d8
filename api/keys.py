"""What a key looks like: recognizable in a leaked file, checkable without a database, worthless once hashed."""

import hashlib
import re
import secrets
from string import ascii_letters, digits
from typing import Final
from zlib import crc32

ALPHABET: Final = digits + ascii_letters
# 32 characters of 62: 190 bits, so a plain hash is enough to keep it by.
RANDOM: Final = 32
CHECKSUM: Final = 6
PREFIX: Final = 8
SHAPE: Final = re.compile(rf"qjd_[{ALPHABET}]{{{RANDOM + CHECKSUM}}}\Z")


def new_key() -> str:
    """A new key: ``qjd_``, 32 random characters, and a checksum of six."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return f"qjd_{random}{_checksum(random)}"


def is_key(text: str) -> bool:
    """Whether a text could be a key of ours: the shape and the checksum are right."""
    return bool(SHAPE.match(text)) and text.endswith(_checksum(text[4 : 4 + RANDOM]))


def prefix_of(key: str) -> str:
    """The part that may be shown and searched for."""
    return key[: 4 + PREFIX]


def digest_of(key: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(random: str) -> str:
    number, found = crc32(random.encode()), ""
    for _ in range(CHECKSUM):
        number, place = divmod(number, len(ALPHABET))
        found += ALPHABET[place]
    return found
