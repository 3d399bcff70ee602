"""What a ZIP or OLE container really is: the ending says little, since a dozen kinds of files are built on each."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from proofs.checks.formats.zip_directory import LOCAL, BadArchive, beginning, read_directory
from proofs.checks.limits import MAX_CONTENT_TYPES_BYTES

OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT_TYPES, MIMETYPE = "[Content_Types].xml", "mimetype"

# Type of the main part -> kind. Documents with macros count as the same kind; the office check stops them.
_OOXML = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument|ms)[.-]"
    rb"(wordprocessingml|word|spreadsheetml|excel|presentationml|powerpoint)\."
    rb"(?:document|sheet|presentation|slideshow)\.(?:macroEnabled\.)?main\+xml",
    re.IGNORECASE,
)
_FAMILIES = {
    b"wordprocessingml": "docx", b"word": "docx", b"spreadsheetml": "xlsx", b"excel": "xlsx",
    b"presentationml": "pptx", b"powerpoint": "pptx",
}  # fmt: skip
_ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
OFFICE_KINDS = frozenset({*_FAMILIES.values(), *_ODF.values()})
OPEN_DOCUMENT_KINDS = frozenset(_ODF.values())


def _wide(name: str) -> bytes:
    """A name as the directory of an OLE file writes it."""
    return name.encode("utf-16-le")


_MESSAGE_MARK = _wide("__properties_version1.0")
_OLE_NAMES: tuple[tuple[bytes, str | Promise], ...] = (
    (_wide("EncryptedPackage"), _("an Office document locked with a password")),
    (_wide("WordDocument"), _("an old Word document (.doc)")),
    (_wide("PowerPoint Document"), _("an old PowerPoint presentation (.ppt)")),
    (_wide("Workbook"), _("an old Excel workbook (.xls)")),
)


def container_kind(data: bytes, promised: str) -> str:
    """Name of our kind that a ZIP or OLE file is, "" when it is none.

    promised: what its ending says. Believed for a container whose directory cannot be read, so that the check of its
    content can say what is wrong with it.
    """
    if data.startswith(OLE_START):
        # Cut off, it may have lost the mark: believed as well, when nothing says that it is something else.
        cut_off = promised == "msg" and not container_name(data)
        return "msg" if _MESSAGE_MARK in data or cut_off else ""
    if not data.startswith(LOCAL):
        return ""
    directory = read_directory(data)
    entries = {entry.name: entry for entry in directory.entries}
    try:
        if MIMETYPE in entries:
            return _ODF.get(beginning(data, entries[MIMETYPE], 100).strip(), "")
        if CONTENT_TYPES in entries:
            match = _OOXML.search(beginning(data, entries[CONTENT_TYPES], MAX_CONTENT_TYPES_BYTES))
            return _FAMILIES[match[1].lower()] if match else ""
    except BadArchive:
        pass
    unread = not entries or directory.faults
    return promised if unread and promised in OFFICE_KINDS and _begins_as_package(data) else ""


def _begins_as_package(data: bytes) -> bool:
    """Whether the first entry is one that packages of office programs begin with."""
    return data[30:200].startswith((b"[Content_Types].xml", b"_rels/", b"docProps/", b"mimetype", b"xl/", b"word/"))


def container_name(data: bytes) -> str:
    """What an OLE file that we do not take is, in words with article, "" when not known."""
    if not data.startswith(OLE_START):
        return ""
    return next((str(label) for mark, label in _OLE_NAMES if mark in data), "")
