"""The one allow-list of file kinds: names, endings, first bytes, media types, may a browser preview it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from proofs.checks.formats.mp3 import frame_length, tag_length
from proofs.checks.limits import HEAD_BYTES


@dataclass(frozen=True)
class FileKind:
    """One kind of file we take.

    label        how people call it, translated
    extensions   allowed endings, lower case without dot, the usual one first
    media_types  media types browsers send for it, the registered one first
    may_preview  may be shown inside a page (pictures by `img`, PDF by pdf.js); others are only downloaded
    """

    name: str
    label: str | Promise
    extensions: tuple[str, ...]
    media_types: tuple[str, ...]
    may_preview: bool
    is_picture: bool = False

    @property
    def media_type(self) -> str:
        return self.media_types[0]


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

KINDS: tuple[FileKind, ...] = (
    FileKind("pdf", _("PDF file"), ("pdf",), ("application/pdf", "application/x-pdf"), may_preview=True),
    FileKind(
        "jpeg",
        _("JPEG picture"),
        ("jpg", "jpeg", "jpe", "jfif"),
        ("image/jpeg", "image/jpg", "image/pjpeg"),
        may_preview=True,
        is_picture=True,
    ),
    FileKind(
        "png",
        _("PNG picture"),
        ("png",),
        ("image/png", "image/x-png", "image/apng"),
        may_preview=True,
        is_picture=True,
    ),
    FileKind("webp", _("WebP picture"), ("webp",), ("image/webp",), may_preview=True, is_picture=True),
    FileKind("gif", _("GIF picture"), ("gif",), ("image/gif",), may_preview=True, is_picture=True),
    # Browsers show neither TIFF nor HEIC: reviewers see the page pictures.
    FileKind(
        "tiff",
        _("TIFF picture"),
        ("tif", "tiff"),
        ("image/tiff", "image/x-tiff"),
        may_preview=False,
        is_picture=True,
    ),
    FileKind(
        "heic",
        _("HEIC picture"),
        ("heic", "heif", "hif"),
        ("image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"),
        may_preview=False,
        is_picture=True,
    ),
    FileKind("text", _("plain text"), ("txt", "text"), ("text/plain",), may_preview=False),
    # Windows calls the type of a table after the program that opens it.
    FileKind(
        "csv",
        _("CSV table"),
        ("csv",),
        ("text/csv", "application/csv", "text/plain", "application/vnd.ms-excel"),
        may_preview=False,
    ),
    FileKind("mp4", _("MP4 video"), ("mp4", "m4v"), ("video/mp4", "video/x-m4v"), may_preview=False),
    FileKind("mov", _("MOV video"), ("mov", "qt"), ("video/quicktime",), may_preview=False),
    FileKind("mp3", _("MP3 recording"), ("mp3",), ("audio/mpeg", "audio/mp3", "audio/x-mp3"), may_preview=False),
    # Office files and e-mails are never shown as such: only the text that was read out of them.
    FileKind("docx", _("Word document"), ("docx",), (f"{_OOXML}.wordprocessingml.document",), may_preview=False),
    FileKind("xlsx", _("workbook (Excel)"), ("xlsx",), (f"{_OOXML}.spreadsheetml.sheet",), may_preview=False),
    FileKind(
        "pptx", _("presentation (PowerPoint)"), ("pptx",), (f"{_OOXML}.presentationml.presentation",), may_preview=False
    ),
    FileKind("odt", _("text document (OpenDocument)"), ("odt",), (f"{_ODF}.text",), may_preview=False),
    FileKind("ods", _("workbook (OpenDocument)"), ("ods",), (f"{_ODF}.spreadsheet",), may_preview=False),
    FileKind("odp", _("presentation (OpenDocument)"), ("odp",), (f"{_ODF}.presentation",), may_preview=False),
    FileKind("eml", _("saved e-mail"), ("eml",), ("message/rfc822",), may_preview=False),
    FileKind("msg", _("saved e-mail (Outlook)"), ("msg",), ("application/vnd.ms-outlook",), may_preview=False),
)

# Kinds without first bytes of their own: what a file of that name holds, its check says.
PLAIN = ("text", "csv")

MAIL_KINDS = ("eml", "msg")
"""Kinds whose attachments become documents of their own."""

BY_NAME: dict[str, FileKind] = {kind.name: kind for kind in KINDS}
BY_EXTENSION: dict[str, FileKind] = {ext: kind for kind in KINDS for ext in kind.extensions}

# Document kinds of the catalogue that a file can satisfy. The PDF print of an e-mail counts as the e-mail;
# addresses, forms and kinds that are not taken yet map to nothing.
_CATALOGUE: dict[str, tuple[str, ...]] = {
    "pdf": ("pdf",),
    "image": ("jpeg", "png", "webp", "gif", "tiff", "heic"),
    "text": ("text", "csv"),
    "video": ("mp4", "mov"),
    "audio": ("mp3",),
    "office": ("docx", "xlsx", "pptx", "odt", "ods", "odp"),
    "email": ("pdf", "eml", "msg"),
}
_CATALOGUE_KIND = {name: kind for kind, names in reversed(_CATALOGUE.items()) for name in names}

# What to do with a file whose ending we know and do not take, by ending.
_INSTEAD: dict[tuple[str, ...], str | Promise] = {
    ("doc", "xls", "ppt", "dot", "xlt", "pps"): _(
        "Files ending in .%(ending)s are the old Office kind and are not accepted. Save the file as .docx, .xlsx "
        "or .pptx, or export it as PDF, and upload that."
    ),
    ("docm", "xlsm", "pptm", "dotm", "xltm", "potm", "ppsm", "xlsb", "xlam"): _(
        "Files ending in .%(ending)s may contain macros, small programs, and are not accepted. Save the file without "
        "macros as .docx, .xlsx or .pptx, or export it as PDF, and upload that."
    ),
    ("zip", "rar", "7z", "gz", "tar", "tgz"): _(
        "Archives (.%(ending)s) are not accepted. Unpack it and upload the files in it one by one."
    ),
}


def catalogue_kind_of(name: str) -> str:
    """The document kind of the catalogue that a kind of file belongs to first ("jpeg" is an "image"), "" for none."""
    return _CATALOGUE_KIND.get(name, "")


def instead_of(ending: str) -> str:
    """What is said of a file with an ending that we know and do not take, "" for all others."""
    text = next((text for endings, text in _INSTEAD.items() if ending in endings), "")
    return str(text) % {"ending": ending} if text else ""


def accepts(kinds: Iterable[str]) -> tuple[FileKind, ...]:
    """File kinds that satisfy these document kinds of the catalogue, in allow-list order; may be empty."""
    wanted = {name for kind in kinds for name in _CATALOGUE.get(kind, ())}
    return tuple(kind for kind in KINDS if kind.name in wanted)


def accept_attribute(kinds: Iterable[FileKind]) -> str:
    """Value of the `accept` attribute of a file input, for example ".pdf,.jpg,.jpeg"."""
    return ",".join(f".{extension}" for kind in kinds for extension in kind.extensions)


def extension_of(name: str) -> str:
    """Lower-case ending of a file name without the dot, "" when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.strip().lower() if dot and stem else ""


def kind_for_name(name: str) -> FileKind | None:
    """The kind its ending promises, None when we do not take such files."""
    return BY_EXTENSION.get(extension_of(name))


_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0")


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


# Marks of the family (brands) by which the one box format is told apart.
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_MOV_BRANDS = (b"qt  ",)
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_MP4_BRANDS = (
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"MSNV",
    b"dash", b"XAVC", b"f4v ", b"3gp4", b"3gp5", b"3gp6",
)  # fmt: skip
# Films of old cameras begin with their content at once.
_OLD_MOV_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def _brands(head: bytes) -> tuple[bytes, ...]:
    """The brands of a file of boxes, its main one first; empty when it does not begin with the box that has them."""
    size = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= size <= HEAD_BYTES:
        return ()
    return (head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4)))


def _boxed_as(*brands: bytes) -> Callable[[bytes], bool]:
    return lambda head: _brands(head)[:1] != () and _brands(head)[0] in brands


def _is_heic(head: bytes) -> bool:
    found = _brands(head)
    return bool(found) and found[0] in _HEIC_BRANDS and not any(brand in _AVIF_BRANDS for brand in found)


def _is_mov(head: bytes) -> bool:
    old = head[4:8] in _OLD_MOV_BOXES and head[:1] == b"\0"
    return old or _boxed_as(*_MOV_BRANDS)(head)


def _is_mp3(head: bytes) -> bool:
    return tag_length(head, 0) > 0 or frame_length(head[:4]) > 0


_STARTS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("jpeg", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("png", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("gif", lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    ("webp", _is_webp),
    ("tiff", lambda head: head.startswith(_TIFF_STARTS)),
    ("heic", _is_heic),
    ("mp4", _boxed_as(*_MP4_BRANDS)),
    ("mov", _is_mov),
    ("mp3", _is_mp3),
)

# What people upload by mistake or on purpose, so that the message can name it. Not a list of bad things:
# whatever is not in KINDS is refused.
_FOREIGN: tuple[tuple[tuple[bytes, ...], str | Promise], ...] = (
    ((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), _("a ZIP archive or Office document")),
    ((b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"), _("a compressed archive")),
    ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",), _("an old Office file")),
    ((b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xca\xfe\xba\xbe"), _("a program")),
    ((b"#!", b"<?php", b"@echo off", b"@ECHO OFF"), _("a script")),
    ((b"{\\rtf",), _("a rich text document")),
    ((b"%!PS",), _("a PostScript file")),
    ((b"BM",), _("a BMP picture")),
    ((b"8BPS",), _("a Photoshop file")),
    ((b"ID3", b"OggS", b"fLaC"), _("a sound file")),
    ((b"\x1aE\xdf\xa3",), _("a video file")),
)

# The tags a browser would take as the start of a web page.
_MARKUP = re.compile(
    rb"<(?:!--|(?:!doctype|html|head|body|script|iframe|style|title|meta|link|img|div|table|font|h1|br|p|a|b|"
    rb"svg|\?xml|object|embed|form|center|span)(?=[\s>/:]))",
    re.IGNORECASE,
)
_LEADING = b"\xef\xbb\xbf \t\r\n\0\x0c"


_HEADER = re.compile(rb"[!-9;-~]{1,100}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
_MAIL_HEADERS = re.compile(
    rb"(?:^|\n)(?:received|return-path|message-id|mime-version|from|date|subject|delivered-to):", re.IGNORECASE
)


def starts_like_mail(head: bytes) -> bool:
    """Whether these are the header lines of an e-mail. A note may begin the same way, so the ending decides."""
    head = head.lstrip(b"\xef\xbb\xbf\r\n")
    return b"\0" not in head and _HEADER.match(head) is not None and _MAIL_HEADERS.search(head) is not None


def sniff(head: bytes) -> str:
    """Name of the kind whose first bytes these are, "" when none. Text has no first bytes and is never
    named.
    """
    for name, starts in _STARTS:
        if starts(head):
            return name
    return "pdf" if head[:HEAD_BYTES].find(b"%PDF-") >= 0 else ""


def starts_like_markup(head: bytes) -> bool:
    """Whether a browser that guesses would show these bytes as a web page (HTML, SVG, XML)."""
    return _MARKUP.match(head.lstrip(_LEADING)[:HEAD_BYTES]) is not None


def foreign_name(head: bytes) -> str:
    """What a file we do not take is, in words with article ("a ZIP archive …"), "" when not known."""
    if starts_like_markup(head):
        return str(_("a web page"))
    if head[:2] == b"MZ" and (b"\0" in head[:64]):
        return str(_("a program"))
    if head[4:8] == b"ftyp":
        return _boxed_name(head)
    return next((str(label) for starts, label in _FOREIGN if _starts_with(head, starts)), "")


def _boxed_name(head: bytes) -> str:
    if any(brand in _AVIF_BRANDS for brand in _brands(head)):
        return str(_("an AVIF picture"))
    if head[8:12] in _HEIC_BRANDS:
        return str(_("a HEIC picture"))
    return str(_("a sound file")) if head[8:12] in _SOUND_BRANDS else str(_("a video file"))


def _starts_with(head: bytes, starts: tuple[bytes, ...]) -> bool:
    """Short marks made of letters also begin honest sentences: they count only in binary data."""
    binary = b"\0" in head[:64]
    return any(head.lstrip(_LEADING).startswith(start) and (binary or len(start) > 4) for start in starts) or any(
        head.startswith(start) and (binary or not start.isalnum()) for start in starts
    )
