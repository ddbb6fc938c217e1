"""Who reads recoveries, and who drafts, comments, issues, collects and waives.

Nobody issues or waives what they drafted, and nobody decides on a debt of their own organisation.
"""

from sqlalchemy import ColumnElement, and_, true

from portal.core.actors import Actor, Role
from portal.payments import policy as payments
from portal.payments.models import Payment
from portal.payments.recoveries.models import Recovery
from portal.payments.recoveries.states import LIFE, Action, State


def may_list(actor: Actor) -> bool:
    """Every signed-in person has a list: all recoveries, or what their organisations owe."""
    return actor.id is not None


def may_list_all(actor: Actor) -> bool:
    """Whoever reads every payment."""
    return payments.may_list_all(actor)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The recoveries a person may see: all, or those their organisations were told of."""
    if may_list_all(actor):
        return true()
    return and_(Recovery.debtor_id.in_(actor.organisation_ids), Recovery.informed_at.is_not(None))


def may_see(actor: Actor, recovery: Recovery) -> bool:
    """Readers of payments; people of the debtor once it was told."""
    own = actor.speaks_for(recovery.debtor_id) and recovery.informed_at is not None
    return may_list_all(actor) or own


def may_draft(actor: Actor, payment: Payment) -> bool:
    """A programme officer, not for a payment to their own organisation."""
    return actor.has(Role.OFFICER) and not actor.speaks_for(payment.payee_id)


def may_inform(actor: Actor, recovery: Recovery) -> bool:
    """A programme officer."""
    return _may_handle(actor, recovery, Role.OFFICER)


def may_contest(actor: Actor, recovery: Recovery) -> bool:
    """People of the debtor."""
    return actor.speaks_for(recovery.debtor_id)


def may_uphold(actor: Actor, recovery: Recovery) -> bool:
    """A programme officer."""
    return _may_handle(actor, recovery, Role.OFFICER)


def may_reduce(actor: Actor, recovery: Recovery) -> bool:
    """A programme officer."""
    return _may_handle(actor, recovery, Role.OFFICER)


def may_drop(actor: Actor, recovery: Recovery) -> bool:
    """A programme officer."""
    return _may_handle(actor, recovery, Role.OFFICER)


def may_withdraw(actor: Actor, recovery: Recovery) -> bool:
    """A programme officer."""
    return _may_handle(actor, recovery, Role.OFFICER)


def may_issue(actor: Actor, recovery: Recovery) -> bool:
    """An authorising officer who did not draft it."""
    return _may_handle(actor, recovery, Role.AUTHORISER) and not _drafted(actor, recovery)


def may_receive(actor: Actor, recovery: Recovery) -> bool:
    """An accounting officer."""
    return _may_handle(actor, recovery, Role.ACCOUNTANT)


def may_net(actor: Actor, recovery: Recovery) -> bool:
    """An accounting officer."""
    return _may_handle(actor, recovery, Role.ACCOUNTANT)


def may_propose_waiver(actor: Actor, recovery: Recovery) -> bool:
    """A programme officer."""
    return _may_handle(actor, recovery, Role.OFFICER)


def may_refuse_waiver(actor: Actor, recovery: Recovery) -> bool:
    """An authorising officer who neither drafted the recovery nor proposed the waiver."""
    return may_waive(actor, recovery)


def may_waive(actor: Actor, recovery: Recovery) -> bool:
    """An authorising officer who neither drafted the recovery nor proposed the waiver."""
    own = _drafted(actor, recovery) or actor.id == recovery.waiver_proposed_by_id
    return _may_handle(actor, recovery, Role.AUTHORISER) and not own


def may_release(actor: Actor, recovery: Recovery) -> bool:
    """A programme officer."""
    return _may_handle(actor, recovery, Role.OFFICER)


def may_see_rates(actor: Actor) -> bool:
    """Whoever reads every recovery."""
    return may_list_all(actor)


def may_set_rate(actor: Actor) -> bool:
    """An accounting officer switches interest on and off (domain 6.5)."""
    return actor.has(Role.ACCOUNTANT)


_MAY = {
    Action.INFORM: may_inform,
    Action.CONTEST: may_contest,
    Action.UPHOLD: may_uphold,
    Action.REDUCE: may_reduce,
    Action.DROP: may_drop,
    Action.WITHDRAW: may_withdraw,
    Action.ISSUE: may_issue,
    Action.RECEIVE: may_receive,
    Action.NET: may_net,
    Action.PROPOSE_WAIVER: may_propose_waiver,
    Action.REFUSE_WAIVER: may_refuse_waiver,
    Action.WAIVE: may_waive,
    Action.RELEASE: may_release,
}


def available(actor: Actor, recovery: Recovery) -> tuple[Action, ...]:
    """What the person can do with the recovery now."""
    actions = [
        action
        for action in LIFE.actions_from(recovery.state)
        if action in _MAY and _MAY[action](actor, recovery)
    ]
    if recovery.state == State.ISSUED:
        deciding = (Action.WAIVE, Action.REFUSE_WAIVER)
        unfit = (Action.PROPOSE_WAIVER,) if recovery.is_waiver_proposed else deciding
        actions = [action for action in actions if action not in unfit]
    elif recovery.released_at is not None or not recovery.returned_cents:
        actions = [action for action in actions if action is not Action.RELEASE]
    return tuple(actions)


def _may_handle(actor: Actor, recovery: Recovery, role: Role) -> bool:
    return actor.has(role) and not actor.speaks_for(recovery.debtor_id)


def _drafted(actor: Actor, recovery: Recovery) -> bool:
    return actor.id == recovery.drafted_by_id
