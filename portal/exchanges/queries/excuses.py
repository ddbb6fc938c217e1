"""Force majeure recorded for an exchange."""

from sqlalchemy import select

from portal.core.db import db
from portal.exchanges.models import Exchange, ForceMajeure
from portal.exchanges.rules import lump_sum


def force_majeure(exchange: Exchange) -> ForceMajeure | None:
    """What is proposed or granted for an exchange; what was declined is left out."""
    return next((one for one in exchange.excuses if one.lapsed_at is None), None)


def lock_force_majeure(exchange: Exchange) -> ForceMajeure | None:
    """As `force_majeure`, fresh and locked until the end of the transaction."""
    query = select(ForceMajeure).where(
        ForceMajeure.exchange_id == exchange.id, ForceMajeure.lapsed_at.is_(None)
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(locked).one_or_none()


def is_reported_short(exchange: Exchange) -> bool:
    """Whether a report tells of a stay too short to be an exchange."""
    stays = [exchange.stay_between(one.first_on, one.last_on) for one in exchange.reports]
    return any(not lump_sum.is_exchange(stay, exchange.scheme.terms) for stay in stays)
