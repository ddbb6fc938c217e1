"""Reads of plans, periods and what they earned; what was really paid is read from the ledger."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload, selectinload

from portal.calls.proposals.states import THIRD_PARTY
from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Fault, NotFound
from portal.core.tasks import Task
from portal.ledger import queries as ledger
from portal.ledger.states import BALANCES, Bucket
from portal.payments import queries as payments
from portal.payments.models import Payment
from portal.payments.recoveries.models import Recovery
from portal.payments.recoveries.states import CLOSED
from portal.payments.states import State as PaymentState
from portal.programme import queries as programmes
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.periods import rules
from portal.projects.periods.models import (
    CostClaim,
    GrantInstalment,
    GrantPlan,
    GrantTerms,
    Period,
)
from portal.projects.periods.states import LIFE, TO_REPORT, Action, Kind, State
from portal.projects.rules import closing as closing_rules
from portal.projects.states import State as ProjectState

#: How many tasks of one kind the desk shows.
MOST_TASKS = 50


@dataclass(frozen=True)
class Figures:
    """What a grant has earned and what was paid of it, in cents."""

    max_grant_cents: int = 0
    #: Counted against the grant so far, the fund's share of the pre-financing included.
    earned_cents: int = 0
    #: What the ledger says the coordinator has received, less what came back.
    paid_cents: int = 0
    #: Found due and not yet paid.
    due_cents: int = 0
    fund_cents: int = 0

    @property
    def left_cents(self) -> int:
        """What of the maximum grant is neither paid nor found due."""
        return self.max_grant_cents - self.paid_cents - self.due_cents


@dataclass(frozen=True)
class Closing:
    """What closing a grant comes to: the final decision, if one is due, what returns to the call in
    cents, and what stands in the way.
    """

    earned: rules.Earned | None
    release_cents: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Standing:
    """One payment of a grant as decided, and the payment last asked for it, if any."""

    instalment: GrantInstalment
    payment: Payment | None


def terms() -> list[GrantTerms]:
    """Every row of the dated terms, the one that begins last first."""
    query = select(GrantTerms).order_by(GrantTerms.valid_from.desc(), GrantTerms.id.desc())
    return list(db.session.scalars(query))


def terms_on(project: Project, day: date) -> rules.Terms:
    """The terms under which the plan of a project is laid down on a day."""
    code = programmes.by_id(project.programme_id).ref
    return rules.terms_on(terms(), project.programme_id, code, day)


def plan_of(project_id: int) -> GrantPlan | None:
    """How the grant of a project is paid, if that is laid down."""
    query = select(GrantPlan).where(GrantPlan.project_id == project_id)
    return db.session.scalar(query.options(joinedload(GrantPlan.project)))


def of_plan(plan_id: int) -> list[Period]:
    """The periods of a plan with their claims, in their order."""
    query = select(Period).where(Period.plan_id == plan_id).order_by(Period.number)
    whole = query.options(joinedload(Period.plan), selectinload(Period.claims))
    return list(db.session.scalars(whole))


def by_number(project: Project, number: int) -> Period:
    """A period of a project with its plan and claims; raises `NotFound`."""
    query = select(Period).join(Period.plan).where(GrantPlan.project_id == project.id)
    found = db.session.scalar(
        query.where(Period.number == number).options(
            contains_eager(Period.plan).joinedload(GrantPlan.project), selectinload(Period.claims)
        )
    )
    if found is None:
        raise NotFound()
    return found


def lock_period(period_id: int) -> Period:
    """The period with plan and claims, fresh and locked; its project is locked by the caller."""
    query = select(Period).where(Period.id == period_id)
    whole = query.options(
        joinedload(Period.plan).joinedload(GrantPlan.project), selectinload(Period.claims)
    )
    locked = whole.with_for_update(of=Period).execution_options(populate_existing=True)
    return db.session.scalars(locked).one()


def instalments_of(plan_id: int) -> list[GrantInstalment]:
    """What was decided about the payments of a grant, in their order."""
    query = select(GrantInstalment).where(GrantInstalment.plan_id == plan_id)
    return list(db.session.scalars(query.order_by(GrantInstalment.number)))


def instalment(plan_id: int, number: int) -> GrantInstalment | None:
    """The decision on one payment of a grant: 0 is the pre-financing."""
    query = select(GrantInstalment).where(GrantInstalment.plan_id == plan_id)
    return db.session.scalar(query.where(GrantInstalment.number == number))


def standings(project: Project, plan: GrantPlan) -> list[Standing]:
    """The payments of a grant, each with the newest payment asked for it."""
    decided = instalments_of(plan.id)
    asked = payments.of_subjects([subject(project, each.number) for each in decided])
    return [
        Standing(each, next(iter(asked.get(subject(project, each.number), ())), None))
        for each in decided
    ]


def subject(project: Project, number: int) -> str:
    """What a payment of the grant is for: PRJ-2026-0001/0 is the pre-financing."""
    return f"{project.ref}/{number}"


def earned_cents(plan_id: int) -> int:
    """What a grant has earned so far, the fund's share included, in cents."""
    query = select(func.sum(GrantInstalment.earned_cents))
    return int(db.session.scalar(query.where(GrantInstalment.plan_id == plan_id)) or 0)


def eligible_before(plan_id: int, number: int) -> int:
    """The eligible costs accepted for the periods before one, in cents."""
    query = select(func.sum(Period.eligible_cents))
    return int(
        db.session.scalar(query.where(Period.plan_id == plan_id, Period.number < number)) or 0
    )


def held(plan: GrantPlan, bucket: Bucket) -> int:
    """What the line of the call holds for the grant of a plan read with its project, in cents."""
    return ledger.held_for(plan.line_id, plan.project.ref, bucket)


def figures(plan: GrantPlan) -> Figures:
    """Where the grant of a plan, read with its project, stands."""
    return Figures(
        max_grant_cents=plan.max_grant_cents,
        earned_cents=earned_cents(plan.id),
        paid_cents=held(plan, Bucket.PAID),
        due_cents=held(plan, Bucket.CERTIFIED),
        fund_cents=plan.fund_cents,
    )


def is_earlier_open(period: Period) -> bool:
    """Whether the report of a period before this one is not accepted."""
    query = select(Period.id).where(
        Period.plan_id == period.plan_id,
        Period.number < period.number,
        Period.state != State.ACCEPTED,
    )
    return db.session.scalar(query.limit(1)) is not None


def claimed_before(period: Period) -> dict[int, int]:
    """What the earlier reports of a plan had accepted of each line, in cents."""
    query = (
        select(CostClaim.line_id, func.sum(CostClaim.accepted_cents))
        .join(Period, Period.id == CostClaim.period_id)
        .where(Period.plan_id == period.plan_id, Period.number < period.number)
        .group_by(CostClaim.line_id)
    )
    return {line_id: int(cents or 0) for line_id, cents in db.session.execute(query)}


def third_party_cents(period: Period) -> dict[int, int]:
    """What was paid to third parties out of each such line and not accepted in a report before."""
    before = claimed_before(period)
    return {
        row.line_id: max(0, row.figures.paid_cents - before.get(row.line_id, 0))
        for row in projects.budget_of(period.plan.project_id)
        if row.category in THIRD_PARTY
    }


def lock_payments_of(plan: GrantPlan) -> None:
    """Lock every payment of a grant: none is returned, and none recovered, while it is counted."""
    ids = _payments_of(plan).with_only_columns(Payment.id)
    payments.lock_payments(list(db.session.scalars(ids)))


def executed_payments(plan: GrantPlan) -> list[Payment]:
    """The payments of a grant that the bank has executed, the newest first."""
    asked = _payments_of(plan).where(Payment.state == PaymentState.EXECUTED)
    return list(db.session.scalars(asked.order_by(Payment.id.desc())))


def unsettled(plan: GrantPlan) -> list[str]:
    """The references of what is open of a grant: payments under way or failed, and recoveries."""
    waiting = [PaymentState.EXECUTED, PaymentState.CANCELLED]
    open_payments = _payments_of(plan).where(Payment.state.not_in(waiting), ~payments.replaced())
    open_recoveries = (
        select(Recovery.ref)
        .where(Recovery.line_id == plan.line_id, _about(Recovery.subject, plan))
        .where(Recovery.state.not_in(CLOSED))
    )
    refs = [payment.ref for payment in db.session.scalars(open_payments.order_by(Payment.id))]
    return [*refs, *db.session.scalars(open_recoveries.order_by(Recovery.id))]


def is_balanced(plan: GrantPlan | None) -> bool:
    """Whether the balance of a grant is decided."""
    return plan is not None and any(each.kind is Kind.BALANCE for each in instalments_of(plan.id))


def is_held(plan: GrantPlan | None) -> bool:
    """Whether the call still holds anything for a grant, paid or not."""
    return plan is not None and any(held(plan, bucket) for bucket in BALANCES[1:])


def closing(project: Project, plan: GrantPlan | None) -> Closing:
    """What closing a grant would come to now; exact while its project and payments are locked.

    Of an agreement that ended early the final grant is what its accepted reports earn.
    """
    balanced, earned = is_balanced(plan), None
    if plan is not None and not balanced and project.state is ProjectState.TERMINATED:
        earned = rules.balance(
            eligible_before(plan.id, plan.periods + 1),
            rate_bp=plan.funding_rate_bp,
            max_grant_cents=plan.max_grant_cents,
            before_cents=earned_cents(plan.id),
            paid_cents=held(plan, Bucket.PAID),
        )
    owed = earned.paid_out_cents if earned else 0
    open_cents = sum(held(plan, bucket) for bucket in BALANCES[1:-1]) if plan else 0
    promised = sum(row.figures.outstanding_cents for row in projects.budget_of(project.id))
    faults = closing_rules.closing_faults(
        project.state,
        is_balanced=balanced,
        is_anything_left=project.signed_at is not None or is_held(plan),
        promised_cents=promised,
        unsettled=unsettled(plan) if plan else [],
    )
    return Closing(earned, open_cents - owed, tuple(faults))


def to_decide(actor: Actor) -> Select[Period]:
    """The reports an officer may decide on now, the next legal date first."""
    query = (
        select(Period)
        .join(Period.plan)
        .join(GrantPlan.project)
        .where(
            Period.state == State.SUBMITTED,
            Project.id.not_in(projects.of_organisations(actor.organisation_ids)),
        )
        .options(contains_eager(Period.plan).contains_eager(GrantPlan.project))
    )
    return query.order_by(Period.due_on, Period.id)


def tasks_for(actor: Actor) -> list[Task]:
    """Reports to decide on, grants to pre-finance and to close as an officer; reports to send
    otherwise.
    """
    found: list[Task] = []
    if actor.has(Role.OFFICER):
        decisions = db.session.scalars(to_decide(actor).limit(MOST_TASKS))
        found += [_task(period, Action.ACCEPT, period.due_on) for period in decisions]
        found += _grants_waiting(actor)
    if actor.organisation_ids:
        found += [
            _task(period, Action.SUBMIT, rules.report_due(period.ends_on))
            for period in _to_report(actor.organisation_ids, clock.today())
        ]
    return found


def _payments_of(plan: GrantPlan) -> Select[Payment]:
    return select(Payment).where(Payment.line_id == plan.line_id, _about(Payment.subject, plan))


def _about(column: InstrumentedAttribute[str], plan: GrantPlan) -> ColumnElement[bool]:
    return column.startswith(f"{plan.project.ref}/", autoescape=True)


def _grants_waiting(actor: Actor) -> list[Task]:
    """Grants without their pre-financing; and those to close, their balance decided or their
    agreement ended early. Asked in one statement: each is a project in a state of its own.
    """
    asked, decided = (
        exists().where(GrantInstalment.plan_id == GrantPlan.id, *kind)
        for kind in ((), (GrantInstalment.kind == Kind.BALANCE,))
    )
    begins = and_(GrantPlan.id.is_not(None), ~asked)
    ends = or_(decided, Project.state == ProjectState.TERMINATED)
    query = (
        select(Project, ends)
        .outerjoin(GrantPlan, GrantPlan.project_id == Project.id)
        .where(
            Project.state.in_((ProjectState.SIGNED, ProjectState.TERMINATED)),
            Project.signed_at.is_not(None),
            or_(begins, ends),
            Project.id.not_in(projects.of_organisations(actor.organisation_ids)),
        )
    )
    found = db.session.execute(query.order_by(Project.signed_at, Project.id).limit(MOST_TASKS))
    return [_about_grant(project, is_over=is_over) for project, is_over in found]


def _to_report(organisation_ids: Collection[int], today: date) -> list[Period]:
    earlier = aliased(Period)
    waits = exists().where(
        earlier.plan_id == Period.plan_id,
        earlier.number < Period.number,
        earlier.state != State.ACCEPTED,
    )
    over = and_(Period.state == State.PLANNED, Period.ends_on < today, ~waits)
    query = (
        select(Period)
        .join(Period.plan)
        .join(GrantPlan.project)
        .where(
            Project.coordinator_id.in_(organisation_ids),
            Project.state == ProjectState.SIGNED,
            or_(over, Period.state == State.RETURNED),
        )
        .options(contains_eager(Period.plan).contains_eager(GrantPlan.project))
    )
    return list(db.session.scalars(query.order_by(Period.ends_on, Period.id).limit(MOST_TASKS)))


def _about_grant(project: Project, *, is_over: bool) -> Task:
    waits_from = None if is_over else project.signed_at
    return Task(
        label=LIFE.labels[Action.CLOSE if is_over else Action.PRE_FINANCE],
        ref=project.ref,
        title=f"{project.acronym} – {project.title}",
        endpoint="periods.close" if is_over else "periods.of_project",
        values={"ref": project.ref},
        since=days.brussels_day(waits_from) if waits_from else None,
    )


def _task(period: Period, action: Action, due_on: date | None) -> Task:
    project, moment = period.plan.project, period.submitted_at
    if period.state in TO_REPORT:
        moment = period.reviewed_at
    return Task(
        label=LIFE.labels[action],
        ref=period.ref,
        title=f"{project.acronym} – {project.title}",
        endpoint="periods.show",
        values={"ref": project.ref, "number": str(period.number)},
        due_on=due_on,
        since=days.brussels_day(moment) if moment else period.ends_on,
    )
