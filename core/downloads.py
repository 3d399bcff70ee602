"""The one door through which stored files leave the house."""

import re
from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import quote

from django.core.files.storage import Storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)

from core.archive import Archive, Entry

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")  # no file of ours needs more digits


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


def serve_stream(chunks: Iterator[bytes], name: str, media_type: str) -> HttpResponseBase:
    """Answer with what `chunks` yields, as it comes; its rows were chosen through `visible_to`."""
    response: Any = _sealed(StreamingHttpResponse(chunks, content_type=media_type), name, inline=False)
    response["Cache-Control"] = "private, no-store"
    response["X-Accel-Buffering"] = "no"  # a proxy before us passes it on at once
    return response


def missing(archive: Archive, storage: Storage) -> list[Entry]:
    """Stored files of the archive that are gone or of another size. Ask before the first byte is sent."""
    return [one for one in archive.entries if one.content is None and not _is_there(one, storage)]


def _is_there(entry: Entry, storage: Storage) -> bool:
    try:
        return storage.size(entry.key) == entry.size
    except OSError:
        return False


def serve_archive(
    request: HttpRequest, archive: Archive, name: str, storage: Storage, *, etag: str
) -> HttpResponseBase:
    """Stream a planned archive: exact length, `etag`, and one byte range so that a broken download can go on.

    The caller has asked `missing` and fetched everything through `visible_to`.
    """
    tag = f'"{etag}"'
    if request.headers.get("If-None-Match") == tag:
        return _archive_headers(HttpResponse(status=304), name, tag)
    span = _span(request, archive.length, tag)
    if span is None:
        response: Any = _streamed(archive, storage, 0, archive.length - 1)
    elif span == ():
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{archive.length}"
    else:
        response = _streamed(archive, storage, *span)
        response.status_code = 206
        response["Content-Range"] = f"bytes {span[0]}-{span[1]}/{archive.length}"
    return _archive_headers(response, name, tag)


def _streamed(archive: Archive, storage: Storage, first: int, last: int) -> StreamingHttpResponse:
    chunks: Iterator[bytes] = archive.stream(lambda key: storage.open(key, "rb"), first, last)
    response = StreamingHttpResponse(chunks, content_type="application/zip")
    response["Content-Length"] = last - first + 1
    return response


def _span(request: HttpRequest, length: int, tag: str) -> tuple[int, ...] | None:
    """(first, last) of the range asked for; None = the whole; () = cannot be satisfied."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()) or request.headers.get("If-Range", tag) != tag:
        return None
    if not asked[1]:
        count = min(int(asked[2]), length)
        return (length - count, length - 1) if count else ()
    first, last = int(asked[1]), min(int(asked[2] or length - 1), length - 1)
    return (first, last) if first <= last else ()


def _archive_headers(response: Any, name: str, tag: str) -> HttpResponseBase:
    sealed: Any = _sealed(response, name, inline=False)
    sealed["ETag"], sealed["Accept-Ranges"] = tag, "bytes"
    sealed["Cache-Control"] = "private, no-cache"
    return sealed


def _sealed(response: Any, name: str, inline: bool) -> HttpResponseBase:
    kind = "inline" if inline else "attachment"
    ascii_name = "".join(c if c.isascii() and c.isprintable() and c not in '"\\;' else "_" for c in name)
    response["Content-Disposition"] = f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=300"
    return response
