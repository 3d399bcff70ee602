"""Every bad file of the tables gets its verdict, by the check that is there for it, in bounded time and memory."""

import os
import time
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.measure import forget_peak, peak_memory
from proofs.checks.base import Level, Subject
from proofs.checks.limits import MEGABYTE
from proofs.checks.runner import CLEAN, Report, run_checks
from tests.proofs.bad import Bad
from tests.proofs.checking import check_bytes, messages

SECONDS = 10.0  # of a processor; on a machine of our own the slowest need three
MEMORY = 500 * MEGABYTE  # above what the process holds: the file, and what its checks may make of it
LEAST_ROWS = 60


def tables() -> list[Bad]:
    """The rows of every module of bad files beside this one."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("bad_*.py"))
    return [row for name in names for row in import_module(f"tests.proofs.{name}").ROWS]


def judged_by(report: Report) -> tuple[str, str, str]:
    """Verdict, and check and level of what led to it; the missing scanner is in every report and left out."""
    told = [result for result in report.results if result.check != "malware" and result.level is not Level.PASS]
    if report.verdict == CLEAN:
        told.sort(key=lambda result: -result.level.rank)
    else:
        told = [result for result in told if result.level is Level.STOP]
    return (report.verdict, told[0].check, str(told[0].level)) if told else (report.verdict, "", "pass")


@pytest.mark.parametrize("row", tables(), ids=lambda row: f"{row.filename.encode('ascii', 'replace')[:20]} {row.name}")
def test_bad_file(row, tmp_path):
    data = row.make()
    forget_peak(os.getpid())
    before, started = peak_memory(os.getpid()), time.process_time()
    report = check_bytes(tmp_path, data, row.filename)
    assert judged_by(report) == (row.verdict, row.check, row.level)
    assert time.process_time() - started < SECONDS
    for message in messages(report, Level.STOP):  # what is wrong and what to do, in plain words
        assert [word for word in ("Error", "0x", "Fault", "xml", "olefile") if word in message] == []
    assert peak_memory(os.getpid()) - before < MEMORY


def test_there_are_enough_and_each_says_something_else():
    rows = tables()
    assert len(rows) >= LEAST_ROWS
    assert len({(row.name, row.filename) for row in rows}) == len(rows)


def test_200_megabytes_are_refused_unread(tmp_path):
    """A file with holes: reading it would show in the memory."""
    path = tmp_path / "upload"
    with path.open("wb") as file:
        file.truncate(200 * MEGABYTE)
    forget_peak(os.getpid())
    before = peak_memory(os.getpid())
    report = run_checks(Subject(path, "film.mp4", "", 200 * MEGABYTE, "0" * 64))
    assert judged_by(report) == ("refused", "size", "stop")
    assert peak_memory(os.getpid()) - before < 10 * MEGABYTE
