"""Decisions of a proposal: its budget, every fault of an application, the copy that is kept."""

from portal.calls.proposals.rules.application import Application, Document, Line, Member
from portal.calls.proposals.rules.budget import Budget, budget, explain, result
from portal.calls.proposals.rules.check import TabFault, faults, missing_by_tab
from portal.calls.proposals.rules.copy import Frozen, freeze

__all__ = [
    "Application",
    "Budget",
    "Document",
    "Frozen",
    "Line",
    "Member",
    "TabFault",
    "budget",
    "explain",
    "faults",
    "freeze",
    "missing_by_tab",
    "result",
]
