"""`make up`: the whole product under one supervisor, in front of which a person sits.

Everything that is started is stopped again: on Ctrl-C, on SIGTERM, when the terminal goes, and when any of
the processes ends by itself. Exit status: 0 stopped on request, 1 something failed, 2 refused to start.
"""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

from embedded import commands
from embedded.places import ROOT, remove, take_lock
from embedded.postgres import place_elsewhere
from embedded.processes import ProcessSet, StartError
from embedded.stack import start_servers
from embedded.steps import Steps

DONE, FAILED, REFUSED = 0, 1, 2


class Refused(Exception):
    """Nothing was started; the text says why and what to do."""


class StopAsked(BaseException):
    """A signal asked to stop. Not an Exception, so that no handler on the way swallows it."""


def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    raise StopAsked


def _listen_for_signals(handler: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)  # type: ignore[arg-type]


def read_own_environment() -> Path:
    """Puts `.env` below the real environment and returns the folder for everything written at run time."""
    from config.env import parse_file

    for name, value in parse_file(ROOT / os.environ.get("ENV_FILE", ".env")).items():
        os.environ.setdefault(name, value)
    var = (ROOT / (os.environ.get("VAR_DIR") or "var")).resolve()
    var.mkdir(parents=True, exist_ok=True)
    os.environ["VAR_DIR"] = str(var)
    return var


def refuse_taken_port(port: int) -> None:
    host = os.environ.get("BIND", "127.0.0.1")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} cannot be used ({error.strerror}). Nothing was started.\n"
                f"Stop the program that uses it, or choose another port: make up PORT={port + 1}"
            ) from None


def secret_key(var: Path) -> str:
    """A key of this folder's own, made once."""
    path = var / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def own_environment(var: Path) -> None:
    """Fills in what a first start leaves open. A production set names its own key and is no demo."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secret_key(var)
    if not os.environ.get("DEMO"):
        os.environ["DEMO"] = "1"


def write_stack_file(var: Path, urls: dict[str, str]) -> Path:
    """Lets `manage.py` find the running servers from another terminal."""
    path = var / "run" / "stack.env"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    values = {**urls, **{name: os.environ[name] for name in ("SECRET_KEY", "DEMO")}}
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    return path


def prepare(*options: str) -> None:
    done = subprocess.run([sys.executable, "-m", "embedded.prepare", *options], cwd=ROOT, check=False)
    if done.returncode:
        raise StartError("The database could not be prepared; the reason stands above.")


def first_page(port: int) -> bool:
    """True when the sign-in page was answered; StartError when it is an error page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/accounts/login/", headers={"Host": f"127.0.0.1:{port}"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if status >= 500:
        raise StartError(f"The first page answers {status}. See {os.environ['VAR_DIR']}/log/web.log")
    return True


def start_product(processes: ProcessSet, steps: Steps, port: int) -> None:
    with steps.step("Web, workers and timetable"):
        web = processes.spawn("web", commands.here(commands.WEB))
        processes.spawn("worker", commands.here(commands.WORKER))
        processes.spawn("reader", commands.here(commands.READER))
        processes.spawn("beat", commands.here(commands.BEAT))
        processes.wait_for(lambda: first_page(port), web)


def watch(processes: ProcessSet) -> None:
    """Returns never: StopAsked by a signal or when `make` is gone, StartError when a process ended."""
    parent = os.getppid() if os.environ.get("MAKELEVEL") else None
    while True:
        ended = processes.ended()
        if ended:
            raise StartError(
                f"{ended.name} ended with status {ended.popen.returncode}; the others are stopped too. "
                f"{ended.log} ends with:\n{ended.log_tail()}"
            )
        if parent is not None and os.getppid() != parent:
            raise StopAsked
        time.sleep(0.2)


def greet(steps: Steps, var: Path, port: int, began: float) -> None:
    steps.say(f"\nProofline is running at http://127.0.0.1:{port}/   (ready after {time.monotonic() - began:.1f} s)")
    accounts = var / "run" / "accounts.txt"
    if os.environ["DEMO"] == "1" and accounts.exists():
        steps.say("\n" + accounts.read_text(encoding="utf-8").rstrip())
    steps.say(f"\nLogs: {var}/log · mails: {var}/mail · Ctrl-C stops everything.")


def lock_or_refuse(var: Path) -> IO[str]:
    lock = take_lock(var / "up.lock")
    if lock is None:
        holder = (var / "up.lock").read_text().strip()
        raise Refused(f"It runs already in {var} (process {holder}). Stop that one first. Nothing was started.")
    return lock


def up() -> int:
    began = time.monotonic()
    steps = Steps()
    processes: ProcessSet | None = None
    lock: IO[str] | None = None
    status = DONE
    _listen_for_signals(_ask_to_stop)
    try:
        var = read_own_environment()
        port = int(os.environ.get("PORT") or "8000")
        os.environ["PORT"] = str(port)
        lock = lock_or_refuse(var)
        refuse_taken_port(port)
        own_environment(var)
        steps.say("Starting")
        processes = ProcessSet(var)
        urls = start_servers(processes, var, steps)
        os.environ.update(urls)
        processes.own(write_stack_file(var, urls))
        prepare()
        start_product(processes, steps, port)
        greet(steps, var, port, began)
        watch(processes)
    except (Refused, ValueError) as error:
        print(error, file=sys.stderr, flush=True)
        status = REFUSED
    except StartError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        status = FAILED
    except StopAsked:
        steps.say("\nStopping")
    finally:
        _listen_for_signals(signal.SIG_IGN)  # a second Ctrl-C does not interrupt the tidying up
        if processes is not None:
            processes.stop_all()
            steps.say("Everything is stopped.")
        if lock is not None:
            lock.close()
    return status


def with_servers(command: list[str]) -> int:
    """Runs one command with the servers of a running `make up`, or with its own for as long as it takes."""
    _listen_for_signals(_ask_to_stop)
    processes: ProcessSet | None = None
    var = read_own_environment()
    lock = take_lock(var / "up.lock")
    try:
        own_environment(var)
        if lock is not None:
            processes = ProcessSet(var)
            os.environ.update(start_servers(processes, var, Steps(quiet=True)))
        return subprocess.run(commands.here(command), cwd=ROOT, check=False).returncode
    except StartError as error:
        print(error, file=sys.stderr)
        return FAILED
    except StopAsked:
        return 128 + signal.SIGINT
    finally:
        _listen_for_signals(signal.SIG_IGN)
        if processes is not None:
            processes.stop_all()
        if lock is not None:
            lock.close()


def reset() -> int:
    """Empties var/, except when something runs there."""
    var = read_own_environment()
    lock = take_lock(var / "up.lock")
    if lock is None:
        print(f"It runs in {var}. Stop it first; nothing was removed.", file=sys.stderr)
        return REFUSED
    if os.environ.get("DATABASE_URL"):
        print("DATABASE_URL is set: that database is not touched, only the local files are removed.")
    for path in var.iterdir():
        if path.name != "up.lock":
            remove(path)
    remove(place_elsewhere(var / "pg"))
    lock.close()
    print(f"{var} is empty.")
    return DONE


def main(arguments: list[str]) -> int:
    match arguments:
        case ["up"]:
            return up()
        case ["run", *command] if command:
            return with_servers(command)
        case ["reset"]:
            return reset()
    print("usage: python -m embedded.supervisor up | run COMMAND … | reset", file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
