"""The blueprint, and what several pages of the room show."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, url_for

from portal.core import formats
from portal.core.actors import Actor, ensure_seen
from portal.core.i18n import Text
from portal.core.steps import Step
from portal.exchanges import policy, queries
from portal.exchanges.models import Exchange
from portal.exchanges.rules import lump_sum
from portal.exchanges.states import LIFE, Action
from portal.web.respond import Link

blueprint = Blueprint("exchanges", __name__)

_TONES = {
    Action.SIGN: "primary",
    Action.APPROVE: "primary",
    Action.ACCEPT_AGREEMENT: "primary",
    Action.CONCLUDE: "primary",
    Action.ACCEPT_AMENDMENT: "primary",
    Action.CONFIRM_ATTENDANCE: "primary",
    Action.REPORT: "primary",
    Action.VALIDATE: "primary",
    Action.REFUSE: "danger",
    Action.CANCEL: "danger",
    Action.MARK_NO_SHOW: "danger",
}


@dataclass(frozen=True)
class ShownStep:
    """One step of a calculation in the reader's language."""

    text: Text
    clause: str
    result: str


def shown(steps: Iterable[Step]) -> list[ShownStep]:
    """The steps of a calculation as a page opens them."""
    return [ShownStep(lump_sum.explain(step), step.clause, _result(step)) for step in steps]


def seen(actor: Actor, ref: str) -> Exchange:
    """The exchange with this reference, if the actor may see it; raises `NotFound`."""
    exchange = queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, exchange))
    return exchange


def links(actor: Actor, exchange: Exchange) -> list[Link]:
    """What the actor can do now, as links to the pages where it is done."""
    return [
        Link(
            LIFE.labels[action],
            url_for(f"exchanges.{action}", ref=exchange.ref),
            _TONES.get(action, "secondary"),
        )
        for action in policy.available(actor, exchange)
    ]


def _result(step: Step) -> str:
    cents = lump_sum.result_cents(step)
    return "" if cents is None else formats.money(cents)
