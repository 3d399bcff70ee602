"""manage.py check_files as a person or a script uses it: a process of its own, without any database."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proofs.checking import FILES

ROOT = FILES.parent.parent


def check_files(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command with a database address where nobody answers."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check_files", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "inner"
    inner.mkdir()
    shutil.copy(FILES / "good" / "photo.jpg", inner / "photo.jpg")
    shutil.copy(FILES / "bad" / "script-on-opening.pdf", tmp_path / "script.pdf")
    return tmp_path


def test_json(folder):
    done = check_files(str(folder), str(folder / "script.pdf"), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    script = {
        "path": str(folder / "script.pdf"),
        "kind": "pdf",
        "verdict": "refused",
        "checks": [
            {"check": "size", "level": "pass", "message": ""},
            {"check": "name", "level": "pass", "message": ""},
            {"check": "kind", "level": "pass", "message": ""},
            {
                "check": "active",
                "level": "stop",
                "message": "The PDF contains a script (JavaScript). Print it to a new PDF, which leaves that "
                "out, and upload the new file.",
            },
            {"check": "pdf", "level": "pass", "message": ""},
        ],
    }
    photo = {
        "path": str(folder / "inner" / "photo.jpg"),
        "kind": "jpeg",
        "verdict": "clean",
        "checks": [
            {"check": "size", "level": "pass", "message": ""},
            {"check": "name", "level": "pass", "message": ""},
            {"check": "kind", "level": "pass", "message": ""},
            {"check": "image", "level": "pass", "message": ""},
            {"check": "likeness", "level": "pass", "message": ""},
            {
                "check": "malware",
                "level": "note",
                "message": "Not scanned for malware: no scanner is set up.",
            },
        ],
    }
    assert json.loads(done.stdout) == [script, photo, script]


def test_for_people(folder):
    done = check_files(str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"refused  pdf      {folder}/script.pdf",
        "         stop     active: The PDF contains a script (JavaScript). Print it to a new PDF, which "
        "leaves that out, and upload the new file.",
        f"clean    jpeg     {folder}/inner/photo.jpg",
        "         note     malware: Not scanned for malware: no scanner is set up.",
        "2 files: 1 clean, 1 refused",
    ]


def test_missing_path(folder):
    done = check_files(str(folder), "/nowhere/at-all.pdf", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "CommandError: No such file or folder: /nowhere/at-all.pdf\n"
