"""How well documents are read: every folder with a labels.json under the one given, field by field.

A label names what a careful person reads. supplier (company): right from a similarity of 0.85 on, case, spaces and
punctuation aside, to the label or to the first printed line; amounts and days: equal; everything else as printed.
"""

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from benchmarks.likeness import ENDINGS, found_again
from proofs.reading.base import Reading
from proofs.reading.dates import dates_in
from proofs.reading.sandbox import Reader

ALIKE = 0.85
NAMES = {"company": "supplier"}
AMOUNTS = ("total", "net", "tax")
DAY_FIRST = "MY"  # printed days of labels are day first


@dataclass
class Tally:
    """Counts of one folder by field; wrong: lines for people."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    sure: Counter[str] = field(default_factory=Counter)
    sure_right: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    root = Path(sys.argv[1]).resolve()
    for labels in sorted(root.rglob("labels.json")):
        tally = judge(labels)
        print(f"\n{labels.parent.relative_to(root.parent)}")
        for name, asked in tally.asked.items():
            share = tally.right[name] / asked
            print(
                f"    {name:15} {tally.right[name]:4} of {asked:4} right ({share:6.1%}), sure {tally.sure[name]:4},"
                f" of these right {tally.sure_right[name]:4}"
            )
        sure, right = sum(tally.sure.values()), sum(tally.right.values())
        told = sum(tally.sure_right.values())
        print(f"    sure values right {told / max(sure, 1):.1%} · right values sure {told / max(right, 1):.1%}")
        for line in tally.wrong:
            print(f"    wrong: {line}")
    for folder in sorted({path.parent for path in root.rglob("*") if path.suffix.lower() in ENDINGS}):
        print(f"\n{folder.relative_to(root.parent)}")
        found_again(folder)
    return 0


def judge(labels: Path) -> Tally:
    tally = Tally()
    with Reader() as reader:
        for name, wanted in json.loads(labels.read_text()).items():
            _compare(tally, name, wanted, reader.read(labels.parent / name, wanted.get("country") or ""))
    return tally


def _compare(tally: Tally, file: str, wanted: dict[str, Any], reading: Reading) -> None:
    for label, expected in wanted.items():
        name = NAMES.get(label, label)
        if expected is None or label == "country":
            continue
        tally.asked[name] += 1
        value = reading.values.get(name)
        right = value is not None and _is_right(name, value.value, str(expected), reading)
        tally.right[name] += right
        if value is not None and value.sure:
            tally.sure[name] += 1
            tally.sure_right[name] += right
        if not right:
            sure = " (sure)" if value is not None and value.sure else ""
            tally.wrong.append(f"{file} {name}: {expected!r}, read {value and value.value!r}{sure}")


def _is_right(name: str, value: str, expected: str, reading: Reading) -> bool:
    if name in AMOUNTS:
        return Decimal(value) == Decimal(re.sub(r"[^\d.\-]", "", expected))
    if name == "date":
        return value == next((one.day.isoformat() for one in dates_in(expected, DAY_FIRST)), expected)
    if name == "supplier":
        first = next((row.text for page in reading.pages for row in page.rows), "")
        return max(_alike(value, expected), _alike(value, first)) >= ALIKE
    return _plain(value) == _plain(expected)


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, _plain(one), _plain(other)).ratio()


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())


if __name__ == "__main__":
    sys.exit(main())
