"""Time limits, what is open, simple interest, and the words for each refusal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from portal.core import days, formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.money import share
from portal.payments.recoveries.states import State
from portal.payments.states import State as PaymentState

#: Calendar days the debtor has to comment on the letter (domain 6.6).
COMMENT_DAYS = 30
#: Calendar days from the debit note to its due date (domain 6.6).
DUE_DAYS = 30
#: Interest is counted in days of a year of 365, whatever the year (domain 6.5).
DAYS_IN_YEAR = 365
#: 100 % in basis points: rates are whole hundredths of a percent.
WHOLE_BP = 10_000


class Rate(Protocol):
    """A row of the dated setting; without a rate no interest is asked."""

    valid_from: date
    rate_bp: int | None

    @property
    def order(self) -> int:
        """Position in the order of entry."""


@dataclass(frozen=True)
class Movement:
    """A day on which the amount open became less, by receipt, set-off or waiver, in cents."""

    on: date
    cents: int


@dataclass(frozen=True)
class Debt:
    """What was issued and what became of it; amounts in cents."""

    amount_cents: int
    due_on: date
    rate_bp: int | None
    movements: tuple[Movement, ...] = ()
    interest_settled_cents: int = 0

    def open_cents(self) -> int:
        """What is still owed of the amount itself."""
        return self.amount_cents - sum(each.cents for each in self.movements)

    def interest_cents(self, day: date) -> int:
        """Interest still owed at the end of a day, never below zero."""
        earned = interest_cents(
            self.amount_cents, self.rate_bp, self.due_on, day, movements=self.movements
        )
        return max(0, earned - self.interest_settled_cents)


def comment_until(informed_on: date) -> date:
    """The last day on which the debtor may comment; the day after the letter is day 1."""
    return informed_on + timedelta(days=COMMENT_DAYS)


def due_on(issued_on: date) -> date:
    """The last day to pay in time; the day after the debit note is day 1."""
    due = days.due_on(issued_on, DUE_DAYS)
    assert due is not None
    return due


def rate_on(rows: Iterable[Rate], day: date) -> int | None:
    """The yearly rate in force on a day, in basis points, or None when no interest is asked.

    The row that began last decides; of rows that began on the same day, the one entered last.
    """
    begun = [row for row in rows if row.valid_from <= day]
    if not begun:
        return None
    return max(begun, key=lambda row: (row.valid_from, row.order)).rate_bp


def interest_cents(
    amount_cents: int,
    rate_bp: int | None,
    due: date,
    day: date,
    *,
    movements: Iterable[Movement] = (),
) -> int:
    """Simple interest on what was open on each day after the due date up to `day`, both counted.

    The first day of interest is the day after the due date; what came in on a day lessens the
    amount from the next day on. Rate / 365 for each day, rounded half up once to the cent (domain
    6.5 and 6.6). Zero without a rate.
    """
    if not rate_bp or day <= due:
        return 0
    owed = amount_cents * (day - due).days
    for each in movements:
        owed -= each.cents * max(0, (day - max(each.on, due)).days)
    return share(max(0, owed), rate_bp, DAYS_IN_YEAR * WHOLE_BP)


def is_overdue(state: State, due: date | None, today: date) -> bool:
    """Whether the debtor should have paid and has not; the due day itself is still in time."""
    return state == State.ISSUED and due is not None and today > due


def draft_faults(state: PaymentState, *, amount_cents: int, recoverable_cents: int) -> list[Fault]:
    """Everything that stands in the way of recovering an amount from a payment, in cents."""
    if state != PaymentState.EXECUTED:
        message = _("Only a payment that the bank has executed can be recovered.")
        return [Fault(message, rule="recovery-payment")]
    if amount_cents <= 0:
        return [Fault(_("The amount must be above zero."), "amount_cents", "recovery-amount")]
    if amount_cents > recoverable_cents:
        message = _(
            "At most %(most)s can be recovered from this payment: the rest is being recovered "
            "already.",
            most=formats.money(recoverable_cents),
        )
        inputs = {"amount_cents": amount_cents, "recoverable_cents": recoverable_cents}
        return [Fault(message, "amount_cents", "recovery-amount", dict(inputs))]
    return []


def print_faults(signs: str) -> list[Fault]:
    """Whether the reason holds signs that the debit note could not print later."""
    if not signs:
        return []
    message = _("The reason contains characters that cannot be printed: %(signs)s.", signs=signs)
    return [Fault(message, "reason")]


def paid_faults(state: PaymentState) -> list[Fault]:
    """Whether the payment is still paid: what the bank returned cannot come back once more."""
    if state == PaymentState.EXECUTED:
        return []
    message = _(
        "The bank has returned this payment: nothing more comes back. Withdraw the recovery, or "
        "have it waived."
    )
    return [Fault(message, rule="recovery-payment")]


def contest_faults(comment_until: date, today: date) -> list[Fault]:
    """Whether the time to comment is over; its last day is still in time."""
    if today <= comment_until:
        return []
    message = _("Comments were possible until %(day)s.", day=formats.day(comment_until))
    return [Fault(message, "comment", "recovery-comment")]


def reduce_faults(amount_cents: int, new_cents: int) -> list[Fault]:
    """Whether the new amount is less than the old one and still above zero, in cents."""
    if 0 < new_cents < amount_cents:
        return []
    message = _(
        "The reduced amount must be above zero and below %(amount)s. To ask for nothing, give the "
        "recovery up.",
        amount=formats.money(amount_cents),
    )
    return [Fault(message, "amount_cents", "recovery-amount")]


def issue_faults(
    state: State, comment_until: date | None, today: date, *, account_is_set: bool
) -> list[Fault]:
    """Whether the debtor has had the time to comment, and there is an account to pay to."""
    faults = []
    if state == State.PRE_INFORMATION and comment_until and today <= comment_until:
        message = _(
            "The debtor may comment until %(day)s: the debit note can be issued from the day "
            "after, or once comments are answered.",
            day=formats.day(comment_until),
        )
        faults.append(Fault(message, rule="recovery-comment"))
    if not account_is_set:
        message = _(
            "The portal knows no account of ours to pay to. Ask an administrator to set it, then "
            "issue the debit note."
        )
        faults.append(Fault(message, rule="recovery-account"))
    return faults


def receipt_faults(
    received_on: date,
    *,
    issued_on: date,
    today: date,
    amount_cents: int,
    most_cents: int,
    is_known: bool,
) -> list[Fault]:
    """Whether a receipt can be right: its day, bounds included, not more than is open, and new."""
    faults = []
    if is_known:
        message = _("A receipt with this reference of the bank is entered already.")
        faults.append(Fault(message, "bank_reference"))
    if received_on > today:
        faults.append(Fault(_("The day of the receipt is in the future."), "received_on"))
    elif received_on < issued_on:
        message = _(
            "The debit note was issued on %(day)s: nothing can have been paid for it before.",
            day=formats.day(issued_on),
        )
        faults.append(Fault(message, "received_on"))
    if amount_cents <= 0:
        faults.append(Fault(_("The amount must be above zero."), "amount_cents"))
    elif amount_cents > most_cents:
        faults.append(_more_than_open(most_cents))
    return faults


def net_faults(*, same_organisation: bool, amount_cents: int, open_cents: int) -> list[Fault]:
    """Whether a debt can be set off against a payment: same organisation, not more than is open."""
    if not same_organisation:
        message = _("The payment goes to another organisation: only its own debts can be set off.")
        return [Fault(message, "payment", "recovery-net")]
    if amount_cents <= 0:
        return [Fault(_("The amount must be above zero."), "amount_cents", "recovery-net")]
    return [_more_than_open(open_cents)] if amount_cents > open_cents else []


def release_faults(*, is_released: bool, returned_cents: int) -> list[Fault]:
    """Whether something came back that is still set aside for the file, in cents."""
    if returned_cents and not is_released:
        return []
    return [Fault(_("What came back is released already, or nothing came back."))]


def waiver_faults(*, is_proposed: bool) -> list[Fault]:
    """Whether somebody has proposed the waiver that is decided."""
    return [] if is_proposed else [Fault(_("Nobody has proposed a waiver, or it was refused."))]


def propose_faults(*, is_proposed: bool) -> list[Fault]:
    """Whether a waiver waits already."""
    return (
        [Fault(_("A waiver is proposed already; it waits for a decision."))] if is_proposed else []
    )


def normal_reference(text: str) -> str:
    """A bank's reference as it is compared, so that it comes in once: capitals, no spaces."""
    return "".join(text.split()).upper()


def _more_than_open(most_cents: int) -> Fault:
    message = _("Only %(most)s is still open on this debit note.", most=formats.money(most_cents))
    return Fault(message, "amount_cents", "recovery-open", {"open_cents": most_cents})
