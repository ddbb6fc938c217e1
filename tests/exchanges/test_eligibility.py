"""Who may visit and host: CXC-E01 to E10, and who signs and reports."""

from dataclasses import replace
from datetime import date

import pytest

from portal.exchanges.rules import eligibility as rules
from portal.exchanges.rules.eligibility import EarlierVisit, Side, Visit
from portal.exchanges.rules.terms import FIRST_EDITION
from portal.partners.states import OrganisationKind

VISITOR = Side("Filature du Nord", OrganisationKind.SME, "FR", True, True, True)
HOST = Side("Tecelagem do Porto", OrganisationKind.CLUSTER, "PT", True, False, None)
VISIT = Visit(VISITOR, HOST, same_organisation=False, virtual=False, traveller_entitled=True)


def broken(visit: Visit, terms=FIRST_EDITION) -> list[str]:
    return [fault.rule for fault in rules.faults(visit, terms)]


def with_visitor(**changes) -> Visit:
    return replace(VISIT, visitor=replace(VISITOR, **changes))


def with_host(**changes) -> Visit:
    return replace(VISIT, host=replace(HOST, **changes))


def test_an_ordinary_visit_breaks_no_rule():
    assert broken(VISIT) == []


def test_cxc_e01_both_countries_take_part_in_the_programme():
    assert broken(with_visitor(country="NO", participates=False)) == ["CXC-E01"]
    assert broken(with_host(country="CH", participates=False)) == ["CXC-E01"]


def test_cxc_e01_the_two_countries_differ():
    assert broken(with_host(country="FR")) == ["CXC-E01"]
    assert broken(replace(with_host(country="FR"), virtual=True)) == ["CXC-E01"]


def test_cxc_e02_and_e03_the_establishment_decides_and_nationality_is_not_asked():
    assert "country" in Side.__dataclass_fields__
    assert "nationality" not in {*Side.__dataclass_fields__, *Visit.__dataclass_fields__}


def test_cxc_e04_the_traveller_is_entitled_unless_the_exchange_is_virtual():
    undeclared = replace(VISIT, traveller_entitled=False)

    assert broken(undeclared) == ["CXC-E04"]
    assert broken(replace(undeclared, virtual=True)) == []


@pytest.mark.parametrize("kind", [OrganisationKind.SME, OrganisationKind.SSO])
def test_cxc_e05_members_need_a_cluster_profiled_on_eccp(kind):
    assert broken(with_visitor(kind=kind, in_profiled_cluster=False)) == ["CXC-E05"]
    assert broken(with_host(kind=kind, in_profiled_cluster=False)) == ["CXC-E05"]


@pytest.mark.parametrize("kind", [OrganisationKind.CLUSTER, OrganisationKind.NETWORK])
def test_cxc_e05_clusters_and_networks_take_part_in_their_own_right(kind):
    assert broken(with_visitor(kind=kind, in_profiled_cluster=False)) == []


def test_cxc_e06_a_waiver_lets_an_sme_host_without_a_cluster():
    lonely = with_host(kind=OrganisationKind.SME, in_profiled_cluster=False)

    assert broken(replace(lonely, host_waived=True)) == []


def test_cxc_e06_a_waiver_never_lets_an_sme_visit_without_a_cluster():
    lonely = replace(with_visitor(in_profiled_cluster=False), host_waived=True)

    assert broken(lonely) == ["CXC-E05"]


EARLIER = EarlierVisit("CXC-2026-0001", date(2026, 1, 12), date(2026, 1, 16))


def test_cxc_e07_a_second_visit_is_refused_in_words_that_name_the_first():
    again = replace(VISIT, earlier=EARLIER)

    faults = list(rules.faults(again, FIRST_EDITION))

    assert [fault.rule for fault in faults] == ["CXC-E07"]
    assert str(faults[0].message) == (
        "Filature du Nord already has its one visit of the scheme: CXC-2026-0001, 12–16 January "
        "2026. It may still host, or take part in a virtual exchange."
    )


def test_cxc_e08_a_virtual_exchange_is_open_to_those_who_have_visited():
    assert broken(replace(VISIT, earlier=EARLIER, virtual=True)) == []


def test_cxc_e09_nobody_visits_oneself():
    assert broken(replace(VISIT, same_organisation=True)) == ["CXC-E09"]


def test_cxc_e09_companies_of_one_group_do_not_visit_one_another():
    group = replace(
        VISIT,
        visitor=replace(VISITOR, legal_group="Textil"),
        host=replace(HOST, legal_group="Textil"),
    )

    assert broken(group) == ["CXC-E09"]


@pytest.mark.parametrize("is_sme", [None, False])
def test_cxc_e10_a_visiting_sme_has_a_self_assessment_that_says_so(is_sme):
    assert broken(with_visitor(is_sme=is_sme)) == ["CXC-E10"]


def test_cxc_e10_is_not_asked_of_the_host():
    assert broken(with_host(kind=OrganisationKind.SME, in_profiled_cluster=True, is_sme=None)) == []


@pytest.mark.parametrize(
    "kind", [OrganisationKind.TRAINING, OrganisationKind.LARGE, OrganisationKind.PUBLIC]
)
def test_the_pilot_leaves_large_companies_and_public_bodies_out(kind):
    assert broken(with_visitor(kind=kind)) == ["2.2"]
    assert broken(with_host(kind=kind, in_profiled_cluster=True)) == ["2.2"]


def test_an_edition_may_let_other_kinds_host():
    wider = replace(FIRST_EDITION, host_kinds=tuple(OrganisationKind))

    assert broken(with_host(kind=OrganisationKind.LARGE, in_profiled_cluster=True), wider) == []


def test_a_suspended_organisation_takes_no_part():
    assert broken(with_visitor(suspended=True)) == ["2.3"]


def test_all_faults_are_told_at_once():
    visit = replace(with_visitor(is_sme=None, in_profiled_cluster=False), earlier=EARLIER)

    assert broken(visit) == ["CXC-E07", "CXC-E05", "CXC-E10"]
