"""How tests look at what came out: PDF, CSV, HTML read back as plain data."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pypdfium2
from lxml import etree


@dataclass(frozen=True)
class Pdf:
    """A PDF read back: the text of each page in reading order."""

    pages: tuple[str, ...]
    metadata: dict[str, str]

    @property
    def text(self) -> str:
        """Everything, one page after another."""
        return "\n".join(self.pages)

    def has(self, words: str) -> bool:
        """Whether the words stand somewhere, whatever the line breaks between them."""
        return flat(words) in flat(self.text)


def flat(text: str) -> str:
    """The text with ordinary spaces and line breaks run together; no-break spaces are kept."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def read_pdf(content: bytes) -> Pdf:
    """Read a PDF back, page by page."""
    document = pypdfium2.PdfDocument(content)
    try:
        pages = tuple(page.get_textpage().get_text_bounded() for page in document)
        return Pdf(pages, document.get_metadata_dict())
    finally:
        document.close()


def read_csv(content: bytes | str, *, delimiter: str | None = None) -> list[list[str]]:
    """Rows and cells of a CSV file, its byte order mark removed."""
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.lstrip("\ufeff")
    if delimiter is None:
        delimiter = ";" if text.split("\n", 1)[0].count(";") else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def read_csv_rows(content: bytes | str) -> list[dict[str, str]]:
    """The rows of a CSV file by the names in its first line."""
    head, *rows = read_csv(content)
    return [dict(zip(head, row, strict=True)) for row in rows]


def read_workbook(content: bytes) -> tuple[list[list[str]], list[str]]:
    """The cells of the only sheet of a workbook, row by row, and its formulas."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        strings = etree.fromstring(parts.read("xl/sharedStrings.xml"))
        sheet = etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    texts = ["".join(each.itertext()) for each in strings.iter(f"{main}si")]
    rows = []
    for row in sheet.iter(f"{main}row"):
        found: dict[int, str] = {}
        for cell in row.iter(f"{main}c"):
            value = cell.findtext(f"{main}v") or ""
            letters = re.sub(r"\d", "", cell.get("r", "A1"))
            place = sum((ord(letter) - 64) * 26**n for n, letter in enumerate(reversed(letters)))
            found[place - 1] = texts[int(value)] if cell.get("t") == "s" else value
        rows.append([found.get(place, "") for place in range(max(found) + 1)])
    return rows, [each.text or "" for each in sheet.iter(f"{main}f")]


@dataclass
class Field:
    """One field of a form as the browser would send it."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    checked: bool = False


@dataclass
class Form:
    """One form of a page: where it goes, how, and what is in it."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def data(self, **changes: object) -> dict[str, object]:
        """What the browser would send if nothing but `changes` was typed."""
        sent: dict[str, object] = {}
        for item in self.fields:
            if not item.name or item.kind in ("submit", "button", "file"):
                continue
            if item.kind in ("checkbox", "radio") and not item.checked:
                continue
            sent[item.name] = item.value
        return sent | changes


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._silent = 0
        self._area: Field | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in ("script", "style", "title"):
            self._silent += 1
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag in ("input", "button", "select", "textarea"):
            self._field(tag, given, dict(attributes))
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given or len(self._select.options) == 1:
                self._select.value = given.get("value", "")

    def _field(self, tag: str, given: dict[str, str], raw: dict[str, str | None]) -> None:
        kind = given.get("type", "text" if tag == "input" else tag)
        item = Field(given.get("name", ""), kind, given.get("value", ""), checked="checked" in raw)
        if kind in ("checkbox", "radio") and "value" not in raw:
            item.value = "on"
        if self.forms and "form" not in given:
            self.forms[-1].fields.append(item)
        self._area = item if tag == "textarea" else self._area
        self._select = item if tag == "select" else self._select

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self._silent -= 1
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data
        elif not self._silent and data.strip():
            self.words.append(data.strip(" \t\r\n"))


@dataclass(frozen=True)
class Page:
    """An HTML page as a reader meets it: its words, its forms, its links."""

    text: str
    forms: tuple[Form, ...]
    links: tuple[str, ...]

    def form_to(self, action: str) -> Form:
        """The form that is sent to an address ending in `action`."""
        for form in self.forms:
            if form.action.split("?")[0].endswith(action):
                return form
        raise AssertionError(f"no form to {action}; there are {[f.action for f in self.forms]}")


def read_page(content: bytes | str) -> Page:
    """Read an HTML page."""
    reader = _PageReader()
    reader.feed(content.decode() if isinstance(content, bytes) else content)
    return Page(flat(" ".join(reader.words)), tuple(reader.forms), tuple(reader.links))


def own_form(page: Page) -> Form:
    """The form a page is about: the one sent back to the page itself."""
    return next(form for form in page.forms if form.action == "" and form.method == "post")
