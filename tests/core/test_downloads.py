from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.http import Http404

from core import downloads


@dataclass
class Item:
    name: str = "invoice.pdf"
    media_type: str = "application/pdf"
    key: str = "ab/cd/abcd"
    is_servable: bool = True


@pytest.fixture
def store():
    store = InMemoryStorage()
    store.save(Item.key, ContentFile(b"%PDF-1.7 content"))
    return store


def test_a_file_leaves_as_an_attachment_that_can_run_nothing(store):
    response = downloads.serve(Item(), store)
    assert b"".join(response.streaming_content) == b"%PDF-1.7 content"
    assert {name: response[name] for name in response.headers} == {
        "Content-Type": "application/pdf",
        "Content-Length": "16",
        "Content-Disposition": "attachment; filename=\"invoice.pdf\"; filename*=UTF-8''invoice.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=300",
    }


def test_a_preview_is_inline_and_as_tightly_closed(store):
    response = downloads.serve(Item(), store, inline=True)
    assert response["Content-Disposition"].split(";")[0] == "inline"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("item", [Item(is_servable=False), Item(key="not/there")])
def test_what_is_not_clean_or_not_there_is_not_found(store, item):
    with pytest.raises(Http404):
        downloads.serve(item, store)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ('a"b\\c;d.pdf', "attachment; filename=\"a_b_c_d.pdf\"; filename*=UTF-8''a%22b%5Cc%3Bd.pdf"),
        ("Prüfung.pdf", "attachment; filename=\"Pr_fung.pdf\"; filename*=UTF-8''Pr%C3%BCfung.pdf"),
        (
            "x\r\nSet-Cookie: a=b",
            "attachment; filename=\"x__Set-Cookie: a=b\"; filename*=UTF-8''x%0D%0ASet-Cookie%3A%20a%3Db",
        ),
    ],
)
def test_a_name_cannot_break_the_header(store, name, header):
    assert downloads.serve(Item(name=name), store)["Content-Disposition"] == header
