"""People, the roles they hold, their sessions, one-time links and sign-in attempts."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.states import State
from portal.core.actors import Role
from portal.core.columns import BigKey, Instant, Key, Moment, Reference, words
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import LANGUAGES, _
from portal.core.refusals import explain_constraint


class User(Base):
    """A person who has, or will have, an account."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("language in ('en', 'fr')", name="language_known"),
        CheckConstraint(
            "state <> 'active' or password_hash is not null", name="active_has_password"
        ),
    )
    noun: ClassVar[str] = "person"

    id: Mapped[Key]
    ref: Mapped[Reference]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.INVITED)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[Moment]
    activated_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer)
    grants: Mapped[list["RoleGrant"]] = relationship(
        foreign_keys="RoleGrant.person_id", order_by="RoleGrant.role", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}


class RoleGrant(Base):
    """A role held by a person, from the day it was granted until it is revoked."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_live",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("revoked_at is null"),
            postgresql_where=text("revoked_at is null"),
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(words(Role, name="role"))
    granted_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    granted_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInSession(Base):
    """One signed-in browser. The cookie holds a random token; only its hash is kept here."""

    __tablename__ = "sign_in_session"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    address: Mapped[str] = mapped_column(String(60))
    browser: Mapped[str] = mapped_column(String(200))
    person: Mapped[User] = relationship(lazy="raise_on_sql")


class OneTimeLink(Base):
    """A link sent by mail to activate an account or set a new password; it works once."""

    __tablename__ = "one_time_link"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInAttempt(Base):
    """One attempt to sign in, counted against the account named and the address it came from."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_email_at", "email_hash", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[Key]
    #: Hash of the address typed, known or not, so that the table says nothing about who has an
    #: account.
    email_hash: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(60))
    at: Mapped[Moment]
    succeeded: Mapped[bool] = mapped_column(Boolean)


assert set(LANGUAGES) == {"en", "fr"}, (
    "the CHECK on person.language must list the supported languages"
)

explain_constraint(
    "uq_person_email",
    Fault(_("There is already an account with this e-mail address."), "email"),
    columns="person.email",
)
