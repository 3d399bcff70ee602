"""Two hundred mixed documents dropped at once: seconds until all have a verdict, and what a reader feels meanwhile."""

import io
import os
import statistics
import time
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

from PIL import Image

from benchmarks.measure import Client, Figure, session_headers
from benchmarks.servers import Servers
from embedded import commands

DOCUMENTS = 200
HALF = DOCUMENTS // 2  # of one proof, which holds a hundred files
VERDICT_BUDGET = 20.0  # seconds
READER_BUDGET = 3.0  # times the idle median
IDLE_REQUESTS = 40
PHOTO, SCREEN = (4000, 3000), (1920, 1080)


def drop(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """Checked by two processes at nice 10; pictures and invoices as people have them, no two alike."""
    from proofs import services
    from proofs.models import Document
    from tests.factories.claims import make_proof

    reader = Client(servers.ports["web"], session_headers(world["cast"].admin))
    page = reader.getter(f"/claims/{world['claim'].pk}/")
    plan = world["proof"].activity.campaign.plan
    plan.cast = world["cast"]
    proofs = [make_proof(plan, complete=False, name=f"Drop {number}") for number in (1, 2)]
    files = _files()
    for number, proof in enumerate(proofs):
        services.add_files(proof.pk, "extra", files[number * HALF : (number + 1) * HALF], actor=world["cast"].user)
    mine = Document.objects.filter(proof__in=proofs)
    idle = statistics.median(_timed(page) for _request in range(IDLE_REQUESTS))
    worker = servers.processes.spawn(
        "worker", ["nice", "-n", "10", *commands.here(commands.WORKER), "-c", "2"], {"LOG_LEVEL": "INFO"}
    )
    servers.processes.wait_for(lambda: " ready." in worker.log.read_text(errors="replace"), worker)
    started, waits = time.monotonic(), []
    while mine.undecided().exists() and time.monotonic() - started < 120:
        waits.append(_timed(page))
        time.sleep(0.05)
    seconds = time.monotonic() - started
    states = set(mine.values_list("state", flat=True))
    servers.processes.stop(worker)
    if states != {"clean"}:
        raise RuntimeError(f"not every document is clean: {states}")
    yield Figure(f"verdicts of {DOCUMENTS} documents dropped at once", seconds, VERDICT_BUDGET, "s")
    yield Figure("claim page meanwhile", statistics.median(waits) / idle, READER_BUDGET, "× idle")


def _timed(send: Any) -> float:
    started = time.perf_counter()
    send()
    return time.perf_counter() - started


def _files() -> list[Any]:
    """A third photographs, a third screenshots, a third invoices, every tenth a text."""
    from tests.factories.files import pdf, upload

    made: list[Any] = []
    for number, kind in enumerate(islice(cycle(("photo", "screen", "invoice")), DOCUMENTS)):
        if number % 10 == 9:
            made.append(upload(f"Notes of day {number}\n".encode() * 200, f"{number}.txt", "text/plain"))
        elif kind == "photo":
            made.append(upload(_picture(PHOTO, number, "JPEG"), f"{number}.jpg", "image/jpeg"))
        elif kind == "screen":
            made.append(upload(_picture(SCREEN, number, "PNG"), f"{number}.png", "image/png"))
        else:
            made.append(upload(pdf(f"Invoice {number}"), f"{number}.pdf", "application/pdf"))
    return made


def _picture(size: tuple[int, int], number: int, kind: str) -> bytes:
    """Textured as a photograph or a page of a browser is, other bytes for every number."""
    small = Image.frombytes("RGB", (size[0] // 20, size[1] // 20), os.urandom(size[0] // 20 * (size[1] // 20) * 3))
    picture = small.resize(size, Image.Resampling.BICUBIC)
    if kind == "PNG":
        picture = picture.quantize(64).convert("RGB")
    target = io.BytesIO()
    picture.save(target, kind, quality=85)
    return target.getvalue()
