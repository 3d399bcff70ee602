"""Stops what a program started when that program dies without stopping it itself, as after kill -9.

Runs on its own: `python -I embedded/guard.py`. It reads lines from its parent and acts at the end of input:

    + PID      this process leads a group that must not outlive the parent
    - PID      it was stopped
    rm PATH    a temporary folder or file to remove

Nothing but the standard library, so that it is there within some 20 ms.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable

GRACE_SECONDS = 5.0


def members(group: int) -> list[int]:
    """Live processes (not zombies) of a process group."""
    found: list[int] = []
    try:
        names = [name for name in os.listdir("/proc") if name.isdecimal()]
    except FileNotFoundError:  # no /proc: only the leader can be asked
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return []
        return [group]
    for name in names:
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stat:
                state, _parent, process_group = stat.read().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(process_group) == group and state not in "ZX":
            found.append(int(name))
    return found


def end_groups(groups: Iterable[int], first_signal: int = signal.SIGTERM) -> None:
    """Asks each leader to end, newest first, then kills what is left of each group."""
    for group in groups:
        try:
            os.kill(group, first_signal)
        except ProcessLookupError:
            pass
        deadline = time.monotonic() + GRACE_SECONDS
        while group in members(group) and time.monotonic() < deadline:
            time.sleep(0.02)
        if members(group):
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                pass


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: list[int] = []
    paths: list[str] = []
    for line in sys.stdin:
        verb, _, value = line.strip().partition(" ")
        if verb == "+":
            groups.append(int(value))
        elif verb == "-" and int(value) in groups:
            groups.remove(int(value))
        elif verb == "rm":
            paths.append(value)
    # SIGINT is PostgreSQL's fast shutdown, and ends the others just as well.
    end_groups(reversed(groups), signal.SIGINT)
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)
        if os.path.isfile(path):
            os.unlink(path)


if __name__ == "__main__":
    main()
