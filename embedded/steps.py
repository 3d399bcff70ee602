"""Progress for people: one line a step, with a tick and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Step:
    detail: str = ""
    skipped: bool = False


class Steps:
    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        encoding = (sys.stdout.encoding or "").lower().replace("-", "")
        self.tick, self.cross = ("✓", "✗") if encoding == "utf8" else ("ok", "--")

    def say(self, text: str = "") -> None:
        if not self.quiet:
            print(text, flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Prints the step when it is over; a cross when it raised."""
        began = time.monotonic()
        step = Step()
        try:
            yield step
        except BaseException:
            self.say(f"  {self.cross} {name}")
            raise
        took = "unchanged" if step.skipped else f"{time.monotonic() - began:.1f} s"
        detail = f"  ({step.detail})" if step.detail else ""
        self.say(f"  {self.tick} {name:<28}{took:>10}{detail}")
