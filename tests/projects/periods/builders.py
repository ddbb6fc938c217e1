"""Grants brought to a point of their life, on days of their own; one line each."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from portal.core import clock
from portal.core.actors import Actor, Role
from portal.payments.models import Payment
from portal.payments.states import State as PaymentState
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.periods import operations, queries
from portal.projects.periods.models import GrantPlan, Period
from tests.partners.builders import acting, an_account
from tests.payments.builders import Circuit, bring
from tests.projects.builders import Cast, a_cast, a_person_with, a_project, an_officer

#: The first day of every project here; it lasts 24 months.
START = date(2026, 9, 1)


def a_circuit() -> Circuit:
    """Four different people with the roles of the circuit, and an officer."""
    roles = (Role.MANAGER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.OFFICER)
    return Circuit(*(acting(a_person_with(role), role) for role in roles))


@dataclass
class Grant:
    """A project with its people; its grant is of 61 250 000 cents at 70 %."""

    cast: Cast
    project: Project
    officer: Actor
    circuit: Circuit = field(default_factory=a_circuit)

    @property
    def plan(self) -> GrantPlan:
        """How the grant is paid."""
        found = queries.plan_of(self.project.id)
        assert found is not None
        return found

    def period(self, number: int) -> Period:
        """One of its periods."""
        return queries.by_number(projects.by_ref(self.project.ref), number)

    def line(self, code: str) -> int:
        """The id of a line of the project's budget."""
        return next(row.line_id for row in projects.budget_of(self.project.id) if row.code == code)


def at(day: date):
    """The morning of a day."""
    return clock.at(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def a_grant(*, with_account: bool = True, **overrides) -> Grant:
    """A signed project that waits for its plan; the coordinator has a validated account."""
    cast = a_cast()
    project = a_project(cast, starts_on=START, **overrides)
    if with_account:
        an_account(cast.clusters[0])
    return Grant(cast, project, an_officer())


def a_planned_grant(count: int = 2, **overrides) -> Grant:
    """A grant with its plan."""
    grant = a_grant(**overrides)
    operations.plan(grant.project, count=count, actor=grant.officer)
    return grant


def a_pre_financed_grant(count: int = 2, *, paid: bool = True, **overrides) -> Grant:
    """A grant whose pre-financing was executed, or only requested."""
    grant = a_planned_grant(count, **overrides)
    payment = operations.pre_finance(grant.project, actor=grant.officer)
    if paid:
        execute(grant, payment)
    return grant


def execute(grant: Grant, payment: Payment) -> Payment:
    """Let the four people see a payment to its execution."""
    bring(payment, PaymentState.EXECUTED, grant.circuit)
    return payment


def report(grant: Grant, number: int, **claims: int) -> Period:
    """The coordinator's report of a period, sent ten days after its end, costs by line code."""
    period = grant.period(number)
    lines = {grant.line(code.replace("_", "-")[1:]): cents for code, cents in claims.items()}
    with at(period.ends_on + timedelta(days=10)):
        return operations.submit(
            period, report="The work is done.", claims=lines, actor=grant.cast.coordinator
        )


def accept(grant: Grant, number: int, **given):
    """The officer's decision, thirty days after the end of the period; all of it by default."""
    period = grant.period(number)
    with at(period.ends_on + timedelta(days=30)):
        return operations.accept(
            period, **{"accepted": {}, "reasons": {}, **given}, actor=grant.officer
        )
