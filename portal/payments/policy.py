"""Who may read payments and who may sign them; nobody signs twice, nobody signs for their own."""

from sqlalchemy import ColumnElement, or_, true

from portal.core.actors import Actor, Role
from portal.payments import queries
from portal.payments.models import Payment
from portal.payments.states import LIFE, Action

#: Those who read every payment.
READERS = (Role.OFFICER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.AUDITOR)
#: Those whose check a payment passes, and who may refuse it.
CHECKERS = (Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT)
#: Those who may let its clock stand still.
PAUSERS = (Role.OFFICER, Role.VERIFIER, Role.AUTHORISER)


def may_list(actor: Actor) -> bool:
    """Every signed-in person has a list: all payments, or their own."""
    return actor.id is not None


def may_list_all(actor: Actor) -> bool:
    """Whether the person reads every payment and every batch."""
    return actor.has(*READERS)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The payments a person may see: all, or those to their organisations or their own requests."""
    if may_list_all(actor):
        return true()
    return or_(Payment.payee_id.in_(actor.organisation_ids), Payment.requested_by_id == actor.id)


def may_see(actor: Actor, payment: Payment) -> bool:
    """Readers, people of the payee, and who asked for the payment."""
    own = actor.speaks_for(payment.payee_id) or payment.requested_by_id == actor.id
    return may_list_all(actor) or own


def may_see_account(actor: Actor, payment: Payment) -> bool:
    """Who asked for a payment need not know the payee's account number."""
    return may_list_all(actor) or actor.speaks_for(payment.payee_id)


def may_verify(actor: Actor, payment: Payment) -> bool:
    """A verifying officer who is not yet on the payment."""
    return actor.has(Role.VERIFIER) and _may_sign(actor, payment)


def may_authorise(actor: Actor, payment: Payment) -> bool:
    """An authorising officer who is not yet on the payment."""
    return actor.has(Role.AUTHORISER) and _may_sign(actor, payment)


def may_send(actor: Actor, payment: Payment) -> bool:
    """An accounting officer who is not yet on the payment."""
    return actor.has(Role.ACCOUNTANT) and _may_sign(actor, payment)


def may_settle(actor: Actor, payment: Payment) -> bool:
    """An accounting officer; noting what the bank did is no signature."""
    return actor.has(Role.ACCOUNTANT) and not actor.speaks_for(payment.payee_id)


def may_settle_batch(actor: Actor) -> bool:
    """An accounting officer; each payment is asked for again when it is settled."""
    return actor.has(Role.ACCOUNTANT)


def may_export(actor: Actor) -> bool:
    """The bank file holds every account number: who takes it to the bank, and who checks it."""
    return actor.has(Role.ACCOUNTANT, Role.AUDITOR)


def may_take_back(actor: Actor, payment: Payment) -> bool:
    """An accounting officer, as for settling."""
    return may_settle(actor, payment)


def may_refuse(actor: Actor, payment: Payment) -> bool:
    """Any of the three checks, but not who asked: they cancel."""
    own = actor.speaks_for(payment.payee_id) or payment.requested_by_id == actor.id
    return actor.has(*CHECKERS) and not own


def may_cancel(actor: Actor, payment: Payment) -> bool:
    """Who asked for it, or a programme officer."""
    return actor.has(Role.OFFICER) or payment.requested_by_id == actor.id


def may_request_again(actor: Actor, payment: Payment) -> bool:
    """Who asked for it, or a programme officer."""
    return may_cancel(actor, payment)


def may_suspend(actor: Actor, payment: Payment) -> bool:
    """A programme, verifying or authorising officer; nobody decides on their own organisation."""
    return actor.has(*PAUSERS) and not actor.speaks_for(payment.payee_id)


def may_resume(actor: Actor, payment: Payment) -> bool:
    """Whoever may suspend."""
    return may_suspend(actor, payment)


_MAY = {
    Action.VERIFY: may_verify,
    Action.AUTHORISE: may_authorise,
    Action.SEND: may_send,
    Action.SETTLE: may_settle,
    Action.REFUSE: may_refuse,
    Action.TAKE_BACK: may_take_back,
    Action.CANCEL: may_cancel,
    Action.REQUEST_AGAIN: may_request_again,
    Action.SUSPEND: may_suspend,
    Action.RESUME: may_resume,
}
#: What is not done while the clock stands still; resuming is not done while it runs.
_WAITS = (Action.VERIFY, Action.AUTHORISE, Action.SEND, Action.SUSPEND)


def available(actor: Actor, payment: Payment) -> tuple[Action, ...]:
    """What the person can do with the payment now."""
    actions = tuple(
        action
        for action in LIFE.actions_from(payment.state)
        if action not in (_WAITS if payment.suspended_on else (Action.RESUME,))
        and _MAY[action](actor, payment)
    )
    if Action.REQUEST_AGAIN in actions and queries.replacement_of(payment.id):
        return ()
    return actions


def _may_sign(actor: Actor, payment: Payment) -> bool:
    """Not on the payment yet, not of the payee, and not the one who proposed its account (6.3)."""
    return not (
        actor.id in payment.signed_by_ids
        or actor.speaks_for(payment.payee_id)
        or payment.account.proposed_by_id == actor.id
    )
