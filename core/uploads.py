"""Hash, CRC-32 and size are computed while the bytes arrive; the file lies on disk once and is moved, not copied."""

import hashlib
import zlib
from typing import Any

from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler

# A 20-page scan at 300 dpi in colour is about 20 MB; 50 leaves room and still uploads over a slow line.
MAX_FILE_BYTES = 50 * 1024 * 1024


class HashingUploadHandler(TemporaryFileUploadHandler):
    """Streams each file to the incoming folder and leaves `sha256`, `crc32`, `byte_count`, `too_large` and
    `sent_name` (its whole name, which Django shortens) on it.

    A file above the limit is not written further; the rest is read and dropped so that the form's
    text fields arrive and the person gets a message. A body many times the limit ends the connection instead.
    Files of somebody who is not signed in are read and dropped: no page takes them, so they never reach the disk.
    The limit is MAX_FILE_BYTES; a page with `file_limit(request)` may allow more, to whom it wants to.
    """

    # Bytes read at once: the web server copies what it has buffered at every read, so small reads cost much.
    chunk_size = 256 * 1024
    DRAIN_FACTOR = 4  # so many times the limit are read and dropped before we hang up

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        user = getattr(self.request, "user", None)
        if user is not None and not user.is_authenticated:
            raise SkipFile
        super().new_file(*args, **kwargs)
        self._sha256 = hashlib.sha256()
        self._crc32 = 0
        self._count = 0
        self._limit = max(MAX_FILE_BYTES, _limit_of_page(self.request))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._count += len(raw_data)
        if self._count > self._limit:
            if self._count > max(MAX_FILE_BYTES * self.DRAIN_FACTOR, self._limit + MAX_FILE_BYTES):
                self.file.close()
                raise StopUpload(connection_reset=True)
            return
        self._sha256.update(raw_data)
        self._crc32 = zlib.crc32(raw_data, self._crc32)
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> Any:
        uploaded: Any = super().file_complete(file_size)
        uploaded.sent_name = self.file_name
        uploaded.sha256 = self._sha256.hexdigest()
        uploaded.crc32 = self._crc32
        uploaded.byte_count = self._count
        uploaded.too_large = self._count > self._limit
        return uploaded


def _limit_of_page(request: Any) -> int:
    """What the page that is asked for allows beyond the usual limit; it was found before the body is read."""
    match = getattr(request, "resolver_match", None)
    page = getattr(match.func, "view_class", None) if match is not None else None
    limit = getattr(page, "file_limit", None)
    return limit(request) if limit is not None else 0
