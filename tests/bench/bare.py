"""Django with nothing but the empty view: settings and addresses in one."""

from django.http import HttpResponse
from django.urls import path

SECRET_KEY = "for the bench only"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.bench.bare"


def empty(_request):
    # As the usual middleware says it: an answer without it would be sent in chunks.
    return HttpResponse(b"{}", content_type="application/json", headers={"Content-Length": "2"})


urlpatterns = [path("empty", empty)]
