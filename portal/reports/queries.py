"""budget_statement(): a project's budget as plain data, in a fixed number of statements; and what
is known of a document by its code.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, and_, func, literal, or_, select, union

from portal.audit import queries as trail
from portal.core.days import brussels_day, end_of_day
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.exchanges.models import Exchange
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine, Posting
from portal.ledger.states import Action as Movement
from portal.ledger.states import Bucket
from portal.partners.models import Organisation
from portal.payments.models import Payment
from portal.payments.recoveries.models import Recovery
from portal.projects.models import Project, ProjectLine
from portal.reports import rules
from portal.reports.models import BudgetExport
from portal.reports.rules import Balances, BudgetStatement, FileRow, Head, LineRow
from portal.vouchers.models import Voucher

#: The entry an export leaves in the trail of its project; it changes no figure and no document.
EXPORTED = "project.export_budget"


@dataclass(frozen=True)
class _File:
    who: str
    state: str


@dataclass(frozen=True)
class Verified:
    """What is known of a document somebody holds, and what happened to its figures since."""

    export: BudgetExport
    project: Project
    #: The fingerprint of that day's figures, counted again now.
    recounted: str
    #: Whether the entries of the trail that seal the document are still there, unchanged.
    sealed: bool
    #: How many postings were made for later days.
    later: int
    then: Balances
    now: Balances

    @property
    def is_unchanged(self) -> bool:
        """Whether the postings up to that day still give the figures of the document."""
        return self.recounted == self.export.fingerprint


def first_day(project: Project) -> date:
    """The first day on which the project has a budget: that of its award."""
    return brussels_day(project.awarded_at)


def budget_statement(project: Project, as_of: date) -> BudgetStatement:
    """The budget of a project at the end of a day, with the visits and vouchers behind each line.

    Balances are rebuilt from the postings up to and including `as_of`. States, names and the
    project's own terms are those of that day by the trail, so that a past day never changes.
    """
    moment = end_of_day(as_of)
    names, was = _names_at(project, moment)
    files = _files_at(project.id, moment, names)
    paid = _paid_days(project.book_id, as_of)
    described = _described_lines(project.id)
    lines = []
    for line, held in ledger.files_as_of(project.book_id, as_of):
        organisation_id, category = described[line.line_id]
        lines.append(
            LineRow(
                code=line.code,
                organisation=names[organisation_id] if organisation_id else "",
                category=category,
                balances=_balances(line),
                files=tuple(_file_row(row, files, paid) for row in held),
            )
        )
    return BudgetStatement(
        ref=project.ref,
        acronym=was.get("acronym", project.acronym),
        title=was.get("title", project.title),
        coordinator=names[project.coordinator_id],
        starts_on=_day_at(was, "starts_on", project.starts_on),
        ends_on=_day_at(was, "ends_on", project.ends_on),
        as_of=as_of,
        max_grant=was.get("max_grant_cents", project.max_grant_cents),
        lines=tuple(lines),
    )


def heads_at(project: Project, day: date) -> tuple[Head, ...]:
    """The chains a budget rests on, as they stood at the end of a day: the project's own, and that
    of each line, which proves its postings.
    """
    chains = [project.ref, *(f"LINE-{line.id}" for line in ledger.lines_of(project.book_id))]
    found = trail.heads_at(chains, end_of_day(day), but=EXPORTED)
    return tuple(Head(chain, *found[chain]) for chain in chains if chain in found)


def find(code: str) -> BudgetExport | None:
    """The document with this code, or None."""
    return db.session.scalar(select(BudgetExport).where(BudgetExport.code == code))


def same_export(**content: object) -> BudgetExport | None:
    """The document made earlier with this content, or None; see `uq_budget_export_content`."""
    return db.session.scalar(select(BudgetExport).filter_by(**content))


def recognised(*, code: str, file: tuple[bytes, str] | None) -> BudgetExport:
    """The document with a code, or with a content, or with both; raises `RuleBroken`."""
    if not code and file is None:
        raise RuleBroken(rules.nothing_to_verify())
    export = find(rules.read_code(code)) if code else None
    if code and export is None:
        raise RuleBroken(rules.unknown_code())
    if file is not None:
        export = _with_content(file[0], export)
    assert export is not None
    return export


def verified(export: BudgetExport) -> Verified:
    """Count the figures of a document again from the postings, and compare."""
    project = db.session.get_one(Project, export.project_id)
    statement = budget_statement(project, export.day)
    now = rules.total(_kept(line) for line in ledger.lines_of(project.book_id))
    heads = {chain: (number, known) for chain, (number, known) in export.heads.items()}
    return Verified(
        export=export,
        project=project,
        recounted=statement.fingerprint,
        sealed=trail.holds(heads),
        later=_postings_after(project.book_id, export.day),
        then=statement.totals,
        now=now,
    )


def _with_content(content: bytes, expected: BudgetExport | None) -> BudgetExport:
    checksum = hashlib.sha256(content).hexdigest()
    found = expected or db.session.scalar(
        select(BudgetExport).where(BudgetExport.sha256 == checksum).order_by(BudgetExport.id)
    )
    if found is None or found.sha256 != checksum:
        raise RuleBroken(rules.unknown_file())
    return found


def _postings_after(book_id: int, day: date) -> int:
    query = (
        select(func.count())
        .select_from(Posting)
        .join(BudgetLine, BudgetLine.id == Posting.line_id)
        .where(BudgetLine.book_id == book_id, Posting.booked_on > day)
    )
    return db.session.scalar(query) or 0


def _kept(line: BudgetLine) -> Balances:
    return Balances(
        line.balance(Bucket.AVAILABLE),
        line.balance(Bucket.COMMITTED),
        line.balance(Bucket.BOUND),
        line.balance(Bucket.CERTIFIED),
        line.balance(Bucket.PAID),
    )


def _balances(row: ledger.LineBalances | ledger.FileBalances) -> Balances:
    available = row.available_cents if isinstance(row, ledger.LineBalances) else 0
    return Balances(
        available, row.committed_cents, row.bound_cents, row.certified_cents, row.paid_cents
    )


def _file_row(
    row: ledger.FileBalances, files: Mapping[str, _File], paid: Mapping[str, date]
) -> FileRow:
    file, balances = files.get(row.file, _File("", "")), _balances(row)
    # A voucher is paid in instalments: the day is that of the last one. What came back is set aside
    # again and owed to nobody: of what is still owed, nothing is only committed.
    owed = balances.bound + balances.certified
    day = paid.get(row.file) if not owed else None
    return FileRow(row.file, file.who, file.state, balances, day)


def _paid_days(book_id: int, as_of: date) -> dict[str, date]:
    """The day of the last payment of each file of a book that still stands at the end of a day.

    What the bank executed counts from the day on which it was entered; a payment taken back or
    recovered whole by then does not count. Postings name their payment, or its recovery, as reason;
    what is set off is paid by the recovery of another payment, on no day of the bank.
    """
    of_recovery = and_(Posting.kind == Movement.RECOVER, Payment.id == Recovery.payment_id)
    query = (
        select(Posting.kind, Posting.file, Payment.ref, Payment.executed_on, Posting.amount_cents)
        .join(BudgetLine, BudgetLine.id == Posting.line_id)
        .outerjoin(Recovery, Recovery.ref == Posting.why)
        .join(Payment, or_(Payment.ref == Posting.why, of_recovery))
        .where(
            BudgetLine.book_id == book_id,
            Posting.kind.in_((Movement.PAY, Movement.TAKE_BACK, Movement.RECOVER)),
            Posting.booked_on <= as_of,
        )
        .order_by(Posting.id)
    )
    standing: dict[str, int] = {}
    paid: dict[str, tuple[str, date]] = {}
    for kind, file, payment, executed_on, cents in db.session.execute(query):
        if kind is Movement.PAY and executed_on:
            paid[payment], standing[payment] = (file, executed_on), cents
        else:
            standing[payment] = standing.get(payment, 0) - cents
    days: dict[str, date] = {}
    for payment, (file, executed_on) in paid.items():
        if standing[payment] > 0:
            days[file] = max(executed_on, days.get(file, executed_on))
    return days


def _files_at(project_id: int, moment: datetime, names: Mapping[int, str]) -> dict[str, _File]:
    visits = select(Exchange.ref).where(Exchange.project_id == project_id)
    states = trail.value_at(Exchange.noun, "state", visits, moment)
    found = {}
    rows = visits.add_columns(Exchange.visitor_id, Exchange.host_id, Exchange.state)
    for ref, visitor, host, state in db.session.execute(rows):
        told = states.get(ref, state.value)
        found[ref] = _File(f"{names[visitor]} → {names[host]}", f"exchange.{told}")
    given = select(Voucher.ref).where(Voucher.project_id == project_id)
    states = trail.value_at(Voucher.noun, "state", given, moment)
    rows = given.add_columns(Voucher.holder_id, Voucher.title, Voucher.state)
    for ref, holder, title, state in db.session.execute(rows):
        told = states.get(ref, state.value)
        found[ref] = _File(f"{names[holder]} — {title}", f"voucher.{told}")
    return found


def _names_at(project: Project, moment: datetime) -> tuple[dict[int, str], dict[str, Any]]:
    """The legal names, at a moment, of all whom a budget names, by database id; and those values of
    the project that were replaced since, as they stood then.
    """
    organisations = _organisations_of(project)
    refs = [project.ref, *(ref for _id, ref, _name in organisations)]
    replaced = trail.replaced_since(refs, moment)
    names = {
        organisation_id: replaced.get(ref, {}).get("legal_name", name)
        for organisation_id, ref, name in organisations
    }
    return names, replaced.get(project.ref, {})


def _organisations_of(project: Project) -> list[tuple[int, str, str]]:
    """Id, reference and today's legal name of all whom the project's budget names."""
    named: CompoundSelect[int] = union(
        select(literal(project.coordinator_id)),
        select(ProjectLine.organisation_id).where(ProjectLine.project_id == project.id),
        select(Voucher.holder_id).where(Voucher.project_id == project.id),
        select(Exchange.visitor_id).where(Exchange.project_id == project.id),
        select(Exchange.host_id).where(Exchange.project_id == project.id),
    )
    query = select(Organisation.id, Organisation.ref, Organisation.legal_name).where(
        Organisation.id.in_(named)
    )
    return [(row.id, row.ref, row.legal_name) for row in db.session.execute(query)]


def _described_lines(project_id: int) -> dict[int, tuple[int | None, str]]:
    query = select(ProjectLine.line_id, ProjectLine.organisation_id, ProjectLine.category).where(
        ProjectLine.project_id == project_id
    )
    return {
        line_id: (organisation_id, category)
        for line_id, organisation_id, category in db.session.execute(query)
    }


def _day_at(was: Mapping[str, Any], name: str, today: date) -> date:
    return date.fromisoformat(was[name]) if name in was else today
