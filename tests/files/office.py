"""Small office files, built part by part so that a test can put anything into them."""

import io
import struct
import zipfile
import zlib

WORD, EXCEL, POWERPOINT = "wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation"
TYPES = "application/vnd.openxmlformats-officedocument"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MACRO_DOCUMENT = "application/vnd.ms-word.document.macroEnabled.main+xml"
OPEN = "application/vnd.oasis.opendocument"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Parts = dict[str, bytes | str]


def packed(parts: Parts, stored: tuple[str, ...] = ("mimetype",), method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these parts, in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in stored else method
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 12, 9, 0, 0)), content, how)
    return target.getvalue()


def relations(*lines: tuple[str, str, str]) -> str:
    """A list of relationships: (type, target, "External" or "")."""
    inner = "".join(
        f'<Relationship Id="r{at}" Type="{RELATIONS}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for at, (kind, target, mode) in enumerate(lines)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def content_types(*lines: tuple[str, str]) -> str:
    """The list of parts: (name, type)."""
    inner = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in lines)
    return (
        f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{inner}</Types>'
    )


def word_parts(body: str = "<w:p><w:r><w:t>Flyer, 2,000 pieces</w:t></w:r></w:p>") -> Parts:
    """The parts of a Word document."""
    return {
        "[Content_Types].xml": content_types(("word/document.xml", f"{TYPES}.{WORD}.main+xml")),
        "_rels/.rels": relations(("officeDocument", "word/document.xml", "")),
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
    }


def word(extra: Parts | None = None, body: str = "<w:p><w:r><w:t>Flyer, 2,000 pieces</w:t></w:r></w:p>") -> bytes:
    return packed({**word_parts(body), **(extra or {})})


def word_relations(*lines: tuple[str, str, str]) -> bytes:
    """A Word document whose main part has these relationships."""
    return word({"word/_rels/document.xml.rels": relations(*lines)})


def excel(extra: Parts | None = None) -> bytes:
    """A workbook of two cells, as Excel writes it."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="s"><v>0</v></c><c r="B1"><v>1190.5</v></c></row></sheetData></worksheet>'
    )
    return packed(
        {
            "[Content_Types].xml": content_types(("xl/workbook.xml", f"{TYPES}.{EXCEL}.main+xml")),
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", "")),
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": "<sst><si><t>Flyers in total</t></si></sst>",
            **(extra or {}),
        }
    )


def powerpoint(extra: Parts | None = None, slides: int = 2) -> bytes:
    """A presentation of some slides with one line each."""
    made: Parts = {
        f"ppt/slides/slide{number}.xml": (
            f'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>Slide {number}</a:t></a:r></a:p></p:sld>'
        )
        for number in range(slides, 0, -1)
    }
    return packed(
        {
            "[Content_Types].xml": content_types(("ppt/presentation.xml", f"{TYPES}.{POWERPOINT}.main+xml")),
            "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml", "")),
            "ppt/presentation.xml": "<presentation/>",
            **made,
            **(extra or {}),
        }
    )


def open_document(kind: str = "text", extra: Parts | None = None, body: str = "", declared: str = "") -> bytes:
    """An OpenDocument file; declared: what its manifest says it is, when that differs."""
    inner = body or "<text:p>Flyer, 2,000 pieces</text:p>"
    return packed(
        {
            "mimetype": f"{OPEN}.{kind}",
            "content.xml": (
                '<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="tb" '
                'xmlns:xlink="x" xmlns:draw="d" xmlns:script="s" xmlns:presentation="p"><office:body>'
                f"<office:{kind}>{inner}</office:{kind}></office:body></office:document-content>"
            ),
            "META-INF/manifest.xml": (
                '<?xml version="1.0"?><manifest:manifest xmlns:manifest="m"><manifest:file-entry '
                f'manifest:full-path="/" manifest:media-type="{OPEN}.{declared or kind}"/></manifest:manifest>'
            ),
            **(extra or {}),
        }
    )


def patched(data: bytes, at: int, form: str, *values: int) -> bytes:
    """The bytes with numbers written over them."""
    changed = bytearray(data)
    struct.pack_into(form, changed, at, *values)
    return bytes(changed)


def directory_of(data: bytes) -> tuple[int, int]:
    """Where the directory of a ZIP file begins, and where its end record does."""
    end = data.rfind(b"PK\x05\x06")
    return struct.unpack_from("<I", data, end + 16)[0], end


def lying_about_sizes(megabytes: int = 30) -> bytes:
    """A Word document one part of which expands to far more than both headers of the part say."""
    data = word({"word/media/image1.bmp": bytes(megabytes * 1024 * 1024)})
    told = struct.pack("<I", megabytes * 1024 * 1024)
    return data.replace(told, struct.pack("<I", 4_096))


def overlapping() -> bytes:
    """A Word document with one more line in the directory, for bytes that belong to another part already."""
    data = word()
    start, end = directory_of(data)
    directory = data[start:end]
    last = directory.rfind(b"PK\x01\x02")
    again = directory[last:].replace(b"word/document.xml", b"word/another1.xml")
    count = struct.unpack_from("<H", data, end + 10)[0] + 1
    longer = data[:start] + directory + again + data[end:]
    end += len(again)
    return patched(patched(longer, end + 8, "<2H", count, count), end + 12, "<I", len(directory) + len(again))


def behind_a_prefix(prefix: bytes, data: bytes) -> bytes:
    """The archive moved back by a prefix, with every offset put right, so that programs open it without a word."""
    start, end = directory_of(data)
    moved = bytearray(prefix + data)
    at = start + len(prefix)
    while moved[at : at + 4] == b"PK\x01\x02":
        offset, name, extra, comment = (
            *struct.unpack_from("<I", moved, at + 42),
            *struct.unpack_from("<3H", moved, at + 28),
        )
        struct.pack_into("<I", moved, at + 42, offset + len(prefix))
        at += 46 + name + extra + comment
    struct.pack_into("<I", moved, end + len(prefix) + 16, start + len(prefix))
    return bytes(moved)


def room_between_parts(hidden: bytes) -> bytes:
    """A Word document with bytes between its parts and its directory that belong to no part."""
    data = word()
    start, end = directory_of(data)
    longer = data[:start] + hidden + data[start:]
    return patched(longer, end + len(hidden) + 16, "<I", start + len(hidden))


def locked_entry() -> bytes:
    """A Word document with every entry marked as encrypted."""
    data = bytearray(word())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            struct.pack_into("<H", data, at + flags, struct.unpack_from("<H", data, at + flags)[0] | 1)
            at = data.find(mark, at + 4)
    return bytes(data)


def checksum_wrong() -> bytes:
    """A Word document with a part that does not have the checksum both its headers say."""
    parts = word_parts()
    crc = struct.pack("<I", zlib.crc32(str(parts["word/document.xml"]).encode()))
    return packed(parts).replace(crc, b"\1\2\3\4")
