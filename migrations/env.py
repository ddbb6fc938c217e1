"""Runs migrations on the application's database, or on the address in DATABASE_URL."""

from alembic import context
from flask import current_app, has_app_context

from portal.core.db import db
from portal.factory import create_app
from portal.schema import metadata


def run() -> None:
    """Migrate online: every database of ours can be reached when it is migrated."""
    with db.engine.connect() as connection:
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
