"""The season of the demo: 500 visits that could all take place, planned but not told here."""

from collections import Counter
from datetime import date

from portal.cli.story.season_cast import CLUSTERS, PARTNERSHIPS, Members
from portal.cli.story.season_plan import hosts, planned
from portal.partners.rules.seats import find_town
from portal.partners.states import OrganisationKind

TODAY = date(2026, 11, 25)


def a_season():
    members = Members()
    receiving = hosts(members)
    return receiving, list(planned(members, receiving, TODAY))


def test_a_season_has_500_visits_of_organisations_that_visit_once():
    receiving, season = a_season()

    visitors = Counter(house.key for house, _visit in season)
    names = Counter(house.name for house, _visit in season)
    names.update(house.name for each in receiving.values() for house in each)
    assert len(season) == len(visitors) == 500
    assert max(names.values()) == 1


def test_a_season_is_the_same_every_time_and_goes_abroad():
    receiving, season = a_season()
    countries = {house.key: house.country for each in receiving.values() for house in each}

    assert a_season()[1] == season
    assert all(countries[visit.host] != house.country for house, visit in season)
    assert all(find_town(house.town, house.country) for house, _visit in season)
    assert all(find_town(house.town, house.country) for house in CLUSTERS)


def test_three_members_of_four_are_smes_and_no_partnership_goes_past_its_target():
    _receiving, season = a_season()

    firms = sum(house.kind is OrganisationKind.SME for house, _visit in season)
    begun = Counter(visit.partnership for _house, visit in season)
    assert 68 <= 100 * firms // len(season) <= 76
    assert all(begun[one.acronym] <= one.target for one in PARTNERSHIPS)
    assert {visit.reaches for _house, visit in season} >= {"paid", "signed", "cancelled", "no_show"}
