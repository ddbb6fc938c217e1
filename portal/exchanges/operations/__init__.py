"""The verbs of exchanges: building, agreeing, closing, and the terms they live under."""

from portal.exchanges.operations.agreeing import accept_agreement, approve, conclude
from portal.exchanges.operations.amending import (
    accept_amendment,
    amend,
    decline_amendment,
    withdraw_amendment,
)
from portal.exchanges.operations.attending import confirm_attendance
from portal.exchanges.operations.building import edit, sign, start, waive
from portal.exchanges.operations.closing import report, send_back, validate
from portal.exchanges.operations.ending import cancel, mark_no_show, refuse
from portal.exchanges.operations.excusing import (
    decline_force_majeure,
    grant_force_majeure,
    propose_force_majeure,
)
from portal.exchanges.operations.overriding import (
    decline_override,
    grant_override,
    propose_override,
)
from portal.exchanges.operations.reminding import remind_signatures
from portal.exchanges.operations.terms import load_reference, remind, set_terms

__all__ = [
    "accept_agreement",
    "accept_amendment",
    "amend",
    "approve",
    "cancel",
    "conclude",
    "confirm_attendance",
    "decline_amendment",
    "decline_force_majeure",
    "decline_override",
    "edit",
    "grant_force_majeure",
    "grant_override",
    "load_reference",
    "mark_no_show",
    "propose_force_majeure",
    "propose_override",
    "refuse",
    "remind",
    "remind_signatures",
    "report",
    "send_back",
    "set_terms",
    "sign",
    "start",
    "validate",
    "waive",
    "withdraw_amendment",
]
