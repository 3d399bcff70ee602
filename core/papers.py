"""Papers of ours as PDF: A4, one set of styles, text always escaped. Pure: same content, same bytes."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

NOTHING = "—"
_MARGIN = 20 * mm
_LINE_HEIGHT = 6.0  # of a line to be filled in, in millimetres: room for handwriting
_STYLES = getSampleStyleSheet()
_TITLE = ParagraphStyle("title", parent=_STYLES["Title"], alignment=0, fontSize=16, leading=20)
_TEXT = ParagraphStyle("text", parent=_STYLES["BodyText"], fontSize=9.5, leading=13)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=8.5, leading=11)
_LINES = [("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#8a95a6")), ("VALIGN", (0, 0), (-1, -1), "TOP")]
_HEAD = [("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f2f4f7"))]


def paper(title: str, about: str, parts: Iterable[Flowable]) -> bytes:
    """The file: a title, a line under it that says what it is about (its first word is the number), then the parts."""
    buffer = BytesIO()
    page = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"{title} {about.split(' ')[0]}",
        invariant=1,
    )
    page.build([Paragraph(_safe(title), _TITLE), text(about), gap(5), *parts])
    return buffer.getvalue()


def text(value: Any) -> Paragraph:
    """A paragraph; what was typed never becomes markup."""
    return Paragraph(_safe(value), _TEXT)


class Blank(Flowable):
    """A place to fill in: a text field of the form that the file is, with a line under it for the pen.

    name: of the field, once a file · width: in millimetres.
    """

    def __init__(self, name: str, label: Any, width: float):
        super().__init__()
        self.name, self.label = name, str(label)
        self.width, self.height = width * mm, _LINE_HEIGHT * mm

    def draw(self) -> None:
        self.canv.acroForm.textfield(
            name=self.name,
            tooltip=self.label,
            width=self.width,
            height=self.height,
            fontSize=9,
            borderStyle="underlined",
            borderWidth=0.4,
            borderColor=colors.HexColor("#8a95a6"),
            fillColor=colors.white,
            relative=True,
        )


def gap(height: float) -> Spacer:
    """height: in millimetres."""
    return Spacer(1, height * mm)


def day(value: Any) -> str:
    """A date in words, a dash where there is none."""
    return date_format(value) if value else NOTHING


def table(
    rows: Sequence[Sequence[Any]], widths: Sequence[float], head: Sequence[Any] = (), *, ruled: bool = True
) -> Table:
    """rows: of texts and Blanks · widths: in millimetres · head: repeated on each page · ruled: with lines around the
    cells."""
    cells = [[_cell(value) for value in row] for row in ([head] if head else []) + [*rows]]
    made = Table(cells, colWidths=[width * mm for width in widths], repeatRows=1 if head else 0)
    if ruled:
        made.setStyle(TableStyle(_LINES + (_HEAD if head else [])))
    return made


def _cell(value: Any) -> Flowable:
    return value if isinstance(value, Flowable) else Paragraph(_safe(value), _SMALL)


def _safe(value: Any) -> str:
    return str(value or NOTHING).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
