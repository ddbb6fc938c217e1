"""What documents are made of: text, headings, amounts, tables, facts, steps, signatures.

Every word goes through `text` or is drawn literally by a table, so that nothing people typed is
obeyed as markup. All pieces raise MissingGlyph for a character the font cannot print.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from portal.core import formats
from portal.core.i18n import Text, _
from portal.core.pdf.layout import (
    BOLD,
    DEEP_BLUE,
    GREY,
    INK,
    LANDSCAPE_WIDTH,
    LINE,
    PALE_BLUE,
    PORTRAIT_WIDTH,
    REGULAR,
    prepare_fonts,
    printable,
    text_width,
)

#: Splitting one long table takes quadratic time; tables of this many rows are as fast as pages.
ROWS_A_TABLE = 150

_CELL_SIZE = 8.5
_CELL_LEADING = 11
_PADDING = 4


def _style(name: str, size: float, leading: float, **look: object) -> ParagraphStyle:
    font = {"fontName": REGULAR, "textColor": INK} | look
    return ParagraphStyle(name, fontSize=size, leading=leading, **font)


_BLUE: Final = {"fontName": BOLD, "textColor": DEEP_BLUE}
_STYLES: Final = {
    style.name: style
    for style in (
        _style("body", 10, 14.5, spaceAfter=6),
        _style("small", 8, 11, textColor=GREY),
        _style("label", 8.5, 14.5, textColor=GREY),
        _style("strong", 10, 14.5, fontName=BOLD),
        _style("heading1", 18, 23, spaceAfter=10, keepWithNext=1, **_BLUE),
        _style("heading2", 12.5, 17, spaceBefore=14, spaceAfter=6, keepWithNext=1, **_BLUE),
        _style("heading3", 10.5, 14.5, spaceBefore=8, spaceAfter=4, keepWithNext=1, **_BLUE),
        _style("cell", _CELL_SIZE, _CELL_LEADING),
        _style("cell_strong", _CELL_SIZE, _CELL_LEADING, fontName=BOLD),
        _style("head", _CELL_SIZE, _CELL_LEADING, **_BLUE),
        _style("head_right", _CELL_SIZE, _CELL_LEADING, alignment=TA_RIGHT, **_BLUE),
    )
}
#: Without it a table mentions Helvetica, which would not be embedded.
_FONT: Final = ("FONT", (0, 0), (-1, -1), REGULAR, _CELL_SIZE, _CELL_LEADING)
_BARE: Final = [
    _FONT,
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), _PADDING),
    ("BOTTOMPADDING", (0, 0), (-1, -1), _PADDING),
]


class Amount(str):
    """An amount ready to be drawn: a table sets it flush right and never breaks it."""

    __slots__ = ()


@dataclass(frozen=True)
class Signatory:
    """Who signs and in which capacity; `signed` says when it was done, "" leaves a line for it."""

    capacity: Text
    name: str
    organisation: str = ""
    signed: Text = ""


@dataclass(frozen=True)
class Step:
    """One step of a procedure, with a detail such as its date or who takes it."""

    label: Text
    detail: Text = ""
    done: bool = False


def text(value: Text, style: str = "body") -> Flowable:
    """A paragraph of words that are printed literally; line breaks typed in them are kept.

    `style` is "body", "small", "label", "strong", "cell", "cell_strong", "head" or "head_right".
    """
    prepare_fonts()
    look = _STYLES[style]
    literal = escape(printable(value, look.fontName)).replace("\n", "<br/>")
    return Paragraph(literal, look)


def heading(value: Text, level: int = 1) -> Flowable:
    """A heading that stays with what follows: 1 the document, 2 a section, 3 a part of it."""
    return text(value, f"heading{level}")


def gap(millimetres: float = 4) -> Flowable:
    """Empty space between two pieces."""
    return Spacer(0, millimetres * mm)


def money_cell(cents: int) -> Amount:
    """An amount in cents as the current language writes it, for a cell of a table or of facts."""
    return Amount(printable(formats.money(cents)))


def table(
    header: Sequence[Text],
    rows: Sequence[Sequence[Text | Flowable]],
    *,
    widths: Sequence[float],
    numeric_columns: Collection[int] = (),
    total_row: bool = False,
    width: float = PORTRAIT_WIDTH,
) -> list[Flowable]:
    """A ruled table of any length, as flowables to add to a story; its head is repeated.

    `widths` are the columns' shares of `width` in points (`layout.LANDSCAPE_WIDTH` on lying
    paper). `numeric_columns` counts from 0: these, and amounts anywhere, are set flush right on
    one line. With `total_row` the last row is the total. Raises ValueError if a row, the header
    and the widths differ in length.
    """
    if any(len(row) != len(widths) for row in (header, *rows)):
        raise ValueError("each row of a table needs one cell for each width")
    points = [width * each / sum(widths) for each in widths]
    head = [
        text(label, "head_right" if column in numeric_columns else "head")
        for column, label in enumerate(header)
    ]
    last = len(rows) - 1 if total_row else len(rows)
    body = [_row(row, points, numeric_columns, strong=i == last) for i, row in enumerate(rows)]
    starts = range(0, max(len(body), 1), ROWS_A_TABLE)
    return [
        _chunk(
            [head, *body[start : start + ROWS_A_TABLE]],
            points,
            numeric_columns,
            totalled=total_row and start == starts[-1],
        )
        for start in starts
    ]


def facts(items: Sequence[tuple[Text, Text | Flowable]]) -> Flowable:
    """Labels on the left and their values on the right, one under the other."""
    block = [
        [text(label, "label"), text(value) if _is_text(value) else value] for label, value in items
    ]
    ruled = [*_BARE, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)]
    return Table(
        block, colWidths=[PORTRAIT_WIDTH * 0.32, PORTRAIT_WIDTH * 0.68], style=ruled, splitInRow=1
    )


def beside(left: Flowable, right: Sequence[Flowable]) -> Flowable:
    """Facts on lying paper with something small at their right, on one page."""
    look = [*_BARE, ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0)]
    between = 12 * mm
    widths = [PORTRAIT_WIDTH, between, LANDSCAPE_WIDTH - PORTRAIT_WIDTH - between]
    return Table([[left, "", list(right)]], colWidths=widths, style=look)


class _Squares(Flowable):
    """The squares of a QR code, drawn without any font."""

    def __init__(self, value: str, size: float) -> None:
        super().__init__()
        widget = QrCodeWidget(value, barLevel="M")
        widget.qr.make()
        self.rows: list[list[bool]] = widget.qr.modules
        self.width = self.height = size

    def draw(self) -> None:
        """Draw each run of dark squares as one rectangle, on a white ground."""
        side = self.width / len(self.rows)
        self.canv.setFillColor(INK)
        for line, row in enumerate(self.rows):
            for first, length in _runs(row):
                height = self.height - (line + 1) * side
                self.canv.rect(first * side, height, length * side, side, stroke=0, fill=1)


def qr_code(value: str, millimetres: float = 27) -> Flowable:
    """A code that telephones read, for an address; what surrounds it must stay white."""
    return _Squares(value, millimetres * mm)


def _runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Where runs of dark squares begin, and how long they are."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((place, 1))
    return found


def notice(value: Text) -> Flowable:
    """A remark set apart from the text by a pale ground and a bar at its left."""
    look = [
        _FONT,
        ("BACKGROUND", (0, 0), (-1, -1), PALE_BLUE),
        ("LINEBEFORE", (0, 0), (0, -1), 2.5, DEEP_BLUE),
        ("LEFTPADDING", (0, 0), (-1, -1), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
    return Table(
        [[text(value)]],
        colWidths=[PORTRAIT_WIDTH],
        style=look,
        splitInRow=1,
        spaceBefore=6,
        spaceAfter=8,
        hAlign="LEFT",
    )


def steps(items: Sequence[Step]) -> Flowable:
    """A numbered procedure; steps already taken say so in words."""
    block = [
        [text(f"{place}.", "strong"), [text(item.label, "strong"), *_step_details(item)]]
        for place, item in enumerate(items, start=1)
    ]
    return Table(block, colWidths=[10 * mm, PORTRAIT_WIDTH - 10 * mm], style=_BARE, splitInRow=1)


def signatures(signatories: Sequence[Signatory]) -> Flowable:
    """Boxes to sign in, two side by side, kept on one page."""
    boxes = [_signature(signatory) for signatory in signatories]
    rows = [[left, "", right] for left, right in zip_longest(boxes[::2], boxes[1::2], fillvalue="")]
    look = [
        *_BARE,
        *(
            ("LINEABOVE", (column, line), (column, line), 0.8, DEEP_BLUE)
            for line, row in enumerate(rows)
            for column, box in enumerate(row)
            if box
        ),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 14),
    ]
    half = PORTRAIT_WIDTH / 2 - 5 * mm
    return KeepTogether(
        [Table(rows, colWidths=[half, 10 * mm, half], style=look, splitInRow=1, spaceBefore=10)]
    )


def _is_text(cell: Text | Flowable) -> bool:
    return not isinstance(cell, Flowable)


def _row(
    row: Sequence[Text | Flowable],
    points: Sequence[float],
    numeric_columns: Collection[int],
    *,
    strong: bool,
) -> list[Text | Flowable]:
    """The cells as ReportLab takes them: flowables as they are, words as `_words` makes them."""
    return [
        _words(cell, points[column], column in numeric_columns, strong) if _is_text(cell) else cell
        for column, cell in enumerate(row)
    ]


def _words(cell: Text, points: float, numeric: bool, strong: bool) -> Text | Flowable:
    """Words on one line are drawn as they are, which is twice as fast as a paragraph."""
    font = BOLD if strong else REGULAR
    drawn = printable(cell, font)
    if isinstance(cell, Amount):
        return Amount(drawn)
    room = points - 2 * _PADDING
    if numeric or ("\n" not in drawn and text_width(drawn, font, _CELL_SIZE) <= room):
        return drawn
    return text(cell, "cell_strong" if strong else "cell")


def _chunk(
    block: list[list[Text | Flowable]],
    points: Sequence[float],
    numeric_columns: Collection[int],
    *,
    totalled: bool,
) -> Flowable:
    look = [
        _FONT,
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), _PADDING),
        ("BOTTOMPADDING", (0, 0), (-1, -1), _PADDING),
        ("BACKGROUND", (0, 0), (-1, 0), PALE_BLUE),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, DEEP_BLUE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
        *(("ALIGN", (column, 1), (column, -1), "RIGHT") for column in numeric_columns),
        *_amounts_elsewhere(block, numeric_columns),
    ]
    if totalled:
        look += [
            ("FONT", (0, -1), (-1, -1), BOLD, _CELL_SIZE, _CELL_LEADING),
            ("LINEABOVE", (0, -1), (-1, -1), 0.8, DEEP_BLUE),
        ]
    return Table(block, colWidths=list(points), repeatRows=1, splitInRow=1, style=look)


def _amounts_elsewhere(
    block: Sequence[Sequence[Text | Flowable]], numeric_columns: Collection[int]
) -> list[tuple[str, tuple[int, int], tuple[int, int], str]]:
    return [
        ("ALIGN", (column, line), (column, line), "RIGHT")
        for line, row in enumerate(block)
        for column, cell in enumerate(row)
        if isinstance(cell, Amount) and column not in numeric_columns
    ]


def _step_details(item: Step) -> list[Flowable]:
    details = [item.detail, _("Done")] if item.done else [item.detail]
    return [text(detail, "small") for detail in details if detail]


def _signature(signatory: Signatory) -> list[Flowable]:
    lines = [text(signatory.capacity, "small"), text(signatory.name, "strong")]
    if signatory.organisation:
        lines.append(text(signatory.organisation, "small"))
    if signatory.signed:
        return [*lines, gap(2), text(signatory.signed, "small")]
    return [*lines, gap(2), text(_("Date and signature:"), "small"), gap(18)]
