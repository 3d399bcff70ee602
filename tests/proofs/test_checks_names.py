"""File names as they come from browsers and from people who mean harm; and the allow-list of kinds."""

import pytest

from proofs.checks import kinds
from proofs.checks.base import Level
from proofs.checks.name import safe_name
from proofs.checks.runner import run_checks
from tests.proofs.checking import FILES, findings, messages, subject_of

INVOICE = FILES / "good" / "invoice.pdf"


@pytest.mark.parametrize(
    ("name", "verdict", "checks", "safe"),
    [
        ("invoice.pdf", "clean", [], "invoice.pdf"),
        ("INVOICE.PDF", "clean", [], "INVOICE.PDF"),
        ("Rechnung Nr. 7 (März).pdf", "clean", [], "Rechnung Nr. 7 (März).pdf"),
        ("請求書.pdf", "clean", [], "請求書.pdf"),
        ("invoice.exe.pdf", "clean", [], "invoice.exe.pdf"),
        ("../../etc/passwd.pdf", "clean", [["name", "warning"]], "passwd.pdf"),
        ("C:\\Users\\me\\invoice.pdf", "clean", [["name", "warning"]], "invoice.pdf"),
        ("folder/invoice.pdf", "clean", [["name", "warning"]], "invoice.pdf"),
        ("CON.pdf", "clean", [["name", "warning"]], "_CON.pdf"),
        ("lpt1.tax.pdf", "clean", [["name", "warning"]], "_lpt1.tax.pdf"),
        ('a "good" price?.pdf', "clean", [["name", "note"]], "a _good_ price_.pdf"),
        ("zero\u200bwidth.pdf", "clean", [["name", "warning"]], "zerowidth.pdf"),
        ("invoice\u202efdp.pdf", "refused", [["name", "stop"]], "invoicefdp.pdf"),
        ("line\nbreak.pdf", "refused", [["name", "stop"]], "linebreak.pdf"),
        ("nul\0byte.pdf", "refused", [["name", "stop"]], "nulbyte.pdf"),
        ("a" * 251 + ".pdf", "clean", [], "a" * 251 + ".pdf"),
        ("a" * 296 + ".pdf", "refused", [["name", "stop"]], "a" * 251 + ".pdf"),
        ("invoice.exe", "refused", [["kind", "stop"]], "invoice.exe"),
        ("invoice.pdf.exe", "refused", [["kind", "stop"]], "invoice.pdf.exe"),
        ("invoice.txt", "refused", [["kind", "stop"]], "invoice.txt"),
        ("invoice", "refused", [["kind", "stop"]], "invoice"),
        (".pdf", "refused", [["kind", "stop"]], ".pdf"),
        ("", "refused", [["kind", "stop"]], "file"),
        ("..", "refused", [["kind", "stop"]], "file"),
    ],
)
def test_names(name, verdict, checks, safe):
    report = run_checks(subject_of(INVOICE, name))
    assert (report.verdict, findings(report), safe_name(name)) == (verdict, checks, safe)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "a" * 296 + ".pdf",
            "The file name has 300 characters; 255 is the most. Shorten the name and upload again.",
        ),
        (
            "invoice.jpg",
            "The file is named .jpg but is a PDF file. Rename it to end in .pdf, check that it opens, and "
            "upload it again.",
        ),
        (
            "invoice",
            "The file is a PDF file but its name does not say so. Rename it to end in .pdf and upload again.",
        ),
    ],
)
def test_messages(name, message):
    assert messages(run_checks(subject_of(INVOICE, name)), Level.STOP) == [message]


def test_path_characters_are_told():
    report = run_checks(subject_of(INVOICE, "../../secret/invoice.pdf"))
    assert messages(report, Level.WARNING) == [
        "The file name contains folders; only the last part, “invoice.pdf”, is kept."
    ]


@pytest.mark.parametrize(
    ("catalogue", "names"),
    [
        (["pdf"], ["pdf"]),
        (["image"], ["jpeg", "png", "webp", "gif", "tiff", "heic"]),
        (["text", "pdf"], ["pdf", "text", "csv"]),
        (["invoice_record", "pdf", "image"], ["pdf", "jpeg", "png", "webp", "gif", "tiff", "heic"]),
        (["email"], ["pdf", "eml", "msg"]),
        (["office"], ["docx", "xlsx", "pptx", "odt", "ods", "odp"]),
        (["url"], []),
        (["video", "audio"], ["mp4", "mov", "mp3"]),
        ([], []),
    ],
)
def test_kinds_of_the_catalogue(catalogue, names):
    assert [kind.name for kind in kinds.accepts(catalogue)] == names


def test_accept_attribute():
    assert kinds.accept_attribute(kinds.accepts(["pdf", "text"])) == ".pdf,.txt,.text,.csv"


def test_only_what_a_browser_shows_safely_is_previewed():
    assert [kind.name for kind in kinds.KINDS if kind.may_preview] == ["pdf", "jpeg", "png", "webp", "gif"]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"PK\x03\x04\x14\0", "a ZIP archive or Office document"),
        (b"Rar!\x1a\x07\x00", "a compressed archive"),
        (b"  \n<html lang=de>", "a web page"),
        (b"\xef\xbb\xbf<!-- x --><p>", "a web page"),
        (b"<svg xmlns='x'>", "a web page"),
        (b"MZ\x90\0\3", "a program"),
        (b"#!/bin/sh\n", "a script"),
        (b"\0\0\0\x18ftypheic", "a HEIC picture"),
        (b"\0\0\0\x18ftypisom", "a video file"),
        (b"\0\0\0\x1cftypM4A \0\0\0\0isommp42", "a sound file"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0avifmiaf", "an AVIF picture"),
        (b"{\\rtf1", "a rich text document"),
        (b"BM is a lovely town", ""),
        (b"MZ, dear colleague", ""),
        (b"<3 lovely", ""),
        (b"Hello", ""),
    ],
)
def test_foreign_files_are_named(head, found):
    assert kinds.foreign_name(head) == found


@pytest.mark.parametrize(
    ("name", "kind"), [("jpeg", "image"), ("pdf", "pdf"), ("odt", "office"), ("msg", "email"), ("unknown", "")]
)
def test_the_catalogue_kind_of_a_file(name, kind):
    """A PDF is a PDF first, although it also counts as the print of an e-mail."""
    assert kinds.catalogue_kind_of(name) == kind


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "letter.doc",
            "Files ending in .doc are the old Office kind and are not accepted. Save the file as .docx, .xlsx or "
            ".pptx, or export it as PDF, and upload that.",
        ),
        (
            "list.xlsm",
            "Files ending in .xlsm may contain macros, small programs, and are not accepted. Save the file without "
            "macros as .docx, .xlsx or .pptx, or export it as PDF, and upload that.",
        ),
        ("all.zip", "Archives (.zip) are not accepted. Unpack it and upload the files in it one by one."),
    ],
)
def test_known_endings_that_are_not_taken_say_what_to_do(name, message):
    assert kinds.instead_of(kinds.extension_of(name)) == message
