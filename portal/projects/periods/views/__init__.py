"""How a grant is paid: its plan and periods, one report, what people do with it, its end, terms."""

from portal.projects.periods.views import annex, closing, pages
from portal.projects.periods.views.base import blueprint

__all__ = ["annex", "blueprint", "closing", "pages"]
