"""Reads about people: by address, by role, sessions alive, attempts counted."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts import rules
from portal.accounts.models import OneTimeLink, RoleGrant, SignInAttempt, SignInSession, User
from portal.accounts.states import State
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.mail import Recipient

_WITH_GRANTS = selectinload(User.grants)


def token_hash(token: str) -> str:
    """How tokens of sessions and links are kept: SHA-256, since they are long and random."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_ref(ref: str) -> User:
    """The person with this reference, with grants; raises `NotFound`."""
    person = db.session.scalar(select(User).where(User.ref == ref).options(_WITH_GRANTS))
    if person is None:
        raise NotFound
    return person


def by_id(person_id: int) -> User:
    """The person with this id; raises `NotFound`."""
    person = db.session.get(User, person_id)
    if person is None:
        raise NotFound
    return person


def by_email(email: str) -> User | None:
    """The person with this e-mail address, in whatever case it was typed."""
    return db.session.scalar(
        select(User).where(User.email == email.strip().lower()).options(_WITH_GRANTS)
    )


def by_ids(ids: Collection[int | None]) -> dict[int, User]:
    """Several people at once, by id."""
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    return {
        person.id: person for person in db.session.scalars(select(User).where(User.id.in_(wanted)))
    }


def lock_person(person_id: int) -> User:
    """The person, fresh and locked until the end of the transaction."""
    return db.session.scalars(_locked(User.id == person_id)).one()


def lock_by_email(email: str) -> User | None:
    """As `by_email`, fresh and locked until the end of the transaction."""
    return db.session.scalar(_locked(User.email == email.strip().lower()))


def _locked(condition: ColumnElement[bool]) -> Select[User]:
    query = select(User).where(condition).options(_WITH_GRANTS).with_for_update(of=User)
    return query.execution_options(populate_existing=True)


def people_with_role(role: Role) -> list[User]:
    """The active people who hold a role today."""
    holders = select(RoleGrant.person_id).where(
        RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
    )
    query = select(User).where(User.id.in_(holders), User.state == State.ACTIVE)
    return list(db.session.scalars(query.order_by(User.id)))


def recipient(person: User) -> Recipient:
    """The person as the addressee of a mail."""
    return Recipient(person.email, person.name, person.language)


def recipients(people: Iterable[User]) -> list[Recipient]:
    """Several people as addressees."""
    return [recipient(person) for person in people]


def search(name: str = "", role: str = "") -> Select[User]:
    """People whose name or address contains the text and who hold the role, by name."""
    query = select(User).options(_WITH_GRANTS)
    if name:
        wanted = name.lower()
        query = query.where(
            func.lower(User.name).contains(wanted, autoescape=True)
            | User.email.contains(wanted, autoescape=True)
        )
    if role:
        holders = select(RoleGrant.person_id).where(
            RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
        )
        query = query.where(User.id.in_(holders))
    return query.order_by(User.name, User.id)


def live_session(token: str, now: datetime) -> SignInSession | None:
    """The session a token names, if it has not ended and its person is active; with person and
    grants.
    """
    person = joinedload(SignInSession.person)
    row = (
        db.session.scalars(
            select(SignInSession)
            .where(SignInSession.token_hash == token_hash(token))
            .options(person.joinedload(User.grants))
        )
        .unique()
        .first()
    )
    if (
        row is None
        or row.ended_at is not None
        or row.expires_at <= now
        or row.person.state is not State.ACTIVE
    ):
        return None
    return row


def sessions_of(person_id: int, now: datetime) -> list[SignInSession]:
    """The sessions of a person that are still alive, newest first."""
    return list(
        db.session.scalars(
            select(SignInSession)
            .where(
                SignInSession.person_id == person_id,
                SignInSession.ended_at.is_(None),
                SignInSession.expires_at > now,
            )
            .order_by(SignInSession.id.desc())
        )
    )


def live_link(token: str, now: datetime) -> OneTimeLink | None:
    """The one-time link a token names, if it was not used and has not expired."""
    link = db.session.scalar(select(OneTimeLink).where(OneTimeLink.token_hash == token_hash(token)))
    return link if link and link.used_at is None and link.expires_at > now else None


def lock_link(token: str, now: datetime) -> OneTimeLink | None:
    """As `live_link`, fresh and locked until the end of the transaction, so that it works once."""
    query = select(OneTimeLink).where(OneTimeLink.token_hash == token_hash(token)).with_for_update()
    link = db.session.scalar(query.execution_options(populate_existing=True))
    return link if link and link.used_at is None and link.expires_at > now else None


def email_hash(email: str) -> str:
    """How an address typed at sign-in is counted without being kept."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def is_locked_out(email: str, address: str, now: datetime) -> bool:
    """Whether attempts on this account or from this address are refused for now."""
    since = now - rules.ATTEMPT_WINDOW
    recent = select(func.count()).where(
        SignInAttempt.at > since, SignInAttempt.succeeded.is_(False)
    )
    of_account = recent.where(SignInAttempt.email_hash == email_hash(email))
    of_address = recent.where(SignInAttempt.address == address)
    return rules.is_locked_out(
        failures_of_account=db.session.scalar(of_account) or 0,
        failures_of_address=db.session.scalar(of_address) or 0,
    )


def queue_attempts(email: str, address: str) -> None:
    """Let attempts on one account, or from one address, wait for one another.

    So the limits hold however many come at once. On SQLite the write lock already does that.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        for kind, key in enumerate((email_hash(email), address)):
            db.session.execute(select(func.pg_advisory_xact_lock(kind, func.hashtext(key))))
