"""Jinja filters: amounts, dates, countries and references as the reader's language writes them."""

from flask import Flask

from portal.core import formats, places
from portal.core.i18n import current_language
from portal.web.navigation import href_of


def _country(code: str) -> str:
    return places.country_name(code, current_language())


def init_filters(app: Flask) -> None:
    """Make the filters known to every template."""
    app.jinja_env.filters.update(
        money=formats.money,
        money_plain=formats.money_plain,
        number=formats.number,
        percent=lambda pair: formats.percent(*pair),
        day=formats.day,
        day_short=formats.day_short,
        moment=formats.moment,
        km=formats.km,
        file_size=formats.file_size,
        country=_country,
        href_of=href_of,
    )
    app.jinja_env.globals.update(day_range=formats.day_range, percent=formats.percent)
