"""What may go wrong, without any HTTP in it; `web/errors.py` turns each kind into a page."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from portal.core.i18n import Text, _


@dataclass(frozen=True)
class Fault:
    """One thing that stands in the way, in the reader's language.

    `message` names the rule, the limit, what is left and what to do. `field` is the name of
    the form field concerned, if any. `rule` is its identifier in the domain reference (CXC-D01).
    """

    message: Text
    field: str | None = None
    rule: str = ""
    inputs: dict[str, str | int] = dataclasses.field(default_factory=dict)


#: Kinds of refusal, as the trail tells them: the names of the errors below.
REFUSALS: dict[str, Text] = {
    "not_allowed": _("Not open to this person"),
    "not_found": _("Not there, or not to be known"),
    "illegal_step": _("Not possible in this state"),
    "stale": _("Somebody else was first"),
    "already_sent": _("Sent before with other values"),
    "rule_broken": _("A rule stands in the way"),
    "too_many_attempts": _("Too many attempts"),
}


class PortalError(Exception):
    """Anything the portal refuses on purpose."""


class NotAllowed(PortalError):
    """The actor may not do this, whatever the state of the thing (403)."""

    def __init__(self, message: Text | None = None) -> None:
        super().__init__("not allowed")
        self.message = message


class NotFound(PortalError):
    """There is no such thing, or the actor may not know of it (404)."""


class IllegalStep(PortalError):
    """The thing is in a state from which this action is not possible (409)."""

    def __init__(self, state: str, action: str) -> None:
        super().__init__(f"{action} is not possible from {state}")
        self.state = state
        self.action = action


class Stale(PortalError):
    """Somebody else changed the thing in the meantime (409)."""


class Busy(PortalError):
    """Others write for so long that this could not begin; it may be tried again (503)."""


class AlreadySent(PortalError):
    """The form was sent before with other values, and that was done (409)."""


class RuleBroken(PortalError):
    """One or more rules stand in the way; every fault is told at once (422)."""

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("; ".join(fault.rule or str(fault.message) for fault in self.faults))


class TooManyAttempts(PortalError):
    """Attempts of this kind are refused for a while (429)."""


def refuse_if(faults: Iterable[Fault]) -> None:
    """Raise `RuleBroken` with all faults, or do nothing when there is none."""
    found = tuple(faults)
    if found:
        raise RuleBroken(found)
