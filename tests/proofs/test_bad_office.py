"""Office files and e-mails broken at random always end with a verdict (D-22); those made to fool us stand in
bad_office.py."""

import random

import pytest

from tests.files import mails, ole
from tests.files import office as made
from tests.files.make_files import invoice
from tests.proofs.checking import check_bytes

SECONDS = 8.0

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
