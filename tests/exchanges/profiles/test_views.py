"""The pages of profiles, as people use them."""

from io import BytesIO

import pytest

from portal.exchanges.profiles import queries
from portal.exchanges.profiles.states import State
from tests.exchanges.builders import a_world, at
from tests.exchanges.profiles.builders import a_profile
from tests.exchanges.surroundings import PDF, TODAY


@pytest.fixture
def world(session):
    found = a_world()
    with at(TODAY):
        yield found


def filled_in(world, **changes):
    return {
        "organisation": world.visitor.ref,
        "visits": "y",
        "sectors": ["ecosystem-textile"],
        "objectives": ["networking"],
        "activities": ["networking"],
        "languages": ["fr", "en"],
        "first_on_1": "2026-10-05",
        "last_on_1": "2026-10-30",
        "motivation": "Find a weaver.",
        "cv": (BytesIO(PDF), "cv.pdf"),
        **changes,
    }


ASKED = {"kind": "sme", "country": "FR", "in_cluster": "yes", "visited": "no"}


@pytest.mark.parametrize(
    ("changes", "visit", "host"),
    [
        ({}, True, True),
        ({"visited": "yes"}, False, True),
        ({"in_cluster": "no"}, False, False),
        ({"kind": "network", "in_cluster": "no"}, True, True),
        ({"kind": "large"}, False, False),
        ({"country": "CH"}, False, False),
    ],
)
def test_anybody_learns_in_a_minute_as_what_one_may_take_part(world, client, changes, visit, host):
    page = client.get("/taking-part", query_string={**ASKED, **changes}).text

    assert page.count(">possible<") == visit + host


def test_the_check_asks_again_for_what_is_missing(world, client):
    answer = client.get("/taking-part", query_string={"kind": "sme"})

    assert answer.status_code == 422


def test_those_signed_in_see_what_the_portal_knows_of_them(world, sign_in_as):
    page = sign_in_as(world.people["visitor"]).get("/taking-part").text

    assert "Filature du Nord" in page


def test_a_profile_is_written_submitted_and_accepted(world, sign_in_as):
    visitor, manager = (sign_in_as(world.people[who]) for who in ("visitor", "payer"))

    begun = visitor.post("/profiles/start", data=filled_in(world))
    ref = begun.location.rpartition("/")[2]
    sent = visitor.post(
        f"/profiles/{ref}/submit", data={"project": world.project.ref, "agreed": "y"}
    )
    assert f"/profiles/{ref}" in manager.get("/").text
    accepted = manager.post(f"/profiles/{ref}/accept")

    assert [begun.status_code, sent.status_code, accepted.status_code] == [303, 303, 303]
    assert queries.by_ref(ref).state is State.ACCEPTED


def test_what_was_typed_stays_when_something_is_wrong(world, sign_in_as):
    visitor = sign_in_as(world.people["visitor"])

    answer = visitor.post("/profiles/start", data=filled_in(world, last_on_1="2026-10-01"))

    assert answer.status_code == 422
    assert "Find a weaver." in answer.text


def test_a_period_has_two_days(world, sign_in_as):
    visitor = sign_in_as(world.people["visitor"])

    answer = visitor.post("/profiles/start", data=filled_in(world, first_on_2="2026-11-02"))

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("who", "page", "cv"),
    [
        ("visitor", 200, 200),
        ("payer", 200, 200),
        ("officer", 200, 404),
        ("auditor", 200, 404),
        ("receiver", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_a_cv_is_read_by_those_who_need_it(world, sign_in_as, who, page, cv):
    ref = a_profile(world, State.SUBMITTED).ref
    reader = sign_in_as(world.people[who])

    assert reader.get(f"/profiles/{ref}").status_code == page
    assert reader.get(f"/profiles/{ref}/cv").status_code == cv


def test_a_draft_is_nobody_elses(world, sign_in_as):
    ref = a_profile(world).ref

    for who in ("payer", "officer", "stranger"):
        assert sign_in_as(world.people[who]).get(f"/profiles/{ref}").status_code == 404


def test_the_catalogue_shows_the_offer_not_the_file(world, sign_in_as):
    ref = a_profile(world, State.ACCEPTED, who="host").ref
    stranger = sign_in_as(world.people["stranger"])

    assert "Tecelagem do Porto" in stranger.get("/profiles/catalogue").text
    offer = stranger.get(f"/profiles/{ref}").text
    assert "Textile" in offer
    assert "Find a weaver." not in offer


def test_a_step_that_is_not_possible_is_said_so(world, sign_in_as):
    ref = a_profile(world, State.ACCEPTED).ref

    answer = sign_in_as(world.people["payer"]).post(f"/profiles/{ref}/accept")

    assert answer.status_code == 409
