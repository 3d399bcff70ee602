"""Viewable copies: every page, upright, small enough, and nothing of what a camera writes about people."""

import io
import struct

import pytest
from PIL import Image, ImageCms

from proofs.checks.kinds import KINDS
from proofs.pictures import CannotShow, pages_of, thumbnail_of
from tests.factories.media import film, film_of, heic, recording, upright_exif
from tests.files.make_files import encoded, invoice, one_bit, photo

SHOWN = {
    "pdf": lambda: invoice(3),
    "jpeg": lambda: encoded("JPEG"),
    "png": lambda: encoded("PNG"),
    "webp": lambda: encoded("WEBP"),
    "gif": lambda: encoded("GIF", "P", save_all=True, append_images=[photo().rotate(90)]),
    "tiff": lambda: encoded("TIFF", "1", save_all=True, append_images=[photo().convert("1")], compression="group4"),
    "heic": heic,
    "mp4": film,
    "mov": lambda: film("mov", "mpeg4"),
}
PAGES = {"pdf": 3, "tiff": 2}


def pages(folder, data, kind, **values):
    path = folder / "evidence"
    path.write_bytes(data)
    return list(pages_of(path, kind, **values))


def opened(picture):
    return Image.open(io.BytesIO(picture.data))


def saved(picture, kind="JPEG", **values):
    target = io.BytesIO()
    picture.save(target, kind, **values)
    return target.getvalue()


@pytest.mark.parametrize("kind", SHOWN)
def test_every_page_of_every_kind(kind, tmp_path):
    found = pages(tmp_path, SHOWN[kind](), kind)
    assert [one.page for one in found] == list(range(1, PAGES.get(kind, 1) + 1))
    for one in found:
        assert (opened(one).format, opened(one).size) == ("JPEG", (one.width, one.height))
        assert len(opened(one).convert("L").getcolors(256)) > 1, "a picture of one colour shows nothing"


def test_kinds_that_show_nothing_have_no_pages(tmp_path):
    without = [kind.name for kind in KINDS if kind.name not in SHOWN]
    assert {"text", "csv", "mp3"} <= set(without)
    assert [pages(tmp_path, recording(), kind) for kind in without] == [[]] * len(without)


def test_large_pictures_get_smaller_and_small_ones_stay(tmp_path):
    [large] = pages(tmp_path, saved(photo().resize((4_000, 1_000))), "jpeg")
    [small] = pages(tmp_path, saved(photo(160, 120)), "jpeg")
    assert [(one.width, one.height) for one in (large, small)] == [(1_600, 400), (160, 120)]
    thumbnail = thumbnail_of(large)
    assert (thumbnail.page, thumbnail.width, thumbnail.height) == (0, 320, 80)
    assert opened(thumbnail).size == (320, 80)


def test_a_page_of_paper_fills_the_edge(tmp_path):
    [page, _] = pages(tmp_path, invoice(2), "pdf")
    assert (page.width, page.height) == (1_131, 1_600)


def test_only_so_many_pages_are_drawn(tmp_path):
    assert len(pages(tmp_path, invoice(5), "pdf", most=2)) == 2


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "tiff"])
def test_pictures_are_turned_upright_and_say_nothing_about_the_place(kind, tmp_path):
    """Orientation 6: the top of the picture is where the right side lies."""
    data = saved(photo(), {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "tiff": "TIFF"}[kind], exif=upright_exif(6))
    assert b"Northwind" in data
    [page] = pages(tmp_path, data, kind)
    assert (page.width, page.height) == (120, 160)
    assert (b"Northwind" in page.data, dict(opened(page).getexif())) == (False, {})


def test_a_phones_picture_is_upright(tmp_path):
    [page] = pages(tmp_path, heic(exif=upright_exif(6)), "heic")
    assert (page.width, page.height, dict(opened(page).getexif())) == (120, 160, {})


def test_a_film_held_upright_is_shown_upright(tmp_path):
    """Phones store a film as the sensor lies and write into its track how it has to be turned."""
    left_red = Image.new("RGB", (160, 120), "blue")
    left_red.paste("red", (0, 0, 80, 120))
    data = bytearray(film_of(left_red, "mp4", "libx264", (160, 120)))
    at = data.index(b"tkhd") + 44  # the matrix: a quarter turn clockwise
    data[at : at + 20] = struct.pack(">5i", 0, 65_536, 0, -65_536, 0)
    [page] = pages(tmp_path, bytes(data), "mp4")
    top, bottom = (opened(page).getpixel((60, y)) for y in (20, 140))
    assert (page.width, page.height) == (120, 160)
    assert (top[0] > 150 > top[2], bottom[2] > 150 > bottom[0]) == (True, True)


def test_comments_and_colour_profiles_are_not_carried_over(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    [page] = pages(tmp_path, saved(photo(), comment=b"Jonas took this", icc_profile=profile), "jpeg")
    assert b"Jonas" not in page.data
    assert {"comment", "icc_profile", "exif"} & set(opened(page).info) == set()


def test_a_broken_colour_profile_is_no_reason_to_show_nothing(tmp_path):
    [page] = pages(tmp_path, saved(photo(), icc_profile=b"nonsense" * 20), "jpeg")
    assert (page.width, page.height) == (160, 120)


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("1", "TIFF"), ("I;16", "PNG"), ("CMYK", "JPEG")]
)
def test_every_way_to_store_colours(mode, kind, tmp_path):
    [page] = pages(tmp_path, encoded(kind, mode), kind.lower())
    assert opened(page).mode == "RGB"
    assert max(high for _low, high in opened(page).getextrema()) > 150, "all black"


def test_what_is_transparent_is_white(tmp_path):
    [page] = pages(tmp_path, saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"), "png")
    assert opened(page).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (lambda: one_bit(20_000, 20_000), "png"),
        (lambda: encoded("JPEG")[:300], "jpeg"),
        (lambda: invoice()[:200], "pdf"),
        (lambda: heic()[:300], "heic"),
        (lambda: film()[:300], "mp4"),
        (lambda: recording(1.0, "mp4", "aac"), "mp4"),
    ],
)
def test_what_cannot_be_shown_says_so(data, kind, tmp_path):
    with pytest.raises(CannotShow):
        pages(tmp_path, data(), kind)
