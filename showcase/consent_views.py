"""The page a party's link leads to: GET shows, POST decides."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from home.models import Clock

from .links import party_of


@never_cache
@require_safe
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """What a party is asked.

    Raises:
        Http404: for a link that is guessed, altered, replaced or lapsed: nobody can tell which.
    """
    party = party_of(token, Clock.now())
    if party is None:
        raise Http404
    return render(request, "showcase/consent/page.html", {"party": party})
