"""Walls around a process that checks files.

Parsers are C code on hostile input: a file may crash them, fill the memory or never end. `run_checks` bounds
what can be bounded from inside; this module bounds the rest from outside, by losing a process instead of the
service.
"""

import math
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

import django
from django.apps import apps

from proofs.checks.base import LOST_FILE, Level, Subject
from proofs.checks.limits import MAX_FILE_CPU_SECONDS, MAX_FILE_SECONDS, MAX_PROCESS_BYTES
from proofs.checks.runner import REFUSED, UNKNOWN_KIND, Report, Result, run_checks

_ATTEMPTS = 2


def limit_process() -> None:
    """Caps the memory of this process, for good. For processes that only check files, such as worker
    children.
    """
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = _address_space() + MAX_PROCESS_BYTES  # on top of what a process forked from a large one begins with
    wanted = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def cpu_wall(seconds: int = MAX_FILE_CPU_SECONDS) -> Iterator[None]:
    """Inside, this process may use so many seconds of a processor; the kernel ends it when they are over."""
    before, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = math.ceil(time.process_time()) + seconds
    bounds = [limit for limit in (before, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_CPU, (min(wanted, *bounds) if bounds else wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (before, hard))


def _checked(check: Callable[[Subject], Report], cpu_seconds: int, subject: Subject) -> Report:
    with cpu_wall(cpu_seconds):
        return check(subject)


def _begin() -> None:
    """What a fresh process needs before it checks: the texts of the messages, then the walls."""
    if not apps.ready:
        django.setup()
    limit_process()


def _address_space() -> int:
    """Bytes this process has mapped already."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def lost_report() -> Report:
    """The verdict on a file that twice took its process down (D-20)."""
    lost = Result("process", 1, Level.STOP, str(LOST_FILE), "checking process lost", 0.0)
    return Report(UNKNOWN_KIND, REFUSED, [lost])


class ChildProcess:
    """One child that works behind the walls and is replaced when it is lost; a context manager."""

    def __init__(self, begin: Callable[[], None]) -> None:
        self._begin = begin
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stop()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Not a plain fork: a child of a process with threads may inherit a lock that nobody ever opens again.
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("forkserver"), initializer=self._begin)
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


class Sandbox(ChildProcess):
    """Runs checks in one child process that is replaced when it is lost; a context manager.

    check        what to run there, by default all checks
    seconds      a file that takes longer counts as having taken its process down
    cpu_seconds  as many of a processor it may use; more counts as well
    """

    def __init__(
        self,
        check: Callable[[Subject], Report] = run_checks,
        seconds: float = MAX_FILE_SECONDS,
        cpu_seconds: int = MAX_FILE_CPU_SECONDS,
    ) -> None:
        super().__init__(_begin)
        self._check, self._seconds, self._cpu_seconds = check, seconds, cpu_seconds
        self.lost = 0  # how many processes files have cost so far

    def run(self, subject: Subject) -> Report:
        """As `run_checks`, with crashes and endless runs answered as D-20 says."""
        for _attempt in range(_ATTEMPTS):
            try:
                job = self._started().submit(_checked, self._check, self._cpu_seconds, subject)
                return job.result(timeout=self._seconds)
            except (BrokenProcessPool, TimeoutError):
                self.lost += 1
                self._stop()
        return lost_report()
