"""When a call is open: the server's clock decides, to the second, and the last second is still in.

A submission at 17:00:00 exactly, or at any fraction of that second, is in; at 17:00:01 the door is
shut (domain 5.4).
"""

from datetime import date, datetime
from typing import Protocol

from portal.calls.states import LIFE, PHASE_BADGES, Phase, State
from portal.core import days, formats
from portal.core.errors import Fault, RuleBroken
from portal.core.i18n import Text, _
from portal.core.states import Badge


class Window(Protocol):
    """What the clock needs to know of a call."""

    state: State
    opens_at: datetime
    closes_at: datetime
    months_to_inform: int


def phase(call: Window, now: datetime) -> Phase:
    """What the clock says of the window at `now`, whatever the state; both ends are inside."""
    instant = now.replace(microsecond=0)
    if instant < call.opens_at:
        return Phase.FORECAST
    return Phase.OPEN if instant <= call.closes_at else Phase.CLOSED


def badge(call: Window, now: datetime) -> Badge:
    """How the call is shown: by the clock while published, by its state otherwise."""
    if call.state is State.PUBLISHED:
        return PHASE_BADGES[phase(call, now)]
    return LIFE.badge(call.state)


def ensure_open(call: Window, now: datetime) -> None:
    """Go on only while proposals are taken; raises `RuleBroken` that says why they are not."""
    shut = _why_shut(call, now)
    if shut is not None:
        raise RuleBroken(Fault(shut, None, "CALL-02", {"now": now.isoformat()}))


def ensure_closed(call: Window, now: datetime) -> None:
    """Go on only after the deadline of a published call; raises `RuleBroken`."""
    if call.state is State.PUBLISHED and phase(call, now) is Phase.CLOSED:
        return
    if call.state is State.PUBLISHED:
        message = _(
            "Proposals are assessed after the deadline, %(deadline)s.",
            deadline=formats.moment(call.closes_at),
        )
    elif call.state is State.CANCELLED:
        message = _("The call was cancelled.")
    else:
        message = _("The lists of this call are final: it has been decided.")
    raise RuleBroken(Fault(message, None, "CALL-03"))


def days_left(call: Window, now: datetime) -> int:
    """Calendar days in Brussels until the day of the deadline; 0 on that day and afterwards."""
    left = days.brussels_day(call.closes_at) - days.brussels_day(now)
    return max(0, left.days)


def inform_by(call: Window) -> date:
    """The last day on which applicants must learn the outcome (domain 5.6, month arithmetic)."""
    return days.add_months(days.brussels_day(call.closes_at), call.months_to_inform)


def _why_shut(call: Window, now: datetime) -> Text | None:
    if call.state is State.CANCELLED:
        return _("The call was cancelled.")
    if call.state is State.DRAFTED:
        return _("The call is not published yet.")
    now_is = phase(call, now)
    if now_is is Phase.FORECAST:
        return _(
            "The call opens on %(opening)s. Until then no proposal can be started.",
            opening=formats.moment(call.opens_at),
        )
    if now_is is Phase.CLOSED or call.state is not State.PUBLISHED:
        return _(
            "The deadline was %(deadline)s. Nothing can be changed or submitted any more.",
            deadline=formats.moment(call.closes_at),
        )
    return None
