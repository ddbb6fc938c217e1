"""The budget, the 75 % rule and every fault of an application; the vectors are the domain's own."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.calls.proposals import rules
from portal.calls.proposals.rules.budget import sme_minimum, sme_share_is_met
from portal.calls.proposals.rules.check import request_faults, sme_faults
from portal.calls.proposals.rules.themes import INDUSTRIAL_ECOSYSTEMS, THEMATIC_AREAS
from portal.calls.proposals.states import CostCategory, Tab
from portal.core import steps
from portal.partners.states import EccpProfile, OrganisationKind
from tests.calls.builders import innosup_terms, terms
from tests.calls.proposals.builders import a_line, a_member, an_application

COSME = terms(max_grant_cents=36_000_000)
DAY = date(2019, 4, 4)
PARTICIPATING = frozenset({"FR", "LV", "BE", "PT"})


def faults(application, given=None, participating=PARTICIPATING):
    return rules.faults(application, given or terms(), participating=participating, day=DAY)


def broken(application, given=None, **more) -> set[str]:
    return {fault.rule for fault in faults(application, given, **more)}


# Domain 6.2, word for word


def test_the_cosme_example_of_the_reference_comes_out_to_the_cent():
    lines = [
        a_line(22_500_000),
        a_line(5_500_000, CostCategory.EXCHANGES),
        a_line(2_000_000, CostCategory.SUBCONTRACTING),
    ]

    found = rules.budget(lines, COSME)

    assert found.direct_cents == 30_000_000
    assert found.base_cents == 22_500_000
    assert found.indirect_cents == 1_575_000
    assert found.eligible_cents == 31_575_000
    assert found.grant_cents == 23_681_250


def test_support_to_third_parties_carries_no_indirect_costs():
    without = rules.budget([a_line(10_000_000)], COSME)

    with_support = rules.budget(
        [
            a_line(10_000_000),
            a_line(3_000_000, CostCategory.VOUCHERS),
            a_line(2_000_000, CostCategory.EXCHANGES),
        ],
        COSME,
    )

    assert with_support.indirect_cents == without.indirect_cents == 700_000
    assert with_support.third_party_cents == 5_000_000


def test_moving_money_to_vouchers_also_reduces_indirect_costs():
    innosup = innosup_terms()
    before = rules.budget([a_line(100_000_000)], innosup)

    after = rules.budget([a_line(60_000_000), a_line(40_000_000, CostCategory.VOUCHERS)], innosup)

    assert before.indirect_cents == 25_000_000
    assert after.indirect_cents == 15_000_000


def test_the_grant_is_never_above_the_greatest_grant_of_the_call():
    found = rules.budget([a_line(100_000_000)], COSME)

    assert found.eligible_cents == 107_000_000
    assert found.grant_cents == COSME.max_grant_cents
    assert [step.code for step in found.steps][-1] == "cap"


def test_the_grant_is_never_a_fraction_of_a_cent_above_the_rate():
    found = rules.budget([a_line(1)], terms(indirect_rate_bp=0))

    assert (found.eligible_cents, found.grant_cents) == (1, 0)


def test_indirect_costs_are_rounded_half_up():
    found = rules.budget([a_line(50)], terms(indirect_rate_bp=700))

    assert found.indirect_cents == 4


def test_a_lower_grant_may_be_asked_for_but_never_a_higher_one():
    lines = [a_line(10_000_000)]

    lower = rules.budget(lines, COSME, asked_cents=5_000_000)
    higher = rules.budget(lines, COSME, asked_cents=99_000_000)

    assert lower.grant_cents == 5_000_000
    assert higher.grant_cents == higher.possible_cents == 8_025_000


def test_every_step_is_a_sentence_and_an_amount_and_survives_storage(app):
    found = rules.budget([a_line(100_000_000), a_line(5, CostCategory.VOUCHERS)], COSME, 100)

    kept = steps.from_json(json.loads(json.dumps(steps.as_json(found.steps))))

    assert kept == found.steps
    assert [step.code for step in kept] == [
        "direct", "base", "indirect", "eligible", "rate", "cap", "asked",
    ]  # fmt: skip
    assert all(str(rules.explain(step)) for step in kept)
    assert rules.result(kept[0]) == "€1,000,000.05"


def test_an_empty_budget_comes_to_nothing():
    assert rules.budget([], COSME).grant_cents == 0


# Domain 3.3 and 11.3, word for word


@pytest.mark.parametrize(
    ("sme_direct", "total", "expected"),
    [(75_000, 100_000, True), (75_000, 100_001, False), (295_000_000, 400_000_000, False),
     (300_000_000, 400_000_000, True), (0, 0, True)],
)  # fmt: skip
def test_three_quarters_are_tested_in_whole_cents(sme_direct, total, expected):
    assert sme_share_is_met(sme_direct, total, 7500) is expected


def test_the_minimum_of_amulet_is_rounded_up_to_the_cent():
    assert sme_minimum(499_788_250, 7500) == 374_841_188


def test_the_example_of_four_million_is_refused_and_after_a_move_accepted(app):
    innosup = innosup_terms(indirect_rate_bp=0, min_grant_cents=0)
    partners, coaching, vouchers = 60_000_000, 15_000_000, 220_000_000

    def lines(moved: int):
        rest = 400_000_000 - partners - coaching - vouchers
        return (
            a_line(rest - moved),
            a_line(partners, sme=True, by=2),
            a_line(coaching, CostCategory.OTHER, sme=True),
            a_line(vouchers + moved, CostCategory.VOUCHERS, sme=True),
        )

    refused = rules.budget(lines(0), innosup)
    accepted = rules.budget(lines(5_000_000), innosup)

    assert refused.sme_direct_cents == 295_000_000
    assert refused.sme_slack_cents == -5_000_000
    assert "V-10" in broken(an_application(lines=lines(0)), innosup)
    assert accepted.sme_slack_cents == 0
    assert "V-10" not in broken(an_application(lines=lines(5_000_000)), innosup)


def test_a_broken_share_tells_the_minimum_and_what_is_missing(app):
    (fault,) = sme_faults(295_000_000, 400_000_000, innosup_terms())

    assert "€3,000,000.00 of €4,000,000.00" in str(fault.message)
    assert "€50,000.00 more is needed" in str(fault.message)
    assert fault.tab is Tab.COSTS


def test_the_share_counts_indirect_costs_in_the_whole_budget(app):
    lines = (a_line(25_000_000), a_line(75_000_000, CostCategory.VOUCHERS, sme=True))

    found = rules.budget(lines, innosup_terms())

    assert found.eligible_cents == 106_250_000
    assert found.sme_slack_cents < 0


@pytest.mark.parametrize(
    ("requested", "expected"),
    [(500_000_000, []), (500_000_001, ["PRP-11"]), (250_000_000, []), (249_999_999, ["PRP-12"]),
     (0, ["PRP-12"])],
)  # fmt: skip
def test_a_project_may_request_from_two_and_a_half_to_five_million(app, requested, expected):
    assert [fault.rule for fault in request_faults(requested, innosup_terms())] == expected


# Every fault at once


def test_a_complete_application_has_no_fault(app):
    assert faults(an_application()) == []


def test_every_fault_is_told_at_once_with_its_tab(app):
    empty = an_application(
        title="", abstract="", months=None, lines=(), members=(a_member(1, confirmed=True),)
    )

    found = faults(empty)

    assert rules.missing_by_tab(found) == {
        Tab.IDENTITY: 3,
        Tab.PARTNERS: 3,
        Tab.COSTS: 1,
        Tab.DOCUMENTS: 0,
        Tab.CHECK: 0,
    }


MEMBERS = (a_member(1), a_member(2), a_member(3))


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"title": " "}, "PRP-03"),
        ({"abstract": ""}, "PRP-03"),
        ({"abstract": "x" * 2001}, "PRP-04"),
        ({"months": None}, "PRP-03"),
        ({"months": 19}, "PRP-06"),
        ({"months": 25}, "PRP-06"),
        ({"members": MEMBERS[:2]}, "PRP-07 PRP-08"),
        ({"members": (*MEMBERS[:2], a_member(3, country="FR"))}, "PRP-08"),
        ({"members": (*MEMBERS, a_member(4, country="US"))}, "PRP-08"),
        ({"members": (a_member(1), a_member(2, region="LV99"), a_member(3))}, "PRP-10"),
        ({"members": (*MEMBERS[:2], a_member(3, eccp=EccpProfile.NO))}, "PRP-13"),
        ({"members": (*MEMBERS[:2], a_member(3, suspended=True))}, "PRP-15"),
        ({"members": (*MEMBERS[:2], a_member(3, confirmed=False))}, "PRP-16"),
        ({"lines": ()}, "PRP-17"),
        ({"asked_cents": 36_000_001}, "PRP-11"),
        ({"asked_cents": 8_025_001}, "PRP-18"),
        ({"other_submission": "PRP-2019-0009"}, "PRP-05"),
    ],
)
def test_each_rule_of_the_call_is_checked(app, changed, rule):
    assert broken(an_application(**changed)) == set(rule.split())


@pytest.mark.parametrize("months", [20, 24])
def test_both_ends_of_the_duration_are_inside(app, months):
    assert broken(an_application(months=months)) == set()


def test_a_requested_profile_is_enough(app):
    asked_for = an_application(members=(*MEMBERS[:2], a_member(3, eccp=EccpProfile.REQUESTED)))

    assert broken(asked_for) == set()


def test_two_entities_of_one_legal_group_count_once(app):
    related = (a_member(1, legal_group="Groupe A"), a_member(2, legal_group="groupe a"))

    found = faults(an_application(members=(*related, a_member(3))))

    assert [fault.rule for fault in found] == ["PRP-07"]
    assert "there are 2" in str(found[0].message)


def test_a_country_counts_only_while_it_takes_part(app):
    found = broken(an_application(), participating=frozenset({"FR", "LV"}))

    assert found == {"PRP-08"}


def test_smes_are_counted_by_their_declaration(app):
    wanted = terms(min_smes=2)
    one = (a_member(1, is_sme=True), a_member(2), a_member(3))
    two = (a_member(1, is_sme=True), a_member(2, is_sme=True), a_member(3))

    assert broken(an_application(members=one), wanted) == {"PRP-09"}
    assert broken(an_application(members=two), wanted) == set()


def test_only_some_kinds_may_take_part_when_the_call_says_so(app):
    wanted = terms(eligible_kinds=("cluster", "network"))
    mixed = (*MEMBERS[:2], a_member(3, kind=OrganisationKind.LARGE))

    assert broken(an_application(members=mixed), wanted) == {"PRP-14"}


def test_an_amount_for_smes_needs_its_reason_where_the_share_is_asked_for(app):
    innosup = innosup_terms(min_grant_cents=1, indirect_rate_bp=0)
    line = replace(a_line(100_000_000, sme=True), note=" ")

    assert "V-12" in broken(an_application(lines=(line,)), innosup)
    assert "V-12" not in broken(an_application(lines=(line,)))


def test_a_voucher_call_for_one_sme_uses_the_same_rules(app):
    voucher = terms(
        min_entities=1, min_countries=1, min_smes=1, requires_region_category=False,
        requires_eccp=False, min_months=1, max_months=12,
    )  # fmt: skip
    one = an_application(members=(a_member(1, is_sme=True, eccp=EccpProfile.NO),), months=6)

    assert broken(one, voucher) == set()


# The copy that is kept


def frozen(application, number=1):
    found = rules.budget(application.lines, terms())
    at = datetime(2019, 4, 4, 14, 59, 59, tzinfo=UTC)
    return rules.freeze(application, found, number=number, submitted_at=at, by="Anna Liepa")


def test_the_same_application_always_has_the_same_fingerprint():
    first, again = frozen(an_application()), frozen(an_application())

    assert first == again
    assert first.sha256 == hashlib.sha256(first.content.encode()).hexdigest()


def test_any_change_changes_the_fingerprint():
    fingerprints = {
        frozen(an_application()).sha256,
        frozen(an_application(title="Clusters for cleaner water")).sha256,
        frozen(an_application(lines=(a_line(10_000_001),))).sha256,
        frozen(an_application(), number=2).sha256,
    }

    assert len(fingerprints) == 4


def test_the_copy_says_everything_in_public_words():
    content = json.loads(frozen(an_application()).content)

    assert content["lines"][0]["organisation"] == "ORG-2019-0001"
    assert content["budget"]["grant_cents"] == 8_025_000
    assert content["submitted_at"] == "2019-04-04T14:59:59+00:00"
    assert content["declarations"] == ["honour", "mandate"]
    assert "organisation_id" not in frozen(an_application()).content


def test_there_are_twenty_thematic_areas_and_fourteen_ecosystems():
    assert (len(THEMATIC_AREAS), len(INDUSTRIAL_ECOSYSTEMS)) == (20, 14)
