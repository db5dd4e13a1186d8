"""How the history of a partner names what staff did with it."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter


class Act(LogFormatter):
    """What was done, and to what."""

    # Which of the entry's facts says to what.
    about = ""

    def format_message(self, log_entry: Any) -> str:
        """The act and what it was about."""
        about = log_entry.data.get(self.about, "")
        return f"{self.message}：{about}" if about else str(self.message)


class KeyIssued(Act):
    """A key by its first letters."""

    label, message, about = _("Issue a key"), _("Key issued"), "prefix"


class KeyRevoked(Act):
    """A key by its first letters."""

    label, message, about = _("Revoke a key"), _("Key revoked"), "prefix"


class LicenseAccepted(Act):
    """A license by its code."""

    label, message, about = _("Keep an acceptance"), _("License accepted"), "license"


class EndpointEnabled(Act):
    """An endpoint by its address."""

    label, message, about = _("Switch on"), _("Webhook address switched on"), "url"


class EndpointDisabled(Act):
    """An endpoint by its address."""

    label, message, about = _("Switch off"), _("Webhook address switched off"), "url"


class Replayed(Act):
    """Deliveries by their endpoint."""

    label, message, about = _("Deliver again"), _("Deliveries sent again"), "url"


ACTS: Final[dict[str, type[Act]]] = {
    "key_issued": KeyIssued,
    "key_revoked": KeyRevoked,
    "license_accepted": LicenseAccepted,
    "endpoint_enabled": EndpointEnabled,
    "endpoint_disabled": EndpointDisabled,
    "replayed": Replayed,
}
