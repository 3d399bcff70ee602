"""The servers of a measurement: ours, the floor, and the bare upload view, each one process with the same threads."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded import commands
from embedded.places import ROOT, remove, take_lock
from embedded.processes import Process, ProcessSet
from embedded.stack import start_servers
from embedded.steps import Steps

VAR = ROOT / "var" / "bench"


@dataclass
class Servers:
    processes: ProcessSet
    postgres: int
    floor: Process
    bare: Process
    web: Process
    ports: dict[str, int]

    def pids(self, name: str) -> list[int]:
        process: Process = getattr(self, name)
        return [process.popen.pid] + ([] if name == "bare" else [self.postgres])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def database() -> Iterator[ProcessSet]:
    """An own PostgreSQL and Valkey with empty data; the environment leads to them. One measurement at a time."""
    lock = take_lock(VAR.parent / "bench.lock")
    if lock is None:
        raise SystemExit("Another measurement is running; two at once would measure each other.")
    remove(VAR)
    VAR.mkdir(parents=True)
    for name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL"):
        os.environ.pop(name, None)
    os.environ.update(
        VAR_DIR=str(VAR),
        ENV_FILE="",
        SECRET_KEY="only-for-a-measurement-0123456789",
        DEMO="1",
        LOG_LEVEL="ERROR",
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    processes = ProcessSet(VAR)
    try:
        os.environ.update(start_servers(processes, VAR, Steps()))
        yield processes
    finally:
        processes.stop_all()
        lock.close()


def start_web(processes: ProcessSet) -> Servers:
    ports = {name: free_port() for name in ("floor", "bare", "web")}
    incoming = VAR / "bare"
    incoming.mkdir(exist_ok=True)
    floor = processes.spawn("floor", _gunicorn("benchmarks.floor:application", ports["floor"]))
    bare = processes.spawn(
        "bare",
        _gunicorn("benchmarks.bare_upload:application", ports["bare"]),
        {"BARE_UPLOAD_DIR": str(incoming)},
    )
    web = processes.spawn(
        "web",
        commands.here(commands.WEB),
        {"PORT": str(ports["web"]), "WEB_WORKERS": "1", "WEB_THREADS": "4"},
    )
    for name, process in (("floor", floor), ("bare", bare), ("web", web)):
        processes.wait_for(lambda port=ports[name]: _listens(port), process)
    postgres = next(one.popen.pid for one in processes.processes if one.name.startswith("postgres"))
    return Servers(processes, postgres, floor, bare, web, ports)


def _gunicorn(application: str, port: int) -> list[str]:
    command = [
        "gunicorn",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        "1",
        "-k",
        "gthread",
        "--threads",
        "4",
        application,
    ]
    return commands.here([*command[:1], "--no-control-socket", *command[1:]])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def log_of(process: Process) -> str:
    return Path(process.log).read_text(errors="replace")
