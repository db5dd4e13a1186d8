"""What only a key opens: nothing here is public, and nothing here is kept by a cache."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from api.models import Key, Partner, Scope
from api.problems import Problem
from api.reading import JSON, Door
from api.serializers.json import dump


class KeyedView(Door):
    """An address for partners. A subclass names the scope it needs, if any."""

    scope: ClassVar[Scope | None] = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in whoever has a key, and the scope for it.

        Raises:
            Problem: unauthenticated, or forbidden-scope.
        """
        super().initial(request, *args, **kwargs)
        if request.auth is None:
            raise Problem("unauthenticated")
        if self.scope and self.scope not in self.key.scopes:
            raise Problem("forbidden-scope")

    @property
    def key(self) -> Key:
        """The key asked with."""
        key: Key = self.request.auth  # type: ignore[assignment]  # DRF knows only tokens of its own
        return key

    @property
    def partner(self) -> Partner:
        """Whose it is."""
        return self.key.partner

    def answer(self, document: Any, status: int = 200) -> HttpResponse:
        """A document for this partner alone."""
        response = HttpResponse(dump({"data": document}), content_type=JSON, status=status)
        response["Cache-Control"] = "no-store"
        response["Vary"] = "Authorization"
        return response
