"""`make fuzz`: breaks good files at random and has them checked in child processes that may be lost.

Ends with status 1 when a check broke, a verdict is missing or a clean file cannot be shown; such files are kept.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
SECONDS_PER_FILE = 20.0


@dataclass
class Tally:
    """What came out so far; shared by the threads, each of which waits for a child of its own."""

    kept: Path
    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    lost: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, seed: str, number: int, name: str, data: bytes, why: str) -> None:
        self.kept.mkdir(parents=True, exist_ok=True)
        path = self.kept / f"{seed}-{number}-{name}"
        path.write_bytes(data)
        self.faults.append(f"{path}: {why}")
        print(self.faults[-1], flush=True)


def work(tally: Tally, seed: str, numbers: range) -> None:
    """Checks the broken files of these numbers, one after the other."""
    from proofs.checks.base import Subject
    from proofs.checks.sandbox import Sandbox
    from tests.fuzz.corpus import broken_file
    from tests.fuzz.judge import check_and_show, fault

    with tempfile.TemporaryDirectory() as folder, Sandbox(check_and_show, SECONDS_PER_FILE) as sandbox:
        path = Path(folder) / "upload"
        for number in numbers:
            name, data = broken_file(seed, number)
            path.write_bytes(data)
            subject = Subject(path, name, "", len(data), hashlib.sha256(data).hexdigest())
            before, started = sandbox.lost, time.monotonic()
            try:
                report = sandbox.run(subject)
                verdict, kind, why = report.verdict, report.kind, fault(report)
            except Exception as error:  # whatever comes out of the child is a find
                verdict, kind, why = "none", "unknown", f"no verdict: {error!r}"
            seconds, lost = time.monotonic() - started, sandbox.lost - before
            with tally.lock:
                tally.verdicts[verdict] += 1
                tally.kinds[f"{kind} {verdict}"] += 1
                tally.lost += lost
                tally.slowest = max(tally.slowest, (seconds, f"{number} {name}"))
                if lost or why:
                    tally.keep(seed, number, name, data, why or f"took {lost} processes down, refused")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", default="proofline", help="another word breaks the files in other ways")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    asked = parser.parse_args()
    django.setup()
    from proofs.checks.kinds import KINDS, kind_for_name
    from tests.fuzz.corpus import good_files

    taken = {kind.name for name in good_files() if (kind := kind_for_name(name))}
    tally, started = Tally(ROOT / "var" / "fuzz"), time.monotonic()
    threads = [
        threading.Thread(target=work, args=(tally, asked.seed, range(first, asked.files, asked.processes)))
        for first in range(asked.processes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, done = time.monotonic() - started, sum(tally.verdicts.values())
    print(f"{done} files of {len(taken)} of {len(KINDS)} kinds in {seconds:.0f} s, {done / seconds:.0f} a second")
    print(f"verdicts: {dict(tally.verdicts)}; processes lost: {tally.lost}")
    print(f"slowest: {tally.slowest[0]:.1f} s, {tally.slowest[1]}")
    print(", ".join(f"{name} {count}" for name, count in sorted(tally.kinds.items())))
    broken = [one for one in tally.faults if "took" not in one]
    print(f"{len(broken)} faults")
    return 1 if broken or done != asked.files else 0


if __name__ == "__main__":
    sys.exit(main())
