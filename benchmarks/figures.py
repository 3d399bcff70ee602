"""The figures of the speed budgets, each a function of the running servers and the world in their database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.test import Client as DjangoClient
from django.test.utils import CaptureQueriesContext

from benchmarks import checks as file_checks
from benchmarks import exports as long_lists
from benchmarks import funds as fund_pages
from benchmarks.drop import drop
from benchmarks.eyes import eyes
from benchmarks.imports import imports
from benchmarks.likeness import likeness
from benchmarks.measure import Client, Figure, Target, forget_peak, interleaved, peak_memory, session_headers
from benchmarks.reserve import balance, reserve
from benchmarks.servers import VAR, Servers, free_port
from embedded.places import ROOT

PAGE_REQUESTS, FLOOR_REQUESTS = 40, 200
MEGABYTE = 1024 * 1024
LIST_BUDGET, DETAIL_BUDGET = 12.0, 18.0  # F
UPLOAD_BUDGET = 8.0  # F above the bare view
LIST_QUERIES, DETAIL_QUERIES = 8, 14
MEMORY_BUDGET = 4.0  # MB of growth at a 50 MB upload
START_BUDGET = 5.0  # seconds to the first page, warm


def queries(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """Counts are free of noise: how many SQL queries each page asks."""
    pages = {
        "claims list": ("/claims/", world["cast"].reviewer, LIST_QUERIES),
        "plans list": ("/plans/", world["cast"].reviewer, LIST_QUERIES),
        "proofs list": ("/proofs/", world["cast"].admin, LIST_QUERIES),
        "queue": ("/queue/", world["cast"].reviewer, LIST_QUERIES),
        "claim page": (f"/claims/{world['claim'].pk}/", world["cast"].admin, DETAIL_QUERIES),
        "claim desk": (f"/claims/{world['claim'].pk}/desk/", world["cast"].reviewer, DETAIL_QUERIES),
        "evidence page": (f"/proofs/{world['draft'].pk}/", world["cast"].user, DETAIL_QUERIES),
        "plan page": (
            world["proof"].activity.campaign.plan.get_absolute_url(),
            world["cast"].admin,
            DETAIL_QUERIES,
        ),
    }
    for name, (path, user, budget) in pages.items():
        client = DjangoClient(headers={"host": "127.0.0.1"})
        client.force_login(user)
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            status = client.get(path).status_code
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        yield Figure(f"queries of the {name}", len(captured), budget)


def pages(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """CPU of the claims list (50 rows of many) and of a claim with twelve documents, in F."""
    reviewer = Client(servers.ports["web"], session_headers(world["cast"].reviewer))
    floor = Client(servers.ports["floor"])
    detail = f"/claims/{world['claim'].pk}/"
    costs = interleaved(
        [
            (Target("floor", servers.pids("floor"), floor.getter("/")), FLOOR_REQUESTS),
            (Target("list", servers.pids("web"), reviewer.getter("/claims/")), PAGE_REQUESTS),
            (Target("detail", servers.pids("web"), reviewer.getter(detail)), PAGE_REQUESTS),
        ]
    )
    print(f"    F = {costs['floor'] * 1000:.2f} ms CPU")
    yield Figure("claims list, 50 rows", costs["list"] / costs["floor"], LIST_BUDGET, "F")
    yield Figure("claim with 12 documents", costs["detail"] / costs["floor"], DETAIL_BUDGET, "F")


def uploads(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """CPU of accepting a file, above a bare view that receives, writes and hashes the same bytes, in F."""
    floor = Target("floor", servers.pids("floor"), Client(servers.ports["floor"]).getter("/"))
    for size in (1, 10):
        ours = Target("ours", servers.pids("web"), _uploader(servers.ports["web"], world, size * MEGABYTE))
        bare = Target("bare", servers.pids("bare"), _bare_uploader(servers.ports["bare"], size * MEGABYTE))
        costs = interleaved([(floor, FLOOR_REQUESTS), (ours, 8), (bare, 8)], rounds=4)
        _forget_uploads(world)
        above = (costs["ours"] - costs["bare"]) / costs["floor"]
        yield Figure(f"upload of {size} MB above the bare view", above, UPLOAD_BUDGET, "F")


def memory(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """Growth of the web process by a 50 MB file, after a small one warmed it."""
    pid = servers.web.popen.pid
    _uploader(servers.ports["web"], world, MEGABYTE)()
    forget_peak(pid)
    before = peak_memory(pid)
    _uploader(servers.ports["web"], world, 50 * MEGABYTE - 4096)()
    yield Figure("web memory growth at 50 MB", (peak_memory(pid) - before) / MEGABYTE, MEMORY_BUDGET, "MB")
    _forget_uploads(world)


def startup(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """`make up` with everything in place: seconds until the first page is answered."""
    for _cold_then_warm in (1, 2):
        seconds = _seconds_to_first_page()
    yield Figure("make up, warm, to the first page", seconds, START_BUDGET, "s")


def _seconds_to_first_page() -> float:
    port = free_port()
    env = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    env |= {"VAR_DIR": str(VAR / "up"), "PORT": str(port)}
    started = time.monotonic()
    running = subprocess.Popen(["make", "up"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        client = Client(port)
        while True:
            try:
                status, _body = client.request("GET", "/accounts/login/")
            except OSError:
                status = 0
            if status == 200:
                return time.monotonic() - started
            if running.poll() is not None or time.monotonic() - started > 300:
                raise RuntimeError(f"make up did not come up, status {running.poll()}")
            time.sleep(0.02)
    finally:
        running.terminate()
        running.wait(60)


def _multipart(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    boundary = "----measurement"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="photo.png"\r\n'
        "Content-Type: image/png\r\n\r\n".encode()
    )
    return b"".join([*parts, content, f"\r\n--{boundary}--\r\n".encode()]), boundary


def _sender(client: Client, path: str, fields: dict[str, str], size: int) -> Callable[[], None]:
    filling = os.urandom(size)

    def send() -> None:
        body, boundary = _multipart(fields, os.urandom(16) + filling[16:])
        status, answer = client.request(
            "POST",
            path,
            body,
            {"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept": "application/json"},
        )
        if status not in (200, 201):
            raise RuntimeError(f"POST {path} answered {status}: {answer[:300]!r}")

    return send


def _uploader(port: int, world: dict[str, Any], size: int) -> Callable[[], None]:
    client = Client(port, session_headers(world["cast"].user))
    return _sender(client, f"/proofs/{world['draft'].pk}/upload/", {"card": "extra"}, size)


def _bare_uploader(port: int, size: int) -> Callable[[], None]:
    return _sender(Client(port), "/upload/", {"card": "extra"}, size)


def _forget_uploads(world: dict[str, Any]) -> None:
    """A proof holds at most a hundred files; the measurement sends more."""
    from core import clock
    from proofs.models import Document

    Document.objects.filter(proof=world["draft"], card="extra").update(removed_at=clock.now())


FIGURES: dict[str, Callable[[Servers, dict[str, Any]], Iterator[Figure]]] = {
    "queries": queries,
    "pages": pages,
    "uploads": uploads,
    "memory": memory,
    "startup": startup,
    "imports": imports,
    "reserve": reserve,
    "balance": balance,
    "funds": fund_pages.funds,
    "exports": long_lists.exports,
    "drop": drop,
    "eyes": eyes,
    "checks": file_checks.checks,
    "likeness": likeness,
}

if __name__ == "__main__":
    sys.exit("run `make bench`")
