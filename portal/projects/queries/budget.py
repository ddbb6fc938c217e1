"""Reads of a project's money: its budget line by line, its envelopes, its payments."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from portal.calls.proposals.states import CATEGORY_LABELS, CostCategory
from portal.core.db import db
from portal.core.i18n import Text
from portal.ledger.models import BudgetLine
from portal.partners.models import Organisation
from portal.payments.models import Payment
from portal.payments.states import State as PaymentState
from portal.projects.models import Envelope, Project, ProjectLine
from portal.projects.rules.sme_share import LineFigures
from portal.projects.states import Instrument


@dataclass(frozen=True)
class Figures:
    """The figures of one budget line, or of several together, in cents."""

    budget_cents: int = 0
    available_cents: int = 0
    committed_cents: int = 0
    bound_cents: int = 0
    certified_cents: int = 0
    paid_cents: int = 0

    @property
    def engaged_cents(self) -> int:
        """What is committed or has gone further than that."""
        return self.budget_cents - self.available_cents

    @property
    def outstanding_cents(self) -> int:
        """Committed and not yet paid (RAL, domain 6.1)."""
        return self.engaged_cents - self.paid_cents


@dataclass(frozen=True)
class BudgetRow:
    """One line of a project's budget as people read it."""

    line_id: int
    code: str
    #: The organisation whose costs these are; None for support to third parties.
    organisation: Organisation | None
    category: CostCategory
    sme_direct: bool
    awarded_cents: int
    figures: Figures

    @property
    def label(self) -> Text:
        """What the line is for."""
        return CATEGORY_LABELS[self.category]

    def as_figures(self) -> LineFigures:
        """The line as the rules of transfers and of the 75 % look at it."""
        return LineFigures(
            self.line_id,
            self.category,
            self.sme_direct,
            self.awarded_cents,
            self.figures.budget_cents,
            self.figures.available_cents,
            self.figures.paid_cents,
        )


@dataclass(frozen=True)
class PaymentTally:
    """How many payments a project gave rise to, and the sum the bank has executed, in cents."""

    count: int
    paid_cents: int


@dataclass(frozen=True)
class EnvelopeFigures:
    """What a project set aside for one instrument, how many are planned, and where the money is."""

    instrument: Instrument
    line_id: int
    target: int
    figures: Figures


def envelopes_of(project_id: int) -> list[EnvelopeFigures]:
    """The envelopes of a project with their figures."""
    query = (
        select(Envelope, BudgetLine)
        .join(BudgetLine, BudgetLine.id == Envelope.line_id)
        .where(Envelope.project_id == project_id)
        .order_by(Envelope.instrument)
    )
    return [
        EnvelopeFigures(kept.instrument, line.id, kept.target, _figures(line))
        for kept, line in db.session.execute(query)
    ]


def budget_of(project_id: int) -> list[BudgetRow]:
    """Every budget line of a project with its figures, in the order in which a budget is read."""
    query = (
        select(ProjectLine, BudgetLine)
        .join(BudgetLine, BudgetLine.id == ProjectLine.line_id)
        .where(ProjectLine.project_id == project_id)
        .options(joinedload(ProjectLine.organisation))
        .order_by(ProjectLine.position)
    )
    return [_row(line, kept) for line, kept in db.session.execute(query)]


def total(rows: Iterable[BudgetRow]) -> Figures:
    """The figures of several lines together."""
    known = [row.figures for row in rows]
    return Figures(
        budget_cents=sum(figures.budget_cents for figures in known),
        available_cents=sum(figures.available_cents for figures in known),
        committed_cents=sum(figures.committed_cents for figures in known),
        bound_cents=sum(figures.bound_cents for figures in known),
        certified_cents=sum(figures.certified_cents for figures in known),
        paid_cents=sum(figures.paid_cents for figures in known),
    )


def payments_of(project: Project) -> PaymentTally:
    """How many payments were asked for out of a project's budget, and how much is paid."""
    done = Payment.state == PaymentState.EXECUTED
    query = (
        select(
            func.count(), func.coalesce(func.sum(case((done, Payment.amount_cents), else_=0)), 0)
        )
        .select_from(Payment)
        .join(BudgetLine, BudgetLine.id == Payment.line_id)
        .where(BudgetLine.book_id == project.book_id)
    )
    count, paid = db.session.execute(query).one()
    return PaymentTally(int(count), int(paid))


def figures_of(line_ids: Collection[int]) -> dict[int, Figures]:
    """The figures of some ledger lines, by line, in one query."""
    if not line_ids:
        return {}
    found = db.session.scalars(select(BudgetLine).where(BudgetLine.id.in_(line_ids)))
    return {line.id: _figures(line) for line in found}


def _row(line: ProjectLine, kept: BudgetLine) -> BudgetRow:
    return BudgetRow(
        line_id=kept.id,
        code=kept.code,
        organisation=line.organisation,
        category=line.category,
        sme_direct=line.sme_direct,
        awarded_cents=line.awarded_cents,
        figures=_figures(kept),
    )


def _figures(line: BudgetLine) -> Figures:
    return Figures(
        line.budget_cents,
        line.available_cents,
        line.committed_cents,
        line.bound_cents,
        line.certified_cents,
        line.paid_cents,
    )
