"""Pages of exchanges: the list, one exchange, its steps, quotas and terms."""

from portal.exchanges.views import lists, show, steps
from portal.exchanges.views.base import blueprint

__all__ = ["blueprint", "lists", "show", "steps"]
