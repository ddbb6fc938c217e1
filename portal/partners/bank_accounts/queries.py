"""Reads of bank accounts."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.tasks import Task
from portal.partners import queries as partners
from portal.partners.bank_accounts import rules
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import LIFE, Action, Hold, State
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


def proposed_of(organisation_id: int) -> list[BankAccount]:
    """The accounts proposed for an organisation, oldest first: a change under way."""
    query = select(BankAccount).where(
        BankAccount.organisation_id == organisation_id, BankAccount.state == State.PROPOSED
    )
    return list(db.session.scalars(query.order_by(BankAccount.id)))


def replaced_by(account: BankAccount) -> BankAccount | None:
    """The account that this one took the place of when it was validated, the newest of several."""
    query = select(BankAccount).where(BankAccount.replaced_by_id == account.id)
    return db.session.scalar(query.order_by(BankAccount.id.desc()).limit(1))


def has_validated_another(account: BankAccount) -> bool:
    """Whether any other account of the organisation was ever validated, were it retired since."""
    query = select(BankAccount.id).where(
        BankAccount.organisation_id == account.organisation_id,
        BankAccount.id != account.id,
        BankAccount.validated_at.is_not(None),
    )
    return db.session.scalar(query.limit(1)) is not None


def lock_accounts_of(organisation_id: int) -> list[BankAccount]:
    """Every account of an organisation, fresh and locked by id, the organisation before them.

    Changes of its accounts wait for one another on the organisation, which is there before the
    first account is; signatures of payments wait on the account they go to (`lock_for_payment`).
    """
    partners.lock_organisation(organisation_id)
    query = (
        select(BankAccount)
        .where(BankAccount.organisation_id == organisation_id)
        .options(joinedload(BankAccount.organisation))
        .with_for_update(of=BankAccount)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query.order_by(BankAccount.id)))


def lock_for_payment(account_ids: Collection[int]) -> list[BankAccount]:
    """Accounts that payments go to, fresh, by id: nobody changes them until the transaction ends.

    Several signatures may hold them at once. Who proposes or changes an account of the organisation
    waits (`lock_accounts_of`), or has changed it before and is seen here.
    """
    query = select(BankAccount).where(BankAccount.id.in_(account_ids))
    locked = query.order_by(BankAccount.id).with_for_update(read=True, of=BankAccount)
    return list(db.session.scalars(locked.execution_options(populate_existing=True)))


def holds_on(accounts: Collection[BankAccount], day: date) -> dict[int, Hold]:
    """Why no payment to these accounts may be signed or sent on a day, by account; free ones are
    left out. One query.
    """
    owners = {account.organisation_id for account in accounts}
    query = select(BankAccount.organisation_id).where(
        BankAccount.organisation_id.in_(owners), BankAccount.state == State.PROPOSED
    )
    changing = set(db.session.scalars(query)) if owners else set()
    found = {
        account.id: rules.hold_on(account, is_changing=account.organisation_id in changing, day=day)
        for account in accounts
    }
    return {key: hold for key, hold in found.items() if hold is not None}


def is_free_on(day: date) -> ColumnElement[bool]:
    """Whether payments to an account may be signed on a day: `rules.hold_on` in SQL."""
    newer = aliased(BankAccount)
    changing = select(newer.id).where(
        newer.organisation_id == BankAccount.organisation_id, newer.state == State.PROPOSED
    )
    return and_(
        BankAccount.state == State.VALIDATED,
        or_(BankAccount.lifted_at.is_not(None), BankAccount.usable_from <= day),
        ~changing.exists(),
    )


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
    """The accounts somebody from outside has to validate, then those whose wait could be lifted;
    each those waiting longest first.
    """
    if not actor.has(Role.OFFICER, Role.ACCOUNTANT):
        return []
    waiting = and_(
        BankAccount.state == State.VALIDATED,
        BankAccount.usable_from > clock.today(),
        BankAccount.lifted_at.is_(None),
        BankAccount.validated_by_id != actor.id,
        func.coalesce(BankAccount.confirmed_by_id, 0) != actor.id,
    )
    query = (
        select(BankAccount)
        .where(
            or_(BankAccount.state == State.PROPOSED, waiting),
            BankAccount.proposed_by_id != actor.id,
            BankAccount.organisation_id.not_in(actor.organisation_ids),
        )
        .options(joinedload(BankAccount.organisation))
        .order_by((BankAccount.state == State.PROPOSED).desc())
        .order_by(BankAccount.proposed_at, BankAccount.id)
        .limit(MOST_TASKS)
    )
    return [_task(account) for account in db.session.scalars(query)]


def _task(account: BankAccount) -> Task:
    validates = account.state == State.PROPOSED
    return Task(
        label=_("Validate the bank account") if validates else LIFE.labels[Action.LIFT],
        ref=account.ref,
        title=account.organisation.legal_name,
        endpoint="bank_accounts.show",
        values={"ref": account.ref},
        since=days.brussels_day(account.validated_at or account.proposed_at),
    )
