"""Speed of the checks of a file, as a multiple of what any of them has to do: read it, hash it, decode it once.

L2 = read + SHA-256 + the one decode that the checks need anyway: a JPEG at reduced size, a PNG in full, of a PDF the
text of all pages and one page picture. Everything runs in this process, one after the other, by its own processor
time; neither OCR nor the malware scanner takes part.
"""

import gc
import hashlib
import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from benchmarks.measure import Figure
from benchmarks.servers import Servers

ROUNDS = 15
DRAFT_EDGE = 1_024
THUMBNAIL_SCALE = 0.5
JPEG_BUDGET, PNG_BUDGET, PDF_BUDGET = 2.0, 2.2, 1.8  # L2
CORPUS_BUDGET = 18.0  # documents a second and core
MEGAPIXELS_12 = (4_000, 3_000)
SCREEN = (1_920, 1_080)


def checks(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """All checks but OCR and malware, of each kind of file as a multiple of L2, and of a mixed corpus a second."""
    made = {"photo.jpg": photo(), "screenshot.png": screenshot(), "invoice.pdf": invoice(), "note.txt": note()}
    floors: dict[str, Callable[[Path], None]] = {
        "photo.jpg": decode_jpeg,
        "screenshot.png": decode_png,
        "invoice.pdf": decode_pdf,
    }
    budgets = {"photo.jpg": JPEG_BUDGET, "screenshot.png": PNG_BUDGET, "invoice.pdf": PDF_BUDGET}
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / name for name in made}
        for name, data in made.items():
            paths[name].write_bytes(data)
        costs = {name: compared(paths[name], floors.get(name, hashed)) for name in made}
    for name, budget in budgets.items():
        ours, floor = costs[name]
        print(f"    {name}: checks {ours * 1000:.1f} ms, L2 {floor * 1000:.1f} ms CPU")
        yield Figure(f"checks of {name}", ours / floor, budget, "L2")
    each = statistics.mean(ours for ours, _floor in costs.values())
    yield Figure("checks of mixed documents, a second and core", 1 / each, CORPUS_BUDGET, "docs/s", better="more")


def compared(path: Path, floor: Callable[[Path], None]) -> tuple[float, float]:
    """Median processor seconds of all checks, and of the floor, taken in turns."""
    ours: list[float] = []
    bare: list[float] = []
    for number in range(ROUNDS + 1):
        for work, costs in ((check, ours), (floor, bare)):
            gc.collect()
            started = time.process_time()
            work(path)
            if number:  # the first round warms
                costs.append(time.process_time() - started)
    return statistics.median(ours), statistics.median(bare)


def check(path: Path) -> None:
    from proofs.checks.base import Subject
    from proofs.checks.malware import MalwareCheck
    from proofs.checks.order import CHECKS
    from proofs.checks.runner import CLEAN, run_checks

    data = path.read_bytes()
    subject = Subject(path, path.name, "", len(data), hashlib.sha256(data).hexdigest())
    report = run_checks(subject, [one for one in CHECKS if not isinstance(one, MalwareCheck)])
    if report.verdict != CLEAN:
        raise RuntimeError(f"{path.name} is {report.verdict}: {report.results}")


def hashed(path: Path) -> bytes:
    data = path.read_bytes()
    hashlib.sha256(data).digest()
    return data


def decode_jpeg(path: Path) -> None:
    with Image.open(io.BytesIO(hashed(path)), formats=["JPEG"]) as picture:
        picture.draft(picture.mode, (DRAFT_EDGE, DRAFT_EDGE))
        picture.load()


def decode_png(path: Path) -> None:
    with Image.open(io.BytesIO(hashed(path)), formats=["PNG"]) as picture:
        picture.load()


def decode_pdf(path: Path) -> None:
    with closing(pypdfium2.PdfDocument(hashed(path))) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.get_textpage()) as text:
                text.get_text_range()
        with closing(document[0]) as page:
            page.render(scale=THUMBNAIL_SCALE).to_pil()


def photo() -> bytes:
    """12 megapixels with the fine texture of a photo, about 3 MB."""
    rnd = random.Random(12)
    small = Image.frombytes("RGB", (1_000, 750), rnd.randbytes(1_000 * 750 * 3))
    light = Image.radial_gradient("L").resize(MEGAPIXELS_12).convert("RGB")
    picture = Image.blend(small.resize(MEGAPIXELS_12, Image.Resampling.BICUBIC), light, 0.6)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=85)
    return target.getvalue()


def screenshot() -> bytes:
    """A screen full of text, boxes and one picture."""
    rnd = random.Random(10)
    picture = Image.new("RGB", SCREEN, "white")
    draw = ImageDraw.Draw(picture)
    for row in range(60):
        words = " ".join("".join(rnd.choices("abcdefghijklmnop", k=rnd.randint(3, 9))) for _ in range(24))
        draw.text((40, 20 + row * 17), words, fill=(row * 3, 40, 90))
    draw.rectangle((1_300, 100, 1_880, 500), fill=(30, 120, 200))
    picture.paste(Image.radial_gradient("L").resize((500, 300)), (1_330, 600))
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def invoice(pages: int = 2) -> bytes:
    """Born digital: two pages of lines as an accounting program prints them."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), pageCompression=1)
    for page in range(pages):
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(72, 780, f"Northwind Print GmbH, invoice 4711, page {page + 1}")
        canvas.setFont("Helvetica", 9)
        for line in range(40):
            y = 740 - line * 16
            canvas.drawString(72, y, f"{line + 1:>3}  Flyers A5, four colours, lot {line * 37 % 90}")
            canvas.drawRightString(520, y, f"{(line + 1) * 29.75:,.2f} EUR")
            canvas.line(72, y - 4, 520, y - 4)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def note() -> bytes:
    return "\n".join(f"Displayed at the fair, day {day}, stand 12, Ünal & Söhne" for day in range(200)).encode()
