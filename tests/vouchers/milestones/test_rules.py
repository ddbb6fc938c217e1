"""Due days, and what an accepted milestone is worth: plain Python."""

from datetime import date

import pytest

from portal.vouchers.milestones import rules


@pytest.mark.parametrize(
    ("award", "share_bp", "instalment", "achievement", "expected"),
    [
        (2_000_000, 5000, 1_000_000, 100, 1_000_000),
        (2_000_000, 5000, 1_000_000, 75, 750_000),
        (2_000_000, 5000, 1_000_000, 50, 500_000),
        (2_000_000, 5000, 1_000_000, 0, 0),
        (100_001, 5000, 50_001, 100, 50_001),
        (100_001, 5000, 50_001, 75, 37_500),
        (100_001, 5000, 50_000, 50, 25_000),
    ],
)
def test_a_milestone_pays_award_by_share_by_achievement_rounded_down(
    award, share_bp, instalment, achievement, expected
):
    due = rules.due_cents(
        award_cents=award,
        share_bp=share_bp,
        instalment_cents=instalment,
        achievement=achievement,
    )

    assert due == expected


def test_proof_is_accepted_until_the_end_of_the_due_day(app):
    due = date(2026, 3, 31)

    assert rules.submission_faults(day=due, last=due) == []
    assert rules.submission_faults(day=date(2026, 4, 1), last=due)


@pytest.mark.parametrize(
    ("returned_on", "expected"),
    [
        (None, date(2026, 3, 31)),
        (date(2026, 2, 1), date(2026, 3, 31)),
        (date(2026, 3, 30), date(2026, 4, 29)),
    ],
)
def test_a_return_gives_at_least_30_days_more(returned_on, expected):
    assert rules.last_day(date(2026, 3, 31), returned_on) == expected


@pytest.mark.parametrize(
    ("achievement", "reason", "field"),
    [
        (100, "", None),
        (75, "late", None),
        (75, " ", "reason"),
        (0, "", "reason"),
        (60, "x", "achievement"),
    ],
)
def test_a_cut_needs_its_reason(app, achievement, reason, field):
    faults = rules.acceptance_faults(achievement=achievement, reason=reason)

    assert [fault.field for fault in faults] == ([field] if field else [])


@pytest.mark.parametrize(
    ("after", "allowed"),
    [
        (date(2026, 5, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
        (date(2026, 3, 31), False),
        (date(2026, 4, 9), False),
    ],
)
def test_a_due_day_moves_only_forward_and_within_the_project(app, after, allowed):
    faults = rules.postponement_faults(
        today=date(2026, 4, 10),
        before=date(2026, 3, 31),
        after=after,
        project_ends_on=date(2026, 12, 31),
    )

    assert (faults == []) is allowed
