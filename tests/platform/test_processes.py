"""What is started is stopped: leaders, grandchildren, leftovers of a killed run."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from embedded.guard import members
from embedded.places import ROOT, socket_folder, take_lock
from embedded.postgres import Postgres
from embedded.processes import ProcessSet, StartError

# A leader that has a child; both pay no attention to SIGTERM.
STUBBORN = (
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); '\n"
    "child += 'print(1, flush=True); time.sleep(600)'\n"
    "subprocess.Popen([sys.executable, '-c', child])\n"
    "time.sleep(600)\n"
)
ORPHANING = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
STARTS_AND_WAITS = (
    "import sys, time\n"
    "from pathlib import Path\n"
    "from embedded.processes import ProcessSet\n"
    "started = ProcessSet(Path(sys.argv[1]))\n"
    "folder = Path(sys.argv[1]) / 'sockets'; folder.mkdir(); started.own(folder)\n"
    "one = started.spawn('sleeper', ['sleep', '600'])\n"
    "print(one.popen.pid, started._guard.pid, flush=True)\n"
    "time.sleep(600)\n"
)


def soon(condition, seconds=15.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(condition())


def test_stop_kills_a_group_that_ignores_the_polite_signal(tmp_path, monkeypatch):
    monkeypatch.setattr("embedded.processes.STOP_SECONDS", 0.5)
    started = ProcessSet(tmp_path)
    process = started.spawn("stubborn", [sys.executable, "-c", STUBBORN])
    started.wait_for(lambda: process.log.read_text() == "1\n", process)
    assert len(members(process.popen.pid)) == 2
    started.stop_all()
    assert members(process.popen.pid) == []


def test_stop_reaches_a_grandchild_whose_parent_has_ended(tmp_path):
    started = ProcessSet(tmp_path)
    process = started.spawn("orphaning", [sys.executable, "-c", ORPHANING])
    process.popen.wait(20)
    assert len(members(process.popen.pid)) == 1
    started.stop_all()
    assert members(process.popen.pid) == []


def test_the_guard_stops_everything_when_the_starter_is_killed(tmp_path):
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_WAITS, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    sleeper, guard = map(int, starter.stdout.readline().split())
    starter.kill()
    starter.wait()
    assert soon(lambda: not psutil.pid_exists(sleeper) or psutil.Process(sleeper).status() == "zombie")
    assert soon(lambda: not (tmp_path / "sockets").exists())
    assert soon(lambda: not psutil.pid_exists(guard) or psutil.Process(guard).status() == "zombie")


def test_a_failed_start_says_what_the_log_says(tmp_path):
    started = ProcessSet(tmp_path)
    process = started.spawn("broken", [sys.executable, "-c", "raise SystemExit('no such table')"])
    with pytest.raises(StartError) as caught:
        started.wait_for(lambda: False, process)
    started.stop_all()
    assert str(caught.value).splitlines()[-1] == "    no such table"


def test_a_lock_is_held_by_one(tmp_path):
    first = take_lock(tmp_path / "lock")
    assert take_lock(tmp_path / "lock") is None
    first.close()
    again = take_lock(tmp_path / "lock")
    assert again is not None
    again.close()


def test_the_socket_folder_is_private_short_and_new():
    folders = [socket_folder(), socket_folder()]
    try:
        assert [oct(folder.stat().st_mode & 0o777) for folder in folders] == ["0o700", "0o700"]
        assert folders[0] != folders[1]
        assert max(len(str(folder / ".s.PGSQL.5432.lock")) for folder in folders) < 100
    finally:
        for folder in folders:
            folder.rmdir()


@pytest.mark.slow
def test_postgres_recovers_from_a_server_that_was_left_behind(tmp_path):
    left = ProcessSet(tmp_path)
    sockets = socket_folder()
    left.own(sockets)
    old = Postgres(tmp_path / "pg", sockets, durable=False).start(left)
    # The old run and its guard are gone, its server is not: a second one takes over the same data.
    fresh = ProcessSet(tmp_path)
    new_sockets = socket_folder()
    fresh.own(new_sockets)
    new = Postgres(tmp_path / "pg", new_sockets, durable=False).start(fresh)
    assert old.popen.wait(10) == 0
    assert new.alive
    fresh.stop_all()
    left.stop_all()
    assert not sockets.exists() and not new_sockets.exists()


@pytest.mark.slow
def test_an_unfinished_cluster_is_made_again(tmp_path):
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "half").write_text("interrupted")
    started = ProcessSet(tmp_path)
    sockets = socket_folder()
    started.own(sockets)
    server = Postgres(tmp_path / "pg", sockets, durable=False)
    assert server.start(started).alive
    started.stop_all()
    assert not (tmp_path / "pg" / "half").exists()


def test_data_of_another_major_version_are_refused(tmp_path):
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("9\n")
    with pytest.raises(StartError, match="made by PostgreSQL 9"):
        Postgres(tmp_path / "pg", Path("/nonexistent")).create_cluster()
