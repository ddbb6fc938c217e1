"""Pages of profiles: may we take part, the list, the catalogue, one profile and its steps."""

from portal.exchanges.profiles.views import lists, steps
from portal.exchanges.profiles.views.base import blueprint

__all__ = ["blueprint", "lists", "steps"]
