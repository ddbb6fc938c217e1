"""No page reads a large table from end to end (quality P7)."""

import pytest

from bench.million import load
from portal.core.db import db
from tests.architecture.plans import large_tables, listening, whole_reads
from tests.architecture.world import World

#: How many exchanges, visitors and links to clusters there are.
EXCHANGES = 20_000
VIEWERS = ("officer", "coordinator")
#: What may be read whole, by the beginning of the statement, and why.
EXCEPTIONS = {
    "SELECT exchange.scheme_id, count(*)": "an officer's page says how many visits each edition "
    "has had; an index of small numbers is counted",
    "SELECT count(*) AS count_1 \nFROM organisation": "the directory says how many there are; the "
    "smallest index is counted",
}


def test_no_page_reads_a_large_table_from_end_to_end(told, app, sign_in_as):
    with told.engine.connect() as connection:
        load(connection, EXCHANGES)
    with told.engine.connect() as connection:
        large = large_tables(connection)
        world = World(app, connection)
        routes = world.routes("GET")
    clients = {viewer: sign_in_as(world.user(viewer)) for viewer in VIEWERS}
    asked: dict[str, tuple[str, object]] = {}

    for route in routes:
        for viewer, client in clients.items():
            with listening(told.engine) as statements:
                client.get(route.address)
            for statement, parameters in statements:
                asked.setdefault(statement, (f"{route} for {viewer}", parameters))

    wrong = []
    with told.engine.connect() as connection:
        for statement, (page, parameters) in asked.items():
            if not statement.startswith(tuple(EXCEPTIONS)):
                read = whole_reads(connection, statement, parameters, large)
                wrong += [f"{page} reads all of {name}: {statement}" for name in read]
    assert {"exchange", "organisation"} <= large
    assert len(asked) > 200
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT id FROM exchange WHERE agenda = 'no'", True),
        ("SELECT agenda, count(*) FROM exchange GROUP BY agenda", True),
        ("SELECT id FROM exchange ORDER BY agenda LIMIT 5", True),
        ("SELECT o.id FROM organisation o JOIN exchange ON o.id = length(agenda)", True),
        ("SELECT id FROM exchange WHERE id IN (SELECT length(agenda) FROM exchange)", True),
        ("SELECT id FROM exchange ORDER BY first_on LIMIT 5", False),
        ("SELECT id FROM exchange ORDER BY id DESC LIMIT 5", False),
        ("SELECT id FROM exchange WHERE ref = 'CXC-2026-0001'", False),
    ],
)
def test_a_query_without_an_index_is_found(session, query, found):
    assert whole_reads(db.session.connection(), query, (), {"exchange"}) == (
        {"exchange"} if found else set()
    )
