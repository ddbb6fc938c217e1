"""Pages cost a fixed number of statements, whatever the tables hold (quality P6)."""

import pytest
from sqlalchemy import event

from bench.growth import grow
from portal.web import respond
from tests.architecture.world import World

VIEWERS = ("officer", "auditor", "admin", "coordinator", "applicant")
#: Most statements for a page, the session and the person behind it included.
MOST_FOR_A_LIST = 8
MOST_FOR_A_PAGE = 25
#: The desk asks every room what waits: one or two statements each, however much waits. Exchanges
#: ask first which partnerships are the reader's, for each of them is looked up by itself.
#: The check of taking part also looks at each of the reader's organisations.
MOST_FOR = {"desk.home": 16, "profiles.check": 10}
NOT_COUNTED = ("PRAGMA", "BEGIN", "SET TRANSACTION", "SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.fixture
def large(told):
    """The story, grown to 120 of each thing, so that every list fills two pages."""
    with told.engine.begin() as connection:
        grow(connection, 120)
    return told


# The statements are the same on both databases.
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_page_of_fifty_rows_costs_no_more_statements_than_one_of_five(
    large, app, sign_in_as, monkeypatch
):
    statements: list[str] = []

    @event.listens_for(large.engine, "before_cursor_execute")
    def count(connection, cursor, statement, *rest):
        if not statement.startswith(NOT_COUNTED):
            statements.append(statement)

    with large.engine.connect() as connection:
        world = World(app, connection)
        routes = world.routes("GET")
    clients = {viewer: sign_in_as(world.user(viewer)) for viewer in VIEWERS}

    def cost(route, viewer, rows) -> tuple[int, int]:
        monkeypatch.setattr(respond, "ROWS", rows)
        statements.clear()
        answer = clients[viewer].get(route.address)
        return answer.status_code, len(statements)

    wrong = []
    for route in routes:
        for viewer in VIEWERS:
            status, few = cost(route, viewer, 5)
            if status != 200:
                continue
            _status, many = cost(route, viewer, 50)
            usual = MOST_FOR_A_PAGE if route.rule.arguments else MOST_FOR_A_LIST
            most = MOST_FOR.get(route.endpoint, usual)
            if few != many or many > most:
                wrong.append(f"{route} for {viewer}: {few} at 5 rows, {many} at 50")
    assert not wrong, "\n".join(wrong)
