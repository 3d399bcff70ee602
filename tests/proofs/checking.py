"""What the tests of the file checks share."""

import hashlib
from pathlib import Path
from typing import Any

from proofs.checks.base import Level, Subject
from proofs.checks.runner import Report, run_checks

FILES = Path(__file__).parent.parent / "files"


def subject_of(path: Path, name: str | None = None, **values: Any) -> Subject:
    """A subject with the true size and digest of a file."""
    data = path.read_bytes()
    declared = values.pop("declared_type", "")
    digest = hashlib.sha256(data).hexdigest()
    return Subject(path, path.name if name is None else name, declared, len(data), digest, **values)


def check_bytes(folder: Path, data: bytes, name: str, **values: Any) -> Report:
    """The report on bytes uploaded under a name."""
    path = folder / "upload"
    path.write_bytes(data)
    return run_checks(subject_of(path, name, **values))


def findings(report: Report, least: Level = Level.NOTE, without: tuple[str, ...] = ("malware",)) -> list[list[str]]:
    """[check, level] of every result from a level on; "not scanned" is in every report and left out."""
    return [
        [result.check, str(result.level)]
        for result in report.results
        if result.level.rank >= least.rank and result.check not in without
    ]


def messages(report: Report, level: Level) -> list[str]:
    return [result.message for result in report.results if result.level is level]
