"""My proposals, the tabs of an application, its page, and what officers decide."""

from portal.calls.proposals.views import judging, lists, partners, show, tabs
from portal.calls.proposals.views.base import blueprint

__all__ = ["blueprint", "judging", "lists", "partners", "show", "tabs"]
