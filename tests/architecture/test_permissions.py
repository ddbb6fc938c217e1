"""Who may do what, executed: every endpoint × method × role, compared with a declared table.

`permissions.txt` beside this file is the declaration. After a deliberate change write it anew with
`pytest tests/architecture/test_permissions.py --write-permissions` and read the difference.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from tests.architecture.test_routes import PUBLIC
from tests.architecture.world import ANONYMOUS, PEOPLE, ROLES, World, outcome

TABLE = Path(__file__).with_name("permissions.txt")
#: What is answered and changes nothing that anybody answers for.
UNTOLD = {
    "accounts.revoke_role": "the applicant does not hold the role",
    "vouchers.award": "its first step chooses the project",
    "web.language": "a choice that a cookie keeps",
}
#: Answers by which something is refused.
REFUSED = ("403", "404", "409", "422")
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
    found, untold = {}, []
    # Pages are opened on PostgreSQL too, by everybody, in `test_routes`.
    methods = ("POST",) if told.kind == "postgresql" else ("GET", "POST")

    for route in world.routes(*methods):
        key = (route.endpoint, route.method)
        tries = [(role, *_try(app, told_session, route, tokens.get(role))) for role in ROLES]
        cells = [cell for _role, cell, _entries in tries]
        untold += [
            f"{route} as {role}: {cell}, {said}"
            for role, cell, said in tries
            # Nobody signed in has no chain.
            if not (_is_told(route, cell, said) if role in tokens else said == [])
        ]
        # Several addresses of one endpoint: the table shows the first.
        found.setdefault(key, cells)

    crashed = [
        f"{method} {endpoint}" for (endpoint, method), cells in found.items() if "500" in cells
    ]
    assert not crashed, "\n".join(crashed)
    if request.config.getoption("--write-permissions"):
        TABLE.write_text(written(found))
        pytest.skip("permissions.txt is written; read the difference")
    declared = {key: cells for key, cells in read(TABLE.read_text()).items() if key[1] in methods}
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
    assert not untold, "\n".join(untold)


def _try(app, connection, route, token) -> tuple[str, list[str]]:
    """Call the route as somebody, note outcome and what the trail then tells, undo it all."""
    somebody = app.test_client()
    if token:
        somebody.carry(token)
    undone, last = connection.begin_nested(), connection.scalar(select(func.max(AuditEntry.id)))
    try:
        answer = somebody.open(route.address, method=route.method)
        new = select(AuditEntry.subject, AuditEntry.verb).where(AuditEntry.id > last)
        told = [f"{entry.subject} {entry.verb}" for entry in connection.execute(new)]
    finally:
        undone.rollback()
    return outcome(answer), told


def _is_told(route, cell, entries) -> bool:
    """Quality S12: what was done is told, each step of each thing once, and so is what was refused;
    nothing else is told.
    """
    if route.endpoint == "accounts.sign_out_everywhere":
        return len(entries) <= 1
    if route.method == "POST" and cell in REFUSED:
        refusals = [each for each in entries if each.endswith(" person.turn_away")]
        # A form of the wrong shape comes back as 422 too, and nobody refused anything.
        return entries == refusals and len(refusals) in ((0, 1) if cell == "422" else (1,))
    if cell != "ok" or route.method == "GET" or route.endpoint in UNTOLD:
        return entries == []
    steps = [each for each in entries if not each.startswith("LINE-")]
    return steps != [] and len(set(steps)) == len(steps)


def test_what_is_not_told_once_is_noticed():
    """The control of what the matrix says about the trail."""
    route = SimpleNamespace(endpoint="payments.verify", method="POST")

    assert _is_told(route, "ok", ["PAY-1 payment.verify"])
    assert not _is_told(route, "ok", [])
    assert not _is_told(route, "ok", ["LINE-1 posting.pay"])
    assert not _is_told(route, "ok", ["PAY-1 payment.verify"] * 2)
    assert not _is_told(route, "403", ["PAY-1 payment.verify"])
    assert not _is_told(route, "403", [])
    assert _is_told(route, "403", ["PER-1 person.turn_away"])


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
