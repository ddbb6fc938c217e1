"""What a draft may say, and what a replay finds: plain values, no database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.core.i18n import use_locale
from portal.exchanges.editions.rules import draft, values
from portal.exchanges.editions.rules.draft import Proposed, Published
from portal.exchanges.editions.rules.replay import (
    Final,
    KnownStay,
    Past,
    fingerprint,
    from_json,
    replay,
    summary,
)
from portal.exchanges.editions.states import Difference, Halving
from portal.exchanges.rules import lump_sum
from portal.exchanges.rules import stay as stay_rules
from portal.exchanges.rules.terms import FIRST_EDITION, Terms
from portal.exchanges.states import EvidenceKind
from portal.partners.states import OrganisationKind

TODAY = date(2026, 9, 7)
BEGINS = date(2027, 1, 1)
PUBLISHED = Published({date(2020, 1, 1)}, {"CXC-PILOT"}, "CXC-PILOT")
FIRST = date(2026, 3, 2)
BOTH = frozenset(EvidenceKind)


def proposed(**changes) -> Proposed:
    named = {
        name: changes.pop(name)
        for name in ("title_en", "title_fr", "valid_from", "ceilings")
        if name in changes
    }
    terms = replace(FIRST_EDITION, **{"edition": "CXC-2027", **changes})
    known = {"title_en": "Next", "title_fr": "Suite", "valid_from": BEGINS, "ceilings": {}}
    return Proposed(terms, **{**known, **named})


def faults(known: Published = PUBLISHED, **changes) -> set[tuple[str | None, str]]:
    found = draft.faults(proposed(**changes), known, today=TODAY)
    return {(fault.field, fault.rule) for fault in found}


def a_visit(**changes) -> Past:
    """Five days in Portugal, agreed at 780 euros, 1 200 km away."""
    known = {
        "ref": "CXC-2026-0001",
        "scheme_id": 1,
        "visitor": "Filature",
        "host": "Tecelagem",
        "visitor_kind": OrganisationKind.SME,
        "host_kind": OrganisationKind.CLUSTER,
        "visitor_country": "FR",
        "host_country": "PT",
        "virtual": False,
        "first_on": FIRST,
        "last_on": FIRST + timedelta(days=4),
        "working_days": 5,
        "distance_m": 1_200_000,
        "ceiling_cents": 78_000,
        "partnership_cents": None,
        "agreed_cents": 78_000,
    }
    return Past(**{**known, **changes})


def validated(days: int, cents: int, *, counts: bool = True, **changes) -> Past:
    """The visit of which so many days were really spent."""
    final = Final(FIRST, FIRST + timedelta(days=days - 1), days, cents, counts)
    return a_visit(final=final, evidence=BOTH, **changes)


def under(past: Past, ceilings=(), **changes):
    return replay(past, FIRST_EDITION, replace(FIRST_EDITION, **changes), dict(ceilings))


# What a draft may say


def test_the_terms_in_force_under_a_new_code_are_a_draft_without_a_fault():
    assert faults() == set()


def test_the_code_in_force_may_go_on_and_one_that_is_over_may_not():
    later = Published({date(2020, 1, 1)}, {"CXC-PILOT", "CXC-2023"}, "CXC-2023")

    assert faults(edition="CXC-PILOT") == set()
    assert faults(later, edition="CXC-PILOT") == {("code", "CXC-E07")}
    assert faults(edition="next edition") == {("code", "2.1")}


@pytest.mark.parametrize(("name", "bounds"), draft.BOUNDS.items())
def test_each_number_has_bounds_that_are_included(name, bounds):
    def out_of_bounds(value):
        found = draft.faults(proposed(**{name: value}), PUBLISHED, today=TODAY)
        return [one.field for one in found if "Enter a value from" in str(one.message)]

    least, most = bounds
    assert [out_of_bounds(value) for value in (least - 1, most + 1)] == [[name], [name]]
    assert [out_of_bounds(value) for value in (least, most)] == [[], []]


def test_two_shares_may_be_the_whole_and_not_more():
    assert faults(sme_share_bp=7_500, other_share_bp=2_500) == set()
    assert faults(sme_share_bp=7_500, other_share_bp=2_501) == {("other_share_bp", "CXC-K04")}


def test_an_edition_begins_today_at_the_earliest_and_on_a_day_of_its_own():
    assert faults(valid_from=TODAY) == set()
    assert faults(valid_from=TODAY - timedelta(days=1)) == {("valid_from", "2.10")}
    taken = Published({BEGINS}, {"CXC-PILOT"}, "CXC-PILOT")
    assert faults(taken) == {("valid_from", "2.10")}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"shortest_days": 6}, ("whole_from_days", "CXC-L04")),
        ({"shortest_days": 21, "whole_from_days": 22}, ("shortest_days", "CXC-D01")),
        ({"visitor_kinds": ()}, ("visitor_kinds", "2.2")),
        ({"host_kinds": ()}, ("host_kinds", "2.2")),
        ({"evidence_kinds": ()}, ("evidence_kinds", "12-12")),
        ({"reminder_days": (15, 7)}, ("reminder_days", "CXC-T03")),
        ({"reminder_days": (0,)}, ("reminder_days", "CXC-T03")),
        ({"title_fr": "  "}, ("title_fr", "2.1")),
        ({"ceilings": {"PT": -1}}, ("ceiling_PT", "CXC-L03")),
        ({"ceilings": {"PT": 1_000_001}}, ("ceiling_PT", "CXC-L03")),
        (
            {"virtual_from": BEGINS, "virtual_until": BEGINS - timedelta(days=1)},
            ("virtual_until", "CXC-T05"),
        ),
    ],
)
def test_what_makes_no_sense_is_told_beside_its_field(changes, found):
    assert faults(**changes) == {found}


def test_every_value_of_the_terms_is_shown_with_its_rule(app):
    shown = {value.name for value in values.VALUES} | {"edition"}

    assert shown == set(Terms.__dataclass_fields__)
    with use_locale("en"):
        changed = values.changes(FIRST_EDITION, replace(FIRST_EDITION, near_m=0, target=1))
        written = [(one.rule, str(one.before), str(one.after)) for one in changed]
    assert written == [
        ("CXC-L04", "200 km", "0 km"),
        ("CXC-K01", "500 exchanges", "1 exchange"),
    ]


# Virtual exchanges have their days


def test_cxc_t05_virtual_exchanges_are_refused_outside_the_days_of_the_edition():
    terms = replace(FIRST_EDITION, virtual_from=FIRST, virtual_until=FIRST + timedelta(days=4))

    def rules(first: date, last: date) -> list[str]:
        stay = stay_rules.Stay(first, last, "FR", "PT", 0, virtual=True)
        return [fault.rule for fault in stay_rules.faults(stay, terms)]

    day = timedelta(days=1)
    assert rules(FIRST, FIRST + 4 * day) == []
    assert rules(FIRST - day, FIRST) == ["CXC-T05"]
    assert rules(FIRST, FIRST + 5 * day) == ["CXC-T05"]
    with pytest.raises(RuleBroken):
        lump_sum.lump_sum(KnownStay(FIRST - day, FIRST, "FR", "PT", 0, virtual=True), terms, None)


# What a replay finds


def test_a_lower_cap_lowers_the_amounts_above_it():
    row = under(a_visit(), cap_cents=70_000)

    assert (row.difference, row.old_cents, row.new_cents) == (Difference.LOWER, 78_000, 70_000)
    assert under(a_visit(), cap_cents=78_000).differs is False
    assert [reason.rule for reason in row.reasons] == ["CXC-L01"]


def test_a_ceiling_of_the_draft_counts_for_its_country_alone():
    assert under(a_visit(), {"PT": 90_000}).new_cents == 90_000
    assert under(a_visit(), {"ES": 10_000}).differs is False


def test_a_new_limit_of_days_halves_or_no_longer_halves():
    halved = under(a_visit(), whole_from_days=6)
    short = validated(4, 39_000)

    assert (halved.halving, halved.new_cents) == (Halving.HALVED, 39_000)
    assert [reason.rule for reason in halved.reasons] == ["CXC-L04"]
    assert (under(short, whole_from_days=4).halving, under(short, whole_from_days=4).new_cents) == (
        Halving.WHOLE,
        78_000,
    )


def test_a_stay_under_the_new_minimum_would_be_refused_with_its_rule():
    row = under(a_visit(), shortest_days=6, whole_from_days=6)

    assert (row.difference, row.new_cents) == (Difference.REFUSED, 0)
    assert [reason.rule for reason in row.reasons] == ["CXC-D01"]


def test_a_validated_visit_that_was_cut_short_is_refused_or_admitted_by_the_days_spent():
    spent = validated(3, 39_000)
    too_short = validated(2, 0, counts=False)

    refused = under(spent, shortest_days=4)
    admitted = under(too_short, shortest_days=2)

    assert (refused.difference, refused.new_cents) == (Difference.REFUSED, 0)
    assert (admitted.difference, admitted.new_cents) == (Difference.ADMITTED, 39_000)
    assert [reason.rule for reason in (*refused.reasons, *admitted.reasons)] == ["CXC-D01"] * 2


def test_kinds_evidence_and_virtual_days_refuse_with_their_rules():
    others = (OrganisationKind.CLUSTER,)
    virtual = a_visit(virtual=True, agreed_cents=0)
    without_ticket = replace(validated(5, 78_000), evidence=frozenset({EvidenceKind.PRESENCE}))
    less = replace(FIRST_EDITION, evidence_kinds=(EvidenceKind.PRESENCE,))

    found = [
        under(a_visit(), visitor_kinds=others),
        under(virtual, virtual_until=FIRST),
        replay(without_ticket, less, FIRST_EDITION, {}),
    ]

    assert [row.difference for row in found] == [Difference.REFUSED] * 3
    assert [row.reasons[0].rule for row in found] == ["2.2", "CXC-T05", "12-12"]


def test_what_was_refused_under_its_own_terms_too_is_no_difference():
    registered_anew = a_visit(visitor_kind=OrganisationKind.LARGE)

    assert under(registered_anew).differs is False
    assert under(registered_anew, cap_cents=70_000).new_cents == 70_000


def test_the_summary_counts_every_visit_once_and_survives_being_kept():
    rows = [
        under(a_visit(), cap_cents=70_000),
        under(a_visit(agreed_cents=41_500, ceiling_cents=41_500), cap_cents=70_000),
        under(a_visit(), shortest_days=6, whole_from_days=6),
    ]
    found = summary(rows)

    assert (found.visits, found.old_cents, found.new_cents) == (3, 197_500, 111_500)
    assert sum(found.differences.values()) == 3
    assert from_json(found.as_json()).as_json() == found.as_json()
    assert fingerprint(proposed(), found) != fingerprint(proposed(cap_cents=1), found)


terms = st.builds(
    replace,
    st.just(FIRST_EDITION),
    cap_cents=st.integers(1, 1_000_000),
    shortest_days=st.integers(1, 6),
    whole_from_days=st.integers(6, 12),
    near_m=st.integers(0, 2_000_000),
    visitor_kinds=st.lists(st.sampled_from(OrganisationKind), unique=True).map(tuple),
    evidence_kinds=st.lists(st.sampled_from(EvidenceKind), unique=True).map(tuple),
    virtual_until=st.none() | st.dates(FIRST, FIRST + timedelta(days=30)),
)
pasts = st.builds(
    a_visit,
    visitor_kind=st.sampled_from(OrganisationKind),
    virtual=st.booleans(),
    last_on=st.dates(FIRST, FIRST + timedelta(days=40)),
    working_days=st.integers(0, 30),
    distance_m=st.integers(0, 3_000_000),
    ceiling_cents=st.none() | st.integers(0, 200_000),
    partnership_cents=st.none() | st.integers(1, 200_000),
    agreed_cents=st.integers(0, 200_000),
    evidence=st.none() | st.frozensets(st.sampled_from(EvidenceKind)),
    final=st.none()
    | st.builds(
        Final,
        st.just(FIRST),
        st.dates(FIRST, FIRST + timedelta(days=40)),
        st.integers(0, 30),
        st.integers(0, 200_000),
        st.booleans(),
    ),
)


@given(pasts, terms)
def test_the_terms_of_a_visit_replayed_upon_itself_differ_nowhere(past, own):
    row = replay(past, own, own, {})

    assert row.differs is False
    assert (row.old_cents, row.new_cents, row.reasons) == (past.cents, past.cents, ())


@given(pasts, terms, terms)
def test_what_would_be_refused_costs_nothing_and_what_is_not_keeps_within_the_cap(past, own, other):
    row = replay(past, own, other, {})

    if row.difference is Difference.REFUSED:
        assert row.new_cents == 0
        assert row.reasons
    if row.difference is Difference.HIGHER:
        assert past.cents < row.new_cents <= other.cap_cents
