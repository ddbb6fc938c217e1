"""Programmes and who takes part, made by their own operations."""

from datetime import date
from itertools import count

from portal.core.actors import SYSTEM
from portal.programme import operations
from portal.programme.models import Programme

_numbers = count(1)


def a_programme(*countries: str, **overrides) -> Programme:
    """A programme in which these countries take part since 2014 (France and Latvia by default)."""
    given = {
        "code": f"TEST{next(_numbers)}",
        "name_en": "A programme for tests",
        "name_fr": "Un programme pour les tests",
        "funding_rate_bp": 7_500,
        "indirect_rate_bp": 700,
    } | overrides
    programme = operations.add_programme(actor=SYSTEM, **given)
    for country in countries or ("FR", "LV"):
        operations.add_participation(
            programme, country=country, valid_from=date(2014, 1, 1), source="tests", actor=SYSTEM
        )
    return programme
