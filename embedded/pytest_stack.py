"""pytest plugin: PostgreSQL and Valkey for a test run, before Django reads its settings.

One server of each kind serves every xdist worker; each worker has its own database and queue prefix.
Two test runs side by side take different folders below var/test.
"""

import os
from collections.abc import Generator
from itertools import count
from pathlib import Path
from typing import IO

import pytest

from embedded.places import ROOT, take_lock
from embedded.processes import ProcessSet, StartError
from embedded.stack import start_servers
from embedded.steps import Steps

_NEEDS_NO_SERVERS = {"--help", "-h", "--version", "--collect-only", "--co", "--markers", "--fixtures"}
_running: list[tuple[ProcessSet, IO[str]]] = []


def _free_folder() -> tuple[Path, IO[str]]:
    for number in count(1):
        folder = ROOT / "var" / "test" / f"run{number}"
        lock = take_lock(folder / "lock")
        if lock is not None:
            return folder, lock
    raise AssertionError("count() does not end")


def _start() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs beside the ORM
    folder, lock = _free_folder()
    os.environ["TEST_VAR_DIR"] = str(folder)
    processes = ProcessSet(folder)
    _running.append((processes, lock))
    try:
        os.environ.update(start_servers(processes, folder, Steps(quiet=True), durable=False))
    except StartError as error:
        _stop()
        raise pytest.UsageError(str(error)) from None
    except BaseException:
        _stop()
        raise


def _stop() -> None:
    while _running:
        processes, lock = _running.pop()
        processes.stop_all()
        lock.close()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None]:
    # xdist's workers inherit the controller's environment and with it the servers.
    if "PYTEST_XDIST_WORKER" not in os.environ and not _NEEDS_NO_SERVERS & set(args):
        _start()
    try:
        return (yield)
    except BaseException:
        _stop()
        raise


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _stop()
