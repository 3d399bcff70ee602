"""Makes the small files in good/ and bad/ anew: `python tests/files/make_files.py`.

Every file is named after what is special about it; what the checks must say stands in expected.json, written
by hand.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent


def main() -> None:
    for folder, makers in (("good", GOOD), ("bad", BAD)):
        for name, make in makers.items():
            (HERE / folder / name).write_bytes(make())


# PDF
# ------------------------------------------------------------------------------------------------------------


def invoice(pages: int = 1) -> bytes:
    """An ordinary invoice with a text layer."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), invariant=True, pageCompression=1)
    canvas.setTitle("Invoice 4711")
    for page in range(pages):
        canvas.drawString(72, 770, "Northwind Print GmbH")
        canvas.drawString(72, 750, f"Invoice 4711 of 12 March 2026, page {page + 1}")
        canvas.drawString(72, 730, "2,000 flyers A5, total EUR 1,190.00")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def changed(change: Callable[[Pdf], None], source: bytes | None = None, **options: object) -> bytes:
    """The invoice with something done to its structure."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(source or invoice())) as pdf:
        change(pdf)
        pdf.save(target, deterministic_id="encryption" not in options, **options)
    return target.getvalue()


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('Hello')"))


def _on_open(pdf: Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(_script())


def _on_page(pdf: Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=_script())


def _link_to_script(pdf: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("JavaScript:alert(1)"))
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])


def _link_to_script_with_blanks(pdf: Pdf) -> None:
    _link_to_script(pdf)
    pdf.pages[0].Annots[0].A.URI = String(" java\tscript:alert(1)")


def _empty_list_of_scripts(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=pdf.make_indirect(Dictionary(Names=Array())))


def _title_about_scripts(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = String("JavaScript: the first year of a language")


def _drawing_with_script(pdf: Pdf) -> None:
    code = pdf.make_indirect(Stream(pdf, b"runtime.pause()"))
    drawing = pdf.make_indirect(Stream(pdf, b"U3D", Type=Name("/3D"), OnInstantiate=code))
    view = Dictionary(Type=Name.Annot, Subtype=Name("/3D"), Rect=[0, 0, 9, 9])
    view["/3DD"] = drawing
    pdf.pages[0].Annots = Array([pdf.make_indirect(view)])


def _named_script(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("start"), _script()])))


def _launch(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F=String("calc.exe"))


def _rich_media(pdf: Pdf) -> None:
    media = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9])
    media.RichMediaContent = Dictionary()
    pdf.pages[0].Annots = Array([media])


def _dynamic_form(xml: bytes) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=Array([String("template"), Stream(pdf, xml)]))

    return change


def _attach_xml(pdf: Pdf) -> None:
    pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(
        pdf,
        b"<invoice/>",
        filename="factur-x.xml",
        mod_date="D:20260101000000Z",
        creation_date="D:20260101000000Z",
    )


def _prints_names(pdf: Pdf) -> None:
    drawing = b"BT /F1 12 Tf 72 700 Td (Scripts: /JavaScript /JS \\(/Launch\\)) Tj ET"
    pdf.pages[0].Contents = Stream(pdf, drawing)
    pdf.docinfo["/Title"] = String("How /JavaScript (and /Launch ) work")


def _font_called_js(pdf: Pdf) -> None:
    fonts = pdf.pages[0].Resources.Font
    fonts["/JS"] = fonts[next(iter(fonts.keys()))]


def _nothing(pdf: Pdf) -> None:
    pass


def _no_pages(pdf: Pdf) -> None:
    del pdf.pages[0]


def updated(source: bytes, added: bytes) -> bytes:
    """An incremental update in the manner of a signing program: object, table and trailer behind the old
    end.
    """
    with pikepdf.open(io.BytesIO(source)) as pdf:
        size, root = len(pdf.objects) + 1, pdf.Root.objgen[0]
    previous = int(source[source.rindex(b"startxref") + 9 :].split()[0])
    at = len(source)
    new = b"%d 0 obj\n%s\nendobj\n" % (size, added)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (
        size,
        at,
        size + 1,
        root,
        previous,
    )
    return source + new + table + b"startxref\n%d\n%%%%EOF\n" % (at + len(new))


def plain(change: Callable[[Pdf], None] = _nothing) -> bytes:
    """Without object streams, so that names can be changed in the bytes."""
    return changed(change, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def packed(change: Callable[[Pdf], None] = _nothing) -> bytes:
    return changed(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def encrypted(change: Callable[[Pdf], None], user: str) -> bytes:
    """Old and short key length, because its salt is not random: the file stays the same each time."""
    locked = pikepdf.Encryption(user=user, owner="owner", R=3, aes=False, metadata=False)
    return changed(change, encryption=locked, static_id=True)


def object_stream_bomb() -> bytes:
    """200 MB of blanks in an object stream of 200 kB."""
    body = zlib.compress(b"9 0 " + b" " * 200_000_000, 9)
    head = b"8 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(body)
    source = plain()
    return source.replace(b"1 0 obj", head + body + b"\nendstream\nendobj\n1 0 obj", 1)


def script_in_letters() -> bytes:
    """The object stream with the script written in hexadecimal letters, and all behind it cut off."""
    source = packed(_on_open)
    begin = source.index(b"stream\n", source.index(b"/ObjStm")) + len(b"stream\n")
    end = source.index(b"endstream", begin)
    return source[:begin] + zlib.decompress(source[begin:end]).hex().encode() + b">\nendstream\nendobj\n"


def by_hand() -> bytes:
    """No table of objects and no end mark, as people write it into an editor."""
    return b"""%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >> endobj
trailer << /Root 1 0 R >>
"""


def without_start_of_table() -> bytes:
    source = plain()
    at = source.rindex(b"startxref")
    return source[:at] + b"startxref\n0\n%%EOF\n"


def without_middle() -> bytes:
    source = invoice()
    third = len(source) // 3
    return source[:third] + source[2 * third :]


def scan() -> bytes:
    """A page that is only a picture."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), invariant=True)
    canvas.drawInlineImage(photo(), 50, 50, 400, 300)
    canvas.save()
    return target.getvalue()


# Pictures
# -------------------------------------------------------------------------------------------------------


def photo(width: int = 160, height: int = 120) -> Image.Image:
    """A colourful picture with some noise, the same each time."""
    rnd = random.Random(7)
    noise = bytes(rnd.randrange(64) for _ in range(width * height))
    red = Image.linear_gradient("L").resize((width, height))
    green = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (red, green, Image.frombytes("L", (width, height), noise)))


def encoded(kind: str, mode: str = "RGB", **options: object) -> bytes:
    target = io.BytesIO()
    photo().convert(mode).save(target, kind, **options)
    return target.getvalue()


def with_exif(exif: bytes) -> bytes:
    segment = b"Exif\0\0" + exif
    jpeg = encoded("JPEG")
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def png_chunk(kind: bytes, body: bytes, good: bool = True) -> bytes:
    checksum = zlib.crc32(kind + body) ^ (not good)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def png_with(chunk: bytes) -> bytes:
    png = encoded("PNG")
    return png[:33] + chunk + png[33:]


def spoiled(data: bytes, mark: bytes) -> bytes:
    """One byte behind the mark turned round."""
    at = data.index(mark) + len(mark) + 40
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as bundle:
        bundle.writestr(zipfile.ZipInfo("word/document.xml"), "<document/>")
    return target.getvalue()


def one_bit(width: int, height: int) -> bytes:
    """A white picture of any size that stays small as a file."""
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def cut(data: bytes, share: float) -> bytes:
    return data[: int(len(data) * share)]


def linearized() -> bytes:
    return changed(_nothing, linearize=True)


def gif_and_pdf() -> bytes:
    return b"GIF89a\x01\0\x01\0\x80\0\0!\xfe" + bytes([200]) + invoice()


_HTML = b"<!DOCTYPE html>\n<html><body><script>alert(1)</script></body></html>\n"
_FORM_SCRIPT = b"<event><script>app.beep()</script></event>"
_CAMERA_DATA = b"SEFH\x6b\0\0\0\1\0\0\0SEFT" + bytes(range(200, 240))
_LOST_EXIF = b"II*\0\x08\0\0\0\x02\0\x69\x87\x04\0\x01\0\0\0\xff\xff\xff\x7f"
_NOTE = "Displayed at the fair, Ünal & Söhne"
_BIG_TIFF_BEYOND_ALL = b"II+\0\x08\0\0\0" + struct.pack("<Q", 2**63)
_MANY_FRAMES = struct.pack(">II", 2**31, 0)
_UPDATE = b"<< /Type /Metadata0 /Note (signed) >>"

GOOD: dict[str, Callable[[], bytes]] = {
    "invoice.pdf": invoice,
    "three-pages-in-object-streams.pdf": lambda: changed(
        _nothing, invoice(3), object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "for-the-web-linearized.pdf": linearized,
    "signed-later-incremental-update.pdf": lambda: updated(plain(), _UPDATE),
    "text-before-the-header.pdf": lambda: b"% sent by the printer in the hall\n" + invoice(),
    "scan-without-text.pdf": scan,
    "e-invoice-with-xml-inside.pdf": lambda: packed(_attach_xml),
    "page-prints-the-word-javascript.pdf": lambda: changed(_prints_names, compress_streams=False),
    "font-called-js.pdf": lambda: packed(_font_called_js),
    "printing-restricted.pdf": lambda: encrypted(_nothing, ""),
    "empty-list-of-scripts.pdf": lambda: plain(_empty_list_of_scripts),
    "title-begins-with-javascript.pdf": lambda: plain(_title_about_scripts),
    "written-by-hand-without-table.pdf": by_hand,
    "zero-of-the-download-behind-the-end.pdf": lambda: invoice() + b"\r\n0\r\n\r\n",
    "start-of-table-zero.pdf": without_start_of_table,
    "dynamic-form-without-script.pdf": lambda: plain(_dynamic_form(b"<template><field/></template>")),
    "photo.jpg": lambda: encoded("JPEG"),
    "progressive.jpg": lambda: encoded("JPEG", progressive=True),
    "four-colours-cmyk.jpeg": lambda: encoded("JPEG", "CMYK"),
    "preview-behind-the-end.jpg": lambda: encoded("JPEG") + encoded("JPEG", quality=20),
    "zeros-behind-the-end.jpg": lambda: encoded("JPEG") + bytes(64),
    "camera-data-behind-the-end.jpg": lambda: encoded("JPEG") + _CAMERA_DATA,
    "text-behind-the-end.jpg": lambda: encoded("JPEG") + b"\nTaken at the fair in Lyon\n",
    "broken-exif.jpg": lambda: with_exif(_LOST_EXIF),
    "screenshot.png": lambda: encoded("PNG"),
    "sixteen-bit.png": lambda: encoded("PNG", "I;16"),
    "still.gif": lambda: encoded("GIF", "P"),
    "claims-two-billion-frames.png": lambda: png_with(png_chunk(b"acTL", _MANY_FRAMES)),
    "animated.gif": lambda: encoded("GIF", "P", save_all=True, append_images=[photo().rotate(90)]),
    "picture.webp": lambda: encoded("WEBP"),
    "fax-of-two-pages.tif": lambda: encoded(
        "TIFF", "1", save_all=True, append_images=[photo().convert("1")], compression="group4"
    ),
    "note-utf-8.txt": lambda: f"{_NOTE}, 3–5 June".encode(),
    "note-windows-letters.txt": lambda: _NOTE.encode("cp1252"),
    "note-utf-16.txt": lambda: _NOTE.encode("utf-16"),
    "note-about-pdf.txt": lambda: b"The printer wants files that begin with %PDF-1.4 and no other.",
    "only-blanks.txt": lambda: b" \r\n\t\r\n",
    "tracking-snippet.txt": lambda: b"Put this on the page: <script src='https://example.com/t.js'></script>",
}

BAD: dict[str, Callable[[], bytes]] = {
    "empty.pdf": lambda: b"",
    "script-on-opening.pdf": lambda: plain(_on_open),
    "script-hex-escaped.pdf": lambda: (
        plain(_on_open).replace(b"/JavaScript", b"/J#61v#61Script").replace(b"/JS", b"/#4a#53")
    ),
    "script-in-object-stream.pdf": lambda: packed(_on_open),
    "script-in-object-stream-cut-off.pdf": lambda: packed(_on_open)[:-20],
    "script-in-page-event.pdf": lambda: packed(_on_page),
    "script-in-name-tree.pdf": lambda: packed(_named_script),
    "script-in-link.pdf": lambda: packed(_link_to_script),
    "script-in-link-with-blanks.pdf": lambda: packed(_link_to_script_with_blanks),
    "script-in-drawing.pdf": lambda: packed(_drawing_with_script),
    "script-in-letters-cut-off.pdf": script_in_letters,
    "script-in-packed-form-cut-off.pdf": lambda: packed(_dynamic_form(_FORM_SCRIPT * 9))[:-40],
    "script-without-header.pdf": lambda: plain(_on_open)[9:],
    "script-named.jpg": lambda: packed(_on_open),
    "script-and-zip.pdf": lambda: packed(_on_open) + archive(),
    "script-nobody-refers-to.pdf": lambda: updated(plain(), b"<< /S /JavaScript /JS (app.beep\\(\\)) >>"),
    "script-in-locked-file.pdf": lambda: encrypted(_on_open, "secret"),
    "script-in-restricted-file.pdf": lambda: encrypted(_on_open, ""),
    "script-in-cut-off-file.pdf": lambda: plain(_on_open)[:-40],
    "script-in-dynamic-form.pdf": lambda: packed(_dynamic_form(_FORM_SCRIPT)),
    "launches-a-program.pdf": lambda: packed(_launch),
    "rich-media.pdf": lambda: packed(_rich_media),
    "needs-password.pdf": lambda: encrypted(_nothing, "secret"),
    "cut-off.pdf": lambda: cut(invoice(), 0.7),
    "cut-off-in-the-last-line.pdf": lambda: invoice().rstrip()[:-3],
    "cut-off-after-first-part-linearized.pdf": lambda: cut(linearized(), 0.75),
    "cut-off-in-the-update.pdf": lambda: updated(plain(), _UPDATE)[:-60],
    "cut-off-in-the-next-object.pdf": lambda: invoice() + b"12 0 ",
    "cut-off-by-hand.pdf": lambda: by_hand()[:-12],
    "cut-out-of-the-middle.pdf": without_middle,
    "no-pages.pdf": lambda: plain(_no_pages),
    "too-many-pages.pdf": lambda: changed(_nothing, invoice(301), object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "object-stream-bomb.pdf": object_stream_bomb,
    "nothing-but-a-header.pdf": lambda: b"%PDF-1.4\nstartxref\n5\n%%EOF\n",
    "zip-named.pdf": archive,
    "html-named.pdf": lambda: _HTML,
    "text-named.pdf": lambda: b"Dear Sir or Madam, please find enclosed our invoice.",
    "zip-behind-the-end.pdf": lambda: invoice() + archive(),
    "gif-and-pdf.gif": gif_and_pdf,
    "gif-and-pdf.pdf": gif_and_pdf,
    "html-before-the-header.pdf": lambda: _HTML + invoice(),
    "png-named.jpg": lambda: encoded("PNG"),
    "cut-off.jpg": lambda: cut(encoded("JPEG"), 0.8),
    "cut-off-before-end-mark.jpg": lambda: encoded("JPEG")[:-2],
    "cut-off-progressive.jpg": lambda: cut(encoded("JPEG", progressive=True), 0.6),
    "script-behind-the-end.jpg": lambda: encoded("JPEG") + b"<script>alert(1)</script>",
    "program-behind-the-end.jpg": lambda: encoded("JPEG") + b"MZ\x90\0\3\0\0\0" + bytes(64),
    "zip-behind-the-end.png": lambda: encoded("PNG") + archive(),
    "cut-off-preview.jpg": lambda: encoded("JPEG") + encoded("JPEG", quality=20)[:-40],
    "cut-off-gif-named.png": lambda: cut(encoded("GIF", "P"), 0.9),
    "cut-off.png": lambda: cut(encoded("PNG"), 0.9),
    "bad-checksum-of-a-comment.png": lambda: png_with(png_chunk(b"tEXt", b"Comment\0hello", good=False)),
    "bad-checksum.png": lambda: spoiled(encoded("PNG"), b"IDAT"),
    "too-many-pixels.png": lambda: one_bit(8000, 8000),
    "cut-off.gif": lambda: cut(encoded("GIF", "P"), 0.9),
    "cut-off.webp": lambda: cut(encoded("WEBP"), 0.9),
    "cut-off.tif": lambda: cut(encoded("TIFF"), 0.9),
    "cut-off-in-the-resolution.tif": lambda: encoded("TIFF", "1", compression="group4", dpi=(200, 200))[:-3],
    "cut-off-before-everything.tif": lambda: _BIG_TIFF_BEYOND_ALL,
    "html-named.txt": lambda: _HTML,
    "php-named.txt": lambda: b"<?php system($_GET['c']); ?>",
    "program-named.txt": lambda: b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(64),
    "binary-named.txt": lambda: bytes(range(256)),
    "page.html": lambda: _HTML,
    "photo-without-ending": lambda: encoded("JPEG"),
}

if __name__ == "__main__":
    main()
