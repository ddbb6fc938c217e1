"""The commitment to quality: its parties, its content, its fingerprint; and what closes a visit."""

from dataclasses import replace
from datetime import date

import pytest

from portal.exchanges.rules import closing, commitment
from portal.exchanges.rules.commitment import Commitment
from portal.exchanges.rules.terms import FIRST_EDITION
from portal.exchanges.states import EvidenceKind, Party, Reporter

COMMITMENT = Commitment(
    ref="CXC-2026-0001",
    edition="CXC-PILOT",
    visitor="ORG-2026-0001",
    visitor_country="FR",
    host="ORG-2026-0002",
    host_country="PT",
    visitor_partnership="PRJ-2019-0001",
    host_partnership="PRJ-2019-0002",
    virtual=False,
    departure_on=date(2026, 3, 1),
    first_on=date(2026, 3, 2),
    last_on=date(2026, 3, 6),
    return_on=date(2026, 3, 7),
    objectives="Find a weaver",
    activities=("networking",),
    agenda="Monday: arrival",
)


def test_four_parties_sign_and_three_when_both_partnerships_are_one():
    assert len(commitment.parties(one_partnership=False)) == 4
    assert Party.HOST_PARTNERSHIP not in commitment.parties(one_partnership=True)


def test_missing_signatures_are_named_in_the_order_of_the_text():
    missing = commitment.missing(signed=[Party.HOST], one_partnership=False)

    assert missing == (Party.VISITOR, Party.VISITOR_PARTNERSHIP, Party.HOST_PARTNERSHIP)


def test_the_same_text_has_the_same_fingerprint():
    assert commitment.fingerprint(COMMITMENT) == commitment.fingerprint(replace(COMMITMENT))
    assert len(commitment.fingerprint(COMMITMENT)) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"last_on": date(2026, 3, 5)},
        {"objectives": "Find a dyer"},
        {"activities": ("networking", "market_research")},
        {"host": "ORG-2026-0003"},
        {"virtual": True},
    ],
)
def test_any_change_of_the_text_changes_its_fingerprint(change):
    changed = replace(COMMITMENT, **change)

    assert commitment.fingerprint(changed) != commitment.fingerprint(COMMITMENT)


def test_every_missing_part_of_the_text_is_told():
    faults = commitment.content_faults(" ", (), "")

    assert [fault.field for fault in faults] == ["objectives", "activities", "agenda"]


def test_a_file_is_complete_with_two_reports_and_one_proof_of_each_kind():
    assert closing.missing(reporters=Reporter, evidence=EvidenceKind, virtual=False) == ()
    assert len(closing.missing(reporters=(), evidence=(), virtual=False)) == 4


def test_a_virtual_exchange_needs_no_proof_of_travel():
    presence = (EvidenceKind.PRESENCE,)

    assert closing.missing(reporters=Reporter, evidence=presence, virtual=True) == ()


def test_cxc_t03_closing_reports_are_due_fifteen_days_after_the_stay():
    assert closing.report_due_on(date(2026, 3, 6), FIRST_EDITION) == date(2026, 3, 21)


def test_evidence_is_kept_five_years_after_the_grant_or_the_stay():
    later_stay = closing.kept_until(
        ends_on=date(2021, 12, 31), last_on=date(2026, 3, 6), terms=FIRST_EDITION
    )
    later_grant = closing.kept_until(
        ends_on=date(2027, 1, 31), last_on=date(2026, 3, 6), terms=FIRST_EDITION
    )

    assert later_stay == date(2031, 3, 6)
    assert later_grant == date(2032, 1, 31)


def test_an_agreed_exchange_is_cancelled_before_its_first_day_only():
    first = date(2026, 3, 2)

    assert list(closing.cancel_faults(first, agreed=True, today=date(2026, 3, 1))) == []
    assert len(list(closing.cancel_faults(first, agreed=True, today=first))) == 1
    assert list(closing.cancel_faults(first, agreed=False, today=date(2026, 4, 1))) == []


def test_a_visitor_is_missed_from_the_first_day_on():
    first = date(2026, 3, 2)

    assert len(list(closing.no_show_faults(first, today=date(2026, 3, 1)))) == 1
    assert list(closing.no_show_faults(first, today=first)) == []


def test_a_report_is_filed_after_the_stay_about_days_gone_by():
    last = date(2026, 3, 6)

    assert len(list(closing.too_early(last, today=last))) == 1
    assert list(closing.too_early(last, today=date(2026, 3, 7))) == []
    wrong = closing.days_faults(last, date(2026, 3, 5))
    assert [fault.field for fault in wrong] == ["last_on"]
    assert list(closing.days_faults(last, last)) == []


def test_satisfaction_runs_from_one_to_five():
    assert [len(list(closing.satisfaction_faults(answer))) for answer in (0, 1, 5, 6)] == [
        1,
        0,
        0,
        1,
    ]


def test_cxc_t03_reminders_go_out_after_7_15_and_22_days():
    last = date(2026, 3, 1)
    days = (
        date(2026, 3, 7),
        date(2026, 3, 8),
        date(2026, 3, 16),
        date(2026, 3, 23),
        date(2026, 4, 9),
    )

    due = [closing.reminders_due(last, FIRST_EDITION, today=day) for day in days]

    assert due == [0, 1, 2, 3, 3]
