"""Walks through the parts of an office file and finds what it would do by itself, load from elsewhere or carry along.

Names of elements and attributes are compared without their prefix, so a prefix of one's own hides nothing.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from proofs.checks.formats.containers import (
    CONTENT_TYPES,
    MIMETYPE,
    OFFICE_KINDS,
    OLE_START,
    OPEN_DOCUMENT_KINDS,
    container_kind,
)
from proofs.checks.formats.office_hazards import Found, OpenHazards, PackageHazards, Reason
from proofs.checks.formats.office_text import Words, is_sheet, reader_of, reading_order
from proofs.checks.formats.office_xml import BadXml, Listener, read_xml
from proofs.checks.formats.zip_directory import BadArchive, Directory, Entry, Fault, expand, read_directory
from proofs.checks.kinds import BY_NAME
from proofs.checks.limits import MAX_INNER_PACKAGE_BYTES, MAX_OFFICE_SECONDS, MAX_ZIP_DEPTH

_REASON_OF = {Fault.EXPANDS: Reason.BOMB, Fault.LOCKED: Reason.LOCKED, Fault.HIDDEN: Reason.ARCHIVE}
_MACRO_NAMES = re.compile(
    r"vbaproject\w*\.bin|vbadata\.xml|macrosheets/|^basic/(?!script-l[bc]\.xml)|^scripts/", re.IGNORECASE
)
_ACTIVE_X_NAMES = re.compile(r"(?:^|/)activex/", re.IGNORECASE)
_FOREIGN_TEXT = re.compile(r"\.(?:html?|mht|mhtml|rtf)", re.IGNORECASE)
# Word and Excel draw comments in an old dialect that is not always well-formed; pictures come from everywhere.
_LENIENT = re.compile(r"\.(?:vml|svg)|META-INF/manifest\.xml", re.IGNORECASE)
_PACKED_PICTURE = re.compile(r"\.(?:emz|wmz|svgz)", re.IGNORECASE)
_MARKUP = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<")
_VBA, _PACKAGER = (name.encode("utf-16-le") for name in ("_VBA_PROJECT", "Ole10Native"))
_PROGRAMS = (b"\x7fELF", b"#!")
_ARCHIVES = (b"PK", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"MSCF")


@dataclass
class Walk:
    """One office file taken apart: what was found and the words that were read."""

    found: Found = field(default_factory=Found)
    words: Words = field(default_factory=Words)
    until: float = field(default_factory=lambda: time.thread_time() + MAX_OFFICE_SECONDS)


def walk(data: bytes, directory: Directory, kind: str, into: Walk | None = None, depth: int = 1) -> Walk:
    """Everything in a package whose directory was judged and is in order."""
    into = into or Walk()
    hazards: list[PackageHazards | OpenHazards] = []
    for entry in sorted(directory.entries, key=lambda one: reading_order(one.name)):
        if time.thread_time() > into.until:
            into.found.add(Reason.TOO_COMPLEX, "takes too long")
            break
        if _MACRO_NAMES.search(entry.name) and not entry.is_folder:
            into.found.add(Reason.MACRO, entry.name)
        if _ACTIVE_X_NAMES.search(entry.name) and not entry.is_folder:
            into.found.add(Reason.ACTIVE_X, entry.name)
        hazard = (OpenHazards if kind in OPEN_DOCUMENT_KINDS else PackageHazards)(entry.name, into.found)
        hazards.append(hazard)
        _read_entry(data, entry, hazard, into, depth)
    _agree(directory, kind, hazards, into.found)
    return into


def _read_entry(data: bytes, entry: Entry, hazard: Listener, into: Walk, depth: int) -> None:
    """Expands one entry to its end, whatever it is: sizes and checksum are proven only then."""
    try:
        content = expand(data, entry)
        head = next(content, b"")
        rest = chain([head], content)
        if head.lstrip(b"\r\n\t ").startswith(_MARKUP):
            words = reader_of(entry.name, into.words) if depth == 1 else []
            _read_markup(entry, rest, words if is_sheet(entry.name) else [hazard, *words], into)
        else:
            _read_binary(entry, head, rest, into, depth)
        for _chunk in content:
            pass
    except BadArchive as error:
        into.found.add(_REASON_OF.get(error.fault, Reason.DAMAGED), error.detail)


def _read_markup(entry: Entry, chunks: Iterator[bytes], listeners: list[Listener], into: Walk) -> None:
    if _FOREIGN_TEXT.search(entry.name):
        into.found.add(Reason.EMBEDDED, entry.name)
        return
    lenient = _LENIENT.search(entry.name) is not None
    try:
        read_xml(chunks, listeners, into.until, may_have_type=lenient)
    except BadXml as error:
        if error.entities:
            into.found.add(Reason.ENTITIES, f"{entry.name}: {error.detail}")
        elif error.too_complex:
            into.found.add(Reason.TOO_COMPLEX, f"{entry.name}: {error.detail}")
        elif not lenient:
            into.found.add(Reason.DAMAGED, f"{entry.name}: {error.detail}")


def _read_binary(entry: Entry, head: bytes, chunks: Iterator[bytes], into: Walk, depth: int) -> None:
    if head.startswith(OLE_START):
        _read_object(entry, chunks, into)
    elif head.startswith(b"PK\x03\x04"):
        _read_package(entry, chunks, into, depth)
    elif head.startswith(_PROGRAMS) or (head[:2] == b"MZ" and b"\0" in head[:64]):
        into.found.add(Reason.PROGRAM, entry.name)
    elif head.startswith(_ARCHIVES) and b"\0" in head[:64] and not _PACKED_PICTURE.search(entry.name):
        into.found.add(Reason.ARCHIVE, entry.name)
    elif head.startswith(b"{\\rtf"):
        into.found.add(Reason.EMBEDDED, entry.name)
    elif entry.name.endswith((".xml", ".rels")) and head:
        into.found.add(Reason.DAMAGED, f"{entry.name} is not XML")


def _whole(entry: Entry, chunks: Iterator[bytes], into: Walk) -> bytes | None:
    if entry.size > MAX_INNER_PACKAGE_BYTES:
        into.found.add(Reason.TOO_COMPLEX, f"{entry.name} has {entry.size} bytes")
        return None
    return b"".join(chunks)


def _read_object(entry: Entry, chunks: Iterator[bytes], into: Walk) -> None:
    """An OLE container inside: macros, a file of any kind that a double click starts, or an old document."""
    inside = _whole(entry, chunks, into)
    if inside is None:
        return
    if _VBA in inside:
        into.found.add(Reason.MACRO, entry.name)
    elif _PACKAGER in inside:
        into.found.add(Reason.PROGRAM, entry.name)
    elif "activex" not in entry.name.lower():
        into.found.add(Reason.EMBEDDED, entry.name)


def _read_package(entry: Entry, chunks: Iterator[bytes], into: Walk, depth: int) -> None:
    """A ZIP inside: an office file (the numbers of a chart) is looked into, any other archive is not taken."""
    inside = _whole(entry, chunks, into)
    if inside is None:
        return
    kind = container_kind(inside, "")
    if kind not in OFFICE_KINDS or depth >= MAX_ZIP_DEPTH:
        into.found.add(Reason.ARCHIVE, entry.name)
        return
    directory = read_directory(inside)
    if directory.faults:
        fault, detail = directory.faults[0]
        into.found.add(_REASON_OF.get(fault, Reason.DAMAGED), f"{entry.name}: {detail}")
        return
    name = entry.name.rpartition("/")[2]
    if name not in into.found.charts:
        into.found.add(Reason.EMBEDDED, name)
    walk(inside, directory, kind, into, depth + 1)


def _agree(directory: Directory, kind: str, hazards: list[PackageHazards | OpenHazards], found: Found) -> None:
    """Whether everything that says what the file is says the same."""
    names = {entry.name for entry in directory.entries}
    if kind in OPEN_DOCUMENT_KINDS:
        types = {one.root_type for one in hazards if isinstance(one, OpenHazards) and one.root_type}
        if types - {BY_NAME[kind].media_type} or CONTENT_TYPES in names:
            found.add(Reason.MISMATCH, ", ".join(sorted(types)))
        if "content.xml" not in names:
            found.add(Reason.DAMAGED, "no content.xml")
        return
    families = {family for one in hazards if isinstance(one, PackageHazards) for family in one.main_families}
    if len(families) > 1 or MIMETYPE in names or not (families or Reason.MACRO in found.reasons):
        found.add(Reason.MISMATCH, ", ".join(sorted(families)) or "no main part")
    if "_rels/.rels" not in names:
        found.add(Reason.DAMAGED, "no relationships")
