"""The guards of trail, postings or lines are gone, as after an attack by who owns the database."""

from sqlalchemy import text


def drop_guards(session) -> None:
    """Drop the triggers that keep entries, heads and postings as they were written."""
    if session.get_bind().dialect.name == "sqlite":
        for table in ("audit_entry", "posting"):
            for guard in ("update", "delete", "replace"):
                session.execute(text(f"DROP TRIGGER {table}_no_{guard}"))
        for guard in ("no_delete", "step", "begin"):
            session.execute(text(f"DROP TRIGGER audit_head_{guard}"))
        return
    for table, guard in (("audit_entry", "no_change"), ("posting", "no_change")):
        session.execute(text(f"DROP TRIGGER {table}_{guard} ON {table}"))
    session.execute(text("DROP TRIGGER audit_head_step ON audit_head"))


def let_lines_change(session) -> None:
    """Drop the trigger that lets a line change by its next posting alone; its CHECKs stay."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    guard = "budget_line_by_posting" if on_sqlite else "budget_line_guard ON budget_line"
    session.execute(text(f"DROP TRIGGER {guard}"))
