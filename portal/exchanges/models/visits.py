"""How many visits of a partnership stand where: by state and days, and from town to town.

The database itself keeps these counts: a trigger moves them in the transaction that changes the
exchange (on PostgreSQL at its end, when every other lock is held, one partnership at a time), and
another when an organisation moves house. What is read of them costs the same at ten visits and at a
million; `queries.misplaced` recounts them.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import guard
from portal.core.columns import BigKey, CentsColumn, CountryCode, Key
from portal.core.db import Base
from portal.exchanges.models.exchange import Exchange
from portal.partners.models import Organisation

#: By what visits are counted.
DAYS_KEY = ("project_id", "state", "virtual", "first_on", "last_on")
WAY_KEY = ("project_id", "state", "from_town", "from_country", "to_town", "to_country")
_DAYS_SUMS = ("visits", "cents")
_PLACES = ("from_latitude_e6", "from_longitude_e6", "to_latitude_e6", "to_longitude_e6")
_WAY_SUMS = ("visits", *_PLACES)
#: Advisory locks of this kind are held for a partnership while its counts move.
_LOCK = 2110


class VisitCount(Base):
    """How many visits of a partnership are in a state from one day to another, virtual ones apart,
    and the cents they hold or held.
    """

    __tablename__ = "visit_count"
    __table_args__ = (UniqueConstraint(*DAYS_KEY, name="uq_visit_count_key"),)

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"))
    #: As the exchange has it, whose table holds it to the known ones.
    state: Mapped[str] = mapped_column(String(40))
    virtual: Mapped[bool] = mapped_column(Boolean)
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    visits: Mapped[int] = mapped_column(Integer)
    cents: Mapped[CentsColumn]


class VisitWay(Base):
    """How many physical visits of a partnership in a state lead from one town to another, and the
    sums of the coordinates of both seats, in millionths of a degree.
    """

    __tablename__ = "visit_way"
    __table_args__ = (UniqueConstraint(*WAY_KEY, name="uq_visit_way_key"),)

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"))
    #: As the exchange has it, whose table holds it to the known ones.
    state: Mapped[str] = mapped_column(String(40))
    from_town: Mapped[str] = mapped_column(String(100))
    from_country: Mapped[CountryCode]
    to_town: Mapped[str] = mapped_column(String(100))
    to_country: Mapped[CountryCode]
    visits: Mapped[int] = mapped_column(Integer)
    from_latitude_e6: Mapped[int] = mapped_column(BigKey)
    from_longitude_e6: Mapped[int] = mapped_column(BigKey)
    to_latitude_e6: Mapped[int] = mapped_column(BigKey)
    to_longitude_e6: Mapped[int] = mapped_column(BigKey)


def _add(table: str, key: tuple[str, ...], sums: tuple[str, ...], found: str) -> str:
    """The SQL that adds what a SELECT finds to the counts it names."""
    added = ", ".join(f"{each} = {table}.{each} + excluded.{each}" for each in sums)
    return (
        f"INSERT INTO {table} ({', '.join((*key, *sums))}) {found} "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"
    )


def _days(row: str, sign: str) -> str:
    key = ", ".join(f"{row}.{each}" for each in DAYS_KEY)
    cents = f"coalesce({row}.final_cents, {row}.lump_sum_cents, 0)"
    found = f"SELECT {key}, {sign}1, {sign}{cents} WHERE true"
    return _add("visit_count", DAYS_KEY, _DAYS_SUMS, found)


def _towns(visitor: str, host: str) -> str:
    return f"{visitor}.town, {visitor}.country, {host}.town, {host}.country"


def _seats(visitor: str, host: str, sign: str) -> str:
    columns = [
        f"{side}.{axis}_e6" for side in (visitor, host) for axis in ("latitude", "longitude")
    ]
    return ", ".join(f"{sign}{each}" for each in columns)


def _way(row: str, sign: str) -> str:
    found = (
        f"SELECT {row}.project_id, {row}.state, {_towns('v', 'h')}, {sign}1, ",
        f"{_seats('v', 'h', sign)} FROM organisation v, organisation h ",
        f"WHERE v.id = {row}.visitor_id AND h.id = {row}.host_id AND NOT {row}.virtual",
    )
    return _add("visit_way", WAY_KEY, _WAY_SUMS, "".join(found))


def _moved_house(row: str, sign: str) -> Iterator[str]:
    """The ways of an organisation that begin or end at its seat, all at once."""
    sides = (
        (_towns(row, "o"), _seats(row, "o", sign), "visitor_id", "host_id"),
        (_towns("o", row), _seats("o", row, sign), "host_id", "visitor_id"),
    )
    for towns, seats, own, other in sides:
        sums = ", ".join(f"sum({each})" for each in seats.split(", "))
        found = (
            f"SELECT e.project_id, e.state, {towns}, {sign}count(*), {sums} ",
            f"FROM exchange e JOIN organisation o ON o.id = e.{other} ",
            f"WHERE e.{own} = NEW.id AND NOT e.virtual ",
            "GROUP BY e.project_id, e.state, o.town, o.country",
        )
        yield _add("visit_way", WAY_KEY, _WAY_SUMS, "".join(found))


_ADDED = (_days("NEW", ""), _way("NEW", ""))
_TAKEN = (_days("OLD", "-"), _way("OLD", "-"))
_MOVED = (*_moved_house("OLD", "-"), *_moved_house("NEW", ""))
_WATCHED = (*DAYS_KEY, "visitor_id", "host_id", "lump_sum_cents", "final_cents")
_SEAT = ("town", "country", "latitude_e6", "longitude_e6")


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{each} {differs} NEW.{each}" for each in columns)


def _sqlite(name: str, event: str, statements: tuple[str, ...], when: str = "") -> str:
    table = "organisation" if name == "organisation_moved" else "exchange"
    return (
        f"CREATE TRIGGER {name} AFTER {event} ON {table} {when}BEGIN {'; '.join(statements)}; END"
    )


_UPDATED = f"WHEN {_changed(_WATCHED, 'IS NOT')} "
_HOLD = (
    "PERFORM 1 FROM organisation WHERE id IN ({0}.visitor_id, {0}.host_id) ORDER BY id FOR SHARE; "
    f"PERFORM pg_advisory_xact_lock({_LOCK}, {{0}}.project_id::integer)"
)
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} "
    "RETURN NULL; END $$"
)
_LATER = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION"
_EXCHANGE_COUNTED = (
    f"IF TG_OP = 'UPDATE' THEN IF NOT ({_changed(_WATCHED, 'IS DISTINCT FROM')}) "
    "THEN RETURN NULL; END IF; END IF; "
    f"IF TG_OP <> 'INSERT' THEN {_HOLD.format('OLD')}; {'; '.join(_TAKEN)}; END IF; "
    f"IF TG_OP <> 'DELETE' THEN {_HOLD.format('NEW')}; {'; '.join(_ADDED)}; END IF;"
)
_ITS_PARTNERSHIPS = (
    "SELECT DISTINCT project_id FROM exchange WHERE visitor_id = NEW.id OR host_id = NEW.id "
    "ORDER BY project_id"
)
_ORGANISATION_MOVED = (
    f"PERFORM pg_advisory_xact_lock({_LOCK}, project_id::integer) "
    f"FROM ({_ITS_PARTNERSHIPS}) known; {'; '.join(_MOVED)};"
)

guard(
    Exchange.__table__,  # type: ignore[arg-type]
    sqlite=[
        _sqlite("exchange_counted", "INSERT", _ADDED),
        _sqlite("exchange_recounted", "UPDATE", (*_TAKEN, *_ADDED), _UPDATED),
        _sqlite("exchange_uncounted", "DELETE", _TAKEN),
    ],
    postgresql=[
        _FUNCTION.format("exchange_counted", _EXCHANGE_COUNTED),
        "CREATE CONSTRAINT TRIGGER exchange_counted AFTER INSERT OR UPDATE OR DELETE ON exchange "
        f"{_LATER} exchange_counted()",
    ],
)
guard(
    Organisation.__table__,  # type: ignore[arg-type]
    sqlite=[_sqlite("organisation_moved", "UPDATE", _MOVED, f"WHEN {_changed(_SEAT, 'IS NOT')} ")],
    postgresql=[
        _FUNCTION.format("organisation_moved", _ORGANISATION_MOVED),
        "CREATE CONSTRAINT TRIGGER organisation_moved AFTER UPDATE ON organisation "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({_changed(_SEAT, 'IS DISTINCT FROM')}) "
        "EXECUTE FUNCTION organisation_moved()",
    ],
)
