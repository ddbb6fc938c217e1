"""How a database means to answer a query: which tables it would read from end to end.

On SQLite reading in the order of an index, or of the key, is right below a LIMIT that ends it. On
PostgreSQL, which sees how few rows a story has, the question is asked with sequential scans
discouraged: what it still reads from end to end has no index that would do.
"""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, event, func, select

from portal.core.db import Base

#: Tables of more rows are large (quality P7).
LARGE = 1_000
_SCAN = re.compile(r"SCAN (?P<name>\w+)")


@contextlib.contextmanager
def listening(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Every query asked within the block, with its parameters."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def large_tables(connection: Connection) -> set[str]:
    """The tables with more than `LARGE` rows."""
    return {
        name
        for name, table in Base.metadata.tables.items()
        if (connection.scalar(select(func.count()).select_from(table)) or 0) > LARGE
    }


def whole_reads(
    connection: Connection, statement: str, parameters: Any, large: set[str]
) -> set[str]:
    """The large tables that a statement would read from end to end."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        return {name for name in _on_sqlite(rows, ends="LIMIT" in statement) if name in large}
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    answer = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar()
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    return {name for name in _on_postgresql(plan) if name in large}


def _on_sqlite(rows: Any, *, ends: bool) -> Iterator[str]:
    """From the rows (id, parent, _, detail) of EXPLAIN QUERY PLAN; `ends` when there is a LIMIT,
    which ends what is read in the order wanted, but nothing that is sorted first.
    """
    sorted_first = {row[1] for row in rows if row[3].startswith("USE TEMP B-TREE FOR")}
    for row in rows:
        found = _SCAN.match(row[3])
        if found and not (ends and row[1] not in sorted_first):
            yield re.sub(r"_\d+$", "", found["name"])


def _on_postgresql(plan: Mapping[str, Any]) -> Iterator[str]:
    """From the steps of a plan."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _on_postgresql(part)
