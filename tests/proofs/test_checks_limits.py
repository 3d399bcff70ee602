"""Files at and over the limits, and files made to exhaust the machine. Big ones are made here, never kept."""

import io
import os
import resource
import struct
import time
import zlib

import pytest

from proofs.checks import limits
from proofs.checks.base import Level, Subject
from proofs.checks.runner import Report, run_checks
from proofs.checks.sandbox import Sandbox, cpu_wall
from tests.files.make_files import invoice, one_bit, photo
from tests.proofs.checking import check_bytes, findings, messages, subject_of

_HEAD = (
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>\nendobj\n"
)
_TAIL = b"trailer<</Root 1 0 R/Size 9>>\nstartxref\n9\n%%EOF\n"


def test_picture_of_20000_by_20000_is_refused_from_its_header(tmp_path):
    data = one_bit(20_000, 20_000)
    started = time.process_time()
    report = check_bytes(tmp_path, data, "huge.png")
    assert (report.verdict, findings(report)) == ("refused", [["image", "stop"]])
    assert messages(report, Level.STOP) == [
        "The picture has more than 50 megapixels. Save it smaller and upload it again."
    ]
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize(("height", "verdict"), [(5_000, "clean"), (5_001, "refused")])
def test_pixel_limit(height, verdict, tmp_path):
    assert check_bytes(tmp_path, one_bit(10_000, height), "wide.png").verdict == verdict


@pytest.mark.parametrize(("pages", "verdict"), [(300, "clean"), (301, "refused")])
def test_page_limit(pages, verdict, tmp_path):
    report = check_bytes(tmp_path, invoice(pages), "long.pdf")
    assert (report.verdict, report.facts["pages"]) == (verdict, pages)


@pytest.mark.parametrize(("more", "verdict"), [(0, "clean"), (1, "refused")])
def test_size_limit(more, verdict, tmp_path):
    report = check_bytes(tmp_path, b"a" * (limits.MAX_FILE_BYTES + more), "long.txt")
    assert report.verdict == verdict
    if more:
        assert messages(report, Level.STOP) == [
            "This file has 51 MB, more than the 50 MB a file may have. Split it or save it smaller and upload it again."
        ]


def test_draft_of_a_large_photo_is_small(tmp_path):
    """The one decode is a reduced one, and the full size is known all the same."""
    target = io.BytesIO()
    photo().resize((4_000, 3_000)).save(target, "JPEG")
    report = check_bytes(tmp_path, target.getvalue(), "photo.jpg")
    assert (report.verdict, report.facts["width"], report.facts["height"]) == ("clean", 4_000, 3_000)


def _png_bomb() -> bytes:
    header = struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0)
    chunks = [b"IHDR" + header, b"IDAT" + zlib.compress(bytes(100_000_000), 9), b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


def _page_bomb() -> bytes:
    body = zlib.compress(b"q " * 50_000_000, 9)
    stream = b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(body) + body + b"\nendstream endobj\n"
    return _HEAD + stream + _TAIL


HOSTILE = {
    "brackets.pdf": (lambda: _HEAD + b"4 0 obj\n" + b"[" * 2_000_000 + b"\nendobj\n" + _TAIL, "refused"),
    "page-bomb.pdf": (_page_bomb, "refused"),
    "pages-in-a-circle.pdf": (lambda: _HEAD.replace(b"[3 0 R]", b"[2 0 R]") + _TAIL, "refused"),
    "many-suspicious-strings.pdf": (
        lambda: _HEAD + b"4 0 obj\n(" + b"/JavaScript ((" * 500_000 + b")\nendobj\n" + _TAIL,
        "refused",
    ),
    "noise.pdf": (lambda: b"%PDF-1.4\n" + os.urandom(5_000_000) + _TAIL, "refused"),
    "only-ff.jpg": (lambda: b"\xff\xd8" + b"\xff" * 10_000_000, "refused"),
    "many-parts.png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(8) * 1_000_000, "refused"),
    "many-blocks.gif": (lambda: b"GIF89a\1\0\1\0\0\0\0" + b"!\xfe\1a" * 1_000_000, "refused"),
    "pages-in-a-circle.tif": (lambda: b"II*\0\x08\0\0\0\0\0\x08\0\0\0" + bytes(9), "refused"),
    "inflating.png": (_png_bomb, "clean"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_a_verdict(name, tmp_path):
    make, verdict = HOSTILE[name]
    started = time.process_time()
    report = check_bytes(tmp_path, make(), name)
    assert report.verdict == verdict
    assert time.process_time() - started < 10.0


def _end_the_process(subject: Subject) -> Report:
    os._exit(1)


def _never_end(subject: Subject) -> Report:
    time.sleep(60)
    return run_checks(subject)


def _burn_for_one(subject: Subject) -> Report:
    while subject.name == "burn.pdf":
        hash(subject.name)
    return run_checks(subject)


def _fill_the_memory(subject: Subject) -> Report:
    return [bytearray(limits.MAX_PROCESS_BYTES), run_checks(subject)][1]


def test_a_file_that_burns_the_processor_loses_its_process_and_the_next_is_checked(tmp_path):
    path = tmp_path / "invoice.pdf"
    path.write_bytes(invoice())
    with Sandbox(_burn_for_one, cpu_seconds=1) as sandbox:
        report = sandbox.run(subject_of(path, "burn.pdf"))
        assert (report.verdict, findings(report), sandbox.lost) == ("refused", [["process", "stop"]], 2)
        assert sandbox.run(subject_of(path)).verdict == "clean"


def test_memory_ends_before_the_machine_has_none_left(tmp_path):
    path = tmp_path / "invoice.pdf"
    path.write_bytes(invoice())
    with Sandbox(_fill_the_memory) as sandbox, pytest.raises(MemoryError):
        sandbox.run(subject_of(path))


def test_the_wall_is_taken_down_behind_the_file():
    before = resource.getrlimit(resource.RLIMIT_CPU)
    with cpu_wall(60):
        assert resource.getrlimit(resource.RLIMIT_CPU)[0] == pytest.approx(time.process_time() + 60, abs=1.1)
    assert resource.getrlimit(resource.RLIMIT_CPU) == before


@pytest.mark.parametrize("check", [_end_the_process, _never_end])
def test_a_file_that_takes_its_process_down_twice_is_refused(check, tmp_path):
    """D-20."""
    path = tmp_path / "invoice.pdf"
    path.write_bytes(invoice())
    with Sandbox(check, seconds=0.5) as sandbox:
        report = sandbox.run(subject_of(path))
    assert (report.verdict, findings(report)) == ("refused", [["process", "stop"]])


def test_sandbox_reports_as_the_runner_does(tmp_path):
    path = tmp_path / "invoice.pdf"
    path.write_bytes(invoice())
    with Sandbox() as sandbox:
        reports = [sandbox.run(subject_of(path)) for _ in range(2)]
    direct = run_checks(subject_of(path))
    assert [(report.verdict, report.facts, findings(report)) for report in reports] == [
        (direct.verdict, direct.facts, findings(direct))
    ] * 2
