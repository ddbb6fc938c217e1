"""Decisions of a call: its window, its terms, what publication asks for, regions, words."""

from portal.calls.rules.terms import Terms
from portal.calls.rules.window import (
    badge,
    days_left,
    ensure_closed,
    ensure_open,
    inform_by,
    phase,
)

__all__ = ["Terms", "badge", "days_left", "ensure_closed", "ensure_open", "inform_by", "phase"]
