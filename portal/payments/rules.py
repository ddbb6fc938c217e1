"""Clocks, the day of execution, the size of a batch, and the words for each refusal."""

from collections.abc import Iterable, Sequence
from datetime import date

from portal.core import days, formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.payments.states import OPEN, Purpose, State

#: A lump sum is due 10 calendar days after the later of the last day at the host and the validation
#: (domain 6.5, CLAMTEX; domain 12-09).
LUMP_SUM_DAYS = 10
#: An instalment is due 30 calendar days after its milestone was accepted (domain 6.5, assumption).
INSTALMENT_DAYS = 30
LIMIT_DAYS = {Purpose.LUMP_SUM: LUMP_SUM_DAYS, Purpose.INSTALMENT: INSTALMENT_DAYS}

#: One payment order stays readable, and one transaction short.
MOST_IN_BATCH = 500


def clock_starts(last_day_at_host: date, validated_on: date) -> date:
    """The day from which the ten days of a lump sum count: the later of the two (domain 12-09)."""
    return max(last_day_at_host, validated_on)


def due_on(purpose: Purpose, started_on: date) -> date:
    """The legal date: the purpose's limit in calendar days, the day after the start being day 1."""
    due = days.due_on(started_on, LIMIT_DAYS[purpose])
    assert due is not None
    return due


def due_again(due: date, stopped_on: date, resumed_on: date) -> date:
    """The legal date of a payment asked for again: the clock stood still in between (domain 6.5).

    A date already past when the first payment ended stays what it was.
    """
    if stopped_on >= due or resumed_on <= stopped_on:
        return due
    return due + (resumed_on - stopped_on)


def is_overdue(state: State, due: date, today: date) -> bool:
    """Whether the money should have arrived and has not; the due day itself is still in time."""
    return state in OPEN and today > due


def was_late(due: date, executed_on: date | None) -> bool:
    """Whether an executed payment came after its legal date."""
    return executed_on is not None and executed_on > due


def request_faults(*, account_found: bool, certified_cents: int, amount_cents: int) -> list[Fault]:
    """Everything that stands in the way of asking for a payment."""
    faults = []
    if not account_found:
        faults.append(
            Fault(
                _(
                    "The payee has no validated bank account. Ask the organisation to propose one "
                    "and have it validated; then request the payment."
                ),
                rule="payment-account",
            )
        )
    if certified_cents < amount_cents:
        faults.append(
            Fault(
                _(
                    "%(amount)s is to be paid, but only %(certified)s is certified as due.",
                    amount=formats.money(amount_cents),
                    certified=formats.money(certified_cents),
                ),
                rule="I1",
                inputs={"amount_cents": amount_cents, "certified_cents": certified_cents},
            )
        )
    return faults


def account_faults(refs: Iterable[str]) -> list[Fault]:
    """One fault for each payment whose account may no longer be paid to."""
    return [
        Fault(
            _(
                "The bank account of payment %(ref)s is no longer valid. Refuse or cancel the "
                "payment; it can then be requested again to the new account.",
                ref=ref,
            ),
            rule="payment-account",
        )
        for ref in refs
    ]


def execution_faults(executed_on: date, *, sent_on: date, today: date) -> list[Fault]:
    """Whether the bank can have executed that day an order sent on `sent_on`, bounds included."""
    if executed_on > today:
        return [Fault(_("The execution date is in the future."), "executed_on")]
    if executed_on < sent_on:
        message = _(
            "The order was sent on %(day)s: the bank cannot have executed it before.",
            day=formats.day(sent_on),
        )
        return [Fault(message, "executed_on")]
    return []


def choice_faults(count: int) -> list[Fault]:
    """Whether anything was chosen."""
    return [] if count else [Fault(_("Choose at least one payment."))]


def batch_faults(
    amounts_cents: Sequence[int], *, seen_count: int | None, seen_total_cents: int | None
) -> list[Fault]:
    """Whether what is released is what was shown, and fits in one order."""
    count, total = len(amounts_cents), sum(amounts_cents)
    if count > MOST_IN_BATCH:
        return [Fault(_("A batch holds at most %(most)s payments.", most=MOST_IN_BATCH))]
    changed = seen_count not in (None, count) or seen_total_cents not in (None, total)
    if changed:
        return [Fault(_("The payments have changed since you looked. Check the batch again."))]
    return []
