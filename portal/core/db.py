"""The database: one `Base`, named constraints, transactions by intent, one place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

from portal.core.turns import KNOWN, QueuedConnection

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

#: Whether the transactions begun in this context may write. Requests set it from their method,
#: so that a GET cannot write on either database, and on SQLite a writer takes the lock at once:
#: a reader that turns writer with an old snapshot would be refused at once.
may_write: ContextVar[bool] = ContextVar("may_write", default=True)


def init_db(app: Flask, url: str) -> None:
    """Give the application its engine; call inside `create_app` before anything queries."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    # An error of the database is logged whole: not with the values, which may be an account's.
    options = {"hide_parameters": True, "pool_pre_ping": url.startswith("postgresql")}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def prepare_engine(engine: Engine) -> None:
    """Install transactions by intent on an engine (SQLite's own BEGIN handling begins too late)."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        _queue_writers(engine)
    event.listen(engine, "begin", _begin)
    # The driver takes far longer to read one long statement than several short ones.
    engine.update_execution_options(insertmanyvalues_page_size=100)


def _configure_sqlite(connection: SQLiteConnection, _record: Any) -> None:
    connection.isolation_level = None
    # FULL: a payment acknowledged must survive a power cut; NORMAL lost most simulated ones.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _queue_writers(engine: Engine) -> None:
    """Let writers to a file come in turn (`core/turns.py`), where the system knows how."""
    file = engine.url.database
    if not KNOWN or not file or file == ":memory:":
        return
    path = Path(f"{file}-queue").absolute()

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, _args: Any, options: dict[str, Any]) -> None:
        options["factory"] = QueuedConnection

    @event.listens_for(engine, "connect")
    def enter(connection: QueuedConnection, _record: Any) -> None:
        connection.queue_at(path)


def _begin(connection: Connection) -> None:
    writes = may_write.get()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only={0 if writes else 1}")
        if writes:
            _take_turn(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif not writes:
        # Several queries make one page: all of them see one moment, as they do on SQLite.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _take_turn(connection: Connection) -> None:
    held: object = connection.connection.dbapi_connection
    if isinstance(held, QueuedConnection):
        held.take_turn()


@contextmanager
def transaction() -> Iterator[None]:
    """Do everything in the block or nothing, then commit: for commands, seeds and workers."""
    token = may_write.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        may_write.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Look without being able to write; on SQLite this takes no write lock."""
    db.session.rollback()
    token = may_write.set(False)
    try:
        yield
    finally:
        db.session.rollback()
        may_write.reset(token)
