"""Calls: the two real ones, and one that is open now; valid by default, one line each."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from portal.calls import operations
from portal.calls.models import Call
from portal.calls.rules import Terms
from portal.calls.rules.catalogue import (
    ESCP_4X_2018,
    ESCP_4X_2018_CODE,
    INNOSUP_01_2020,
    INNOSUP_01_CODE,
)
from portal.calls.states import CallKind, State
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.clock import BRUSSELS
from portal.programme.models import Programme
from tests.partners.builders import a_person, acting
from tests.programme.builders import a_programme

_numbers = count(1)

#: The instants of the two real calls.
BEFORE_OPENING = datetime(2019, 1, 9, 12, 0, tzinfo=BRUSSELS)
WHILE_OPEN = datetime(2019, 3, 1, 12, 0, tzinfo=BRUSSELS)
DEADLINE = datetime(2019, 4, 4, 17, 0, tzinfo=BRUSSELS)
AFTER_DEADLINE = datetime(2019, 4, 5, 9, 0, tzinfo=BRUSSELS)


def terms(**overrides: Any) -> Terms:
    """The terms of COS-CLUSTER-2018-03-02, with changes."""
    return replace(ESCP_4X_2018, **overrides)


def innosup_terms(**overrides: Any) -> Terms:
    """The terms of INNOSUP-01-2018-2020, with changes."""
    return replace(INNOSUP_01_2020, **overrides)


def an_officer() -> Actor:
    """Somebody who manages calls."""
    return acting(a_person(), Role.OFFICER)


def a_call(
    programme: Programme | None = None,
    *,
    ref: str = "",
    state: State = State.PUBLISHED,
    kind: CallKind = CallKind.PARTNERSHIP,
    **overrides: Any,
) -> Call:
    """A published call that has been open for a month and closes in thirty days.

    One entity of one participating country may apply, unless the terms are said otherwise.
    """
    now, officer = clock.now().replace(second=0, microsecond=0), an_officer()
    programme = programme or a_programme("FR", "BE", "LV", "PT")
    easy = {
        "min_entities": 1,
        "min_countries": 1,
        "requires_region_category": False,
        "requires_eccp": False,
        "opens_at": now - timedelta(days=30),
        "closes_at": now + timedelta(days=30),
    }
    call = operations.draft(
        ref=ref or f"CALL-{now.year}-{next(_numbers)}",
        programme=programme.ref,
        kind=kind,
        terms=terms(**easy | overrides),
        actor=officer,
    )
    if state is State.PUBLISHED:
        operations.publish(call, actor=officer)
    return call


def closing_soon(**overrides: Any) -> Call:
    """A call that closes in ten minutes: somebody signed in now is still signed in afterwards."""
    soon = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=10)
    return a_call(**{"closes_at": soon, **overrides})


def escp_4x(programme: Programme | None = None) -> Call:
    """COS-CLUSTER-2018-03-02 with its real figures, published before it opened."""
    return _real(ESCP_4X_2018_CODE, CallKind.PARTNERSHIP, ESCP_4X_2018, programme)


def innosup(programme: Programme | None = None) -> Call:
    """INNOSUP-01-2018-2020 with its real figures, published before it opened."""
    return _real(INNOSUP_01_CODE, CallKind.INNOVATION, INNOSUP_01_2020, programme)


def _real(ref: str, kind: CallKind, terms: Terms, programme: Programme | None) -> Call:
    officer = an_officer()
    with clock.at(terms.opens_at - timedelta(days=1)):
        programme = programme or a_programme("FR", "BE", "LV", "PT")
        call = operations.draft(
            ref=ref, programme=programme.ref, kind=kind, terms=terms, actor=officer
        )
        return operations.publish(call, actor=officer)
