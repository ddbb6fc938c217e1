"""Where a recovery stands, and where decisions lead it: told here once more, apart from its rules.

The races compare what they find with what some order of the accepted decisions comes to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

from portal.ledger import queries as ledger
from portal.payments.recoveries import queries
from portal.payments.recoveries.models import Recovery
from portal.payments.recoveries.states import LIFE, Action, State

#: What follows by itself when a receipt or a set-off leaves nothing open.
FOLLOWS = {Action.RECEIVE: Action.CLOSE_PAID, Action.NET: Action.CLOSE_OFFSET}
#: What the bank paid in the first place (`builders.a_paid_payment`), in cents.
PAID_CENTS = 39_000


@dataclass(frozen=True)
class Standing:
    """A recovery as it counts in a race; amounts in cents."""

    state: str
    amount: int
    received: int = 0
    offset: int = 0
    waived: int = 0
    is_proposed: bool = False
    is_released: bool = False

    @property
    def left(self) -> int:
        """What is still owed."""
        return self.amount - self.received - self.offset - self.waived


def standing(ref: str) -> Standing:
    """Where the recovery stands, its books agreeing with it."""
    recovery = agreed(ref)
    return Standing(
        state=str(recovery.state),
        amount=recovery.amount_cents,
        received=recovery.received_cents,
        offset=recovery.offset_cents,
        waived=recovery.waived_cents,
        is_proposed=recovery.is_waiver_proposed,
        is_released=recovery.released_at is not None,
    )


def agreed(ref: str) -> Recovery:
    """The recovery, nothing of it settled twice; receipts, set-offs, payment and line agree."""
    recovery = queries.by_ref(ref)
    received, offset = recovery.received_cents, recovery.offset_cents
    back = recovery.returned_cents
    receipts = queries.receipts_of(recovery.id)
    offsets = queries.offsets_of(recovery.id)
    kept_back = {each.payment_id: each.payment.kept_back_cents for each in offsets}
    line = ledger.line(recovery.line_id)
    set_aside = 0 if recovery.released_at else back
    agrees = {
        "settled within the debt": recovery.open_cents >= 0,
        "receipts": sum(each.principal_cents for each in receipts) == received,
        "set-offs": sum(each.amount_cents for each in offsets) == offset,
        "kept back": sum(kept_back.values()) == offset,
        "paid on the line": line.paid_cents == PAID_CENTS - back,
        "set aside on the line": line.committed_cents == set_aside,
    }
    wrong = [name for name, is_so in agrees.items() if not is_so]
    assert not wrong, f"{ref} does not agree: {', '.join(wrong)}"
    return recovery


def ends(start: Standing, verbs: Sequence[str], cents: int) -> Iterator[Standing]:
    """Where all the decisions lead, in each order in which all are possible."""
    for order in permutations(verbs):
        found: Standing | None = start
        for verb in order:
            found = found and _after(found, Action(verb), cents)
        if order and found:
            yield found


def _after(now: Standing, verb: Action, cents: int) -> Standing | None:
    """Where one decision leads; None when it is not possible. A reduction is by one cent."""
    end = LIFE.table.get((State(now.state), verb))
    returned = now.received + now.offset
    is_possible = {
        Action.RECEIVE: cents <= now.left,
        Action.NET: cents <= now.left,
        Action.PROPOSE_WAIVER: not now.is_proposed,
        Action.REFUSE_WAIVER: now.is_proposed,
        Action.WAIVE: now.is_proposed,
        Action.RELEASE: returned > 0 and not now.is_released,
    }
    if end is None or not is_possible.get(verb, True):
        return None
    changes: dict[Action, dict[str, Any]] = {
        Action.REDUCE: {"amount": now.amount - 1},
        Action.RECEIVE: {"received": now.received + cents},
        Action.NET: {"offset": now.offset + cents},
        Action.PROPOSE_WAIVER: {"is_proposed": True},
        Action.REFUSE_WAIVER: {"is_proposed": False},
        Action.WAIVE: {"waived": now.left},
        Action.RELEASE: {"is_released": True},
    }
    found = replace(now, state=str(end), **changes.get(verb, {}))
    if verb in FOLLOWS and not found.left:
        closed = LIFE.table[(end, FOLLOWS[verb])]
        return replace(found, state=str(closed), is_proposed=False)
    return found
