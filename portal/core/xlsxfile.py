"""Workbooks for people's spreadsheets: cells keep their kind, and no text is ever computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

#: The same content gives the same bytes: the file bears no moment of its own.
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WIDTH = 18


@dataclass(frozen=True)
class Euros:
    """An amount in whole cents, shown in euros."""

    cents: int


def write(title: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet with a fixed first row.

    Whole numbers, days and `Euros` stay what they are, None is an empty cell, and everything else
    is text as given: a formula is shown, not computed. `title` is cut to the 31 signs a sheet may
    have for a name.
    """
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title, "created": _MADE})
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        kinds = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            Euros: book.add_format({"num_format": "#,##0.00 [$€-x-euro2]"}),
        }
        sheet.set_column(0, max(len(header) - 1, 0), _WIDTH)
        sheet.freeze_panes(1, 1)
        for column, label in enumerate(header):
            sheet.write_string(0, column, str(label), bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _put(sheet, number, column, value, kinds)
    return target.getvalue()


def _put(sheet: Worksheet, row: int, column: int, value: object, kinds: dict[type, Format]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Euros):
        sheet.write_number(row, column, Decimal(value.cents).scaleb(-2), kinds[Euros])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, kinds[date])
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))
