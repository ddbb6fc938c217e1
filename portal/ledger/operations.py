"""reverse: the one posting an accounting officer makes by hand, with a reason."""

from portal.audit.effects import record
from portal.core.actors import Actor, ensure
from portal.core.errors import refuse_if
from portal.ledger import effects, policy, queries, rules
from portal.ledger.models import Posting
from portal.ledger.states import Action


def reverse(posting: Posting, *, reason: str, actor: Actor) -> Posting:
    """Undo a posting: its amount goes back where it came from, and both stay in the books.

    Raises `RuleBroken` when it was undone already, when another page does it (payments, transfers),
    and when the money has moved on since.
    """
    ensure(policy.may_reverse(actor))
    posting = queries.lock_posting(posting.id)
    refuse_if(rules.reversal_faults(posting.kind, already_reversed=queries.is_reversed(posting.id)))
    undone = effects.undo(posting, why=reason, actor=actor)
    record(
        actor,
        posting.line.book,
        Action.REVERSE,
        reason=reason,
        posting=posting.id,
        line=posting.line.code,
        kind=posting.kind,
        amount_cents=posting.amount_cents,
        subject=posting.subject,
    )
    return undone
