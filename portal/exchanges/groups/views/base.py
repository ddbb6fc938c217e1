"""The blueprint, and the group a page is about."""

from flask import Blueprint

from portal.core.actors import Actor, ensure_seen
from portal.core.states import Badge
from portal.exchanges import policy as exchange_policy
from portal.exchanges import queries as exchanges
from portal.exchanges.groups import policy, queries
from portal.exchanges.groups.models import GroupVisit
from portal.exchanges.groups.states import LIFE, State
from portal.exchanges.models import Exchange

blueprint = Blueprint("groups", __name__)


def seen(actor: Actor, ref: str) -> GroupVisit:
    """The group with this reference, if the actor may see it; raises `NotFound`."""
    group = queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, group))
    return group


def seen_exchange(actor: Actor, ref: str) -> Exchange:
    """The exchange with this reference, if the actor may see it; raises `NotFound`."""
    exchange = exchanges.by_ref(ref)
    ensure_seen(exchange_policy.may_see(actor, exchange))
    return exchange


def badge_of(group: GroupVisit) -> Badge:
    """The word for where a group stands: one whose visits have all ended is closed already."""
    return LIFE.badge(State.CLOSED if queries.is_over(group) else group.state)
