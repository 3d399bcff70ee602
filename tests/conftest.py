"""Plumbing only: database, worker, web server, browser. People and objects come from tests/factories/."""

import http.client
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from embedded import browser, commands
from embedded.postgres import USER
from embedded.processes import Process, ProcessSet

READY_SECONDS = 40.0
LONGEST = ("test_whatever_happens_the_ledger_adds_up",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever opens a page is a browser test, marked by hand or not."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    # Minutes long: begun last, one process would play them while the others have nothing left to do.
    items.sort(key=lambda item: item.originalname not in LONGEST if isinstance(item, pytest.Function) else True)


# Real processes ------------------------------------------------------------------------------------------


def process_environment() -> dict[str, str]:
    """What a process of its own needs to work on this test's database, files and queues."""
    values = connection.settings_dict
    host = values["HOST"].replace("/", "%2F")
    name = f"{values['USER'] or USER}{':' + values['PASSWORD'] if values['PASSWORD'] else ''}"
    address = f"{name}@{host}{':' + str(values['PORT']) if values['PORT'] else ''}"
    return {
        "DATABASE_URL": f"postgres://{address}/{values['NAME']}",
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "TEST_JOBS": "real",
        "LOG_LEVEL": "INFO",
        "SCANNER_URL": settings.SCANNER_URL,
    }


@pytest.fixture(scope="session")
def processes() -> Iterator[ProcessSet]:
    """Starts processes that never outlive the test run."""
    started = ProcessSet(Path(settings.VAR_DIR))
    yield started
    started.stop_all()


@pytest.fixture
def real_jobs(settings) -> Iterator[None]:
    """Jobs go through Valkey instead of running at once; this process's queues are empty before and after."""
    from config.celery import app

    settings.CELERY_TASK_ALWAYS_EAGER = False
    app.conf.task_always_eager = False
    clear_queues()
    yield
    clear_queues()
    app.conf.task_always_eager = True


def clear_queues() -> None:
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    with redis.Redis.from_url(settings.REDIS_URL.replace("redis+socket://", "unix://")) as client:
        keys = list(client.scan_iter(f"{prefix}*"))
        if keys:
            client.delete(*keys)


@dataclass
class Worker:
    """A real Celery worker with the timetable (beat) inside, on this test's database and queues."""

    processes: ProcessSet
    concurrency: int = 2
    process: Process | None = None
    env: dict[str, str] = field(default_factory=dict)

    def start(self, **env: str) -> None:
        """Returns when the worker takes jobs."""
        run = Path(settings.VAR_DIR) / "run"
        schedule = run / "test-beat-schedule"
        for old in run.glob(f"{schedule.name}*"):
            old.unlink()
        command = [*commands.here(commands.WORKER), "-c", str(self.concurrency), "-B", "-s", str(schedule)]
        self.process = self.processes.spawn("worker", command, {**process_environment(), **self.env, **env})
        log = self.process.log
        self.processes.wait_for(lambda: " ready." in log.read_text(errors="replace"), self.process, READY_SECONDS)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.popen.pid

    @property
    def log(self) -> str:
        assert self.process is not None
        return self.process.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL, the whole tree at once, as when the machine goes."""
        assert self.process is not None
        self.process.kill_tree()
        self.processes.stop(self.process)
        self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.processes.stop(self.process)
            self.process = None


@pytest.fixture
def worker(transactional_db, real_jobs, processes) -> Iterator[Worker]:
    """A running worker; `worker.kill()` and `worker.start()` for tests of what happens in between."""
    running = Worker(processes)
    running.start()
    yield running
    running.stop()


@dataclass(frozen=True)
class App:
    url: str
    process: Process

    @property
    def log(self) -> str:
        return self.process.log.read_text(errors="replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        web.request("GET", "/accounts/login/")
        web.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        web.close()
    return True


@pytest.fixture
def live_app(transactional_db, real_jobs, processes) -> Iterator[App]:
    """A real web server (gunicorn, as in `make up`) on this test's database. Add `worker` for the jobs."""
    port = free_port()
    env = {**process_environment(), "PORT": str(port), "WEB_WORKERS": "1", "WEB_THREADS": "8"}
    process = processes.spawn("web", commands.here(commands.WEB), env)
    processes.wait_for(lambda: answers(port), process, READY_SECONDS)
    yield App(f"http://127.0.0.1:{port}", process)
    processes.stop(process)


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """wait_until(condition, seconds=60, what="…"): returns as soon as it holds, else fails the test."""

    def wait(condition: Callable[[], object], seconds: float = 60.0, what: str = "the condition") -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"{what} did not hold within {seconds:.0f} s")
            time.sleep(0.1)

    return wait


# Browser (pytest-playwright's own fixtures: page, context, new_context, browser) ---------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    return {**browser_type_launch_args, **browser.find().launch_options()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/Berlin"}


assert os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE"), f"start tests with `{sys.executable} -m pytest`"
