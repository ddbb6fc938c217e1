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
#: Written by every request, and different each time.
MOMENTS = re.compile(r"(_at|hash|_on|request_id|key|token|expires|started)$")
#: A field of the form on a page.
FIELD = re.compile(r'name="([^"]+)"')
#: How many requests at least are worth the name of a test.
MANY = 20


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


def everything(connection) -> dict[tuple[str, object, str], object]:
    """Every value of every row, by table, key and column; moments and secrets left out."""
    found = {}
    for table in Base.metadata.sorted_tables:
        keys = [column.name for column in table.primary_key.columns]
        for row in connection.execute(select(table)).mappings():
            key = tuple(row[name] for name in keys)
            found |= {
                (table.name, key, name): repr(row[name])
                for name in table.columns.keys()  # noqa: SIM118 - columns, not a dict
                if not MOMENTS.search(name)
            }
    return found


def test_a_field_that_no_form_has_changes_nothing(told, told_session, app, client):
    world = World(app, told_session)
    declared = read(TABLE.read_text())
    tokens = {role: client.open_session(world.user(role)) for role in PEOPLE}
    columns = {column.name for table in Base.metadata.sorted_tables for column in table.columns}
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
            differing.append(f"{route} as {role}: {ends[0][0]}, {ends[1][0]}")

    assert tried > MANY
    assert not differing, "\n".join(differing)


def _changed(before, after) -> set[tuple[str, str, object]]:
    """What became otherwise, by table and column: new rows bear another key each time."""
    return {
        (table, name, value)
        for (table, key, name), value in after.items()
        if before.get((table, key, name)) != value
    }


def test_a_field_that_does_change_something_is_noticed():
    """The control of the comparison."""
    before = {("payment", (1,), "amount_cents"): "100", ("payment", (1,), "state"): "'sent'"}
    after = {**before, ("payment", (1,), "amount_cents"): "101"}

    assert _changed(before, after) == {("payment", "amount_cents", "101")}
    assert _changed(before, before) == set()
