"""What belongs to others looks as if it were not there (S2); a field that no form has changes
nothing (S3).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from portal.core.db import Base
from tests.architecture.test_permissions import TABLE, read
from tests.architecture.world import PEOPLE, ROLES, World, outcome

REFERENCE = re.compile(r"(?<=/)[A-Z]{3}-\d{4}-\d+")
#: A reference of the same shape that nothing bears.
NOBODYS = "{kind}-2098-99999"
#: What differs between two answers whatever they are about.
OWN = re.compile(
    r'(nonce|value)="[^"]*"|name="csrf-token" content="[^"]*"|[?&](next|back|to)=[^"&]*|'
    r"/[A-Z]{3}-\d{4}-\d+[^\"?]*"
)
#: Different each time: hashes, keys, and the trail's number of the request.
EACH_TIME = re.compile(r"(hash|request_id|token)$")
#: An instant, wherever it is written.
INSTANT = re.compile(r"datetime\.datetime\([^)]*\)|\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^',\"]*")
#: A field of the form on a page.
FIELD = re.compile(r'name="([^"]+)"')
#: Every table but that of the keys of forms, which knows what was sent.
TABLES = [table for table in Base.metadata.sorted_tables if table.name != "request_key"]
#: How many requests at least are worth the name of a test.
MANY = 20


#: What a request may say is read before any database is asked.
on_sqlite = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@contextmanager
def undone(connection) -> Iterator[None]:
    """Let everything inside happen, then take it back."""
    attempt = connection.begin_nested()
    try:
        yield
    finally:
        attempt.rollback()


def somebody(app, token):
    found = app.test_client()
    found.carry(token)
    return found


@on_sqlite
@pytest.mark.parametrize("role", ["stranger", "applicant"])
def test_what_one_may_not_know_of_looks_like_what_is_not_there(
    told, told_session, app, client, role
):
    world = World(app, told_session)
    declared, column = read(TABLE.read_text()), ROLES.index(role)
    token = client.open_session(world.user(role))
    differing, tried = [], 0

    for route in world.routes("GET", "POST"):
        hidden = declared[route.endpoint, route.method][column] == "404"
        if not hidden or not REFERENCE.search(route.address):
            continue
        nowhere = REFERENCE.sub(lambda one: NOBODYS.format(kind=one[0][:3]), route.address)
        tried += 1
        answers = []
        for address in (route.address, nowhere):
            with undone(told_session):
                answers.append(somebody(app, token).open(address, method=route.method))
        theirs, nobodys = ((answer.status_code, OWN.sub("", answer.text)) for answer in answers)
        if theirs != nobodys:
            differing.append(f"{route}: {theirs[0]} and {nobodys[0]}")

    assert tried > MANY
    assert not differing, "\n".join(differing)


def everything(connection) -> dict[tuple[str, object], dict[str, object]]:
    """Every row, by table and key."""
    return {
        (table.name, tuple(row[column.name] for column in table.primary_key.columns)): dict(row)
        for table in TABLES
        for row in connection.execute(select(table)).mappings()
    }


@on_sqlite
def test_a_field_that_no_form_has_changes_nothing(told, told_session, app, client):
    world = World(app, told_session)
    declared = read(TABLE.read_text())
    tokens = {role: client.open_session(world.user(role)) for role in PEOPLE}
    columns = {column.name for table in TABLES for column in table.columns}
    before, differing, tried = everything(told_session), [], 0

    for route in world.routes("POST"):
        cells = dict(zip(ROLES, declared[route.endpoint, route.method], strict=True))
        role = next((each for each in PEOPLE if cells[each] in ("ok", "422")), None)
        if role is None:
            continue
        person = somebody(app, tokens[role])
        forged = dict.fromkeys(columns - set(FIELD.findall(person.get(route.address).text)), "1")
        tried += 1
        ends = []
        for data in ({}, forged):
            with undone(told_session):
                found = outcome(person.post(route.address, data=data))
                # What was answered by 422 is undone as a whole.
                after = everything(told_session) if found == "ok" else before
                ends.append((found, _changed(before, after)))
        if ends[0] != ends[1]:
            differing.append(f"{route} as {role}: {sorted(ends[0][1] ^ ends[1][1])[:6]}")

    assert tried > MANY
    assert not differing, "\n".join(differing)


def _changed(before, after) -> set[tuple[str, str, str]]:
    """What became otherwise, by table and column, without what differs each time; new rows bear
    another key each time.
    """
    return {
        (table, name, INSTANT.sub("", repr(value)))
        for (table, key), row in after.items()
        if before.get((table, key)) != row
        for name, value in row.items()
        if before.get((table, key), {}).get(name) != value and not EACH_TIME.search(name)
    }


def test_a_field_that_does_change_something_is_noticed():
    """The control of the comparison."""
    before = {("payment", (1,)): {"amount_cents": 100, "state": "sent"}}
    after = {("payment", (1,)): {"amount_cents": 101, "state": "sent"}}

    assert _changed(before, after) == {("payment", "amount_cents", "101")}
    assert _changed(before, before) == set()
