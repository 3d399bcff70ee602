"""Texts of templates in Django's own language, for Babel."""

from collections.abc import Collection, Generator, Mapping
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def extract_django(
    fileobj: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Generator[Any, None, None]:
    """Babel extraction method: turns the template into the calls it stands for and reads those."""
    source = templatize(fileobj.read().decode("utf-8"))
    given: Any = dict(options)
    yield from extract_python(BytesIO(source.encode("utf-8")), keywords, comment_tags, given)
