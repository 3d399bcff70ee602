"""The same picture again: found after what people do to it, told apart from receipts that only look alike."""

import pytest
from PIL import Image

from proofs.likeness.looks import looks_of
from proofs.likeness.search import distance_of, probes_of
from tests.factories.pictures import COPIES, receipt, scene

ORIGINALS = {"receipt": receipt(1, 1), "photo": scene(3)}
SURE = (
    "resized to 50 %", "quality 60", "quality 40", "cropped by 5 % at each side", "cropped by 5 % in all",
    "screenshot, white", "contrast -20 %", "darker by 20 %", "orientation tag", "greyscale", "WebP",
)  # fmt: skip


def sketches(picture):
    return [look.sketch for look in looks_of(picture)]


def would_be_found(original, copy):
    """Whether the index brings the original up for the copy, and how far they differ then."""
    stored = {band for look in looks_of(original) for band in look.bands}
    shared = stored.intersection(probes_of(sketches(copy)))
    return bool(shared), distance_of(sketches(copy), sketches(original))


@pytest.mark.parametrize("change", SURE)
@pytest.mark.parametrize("name", ORIGINALS)
def test_a_changed_copy_is_found(name, change):
    shared, distance = would_be_found(ORIGINALS[name], COPIES[change](ORIGINALS[name]))
    assert shared
    assert distance is not None


def test_receipts_of_one_shop_are_not_the_same_picture():
    looks = [sketches(receipt(shop, number)) for shop in range(2) for number in range(5)]
    alike = [(n, m) for n in range(10) for m in range(n) if distance_of(looks[n], looks[m]) is not None]
    assert alike == []


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "I;16", "1", "CMYK"])
def test_blank_pictures_have_no_looks(mode):
    assert looks_of(Image.new(mode, (600, 800), "white" if mode != "I;16" else 65000)) == []


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "CMYK", "I"])
def test_every_kind_of_pixels_gives_looks(mode):
    assert looks_of(scene(5).convert(mode if mode != "I" else "L").convert(mode))


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (17, 17)])
def test_tiny_pictures_do_no_harm(size):
    assert len(looks_of(scene(5).resize(size))) <= 2


def test_the_picture_is_left_as_it_is():
    picture = scene(7)
    before = picture.tobytes()
    looks_of(picture)
    assert picture.tobytes() == before
