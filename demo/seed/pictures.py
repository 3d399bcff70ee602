"""Picture evidence drawn with Pillow: posters, photos of events and booths, screenshots."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from random import Random

import reportlab
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
INK: Colour = (23, 32, 46)
WHITE: Colour = (255, 255, 255)
PALETTES: tuple[tuple[Colour, Colour], ...] = (
    ((18, 70, 140), (88, 170, 220)),
    ((20, 96, 82), (150, 205, 150)),
    ((122, 48, 30), (240, 170, 90)),
    ((70, 40, 120), (210, 130, 190)),
    ((30, 40, 60), (120, 150, 190)),
)


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Vera, which comes with reportlab and knows the letters of western Europe."""
    return ImageFont.truetype(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf", round(size * 0.88))


def _bytes(picture: Image.Image, kind: str) -> bytes:
    buffer = BytesIO()
    options = {"quality": 82} if kind == "JPEG" else {"compress_level": 3}
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _gradient(size: tuple[int, int], pair: tuple[Colour, Colour]) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, pair[1]), Image.new("RGB", size, pair[0]), ramp)


def _text(draw: ImageDraw.ImageDraw, box: tuple[int, int, int], text: str, size: int, fill: Colour) -> int:
    """Words broken at the width of the box (x, y, width); returns the y below."""
    x, y, width = box
    line = ""
    for word in [*text.split(), ""]:
        longer = f"{line} {word}".strip()
        if word and draw.textlength(longer, font=_font(size)) <= width:
            line = longer
            continue
        draw.text((x, y), line, fill=fill, font=_font(size))
        y += round(size * 1.25)
        line = word
    return y


def poster(title: str, company: str, seed: int) -> bytes:
    """A printed advertisement: brand, offer, contact, vendor content."""
    picture = _gradient((840, 1188), PALETTES[seed % len(PALETTES)])
    draw = ImageDraw.Draw(picture)
    dice = Random(seed)
    for _each in range(7):
        x, y, r = dice.randint(-100, 800), dice.randint(300, 900), dice.randint(60, 240)
        draw.ellipse((x, y, x + r, y + r), outline=WHITE, width=3)
    draw.rounded_rectangle((250, 430, 690, 720), 18, fill=INK, outline=WHITE, width=4)
    draw.rectangle((270, 450, 670, 700), fill=PALETTES[(seed + 1) % len(PALETTES)][1])
    draw.polygon(((210, 760), (730, 760), (690, 722), (250, 722)), fill=(190, 198, 210))
    _text(draw, (60, 70, 720), title, 62, WHITE)
    draw.rectangle((0, 980, 840, 1188), fill=WHITE)
    y = _text(draw, (60, 1005, 560), company, 30, INK)
    _text(draw, (60, y + 6, 560), "Advice and purchase: www.contoso.example/partners", 20, (91, 102, 119))
    draw.rounded_rectangle((650, 1020, 790, 1080), 10, fill=(36, 79, 203))
    draw.text((668, 1034), "Contoso", fill=WHITE, font=_font(28))
    return _bytes(picture, "JPEG")


def photo(caption: str, seed: int) -> bytes:
    """A photo taken in a hall: stage, screen, people seen from behind, soft light."""
    dice = Random(seed)
    picture = _gradient((1200, 800), ((58, 52, 60), (170, 150, 128)))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 560, 1200, 800), fill=(74, 62, 54))
    draw.rectangle((330, 90, 870, 400), fill=(228, 236, 246), outline=INK, width=8)
    for position in range(5):
        x = 70 + position * 265
        draw.polygon(((x, 0), (x + 36, 0), (x + 130, 420), (x - 90, 420)), fill=(196, 180, 150))
    draw.rectangle((330, 90, 870, 400), fill=(228, 236, 246), outline=INK, width=8)
    for row in range(4):
        for _each in range(9):
            x, y, r = dice.randint(-20, 1180), 470 + row * 85 + dice.randint(-12, 12), 26 + row * 7
            shade = dice.randint(22, 78)
            draw.ellipse((x, y, x + 2 * r, y + 2 * r), fill=(shade, shade - 6, shade - 8))
            draw.ellipse((x - r, y + 2 * r - 8, x + 3 * r, y + 5 * r), fill=(shade + 20, shade + 14, shade + 26))
    picture = picture.filter(ImageFilter.GaussianBlur(2.2))
    draw = ImageDraw.Draw(picture)
    _text(draw, (370, 130, 460), caption, 40, (24, 62, 130))
    draw.rounded_rectangle((370, 320, 520, 370), 8, fill=(36, 79, 203))
    draw.text((392, 330), "Contoso", fill=WHITE, font=_font(26))
    return _bytes(picture, "JPEG")


def screenshot(title: str, company: str, address: str, seed: int) -> bytes:
    """A web page in a browser window."""
    picture = Image.new("RGB", (1280, 800), (246, 247, 249))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1280, 64), fill=(222, 226, 232))
    for position, colour in enumerate(((236, 106, 94), (244, 191, 79), (97, 197, 84))):
        draw.ellipse((24 + position * 28, 24, 40 + position * 28, 40), fill=colour)
    draw.rounded_rectangle((140, 16, 1240, 48), 14, fill=WHITE)
    draw.text((160, 23), address, fill=(91, 102, 119), font=_font(16))
    picture.paste(_gradient((1280, 330), PALETTES[seed % len(PALETTES)]), (0, 64))
    draw = ImageDraw.Draw(picture)
    _text(draw, (70, 120, 760), title, 52, WHITE)
    draw.text((70, 330), company[:70], fill=WHITE, font=_font(22))
    draw.rounded_rectangle((1040, 310, 1210, 360), 8, fill=WHITE)
    draw.text((1070, 322), "Contoso", fill=(36, 79, 203), font=_font(26))
    for column in range(3):
        x = 70 + column * 390
        draw.rounded_rectangle((x, 430, x + 350, 720), 12, fill=WHITE, outline=(215, 220, 228), width=2)
        draw.rectangle((x, 430, x + 350, 560), fill=PALETTES[(seed + column) % len(PALETTES)][1])
        for row, width in enumerate((260, 300, 220)):
            draw.rectangle((x + 22, 590 + row * 34, x + 22 + width, 604 + row * 34), fill=(204, 210, 220))
    return _bytes(picture, "PNG")
