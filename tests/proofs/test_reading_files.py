"""Files read as a whole: by the engine for pictures, in a process that may be lost, from the command line."""

import json
import os
import subprocess
import sys
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from PIL import Image, ImageDraw, ImageFont

from embedded.places import ROOT
from proofs.reading.sandbox import Reader
from tests.factories.invoices import PAPERS

LINES = (
    "HARBOUR CAFE SDN BHD", "(654321-K)", "TAX INVOICE", "Date: 24/10/2026 18:20", "Flat white  2 x 9.00   18.00",
    "Sub Total            18.00", "GST 6%                1.08", "TOTAL            RM 19.08",
    "CASH             RM 20.00", "CHANGE            RM 0.92",
)  # fmt: skip


def receipt():
    """A till receipt as a picture."""
    image = Image.new("RGB", (700, 120 + 60 * len(LINES)), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=32)
    for number, line in enumerate(LINES):
        draw.text((50, 50 + 60 * number), line, fill="black", font=font)
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "invoice.pdf").write_bytes(PAPERS["french"].pdf())
    (tmp_path / "receipt.png").write_bytes(receipt())
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnot really")
    (tmp_path / "notes.txt").write_text("Total 5.00")
    return tmp_path


def printed(*arguments):
    """What the command prints without any server, in an environment that knows of none."""
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    command = [sys.executable, ROOT / "manage.py", "read_files", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=clean, timeout=120, check=False)


def test_a_folder_is_read_without_any_server(folder):
    run = printed(folder, "--json", "--country", "my")
    assert run.returncode == 0, run.stderr
    found = {os.path.basename(one["path"]): one["values"] for one in json.loads(run.stdout)}
    assert list(found) == ["broken.pdf", "invoice.pdf", "notes.txt", "receipt.png"]
    assert (found["broken.pdf"], found["notes.txt"]) == ({}, {})
    assert {name: one["value"] for name, one in found["invoice.pdf"].items()} == PAPERS["french"].values
    assert {name: one["value"] for name, one in found["receipt.png"].items()} == {
        "supplier": "HARBOUR CAFE SDN BHD", "date": "2026-10-24", "currency": "MYR", "total": "19.08", "net": "18.00",
        "tax": "1.08",
    }  # fmt: skip
    for one in found["receipt.png"].values():
        assert set(one) == {"value", "page", "box", "confidence", "sure"}
        assert one["sure"]


def test_paths_that_are_not_there_and_countries_that_are_none(tmp_path):
    with pytest.raises(CommandError) as missing:
        call_command("read_files", tmp_path / "nowhere.pdf")
    assert missing.value.returncode == 2
    with pytest.raises(CommandError, match="no country code"):
        call_command("read_files", tmp_path, "--country", "Germany")


def killer(path, country):
    os._exit(9)


def test_a_file_that_kills_its_process_reads_as_nothing_and_the_next_one_is_read(folder, monkeypatch):
    with Reader() as reader:
        with monkeypatch.context() as lost:
            lost.setattr("proofs.reading.sandbox._read", killer)
            assert reader.read(folder / "invoice.pdf").values == {}
        assert reader.read(folder / "invoice.pdf").values["total"].value == "2880.00"


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        ("config.urls, config.wsgi", {"pypdfium2", "rapidocr", "onnxruntime", "cv2"}),
        ("config.celery, proofs.tasks, claims.tasks", {"rapidocr", "onnxruntime", "cv2"}),
    ],
    ids=["web", "worker"],
)
def test_who_reads_nothing_loads_no_reader(modules, absent):
    """Documents are decoded in workers, pictures are read where the engine is asked for."""
    code = f"import django, sys; django.setup(); import {modules}; print(sorted({absent} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
    )  # fmt: skip
    assert run.stdout.strip().splitlines()[-1] == "[]", run.stderr
