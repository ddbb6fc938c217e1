"""How an exchange is started, drawn up and signed."""

from datetime import timedelta

import pytest

from portal.core.errors import NotAllowed, Stale
from portal.exchanges import operations
from portal.exchanges.rules import commitment
from portal.exchanges.states import Party, State
from portal.partners.states import OrganisationKind
from tests.exchanges.builders import (
    DEPARTURE,
    FIRST,
    LAST,
    PORTO,
    RETURN,
    a_world,
    an_exchange,
    at,
    refused,
    sign,
    sign_all,
    start,
    verbs,
)
from tests.exchanges.surroundings import an_organisation

# Starting and drawing up


def test_start_begins_an_exchange_with_its_reference_and_a_line_in_the_trail(session):
    world = a_world()

    with at():
        exchange = start(world)

    assert exchange.state is State.BUILDING
    assert exchange.ref.startswith("CXC-2026-")
    assert verbs(exchange) == ["start"]


@pytest.mark.parametrize("who", ["visitor", "host", "payer", "receiver"])
def test_start_is_open_to_both_organisations_and_both_partnerships(session, who):
    world = a_world()

    with at():
        assert start(world, actor=world.actor(who)).state is State.BUILDING


def test_start_is_closed_to_others(session):
    world = a_world()

    with at(), pytest.raises(NotAllowed):
        start(world, actor=world.actor("stranger"))


def test_cxc_e07_start_refuses_a_second_visit_and_says_which_was_the_first(session):
    world = a_world()
    first = an_exchange(world)

    with at(), refused("CXC-E07") as broken:
        start(world)

    assert first.ref in str(broken.value.faults[0].message)
    assert "12–16 October 2026" in str(broken.value.faults[0].message)


def test_cxc_e08_start_allows_a_virtual_exchange_beside_the_visit(session):
    world = a_world()
    an_exchange(world)

    with at():
        assert start(world, virtual=True).virtual


def test_cxc_e07_start_allows_any_number_of_visits_to_one_host(session):
    world = a_world()
    an_exchange(world)
    other = an_organisation("Teinturerie", people=(world.people["visitor"],))

    with at():
        assert start(world, visitor=other).host_id == world.host.id


def test_start_tells_every_fault_of_the_plan_at_once(session):
    world = a_world()
    sister = an_organisation("Filature du Sud", OrganisationKind.LARGE, place=PORTO)

    with at(), refused("CXC-E01", "2.2", "CXC-D01"):
        start(world, host=sister, last_on=FIRST, return_on=FIRST)


def test_start_refuses_a_journey_that_has_begun(session):
    world = a_world()

    with at(DEPARTURE + timedelta(days=1)), refused("2.6"):
        start(world)


def test_edit_makes_signatures_void(session):
    world = a_world()
    exchange = an_exchange(world)

    with at():
        sign(world, exchange, Party.VISITOR, "visitor")
        operations.edit(
            exchange,
            virtual=False,
            departure_on=DEPARTURE,
            first_on=FIRST,
            last_on=LAST,
            return_on=RETURN,
            objectives="Something else",
            activities=["networking"],
            agenda="Another agenda",
            actor=world.actor("host"),
        )

    assert exchange.signatures == []
    assert not exchange.traveller_entitled
    assert verbs(exchange) == ["start", "sign", "edit"]


def test_edit_into_a_second_visit_is_refused_in_words(session):
    world = a_world()
    first = an_exchange(world)
    with at():
        virtual = start(world, virtual=True)

    with at(), refused("CXC-E07") as broken:
        operations.edit(
            virtual,
            virtual=False,
            departure_on=DEPARTURE,
            first_on=FIRST,
            last_on=LAST,
            return_on=RETURN,
            objectives="",
            activities=[],
            agenda="",
            actor=world.actor("visitor"),
        )

    assert first.ref in str(broken.value.faults[0].message)


# Signing


def test_sign_leads_to_signed_with_the_fourth_signature(session):
    world = a_world()
    exchange = an_exchange(world)

    with at():
        sign_all(world, exchange)

    assert exchange.state is State.SIGNED
    assert len(exchange.signatures) == 4


def test_sign_needs_three_signatures_when_both_partnerships_are_one(session):
    world = a_world(one_partnership=True)
    exchange = an_exchange(world)

    with at():
        sign_all(world, exchange)

    assert exchange.state is State.SIGNED
    assert len(exchange.signatures) == 3


def test_sign_refuses_a_text_that_has_changed_since_it_was_read(session):
    world = a_world()
    exchange = an_exchange(world)

    with at(), pytest.raises(Stale):
        operations.sign(
            exchange,
            party=Party.HOST,
            fingerprint="0" * 64,
            actor=world.actor("host"),
        )


def test_sign_is_for_ones_own_party_only(session):
    world = a_world()
    exchange = an_exchange(world)

    with at(), pytest.raises(NotAllowed):
        sign(world, exchange, Party.VISITOR, "host")


def test_sign_refuses_an_empty_text(session):
    world = a_world()
    exchange = an_exchange(world, objectives="", activities=[], agenda="")
    with at(), refused("2.6", "2.6", "2.6"):
        sign(world, exchange, Party.HOST, "host")


def test_sign_twice_is_refused(session):
    world = a_world()
    exchange = an_exchange(world)

    with at():
        sign(world, exchange, Party.HOST, "host")
        with refused("2.6"):
            sign(world, exchange, Party.HOST, "host")


def test_cxc_e04_sign_asks_the_visitor_for_its_declaration_about_the_traveller(session):
    world = a_world()
    exchange = an_exchange(world)

    with at(), refused("CXC-E04"):
        operations.sign(
            exchange,
            party=Party.VISITOR,
            fingerprint=commitment.fingerprint(exchange.commitment),
            actor=world.actor("visitor"),
        )


def test_sign_is_too_late_after_the_departure(session):
    world = a_world()
    exchange = an_exchange(world)

    with at(DEPARTURE + timedelta(days=1)), refused("2.6"):
        sign(world, exchange, Party.HOST, "host")


def test_send_back_of_a_signed_text_makes_signatures_void(session):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)

    with at():
        operations.send_back(exchange, reason="No agenda", actor=world.actor("payer"))

    assert exchange.state is State.BUILDING
    assert exchange.signatures == []
