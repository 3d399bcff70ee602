"""PostgreSQL and Valkey, started only as far as no address is configured."""

import os
from pathlib import Path

from embedded.broker import Broker
from embedded.places import socket_folder
from embedded.postgres import Postgres
from embedded.processes import ProcessSet
from embedded.steps import Steps


def start_servers(processes: ProcessSet, var: Path, steps: Steps, *, durable: bool = True) -> dict[str, str]:
    """Starts what is missing; returns both variables, configured or leading to what was started."""
    urls = {name: os.environ.get(name, "").strip() for name in ("DATABASE_URL", "REDIS_URL")}
    if all(urls.values()):
        return urls
    sockets = socket_folder()
    processes.own(sockets)
    if not urls["DATABASE_URL"]:
        with steps.step("PostgreSQL") as step:
            server = Postgres(var / "pg", sockets, durable=durable)
            server.start(processes)
            step.detail = server.notice
            urls["DATABASE_URL"] = server.url
    if not urls["REDIS_URL"]:
        with steps.step("Valkey"):
            broker = Broker(sockets)
            broker.start(processes)
            urls["REDIS_URL"] = broker.url
    return urls
