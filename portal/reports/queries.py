"""budget_statement(): a project's budget as plain data, in a fixed number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.core.db import db
from portal.exchanges.models import Exchange
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine
from portal.ledger.rules import file_of
from portal.partners.models import Organisation
from portal.payments.models import Payment
from portal.payments.states import State as PaymentState
from portal.projects.models import Project, ProjectLine
from portal.reports.rules import Balances, BudgetStatement, FileRow, LineRow
from portal.vouchers.models import Voucher


@dataclass(frozen=True)
class _File:
    who: str
    state: str


def budget_statement(project: Project, as_of: date) -> BudgetStatement:
    """The budget of a project at the end of a day, with the visits and vouchers behind each line.

    Balances are rebuilt from the postings up to and including `as_of`; each file's state is
    today's.
    """
    files = _files_of(project.id)
    by_line: dict[int, list[FileRow]] = {}
    held = ledger.files_as_of(project.book_id, as_of)
    paid = _paid_days(project.book_id, as_of)
    for row in held:
        by_line.setdefault(row.line_id, []).append(_file_row(row, files, paid))
    described = _described_lines(project.id)
    lines = [
        LineRow(
            code=line.code,
            organisation=described[line.line_id][0],
            category=described[line.line_id][1],
            balances=_balances(line),
            files=tuple(by_line.get(line.line_id, ())),
        )
        for line in ledger.balances_as_of(project.book_id, as_of)
    ]
    return BudgetStatement(
        ref=project.ref,
        acronym=project.acronym,
        title=project.title,
        coordinator=_name_of(project.coordinator_id),
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        as_of=as_of,
        max_grant=project.max_grant_cents,
        lines=tuple(lines),
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
    # A voucher is paid in instalments: the day is that of the last one.
    day = paid.get(row.file) if balances.outstanding == 0 else None
    return FileRow(row.file, file.who, file.state, balances, day)


def _paid_days(book_id: int, as_of: date) -> dict[str, date]:
    """The day of the last payment of each file of a book, up to a day."""
    query = (
        select(Payment.subject, Payment.executed_on)
        .join(BudgetLine, BudgetLine.id == Payment.line_id)
        .where(
            BudgetLine.book_id == book_id,
            Payment.state == PaymentState.EXECUTED,
            Payment.executed_on <= as_of,
        )
        .order_by(Payment.executed_on)
    )
    return {file_of(subject): day for subject, day in db.session.execute(query) if day}


def _files_of(project_id: int) -> dict[str, _File]:
    visitor, host = Organisation.__table__.alias("visitor"), Organisation.__table__.alias("host")
    visits = (
        select(Exchange.ref, visitor.c.legal_name, host.c.legal_name, Exchange.state)
        .join(visitor, visitor.c.id == Exchange.visitor_id)
        .join(host, host.c.id == Exchange.host_id)
        .where(Exchange.project_id == project_id)
    )
    found = {
        ref: _File(f"{visitor_name} → {host_name}", f"exchange.{state.value}")
        for ref, visitor_name, host_name, state in db.session.execute(visits)
    }
    vouchers = (
        select(Voucher.ref, Organisation.legal_name, Voucher.title, Voucher.state)
        .join(Organisation, Organisation.id == Voucher.holder_id)
        .where(Voucher.project_id == project_id)
    )
    for ref, holder, title, state in db.session.execute(vouchers):
        found[ref] = _File(f"{holder} — {title}", f"voucher.{state.value}")
    return found


def _described_lines(project_id: int) -> dict[int, tuple[str, str]]:
    query = (
        select(ProjectLine.line_id, Organisation.legal_name, ProjectLine.category)
        .outerjoin(Organisation, Organisation.id == ProjectLine.organisation_id)
        .where(ProjectLine.project_id == project_id)
    )
    return {
        line_id: (name or "", category) for line_id, name, category in db.session.execute(query)
    }


def _name_of(organisation_id: int) -> str:
    return db.session.scalars(
        select(Organisation.legal_name).where(Organisation.id == organisation_id)
    ).one()
