"""The pages of surveys: the list, one survey and its answer, and what came of the visits."""

from portal.exchanges.surveys.views import effects, pages
from portal.exchanges.surveys.views.base import blueprint

__all__ = ["blueprint", "effects", "pages"]
