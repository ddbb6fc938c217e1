"""A told story made large: its rows copied many times, each copy with a reference of its own.

Only for measuring pages: copies are written past the operations, trail and ledger do not know them.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import count, cycle, islice
from typing import Any

from sqlalchemy import Connection, String, Table, UniqueConstraint, func, insert, select

from portal.core.db import Base

#: The year in the references of copies; no story is told then.
YEAR = 2099
#: Rows written at a time.
BATCH = 1000

#: Kind, source and target of the postings behind a payment: of all together, and of each.
_BEFORE = (
    ("open_line", "outside", "available"),
    ("commit", "available", "committed"),
    ("bind", "committed", "bound"),
)
_CERTIFY = ("certify", "bound", "certified")

Fresh = Callable[[int, Mapping[str, Any]], Any]


def grow(connection: Connection, rows: int) -> None:
    """Bring every list of the portal to at least `rows` rows of what the story told."""
    grown = Growth(connection, rows)
    grown.multiply("person")
    grown.multiply("organisation", registration_number=lambda n, row: None)
    own = grown.of("organisation")
    grown.multiply("call")
    grown.multiply("proposal")
    grown.multiply("book")
    grown.multiply("project", proposal_id=grown.of("proposal"), book_id=grown.of("book"))
    grown.multiply("exchange", visitor_id=own)
    grown.multiply(
        "survey",
        exchange_id=grown.of("exchange"),
        organisation_id=own,
        project_id=grown.of("project"),
    )
    grown.multiply("group_visit")
    grown.multiply("profile", organisation_id=own, cv_id=None)
    grown.multiply(
        "visit_match",
        visitor_id=grown.of("profile"),
        exchange_id=lambda n, row: row["exchange_id"] and grown.of("exchange")(n, row),
    )
    grown.multiply("match_round")
    grown.multiply("voucher")
    usable = grown.oldest_account()
    grown.certify_payments()
    grown.multiply(
        "payment",
        subject=lambda n, row: _visit(n),
        purpose=lambda n, row: _purpose(row),
        replaces_id=None,
        bank_account_id=lambda n, row: usable,
    )
    grown.multiply("batch")
    grown.multiply("bank_account", organisation_id=own)
    grown.multiply("sme_assessment", organisation_id=own)
    grown.multiply(
        "audit_entry", subject=lambda n, row: f"ORG-{YEAR}-{n:05d}", number=lambda n, row: 1
    )
    grown.multiply("outbox_message")


class Growth:
    """One copying run: which ids the copies of each table got."""

    def __init__(self, connection: Connection, rows: int) -> None:
        self.connection = connection
        self.rows = rows
        self.first: dict[str, int] = {}

    def of(self, table: str) -> Fresh:
        """The id of the copy with the same number in another table."""
        return lambda n, row: self.first[table] + n

    def oldest_account(self) -> int:
        """An account that was usable all along: no signed payment is written to another."""
        table = Base.metadata.tables["bank_account"]
        query = select(table.c.id).where(table.c.state == "validated")
        return self.connection.execute(
            query.order_by(table.c.usable_from, table.c.id).limit(1)
        ).scalar_one()

    def certify_payments(self) -> None:
        """Postings that certify what each copy of a payment is for: none is written without.

        Each line is brought as far for all its copies together before.
        """
        table, line = Base.metadata.tables["posting"], Base.metadata.tables["budget_line"]
        sample = select(table).where(table.c.kind == "certify").limit(1)
        certified = dict(self.connection.execute(sample).mappings().one())
        ids = count((self.connection.scalar(select(func.max(table.c.id))) or 0) + 1000)
        last = dict(self.connection.execute(select(line.c.id, line.c.last_number)).all())
        payments = self.connection.execute(select(Base.metadata.tables["payment"])).mappings().all()
        copies = list(islice(cycle(payments), self.rows))

        def posting(line_id: int, file: str, cents: int, way: tuple[str, str, str]) -> Any:
            last[line_id] += 1
            row = {"id": next(ids), "line_id": line_id, "number": last[line_id]}
            row |= dict(zip(("kind", "source", "target"), way, strict=True))
            return certified | row | {"subject": file, "file": file, "amount_cents": cents}

        needed: Counter[int] = Counter()
        for row in copies:
            needed[row["line_id"]] += row["amount_cents"]
        rows = [posting(line_id, "", needed[line_id], way) for line_id in needed for way in _BEFORE]
        rows += [
            posting(row["line_id"], _visit(n), row["amount_cents"], _CERTIFY)
            for n, row in enumerate(copies)
        ]
        # What is given back is not looked at: it lets PostgreSQL write many in one statement.
        written = insert(table).returning(table.c.id)
        for start in range(0, len(rows), BATCH):
            self.connection.execute(written, rows[start : start + BATCH])

    def multiply(self, name: str, **fresh: Fresh | None) -> None:
        """Copy the rows of a table in turn until there are `rows` copies."""
        table = Base.metadata.tables[name]
        told = [dict(row) for row in self.connection.execute(select(table)).mappings()]
        assert told, f"the story told no {name}"
        highest = self.connection.scalar(select(func.max(table.c.id))) or 0
        self.first[name] = first = highest + 1000
        alone = _alone(table)
        numbered = enumerate(islice(cycle(told), self.rows))
        copies = (_copy(table, alone, fresh, first, n, row) for n, row in numbered)
        while batch := list(islice(copies, BATCH)):
            self.connection.execute(insert(table), batch)


def _visit(number: int) -> str:
    return f"CXC-{YEAR}-{number:05d}"


def _purpose(row: Mapping[str, Any]) -> str:
    """What a copy is paid as: every copy is of a visit or a voucher, never of a grant."""
    told: str = row["purpose"]
    return told if told in ("lump_sum", "instalment") else "lump_sum"


def _alone(table: Table) -> set[str]:
    """Columns that are unique by themselves."""
    found = {
        next(iter(constraint.columns)).name
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) == 1
    }
    return found | {
        next(iter(index.columns)).name
        for index in table.indexes
        if index.unique and len(index.columns) == 1
    }


def _copy(
    table: Table,
    alone: set[str],
    fresh: Mapping[str, Fresh | None],
    first: int,
    n: int,
    row: dict[str, Any],
) -> dict[str, Any]:
    copied = {**row, "id": first + n}
    for name in alone - set(fresh):
        copied[name] = _fresh(table, name, row, n)
    for name, value in fresh.items():
        copied[name] = value(n, row) if value else None
    return copied


def _fresh(table: Table, name: str, row: dict[str, Any], n: int) -> Any:
    if name == "ref":
        return f"{row['ref'].split('-')[0]}-{YEAR}-{n:05d}"
    column = table.c[name]
    if column.nullable:
        return None
    assert isinstance(column.type, String), f"{table.name}.{name} needs a value of its own"
    mark = f"{n:05d}"
    return f"{mark}{row[name]}"[: column.type.length]
