"""The good files that get broken, and the broken file of a number: the same for the same seed."""

import random
from functools import cache

from tests.factories.media import film, heic, recording, upright_exif
from tests.files.make_files import encoded, photo
from tests.fuzz.mutations import mutant
from tests.proofs.checking import FILES

# Kinds whose files are made by encoders when they are needed, and are not kept.
_MADE = {
    "spot.mp4": film,
    "spot-with-sound.mp4": lambda: film(sound=True),
    "spot.mov": lambda: film("mov", "mpeg4"),
    "spot.mp3": recording,
    "stand.heic": lambda: heic(exif=upright_exif(6)),
    "reach.csv": lambda: "".join(f"2026-03-{day};{day * 17};Lyon\r\n" for day in range(1, 29)).encode(),
    "scan.tif": lambda: encoded("TIFF", save_all=True, append_images=[photo().rotate(90)], compression="tiff_lzw"),
}


@cache
def good_files() -> dict[str, bytes]:
    """Name and bytes of every good file of the tests."""
    kept = {path.name: path.read_bytes() for path in sorted((FILES / "good").iterdir())}
    return {name: data for name, data in kept.items() if data} | {name: make() for name, make in _MADE.items()}


@cache
def _by_ending() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in good_files():
        found.setdefault(name.rpartition(".")[2], []).append(name)
    return found


def broken_file(seed: str, number: int) -> tuple[str, bytes]:
    """Name and bytes. Every ending comes as often as any other, however many good files have it."""
    rnd = random.Random(f"{seed}/{number}")
    files = good_files()
    name = rnd.choice(_by_ending()[rnd.choice(sorted(_by_ending()))])
    return name, mutant(rnd, files[name], files[rnd.choice(sorted(files))])
