"""How an exchange is approved and agreed: money, counters, the trail; and the terms it lives
under.
"""

from datetime import date, timedelta

import pytest

from portal.audit.queries import verify_chains
from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, Stale
from portal.exchanges import operations, queries
from portal.exchanges.models import HostCeiling, QuotaCounter
from portal.exchanges.states import Klass, State
from portal.partners.states import OrganisationKind
from tests.exchanges.builders import (
    FIRST,
    LAST,
    PORTO,
    a_world,
    an_exchange,
    at,
    balances,
    counted,
    refused,
    start,
    trail,
    verbs,
)
from tests.exchanges.surroundings import TODAY, an_organisation

# Approving


def test_approve_sets_the_lump_sum_aside_and_counts_the_exchange(session):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)

    with at():
        operations.approve(exchange, seen_cents=78_000, actor=world.actor("payer"))

    assert exchange.state is State.APPROVED
    assert exchange.lump_sum_cents == 78_000
    assert exchange.klass is Klass.SME
    assert exchange.working_days == 5
    assert 1_300_000 < exchange.distance_m < 1_500_000
    assert balances(world) == (9_220, 780, 0, 0)
    assert counted(world) == (1, 0)
    entry = trail(exchange)[-1]
    assert [step["code"] for step in entry.details["steps"]] == ["cap", "ceiling", "least", "whole"]
    assert entry.after["lump_sum_cents"] == 78_000


@pytest.mark.parametrize("who", ["visitor", "host", "receiver", "officer", "auditor", "stranger"])
def test_approve_is_for_managers_of_the_paying_partnership(session, who):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)

    with at(), pytest.raises(NotAllowed):
        operations.approve(exchange, actor=world.actor(who))


def test_approve_is_not_for_a_manager_who_belongs_to_the_visitor(session):
    world = a_world()
    mine = an_organisation("Up-tex bis", people=(world.people["payer"],))
    with at():
        exchange = start(world, visitor=mine, actor=world.actor("payer"))

    with at(), pytest.raises(NotAllowed):
        operations.approve(exchange, actor=world.actor("payer"))


def test_approve_refuses_an_amount_that_is_not_the_one_shown(session):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)

    with at(), refused("12-19"):
        operations.approve(exchange, seen_cents=90_000, actor=world.actor("payer"))

    assert exchange.state is State.SIGNED


def test_approve_refuses_when_the_envelope_is_exhausted_and_says_what_is_left(session):
    world = a_world(envelope_cents=77_999)
    exchange = an_exchange(world, State.SIGNED)

    with at(), refused("I1") as broken:
        operations.approve(exchange, actor=world.actor("payer"))

    assert "€779.99" in str(broken.value.faults[0].message)


def test_approve_checks_eligibility_on_the_day(session):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)
    world.visitor.kind = OrganisationKind.SSO
    session.execute(db.text("delete from cluster_link"))

    with at(), refused("CXC-E05"):
        operations.approve(exchange, actor=world.actor("payer"))


def test_approve_needs_a_grant_agreement_that_is_signed(session):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)
    world.project.state = "suspended"

    with at(), refused("PRJ-04"):
        operations.approve(exchange, actor=world.actor("payer"))


def test_approve_uses_the_partnerships_own_amount(session):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)

    with at():
        operations.set_terms(
            world.project,
            amount_cents=70_000,
            shortest_days=None,
            target=100,
            valid_from=TODAY,
            actor=world.actor("payer"),
        )
        operations.approve(exchange, actor=world.actor("payer"))

    assert exchange.lump_sum_cents == 70_000


def test_cxc_k07_a_virtual_exchange_is_approved_without_money_and_counted_apart(session):
    world = a_world()

    exchange = an_exchange(world, State.VALIDATED, virtual=True)

    assert exchange.lump_sum_cents == exchange.final_cents == 0
    assert balances(world) == (10_000, 0, 0, 0)
    assert counted(world) == (0, 0)
    assert queries.quota(world.project.id, TODAY).counts.reached_virtual == 1


def test_cxc_e06_a_waiver_lets_an_sme_without_a_cluster_host(session):
    world = a_world()
    lonely = an_organisation(
        "Lonely",
        OrganisationKind.SME,
        "PT",
        place=PORTO,
        people=(world.people["host"],),
        in_cluster=False,
    )
    exchange = an_exchange(world, State.SIGNED, host=lonely)
    with at(), refused("CXC-E05"):
        operations.approve(exchange, actor=world.actor("payer"))

    with at():
        operations.waive(
            exchange, requested_by="CITEVE", reason="Only mill left", actor=world.actor("officer")
        )
        operations.approve(exchange, actor=world.actor("payer"))

    assert exchange.state is State.APPROVED
    assert "waive" in verbs(exchange)


# The agreement


def test_conclude_binds_the_money_after_the_visitor_has_accepted(session):
    world = a_world()
    exchange = an_exchange(world, State.APPROVED)
    with at(), refused("2.6"):
        operations.conclude(exchange, actor=world.actor("payer"))

    with at():
        operations.accept_agreement(exchange, seen_cents=78_000, actor=world.actor("visitor"))
        operations.conclude(exchange, actor=world.actor("payer"))

    assert exchange.state is State.AGREED
    assert balances(world) == (9_220, 0, 780, 0)


def a_new_ceiling(cents: int, day: date) -> None:
    db.session.add(HostCeiling(country="PT", amount_cents=cents, valid_from=day))
    db.session.flush()


@pytest.mark.parametrize(("cents", "left"), [(90_000, 9_100), (60_000, 9_400)])
def test_accept_agreement_takes_the_rates_of_the_day(session, cents, left):
    world = a_world()
    exchange = an_exchange(world, State.APPROVED)
    a_new_ceiling(cents, TODAY + timedelta(days=1))

    with at(TODAY + timedelta(days=1)):
        operations.accept_agreement(exchange, seen_cents=cents, actor=world.actor("visitor"))

    assert exchange.lump_sum_cents == cents
    assert balances(world) == (left, cents // 100, 0, 0)


def test_conclude_refuses_rates_that_changed_after_the_acceptance(session):
    world = a_world()
    exchange = an_exchange(world, State.APPROVED)
    with at():
        operations.accept_agreement(exchange, actor=world.actor("visitor"))
    a_new_ceiling(90_000, TODAY + timedelta(days=1))

    with at(TODAY + timedelta(days=1)):
        with refused("12-19"):
            operations.conclude(exchange, actor=world.actor("payer"))
        operations.accept_agreement(exchange, actor=world.actor("visitor"))
        operations.conclude(exchange, actor=world.actor("payer"))

    assert exchange.lump_sum_cents == 90_000
    assert balances(world) == (9_100, 0, 900, 0)


def test_later_changes_of_the_rates_do_not_touch_an_agreed_amount(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)
    a_new_ceiling(10_000, LAST)
    world.visitor.latitude_e6, world.visitor.longitude_e6 = PORTO

    with at(LAST + timedelta(days=1)):
        found = queries.final_sum(exchange, FIRST, LAST)

    assert found.cents == 78_000


def test_conclude_needs_a_validated_bank_account(session):
    world = a_world()
    session.execute(db.text("delete from bank_account"))
    exchange = an_exchange(world, State.APPROVED)

    with at():
        operations.accept_agreement(exchange, actor=world.actor("visitor"))
        with refused("2.7"):
            operations.conclude(exchange, actor=world.actor("payer"))


def test_a_step_cannot_be_taken_twice(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    with at():
        with pytest.raises(IllegalStep):
            operations.approve(exchange, actor=world.actor("payer"))
        with pytest.raises(IllegalStep):
            operations.conclude(exchange, actor=world.actor("payer"))


# Terms and reference


def test_load_reference_loads_the_first_edition_once(session):
    with at():
        scheme = operations.load_reference(actor=SYSTEM)
        again = operations.load_reference(actor=SYSTEM)

    assert scheme.cap_cents == 110_000
    assert scheme.terms.target == 500
    assert again is None
    assert session.query(HostCeiling).count() == 38
    assert queries.ceiling("PT", TODAY) == 78_000
    assert queries.ceiling("GR", TODAY) == 78_000
    assert queries.ceiling("NO", TODAY) is None


def test_counters_cannot_go_below_zero(session):
    world = a_world()
    exchange = an_exchange(world, State.APPROVED)
    session.execute(db.update(QuotaCounter).values(committed_a=0, committed_visitor_a=0))

    with at(), pytest.raises(Stale):
        operations.cancel(exchange, reason="x", actor=world.actor("visitor"))


def test_every_step_leaves_one_line_in_an_unbroken_trail(session):
    world = a_world()

    exchange = an_exchange(world, State.VALIDATED)

    assert verbs(exchange) == [
        "start", "sign", "sign", "sign", "sign", "approve", "accept_agreement", "conclude",
        "report", "report", "validate",
    ]  # fmt: skip
    assert list(verify_chains()) == []
