"""The rules of domain 2.4 to 2.10 that no other file here tests under their name.

`tests/architecture/test_rule_names.py` sees to it that each rule of the tables has its test.
"""

from dataclasses import replace
from datetime import date, timedelta

from portal.core.db import db
from portal.exchanges import queries
from portal.exchanges.partnerships.queries import deadlines, sheet
from portal.exchanges.partnerships.states import Due
from portal.exchanges.rules.quota import Goal, Tally, classify, forecast_of
from portal.exchanges.rules.stay import Journey, Stay, journey_faults
from portal.exchanges.rules.terms import FIRST_EDITION
from portal.exchanges.states import Klass, State
from portal.payments.models import Payment
from tests.exchanges.builders import DEPARTURE, a_file, a_world, aim, an_exchange
from tests.exchanges.surroundings import TODAY, a_person, an_organisation

MONDAY = date(2026, 3, 2)
WEDNESDAY = MONDAY + timedelta(days=2)


def test_cxc_d03_days_of_travel_do_not_lengthen_the_stay_at_the_host():
    journey = Journey(MONDAY - timedelta(days=4), MONDAY, WEDNESDAY, WEDNESDAY + timedelta(days=9))
    stay = Stay(journey.first_on, journey.last_on, "FR", "PT", 1_000_000)

    assert list(journey_faults(journey, today=MONDAY - timedelta(days=4))) == []
    assert stay.working_days == FIRST_EDITION.shortest_days == 3
    assert replace(stay, last_on=MONDAY + timedelta(days=1)).working_days == 2


def test_cxc_l02_the_sum_is_one_for_an_organisation_however_many_speak_for_it(session):
    world = a_world()
    crew = tuple(a_person(f"Traveller {number}") for number in range(3))
    visitor = an_organisation("Tissages réunis", people=(world.people["visitor"], *crew))

    exchange = an_exchange(world, State.APPROVED, visitor=visitor)

    assert exchange.lump_sum_cents == 78_000


def test_cxc_l06_the_visitor_alone_is_paid_for_its_journey(session):
    world = a_world()

    an_exchange(world, State.VALIDATED)

    payees = db.session.scalars(db.select(Payment.payee_id)).all()
    assert payees == [world.visitor.id]


def test_cxc_t04_a_commitment_is_due_ten_days_before_the_departure(session):
    world = a_world()
    exchange = an_exchange(world)

    found = deadlines(sheet(world.project, TODAY)).shown

    due = [one.due_on for one in found if one.kind is Due.COMMITMENT and one.ref == exchange.ref]
    assert due == [DEPARTURE - timedelta(days=FIRST_EDITION.signing_days)]
    assert FIRST_EDITION.signing_days == 10


def test_cxc_k01_the_first_edition_aims_at_500_exchanges():
    assert FIRST_EDITION.target == 500


def test_cxc_k02_and_k03_the_target_is_data_of_a_round_and_of_a_partnership(session):
    world = a_world()
    round_of_600 = replace(FIRST_EDITION, target=600)

    aim(world, 40)

    assert queries.quota(world.project.id, TODAY).target == 40
    assert queries.scheme_quota(round_of_600).target == 600
    assert forecast_of(Tally(sme=100), Goal(round_of_600.target)).left == 500


def test_cxc_k05_an_exchange_counts_for_the_partnership_that_pays_and_not_for_the_hosts(session):
    world = a_world()

    an_exchange(world, State.VALIDATED)

    assert queries.quota(world.project.id, TODAY).reached.total == 1
    assert queries.quota(world.host_project.id, TODAY).planned.total == 0


def test_cxc_k06_what_is_not_validated_is_planned_and_not_reached(session):
    world = a_world()

    an_exchange(world, State.REPORTED)

    found = queries.quota(world.project.id, TODAY)
    assert (found.planned.total, found.reached.total) == (1, 0)


def test_cxc_k08_who_signed_the_agreement_of_any_partnership_is_a_direct_beneficiary(session):
    world = a_world()
    elsewhere, outside = a_file(world, Klass.INTERNAL), a_file(world, Klass.OTHER)

    found = [queries.assess(exchange, TODAY) for exchange in (elsewhere, outside)]

    assert elsewhere.visitor_id != world.project.coordinator_id
    assert [one.visitor_is_beneficiary for one in found] == [True, False]


def test_cxc_k08_a_beneficiary_that_visits_counts_as_internal_without_an_sme():
    facts = {"visitor_is_sme": False, "host_is_sme": False}

    assert classify(**facts, visitor_is_beneficiary=True) is Klass.INTERNAL
    assert classify(**facts, visitor_is_beneficiary=False) is Klass.OTHER
