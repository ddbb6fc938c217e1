"""The budget statement as CSV, for spreadsheets: the same figures as the page and the PDF."""

from portal.core import csvfile, formats
from portal.core.i18n import _
from portal.reports.documents import (
    category_label,
    column_labels,
    provisional_text,
    state_label,
)
from portal.reports.rules import Balances, BudgetStatement, Seal


def budget_csv(statement: BudgetStatement, seal: Seal, language: str) -> bytes:
    """Every line and every file behind it, with the total, as people of that language open it.

    Amounts are in euros; a file's row leaves budget and available empty, since both are its line's.
    """
    mark = "," if language == "fr" else "."
    header = [
        _("Line"),
        _("Organisation"),
        _("Category"),
        _("File"),
        _("State"),
        _("Paid on"),
        *column_labels(),
    ]
    rows: list[list[object]] = []
    for line in statement.lines:
        rows.append(
            [
                line.code,
                line.organisation,
                category_label(line),
                "",
                "",
                "",
                *_all(line.balances, mark),
            ]
        )
        for file in line.files:
            day = formats.day_short(file.paid_on) if file.paid_on else ""
            held = _all(file.balances, mark)[1:5]
            rows.append([line.code, file.who, "", file.ref, state_label(file), day, "", *held, ""])
    rows.append(["", _("Total"), "", "", "", "", *_all(statement.totals, mark)])
    remark = provisional_text() if seal.provisional else ""
    rows += [
        [_("As of"), formats.day_short(statement.as_of), remark, *[""] * 9],
        [_("Fingerprint"), statement.fingerprint, *[""] * 10],
        [_("Code of this document"), seal.code, seal.address, *[""] * 9],
    ]
    return csvfile.write(header, rows, language=language)


def _all(balances: Balances, mark: str) -> list[str]:
    return [
        _euros(cents, mark)
        for cents in (
            balances.budget,
            balances.committed,
            balances.bound,
            balances.certified,
            balances.paid,
            balances.available,
        )
    ]


def _euros(cents: int, mark: str) -> str:
    """Without separators between thousands: a spreadsheet reads it as a number."""
    return f"{cents // 100}{mark}{cents % 100:02d}"
