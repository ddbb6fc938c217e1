"""The codes of a visit, how many may still be typed, and what is still missing after it."""

from datetime import date

from sqlalchemy import func, select

from portal.core import settings
from portal.core.db import db
from portal.core.i18n import Text
from portal.exchanges.models import Exchange, WrongCode
from portal.exchanges.rules import attendance as rules
from portal.exchanges.rules import closing
from portal.exchanges.states import Passage


def attendance_code(exchange: Exchange, passage: Passage) -> str:
    """The code the visitor shows; for the visitor’s own page and for comparing, nowhere else."""
    return rules.code(settings.current().secret, exchange.ref, passage)


def wrong_codes(exchange_id: int) -> int:
    """How many wrong codes were typed for a visit."""
    query = select(func.count()).where(WrongCode.exchange_id == exchange_id)
    return db.session.scalar(query.select_from(WrongCode)) or 0


def still_missing(exchange: Exchange) -> tuple[Text, ...]:
    """Which reports and proofs the file lacks before it can be checked."""
    return closing.missing(
        reporters=[one.side for one in exchange.reports],
        evidence=[one.kind for one in exchange.evidence],
        virtual=exchange.virtual,
        required=exchange.scheme.terms.evidence_kinds,
        attended=rules.is_proved(one.passage for one in exchange.attendance),
    )


def takes_codes(exchange: Exchange, day: date) -> bool:
    """Whether something is still to be confirmed by code on a day."""
    return (
        not exchange.virtual
        and rules.is_time(exchange.first_on, exchange.last_on, today=day)
        and not rules.is_proved(one.passage for one in exchange.attendance)
    )
