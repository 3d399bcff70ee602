"""A set of processes that start together and are all stopped together, whatever happens."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedded.guard import members
from embedded.places import ROOT, remove

STOP_SECONDS = 10.0


class StartError(Exception):
    """Something could not be started; the text tells a person what and where to look."""


@dataclass
class Process:
    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    stop_signal: int
    server: bool = False
    asked: bool = False

    def ask_to_stop(self) -> None:
        """Once: a second signal would make some of them drop what they are finishing."""
        if self.alive and not self.asked:
            self.asked = True
            self.popen.send_signal(self.stop_signal)

    @property
    def alive(self) -> bool:
        return self.popen.poll() is None

    def log_tail(self, lines: int = 15) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join("    " + line for line in text.splitlines()[-lines:])

    def kill_tree(self) -> None:
        """SIGKILL to the whole group at once: nobody gets to tidy up."""
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()


class ProcessSet:
    """Starts processes, each leading its own group, and stops them in the opposite order.

    A guard process stops them too when this one is killed.
    """

    def __init__(self, var: Path) -> None:
        self.var = var
        self.processes: list[Process] = []
        self._temporary: list[Path] = []
        (var / "log").mkdir(parents=True, exist_ok=True)
        (var / "run").mkdir(parents=True, exist_ok=True)
        self._guard = subprocess.Popen(
            [sys.executable, "-I", str(ROOT / "embedded" / "guard.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _tell_guard(self, line: str) -> None:
        try:
            assert self._guard.stdin is not None  # noqa: S101
            self._guard.stdin.write(line.encode() + b"\n")
            self._guard.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass  # the guard is gone; this process still stops everything in the normal way

    def own(self, path: Path) -> None:
        """A temporary folder or file that goes when the processes go."""
        self._temporary.append(path)
        self._tell_guard(f"rm {path}")

    def spawn(
        self,
        name: str,
        command: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        stop_signal: int = signal.SIGTERM,
        *,
        server: bool = False,
    ) -> Process:
        """`server`: others depend on it, so it is stopped after them."""
        log = self.var / "log" / f"{name}.log"
        with open(log, "wb") as output:
            popen = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._tell_guard(f"+ {popen.pid}")
        process = Process(name, popen, log, stop_signal, server)
        self.processes.append(process)
        return process

    def wait_for(self, ready: Callable[[], bool], process: Process, seconds: float = 60.0) -> None:
        """Returns when `ready()`; StartError with the end of the log when the process ends or is too slow."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not process.alive:
                raise StartError(
                    f"{process.name} ended with status {process.popen.returncode}. {process.log} ends with:\n"
                    f"{process.log_tail()}"
                )
            if time.monotonic() > deadline:
                raise StartError(
                    f"{process.name} was not ready after {seconds:.0f} s. {process.log} ends with:\n"
                    f"{process.log_tail()}"
                )
            time.sleep(0.03)

    def _those(self, *, server: bool) -> list[Process]:
        """Newest first."""
        return [process for process in reversed(self.processes) if process.server == server]

    def ended(self) -> Process | None:
        return next((process for process in self.processes if not process.alive), None)

    def stop(self, process: Process) -> None:
        """Asks the leader, waits, then kills what is left of the group, grandchildren included."""
        if process.alive:
            process.ask_to_stop()
            try:
                process.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        if members(process.popen.pid):
            process.kill_tree()
        self._tell_guard(f"- {process.popen.pid}")
        if process in self.processes:
            self.processes.remove(process)

    def stop_all(self) -> None:
        for process in self.processes:
            if not process.server:  # all at once, so that their goodbyes do not add up
                process.ask_to_stop()
        for process in [*self._those(server=False), *self._those(server=True)]:
            self.stop(process)
        for path in self._temporary:
            remove(path)
        self._temporary.clear()
        if self._guard.stdin is not None and not self._guard.stdin.closed:
            try:
                self._guard.stdin.close()
            except BrokenPipeError:
                pass
        self._guard.wait(30)
