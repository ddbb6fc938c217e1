"""References people can read aloud: CXC-2026-0137, PRJ-2019-0042, made one after another."""

import re

from sqlalchemy import BigInteger, Integer, String, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, db

#: Prefixes in use, so that a stranger can tell what a reference names.
PREFIXES = (
    "PER",
    "ORG",
    "ACC",
    "CALL",
    "PRP",
    "PRJ",
    "PRF",
    "MAT",
    "RND",
    "SUR",
    "GRP",
    "CXC",
    "EDI",
    "VCH",
    "PAY",
    "BAT",
    "ANS",
    "DEL",
    "SME",
    "RPT",
    "REC",
)
SHAPE = re.compile(rf"^({'|'.join(PREFIXES)})-\d{{4}}-\d{{4,}}")


class ReferenceCounter(Base):
    """The last number given for a prefix and year."""

    __tablename__ = "reference_counter"

    prefix: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)


def next_reference(prefix: str, year: int) -> str:
    """The next free reference of a prefix in a year, taken under the counter's row lock."""
    if prefix not in PREFIXES:
        raise ValueError(f"unknown prefix {prefix}")
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(ReferenceCounter).values(prefix=prefix, year=year, last=0).on_conflict_do_nothing()
    )
    number = db.session.execute(
        update(ReferenceCounter)
        .where(ReferenceCounter.prefix == prefix, ReferenceCounter.year == year)
        .values(last=ReferenceCounter.last + 1)
        .returning(ReferenceCounter.last)
    ).scalar_one()
    return f"{prefix}-{year}-{number:04d}"


def is_reference(text: str) -> bool:
    """Whether the text has the shape of a public reference."""
    return SHAPE.fullmatch(text) is not None
