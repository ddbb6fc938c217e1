"""Which exchanges fit into a group, and when its programme may change."""

from dataclasses import replace
from datetime import date

import pytest

from portal.exchanges.groups import rules
from portal.exchanges.groups.rules import Candidate
from portal.exchanges.rules.commitment import Commitment, Programme, fingerprint
from portal.exchanges.states import State

PROGRAMME = Programme(
    "GRP-2026-0001", "Two days", date(2026, 10, 13), date(2026, 10, 14), "See", "Tuesday: the mill."
)
FITS = Candidate(
    "CXC-2026-0001", "Filature", 1, 7, State.BUILDING, False, False,
    date(2026, 10, 12), date(2026, 10, 16),
)  # fmt: skip


def faults(visitors=(), **changes):
    one = replace(FITS, **changes)
    found = rules.candidate_faults(one, host_id=7, programme=PROGRAMME, visitors=visitors)
    return [fault.field for fault in found]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"host_id": 8}, ["exchange"]),
        ({"virtual": True}, ["exchange"]),
        ({"signed": True}, ["exchange"]),
        ({"state": State.SIGNED}, ["exchange"]),
        ({"first_on": date(2026, 10, 14)}, []),
        ({"last_on": date(2026, 10, 13)}, []),
        ({"first_on": date(2026, 10, 15)}, ["first_on"]),
        ({"first_on": date(2026, 10, 5), "last_on": date(2026, 10, 12)}, ["first_on"]),
        ({"visitors": {1}}, ["exchange"]),
        ({"visitors": {2}}, []),
    ],
)
def test_same_host_common_days_unsigned_and_each_organisation_once(app, changes, found):
    assert faults(**changes) == found


def test_a_programme_changes_for_all_or_for_nobody(app):
    assert not list(rules.change_faults(PROGRAMME, [FITS, FITS]))
    assert len(list(rules.change_faults(PROGRAMME, [FITS, replace(FITS, signed=True)]))) == 1
    moved = replace(PROGRAMME, first_on=date(2026, 11, 2), last_on=date(2026, 11, 3))
    assert [fault.field for fault in rules.change_faults(moved, [FITS])] == ["first_on"]


def test_a_group_is_over_when_its_last_visit_has_ended():
    assert not rules.is_over([])
    assert not rules.is_over([State.VALIDATED, State.AGREED])
    assert rules.is_over([State.VALIDATED, State.CANCELLED, State.NO_SHOW])


def test_what_was_signed_outside_a_group_keeps_its_fingerprint():
    alone = Commitment(
        "CXC-2026-0001", "CXC-PILOT", "ORG-1", "FR", "ORG-2", "PT", "PRJ-1", "PRJ-2", False,
        *(date(2026, 10, day) for day in (11, 12, 16, 17)), "Find", ("networking",), "Monday",
    )  # fmt: skip

    assert fingerprint(alone).startswith("d4d0d17bd853b8fb")
    assert fingerprint(replace(alone, shared=PROGRAMME)) != fingerprint(alone)
    other = replace(PROGRAMME, agenda="Tuesday: the dyers.")
    assert fingerprint(replace(alone, shared=other)) != fingerprint(
        replace(alone, shared=PROGRAMME)
    )
