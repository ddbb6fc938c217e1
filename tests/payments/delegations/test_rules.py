"""Days, ceilings and people of a delegation, in plain Python."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.actors import Role
from portal.payments.delegations import rules
from portal.payments.delegations.rules import Right
from portal.payments.delegations.states import LIFE, NOT_YET, OVER, State

TODAY = date(2026, 3, 10)


def a_right(number, cents):
    return Right(number, f"DEL-{number}", Role.VERIFIER, number, "Owner", 99, cents, TODAY)


@pytest.mark.parametrize(
    ("first", "last", "cents", "fields"),
    [
        (0, 0, 1, []),
        (-1, 5, 1, ["starts_on"]),
        (5, 4, 1, ["ends_on"]),
        (0, 0, 0, ["ceiling_cents"]),
        (-1, -2, -1, ["starts_on", "ends_on", "ceiling_cents"]),
    ],
)
def test_days_are_in_order_and_not_past_and_the_ceiling_is_above_zero(first, last, cents, fields):
    faults = rules.proposal_faults(
        starts_on=TODAY + timedelta(days=first),
        ends_on=TODAY + timedelta(days=last),
        ceiling_cents=cents,
        today=TODAY,
    )

    assert [fault.field for fault in faults] == fields


@pytest.mark.parametrize(
    ("is_delegator", "is_active", "roles", "possible"),
    [
        (False, True, {Role.OFFICER}, True),
        (False, True, {Role.VERIFIER}, True),
        (True, True, {Role.OFFICER}, False),
        (False, False, {Role.OFFICER}, False),
        (False, True, set(), False),
        (False, True, {Role.AUDITOR, Role.ADMIN, Role.MANAGER}, False),
        (False, True, {Role.OFFICER, Role.AUTHORISER}, False),
    ],
)
def test_a_right_is_lent_to_another_active_member_of_the_staff(
    is_delegator, is_active, roles, possible
):
    faults = rules.delegate_faults(
        is_delegator=is_delegator, is_active=is_active, roles=roles, lent=Role.AUTHORISER
    )

    assert (not faults) is possible


@pytest.mark.parametrize(
    ("day", "badge"),
    [
        (date(2026, 3, 9), NOT_YET),
        (date(2026, 3, 10), LIFE.badge(State.APPROVED)),
        (date(2026, 3, 12), LIFE.badge(State.APPROVED)),
        (date(2026, 3, 13), OVER),
    ],
)
def test_both_days_are_included(day, badge):
    found = rules.badge(State.APPROVED, date(2026, 3, 10), date(2026, 3, 12), day)

    assert found is badge


@given(st.lists(st.integers(1, 1000), max_size=6), st.integers(1, 1000))
def test_the_lowest_ceiling_that_holds_the_amount_is_used(ceilings, amount):
    rights = [a_right(number, cents) for number, cents in enumerate(ceilings, 1)]

    chosen = rules.under(rights, amount)

    wide_enough = [cents for cents in ceilings if cents >= amount]
    assert (chosen.ceiling_cents if chosen else None) == min(wide_enough, default=None)
