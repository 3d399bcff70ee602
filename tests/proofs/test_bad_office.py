"""Office files and e-mails made to fool us are found out, by the check that is there for it (D-22)."""

import random
import time

import pytest

from proofs.checks.base import Level
from tests.files import mails, ole
from tests.files import office as made
from tests.files.make_files import invoice
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


WHOLE = {
    "a.docx": made.word({"word/embeddings/b.xlsx": made.excel()}),
    "a.ods": made.open_document("spreadsheet"),
    "a.msg": ole.outlook_holding(ole.message_tree({"invoice.pdf": invoice()})),
    "a.eml": mails.forwarded(1),
}


def scratched(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some changed, lost or doubled, and numbers among them made absurd."""
    changed = bytearray(data)
    for _time in range(chance.choice((1, 1, 2, 5))):
        at, length = chance.randrange(len(changed)), chance.randrange(1, 40)
        how = chance.randrange(4)
        if how == 0:
            changed[at] = chance.randrange(256)
        elif how == 1:
            changed[at : at + 4] = chance.choice((bytes(4), b"\xff" * 4, b"\xff\xff\xff\x7f"))
        elif how == 2:
            del changed[at : at + length]
        else:
            changed[at:at] = changed[at : at + length]
    return bytes(changed)


@pytest.mark.parametrize("name", WHOLE)
def test_a_scratched_file_never_breaks_a_check(name, tmp_path):
    """It is clean or refused; failed would be a fault of ours. The same 500 scratches in every run."""
    chance = random.Random(name)
    found = {check_bytes(tmp_path, scratched(WHOLE[name], chance), name).verdict for _time in range(500)}
    assert found == {"clean", "refused"}
