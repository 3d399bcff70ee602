"""How well copies of pictures are found among others, and how quickly among a million."""

import statistics
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection
from PIL import Image

from benchmarks.measure import Figure
from benchmarks.servers import Servers
from proofs.checks.limits import DRAFT_EDGE
from proofs.likeness.looks import looks_of
from proofs.likeness.search import distance_of, probes_of
from tests.factories.pictures import COPIES

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
ROWS = 1_000_000
CLUSTERS = 50_000  # look-alikes share half of their bands with others of the cluster
BANDS, PROBES, SEARCHES = 30, 700, 60
SEARCH_BUDGET, INSERT_BUDGET = 50.0, 20.0  # ms
SKETCH = 9216


def found_again(folder: Path) -> None:
    """Prints for each change how many copies are found, and which unrelated pairs would be taken for copies."""
    pictures = {path.name: _opened(path) for path in sorted(folder.iterdir()) if path.suffix.lower() in ENDINGS}
    kept = {name: _Kept(picture) for name, picture in pictures.items()}
    wrong = [f"{one} = {other}" for one, other in combinations(kept, 2) if kept[one].finds(kept[other])]
    pairs = len(kept) * (len(kept) - 1) // 2
    print(f"    same picture: {len(wrong)} false of {pairs} pairs ({1000 * len(wrong) / max(pairs, 1):.2f} in 1,000)")
    for line in wrong:
        print(f"    wrong: {line}")
    for change, make in COPIES.items():
        missed = [name for name, picture in pictures.items() if not _Kept(make(picture)).finds(kept[name])]
        share = 1 - len(missed) / max(len(kept), 1)
        print(f"    {change:36} {share:7.1%} found{'; missed ' + ', '.join(missed) if missed else ''}")


def _opened(path: Path) -> Image.Image:
    picture = Image.open(path)
    picture.draft("RGB", (DRAFT_EDGE, DRAFT_EDGE))
    picture.load()
    return picture


class _Kept:
    def __init__(self, picture: Image.Image) -> None:
        looks = looks_of(picture)
        self.sketches = [look.sketch for look in looks]
        self.bands = {band for look in looks for band in look.bands}
        self.probes = set(probes_of(self.sketches))

    def finds(self, other: "_Kept") -> bool:
        return bool(self.probes & other.bands) and distance_of(self.sketches, other.sketches) is not None


def likeness(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """A million looks, of which many share bands as receipts of one shop do; the search as the services ask it."""
    from proofs.models import Likeness

    document = world["proof"].documents.current().first()
    chance = np.random.default_rng(7)
    _fill(document.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT bands FROM proofs_likeness TABLESAMPLE BERNOULLI (0.1) LIMIT %s", [SEARCHES])
        stored = [bands for (bands,) in cursor.fetchall()]
    searches = [_search(Likeness, bands, chance) for bands in stored]
    times = [_timed(lambda one=one: list(one.values_list("pk", "shared"))) for one in searches]
    if "likeness_bands" not in searches[0].explain():
        raise RuntimeError("the search does not use the index")
    yield Figure("search among 1,000,000 looks, median", statistics.median(times), SEARCH_BUDGET, "ms")
    yield Figure("search among 1,000,000 looks, 95 %", statistics.quantiles(times, n=20)[-1], SEARCH_BUDGET, "ms")
    writes = [
        _timed(lambda bands=bands: Likeness.objects.create(document=document, sketch=bytes(SKETCH), bands=bands))
        for bands in stored
    ]
    yield Figure("writing one look beside 1,000,000", statistics.median(writes), INSERT_BUDGET, "ms")


def _search(model: Any, bands: list[int], chance: np.random.Generator) -> Any:
    """As for a copy of a picture that is stored: its bands, and many that a probe adds."""
    from proofs.services.twins import MOST_SHARING

    probes = [*bands, *(int(band) for band in chance.integers(0, 1 << 24, PROBES))]
    return model.objects.sharing(probes, at_most=MOST_SHARING)


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _fill(document: Any) -> None:
    """Rows without their sketches, which a search reads of twenty only; the index is built when they are there."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX likeness_bands")
        cursor.execute(
            "CREATE TEMP TABLE shop AS SELECT n, array_agg((random() * 16777215)::int) AS bands"
            " FROM generate_series(0, %s) n, generate_series(1, %s) GROUP BY n",
            [CLUSTERS, BANDS // 2],
        )
        cursor.execute(
            "INSERT INTO proofs_likeness (document_id, sketch, bands)"
            " SELECT %s, '', shop.bands || array(SELECT (random() * 16777215)::int + 0 * row.n"
            " FROM generate_series(1, %s))"
            " FROM (SELECT n, (%s * power(random(), 3))::int AS shop FROM generate_series(1, %s) n) row"
            " JOIN shop ON shop.n = row.shop",
            [document, BANDS - BANDS // 2, CLUSTERS, ROWS],
        )
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("CREATE INDEX likeness_bands ON proofs_likeness USING gin (bands) WITH (fastupdate = off)")
        cursor.execute("ANALYZE proofs_likeness")
