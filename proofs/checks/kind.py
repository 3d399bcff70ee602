"""Is the file what its name says, and is that something we take?"""

import re
import struct
from collections.abc import Sequence

from django.utils.translation import gettext as _

from proofs.checks.base import Check, Level, Outcome, Subject, worst_first
from proofs.checks.formats.containers import OFFICE_KINDS, container_kind, container_name
from proofs.checks.kinds import (
    BY_NAME,
    KINDS,
    PLAIN,
    FileKind,
    extension_of,
    foreign_name,
    instead_of,
    kind_for_name,
    sniff,
    starts_like_mail,
)
from proofs.checks.limits import HEAD_BYTES

_ZIP_END = b"PK\x05\x06"
_ZIP_END_SIZE = 22
_ZIP_COMMENT = 65_535
_PDF_WITHOUT_HEADER = re.compile(rb"%PDF|\b\d{1,10}\s{1,8}\d{1,5}\s{0,8}obj\b")
# What browsers send when they do not know.
_NO_TYPE = ("", "application/octet-stream", "binary/octet-stream", "application/unknown")


class KindCheck(Check):
    """Compares first bytes, ending and the browser's media type; stops mislabelled files and two-in-one
    files. Looks into ZIP and OLE containers, of which only some are kinds that we take.

    Sets the fact `kind`. An ending that differs from the content is a stop: reviewers open what the name
    promises.
    """

    name = "kind"
    version = 3

    def run(self, subject: Subject) -> Sequence[Outcome]:
        promised = kind_for_name(subject.name)
        actual = _actual_kind(subject.data, promised)
        if actual:
            subject.facts["kind"] = actual.name
        if promised is None:
            return [_ending_not_taken(subject.name, actual, subject.data)]
        if actual is None:
            return [_not_what_it_says(subject.name, promised, subject.data)]
        return worst_first(
            [
                *_two_in_one(subject.data, actual),
                *_mislabelled(subject.name, promised, actual),
                *_declared_otherwise(subject.declared_type, actual),
            ]
        )


def _actual_kind(data: bytes, promised: FileKind | None) -> FileKind | None:
    head = data[:HEAD_BYTES]
    name = sniff(head)
    if promised and promised.name in PLAIN:
        prose_about_pdf = name == "pdf" and not head.lstrip().startswith(b"%PDF-") and b"endobj" not in data
        if (not name or prose_about_pdf) and not foreign_name(head):
            return promised
    if promised and promised.name == "pdf" and not name and _PDF_WITHOUT_HEADER.search(head) and not foreign_name(head):
        # Some programs open it all the same, so it is searched for what it would do there.
        return promised
    if promised and promised.name == "eml" and not name and starts_like_mail(head):
        return promised
    return BY_NAME.get(name or container_kind(data, promised.name if promised else ""))


def _ending_not_taken(name: str, actual: FileKind | None, data: bytes) -> Outcome:
    taken = ", ".join(str(kind.label) for kind in KINDS)
    ending, head = extension_of(name), data[:HEAD_BYTES]
    instead = instead_of(ending)
    if instead:
        return Outcome(Level.STOP, instead, container_name(data) or foreign_name(head))
    if actual:
        text = _(
            "The file is a %(kind)s but its name does not say so. Rename it to end in .%(right)s and upload again."
        )
        return Outcome(Level.STOP, text % {"kind": actual.label, "right": actual.extensions[0]}, f"ending {ending!r}")
    if not ending:
        text = _("The file name has no ending, so its type is not clear. Accepted are: %(taken)s.")
        return Outcome(Level.STOP, text % {"taken": taken}, foreign_name(head))
    text = _("Files ending in .%(ending)s are not accepted. Accepted are: %(taken)s. Convert the file and upload it.")
    return Outcome(Level.STOP, text % {"ending": ending, "taken": taken}, foreign_name(head))


def _not_what_it_says(name: str, promised: FileKind, data: bytes) -> Outcome:
    head = data[:HEAD_BYTES]
    values = {
        "ending": extension_of(name),
        "kind": promised.label,
        "found": container_name(data) or foreign_name(head),
    }
    if values["found"]:
        text = _(
            "The file is named .%(ending)s but is %(found)s. Open it in its own program, export it "
            "as %(kind)s "
            "and upload that."
        )
    else:
        text = _(
            "The file is named .%(ending)s but its content is not a %(kind)s. It may be damaged or renamed: "
            "export it again and upload it again."
        )
    return Outcome(Level.STOP, text % values, f"first bytes {head[:16]!r}")


def _mislabelled(name: str, promised: FileKind, actual: FileKind) -> list[Outcome]:
    if promised is actual:
        return []
    text = _(
        "The file is named .%(ending)s but is a %(kind)s. Rename it to end in .%(right)s, check that "
        "it opens, "
        "and upload it again."
    )
    values = {"ending": extension_of(name), "kind": actual.label, "right": actual.extensions[0]}
    return [Outcome(Level.STOP, text % values)]


def _declared_otherwise(declared: str, actual: FileKind) -> list[Outcome]:
    declared = declared.partition(";")[0].strip().lower()
    if declared in _NO_TYPE or declared in actual.media_types:
        return []
    text = _("The browser announced another type (%(declared)s) than the file has (%(kind)s). The content counts.")
    return [Outcome(Level.WARNING, text % {"declared": declared[:80], "kind": actual.label})]


def _two_in_one(data: bytes, actual: FileKind) -> list[Outcome]:
    """Files that are valid as two types at once: each program sees something else in them."""
    at = data[:HEAD_BYTES].find(b"%PDF-")
    other = ""
    if actual.is_picture and at >= 0:
        other = _("a PDF file")
    elif actual.name == "pdf" and at > 0:
        other = foreign_name(data[:at])
    if not other and _has_zip_directory(data, actual):
        other = _("a ZIP archive or Office document")
    if other:
        text = _(
            "The file is a %(kind)s and at the same time %(other)s. Export it again from its program and upload it."
        )
        return [Outcome(Level.STOP, text % {"kind": actual.label, "other": other})]
    if actual.name == "pdf" and at > 0 and data[:at].strip(b"\xef\xbb\xbf\0 \t\r\n"):
        return [Outcome(Level.NOTE, _("There is other text before the PDF begins; it is ignored."), f"{at} bytes")]
    return []


def _has_zip_directory(data: bytes, actual: FileKind) -> bool:
    """Whether unzip programs would find an archive at the end. In a PDF only what follows its end mark
    counts, since an attached Office file is reported by name as an attachment. Office files are archives."""
    if actual.name in OFFICE_KINDS:
        return False
    start = max(0, len(data) - _ZIP_END_SIZE - _ZIP_COMMENT)
    if actual.name == "pdf":
        start = max(start, data.rfind(b"%%EOF"))
    at = data.rfind(_ZIP_END, start)
    if at < 0 or at + _ZIP_END_SIZE > len(data):
        return False
    entries, size, offset = struct.unpack_from("<HII", data, at + 10)
    # All of it has to lie before the end record; random bytes do not fit.
    return bool(entries) and size + offset <= at and data[at - size : at - size + 4] == b"PK\x01\x02"
