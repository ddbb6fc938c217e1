"""Runs migrations on the application's database, or on the address in DATABASE_URL."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app, has_app_context
from sqlalchemy import Connection

from portal.core.db import db
from portal.factory import create_app
from portal.schema import metadata


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """Let SQLite change a table that others point to: it is copied, dropped and renamed.

    References are not watched meanwhile (SQLite heeds the order outside a transaction only), and
    all are checked afterwards. PostgreSQL changes tables in place.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows that point to nothing after the migration: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Migrate online: every database of ours can be reached when it is migrated."""
    with db.engine.connect() as connection, rebuilding(connection):
        context.configure(
            connection=connection,
            target_metadata=metadata,
            compare_type=True,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


if has_app_context() and current_app:
    run()
else:
    with create_app().app_context():
        run()
