"""Bad pictures: bombs, two files in one, damaged parts, wrong endings, broken metadata."""

import io
import struct
import zlib

from PIL import Image

from tests.factories.media import heic
from tests.files.make_files import archive, cut, encoded, invoice, photo, png_chunk, png_with, with_exif
from tests.proofs.bad import Bad

PNG_START = b"\x89PNG\r\n\x1a\n"
END = png_chunk(b"IEND", b"")


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return PNG_START + png_chunk(b"IHDR", head) + b"".join(chunks) + END


def packed(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)


def jpeg_of(width: int, height: int) -> bytes:
    """A good JPEG whose header claims another size."""
    data = encoded("JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def gif_of(width: int, height: int) -> bytes:
    data = encoded("GIF", "P")
    return data[:6] + struct.pack("<HH", width, height) + data[10:]


def webp_of(width: int, height: int) -> bytes:
    """A lossless WebP whose header claims another size (14 bits each)."""
    data = encoded("WEBP", lossless=True)
    at = data.index(b"VP8L") + 9
    return data[:at] + struct.pack("<I", (width - 1) | (height - 1) << 14) + data[at + 4 :]


def heic_of(width: int, height: int) -> bytes:
    data = heic()
    return data.replace(
        b"ispe" + bytes(4) + struct.pack(">II", 160, 120), b"ispe" + bytes(4) + struct.pack(">II", width, height)
    )


def tiff_of(tags: dict[int, int], behind: bytes = b"\xff" * 64, following: int = 0) -> bytes:
    """A TIFF of one page with these tags (each one 4-byte number)."""
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + struct.pack("<I", following) + behind


def tiff_pages(count: int, size: tuple[int, int] = (8, 8)) -> bytes:
    target = io.BytesIO()
    pages = [Image.new("1", size, number % 2) for number in range(count)]
    pages[0].save(target, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    return target.getvalue()


def page(width: int, height: int, compression: int = 1, **further: int) -> dict[int, int]:
    return {256: width, 257: height, 258: 8, 259: compression, 262: 1, 273: 134, 277: 1, 278: height, 279: 64}


def many_scans() -> bytes:
    """A progressive JPEG whose last scan is there three hundred times."""
    data = encoded("JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 300 + data[-2:]


def gif_and_script() -> bytes:
    return encoded("GIF", "P") + b"*/=1;alert(document.cookie)//"


def thirty_pictures() -> bytes:
    return encoded("GIF", "P", save_all=True, append_images=[photo().rotate(angle) for angle in range(1, 30)])


def looping_exif() -> bytes:
    """Its list of camera data points to itself."""
    return with_exif(b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0")


def exif_of_millions() -> bytes:
    return with_exif(b"MM\0*\0\0\0\x08\0\x01\x01\x0f\0\x02\x7f\xff\xff\xff\0\0\0\x1a\0\0\0\0")


def cut_exif() -> bytes:
    return with_exif(b"II*\0\x08\0\0\0\xff\xff\x0f\x01")


_HTML = b"<html><script>alert(1)</script></html>"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
_BMP = b"BM" + struct.pack("<IHHIIii", 70, 0, 0, 54, 40, 1, 1) + bytes(40)

ROWS = (
    Bad("bomb: PNG of 900 megapixels in 200 bytes", "b.png",
        lambda: png(30_000, 30_000, png_chunk(b"IDAT", packed(99))), "refused", "image"),
    Bad("bomb: PNG at the largest size there is", "b.png",
        lambda: png(2**31 - 1, 2**31 - 1, png_chunk(b"IDAT", packed(9))), "refused", "image"),
    Bad("bomb: PNG text expands to 100 MB", "b.png",
        lambda: png_with(png_chunk(b"zTXt", b"a\0\0" + packed(100_000_000))), "refused", "image"),
    Bad("bomb: PNG colour profile expands to 100 MB", "b.png",
        lambda: png_with(png_chunk(b"iCCP", b"a\0\0" + packed(100_000_000))), "refused", "image"),
    Bad("bomb: TIFF of 3,600 megapixels", "b.tif", lambda: tiff_of(page(60_000, 60_000)), "refused", "image"),
    Bad("bomb: TIFF of 301 pages", "b.tif", lambda: tiff_pages(301), "refused", "image"),
    Bad("bomb: TIFF of nine pages with 441 megapixels", "b.tif",
        lambda: tiff_pages(9, (7_000, 7_000)), "refused", "image"),
    Bad("bomb: JPEG of 4,290 megapixels", "b.jpg", lambda: jpeg_of(65_500, 65_500), "refused", "image"),
    Bad("bomb: JPEG of 300 scans", "b.jpg", many_scans, "refused", "image"),
    Bad("bomb: GIF of 4,294 megapixels", "b.gif", lambda: gif_of(65_535, 65_535), "refused", "image"),
    Bad("bomb: WebP of 268 megapixels", "b.webp", lambda: webp_of(16_384, 16_384), "refused", "image"),
    Bad("bomb: HEIC of 900 megapixels", "b.heic", lambda: heic_of(30_000, 30_000), "refused", "image"),
    Bad("polyglot: ZIP behind a JPEG", "p.jpg", lambda: encoded("JPEG") + archive(), "refused", "kind"),
    Bad("polyglot: ZIP behind a HEIC", "p.heic", lambda: heic() + archive(), "refused", "kind"),
    Bad("polyglot: web page behind a JPEG", "p.jpg", lambda: encoded("JPEG") + _HTML, "refused", "image"),
    Bad("polyglot: web page behind a HEIC", "p.heic", lambda: heic() + _HTML, "refused", "image"),
    Bad("polyglot: web page in an empty box of a HEIC", "p.heic",
        lambda: heic() + struct.pack(">I4s", 8 + len(_HTML), b"free") + _HTML, "refused", "image"),
    Bad("polyglot: PDF behind a PNG", "p.png", lambda: encoded("PNG") + invoice(), "refused", "image"),
    Bad("polyglot: PDF inside a JPEG comment", "p.jpg",
        lambda: encoded("JPEG", comment=b"%PDF-1.4 hello"), "refused", "kind"),
    Bad("polyglot: program behind a WebP", "p.webp",
        lambda: encoded("WEBP") + b"MZ\x90\0\3\0\0\0" + bytes(64), "refused", "image"),
    Bad("polyglot: PHP behind a GIF", "p.gif",
        lambda: encoded("GIF", "P") + b"<?php system($_GET[0]); ?>", "refused", "image"),
    Bad("polyglot: GIF that is a script too", "p.gif", gif_and_script, "refused", "image"),
    Bad("cut off: JPEG in the middle", "c.jpg", lambda: cut(encoded("JPEG"), 0.5), "refused", "image"),
    Bad("cut off: JPEG that is only a header", "c.jpg",
        lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9", "refused", "image"),
    Bad("cut off: PNG without picture data", "c.png", lambda: png(9, 9), "refused", "image"),
    Bad("cut off: PNG with half of its picture data", "c.png",
        lambda: png(900, 900, png_chunk(b"IDAT", packed(9_000)[:20])), "refused", "image"),
    Bad("cut off: WebP longer than the file", "c.webp",
        lambda: b"RIFF\xff\xff\xff\x7fWEBP" + encoded("WEBP")[12:], "refused", "image"),
    Bad("cut off: HEIC before its picture", "c.heic", lambda: cut(heic(), 0.4), "refused", "image"),
    Bad("cut off: TIFF strips behind the end", "c.tif",
        lambda: tiff_of({**page(8, 8), 279: 10_000}), "refused", "image"),
    Bad("damaged: PNG of no width", "d.png", lambda: png(0, 9, png_chunk(b"IDAT", packed(9))), "refused", "image"),
    Bad("damaged: PNG with a part of 2 GB", "d.png",
        lambda: PNG_START + b"\x7f\xff\xff\xffIHDR" + bytes(40), "refused", "image"),
    Bad("damaged: PNG without a header", "d.png",
        lambda: PNG_START + png_chunk(b"IDAT", packed(9)) + END, "refused", "image"),
    Bad("damaged: GIF of no picture", "d.gif", lambda: b"GIF89a\x08\0\x08\0\0\0\0;", "refused", "image"),
    Bad("damaged: TIFF packed in an unknown way", "d.tif",
        lambda: tiff_of(page(8, 8, compression=65_000)), "refused", "image"),
    Bad("damaged: TIFF whose pages form a circle", "d.tif",
        lambda: tiff_of(page(8, 8), following=8), "refused", "image"),
    Bad("damaged: HEIC without a description", "d.heic",
        lambda: heic()[:28] + struct.pack(">I4s", 16, b"mdat") + bytes(8), "refused", "image"),
    Bad("damaged: HEIC of no height", "d.heic", lambda: heic_of(160, 0), "refused", "image"),
    Bad("metadata: EXIF that points to itself", "m.jpg", looping_exif, "clean", "", "pass"),
    Bad("metadata: EXIF of two thousand million letters", "m.jpg", exif_of_millions, "clean", "image", "warning"),
    Bad("metadata: EXIF cut off", "m.jpg", cut_exif, "clean", "image", "warning"),
    Bad("wrong ending: HEIC of a phone named .jpg", "IMG_0001.jpg", heic, "refused", "kind"),
    Bad("wrong ending: JPEG named .heic", "IMG_0001.heic", lambda: encoded("JPEG"), "refused", "kind"),
    Bad("wrong ending: WebP named .png", "w.png", lambda: encoded("WEBP"), "refused", "kind"),
    Bad("wrong ending: PNG named .pdf", "w.pdf", lambda: encoded("PNG"), "refused", "kind"),
    Bad("wrong ending: web page named .png", "w.png", lambda: _HTML, "refused", "kind"),
    Bad("not taken: drawing with a script (SVG)", "n.svg", lambda: _SVG, "refused", "kind"),
    Bad("not taken: drawing with a script named .png", "n.png", lambda: _SVG, "refused", "kind"),
    Bad("not taken: AVIF named .heic", "n.heic", lambda: heic(kind="AVIF"), "refused", "kind"),
    Bad("not taken: BMP", "n.bmp", lambda: _BMP, "refused", "kind"),
    Bad("animated: GIF of thirty pictures", "a.gif",
        thirty_pictures, "clean", "image", "note"),
)  # fmt: skip
