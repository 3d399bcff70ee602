import hashlib
import zlib

import pytest
from django.core.files.uploadhandler import StopUpload
from django.test import RequestFactory

from core import uploads
from core.uploads import HashingUploadHandler

BOUNDARY = "frontier"


def body(name, content, text="kept"):
    """What a browser sends for one text field before and one after the file."""
    return (
        (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="before"\r\n\r\n{text}\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        + content
        + (
            f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="after"\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n'
        ).encode()
    )


def receive(content, name="scan.pdf"):
    request = RequestFactory().generic(
        "POST", "/", body(name, content), content_type=f"multipart/form-data; boundary={BOUNDARY}"
    )
    request.upload_handlers = [HashingUploadHandler(request)]
    return request


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 64 * 1024 + 1, 1_000_003])
def test_digests_and_size_are_those_of_the_bytes(size):
    content = bytes(n * 7 % 251 for n in range(size))
    uploaded = receive(content).FILES["file"]
    assert (uploaded.sha256, uploaded.crc32, uploaded.byte_count, uploaded.too_large) == (
        hashlib.sha256(content).hexdigest(),
        zlib.crc32(content),
        size,
        False,
    )
    assert uploaded.read() == content


def test_the_whole_name_is_kept():
    name = "a" * 300 + ".pdf"
    uploaded = receive(b"x", name).FILES["file"]
    assert uploaded.sent_name == name
    assert len(uploaded.name) == 255


def test_above_the_limit_the_text_fields_still_arrive(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 100_000)
    request = receive(b"x" * 150_000)
    uploaded = request.FILES["file"]
    assert (uploaded.too_large, uploaded.byte_count) == (True, 150_000)
    assert uploaded.size <= 150_000
    assert uploaded.file.seek(0, 2) <= 100_000
    assert (request.POST["before"], request.POST["after"]) == ("kept", "kept")


def test_exactly_the_limit_is_fine(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 100_000)
    assert receive(b"x" * 100_000).FILES["file"].too_large is False
    assert receive(b"x" * 100_001).FILES["file"].too_large is True


def test_a_body_many_times_the_limit_ends_the_connection(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 100_000)
    handler = HashingUploadHandler(RequestFactory().post("/"))
    handler.new_file("file", "scan.pdf", "application/pdf", None, None, None)
    for _ in range(HashingUploadHandler.DRAIN_FACTOR):
        handler.receive_data_chunk(b"x" * 100_000, 0)
    with pytest.raises(StopUpload) as stopped:
        handler.receive_data_chunk(b"x", 0)
    assert stopped.value.connection_reset is True
