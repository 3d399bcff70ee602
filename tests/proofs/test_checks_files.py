"""Every file of tests/files gets exactly the verdict and the findings of expected.json."""

import json
from pathlib import Path

import pytest

from proofs.checks.base import Level
from proofs.checks.runner import run_checks
from tests.proofs.checking import FILES, check_bytes, findings, messages, subject_of

EXPECTED = json.loads((FILES / "expected.json").read_text())

SCRIPT = "The PDF contains a script (JavaScript)."
PRINT_AGAIN = "Print it to a new PDF, which leaves that out, and upload the new file."
PDF_CUT_OFF = "The PDF is incomplete: the file is cut off (truncated). Export or download it again and upload it."
PDF_LOCKED = "The PDF is encrypted: it needs a password. Export the PDF again without a password and upload it again."
PDF_DAMAGED = "The PDF is damaged and cannot be opened. Export it again from its program and upload it again."
NAMED_JPG = (
    "The file is named .jpg but is a PDF file. Rename it to end in .pdf, check that it opens, and upload it again."
)
PICTURE_CUT_OFF = (
    "The picture is incomplete: the file is cut off (truncated). Copy it again from its source and upload it."
)


def test_every_file_is_expected():
    found = {f"{folder}/{path.name}" for folder in ("good", "bad") for path in (FILES / folder).iterdir()}
    assert found == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_file(name):
    report = run_checks(subject_of(FILES / name))
    assert {"kind": report.kind, "verdict": report.verdict, "checks": findings(report)} == EXPECTED[name]


@pytest.mark.parametrize("name", [name for name, report in EXPECTED.items() if report["verdict"] == "refused"])
def test_refusals_say_what_to_do(name):
    """A sentence on what is wrong, at least one on what to do, and no word of a library."""
    for message in messages(run_checks(subject_of(FILES / name)), Level.STOP):
        assert message.count(". ") >= 1
        assert [word for word in ("Error", "0x", "object at", "pikepdf", "PDFium") if word in message] == []


@pytest.mark.parametrize(
    ("name", "stops"),
    [
        ("script-on-opening.pdf", [f"{SCRIPT} {PRINT_AGAIN}"]),
        ("script-in-locked-file.pdf", [f"{SCRIPT} {PRINT_AGAIN}", PDF_LOCKED]),
        ("script-in-object-stream-cut-off.pdf", [f"{SCRIPT} {PRINT_AGAIN}", PDF_CUT_OFF]),
        (
            "launches-a-program.pdf",
            [f"The PDF starts a program on the reader's computer (launch action). {PRINT_AGAIN}"],
        ),
        ("script-named.jpg", [f"{SCRIPT} {PRINT_AGAIN}", NAMED_JPG]),
        ("script-in-letters-cut-off.pdf", [f"{SCRIPT} {PRINT_AGAIN}", PDF_CUT_OFF]),
        ("script-in-packed-form-cut-off.pdf", [f"{SCRIPT} {PRINT_AGAIN}", PDF_CUT_OFF]),
        ("script-without-header.pdf", [f"{SCRIPT} {PRINT_AGAIN}", PDF_DAMAGED]),
        ("cut-off-by-hand.pdf", [PDF_CUT_OFF]),
        ("cut-off-in-the-next-object.pdf", [PDF_CUT_OFF]),
        ("cut-out-of-the-middle.pdf", [PDF_CUT_OFF]),
        ("cut-off-preview.jpg", [PICTURE_CUT_OFF]),
        ("cut-off-in-the-resolution.tif", [PICTURE_CUT_OFF]),
        ("cut-off-before-everything.tif", [PICTURE_CUT_OFF]),
        ("needs-password.pdf", [PDF_LOCKED]),
        ("cut-off.pdf", [PDF_CUT_OFF]),
        ("cut-off.jpg", [PICTURE_CUT_OFF]),
        (
            "zip-named.pdf",
            [
                "The file is named .pdf but is a ZIP archive or Office document. Open it in its own program, "
                "export it as PDF file and upload that."
            ],
        ),
        (
            "html-named.pdf",
            [
                "The file is named .pdf but is a web page. Open it in its own program, export it as PDF file "
                "and upload that."
            ],
        ),
    ],
)
def test_reasons(name, stops):
    """All reasons, the most dangerous first (D-22)."""
    assert messages(run_checks(subject_of(FILES / "bad" / name)), Level.STOP) == stops


def test_attachment_is_named():
    report = run_checks(subject_of(FILES / "good" / "e-invoice-with-xml-inside.pdf"))
    assert messages(report, Level.WARNING) == [
        "The PDF carries an embedded file: factur-x.xml. Reviewers do not see it: upload it on its own if "
        "it is evidence."
    ]
    assert report.facts["attachments"] == ["factur-x.xml"]


def test_facts_of_a_picture():
    report = run_checks(subject_of(FILES / "good" / "animated.gif"))
    assert report.facts == {"kind": "gif", "width": 160, "height": 120, "frames": 2, "scanned": False}


def test_facts_of_a_pdf():
    report = run_checks(subject_of(FILES / "good" / "three-pages-in-object-streams.pdf"))
    assert report.facts == {
        "kind": "pdf",
        "attachments": [],
        "pages": 3,
        "width": 595,
        "height": 842,
        "has_text": True,
        "encrypted": False,
        "scanned": False,
    }


@pytest.mark.parametrize(
    "name",
    [
        "photo.jpg",
        "progressive.jpg",
        "four-colours-cmyk.jpeg",
        "screenshot.png",
        "animated.gif",
        "picture.webp",
        "preview-behind-the-end.jpg",
        "invoice.pdf",
        "for-the-web-linearized.pdf",
        "three-pages-in-object-streams.pdf",
    ],
)
def test_cut_off_anywhere_is_incomplete(name, tmp_path: Path):
    """At twenty places over the length, and at each of the last bytes, which decoders like to forgive."""
    whole = (FILES / "good" / name).read_bytes().rstrip(b"\r\n")
    places = {len(whole) * part // 20 for part in range(1, 20)} | {len(whole) - last for last in range(1, 5)}
    for place in sorted(places):
        report = check_bytes(tmp_path, whole[:place], name)
        stops = messages(report, Level.STOP)
        assert (place, report.verdict, stops[-1:]) in [
            (place, "refused", [PDF_CUT_OFF]),
            (place, "refused", [PICTURE_CUT_OFF]),
        ]


def test_declared_type_that_differs_is_a_warning(tmp_path: Path):
    data = (FILES / "good" / "photo.jpg").read_bytes()
    for declared, expected in (
        ("image/jpeg", []),
        ("IMAGE/JPEG; charset=binary", []),
        ("", []),
        ("application/octet-stream", []),
        ("image/pjpeg", []),
        ("text/html", [["kind", "warning"]]),
    ):
        report = check_bytes(tmp_path, data, "photo.jpg", declared_type=declared)
        assert (declared, report.verdict, findings(report)) == (declared, "clean", expected)
