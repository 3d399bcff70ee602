"""Office files and e-mails as people have them are clean, and what is written in them can be read."""

import io
from email.message import EmailMessage

import openpyxl
import pytest

from proofs.checks import limits
from proofs.checks.base import Level
from proofs.checks.formats.office_hazards import is_odd_link, is_remote
from tests.files import mails, ole
from tests.files import office as made
from tests.files.mails import mail
from tests.files.make_files import invoice, photo
from tests.proofs.checking import check_bytes, findings, messages


def picture() -> bytes:
    target = io.BytesIO()
    photo().save(target, "JPEG")
    return target.getvalue()


def workbook(rows: int = 3) -> bytes:
    """As a library writes it that many programs use."""
    book = openpyxl.Workbook()
    book.active.append(["Flyers", "Posters"])
    for number in range(rows):
        book.active.append([f"run {number}", number * 2.5])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def word_with_company_template() -> bytes:
    """With a picture, a link to a web page, and the trace of the template on the writer's own disk."""
    return made.word(
        {
            "word/media/image1.jpeg": picture(),
            "word/_rels/document.xml.rels": made.relations(
                ("hyperlink", "https://fabrikam.example/spring", "External"),
                ("hyperlink", "mailto:jonas@fabrikam.example", "External"),
            ),
            "word/_rels/settings.xml.rels": made.relations(
                ("attachedTemplate", "file:///C:\\Users\\jonas\\Templates\\Letter.dotx", "External")
            ),
        },
        body="<w:p><w:r><w:t>Flyer</w:t></w:r><w:r><w:tab/><w:t>2,000</w:t></w:r></w:p><w:p><w:r><w:t>End</w:t></w:r></w:p>",
    )


def slides_with_chart() -> bytes:
    return made.powerpoint(
        {
            "ppt/charts/_rels/chart1.xml.rels": made.relations(("package", "../embeddings/Workbook1.xlsx", "")),
            "ppt/embeddings/Workbook1.xlsx": workbook(),
        }
    )


@pytest.mark.parametrize(
    ("name", "make", "text"),
    [
        ("letter.docx", word_with_company_template, "Flyer\t2,000\nEnd"),
        ("list.xlsx", made.excel, "Flyers in total\t1190.5"),
        ("list.xlsx", lambda: workbook(2), "Flyers\tPosters\nrun 0\t0\nrun 1\t2.5"),
        ("many.pptx", lambda: made.powerpoint(slides=11), "\n".join(f"Slide {number}" for number in range(1, 12))),
        ("chart.pptx", slides_with_chart, "Slide 1\nSlide 2"),
        ("letter.odt", made.open_document, "Flyer, 2,000 pieces"),
        ("list.ods", lambda: made.open_document("spreadsheet"), "Flyer, 2,000 pieces"),
        ("slides.odp", lambda: made.open_document("presentation"), "Flyer, 2,000 pieces"),
    ],
)
def test_an_office_file_is_clean_and_its_text_is_kept(name, make, text, tmp_path):
    report = check_bytes(tmp_path, make(), name)
    assert (report.verdict, findings(report), report.kind) == ("clean", [], name.rpartition(".")[2])
    assert (report.facts["has_text"], report.facts["text"]) == (True, text)


def test_a_file_without_words_is_told(tmp_path):
    report = check_bytes(tmp_path, made.word(body=""), "empty.docx")
    assert (report.verdict, findings(report), report.facts["has_text"]) == ("clean", [["office", "note"]], False)


def test_a_long_text_is_cut(tmp_path):
    body = "<w:p><w:r><w:t>word </w:t></w:r></w:p>" * 50_000
    report = check_bytes(tmp_path, made.word(body=body), "long.docx")
    assert report.verdict == "clean"
    assert 0.8 * limits.MAX_SHOWN_LETTERS < len(report.facts["text"]) <= limits.MAX_SHOWN_LETTERS


def test_what_comes_from_elsewhere_is_named(tmp_path):
    data = made.word_relations(("image", "https://track.example/1.png", "External"))
    assert messages(check_bytes(tmp_path, data, "a.docx"), Level.WARNING) == [
        "The file shows data from elsewhere, which reviewers may not see: https://track.example/1.png. "
        "Better export it as PDF."
    ]


@pytest.mark.parametrize(
    ("target", "remote", "odd"),
    [
        ("https://fabrikam.example", True, False),
        ("mailto:a@b.example", False, False),
        ("#chapter", False, False),
        ("chapter2.docx", False, False),
        ("../Pictures/1.png", False, False),
        ("file:///C:\\Templates\\Letter.dotx", False, True),
        ("file:///home/nora/letter.ott", False, True),
        ("file://server/share/a.dotm", True, True),
        ("file:///\\\\server\\share\\a.dotm", True, True),
        ("\\\\server\\share\\a.dotm", True, True),
        ("javascript:alert(1)", False, True),
        ("ms-word:ofe|u|https://evil.example", True, True),
    ],
)
def test_targets(target, remote, odd):
    assert (is_remote(target), is_odd_link(target)) == (remote, odd)


# E-mails ------------------------------------------------------------------------------------------------

FACTS = {
    "date": "2026-03-12T09:00:00+01:00",
    "from": "Nora Print <nora@print.example>",
    "to": ["Jonas Weidner <jonas@fabrikam.example>", "marketing@fabrikam.example"],
    "subject": "Flyers, spring campaign",
}


def test_an_email_says_who_wrote_what_to_whom(tmp_path):
    report = check_bytes(tmp_path, mail({"invoice.pdf": invoice(), "wall.jpg": picture()}), "flyers.eml")
    assert (report.kind, report.verdict, findings(report)) == ("eml", "clean", [])
    assert report.facts["mail"] == FACTS
    assert report.facts["text"] == mails.TEXT
    assert [(one["name"], one["kind"]) for one in report.facts["attachments"]] == [
        ("invoice.pdf", "pdf"),
        ("wall.jpg", "jpeg"),
    ]
    assert [(one.name, one.data, one.report.facts["kind"]) for one in report.attachments] == [
        ("invoice.pdf", invoice(), "pdf"),
        ("wall.jpg", picture(), "jpeg"),
    ]


def test_an_outlook_email_says_the_same(tmp_path):
    report = check_bytes(tmp_path, ole.outlook({"invoice.pdf": invoice()}), "flyers.msg")
    assert (report.kind, report.verdict, findings(report)) == ("msg", "clean", [])
    assert report.facts["mail"] == {
        "date": "2026-03-12T09:00:00+00:00",
        "from": '"Nora Print" <nora@print.example>',
        "to": ["Jonas Weidner <jonas@fabrikam.example>"],
        "subject": "Flyers, spring campaign",
    }
    assert report.facts["text"] == "The flyers are out."
    assert [(one.name, one.data) for one in report.attachments] == [("invoice.pdf", invoice())]


def test_names_and_subjects_in_other_letters(tmp_path):
    """As old programs write them: encoded words, also where the standard does not allow them."""
    data = mail({"Prüfung.pdf": invoice()}, Subject="Prüfung der Anzeige")
    report = check_bytes(tmp_path, data, "a.eml")
    assert (report.facts["mail"]["subject"], report.facts["attachments"][0]["name"]) == (
        "Prüfung der Anzeige",
        "Prüfung.pdf",
    )
    old = mail({"name-here.pdf": invoice()}).replace(b'"name-here.pdf"', b'"=?utf-8?B?UHLDvGZ1bmcucGRm?="')
    assert check_bytes(tmp_path, old, "a.eml").facts["attachments"][0]["name"] == "Prüfung.pdf"


def test_a_page_is_turned_into_its_words(tmp_path):
    page = "<html><head><style>p{}</style></head><body><p>Dear <b>Jonas</b></p><p>see you</p></body></html>"
    only_page = EmailMessage()
    only_page["From"], only_page["Subject"] = "nora@print.example", "Page"
    only_page.set_content(page, subtype="html")
    report = check_bytes(tmp_path, only_page.as_bytes(), "page.eml")
    assert (report.verdict, report.facts["text"]) == ("clean", "Dear Jonas\nsee you")
    assert messages(report, Level.NOTE)[0] == "The e-mail does not say when it was sent."


def test_a_forwarded_email_is_checked_with_what_is_in_it(tmp_path):
    inner = mails.message(Subject="Original")
    inner.add_attachment(invoice(), "application", "pdf", filename="invoice.pdf")
    report = check_bytes(tmp_path, mails.forwarded(1, inner), "forwarded.eml")
    [forwarded] = report.attachments
    assert (report.verdict, forwarded.name, forwarded.report.facts["mail"]["subject"]) == (
        "clean",
        "Original.eml",
        "Original",
    )
    assert [one.name for one in forwarded.report.attachments] == ["invoice.pdf"]


def test_the_refused_attachment_is_named_with_its_reason(tmp_path):
    data = mail({"good.pdf": invoice(), "bad.docx": made.word({"word/vbaProject.bin": b"any"})})
    report = check_bytes(tmp_path, data, "a.eml")
    assert (report.verdict, report.attachments, "text" in report.facts) == ("refused", [], False)
    assert messages(report, Level.STOP) == [
        "The attachment “bad.docx” is not accepted. The file contains macros, small programs that run when it is "
        "opened. Export it as PDF, which leaves that out, and upload the PDF."
    ]


@pytest.mark.parametrize(("count", "verdict"), [(50, "clean"), (51, "refused")])
def test_limit_of_attachments(count, verdict, tmp_path):
    report = check_bytes(tmp_path, mail({f"{number}.txt": b"a" for number in range(count)}), "many.eml")
    assert report.verdict == verdict


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", word_with_company_template()),
        ("a.xlsx", workbook()),
        ("a.odt", made.open_document()),
        ("a.msg", ole.outlook({"a.txt": b"a" * 5_000})),
        ("a.eml", mail({"invoice.pdf": invoice()})),
    ],
)
def test_cut_off_anywhere_is_refused(name, data, tmp_path):
    whole = data.rstrip(b"\r\n")
    for place in range(1, 20):
        report = check_bytes(tmp_path, whole[: len(whole) * place // 20], name)
        assert (place, report.verdict) == (place, "refused")
