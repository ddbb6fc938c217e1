"""Reads of bank accounts."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import joinedload

from portal.core import days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.tasks import Task
from portal.partners import queries as partners
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import State
from portal.partners.models import Organisation

#: How many tasks the desk shows.
MOST_TASKS = 50


def by_ref(ref: str) -> BankAccount:
    """The account with this reference, with organisation and evidence; raises `NotFound`."""
    query = select(BankAccount).where(BankAccount.ref == ref)
    found = db.session.scalar(
        query.options(joinedload(BankAccount.organisation), joinedload(BankAccount.evidence))
    )
    if found is None:
        raise NotFound()
    return found


def by_id(account_id: int) -> BankAccount:
    """The account with this database id; raises `NotFound`."""
    found = db.session.get(BankAccount, account_id)
    if found is None:
        raise NotFound
    return found


def valid_account_of(organisation_id: int) -> BankAccount | None:
    """The account to which money of this organisation goes now, if there is one."""
    return valid_accounts_of((organisation_id,)).get(organisation_id)


def valid_accounts_of(organisation_ids: Collection[int]) -> dict[int, BankAccount]:
    """The validated accounts of several organisations, by organisation, in one query."""
    if not organisation_ids:
        return {}
    query = select(BankAccount).where(
        BankAccount.organisation_id.in_(organisation_ids), BankAccount.state == State.VALIDATED
    )
    return {account.organisation_id: account for account in db.session.scalars(query)}


def newest_of(organisation_id: int) -> BankAccount | None:
    """The account that tells where an organisation stands: validated, else the newest of all."""
    query = select(BankAccount).where(BankAccount.organisation_id == organisation_id)
    validated_first = (BankAccount.state == State.VALIDATED).desc()
    return db.session.scalar(query.order_by(validated_first, BankAccount.id.desc()).limit(1))


def of_organisation(organisation_id: int) -> list[BankAccount]:
    """Every account an organisation has or had, newest first."""
    query = select(BankAccount).where(BankAccount.organisation_id == organisation_id)
    return list(
        db.session.scalars(query.order_by(BankAccount.proposed_at.desc(), BankAccount.id.desc()))
    )


def lock_account(account_id: int) -> BankAccount:
    """The account with its organisation, fresh and locked until the end of the transaction."""
    return db.session.scalars(_locked().where(BankAccount.id == account_id)).one()


def lock_accounts_of(organisation_id: int) -> list[BankAccount]:
    """Every account of an organisation, locked by id: validations wait for one another here."""
    query = _locked().where(BankAccount.organisation_id == organisation_id)
    return list(db.session.scalars(query.order_by(BankAccount.id)))


def sharing(account: BankAccount) -> list[Organisation]:
    """The other organisations that use, or propose to use, the same account."""
    users = select(BankAccount.organisation_id).where(
        BankAccount.iban == account.iban,
        BankAccount.organisation_id != account.organisation_id,
        BankAccount.state != State.RETIRED,
    )
    query = select(Organisation).where(Organisation.id.in_(users))
    return list(db.session.scalars(query.order_by(Organisation.search_name)))


def listed(actor: Actor, *, state: State | None = None, text: str = "") -> Select[BankAccount]:
    """The accounts the actor may see, those that wait longest first."""
    query = (
        select(BankAccount)
        .join(Organisation, Organisation.id == BankAccount.organisation_id)
        .where(visible_to(actor))
        .options(joinedload(BankAccount.organisation))
    )
    if state:
        query = query.where(BankAccount.state == state)
    if text.strip():
        query = query.where(or_(partners.matches(text), BankAccount.ref == text.strip().upper()))
    waiting = BankAccount.state == State.PROPOSED
    return query.order_by(waiting.desc(), BankAccount.proposed_at, BankAccount.id)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Those who validate, pay or audit see every account, members those of their organisations."""
    if actor.has(Role.OFFICER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.AUDITOR):
        return true()
    if not actor.organisation_ids:
        return false()
    return BankAccount.organisation_id.in_(actor.organisation_ids)


def tasks_for(actor: Actor) -> list[Task]:
    """The accounts somebody from outside has to validate, those waiting longest first."""
    if not actor.has(Role.OFFICER, Role.ACCOUNTANT):
        return []
    query = (
        select(BankAccount)
        .where(BankAccount.state == State.PROPOSED, BankAccount.proposed_by_id != actor.id)
        .options(joinedload(BankAccount.organisation))
        .order_by(BankAccount.proposed_at, BankAccount.id)
        .limit(MOST_TASKS)
    )
    return [
        Task(
            label=_("Validate the bank account"),
            ref=account.ref,
            title=account.organisation.legal_name,
            endpoint="bank_accounts.show",
            values={"ref": account.ref},
            since=days.brussels_day(account.proposed_at),
        )
        for account in db.session.scalars(query)
        if not actor.speaks_for(account.organisation_id)
    ]


def _locked() -> Select[BankAccount]:
    return (
        select(BankAccount)
        .options(joinedload(BankAccount.organisation))
        .with_for_update(of=BankAccount)
        .execution_options(populate_existing=True)
    )
