"""interim"""

import io
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageOps


@dataclass
class C:
    page: int
    width: int
    height: int
    data: bytes


def copies_of(path, kind):
    pics = []
    if kind == "pdf":
        d = pypdfium2.PdfDocument(path)
        for i in range(min(len(d), 5)):
            pics.append(d[i].render(scale=1.6).to_pil().convert("RGB"))
        d.close()
    elif kind in ("jpeg", "png", "webp", "gif", "tiff"):
        with Image.open(path) as im:
            pics.append(ImageOps.exif_transpose(im).convert("RGB"))
    for n, im in enumerate(pics, 1):
        im.thumbnail((1600, 1600))
        b = io.BytesIO()
        im.save(b, "JPEG")
        yield C(n, im.width, im.height, b.getvalue())
    if pics:
        im = pics[0]
        im.thumbnail((320, 320))
        b = io.BytesIO()
        im.save(b, "JPEG")
        yield C(0, im.width, im.height, b.getvalue())
