"""Text recognition of one page: ours against the bare engine on the same picture, in one run."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.measure import Figure
from benchmarks.servers import Servers

EYES_BUDGET = 1.2  # times the bare engine
ROUNDS = 5


def eyes(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """CPU of reading the picture of a printed invoice, interleaved, medians."""
    import numpy
    from rapidocr import RapidOCR

    from proofs.reading import ocr
    from tests.factories.invoices import PAPERS

    picture = ocr.fitted(_drawn(PAPERS["german, block at the right"].pdf()))
    engine = RapidOCR(params={"Global.log_level": "error"})
    pixels = numpy.asarray(picture.convert("RGB"))[:, :, ::-1]
    costs: dict[str, list[float]] = {"ours": [], "bare": []}
    jobs: dict[str, Callable[[], Any]] = {"ours": lambda: ocr.read_picture(picture), "bare": lambda: engine(pixels)}
    for job in jobs.values():
        job()
    for _round in range(ROUNDS):
        for name, job in jobs.items():
            before = time.process_time()
            job()
            costs[name].append(time.process_time() - before)
    bare = statistics.median(costs["bare"])
    print(f"    bare engine = {bare:.2f} s CPU, {picture.width} × {picture.height}")
    yield Figure("text recognition of one page", statistics.median(costs["ours"]) / bare, EYES_BUDGET, "× bare")


def _drawn(pdf: bytes) -> Any:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return document[0].render(scale=2).to_pil().convert("RGB")
