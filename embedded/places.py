"""Folders and locks of the embedded servers."""

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent


def remove(path: Path) -> None:
    """A folder or a file goes; nothing happens when it is not there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def socket_folder() -> Path:
    """A new private folder with a short path: the path of a Unix socket ends at about 107 characters."""
    base = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else None  # noqa: S108
    folder = Path(tempfile.mkdtemp(prefix="pl-", dir=base))
    folder.chmod(0o700)
    return folder


def wait_for_lock(path: Path) -> IO[str]:
    """The open lock file, as soon as no other live process holds it."""
    while (handle := take_lock(path)) is None:
        time.sleep(0.2)
    return handle


def take_lock(path: Path) -> IO[str] | None:
    """The open lock file, or None when another live process holds it. The lock ends with the process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = open(path, "a+", encoding="utf-8")  # noqa: SIM115
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    handle.seek(0)
    handle.truncate()
    handle.write(str(os.getpid()))
    handle.flush()
    return handle
