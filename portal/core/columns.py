"""Column types: integer cents, UTC instants, text enums with a CHECK, public references."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    Integer,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column


class Instant(TypeDecorator[datetime]):
    """A moment, stored in UTC and always read back with its zone; naive moments are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """To the database, in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """From the database; SQLite forgets the zone, which is UTC."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def words(kind: type[StrEnum], *, name: str) -> Enum:
    """A text column that holds the values of an enum, with a CHECK named after `name`."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


#: JSON that PostgreSQL can compare; Alembic's default comparison needs an equality operator.
json_column = JSON().with_variant(JSONB(), "postgresql")

#: A primary key: 64 bits on PostgreSQL, the row id on SQLite.
BigKey = BigInteger().with_variant(Integer(), "sqlite")

Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
#: An amount in integer euro cents; column names end in `_cents`.
CentsColumn = Annotated[int, mapped_column(BigInteger)]
Moment = Annotated[datetime, mapped_column(Instant)]
#: A public reference people can read aloud, like CXC-2026-0137.
Reference = Annotated[str, mapped_column(String(24), unique=True)]
CountryCode = Annotated[str, mapped_column(String(2))]
ShortText = Annotated[str, mapped_column(String(200))]
LongText = Annotated[str, mapped_column(Text)]
Json = Annotated[dict[str, Any], mapped_column(json_column)]
JsonList = Annotated[list[Any], mapped_column(json_column)]
