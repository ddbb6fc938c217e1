"""Pages of matches: the best candidates, proposals and answers, rounds."""

from portal.exchanges.matches.views import pages, rounds
from portal.exchanges.matches.views.base import blueprint

__all__ = ["blueprint", "pages", "rounds"]
