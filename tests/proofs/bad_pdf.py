"""Bad PDF files and texts: bombs, endless structures, active content, files inside files."""

import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from tests.factories.media import heic
from tests.files.make_files import (
    archive,
    changed,
    cut,
    encoded,
    encrypted,
    invoice,
    object_stream_bomb,
    packed,
    plain,
    updated,
)
from tests.proofs.bad import Bad


def written(*objects: bytes, root: int = 1) -> bytes:
    """A PDF with these objects, numbered from 1, and a correct table."""
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(body) + end % (len(places) + 1, table, len(places) + 1, root, len(body))


def pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    one = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    return written(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count), *[one] * count
    )


def page_of(contents: bytes, further: bytes = b"") -> bytes:
    """One page that draws this stream object."""
    return written(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R%s>>" % further,
        contents,
    )


def flate(body: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        body = zlib.compress(body, 9)
    return b"<</Filter[%s]/Length %d>>\nstream\n%s\nendstream" % (b"/FlateDecode" * times, len(body), body)


def form_that_draws_itself() -> bytes:
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length 5>>"
    return written(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length 5>>\nstream\n/F Do\nendstream",
        head + b"\nstream\n/F Do\nendstream",
    )


def tables_in_a_circle() -> bytes:
    """Its only table says that the one before it is itself."""
    source = plain()
    at = int(source[source.rindex(b"startxref") + 9 :].split()[0])
    return source.replace(b"trailer <<", b"trailer << /Prev %d" % at, 1)


def attached(inner: bytes, name: str = "inner.pdf") -> bytes:
    def change(pdf: Pdf) -> None:
        pdf.attachments[name] = pikepdf.AttachedFileSpec(
            pdf, inner, filename=name, mod_date="D:20260101000000Z", creation_date="D:20260101000000Z"
        )

    return changed(change)


def attached_six_deep() -> bytes:
    data = invoice()
    for level in range(6):
        data = attached(data, f"level {level}.pdf")
    return data


def sends_data(pdf: Pdf) -> None:
    action = Dictionary(S=Name.SubmitForm, F=String("https://example.com/collect"))
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])


def opens_other_file(pdf: Pdf) -> None:
    action = Dictionary(S=Name.GoToR, F=String("//server/share/x.pdf"), D=Array([0, Name.Fit]))
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])


def script_on_closing(pdf: Pdf) -> None:
    pdf.Root.AA = Dictionary(WC=Dictionary(S=Name.JavaScript, JS=Stream(pdf, b"app.launchURL('x')")))


def script_in_bookmark(pdf: Pdf) -> None:
    item = pdf.make_indirect(Dictionary(Title=String("x"), A=Dictionary(S=Name.JavaScript, JS=String("app.beep()"))))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item, Count=1))


def starts_program(pdf: Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Launch, Win=Dictionary(F=String("cmd.exe"), P=String("/c calc"))))


def script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def hidden_script() -> bytes:
    """The first version has the script; the update takes it away for readers, not for programs that repair."""
    return updated(plain(script), b"<</Type/Catalog>>")


def protected() -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(invoice())) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(user="secret", owner="owner", R=6))
    return target.getvalue()


_HTML = b"<!DOCTYPE html><script>alert(1)</script>"
_DRAW = b"<</Length 0>>\nstream\n\nendstream"

ROWS = (
    Bad("nothing: 0 bytes", "n.pdf", lambda: b"", "refused", "size"),
    Bad("nothing: one byte", "n.pdf", lambda: b"%", "refused", "kind"),
    Bad("nothing: only zeros", "n.pdf", lambda: bytes(50_000), "refused", "kind"),
    Bad("bomb: 5,000 pages", "b.pdf", lambda: pages(5_000), "refused", "pdf"),
    Bad("bomb: object stream of 200 MB", "b.pdf", object_stream_bomb, "refused", "active"),
    Bad("bomb: page of 200 MB", "b.pdf", lambda: page_of(flate(b"q Q " * 50_000_000)), "refused", "pdf"),
    Bad("bomb: page packed twice", "b.pdf", lambda: page_of(flate(b"q Q " * 50_000_000, 2)), "refused", "pdf"),
    Bad("bomb: two million brackets", "b.pdf", lambda: page_of(b"[" * 2_000_000), "clean", "pdf", "note"),
    Bad("endless: pages in a circle", "e.pdf",
        lambda: written(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 9>>"), "refused", "pdf"),
    Bad("endless: tables in a circle", "e.pdf", tables_in_a_circle, "clean", "pdf", "warning"),
    Bad("endless: a form that draws itself", "e.pdf", form_that_draws_itself, "clean", "pdf", "note"),
    Bad("nested: PDF in PDF, six deep", "f.pdf", attached_six_deep, "clean", "active", "warning"),
    Bad("nested: program inside", "f.pdf",
        lambda: attached(b"MZ\x90\0" + bytes(600), "setup.exe"), "clean", "active", "warning"),
    Bad("active: script when closing", "a.pdf", lambda: packed(script_on_closing), "refused", "active"),
    Bad("active: script in a bookmark", "a.pdf", lambda: plain(script_in_bookmark), "refused", "active"),
    Bad("active: starts a program when a page shows", "a.pdf", lambda: packed(starts_program), "refused", "active"),
    Bad("active: script hidden by a later version", "a.pdf", hidden_script, "refused", "active"),
    Bad("active: script behind a password", "a.pdf", lambda: encrypted(script, "secret"), "refused", "active"),
    Bad("active: sends what is typed", "a.pdf", lambda: packed(sends_data), "clean", "active", "warning"),
    Bad("active: opens a file of a server", "a.pdf", lambda: packed(opens_other_file), "clean", "active", "warning"),
    Bad("locked: needs a password", "l.pdf", protected, "refused", "pdf"),
    Bad("cut off: half a PDF", "c.pdf", lambda: cut(invoice(), 0.5), "refused", "pdf"),
    Bad("cut off: only the last half", "c.pdf", lambda: invoice()[-700:], "refused", "pdf"),
    Bad("damaged: no pages", "d.pdf", lambda: pages(0), "refused", "pdf"),
    Bad("damaged: root is a page", "d.pdf", lambda: written(_DRAW, b"<</Type/Page>>", root=2), "refused", "pdf"),
    Bad("damaged: no root", "d.pdf", lambda: written(_DRAW, root=7), "refused", "pdf"),
    Bad("polyglot: ZIP behind", "p.pdf", lambda: invoice() + archive(), "refused", "kind"),
    Bad("polyglot: web page behind", "p.pdf", lambda: invoice() + _HTML, "refused", "pdf"),
    Bad("polyglot: JPEG in front", "p.pdf", lambda: encoded("JPEG")[:400] + invoice(), "refused", "kind"),
    Bad("polyglot: HEIC in front", "p.pdf", lambda: heic()[:28] + invoice(), "refused", "kind"),
    Bad("wrong ending: PDF named .txt", "w.txt", invoice, "refused", "kind"),
    Bad("wrong ending: ZIP named .txt", "w.txt", archive, "refused", "kind"),
    Bad("wrong ending: web page named .csv", "w.csv", lambda: _HTML, "refused", "kind"),
    Bad("not text: zeros between the letters", "t.txt", lambda: b"In\0voice " * 99, "refused", "text"),
    Bad("not text: noise named .csv", "t.csv", lambda: bytes(range(256)) * 9, "refused", "text"),
)  # fmt: skip
