"""The pages of matches, as people use them."""

import pytest

from portal.exchanges.matches import queries
from portal.exchanges.matches.states import State
from tests.exchanges.builders import a_world, at
from tests.exchanges.matches.builders import a_match, a_pair
from tests.exchanges.surroundings import TODAY

DAYS = {
    "departure_on": "2026-10-11",
    "first_on": "2026-10-12",
    "last_on": "2026-10-16",
    "return_on": "2026-10-17",
}


@pytest.fixture
def world(session):
    found = a_world()
    with at(TODAY):
        yield found


def test_from_the_best_match_to_an_exchange(world, sign_in_as):
    visitor, host = a_pair(world)
    asking, asked = (sign_in_as(world.people[who]) for who in ("visitor", "host"))

    best = asking.get(f"/profiles/{visitor.ref}/matches")
    assert "100 sur 100" in best.text
    assert "Textile" in best.text
    sent = asking.post(f"/profiles/{visitor.ref}/matches/{host.ref}/propose", data=DAYS)
    ref = sent.location.rpartition("/")[2]
    assert ref in asked.get("/").text
    agreed = asked.post(f"/matches/{ref}/accept", data={"part": "host"})

    assert (sent.status_code, agreed.status_code) == (303, 303)
    assert "/exchanges/CXC-" in agreed.location
    assert queries.by_ref(ref).state is State.CONFIRMED


def test_days_that_make_no_visit_are_refused_with_the_reason(world, sign_in_as):
    visitor, host = a_pair(world)
    asking = sign_in_as(world.people["visitor"])

    answer = asking.post(
        f"/profiles/{visitor.ref}/matches/{host.ref}/propose",
        data={**DAYS, "last_on": "2026-10-13"},
    )

    assert answer.status_code == 422
    assert "2026-10-13" in answer.text


def test_a_second_open_proposal_is_refused_in_words(world, sign_in_as):
    visitor, host = pair = a_pair(world)
    a_match(world, pair=pair)
    asking = sign_in_as(world.people["visitor"])

    answer = asking.post(f"/profiles/{visitor.ref}/matches/{host.ref}/propose", data=DAYS)

    assert answer.status_code == 422
    assert "déjà ouverte" in answer.text


def test_other_days_and_a_refusal(world, sign_in_as):
    ref = a_match(world).ref
    host, visitor = (sign_in_as(world.people[who]) for who in ("host", "visitor"))
    later = {name: day.replace("-1", "-2", 1) if name == "x" else day for name, day in DAYS.items()}

    countered = host.post(f"/matches/{ref}/counter", data={**later, "part": "host"})
    refused = visitor.post(f"/matches/{ref}/decline", data={"part": "visitor", "reason": "Ill"})

    assert (countered.status_code, refused.status_code) == (303, 303)
    assert "Ill" in host.get(f"/matches/{ref}").text


@pytest.mark.parametrize(
    ("who", "status"), [("visitor", 200), ("payer", 200), ("officer", 200), ("stranger", 404)]
)
def test_a_match_is_read_by_those_it_concerns(world, sign_in_as, who, status):
    ref = a_match(world).ref

    assert sign_in_as(world.people[who]).get(f"/matches/{ref}").status_code == status


def test_a_round_is_asked_and_its_suggestion_proposed(world, sign_in_as):
    a_pair(world)
    manager = sign_in_as(world.people["payer"])

    asked = manager.post("/match-rounds/ask", data={"places": "1"})
    page = manager.get(asked.location)

    assert asked.status_code == 303
    assert "Filature du Nord → Tecelagem do Porto" in page.text
    assert "100 of 100" in page.text
    assert "/propose" in page.text
