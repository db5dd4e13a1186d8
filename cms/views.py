"""The pages that belong to no app: health, and what is shown when there is nothing to show."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api import ledger
from api.problems import problem
from home.models import Clock


@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers and is migrated: 200, else 503."""
    try:
        seq = Clock.objects.values_list("seq", flat=True).get(pk=Clock.ONLY)
    except (DatabaseError, Clock.DoesNotExist):
        return JsonResponse({"status": "unready"}, status=503)
    return JsonResponse({"status": "ok", "database": connection.vendor, "seq": seq})


@never_cache
def metrics(_request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for what never was, 410 for what once stood here and was taken down."""
    del exception
    if request.path.startswith("/api/"):
        return problem(request, "not-found")
    entry = ledger.former(request.path, Clock.now())
    response = render(request, "410.html" if entry else "404.html", {"entry": entry}, status=410 if entry else 404)
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500 in the reader's language, without touching the database."""
    if request.path.startswith("/api/"):
        return problem(request, "internal-error")
    return render(request, "500.html", status=500)
