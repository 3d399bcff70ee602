"""Pictures as people upload them, drawn from a seed: receipts of one shop look alike, no two are the same."""

import io
import random

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

GOODS = (
    "Poster A1", "Flyer 170 g", "Roll-up", "Coffee", "Croissant", "Batteries AA", "Tape 50 mm", "Marker black",
    "USB cable", "Paper A4 80 g", "Banner 2x1 m", "Frame oak", "Water 0.5 l", "Sandwich", "Taxi city", "Parking",
)  # fmt: skip


def receipt(shop: int, number: int, width: int = 480, noise: float = 4.0) -> Image.Image:
    """A scanned till receipt: the shop says head, foot and layout; the number says goods, amounts and day."""
    look, goods = random.Random(f"shop {shop}"), random.Random(f"receipt {shop} {number}")
    size = look.choice((17, 19, 21))
    font, large = ImageFont.load_default(size), ImageFont.load_default(size + look.choice((6, 10, 14)))
    lines = [(look.choice(("Copyhouse", "Print", "Corner Shop", "Station Kiosk", "Office World")) + f" {shop}", large)]
    lines += [(f"{look.choice(('Harbour', 'Mill', 'Church', 'Lake'))} Street {look.randrange(1, 200)}", font)]
    lines += [(f"Tax id {look.randrange(10**8, 10**9)}", font), ("", font)]
    lines += [
        (f"No. {goods.randrange(10**5, 10**6)}   {goods.randrange(1, 29):02}/{goods.randrange(1, 13):02}/2026", font)
    ]
    lines += [("-" * 34, font)]
    total = 0
    for name in goods.sample(GOODS, goods.choice((3, 4, 4, 5, 6))):
        price = goods.randrange(95, 9900)
        total += price
        lines.append((f"{goods.randrange(1, 4)} x {name:<16} {price / 100:>9.2f}", font))
    lines += [("-" * 34, font), (f"TOTAL {total / 100:>12.2f}", large), (f"net {total / 119:>9.2f} tax 19 %", font)]
    lines += [(goods.choice(("CASH", "CARD", "VISA")), font), ("", font)]
    lines += [(look.choice(("Thank you, come again", "Goods may be exchanged in 7 days", "Have a nice day")), font)]
    step = int(size * look.choice((1.4, 1.6, 1.9)))
    paper = Image.new("L", (width, step * len(lines) + look.randrange(40, 120)), look.choice((255, 250, 236, 214)))
    draw, indent = ImageDraw.Draw(paper), look.randrange(12, 50)
    for row, (text, used) in enumerate(lines):
        middle = used is large or row < 4 or row == len(lines) - 1
        left = (width - draw.textlength(text, used)) / 2 if middle else indent
        draw.text((left, 20 + row * step), text, fill=look.choice((0, 30, 70)), font=used)
    return scanned(paper, goods, noise)


def scanned(paper: Image.Image, chance: random.Random, noise: float) -> Image.Image:
    """As a scanner leaves it: a trifle askew, shaded, grainy, softened."""
    turned = paper.rotate(chance.uniform(-0.4, 0.4), Image.Resampling.BICUBIC, fillcolor=paper.getpixel((2, 2)))
    pixels = np.asarray(turned, np.float32)
    grain = np.random.default_rng(chance.randrange(2**32))
    shade = np.linspace(0, chance.uniform(-12, 12), pixels.shape[1], dtype=np.float32)
    pixels = pixels + shade + grain.normal(0, noise, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).convert("RGB")


def scene(number: int, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A photograph of sorts: sky and ground, things in front of them, grain."""
    chance = random.Random(f"scene {number}")
    grain = np.random.default_rng(number)
    width, height = size
    coarse = grain.uniform(0, 255, (chance.randrange(3, 8), chance.randrange(3, 8), 3)).astype(np.uint8)
    picture = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _thing in range(chance.randrange(6, 25)):
        x, y = chance.randrange(width), chance.randrange(height)
        box = (x, y, x + chance.randrange(20, width // 3), y + chance.randrange(20, height // 2))
        color = tuple(chance.randrange(256) for _ in range(3))
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)(box, fill=color)
    pixels = np.asarray(picture, np.float32) + grain.normal(0, 6, (height, width, 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> Image.Image:
    """Written to a file of this kind and read again."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    again = Image.open(buffer)
    again.load()
    return again


def resized(picture: Image.Image, share: float) -> Image.Image:
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def cropped(picture: Image.Image, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Image.Image:
    """Without these shares of each side."""
    width, height = picture.size
    return picture.crop(
        (round(left * width), round(top * height), round(width * (1 - right)), round(height * (1 - bottom)))
    )


def on_screen(
    picture: Image.Image,
    back: int = 255,
    screen: tuple[int, int] = (1366, 768),
    *,
    window: bool = False,
    texture: int = 0,
) -> Image.Image:
    """A screenshot of a viewer that shows the whole picture: margins, and if wanted a window with title and taskbar."""
    shot = Image.new("RGB", screen, (back, back, back))
    if texture:
        grain = np.random.default_rng(1).integers(-texture, texture + 1, (screen[1], screen[0], 1))
        shot = Image.fromarray(np.clip(np.asarray(shot) + grain, 0, 255).astype(np.uint8))
    top, bottom = (34, 40) if window else (6, 6)
    share = min((screen[0] - 20) / picture.width, (screen[1] - top - bottom - 12) / picture.height)
    shown = resized(picture.convert("RGB"), share)
    place = ((screen[0] - shown.width) // 2, top + (screen[1] - top - bottom - shown.height) // 2)
    if window:
        draw = ImageDraw.Draw(shot)
        draw.rectangle((0, 0, screen[0], top - 4), fill=(60, 64, 72))
        draw.text((12, 7), "IMG_20260311.jpg - Viewer", fill="white", font=ImageFont.load_default(15))
        for at in (30, 70, 110):
            draw.rectangle((screen[0] - at, 10, screen[0] - at + 12, 20), outline="white")
        draw.rectangle((0, screen[1] - bottom + 4, *screen), fill=(28, 30, 36))
        draw.text((40, screen[1] - bottom + 12), "100 %     3 of 12", fill="white", font=ImageFont.load_default(13))
        draw.rectangle(
            (place[0] - 2, place[1] - 2, place[0] + shown.width + 1, place[1] + shown.height + 1), outline="grey"
        )
    shot.paste(shown, place)
    return shot


def turned(picture: Image.Image, degrees: float, fill: str = "white") -> Image.Image:
    return picture.convert("RGB").rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=fill)


def exif_turned(picture: Image.Image) -> Image.Image:
    """Stored lying on its side, with the tag that turns it upright (orientation 6)."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(picture.convert("RGB").transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif.tobytes())


COPIES = {
    "resized to 50 %": lambda one: encoded(resized(one, 0.5), "JPEG", quality=90),
    "quality 60": lambda one: encoded(one.convert("RGB"), "JPEG", quality=60),
    "cropped by 5 % at each side": lambda one: encoded(cropped(one, 0.05, 0.05, 0.05, 0.05), "JPEG", quality=90),
    "cropped by 5 % in all": lambda one: encoded(cropped(one, 0.025, 0.025, 0.025, 0.025), "JPEG", quality=90),
    "cropped by 5 % at right and bottom": lambda one: cropped(one, right=0.05, bottom=0.05),
    "screenshot, white": lambda one: on_screen(one, 255),
    "screenshot, black": lambda one: on_screen(one, 0, (1920, 1080)),
    "screenshot, grey, textured": lambda one: on_screen(one, 90, texture=3),
    "screenshot, window": lambda one: on_screen(one, 30, window=True),
    "screenshot, light window": lambda one: on_screen(one, 245, (1920, 1080), window=True),
    "screenshot, phone": lambda one: on_screen(one, 0, (1080, 2200)),
    "quality 40": lambda one: encoded(one.convert("RGB"), "JPEG", quality=40),
    "resized to 25 %": lambda one: encoded(resized(one, 0.25), "JPEG", quality=90),
    "cropped by 8 % at the top": lambda one: cropped(one, top=0.08),
    "cropped by 8 % at the left": lambda one: cropped(one, left=0.08),
    "brighter by 20 %": lambda one: ImageEnhance.Brightness(one).enhance(1.2),
    "darker by 20 %": lambda one: ImageEnhance.Brightness(one).enhance(0.8),
    "contrast +20 %": lambda one: ImageEnhance.Contrast(one).enhance(1.2),
    "contrast -20 %": lambda one: ImageEnhance.Contrast(one).enhance(0.8),
    "turned by 1°": lambda one: turned(one, 1, "white"),
    "turned by 2°": lambda one: turned(one, -2, "black"),
    "orientation tag": exif_turned,
    "greyscale": lambda one: ImageOps.grayscale(one),
    "WebP": lambda one: encoded(one.convert("RGB"), "WEBP", quality=70),
}
"""What people do to a picture before they upload it again, by name."""
