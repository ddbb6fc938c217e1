"""Who may do what, executed: every endpoint × method × role, compared with a declared table.

`permissions.txt` beside this file is the declaration. After a deliberate change write it anew with
`pytest tests/architecture/test_permissions.py --write-permissions` and read the difference.
"""

from pathlib import Path

import pytest

from tests.architecture.test_routes import PUBLIC
from tests.architecture.world import ANONYMOUS, PEOPLE, ROLES, World, outcome

TABLE = Path(__file__).with_name("permissions.txt")
HEAD = """\
# Who may do what: one line per endpoint and method, one column per role (quality S1).
# Executed by test_permissions.py on the demo story; the things belong to the applicant's firm and
# to the coordinator's partnership. Unsafe requests are sent without any field.
#
#   ok    answered (page, file or redirect after success)
#   door  sent to the sign-in page
#   403   not allowed        404  may not even know      400  the link or request is not valid
#   409   allowed, but not in this state               422  allowed, but the form or a rule says no
"""


def test_the_matrix_of_permissions_is_as_declared(told, told_session, app, client, request):
    world = World(app, told_session)
    tokens = {role: client.open_session(world.user(role)) for role in PEOPLE}
    found = {}

    for route in world.routes("GET", "POST"):
        key = (route.endpoint, route.method)
        cells = [_try(app, told_session, route, tokens.get(role)) for role in ROLES]
        # Several addresses of one endpoint: the table shows the first.
        found.setdefault(key, cells)

    crashed = [
        f"{method} {endpoint}" for (endpoint, method), cells in found.items() if "500" in cells
    ]
    assert not crashed, "\n".join(crashed)
    if request.config.getoption("--write-permissions"):
        TABLE.write_text(written(found))
        pytest.skip("permissions.txt is written; read the difference")
    declared = read(TABLE.read_text())
    assert set(found) == set(declared), (
        f"not declared: {sorted(set(found) - set(declared))}; "
        f"gone: {sorted(set(declared) - set(found))}"
    )
    wrong = [
        f"{endpoint} {method} {role}: {given}, declared {wanted}"
        for (endpoint, method), cells in found.items()
        for role, given, wanted in zip(ROLES, cells, declared[endpoint, method], strict=True)
        if given != wanted
    ]
    assert not wrong, "\n".join(wrong)


def _try(app, connection, route, token) -> str:
    """Call the route as somebody, note the outcome, undo everything."""
    somebody = app.test_client()
    if token:
        somebody.carry(token)
    undone = connection.begin_nested()
    try:
        answer = somebody.open(route.address, method=route.method)
    finally:
        undone.rollback()
    return outcome(answer)


def written(found) -> str:
    names = [f"{endpoint:<34}{method:<6}" for endpoint, method in found]
    rows = [
        name + "".join(f"{cell:<{len(role) + 2}}" for role, cell in zip(ROLES, cells, strict=True))
        for name, cells in zip(names, found.values(), strict=True)
    ]
    head = f"{'# endpoint':<34}{'':<6}" + "".join(f"{role}  " for role in ROLES)
    return "\n".join([HEAD + head.rstrip(), *(row.rstrip() for row in rows)]) + "\n"


def read(text: str) -> dict[tuple[str, str], list[str]]:
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {(line[0], line[1]): line[2:] for line in lines}


def test_the_table_is_closed_to_strangers():
    """Read as a text: nobody who is not signed in gets past the door, except where it is public."""
    declared = read(TABLE.read_text())

    open_doors = {
        endpoint
        for (endpoint, _), cells in declared.items()
        if cells[ROLES.index(ANONYMOUS)] != "door"
    }

    assert open_doors <= set(PUBLIC)
