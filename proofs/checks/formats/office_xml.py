"""Reads one XML part of an office file as a stream: nothing is built, nothing is looked up, no entity is expanded.

The parser itself is used, not a tree made by it: it ends where a document type declares anything, so no declaration
is ever acted on, and memory does not grow with the part.
"""

import time
from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

from proofs.checks.limits import MAX_XML_DEPTH


class BadXml(Exception):
    """The part is not to be read on: `entities` when it declares some, else damaged or too complex."""

    def __init__(self, detail: str, *, entities: bool = False, too_complex: bool = False) -> None:
        super().__init__(detail)
        self.detail, self.entities, self.too_complex = detail, entities, too_complex


class Listener(Protocol):
    """What is told of a part as it is read; names are without prefix."""

    def start(self, name: str, values: dict[str, str]) -> None: ...

    def text(self, data: str) -> None: ...

    def end(self, name: str) -> None: ...

    @property
    def is_done(self) -> bool:
        """Whether it has heard enough."""


def plain(name: str) -> str:
    """A name without its prefix: what prefixes stand for is the writer's choice."""
    return name.rpartition(":")[2]


def read_xml(chunks: Iterable[bytes], listeners: list[Listener], until: float, *, may_have_type: bool = False) -> None:
    """Tell the listeners of every element. Raises BadXml, and BadArchive when the bytes themselves are bad.

    until: moment of this thread's own clock after which the part counts as too complex.
    may_have_type: a document type that declares nothing is let pass (pictures and old manifests have one).
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0
    heard = listeners

    def doctype(name: str, _system: str | None, _public: str | None, declares: int) -> None:
        if declares or not may_have_type:
            raise BadXml(f"document type {name!r}", entities=True)

    def entity(name: str, *_rest: object) -> None:
        raise BadXml(f"entity {name!r}", entities=True)

    def start(name: str, values: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_XML_DEPTH:
            raise BadXml("elements nested too deep", too_complex=True)
        if not heard:
            return
        own = plain(name)
        given = {plain(key): value for key, value in values.items()}
        for one in heard:
            one.start(own, given)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        for one in heard:
            one.end(plain(name))

    def text(data: str) -> None:
        for one in heard:
            one.text(data)

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            heard = [one for one in heard if not one.is_done]
            if not heard:
                parser.CharacterDataHandler = None
            if time.thread_time() > until:
                raise BadXml("takes too long", too_complex=True)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # an encoding nobody knows is a LookupError
        raise BadXml(str(error)) from error
