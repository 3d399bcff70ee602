"""`make up` as a person sees it: refusals, the address, and that nothing stays behind."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from embedded.places import ROOT


def bare_environment(var: Path, port: int) -> dict[str, str]:
    return {
        "HOME": os.environ.get("HOME", "/"),
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(var),
        "PORT": str(port),
        "ENV_FILE": "",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Up:
    """One `make up` in a folder of its own; its output is read from a file."""

    def __init__(self, var: Path, port: int) -> None:
        self.output = var.parent / f"output-{port}.txt"
        self.port = port
        with open(self.output, "wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "embedded.supervisor", "up"],
                cwd=ROOT,
                env=bare_environment(var, port),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_until_ready(self, seconds: float = 120.0) -> None:
        deadline = time.monotonic() + seconds
        while "is running at" not in self.text:
            assert self.popen.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.1)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.popen.pid).children(recursive=True)


def gone(processes: list[psutil.Process], seconds: float = 25.0) -> list[str]:
    """What of them still runs after a while; zombies of a container without an init do not count."""
    _, alive = psutil.wait_procs(processes, timeout=0)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        alive = [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        if not alive:
            return []
        time.sleep(0.1)
    return [" ".join(one.cmdline()) for one in alive]


@pytest.fixture
def started(tmp_path):
    """A running product; killed after the test if the test did not end it."""
    up = Up(tmp_path / "var", free_port())
    try:
        up.wait_until_ready()
        yield up
    finally:
        if up.popen.poll() is None:
            up.popen.terminate()
            up.popen.wait(60)


def test_a_taken_port_is_refused_before_anything_starts(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        up = Up(tmp_path / "var", port)
        assert up.popen.wait(30) == 2
    assert up.text.splitlines()[0] == f"Port {port} cannot be used (Address already in use). Nothing was started."
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["up.lock"]


@pytest.mark.slow
def test_it_serves_and_stops_without_a_trace(started):
    page = f"http://127.0.0.1:{started.port}/accounts/login/"
    with urllib.request.urlopen(page) as answer:
        assert answer.status == 200
    assert f"http://127.0.0.1:{started.port}/" in started.text
    family = started.family()
    second = Up(started.output.parent / "var", free_port())
    assert second.popen.wait(30) == 2
    started.popen.terminate()
    assert started.popen.wait(60) == 0
    assert gone(family) == []
    assert started.text.splitlines()[-1] == "Everything is stopped."


@pytest.mark.slow
def test_all_stop_when_one_process_ends(started):
    family = started.family()
    beat = next(one for one in family if "beat" in one.cmdline())
    beat.kill()
    assert started.popen.wait(60) == 1
    assert gone(family) == []
    assert "beat ended with status -9; the others are stopped too." in started.text


@pytest.mark.slow
def test_a_killed_supervisor_leaves_nothing_and_the_next_start_works(started):
    family = started.family()
    started.popen.kill()
    started.popen.wait()
    assert gone(family) == []
    again = Up(started.output.parent / "var", free_port())
    try:
        again.wait_until_ready()
    finally:
        again.popen.terminate()
        assert again.popen.wait(60) == 0
