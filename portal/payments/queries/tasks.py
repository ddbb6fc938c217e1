"""What waits for whom: signatures, settlements, payments to ask for again."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.i18n import _, n_
from portal.core.tasks import Task
from portal.payments.delegations import queries as delegations
from portal.payments.delegations.rules import Right
from portal.payments.models import Batch, Payment
from portal.payments.queries.accounts import hands_off_until, may_be_signed, with_free_hands
from portal.payments.queries.files import replaced
from portal.payments.states import AT_BANK, FAILED, LIFE, Action, State

#: How many tasks of one kind the desk shows.
MOST_TASKS = 50

#: What each role has to do with a payment in each state.
_WAITS_FOR = {
    State.REQUESTED: (Role.VERIFIER, Action.VERIFY),
    State.VERIFIED: (Role.AUTHORISER, Action.AUTHORISE),
    State.AUTHORISED: (Role.ACCOUNTANT, Action.SEND),
}


def tasks_for(actor: Actor) -> list[Task]:
    """What waits for this person: to sign, to send, to settle, to ask for again; for people of the
    payee, what holds their money up.
    """
    today = clock.today()
    lent = delegations.lent_to(actor, today)
    found = db.session.scalars(
        select(Payment)
        .where(
            or_(
                _to_sign(actor, today),
                _to_sign_by_delegation(actor, lent, today),
                _to_ask_again(actor),
                _to_settle_first(actor),
            )
        )
        .options(joinedload(Payment.account), joinedload(Payment.payee))
        .order_by(Payment.due_on, Payment.id)
        .limit(MOST_TASKS)
    )
    mine = [payment for payment in found if _is_free(actor, payment, lent, today)]
    return [*_settlements(actor), *(_task(payment) for payment in mine)][:MOST_TASKS]


def _is_free(actor: Actor, payment: Payment, lent: Collection[Right], today: date) -> bool:
    """Whether nobody who would sign now vouched for the account lately, where one is to sign."""
    if payment.state not in _WAITS_FOR or payment.suspended_on is not None:
        return True
    if hands_off_until(payment, actor.id, today):
        return False
    role, _action = _WAITS_FOR[payment.state]
    rights = [right for right in lent if right.role is role]
    return actor.has(role) or bool(with_free_hands(payment, rights, today))


def _to_sign(actor: Actor, today: date) -> ColumnElement[bool]:
    """Payments that wait for a signature the actor may still give."""
    mine = [state for state, (role, _action) in _WAITS_FOR.items() if actor.has(role)]
    return and_(Payment.state.in_(mine), _open_to(actor.id, actor.organisation_ids, today))


def _to_sign_by_delegation(
    actor: Actor, lent: Collection[Right], today: date
) -> ColumnElement[bool]:
    """Payments that wait for a signature the actor may give in somebody's place."""
    waits = {role: state for state, (role, _action) in _WAITS_FOR.items()}
    return or_(
        false(),
        *(
            and_(
                Payment.state == waits[right.role],
                Payment.amount_cents <= right.ceiling_cents,
                _open_to(actor.id, actor.organisation_ids, today),
                _open_to(right.delegator_id, right.organisation_ids, today),
            )
            for right in lent
            if not actor.has(right.role)
        ),
    )


def _open_to(
    person_id: int | None, organisation_ids: Collection[int], today: date
) -> ColumnElement[bool]:
    """Payments whose clock runs, that the person is not on yet, and that go neither to their
    organisations, nor to an account they proposed, nor to one that is held for a time.
    """
    signed = (
        Payment.initiated_by_id,
        Payment.requested_by_id,
        Payment.verified_by_id,
        Payment.authorised_by_id,
    )
    return and_(
        Payment.suspended_on.is_(None),
        *(func.coalesce(signed_by, 0) != person_id for signed_by in signed),
        Payment.payee_id.not_in(organisation_ids),
        may_be_signed(person_id, today),
    )


def _to_ask_again(actor: Actor) -> ColumnElement[bool]:
    """Payments refused, rejected or returned that nobody has asked for again."""
    failed = and_(Payment.state.in_(FAILED), ~replaced())
    if actor.has(Role.OFFICER):
        return failed
    return and_(failed, Payment.requested_by_id == actor.id)


def _to_settle_first(actor: Actor) -> ColumnElement[bool]:
    """Payments to the actor's organisations whose clock stands still."""
    return and_(Payment.suspended_on.is_not(None), Payment.payee_id.in_(actor.organisation_ids))


def _settlements(actor: Actor) -> list[Task]:
    """One task for each batch of which the bank has not yet answered."""
    if not actor.has(Role.ACCOUNTANT):
        return []
    query = (
        select(Batch.ref, Batch.released_at, func.count(), func.min(Payment.due_on))
        .join(Payment, Payment.batch_id == Batch.id)
        .where(Payment.state.in_(AT_BANK))
        .group_by(Batch.id, Batch.ref, Batch.released_at)
        .order_by(Batch.released_at)
        .limit(MOST_TASKS)
    )
    return [
        Task(
            label=LIFE.labels[Action.SETTLE],
            ref=ref,
            title=str(n_("%(num)s payment sent", "%(num)s payments sent", count)),
            endpoint="payments.show_batch",
            values={"ref": ref},
            due_on=due_on,
            since=days.brussels_day(released_at),
        )
        for ref, released_at, count, due_on in db.session.execute(query)
    ]


def _task(payment: Payment) -> Task:
    if payment.suspended_on is not None:
        return Task(
            label=_("Settle what holds the payment up"),
            ref=payment.ref,
            title=f"{payment.payee.legal_name} · {payment.subject}",
            endpoint="payments.show",
            values={"ref": payment.ref},
            since=payment.suspended_on,
        )
    action = _WAITS_FOR[payment.state][1] if payment.state in _WAITS_FOR else Action.REQUEST_AGAIN
    since = (
        payment.refused_at or payment.authorised_at or payment.verified_at or payment.requested_at
    )
    return Task(
        label=LIFE.labels[action],
        ref=payment.ref,
        title=f"{payment.payee.legal_name} · {payment.subject}",
        endpoint="payments.show",
        values={"ref": payment.ref},
        due_on=payment.due_on,
        since=days.brussels_day(since),
    )
