"""CSV for people's spreadsheets and for machines, with spreadsheet formulas defused."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

#: What each reader's spreadsheet expects between cells; None is a machine.
_DELIMITERS: Final[dict[str | None, str]] = {"fr": ";", "en": ",", None: ","}
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_WIDE_SIGNS = (
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
#: First signs that make a spreadsheet compute, full-width forms included (OWASP, CSV injection).
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", *_WIDE_SIGNS)
_NEGATIVE_NUMBER = re.compile(r"-[0-9]+(?:[ \u00a0\u202f.,][0-9]+)*")


class _Echo:
    """A file that gives back what is written to it, so that rows can be streamed."""

    def write(self, text: str) -> str:
        return text


def write(
    header: Sequence[object], rows: Iterable[Sequence[object]], *, language: str | None = None
) -> bytes:
    """A whole CSV file in UTF-8 with CRLF line ends; see `lines` for the details."""
    return b"".join(lines(header, rows, language=language))


def lines(
    header: Sequence[object], rows: Iterable[Sequence[object]], *, language: str | None = None
) -> Iterator[bytes]:
    """The same file line by line, for exports too big to be held in memory.

    For people ("fr": semicolons, "en": commas) it begins with a byte order mark; for machines
    (None: commas) it does not. None becomes an empty cell; amounts and days are written as
    given, so the caller chooses the decimal comma. Cells a spreadsheet would compute get a
    leading apostrophe; negative numbers stay numbers. Raises ValueError for another language.
    """
    if language not in _DELIMITERS:
        raise ValueError(f"no CSV convention for {language!r}")
    writer = csv.writer(_Echo(), delimiter=_DELIMITERS[language], lineterminator="\r\n")
    mark = _BYTE_ORDER_MARK if language else ""
    yield (mark + _line(writer.writerow([_cell(value) for value in header]))).encode()
    for row in rows:
        yield _line(writer.writerow([_cell(value) for value in row])).encode()


def _line(written: object) -> str:
    """The csv module hands on what `_Echo.write` gave back, which its types do not say."""
    return str(written)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    if text.startswith(_FORMULA_SIGNS) and not _NEGATIVE_NUMBER.fullmatch(text):
        return "'" + text
    return text
