"""Which terms, ceiling and partnership amount are in force on a day."""

from datetime import date

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import Fault, RuleBroken
from portal.core.i18n import _
from portal.exchanges.models import HostCeiling, PartnershipTerms, Scheme


def scheme_on(day: date) -> Scheme:
    """The terms of the edition in force on a day; raises `RuleBroken` when there is none."""
    query = select(Scheme).where(Scheme.valid_from <= day)
    found = db.session.scalar(query.order_by(Scheme.valid_from.desc(), Scheme.id.desc()).limit(1))
    if found is None:
        raise RuleBroken(Fault(_("No edition of the scheme is in force on this day."), rule="2.1"))
    return found


def terms_of_edition(code: str, day: date) -> Scheme:
    """The terms of one edition in force on a day; its first ones before they began."""
    query = select(Scheme).where(Scheme.code == code)
    rows = list(db.session.scalars(query.order_by(Scheme.valid_from)))
    begun = [row for row in rows if row.valid_from <= day]
    return begun[-1] if begun else rows[0]


def has_terms(code: str) -> bool:
    """Whether an edition has been loaded."""
    return db.session.scalar(select(Scheme.id).where(Scheme.code == code).limit(1)) is not None


def ceiling(country: str, day: date) -> int | None:
    """The ceiling of a host country in force on a day, in cents; None when none is recorded."""
    query = select(HostCeiling.amount_cents).where(
        HostCeiling.country == country, HostCeiling.valid_from <= day
    )
    return db.session.scalar(query.order_by(HostCeiling.valid_from.desc()).limit(1))


def ceilings_on(day: date) -> dict[str, int]:
    """Every country's ceiling in force on a day, in cents, by country code."""
    query = select(HostCeiling).where(HostCeiling.valid_from <= day)
    rows = db.session.scalars(query.order_by(HostCeiling.valid_from))
    return {row.country: row.amount_cents for row in rows}


def partnership_terms(project_id: int, day: date) -> PartnershipTerms | None:
    """What the partnership laid down that is in force on a day, if anything."""
    query = select(PartnershipTerms).where(
        PartnershipTerms.project_id == project_id, PartnershipTerms.valid_from <= day
    )
    return db.session.scalar(query.order_by(PartnershipTerms.valid_from.desc()).limit(1))
