"""A database's structure as plain data, CHECKs and triggers included, for comparison."""

import re
from typing import Any

from sqlalchemy import Connection, inspect, text


def schema_of(connection: Connection) -> dict[str, Any]:
    """Everything the database knows about its own shape, by name."""
    inspector = inspect(connection)
    found: dict[str, Any] = {"triggers": _triggers(connection)}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        found[table] = {
            "columns": {
                column["name"]: (
                    str(column["type"]).upper(),
                    column["nullable"],
                    _even(column.get("default")),
                )
                for column in inspector.get_columns(table)
            },
            "primary key": (
                inspector.get_pk_constraint(table)["constrained_columns"],
                inspector.get_pk_constraint(table)["name"],
            ),
            "foreign keys": sorted(
                (
                    str(key["name"]),
                    key["constrained_columns"],
                    key["referred_table"],
                    key["referred_columns"],
                    sorted(key["options"].items()),
                )
                for key in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(
                (str(one["name"]), one["column_names"])
                for one in inspector.get_unique_constraints(table)
            ),
            "checks": sorted(
                (str(one["name"]), _even(one["sqltext"]))
                for one in inspector.get_check_constraints(table)
            ),
            "indexes": sorted(
                (str(one["name"]), one["column_names"], bool(one["unique"]), _where(one))
                for one in inspector.get_indexes(table)
            ),
        }
    return found


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """What differs between two structures, by path."""
    if isinstance(one, dict) and isinstance(other, dict):
        found = []
        for name in sorted({*one, *other}, key=str):
            found += differences(one.get(name), other.get(name), f"{path}/{name}")
        return found
    return [] if one == other else [f"{path}: {one!r} is not {other!r}"]


def _where(index: Any) -> str:
    options = index.get("dialect_options", {})
    condition = options.get("sqlite_where", options.get("postgresql_where"))
    return _even(condition)


def _even(sql: object) -> str:
    """The statement without the liberties databases take with spaces, brackets and quotes."""
    return re.sub(r"[\s()\"]+", " ", "" if sql is None else str(sql)).strip().lower()


def _triggers(connection: Connection) -> dict[str, str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgrelid::regclass::text || '.' || tgname, pg_get_triggerdef(oid) "
            "FROM pg_trigger WHERE NOT tgisinternal UNION ALL "
            "SELECT 'function ' || proname, prosrc FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace"
        )
    return {name: _even(sql) for name, sql in connection.execute(text(query))}
