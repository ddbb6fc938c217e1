"""Organisations, the people who speak for them, and the clusters they belong to."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.accounts.models import User
from portal.core.columns import (
    BigKey,
    CountryCode,
    Instant,
    Key,
    LongText,
    Moment,
    Reference,
    ShortText,
    words,
)
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.places import Point
from portal.core.refusals import explain_constraint
from portal.partners.rules import names
from portal.partners.states import EccpProfile, OrganisationKind, State


class Organisation(Base):
    """A legal entity that takes part, or would like to."""

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("country", "registration_number"),
        UniqueConstraint("vat_number"),
        UniqueConstraint("pic"),
        CheckConstraint("length(country) = 2 and country = upper(country)", name="country_code"),
        CheckConstraint("latitude_e6 between -90000000 and 90000000", name="latitude_range"),
        CheckConstraint("longitude_e6 between -180000000 and 180000000", name="longitude_range"),
        CheckConstraint("pic is null or length(pic) = 9", name="pic_nine_digits"),
        CheckConstraint(
            "(state = 'verified') = (verified_at is not null)", name="verified_has_moment"
        ),
        CheckConstraint(
            "(state = 'suspended') = (suspension_reason <> '')", name="suspended_has_reason"
        ),
        Index("ix_organisation_country_name_key", "country", "name_key"),
        Index("ix_organisation_state_search_name", "state", "search_name"),
    )
    noun: ClassVar[str] = "organisation"

    id: Mapped[Key]
    ref: Mapped[Reference]
    legal_name: Mapped[ShortText]
    short_name: Mapped[str] = mapped_column(String(60))
    #: Legal and short name without accents and case, for search and sorting.
    search_name: Mapped[str] = mapped_column(String(600), index=True)
    #: The legal name without accents, case, spaces and legal form, for the duplicate check.
    name_key: Mapped[str] = mapped_column(String(400))
    kind: Mapped[OrganisationKind] = mapped_column(words(OrganisationKind, name="kind"), index=True)
    country: Mapped[CountryCode]
    #: NUTS 2 code, or empty where the country has none or it is not known.
    region: Mapped[str] = mapped_column(String(4), default="")
    town: Mapped[str] = mapped_column(String(100))
    street: Mapped[str] = mapped_column(String(140), default="")
    postcode: Mapped[str] = mapped_column(String(16), default="")
    #: Where the seat stands, in millionths of a degree (domain 12-21: distances run between seats).
    latitude_e6: Mapped[int] = mapped_column(Integer)
    longitude_e6: Mapped[int] = mapped_column(Integer)
    #: SIREN or SIRET in France, the national company number elsewhere, in compact form.
    registration_number: Mapped[str | None] = mapped_column(String(40))
    #: In compact form with its country prefix (EL for Greece).
    vat_number: Mapped[str | None] = mapped_column(String(20))
    #: Participant Identification Code of the European funding portal, 9 digits.
    pic: Mapped[str | None] = mapped_column(String(9))
    eccp_profile: Mapped[EccpProfile] = mapped_column(
        words(EccpProfile, name="eccp_profile"), default=EccpProfile.NO
    )
    #: The legal group, or empty: the same words here mean the same group (CXC-E09).
    legal_group: Mapped[str] = mapped_column(String(100), default="", index=True)
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.REGISTERED)
    suspension_reason: Mapped[LongText] = mapped_column(default="")
    registered_at: Mapped[Moment] = mapped_column(index=True)
    registered_by_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("person.id"), index=True
    )
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    verified_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}

    @validates("legal_name", "short_name")
    def _keep_folded(self, field: str, value: str) -> str:
        both = {
            "legal_name": self.legal_name or "",
            "short_name": self.short_name or "",
            field: value,
        }
        self.search_name = names.fold(f"{both['legal_name']} {both['short_name']}")
        self.name_key = names.name_key(both["legal_name"])
        return value

    @property
    def place(self) -> Point:
        """Where its seat stands."""
        return Point(self.latitude_e6, self.longitude_e6)


class Membership(Base):
    """A person who may act for an organisation, from a day on and until a day (both included)."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="days_in_order"),
        CheckConstraint("(valid_to is null) = (ended_at is null)", name="ended_has_day"),
        Index(
            "uq_membership_open",
            "user_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_membership_organisation_id_ended_at", "organisation_id", "ended_at"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    #: The last day; the rights themselves end at `ended_at`, at once.
    valid_to: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    user: Mapped[User] = relationship(lazy="raise_on_sql")


class ClusterLink(Base):
    """An organisation is a member of a cluster, from a day on and until a day (both included)."""

    __tablename__ = "cluster_link"
    __table_args__ = (
        CheckConstraint("organisation_id <> cluster_id", name="not_with_itself"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="days_in_order"),
        Index(
            "uq_cluster_link_open",
            "organisation_id",
            "cluster_id",
            unique=True,
            sqlite_where=text("valid_to is null"),
            postgresql_where=text("valid_to is null"),
        ),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    cluster_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    #: Who recorded the link; null when the portal itself did.
    recorded_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    recorded_at: Mapped[Moment]
    cluster: Mapped[Organisation] = relationship(foreign_keys=[cluster_id], lazy="raise_on_sql")


explain_constraint(
    "uq_organisation_country_registration_number",
    Fault(
        _("An organisation with this registration number already exists in this country."),
        "registration_number",
    ),
    columns="organisation.country, organisation.registration_number",
)
explain_constraint(
    "uq_organisation_vat_number",
    Fault(_("An organisation with this VAT number already exists."), "vat_number"),
    columns="organisation.vat_number",
)
explain_constraint(
    "uq_organisation_pic",
    Fault(_("An organisation with this PIC already exists."), "pic"),
    columns="organisation.pic",
)
explain_constraint(
    "uq_membership_open",
    Fault(_("This person is already a member of the organisation."), "email"),
    columns="membership.user_id, membership.organisation_id",
)
explain_constraint(
    "uq_cluster_link_open",
    Fault(_("This link to the cluster already exists."), "cluster"),
    columns="cluster_link.organisation_id, cluster_link.cluster_id",
)
