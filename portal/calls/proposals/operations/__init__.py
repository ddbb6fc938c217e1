"""The verbs of proposals: preparing, submitting, judging."""

from portal.calls.proposals.operations.judging import (
    decide,
    declare_inadmissible,
    declare_ineligible,
    inform,
    place_on_main_list,
    place_on_reserve,
    reconsider,
    reject,
)
from portal.calls.proposals.operations.preparing import (
    add_partner,
    attach,
    confirm_partner,
    detach,
    edit,
    plan_costs,
    remove_partner,
    start,
)
from portal.calls.proposals.operations.submitting import reopen, submit, withdraw

__all__ = [
    "add_partner",
    "attach",
    "confirm_partner",
    "decide",
    "declare_inadmissible",
    "declare_ineligible",
    "detach",
    "edit",
    "inform",
    "place_on_main_list",
    "place_on_reserve",
    "plan_costs",
    "reconsider",
    "reject",
    "remove_partner",
    "reopen",
    "start",
    "submit",
    "withdraw",
]
