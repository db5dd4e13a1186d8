"""`/me`: what the key asked with may do."""

from django.http import HttpResponse
from rest_framework.request import Request

from api import parameters
from api.throttling import WINDOW, WITH_KEY
from home.taiwan import iso
from home.visibility import Channel

from .keyed import KeyedView


class MeView(KeyedView):
    """The key, its partner, and what they may read."""

    def get(self, request: Request) -> HttpResponse:
        """The key's own page."""
        parameters.read(request.path, request.GET, ())
        key, partner = self.key, self.partner
        return self.answer(
            {
                "key": {
                    "prefix": key.prefix,
                    "name": key.name,
                    "scopes": key.scopes,
                    "issued_at": iso(key.created_at),
                    "expires_at": iso(key.expires_at),
                },
                "partner": {
                    "name": partner.name,
                    "channels": [str(one.name).lower() for one in Channel if one & partner.channels],
                    "commercial": partner.commercial,
                    "hosts": sorted(partner.host_names),
                    "licenses": [
                        {"id": one.license_id, "sha256": one.sha256, "accepted_at": iso(one.accepted_at)}
                        for one in partner.acceptances.all()
                    ],
                    "synced_seq": partner.synced_seq,
                },
                "stories": self.stories(),
                "quota": {"requests": WITH_KEY, "seconds": WINDOW},
            }
        )

    def stories(self) -> str:
        """How this key reads stories: ``whole`` under the licenses accepted, as a ``card``, or not at all."""
        if not self.reader.gets_stories:
            return "none"
        return "whole" if self.reader.licenses else "card"
