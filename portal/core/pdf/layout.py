"""The page: paper, margins, header, footer with page x of y, and the one embedded font family."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate
from reportlab.platypus.flowables import CallerMacro

from portal.core.i18n import Text, _, use_locale

REGULAR = "LiberationSans-Regular"
BOLD = "LiberationSans-Bold"
ITALIC = "LiberationSans-Italic"
BOLD_ITALIC = "LiberationSans-BoldItalic"

DEEP_BLUE = HexColor(0x1D3F8B)
PALE_BLUE = HexColor(0xEDF1F9)
INK = HexColor(0x1B1F27)
GREY = HexColor(0x5A6272)
LINE = HexColor(0xC9D1E0)

MARGIN = 20 * mm
#: Width of the text in points, upright and lying; widths of tables are shares of it.
PORTRAIT_WIDTH = A4[0] - 2 * MARGIN
LANDSCAPE_WIDTH = A4[1] - 2 * MARGIN

_FONTS = Path(__file__).parent / "fonts"
_TOP = 30 * mm
_BOTTOM = 25 * mm
_SMALL = 7.5
_PORTAL = _("Grants & ClusterXchange")
_LANGUAGE_TAGS = {"en": "en-GB", "fr": "fr-FR"}
_NO_BREAK = "\N{NO-BREAK SPACE}"
#: Paragraphs break at the narrow no-break space, and the font has no no-break hyphen.
_PRINTABLE = str.maketrans(
    {"\N{NARROW NO-BREAK SPACE}": _NO_BREAK, "\N{NON-BREAKING HYPHEN}": "-", "\t": " ", "\r": None}
)


class MissingGlyph(ValueError):
    """A text holds characters the font cannot print; they are in `characters`, each once."""

    def __init__(self, characters: str) -> None:
        names = ", ".join(f"U+{ord(character):04X}" for character in characters)
        super().__init__(f"the font has no glyph for {names}")
        self.characters = characters


class _Page:
    """What is drawn around the story: the header at once, the footers when all are counted."""

    def __init__(self, reference: str, fingerprint: str, width: float, height: float) -> None:
        self.reference = reference
        self.fingerprint = fingerprint
        self.right = width - MARGIN
        self.top = height - 17 * mm

    def begin(self, canvas: Canvas, _document: BaseDocTemplate) -> None:
        """Draw the header, and leave a place where the footer of this page will appear."""
        self._header(canvas)
        canvas.doForm(_footer_name(canvas.getPageNumber()))

    def finish(self, macro: CallerMacro) -> None:
        """Draw all footers: on the last page the number of pages is known at last."""
        pages = macro.canv.getPageNumber()
        for page in range(1, pages + 1):
            macro.canv.beginForm(_footer_name(page), 0, 0, self.right + MARGIN, _BOTTOM)
            self._footer(macro.canv, page, pages)
            macro.canv.endForm()

    def _header(self, canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillColor(DEEP_BLUE)
        canvas.setFont(BOLD, 9)
        canvas.drawString(MARGIN, self.top, printable(_PORTAL, BOLD))
        _rule(canvas, self.right, self.top - 3 * mm)
        canvas.restoreState()

    def _footer(self, canvas: Canvas, page: int, pages: int) -> None:
        _rule(canvas, self.right, 17 * mm)
        canvas.setFillColor(GREY)
        canvas.setFont(REGULAR, _SMALL)
        count = _("Page %(page)s of %(pages)s", page=page, pages=pages)
        canvas.drawString(MARGIN, 13 * mm, printable(self.reference))
        canvas.drawRightString(self.right, 13 * mm, printable(count))
        if self.fingerprint:
            label = _("Fingerprint: %(fingerprint)s", fingerprint=self.fingerprint)
            canvas.drawString(MARGIN, 9 * mm, printable(label))


def build(
    story: Sequence[Flowable],
    *,
    title: Text,
    language: str,
    reference: str = "",
    fingerprint: str = "",
    subject: Text = "",
    landscape: bool = False,
) -> bytes:
    """Lay a story out on A4 as a PDF; the same story gives the same bytes.

    `language` is "en" or "fr" and rules the header, the footer and the language the file
    declares; the story's own words were chosen when it was made. A story can be built once.
    Raises MissingGlyph if the title, reference or fingerprint cannot be printed.
    """
    prepare_fonts()
    width, height = (A4[1], A4[0]) if landscape else A4
    page = _Page(reference, fingerprint, width, height)
    frame = Frame(
        MARGIN,
        _BOTTOM,
        width - 2 * MARGIN,
        height - _TOP - _BOTTOM,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    bytes_out = BytesIO()
    with use_locale(language):
        document = BaseDocTemplate(
            bytes_out,
            pagesize=(width, height),
            pageTemplates=[PageTemplate(frames=[frame], onPage=page.begin)],
            title=printable(title),
            subject=printable(subject),
            author=printable(_PORTAL),
            creator=printable(_PORTAL),
            lang=_LANGUAGE_TAGS[language],
            displayDocTitle=True,
            initialFontName=REGULAR,
            invariant=1,
        )
        document.build([*story, CallerMacro(drawCallable=page.finish)])
    return bytes_out.getvalue()


@cache
def prepare_fonts() -> None:
    """Register the embedded family once, and stop ReportLab from evaluating colour names."""
    rl_config.toColorCanUse = None
    for name in (REGULAR, BOLD, ITALIC, BOLD_ITALIC):
        registerFont(_font(name))
    for name in (REGULAR, BOLD):
        registerFontFamily(name, normal=name, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC)


def printable(value: Text, font: str = REGULAR) -> str:
    """The text as it can be drawn: composed letters, spaces that do not break, no tabs.

    Line breaks stay. Raises MissingGlyph if the font lacks a character, instead of printing
    nothing in its place.
    """
    drawn = normalize("NFC", str(value)).translate(_PRINTABLE)
    if missing := unprintable(drawn, font):
        raise MissingGlyph(missing)
    return drawn


def unprintable(value: Text, font: str = REGULAR) -> str:
    """The characters of a text that the font cannot print, each once, in order; "" if none.

    Lets a form refuse a name before a document fails on it.
    """
    drawn = normalize("NFC", str(value)).translate(_PRINTABLE)
    missing = set(drawn) - _characters(font)
    return "".join(sorted(missing, key=drawn.index))


def text_width(value: str, font: str, size: float) -> float:
    """The width in points of a text drawn on one line."""
    prepare_fonts()
    return float(stringWidth(value, font, size))


@cache
def _font(name: str) -> TTFont:
    return TTFont(name, str(_FONTS / f"{name}.ttf"))


@cache
def _characters(font: str) -> frozenset[str]:
    """The characters a font can draw, and the line break, which is never drawn."""
    return frozenset("\n").union(map(chr, _font(font).face.charToGlyph))


def _footer_name(page: int) -> str:
    return f"footer-{page}"


def _rule(canvas: Canvas, right: float, height: float) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, height, right, height)
