"""The one door through which stored files leave the house."""

from typing import Any, Protocol
from urllib.parse import quote

from django.core.files.storage import Storage
from django.http import FileResponse, Http404, HttpResponseBase


class Servable(Protocol):
    name: str
    media_type: str
    key: str

    @property
    def is_servable(self) -> bool: ...


def serve(item: Servable, storage: Storage, *, inline: bool = False) -> HttpResponseBase:
    """Answer with the file of `item`, which the caller fetched through `visible_to`.

    Raises Http404 when it may not be served (not checked, refused) or is not there. inline is for kinds a browser
    may preview; everything carries nosniff and a sandbox, so that nothing in it can run.
    """
    if not item.is_servable or not storage.exists(item.key):
        raise Http404
    response = FileResponse(storage.open(item.key, "rb"), content_type=item.media_type)
    return _sealed(response, item.name, inline)


def _sealed(response: Any, name: str, inline: bool) -> HttpResponseBase:
    kind = "inline" if inline else "attachment"
    ascii_name = "".join(c if c.isascii() and c.isprintable() and c not in '"\\;' else "_" for c in name)
    response["Content-Disposition"] = f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=300"
    return response
