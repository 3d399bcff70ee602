"""CPU of server processes per request, read from the kernel's own accounting.

A figure is the CPU of one request (the web server's worker + PostgreSQL's backends), as a multiple of the floor's
CPU in the same run. Rounds are interleaved, so that a slow minute of the machine hits both; medians count.
"""

import http.client
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client as DjangoClient

NANOSECONDS = 1_000_000_000


@dataclass(frozen=True)
class Figure:
    """One line of the report. better: "less" or "more" says on which side of the budget it has to lie."""

    name: str
    value: float
    budget: float
    unit: str = ""
    better: str = "less"

    @property
    def met(self) -> bool:
        return self.value <= self.budget if self.better == "less" else self.value >= self.budget

    def __str__(self) -> str:
        word = "met" if self.met else "missed"
        sign = "≤" if self.better == "less" else "≥"
        return f"{self.name:<46} {self.value:>9.2f} {self.unit:<8} {sign} {self.budget:g}  {word}"


def children(pid: int) -> list[int]:
    """All processes below one, itself included."""
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                queue += [int(child) for child in (task / "children").read_text().split()]
        except FileNotFoundError:
            continue
    return found


def cpu_seconds(pid: int) -> float:
    """Time on a processor of a process and of all that lives below it, thread by thread, in seconds."""
    total = 0
    for one in children(pid):
        for thread in Path(f"/proc/{one}/task").glob("*/schedstat"):
            try:
                total += int(thread.read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                continue
    return total / NANOSECONDS


def forget_peak(pid: int) -> None:
    """From now on the peak is counted anew, from what the processes hold at present."""
    for one in children(pid):
        Path(f"/proc/{one}/clear_refs").write_text("5")


def peak_memory(pid: int) -> int:
    """Largest resident set of a process and each below it, summed, in bytes."""
    total = 0
    for one in children(pid):
        try:
            status = Path(f"/proc/{one}/status").read_text()
        except FileNotFoundError:
            continue
        total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0) * 1024
    return total


@dataclass
class Target:
    """A server and one kind of request to it: `send` makes one request and fails loudly on a wrong answer."""

    name: str
    pids: Sequence[int]
    send: Callable[[], None]

    def cost(self, requests: int) -> float:
        """CPU seconds of one request, over so many."""
        before = sum(cpu_seconds(pid) for pid in self.pids)
        for _number in range(requests):
            self.send()
        return (sum(cpu_seconds(pid) for pid in self.pids) - before) / requests


def interleaved(targets: Sequence[tuple[Target, int]], rounds: int = 5) -> dict[str, float]:
    """Median CPU seconds a request of each target; targets come with the requests of one round."""
    costs: dict[str, list[float]] = {target.name: [] for target, _count in targets}
    for target, count in targets:
        target.cost(max(3, count // 10))  # warm
    for _round in range(rounds):
        for target, count in targets:
            costs[target.name].append(target.cost(count))
    return {name: statistics.median(values) for name, values in costs.items()}


class Client:
    """One kept-alive connection with a fixed set of headers."""

    def __init__(self, port: int, headers: dict[str, str] | None = None):
        self.port, self.headers = port, headers or {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        for attempt in (1, 2):
            try:
                self.connection.request(method, path, body=body, headers={**self.headers, **(headers or {})})
                response = self.connection.getresponse()
                return response.status, response.read()
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def getter(self, path: str) -> Callable[[], None]:
        def send() -> None:
            status, body = self.request("GET", path)
            if status != 200:
                raise RuntimeError(f"GET {path} answered {status}: {body[:200]!r}")

        return send


def session_headers(user: Any) -> dict[str, str]:
    """Cookies of a signed-in person."""
    client = DjangoClient()
    client.force_login(user)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    cookies["csrftoken"] = "a" * 32
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": "a" * 32,
        "Host": "127.0.0.1",
    }
