"""The pages that belong to no app: health, and what is shown when there is nothing to show."""

from dataclasses import asdict

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST

from api import ledger
from api.problems import problem
from home.models import Clock
from home.views import hand_back
from home.visibility import Channel

from . import health


@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers and is migrated, and how far behind the worker is: 200, else 503."""
    try:
        figures = health.measure(timezone.now())
    except (DatabaseError, Clock.DoesNotExist):
        return JsonResponse({"status": "unready"}, status=503)
    return JsonResponse({"status": "ok", "database": connection.vendor, **asdict(figures)})


@never_cache
def metrics(_request: HttpRequest) -> HttpResponse:
    """The same figures for Prometheus."""
    return HttpResponse(health.exposition(health.measure(timezone.now())), content_type=CONTENT_TYPE_LATEST)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for what never was, 410 for what once stood here and was taken down."""
    del exception
    if request.path.startswith("/api/"):
        return problem(request, "not-found")
    now = Clock.now()
    entry = ledger.former(request.path, now)
    facts = {"entry": entry, "reason": entry.hidden_because(Channel.SITE, now) if entry else None}
    response = render(request, "410.html" if entry else "404.html", facts, status=410 if entry else 404)
    response["Cache-Control"] = "no-store"
    return response


def session_over(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for what was sent by a session that is over: nothing was stored, and what was typed is not lost."""
    del reason
    return hand_back(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 in the reader's language, without touching the database."""
    if request.path.startswith("/api/"):
        return problem(request, "internal-error")
    return render(request, "500.html", status=500)
