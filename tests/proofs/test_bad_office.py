"""Office files and e-mails made to fool us are found out, by the check that is there for it (D-22)."""

import time

import pytest

from proofs.checks.base import Level
from tests.proofs.bad import Bad
from tests.proofs.bad_office import MAIL, OFFICE
from tests.proofs.checking import check_bytes, messages

ROWS = [*OFFICE, *MAIL]
SECONDS = 8.0


def test_every_row_has_a_name_of_its_own():
    assert len({(row.name, row.filename) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} ({row.filename})")
def test_bad_file(row: Bad, tmp_path):
    data = row.make()
    started = time.process_time()
    report = check_bytes(tmp_path, data, row.filename)
    spent = time.process_time() - started
    said = [result for result in report.results if result.check != "malware"]
    worst = max(said, key=lambda result: result.level.rank)
    assert (report.verdict, worst.check, worst.level) == (row.verdict, row.check, row.level)
    assert spent < SECONDS
    for message in messages(report, Level.STOP):  # what is wrong, and what to do
        assert message.count(". ") >= 1
        assert [word for word in ("Error", "0x", "Fault", "xml", "olefile") if word in message] == []
