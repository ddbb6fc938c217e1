"""When a project may begin, when its money may be spent, and the fingerprint of what is signed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from portal.core import formats
from portal.core.days import add_months
from portal.core.errors import Fault, RuleBroken
from portal.core.i18n import Text, _
from portal.projects.states import Instrument, State


def last_day(starts_on: date, months: int) -> date:
    """The last day, included, of a project that lasts `months` from `starts_on`."""
    return add_months(starts_on, months) - timedelta(days=1)


def award_faults(
    *,
    starts_on: date,
    closed_on: date,
    targets: Mapping[Instrument, int | None],
) -> list[Fault]:
    """What stands in the way of an award: a start before the call's deadline, or no target.

    Costs before the deadline are never eligible, so no project starts on or before it.
    """
    faults = []
    if starts_on <= closed_on:
        faults.append(
            Fault(
                _(
                    "The project cannot start before the call has closed: choose a day after "
                    "%(closed)s.",
                    closed=formats.day(closed_on),
                ),
                "starts_on",
                "PRJ-01",
                {"starts_on": starts_on.isoformat(), "closed_on": closed_on.isoformat()},
            )
        )
    faults += [
        Fault(_("Enter how many are planned: at least 1."), f"{instrument}_target", "PRJ-03")
        for instrument, promised in targets.items()
        if promised is not None and promised < 1
    ]
    return faults


def ensure_open_for_spending(state: State, *, ends_on: date, day: date) -> None:
    """Refuse a new commitment unless the agreement is signed, not suspended, and not past its end.

    `ends_on` is included. Raises `RuleBroken`.
    """
    if state is State.SIGNED and day <= ends_on:
        return
    raise RuleBroken(Fault(_closed_text(state, ends_on), None, "PRJ-04", {"state": str(state)}))


def _closed_text(state: State, ends_on: date) -> Text:
    if state is State.PREPARATION:
        return _(
            "The grant agreement is not signed by both sides yet: no money of the project can be "
            "committed before that."
        )
    if state is State.SUSPENDED:
        return _(
            "The project is suspended: nothing new can be committed until an officer resumes it."
        )
    if state is State.SIGNED:
        return _(
            "The project ended on %(ended)s: nothing new can be committed.",
            ended=formats.day(ends_on),
        )
    return _("The project is over: nothing new can be committed.")


def fingerprint(agreement: Mapping[str, Any]) -> str:
    """SHA-256 of an agreement's canonical text: sorted keys, no spaces, UTF-8."""
    text = json.dumps(agreement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
