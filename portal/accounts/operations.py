"""What people do with accounts: join, activate, sign in and out, hold roles."""

import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.profiles import CHEAPEST
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import update

from portal.accounts import notifications, policy, queries, rules
from portal.accounts.models import OneTimeLink, RoleGrant, SignInAttempt, SignInSession, User
from portal.accounts.states import LIFE, Action, State
from portal.audit.effects import record
from portal.core import clock, settings
from portal.core.actors import Actor, Role, ensure
from portal.core.db import db
from portal.core.errors import Fault, NotFound, RuleBroken, TooManyAttempts, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference


def sign_up(*, name: str, email: str, language: str) -> None:
    """Create an account for a newcomer and mail the activation link to the address given.

    The answer is the same whether or not the address is known; its owner alone learns the
    difference. Raises `RuleBroken` for an address nobody can receive mail at.
    """
    ensure(True)
    email = _checked_email(email)
    known = queries.by_email(email)
    if known is None:
        _new_person(name, email, language, actor=Actor(id=None, name=name))
    elif known.state is State.INVITED:
        notifications.invited(known, _new_link(known, rules.INVITATION_LIFE))
    else:
        notifications.already_registered(known, int(clock.now().timestamp()))


def invite(
    *, name: str, email: str, language: str, actor: Actor, roles: tuple[Role, ...] = ()
) -> User:
    """Create an account for somebody, with roles, and mail the activation link.

    Raises `RuleBroken` when the address has an account already or cannot receive mail.
    """
    ensure(policy.may_invite(actor))
    email = _checked_email(email)
    if queries.by_email(email):
        raise RuleBroken(Fault(_("There is already an account with this e-mail address."), "email"))
    person = _new_person(name, email, language, actor=actor)
    for role in roles:
        grant_role(person, role=role, actor=actor)
    return person


def activate(*, token: str, password: str) -> User:
    """Make an account active with its first password; the link works once.

    Raises `NotFound` for a link that is used, expired or unknown, `RuleBroken` for a weak password.
    """
    ensure(True)
    person = _person_of_link(token)
    LIFE.step(person.state, Action.ACTIVATE)
    refuse_if(rules.password_faults(password, name=person.name, email=person.email))
    person.password_hash = hash_password(password)
    person.state = State.ACTIVE
    person.activated_at = clock.now()
    record(_themselves(person), person, Action.ACTIVATE, after={"state": person.state})
    return person


def note_attempt(*, email: str, address: str) -> SignInAttempt:
    """Count an attempt to sign in, as failed until it has succeeded; commit before checking the
    password.

    Raises `TooManyAttempts` when account or address are locked out.
    """
    ensure(True)
    now = clock.now()
    queries.queue_attempts(email, address)
    if queries.is_locked_out(email, address, now):
        raise TooManyAttempts
    attempt = SignInAttempt(
        email_hash=queries.email_hash(email), address=address, at=now, succeeded=False
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def sign_in(
    *, email: str, proved_hash: str | None, attempt_id: int, address: str, browser: str
) -> tuple[SignInSession, str] | None:
    """Open a session for the person whose password was found right; returns the row and its token.

    `proved_hash` is the hash the password was compared with. None when the person may not sign in,
    or no longer with this password: a session is never opened with a password changed in the
    meantime.
    """
    ensure(True)
    person = queries.lock_by_email(email)
    if person is None or person.state is not State.ACTIVE or person.password_hash != proved_hash:
        return None
    now = clock.now()
    db.session.execute(
        update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(succeeded=True)
    )
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        token_hash=queries.token_hash(token),
        person=person,
        created_at=now,
        expires_at=now + rules.SESSION_LIFE,
        address=address[:60],
        browser=browser[:200],
    )
    db.session.add(row)
    db.session.flush()
    return row, token


def sign_out(row: SignInSession, *, actor: Actor) -> None:
    """End one session."""
    ensure(actor.id == row.person_id)
    row.ended_at = clock.now()


def sign_out_everywhere(person: User, *, actor: Actor) -> None:
    """End every session of a person, in every browser."""
    ensure(policy.may_sign_out_everywhere(actor, person))
    _end_sessions(person.id)
    record(actor, person, "sign_out_everywhere")


def ask_new_password(*, email: str) -> None:
    """Mail a link to set a new password, if the address belongs to an active account; say nothing
    else.
    """
    ensure(True)
    person = queries.by_email(email)
    if person and person.state is State.ACTIVE:
        notifications.password_forgotten(person, _new_link(person, rules.RESET_LIFE))


def set_new_password(*, token: str, password: str) -> User:
    """Replace a forgotten password; every session ends. Raises `NotFound` and `RuleBroken` as
    `activate`.
    """
    ensure(True)
    person = _person_of_link(token)
    if person.state is not State.ACTIVE:
        raise NotFound
    _replace_password(person, password, _themselves(person))
    return person


def change_password(person: User, *, current: str, password: str, actor: Actor) -> None:
    """Replace one's own password; every session ends. Raises `RuleBroken` when the current one is
    wrong.
    """
    ensure(policy.may_change_password(actor, person))
    if not password_is_right(person.password_hash, current):
        raise RuleBroken(Fault(_("The current password is wrong."), "current"))
    _replace_password(person, password, actor)


def edit(person: User, *, name: str, language: str, actor: Actor) -> None:
    """Change the name others see and the language of mails and pages."""
    ensure(policy.may_edit(actor, person))
    before = {"name": person.name, "language": person.language}
    person.name, person.language = name, language
    record(actor, person, "edit", before=before, after={"name": name, "language": language})


def change_language(person: User, *, language: str, actor: Actor) -> None:
    """Change the language in which a person is written to."""
    ensure(policy.may_change_language(actor, person))
    before, person.language = person.language, language
    record(
        actor, person, "change_language", before={"language": before}, after={"language": language}
    )


def grant_role(person: User, *, role: Role, actor: Actor) -> None:
    """Give a person a role; does nothing when it is held already."""
    ensure(policy.may_grant_role(actor, person))
    person = queries.lock_person(person.id)
    if any(grant.role == role and grant.revoked_at is None for grant in person.grants):
        return
    grant = RoleGrant(
        person_id=person.id, role=role, granted_by_id=actor.id, granted_at=clock.now()
    )
    person.grants.append(grant)
    _end_sessions(person.id)
    record(actor, person, "grant_role", after={"role": role})
    notifications.role_granted(person, role, grant.id)


def revoke_role(person: User, *, role: Role, actor: Actor) -> None:
    """Take a role away; the person's sessions end, so that it works at the next request."""
    ensure(policy.may_revoke_role(actor, person))
    person = queries.lock_person(person.id)
    live = [grant for grant in person.grants if grant.role == role and grant.revoked_at is None]
    if not live:
        return
    live[0].revoked_at = clock.now()
    _end_sessions(person.id)
    record(actor, person, "revoke_role", before={"role": role})


def suspend(person: User, *, reason: str, actor: Actor) -> None:
    """Shut a person out at once; their sessions end."""
    ensure(policy.may_suspend(actor, person))
    person = queries.lock_person(person.id)
    before, person.state = person.state, LIFE.step(person.state, Action.SUSPEND)
    _end_sessions(person.id)
    record(
        actor,
        person,
        Action.SUSPEND,
        before={"state": before},
        after={"state": person.state},
        reason=reason,
    )


def reinstate(person: User, *, reason: str, actor: Actor) -> None:
    """Let a suspended person in again; somebody who never chose a password is invited again."""
    ensure(policy.may_reinstate(actor, person))
    person = queries.lock_person(person.id)
    before, person.state = person.state, LIFE.step(person.state, Action.REINSTATE)
    if person.password_hash is None:
        person.state = State.INVITED
        notifications.invited(person, _new_link(person, rules.INVITATION_LIFE))
    record(
        actor,
        person,
        Action.REINSTATE,
        before={"state": before},
        after={"state": person.state},
        reason=reason,
    )


def hash_password(password: str) -> str:
    """Argon2id with the library's current parameters; about a tenth of a second, never in a
    transaction loop.
    """
    return _hasher().hash(password)


def password_is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes as long for an account that does not exist."""
    try:
        return _hasher().verify(password_hash or _decoy(), password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _strong() -> PasswordHasher:
    return PasswordHasher()


@cache
def _cheap() -> PasswordHasher:
    return PasswordHasher.from_parameters(CHEAPEST)


def _hasher() -> PasswordHasher:
    return _cheap() if settings.current().mode == "test" else _strong()


@cache
def _decoy() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def _new_person(name: str, email: str, language: str, *, actor: Actor) -> User:
    now = clock.now()
    person = User(
        ref=next_reference("PER", now.year),
        email=email,
        name=name.strip(),
        language=language,
        state=State.INVITED,
        created_at=now,
        grants=[],
    )
    db.session.add(person)
    db.session.flush()
    record(actor, person, "invite", after={"name": person.name, "language": language})
    notifications.invited(person, _new_link(person, rules.INVITATION_LIFE))
    return person


def _new_link(person: User, life: timedelta) -> str:
    token = secrets.token_urlsafe(32)
    now: datetime = clock.now()
    db.session.add(
        OneTimeLink(
            token_hash=queries.token_hash(token),
            person_id=person.id,
            created_at=now,
            expires_at=now + life,
        )
    )
    return token


def _person_of_link(token: str) -> User:
    now = clock.now()
    link = queries.lock_link(token, now)
    if link is None:
        raise NotFound
    # Other links of the same person end with it: an old mail must not open the account later.
    unused = (OneTimeLink.person_id == link.person_id, OneTimeLink.used_at.is_(None))
    db.session.execute(update(OneTimeLink).where(*unused).values(used_at=now))
    return queries.lock_person(link.person_id)


def _replace_password(person: User, password: str, actor: Actor) -> None:
    refuse_if(rules.password_faults(password, name=person.name, email=person.email))
    person.password_hash = hash_password(password)
    _end_sessions(person.id)
    record(actor, person, "change_password")
    notifications.password_changed(person, person.version)


def _end_sessions(person_id: int) -> None:
    live = (SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
    db.session.execute(update(SignInSession).where(*live).values(ended_at=clock.now()))


def _themselves(person: User) -> Actor:
    return Actor(id=person.id, name=person.name)


def _checked_email(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise RuleBroken(
            Fault(_("This is not an e-mail address that can receive mail."), "email")
        ) from None
