"""The page of a partnership, and the files made from it."""

from portal.exchanges.partnerships.views import show
from portal.exchanges.partnerships.views.show import blueprint

__all__ = ["blueprint", "show"]
