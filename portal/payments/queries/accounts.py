"""The accounts that payments go to: locked, and why nobody signs for their sake."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from portal.core.errors import Fault
from portal.partners.bank_accounts import queries as account_queries
from portal.partners.bank_accounts import rules as account_rules
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import Hold
from portal.partners.bank_accounts.states import State as AccountState
from portal.payments import rules
from portal.payments.delegations.rules import Right
from portal.payments.models import Payment
from portal.payments.states import UNSENT


def lock_accounts(payments: Sequence[Payment]) -> None:
    """Keep the accounts of locked payments as they are until the end of the transaction, fresh.

    Accounts come after payments, by id; who changes one at this moment comes before or after us.
    """
    account_queries.lock_for_payment({payment.bank_account_id for payment in payments})


def signing_faults(
    payments: Sequence[Payment], *, person_id: int | None, day: date
) -> dict[int, list[Fault]]:
    """Why a person may not sign these payments on a day for the sake of their accounts, by payment.

    The account is held, or the person vouched for it lately; free payments are left out.
    """
    holds = account_queries.holds_on([payment.account for payment in payments], day)
    found: dict[int, list[Fault]] = {}
    for payment in payments:
        account, hold = payment.account, holds.get(payment.bank_account_id)
        faults = found.setdefault(payment.id, [])
        if hold is not None:
            first, due = account.usable_from, payment.due_on
            faults.append(rules.account_fault(payment.ref, hold, usable_from=first, due=due))
        if free_on := hands_off_until(payment, person_id, day):
            faults.append(rules.hands_fault(payment.ref, free_on))
    return {key: faults for key, faults in found.items() if faults}


def hands_off_until(payment: Payment, person_id: int | None, day: date) -> date | None:
    """The day (included) from which a person who vouched for the account may sign, if not yet."""
    return account_rules.hands_off_until(payment.account.vouched, person_id, day)


def with_free_hands(payment: Payment, rights: Collection[Right], day: date) -> list[Right]:
    """Those of the rights lent whose owner did not vouch for the account of a payment lately.

    Nobody lends a signature they could not give (domain 6.3).
    """
    return [each for each in rights if not hands_off_until(payment, each.delegator_id, day)]


def holds_of(payments: Sequence[Payment], day: date) -> dict[int, Hold]:
    """Why payments that wait for a signature are held on a day, by payment; others are left out."""
    waiting = [payment for payment in payments if payment.state in UNSENT]
    holds = account_queries.holds_on([payment.account for payment in waiting], day)
    return {
        payment.id: holds[payment.bank_account_id]
        for payment in waiting
        if payment.bank_account_id in holds
    }


def may_be_signed(person_id: int | None, day: date) -> ColumnElement[bool]:
    """Payments whose account lets a person sign, or have to be refused for its sake.

    One that is held only for a time waits for nobody; one whose account is no longer valid has to
    be refused.
    """
    return (
        select(BankAccount.id)
        .where(
            BankAccount.id == Payment.bank_account_id,
            BankAccount.proposed_by_id != person_id,
            or_(BankAccount.state != AccountState.VALIDATED, account_queries.is_free_on(day)),
        )
        .exists()
    )
