"""The guards of trail and postings are gone, as after an attack by who owns the database."""

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
