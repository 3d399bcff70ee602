"""Films, recordings, tables and pictures of phones: what the checks learn of good ones. Bad ones stand in the table."""

import io

import pytest

from proofs.checks.base import Level
from proofs.checks.table import separator_of
from tests.factories.media import film, heic, recording, upright_exif
from tests.files.make_files import photo
from tests.proofs.checking import check_bytes, findings, messages

FILM = {"duration": 1.0, "codec": "h264", "width": 160, "height": 120}


@pytest.mark.parametrize(
    ("name", "make", "facts"),
    [
        ("spot.mp4", film, {"kind": "mp4", "streams": 1, **FILM}),
        ("spot-with-sound.m4v", lambda: film(sound=True), {"kind": "mp4", "streams": 2, **FILM}),
        ("spot.mov", lambda: film("mov", "mpeg4"), {"kind": "mov", "streams": 1, **FILM, "codec": "mpeg4"}),
        ("spot.mp3", recording, {"kind": "mp3", "duration": 1.0, "streams": 1, "codec": "mp3"}),
        ("stand.heic", heic, {"kind": "heic", "width": 160, "height": 120, "frames": 1}),
        (
            "stand-upright.HEIC",
            lambda: heic(exif=upright_exif(6)),
            {"kind": "heic", "width": 120, "height": 160, "frames": 1},
        ),
        (
            "reach.csv",
            lambda: "Day;Clicks\r\n2026-03-12;17\r\n".encode("utf-8-sig"),
            {"kind": "csv", "encoding": "utf-8", "has_text": True, "rows": 2, "columns": 2},
        ),
    ],
)
def test_good_files_and_what_is_learnt_of_them(name, make, facts, tmp_path):
    report = check_bytes(tmp_path, make(), name)
    assert (report.verdict, findings(report)) == ("clean", [])
    assert report.facts == {**facts, "scanned": False}


def test_tags_around_a_recording_belong_to_it(tmp_path):
    tagged = recording() + b"TAG" + b"Jingle".ljust(125, b"\0")
    assert findings(check_bytes(tmp_path, tagged, "spot.mp3")) == []


@pytest.mark.parametrize("make", [film, recording, heic])
def test_cut_off_anywhere_is_refused(make, tmp_path):
    whole, name = make(), {film: "spot.mp4", recording: "spot.mp3", heic: "stand.heic"}[make]
    for place in {len(whole) * part // 20 for part in range(1, 20)} | {len(whole) - last for last in range(1, 5)}:
        report = check_bytes(tmp_path, whole[:place], name)
        assert (place, report.verdict) == (place, "refused")


def test_all_pages_of_a_tiff_are_decoded(tmp_path):
    """Its second page is damaged where the layout cannot tell."""
    target = io.BytesIO()
    photo().save(target, "TIFF", save_all=True, append_images=[photo().rotate(90)], compression="tiff_lzw")
    data = bytearray(target.getvalue())
    assert check_bytes(tmp_path, bytes(data), "fax.tif").facts["pages"] == 2
    second = len(data) * 3 // 4
    data[second : second + 40] = b"\xff" * 40
    assert findings(check_bytes(tmp_path, bytes(data), "fax.tif")) == [["image", "stop"]]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("Day;Clicks\n12.3.;1,5\n", ";"),
        ("Day,Clicks\n1,2\n", ","),
        ("Day\tClicks\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("only one column\n17\n", ","),
        ("", ","),
    ],
)
def test_separators(text, separator):
    assert separator_of(text) == separator


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("=SUM(A1:A9)", True),
        ("@SUM(A1)", True),
        ("+SUM(A1)", True),
        (" =cmd|' /C calc'!A0", True),
        ("+49 30 1234-56", False),
        ("+12.5 %", False),
        ("=", False),
        ("mail@example.com", False),
    ],
)
def test_cells_that_calculate_are_told(cell, told, tmp_path):
    report = check_bytes(tmp_path, f'Day;"Value"\n1;"{cell}"\n'.encode(), "reach.csv")
    text = "The table contains formulas. They are shown as text and not calculated."
    assert (report.verdict, messages(report, Level.NOTE)[:-1]) == ("clean", [text] if told else [])
