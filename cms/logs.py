"""What the log must not keep: a link that lets whoever reads it answer in somebody's name."""

import logging
import re
from typing import Final

# Of a party's consent and of an invitation: the token, and the slash before it.
_LINK: Final = re.compile(r"(?<=/consent/)[^/\s]+|(?<=/invitations/)[^/\s]+")


class UnlinkedFilter(logging.Filter):
    """Writes a token in an address as dots, in every line whatever logs it: Django logs the address of each refusal."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, its words without tokens."""
        record.msg, record.args = _LINK.sub("…", record.getMessage()), ()
        return True
