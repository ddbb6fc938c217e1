"""How the suite makes a database whole, and looks at all of it at once."""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, Engine, Select, Table, create_engine, select

from portal.cli.story import telling
from portal.core import clock, settings
from portal.core.db import Base, db, may_write, prepare_engine

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Committed:
    """A database whose commits are real. Threads enter `app.app_context()` and use `db.session`."""

    app: Flask
    url: str
    kind: str
    engine: Engine

    def fingerprint(self) -> dict[str, str]:
        """One checksum per table, over every row: equal means that nothing changed."""
        return fingerprint(self.engine)


@contextlib.contextmanager
def bound_to(bind: Engine | Connection) -> Iterator[None]:
    """Let `db.session` work on this engine or connection (Flask-SQLAlchemy looks nowhere else)."""
    db.session.remove()
    before = db.engines[None]
    db.engines[None] = bind  # type: ignore[assignment]
    try:
        yield
    finally:
        db.session.remove()
        db.engines[None] = before


def alembic_config() -> Config:
    """The migrations of this checkout, quiet."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["quiet"] = True
    return config


def has_migrations() -> bool:
    """Whether there is anything to migrate to."""
    if not (ROOT / "migrations/env.py").exists():
        return False
    return ScriptDirectory.from_config(alembic_config()).get_current_head() is not None


def migrate(app: Flask, url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision, as an operator would."""
    engine = create_engine(url)
    prepare_engine(engine)
    try:
        with app.app_context(), bound_to(engine):
            if has_migrations():
                command.upgrade(alembic_config(), revision)
            else:
                with engine.begin() as connection:
                    Base.metadata.create_all(connection)
    finally:
        if engine.dialect.name == "sqlite":
            _empty_the_log(engine)
        engine.dispose()


def tell(app: Flask, url: str) -> None:
    """Tell the demo story into the database at `url`, through operations only."""
    engine = create_engine(url)
    prepare_engine(engine)
    try:
        with app.app_context(), bound_to(engine):
            telling.tell(settings.current().demo_password)
    finally:
        clock.come_back()
        if engine.dialect.name == "sqlite":
            _empty_the_log(engine)
        engine.dispose()


def _empty_the_log(engine: Engine) -> None:
    """Move everything into the file itself, so that copying the file copies the database."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def fingerprint(engine: Engine) -> dict[str, str]:
    """One checksum per table, over every row in the order of its key."""
    token = may_write.set(False)
    try:
        with engine.connect() as connection:
            return {
                table.name: _checksum(connection.execute(_all_of(table)).all())
                for table in Base.metadata.sorted_tables
            }
    finally:
        may_write.reset(token)


def _all_of(table: Table) -> Select[Any]:
    return select(table).order_by(*table.primary_key.columns)


def _checksum(rows: Sequence[Any]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(tuple(row)).encode())
    return f"{len(rows)} rows {digest.hexdigest()[:16]}"
