"""Fixtures of the whole suite.

`app`        the application, its context pushed
`session`    `db.session`; the test runs twice, on SQLite and on PostgreSQL, leaving nothing behind
`committed`  a database of the test's own where commits are real (races, triggers, GETs, browsers)
`told`       as `committed`, with the demo story in it; `told_session` undoes everything at the end
`client`     a browser without a screen; every answer is checked for its headers
`sign_in_as` sign_in_as(user) gives a client with that person signed in
`mails`      mails() reads the outbox
The clock comes back after every test, and nothing but loopback can be reached.
"""

import contextlib
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.nodeid import NodeId
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import db, may_write, prepare_engine
from portal.core.outbox import OutboxMessage
from portal.core.settings import Settings
from portal.factory import create_app
from tests import database
from tests.client import PortalClient
from tests.database import Committed, bound_to
from tests.postgres import Databases, NoPostgres, databases

SQLITE, POSTGRESQL = "sqlite", "postgresql"
#: Fixtures that bring a database; a client works on the one its test asked for, else on `session`.
DATABASES = ("told_session", "told", "committed", "session")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-pg", action="store_true", help="leave the PostgreSQL half out, knowingly"
    )
    parser.addoption(
        "--write-permissions",
        action="store_true",
        help="write tests/architecture/permissions.txt anew, to be read before it is committed",
    )
    parser.addoption(
        "--every-way", action="store_true", help="make each journey in five ways, not in three"
    )
    parser.addoption(
        "--no-browser", action="store_true", help="leave the browser tests out, knowingly"
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the PostgreSQL half, and what shares a worker, before anything is handed out."""
    call = getattr(item, "callspec", None)
    kinds = [] if call is None else [call.params.get("engine_kind"), call.params.get("way")]
    if POSTGRESQL in (getattr(kind, "kind", kind) for kind in kinds):
        item.add_marker("postgres")
    names = getattr(item, "fixturenames", ())
    if "chromium" in names:
        item.add_marker("browser")
    if "told" in names or "told_session" in names:
        # The story takes a while to tell: the tests that need it share a worker.
        on_pg = item.get_closest_marker("postgres") is not None
        _share_a_worker(item, f"told-{POSTGRESQL if on_pg else SQLITE}")


def _share_a_worker(item: pytest.Item, group: str) -> None:
    """Let the tests of a group run in one process when they are handed out to several.

    xdist 3.8 reads the group from the end of the id, and its own marker writes the id to where
    pytest 9.2 no longer looks.
    """
    if item.config.getoption("loadgroup", False):
        item._id = NodeId.parse(f"{item.nodeid}@{group}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long ones first, drop what the command line leaves out."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    left_out = {
        mark
        for mark, option in (("postgres", "--no-pg"), ("browser", "--no-browser"))
        if config.getoption(option)
    }
    dropped = [item for item in items if any(item.get_closest_marker(m) for m in left_out)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]


# What every test may rely on


@pytest.fixture(autouse=True, scope="session")
def _nothing_leaves_the_building() -> Iterator[None]:
    """Any connection but to this machine fails the test."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
                raise AssertionError(f"a test tried to reach {address[0]}")
            return real(self, address)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        yield


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The clock and the intent to write are as they were before the test."""
    yield
    clock.come_back()
    may_write.set(True)


# The application and its databases


@pytest.fixture(scope="session")
def _scratch() -> Iterator[Path]:
    """A folder for this run's files, in memory where the machine allows it."""
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="portal-tests-", dir=memory if memory.is_dir() else None)
    yield Path(folder)
    shutil.rmtree(folder, ignore_errors=True)


def test_settings(folder: Path) -> Settings:
    """The settings the suite runs with."""
    return Settings(
        mode="test",
        secret="only-for-the-tests-" + "0" * 32,
        database_url=f"sqlite:///{folder / 'nobody-uses-this.sqlite'}",
        smtp_url="",
        mail_from="portal@example.org",
        public_url="http://localhost",
        demo_password="cluster-visits-2026",
        proxies=0,
        debtor_name="Office européen des clusters",
        debtor_iban="BE68539007547034",
        debtor_bic="",
        bank_format="pain.001.001.09",
    )


test_settings.__test__ = False  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def _app(_scratch: Path) -> Flask:
    application = create_app(test_settings(_scratch))
    application.testing = True
    application.test_client_class = PortalClient
    # A session bound to an open connection takes part in it by savepoints only.
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    return application


@pytest.fixture
def app(_app: Flask) -> Iterator[Flask]:
    """The application, its context pushed for the test."""
    with _app.app_context():
        yield _app


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgres)])
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Which database: every test that asks for one runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def _sqlite_template(_app: Flask, _scratch: Path) -> Path:
    """A migrated SQLite file, to be copied."""
    path = _scratch / "template.sqlite"
    database.migrate(_app, f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres() -> Iterator[Databases]:
    try:
        with databases() as found:
            yield found
    except NoPostgres as problem:
        pytest.fail(str(problem), pytrace=False)


@pytest.fixture(scope="session")
def _postgres_template(_app: Flask, _postgres: Databases) -> str:
    """The name of a migrated PostgreSQL database, to be cloned."""
    name = _postgres.create()
    database.migrate(_app, _postgres.url(name))
    return name


@pytest.fixture(scope="session")
def _sqlite_engine(_sqlite_template: Path) -> Iterator[Engine]:
    path = _sqlite_template.with_name("shared.sqlite")
    shutil.copy(_sqlite_template, path)
    yield from _engine(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def _postgres_engine(_postgres: Databases, _postgres_template: str) -> Iterator[Engine]:
    yield from _engine(_postgres.url(_postgres.create(_postgres_template)))


def _engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    prepare_engine(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(app: Flask, engine_kind: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """`db.session` inside one transaction that is rolled back; commits release savepoints."""
    engine: Engine = request.getfixturevalue(f"_{_short(engine_kind)}_engine")
    with engine.connect() as connection:
        outer = connection.begin()
        _count_at_once(connection)
        with bound_to(connection):
            yield db.session
        if outer.is_active:
            outer.rollback()


@pytest.fixture
def committed(app: Flask, engine_kind: str, request: pytest.FixtureRequest) -> Iterator[Committed]:
    """A migrated database of the test's own: real commits, several connections."""
    template = request.getfixturevalue(f"_{_short(engine_kind)}_template")
    with _copy(app, engine_kind, template, request) as own:
        yield own


def _count_at_once(connection: Connection) -> None:
    """PostgreSQL counts at once what it counts at the end: this transaction has none."""
    if connection.dialect.name == POSTGRESQL:
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")


# The demo story, told once per run and engine


@pytest.fixture(scope="session")
def _sqlite_told(_app: Flask, _sqlite_template: Path) -> Path:
    """An SQLite file in which the demo story has been told."""
    path = _sqlite_template.with_name("told.sqlite")
    shutil.copy(_sqlite_template, path)
    database.tell(_app, f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_told(_app: Flask, _postgres: Databases, _postgres_template: str) -> str:
    """The name of a PostgreSQL database in which the demo story has been told."""
    name = _postgres.create(_postgres_template)
    database.tell(_app, _postgres.url(name))
    return name


@pytest.fixture
def told(app: Flask, engine_kind: str, request: pytest.FixtureRequest) -> Iterator[Committed]:
    """As `committed`, with the demo story in it: every kind of thing in every state."""
    template = request.getfixturevalue(f"_{_short(engine_kind)}_told")
    with _copy(app, engine_kind, template, request) as own:
        yield own


@pytest.fixture
def told_session(told: Committed) -> Iterator[Any]:
    """The connection under `db.session`, over the demo story; undone at the end."""
    with told.engine.connect() as connection:
        outer = connection.begin()
        _count_at_once(connection)
        with bound_to(connection):
            yield connection
        outer.rollback()


@contextlib.contextmanager
def _copy(
    app: Flask, kind: str, template: Path | str, request: pytest.FixtureRequest
) -> Iterator[Committed]:
    """A copy of a template with an engine of its own, gone at the end."""
    if kind == SQLITE:
        path = Path(template).with_name(f"own-{os.urandom(4).hex()}.sqlite")
        shutil.copy(template, path)
        url = f"sqlite:///{path}"
    else:
        server: Databases = request.getfixturevalue("_postgres")
        name = server.create(str(template))
        url = server.url(name)
    engine = create_engine(url, pool_size=20, max_overflow=20)
    prepare_engine(engine)
    with bound_to(engine):
        yield Committed(app=app, url=url, kind=kind, engine=engine)
    engine.dispose()
    if kind == SQLITE:
        for leftover in path.parent.glob(path.name + "*"):
            leftover.unlink()
    else:
        server.drop(name)


def _short(kind: str) -> str:
    return "sqlite" if kind == SQLITE else "postgres"


# People at their browsers


@pytest.fixture
def client(app: Flask, engine_kind: str, request: pytest.FixtureRequest) -> PortalClient:
    """Somebody not signed in, on the database its test asks for."""
    asked = [name for name in DATABASES if name in request.fixturenames]
    request.getfixturevalue(asked[0] if asked else "session")
    found = app.test_client()
    assert isinstance(found, PortalClient)
    return found


@pytest.fixture
def sign_in_as(client: PortalClient) -> Callable[[User], PortalClient]:
    """sign_in_as(user): a client of their own, with a real server-side session, without hashing."""

    def sign_in(user: User) -> PortalClient:
        found = client.application.test_client()
        assert isinstance(found, PortalClient)
        found.sign_in(user)
        return found

    return sign_in


@pytest.fixture
def mails(app: Flask) -> Callable[..., list[OutboxMessage]]:
    """mails(to="…"): what waits in the outbox or was sent, oldest first."""

    def read(*, to: str | None = None) -> list[OutboxMessage]:
        query = db.select(OutboxMessage).order_by(OutboxMessage.id)
        if to is not None:
            query = query.where(OutboxMessage.recipient == to)
        return list(db.session.scalars(query))

    return read
