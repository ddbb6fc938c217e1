"""The pages of group visits."""

from portal.exchanges.groups.views import pages, places
from portal.exchanges.groups.views.base import blueprint

__all__ = ["blueprint", "pages", "places"]
