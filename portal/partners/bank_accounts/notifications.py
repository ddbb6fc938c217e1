"""Mails about bank accounts: every member learns of every change, since fraud begins with one."""

from portal.accounts.queries import recipients
from portal.core import clock, mail
from portal.partners import queries as partners
from portal.partners.bank_accounts import rules
from portal.partners.bank_accounts.models import BankAccount


def proposed(account: BankAccount, *, by: str) -> None:
    """A new account is proposed."""
    _tell_members(account, "proposed", by=by)


def validated(account: BankAccount) -> None:
    """Payments go to this account from now on, or from the day on which its wait ends."""
    _tell_members(account, "validated")


def lifted(account: BankAccount, *, by: str) -> None:
    """The wait is over: payments go to this account from now on."""
    _tell_members(account, "lifted", by=by)


def frozen(account: BankAccount, *, by: str) -> None:
    """Payments to this account are stopped."""
    _tell_members(account, "frozen", by=by)


def retired(account: BankAccount, *, by: str) -> None:
    """The account is no longer used."""
    _tell_members(account, "retired", by=by)


def _tell_members(account: BankAccount, template: str, *, by: str = "") -> None:
    for addressee in recipients(partners.people_of((account.organisation_id,))):
        mail.queue(
            addressee,
            f"bank_accounts/mail/{template}.txt",
            about=f"{account.ref}:{template}:{account.version}",
            account=account,
            organisation=account.organisation,
            number=rules.masked(account.iban),
            is_waiting=rules.is_waiting(account, clock.today()),
            waiting_days=rules.waiting_days_on(clock.today()),
            by=by,
        )
