"""Django with nothing but the empty view: settings and addresses in one."""

from django.http import HttpResponse
from django.urls import path

SECRET_KEY = "for the bench only"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.bench.bare"


def empty(_request):
    return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [path("empty", empty)]
