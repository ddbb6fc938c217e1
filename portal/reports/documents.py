"""project_budget(): the statement as PDF, in the language being written."""

from reportlab.platypus import Flowable

from portal.calls.proposals.states import CATEGORY_LABELS, CostCategory
from portal.core import formats
from portal.core.i18n import Text, _, p_
from portal.core.pdf.layout import LANDSCAPE_WIDTH, build
from portal.core.pdf.pieces import (
    beside,
    facts,
    gap,
    heading,
    money_cell,
    notice,
    qr_code,
    table,
    text,
)
from portal.exchanges.states import LIFE as EXCHANGES
from portal.exchanges.states import State as ExchangeState
from portal.reports.rules import Balances, BudgetStatement, FileRow, Kind, LineRow, Seal
from portal.vouchers.states import LIFE as VOUCHERS
from portal.vouchers.states import State as VoucherState

#: What each kind of file is called.
KIND_LABELS: dict[Kind, Text] = {Kind.PDF: p_("file", "PDF"), Kind.CSV: p_("file", "CSV")}


def category_label(line: LineRow) -> Text:
    """The category of a line in words."""
    return CATEGORY_LABELS[CostCategory(line.category)]


def state_label(row: FileRow) -> Text:
    """The state of a visit or voucher, in the same word as on its own page."""
    noun, _dot, value = row.state.partition(".")
    if noun == "exchange":
        return EXCHANGES.badge(ExchangeState(value)).label
    if noun == "voucher":
        return VOUCHERS.badge(VoucherState(value)).label
    return ""


def column_labels() -> list[Text]:
    """The columns of every table of the statement, after the first."""
    return [
        _("Budget"),
        _("Committed"),
        _("Legally bound"),
        _("Certified"),
        _("Paid"),
        _("Available"),
    ]


def provisional_text() -> Text:
    """What a statement of a day that is not over says about itself."""
    return _("Provisional: this day is not over yet, and its figures may still change.")


def same_file_text() -> Text:
    """What is said of a file that is what was exported."""
    return _("This file is, byte for byte, the document made here.")


def known_code_text() -> Text:
    """What is said of a code under which something was exported."""
    return _(
        "A document made here bears this code. Compare what you hold with what this page says."
    )


def changes(then: Balances, now: Balances) -> list[tuple[Text, int, int, int]]:
    """Each column of the budget: its name, its total then and now, and the difference, in cents."""
    pairs = zip(column_labels(), _in_order(then), _in_order(now), strict=True)
    return [(label, before, after, after - before) for label, before, after in pairs]


def project_budget(statement: BudgetStatement, seal: Seal, language: str) -> bytes:
    """The budget statement as PDF bytes; the same statement, seal and language give the same bytes.

    The seal lets whoever holds the document find it again, and says where the trail stood.
    """
    title = _("Budget of %(project)s", project=statement.acronym)
    story: list[Flowable] = [
        heading(title),
        *([notice(provisional_text())] if seal.provisional else []),
        beside(_facts(statement), _how_to_verify(seal)),
        gap(),
        text(
            _("Each euro of a line stands in exactly one column; together they make the budget."),
            "small",
        ),
        gap(2),
        *_lines(statement),
    ]
    for line in statement.lines:
        if line.files:
            story += [gap(), heading(_behind(line), 2), *_files(line)]
    story += [gap(), heading(_("Where the trail stood"), 2), *_heads(seal)]
    return build(
        story,
        title=title,
        language=language,
        reference=f"{statement.ref} · {seal.code}",
        fingerprint=statement.fingerprint,
        landscape=True,
    )


def _facts(statement: BudgetStatement) -> Flowable:
    return facts(
        [
            (_("Reference"), statement.ref),
            (_("Project"), statement.title),
            (_("Coordinator"), statement.coordinator),
            (_("Period"), formats.day_range(statement.starts_on, statement.ends_on)),
            (_("Maximum grant amount"), money_cell(statement.max_grant)),
            (_("As of"), formats.day(statement.as_of)),
            (_("Fingerprint"), text(statement.fingerprint, "cell")),
        ]
    )


def _how_to_verify(seal: Seal) -> list[Flowable]:
    page = seal.address.rpartition("/")[0]
    return [
        qr_code(seal.address),
        gap(2),
        text(_("Code of this document"), "label"),
        text(seal.code, "strong"),
        text(
            _(
                "Is it genuine, and what changed since? Scan it, or type its code at %(page)s",
                page=page,
            ),
            "small",
        ),
    ]


def _heads(seal: Seal) -> list[Flowable]:
    """The entries of the trail that no later entry can move: who keeps this page can prove them."""
    about = _(
        "The newest entry of each chain of the trail at the end of that day. Its hash stands for "
        "all entries before it: if one of them is changed, this hash is found no more."
    )
    rows = [[head.chain, str(head.number), head.hash] for head in seal.heads]
    return [
        text(about, "small"),
        gap(2),
        *table(
            [_("Chain"), _("Entry"), _("Hash (SHA-256)")],
            rows,
            widths=[20, 10, 70],
            numeric_columns=(1,),
            width=LANDSCAPE_WIDTH,
        ),
    ]


def _in_order(balances: Balances) -> list[int]:
    """The amounts in the order of `column_labels`."""
    return [
        balances.budget,
        balances.committed,
        balances.bound,
        balances.certified,
        balances.paid,
        balances.available,
    ]


def _amounts(balances: Balances) -> list[str]:
    return [money_cell(cents) for cents in _in_order(balances)]


def _lines(statement: BudgetStatement) -> list[Flowable]:
    rows = [
        [line.code, line.organisation, category_label(line), *_amounts(line.balances)]
        for line in statement.lines
    ]
    rows.append(["", _("Total"), "", *_amounts(statement.totals)])
    return table(
        [_("Line"), _("Organisation"), _("Category"), *column_labels()],
        rows,
        widths=[11, 19, 14, 10, 9, 9, 9, 9, 10],
        numeric_columns=range(3, 9),
        total_row=True,
        width=LANDSCAPE_WIDTH,
    )


def _behind(line: LineRow) -> Text:
    label = category_label(line)
    return _("Details of line %(code)s: %(category)s", code=line.code, category=label)


def _files(line: LineRow) -> list[Flowable]:
    rows = [[row.ref, row.who, _state(row), *_amounts(row.balances)[1:5]] for row in line.files]
    held = Balances(
        0, line.balances.committed, line.balances.bound, line.balances.certified, line.balances.paid
    )
    rows.append(["", _("Total"), "", *_amounts(held)[1:5]])
    return table(
        [_("File"), _("For"), _("State"), *column_labels()[1:5]],
        rows,
        widths=[12, 34, 18, 9, 9, 9, 9],
        numeric_columns=range(3, 7),
        total_row=True,
        width=LANDSCAPE_WIDTH,
    )


def _state(row: FileRow) -> Text:
    if row.paid_on:
        return _("%(state)s, paid on %(day)s", state=state_label(row), day=formats.day(row.paid_on))
    return state_label(row)
