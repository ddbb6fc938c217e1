"""What a bank's code means, and what an entry may do to a payment; pure."""

from datetime import date
from enum import StrEnum

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.payments.answers.states import Outcome
from portal.payments.states import AT_BANK
from portal.payments.states import State as PaymentState

#: Largest bank file, in bytes, bound included.
LARGEST_FILE = 5 * 1024 * 1024
#: Most entries in one file: beyond it one transaction would hold too many payments.
MOST_ENTRIES = 5_000

#: pain.002 transaction status (ISO 20022 external codes; domain 7.5). A status not listed here
#: waits for a person, as do the payee checks that found a mismatch or were not completed.
STATUSES: dict[str, Outcome] = {
    "RCVD": Outcome.PENDING,
    "PDNG": Outcome.PENDING,
    "RCVC": Outcome.PENDING,
    "ACTC": Outcome.ACCEPTED,
    "ACCP": Outcome.ACCEPTED,
    "ACSP": Outcome.ACCEPTED,
    "ACWC": Outcome.ACCEPTED_WITH_CHANGE,
    "ACSC": Outcome.EXECUTED,
    "ACCC": Outcome.EXECUTED,
    "RJCT": Outcome.REJECTED,
    "CANC": Outcome.CANCELLED,
}


class Effect(StrEnum):
    """What an entry does to the payment it names."""

    NOTE = "note"
    ACCEPT = "accept"
    SETTLE = "settle"
    REJECT = "reject"
    TAKE_BACK = "take_back"
    WAIT = "wait"


_ACCEPTED = (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_CHANGE)
_BEYOND_SENT = (
    PaymentState.ACCEPTED_BY_BANK,
    PaymentState.EXECUTED,
    PaymentState.REJECTED_BY_BANK,
    PaymentState.RETURNED,
)
#: Outcome and state of the payment to effect; what is not listed waits for a person. Files come in
#: any order: a late acceptance changes nothing, and a return that arrives before its debit is
#: entered with it. A debit of a payment the bank has rejected waits: money may have left twice.
_EFFECTS: dict[tuple[Outcome, PaymentState], Effect] = {
    (Outcome.PENDING, PaymentState.SENT): Effect.NOTE,
    **{(Outcome.PENDING, state): Effect.NOTE for state in _BEYOND_SENT},
    **{(outcome, PaymentState.SENT): Effect.ACCEPT for outcome in _ACCEPTED},
    **{(outcome, state): Effect.NOTE for outcome in _ACCEPTED for state in _BEYOND_SENT},
    **{(Outcome.EXECUTED, state): Effect.SETTLE for state in AT_BANK},
    (Outcome.EXECUTED, PaymentState.EXECUTED): Effect.NOTE,
    (Outcome.EXECUTED, PaymentState.RETURNED): Effect.NOTE,
    **{
        (outcome, state): Effect.REJECT
        for outcome in (Outcome.REJECTED, Outcome.CANCELLED)
        for state in AT_BANK
    },
    **{
        (outcome, state): Effect.NOTE
        for outcome in (Outcome.REJECTED, Outcome.CANCELLED)
        for state in (PaymentState.REJECTED_BY_BANK, PaymentState.RETURNED)
    },
    **{(Outcome.RETURNED, state): Effect.TAKE_BACK for state in (*AT_BANK, PaymentState.EXECUTED)},
    (Outcome.RETURNED, PaymentState.RETURNED): Effect.NOTE,
}


def effect_of(
    outcome: Outcome, state: PaymentState, *, entry_cents: int | None, payment_cents: int
) -> Effect:
    """What an entry does to a payment (domain 7.5).

    Amounts in cents; None when the entry names none. A debit must be the payment's amount to the
    cent; a return may be less, by the charges the bank kept, and never more.
    """
    effect = _EFFECTS.get((outcome, state), Effect.WAIT)
    if entry_cents is None:
        return effect
    may_be_less = outcome is Outcome.RETURNED
    fits = entry_cents == payment_cents or (may_be_less and 0 < entry_cents < payment_cents)
    return effect if fits else Effect.WAIT


def by_hand(outcome: Outcome) -> Outcome:
    """How a person's attribution reads an entry: a credit attributed to a payment is its return."""
    return Outcome.RETURNED if outcome is Outcome.CREDIT else outcome


def charges_cents(outcome: Outcome, *, entry_cents: int | None, payment_cents: int) -> int:
    """What the bank kept of a returned amount, in cents; 0 for anything else."""
    if outcome is not Outcome.RETURNED or entry_cents is None:
        return 0
    return max(payment_cents - entry_cents, 0)


def settles_on(booked_on: date | None, *, sent_on: date, today: date) -> date | None:
    """The day on which a payment was executed, or None when the bank's day cannot be right.

    A status report names no day: the day it is taken in counts. Bounds included.
    """
    day = booked_on or today
    return day if sent_on <= day <= today else None


def reason_kept(code: str, text: str, outcome: Outcome | None = None) -> str:
    """What a payment keeps of the bank's reason: its code, and what it wrote, in no language of
    ours; `payments.rules.reason_in_words` explains it to each reader.

    A bank that cancelled a payment need not say more than that.
    """
    code = code or ("CANC" if outcome is Outcome.CANCELLED else "")
    return " ".join(part for part in (code, text) if part) or "MS03"


def attribution_faults(
    effect: Effect, *, entry_cents: int | None, payment_cents: int
) -> list[Fault]:
    """Why an entry cannot be attributed to the payment chosen."""
    if effect is not Effect.WAIT:
        return []
    if entry_cents is not None and entry_cents != payment_cents:
        message = _(
            "The entry is of %(entry)s, the payment of %(payment)s.",
            entry=formats.money(entry_cents),
            payment=formats.money(payment_cents),
        )
        return [Fault(message, "payment", "BANK-AMOUNT")]
    message = _("The payment is not in a state that this entry could change.")
    return [Fault(message, "payment", "BANK-STATE")]
