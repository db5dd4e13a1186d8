"""The files of the bureau's library, as readers get them."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe


@require_safe
def rendition(_request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture in one size, by its unguessable name. Originals have no address.

    Raises:
        Http404: when no such file exists.
    """
    path = f"renditions/{name}"
    if "/" in name or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path))
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
