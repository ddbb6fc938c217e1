"""What the database itself refuses to change: whole tables written once, columns written once, and
columns filled at the wrong moment.

The triggers belong to the metadata, so that whatever creates a table creates its guard with it, on
SQLite and on PostgreSQL alike. Their message begins like that of a constraint; `core/refusals.py`
finds the words for people under the name that `append_only`, `write_once` and `refuse_filling` give
to it.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import DDL, Table, UniqueConstraint, event

from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint

#: The PostgreSQL function behind every guard of a whole table.
_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'constraint append_only_%: rows are written once', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def append_only(table: Table) -> Table:
    """Let the database refuse every update and delete of the table's rows (TRUNCATE included).

    On SQLite an INSERT OR REPLACE of an existing row is refused too, which no delete trigger sees.
    """
    name = f"append_only_{table.name}"
    explain_constraint(
        name, Fault(_("This record is written once: it cannot be changed or removed."))
    )
    _attach(table, "sqlite", sqlite_append_only(table))
    _attach(table, "postgresql", postgresql_append_only(table))
    return table


def write_once(table: Table, *columns: str) -> Table:
    """Let the database refuse to change these columns once they hold a value."""
    name = f"write_once_{table.name}"
    explain_constraint(
        name, Fault(_("What was signed or fixed on this record cannot be changed afterwards."))
    )
    _attach(table, "sqlite", sqlite_write_once(table, columns))
    _attach(table, "postgresql", postgresql_write_once(table, columns))
    return table


def guard(table: Table, *, sqlite: Sequence[str] = (), postgresql: Sequence[str] = ()) -> Table:
    """Let a table come with triggers of its own; whoever writes them explains their constraint."""
    _attach(table, "sqlite", sqlite)
    _attach(table, "postgresql", postgresql)
    return table


def sqlite_append_only(table: Table) -> list[str]:
    """The statements that guard a whole table on SQLite."""
    message = f"constraint append_only_{table.name}: rows are written once"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    return [
        f"CREATE TRIGGER {table.name}_no_update BEFORE UPDATE ON {table.name} {refuse}",
        f"CREATE TRIGGER {table.name}_no_delete BEFORE DELETE ON {table.name} {refuse}",
        f"CREATE TRIGGER {table.name}_no_replace BEFORE INSERT ON {table.name} "
        f"WHEN {' OR '.join(_already_there(table))} {refuse}",
    ]


def postgresql_append_only(table: Table) -> list[str]:
    """The statements that guard a whole table on PostgreSQL."""
    return [
        _REFUSE,
        f"CREATE TRIGGER {table.name}_no_change BEFORE UPDATE OR DELETE ON {table.name} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table.name}_no_truncate BEFORE TRUNCATE ON {table.name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def sqlite_write_once(table: Table, columns: tuple[str, ...]) -> list[str]:
    """The statement that guards columns on SQLite."""
    changed = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column})" for column in columns
    )
    return [
        f"CREATE TRIGGER {table.name}_write_once BEFORE UPDATE ON {table.name} WHEN {changed} "
        f"BEGIN SELECT RAISE(ABORT, 'constraint write_once_{table.name}: written once'); END"
    ]


def postgresql_write_once(table: Table, columns: tuple[str, ...]) -> list[str]:
    """The statements that guard columns on PostgreSQL."""
    changed = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})"
        for column in columns
    )
    return [
        f"CREATE OR REPLACE FUNCTION {table.name}_write_once() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION 'constraint write_once_{table.name}: written once' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table.name}_write_once BEFORE UPDATE ON {table.name} FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION {table.name}_write_once()",
    ]


def refuse_when(table: Table, change: str, name: str, condition: str) -> Table:
    """Let the database refuse an UPDATE or DELETE of a row for which the condition holds.

    The condition is SQL over OLD and NEW that SQLite and PostgreSQL read alike; the refusal bears
    the name `<table>_<name>`.
    """
    _attach(table, "sqlite", sqlite_refuse_when(table, change, name, condition))
    _attach(table, "postgresql", postgresql_refuse_when(table, change, name, condition))
    return table


def sqlite_refuse_when(table: Table, change: str, name: str, condition: str) -> list[str]:
    """The statement that refuses such a change on SQLite."""
    full = f"{table.name}_{name}"
    return [
        f"CREATE TRIGGER {full} BEFORE {change} ON {table.name} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, 'constraint {full}: refused'); END"
    ]


def postgresql_refuse_when(table: Table, change: str, name: str, condition: str) -> list[str]:
    """The statements that refuse such a change on PostgreSQL."""
    full, kept = f"{table.name}_{name}", "OLD" if change == "DELETE" else "NEW"
    return [
        f"CREATE OR REPLACE FUNCTION {full}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION 'constraint {full}: refused' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {kept}; END $$",
        f"CREATE TRIGGER {full} BEFORE {change} ON {table.name} "
        f"FOR EACH ROW EXECUTE FUNCTION {full}()",
    ]


def refuse_filling(table: Table, name: str, *columns: str, when: str, fault: Fault) -> Table:
    """Let the database refuse to fill one of these moments while the condition `when` holds.

    `when` is SQL about the row as NEW. `{day}` in it stands for the day in Brussels of the last of
    the columns that is filled: the moment written on the row, not the database's own clock. SQLite
    knows no time zones; there a day begins two hours before it does in UTC, the whole year.
    """
    explain_constraint(f"{name}_{table.name}", fault)
    _attach(table, "sqlite", sqlite_refuse_filling(table, name, columns, when))
    _attach(table, "postgresql", postgresql_refuse_filling(table, name, columns, when))
    return table


def sqlite_refuse_filling(
    table: Table, name: str, columns: tuple[str, ...], when: str
) -> list[str]:
    """The statements that refuse to fill columns on SQLite."""
    moments = ", ".join(f"NEW.{column}" for column in reversed(columns))
    # coalesce() wants two arguments on SQLite.
    condition = when.format(day=f"date(coalesce({moments}, NULL), '+2 hours')")
    refuse = f"BEGIN SELECT RAISE(ABORT, 'constraint {name}_{table.name}: not now'); END"
    filled = " OR ".join(f"NEW.{column} IS NOT NULL" for column in columns)
    newly = " OR ".join(
        f"(OLD.{column} IS NULL AND NEW.{column} IS NOT NULL)" for column in columns
    )
    return [
        f"CREATE TRIGGER {table.name}_{name}_insert BEFORE INSERT ON {table.name} "
        f"WHEN ({filled}) AND {condition} {refuse}",
        f"CREATE TRIGGER {table.name}_{name}_update BEFORE UPDATE ON {table.name} "
        f"WHEN ({newly}) AND {condition} {refuse}",
    ]


def postgresql_refuse_filling(
    table: Table, name: str, columns: tuple[str, ...], when: str
) -> list[str]:
    """The statements that refuse to fill columns on PostgreSQL."""
    moments = ", ".join(f"NEW.{column}" for column in reversed(columns))
    condition = when.format(day=f"(coalesce({moments}) AT TIME ZONE 'Europe/Brussels')::date")
    newly = " OR ".join(
        f"(NEW.{column} IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.{column} IS NULL))"
        for column in columns
    )
    return [
        f"CREATE OR REPLACE FUNCTION {table.name}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF ({newly}) AND {condition} THEN "
        f"RAISE EXCEPTION 'constraint {name}_{table.name}: not now' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {table.name}_{name} BEFORE INSERT OR UPDATE ON {table.name} "
        f"FOR EACH ROW EXECUTE FUNCTION {table.name}_{name}()",
    ]


def forward_only(table: Table) -> Table:
    """Let the database refuse that a row `(subject, number)` moves otherwise than one step forward.

    A new row begins at number 1; no row is ever removed, and none changes its subject.
    """
    _attach(table, "sqlite", sqlite_forward_only(table))
    _attach(table, "postgresql", postgresql_forward_only(table))
    return table


def sqlite_forward_only(table: Table) -> list[str]:
    """The statements that let rows move forward only, on SQLite."""
    message = f"constraint forward_only_{table.name}: one step forward"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    return [
        f"CREATE TRIGGER {table.name}_no_delete BEFORE DELETE ON {table.name} {refuse}",
        f"CREATE TRIGGER {table.name}_step BEFORE UPDATE ON {table.name} "
        f"WHEN NEW.subject <> OLD.subject OR NEW.number <> OLD.number + 1 {refuse}",
        # INSERT OR REPLACE removes a row past its delete trigger: the new row is a step too.
        f"CREATE TRIGGER {table.name}_begin BEFORE INSERT ON {table.name} "
        f"WHEN NEW.number <> {_next_number(table)} {refuse}",
    ]


def postgresql_forward_only(table: Table) -> list[str]:
    """The statements that let rows move forward only, on PostgreSQL."""
    return [
        f"CREATE OR REPLACE FUNCTION {table.name}_step() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN "
        f"IF TG_OP = 'INSERT' AND NEW.number = {_next_number(table)} THEN RETURN NEW; END IF; "
        "IF TG_OP = 'UPDATE' AND NEW.subject = OLD.subject AND NEW.number = OLD.number + 1 "
        "THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION 'constraint forward_only_{table.name}: one step forward' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table.name}_step BEFORE INSERT OR UPDATE OR DELETE ON {table.name} "
        f"FOR EACH ROW EXECUTE FUNCTION {table.name}_step()",
        _REFUSE,
        f"CREATE TRIGGER {table.name}_no_truncate BEFORE TRUNCATE ON {table.name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def followed_by(table: Table, head: Table) -> Table:
    """Let the database itself move the head `(subject, number, hash)` with every row written.

    The trigger comes with `head`, which is therefore created after `table`.
    """
    head.add_is_dependent_on(table)
    _attach(head, "sqlite", sqlite_followed_by(table, head))
    _attach(head, "postgresql", postgresql_followed_by(table, head))
    return head


def sqlite_followed_by(table: Table, head: Table) -> list[str]:
    """The statement that moves the head on SQLite."""
    return [
        f"CREATE TRIGGER {table.name}_moves_head AFTER INSERT ON {table.name} "
        f"BEGIN {_move(head)}; END"
    ]


def postgresql_followed_by(table: Table, head: Table) -> list[str]:
    """The statements that move the head on PostgreSQL."""
    return [
        f"CREATE OR REPLACE FUNCTION {table.name}_moves_head() RETURNS trigger "
        f"LANGUAGE plpgsql AS $$ BEGIN {_move(head)}; RETURN NULL; END $$",
        f"CREATE TRIGGER {table.name}_moves_head AFTER INSERT ON {table.name} "
        f"FOR EACH ROW EXECUTE FUNCTION {table.name}_moves_head()",
    ]


def _next_number(table: Table) -> str:
    """The number after that of the subject's row, 1 when it has none."""
    last = f"SELECT number FROM {table.name} WHERE subject = NEW.subject"  # noqa: S608 - names of ours
    return f"coalesce(({last}), 0) + 1"


def _move(head: Table) -> str:
    return (
        f"INSERT INTO {head.name} (subject, number, hash) "  # noqa: S608 - names of ours
        "VALUES (NEW.subject, NEW.number, NEW.hash) "
        "ON CONFLICT (subject) DO UPDATE SET number = excluded.number, hash = excluded.hash"
    )


def _already_there(table: Table) -> Iterator[str]:
    """One condition per key of the table: is there a row with the new row's key?"""
    keys = [[column.name for column in table.primary_key.columns]]
    # The constraints of a table are a set: sorted, the same trigger comes out every time.
    keys += sorted(
        [column.name for column in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    )
    for key in keys:
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        yield f"EXISTS (SELECT 1 FROM {table.name} WHERE {same})"  # noqa: S608 - names of ours


def _attach(table: Table, dialect: str, statements: Sequence[str]) -> None:
    for statement in statements:
        ddl = DDL(statement.replace("%", "%%"))
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
