"""Reads of programmes and of who takes part on a day."""

from datetime import date

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.programme import rules
from portal.programme.models import Participation, Programme


def find(code: str) -> Programme | None:
    """The programme with this code, or None."""
    return db.session.scalar(select(Programme).where(Programme.ref == code))


def by_code(code: str) -> Programme:
    """The programme with this code; raises `NotFound`."""
    found = find(code)
    if found is None:
        raise NotFound()
    return found


def by_id(programme_id: int) -> Programme:
    """The programme with this database id; raises `NotFound`."""
    found = db.session.get(Programme, programme_id)
    if found is None:
        raise NotFound()
    return found


def lock_programme(programme_id: int) -> Programme:
    """The programme, fresh and locked until the end of the transaction."""
    query = select(Programme).where(Programme.id == programme_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def all_programmes() -> list[Programme]:
    """Every programme, by code."""
    return list(db.session.scalars(select(Programme).order_by(Programme.ref)))


def participations_of(programme_id: int) -> list[Participation]:
    """Every row of the dated table, by country, the one that decides last."""
    query = select(Participation).where(Participation.programme_id == programme_id)
    return list(
        db.session.scalars(
            query.order_by(Participation.country, Participation.valid_from, Participation.id)
        )
    )


def count_countries(day: date) -> dict[int, int]:
    """How many countries take part in each programme on a day, by the programme's database id."""
    of_programme: dict[int, list[Participation]] = {}
    for row in db.session.scalars(select(Participation)):
        of_programme.setdefault(row.programme_id, []).append(row)
    return {key: len(rules.countries_on(rows, day)) for key, rows in of_programme.items()}


def participates(programme_id: int, country: str, day: date) -> bool:
    """Whether a country (ISO code) takes part in a programme on a day."""
    query = select(Participation).where(
        Participation.programme_id == programme_id, Participation.country == country
    )
    return rules.takes_part(db.session.scalars(query), day)


def participating_countries(programme_id: int, day: date) -> list[str]:
    """The ISO codes of the countries that take part on a day, in their order."""
    return rules.countries_on(participations_of(programme_id), day)
