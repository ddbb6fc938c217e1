"""The pages of group visits, as people use them."""

import pytest

from portal.exchanges import queries as exchanges
from portal.exchanges.groups import queries
from portal.exchanges.groups.states import Place
from tests.exchanges.builders import a_world, an_exchange, at
from tests.exchanges.groups.builders import a_group, another_visit

FORM = {
    "title": "Two days at the mill",
    "first_on": "2026-10-13",
    "last_on": "2026-10-14",
    "objectives": "",
    "agenda": "Tuesday: the mill.",
}


@pytest.fixture
def world(session):
    found = a_world()
    with at():
        yield found


def test_from_an_exchange_to_a_group_of_two(world, sign_in_as):
    first, second = an_exchange(world), another_visit(world)
    host, visitor = (sign_in_as(world.people[who]) for who in ("host", "visitor"))

    assert "/open-group" in host.get(f"/exchanges/{first.ref}").text
    opened = host.post(f"/exchanges/{first.ref}/open-group", data=FORM)
    path = opened.location
    ref = path.rpartition("/")[2]
    assert ref in visitor.get("/").text
    place = f"{path}/places/{first.ref}"
    assert f"{place}/admit" in visitor.get(path).text
    assert visitor.post(f"{place}/admit").status_code == 303
    asked = visitor.post(f"/exchanges/{second.ref}/apply", data={"group": ref})
    assert asked.status_code == 303
    assert ref in host.get("/").text
    assert host.post(f"{path}/places/{second.ref}/admit").status_code == 303

    assert [one.state for one in queries.by_ref(ref).members] == [Place.JOINED] * 2
    page = visitor.get(f"/exchanges/{second.ref}").text
    assert ref in page
    assert "Tuesday: the mill." in page
    assert "Tuesday: the mill." in visitor.get(f"/exchanges/{second.ref}/sign").text
    assert exchanges.by_ref(second.ref).programme.title == FORM["title"]
    assert ref in host.get("/group-visits").text


def test_days_without_the_visitor_are_refused_with_what_was_typed(world, sign_in_as):
    exchange = an_exchange(world)

    answer = sign_in_as(world.people["host"]).post(
        f"/exchanges/{exchange.ref}/open-group",
        data={**FORM, "first_on": "2026-11-03", "last_on": "2026-11-04"},
    )

    assert answer.status_code == 422
    assert "no day in common" in answer.text
    assert "2026-11-03" in answer.text


def test_an_invitation_is_declined_and_the_programme_changed(world, sign_in_as):
    exchange = an_exchange(world)
    path = f"/group-visits/{a_group(world, exchange).ref}"
    host, visitor = (sign_in_as(world.people[who]) for who in ("host", "visitor"))

    declined = visitor.post(f"{path}/places/{exchange.ref}/decline", data={"reason": "Too far"})
    changed = host.post(f"{path}/edit", data={**FORM, "agenda": "Wednesday: the dyers."})
    page = host.get(path).text
    invited = host.post(f"{path}/invite", data={"exchange": exchange.ref})

    assert (declined.status_code, changed.status_code, invited.status_code) == (303, 303, 303)
    assert "Too far" in page
    assert "Wednesday: the dyers." in page
    assert host.get(f"{path}/places/{exchange.ref}/leave").status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 200), ("host", 200), ("payer", 200), ("officer", 200), ("stranger", 404)],
)
def test_a_group_is_read_by_those_it_concerns(world, sign_in_as, who, status):
    ref = a_group(world).ref

    assert sign_in_as(world.people[who]).get(f"/group-visits/{ref}").status_code == status
