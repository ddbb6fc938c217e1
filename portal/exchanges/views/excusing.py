"""The pages of force majeure: proposed by one person, decided by another."""

from dataclasses import dataclass
from datetime import datetime

from portal.accounts import queries as accounts
from portal.core.actors import ensure
from portal.core.i18n import _
from portal.core.states import Badge
from portal.exchanges import operations, policy, queries
from portal.exchanges.forms import GrantOverrideForm, ProposeOverrideForm, ReasonForm
from portal.exchanges.models import Exchange
from portal.exchanges.states import EXCUSE_BADGES, LIFE, Action
from portal.exchanges.views.base import blueprint, seen
from portal.web.respond import Answer, attempt, done, form_page
from portal.web.session import current_actor


@dataclass(frozen=True)
class ShownExcuse:
    """Force majeure as a page tells it: why, by whom, and what was decided by whom."""

    badge: Badge
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str
    waits: bool


def shown_excuses(exchange: Exchange) -> list[ShownExcuse]:
    """Everything recorded, the newest first; before an agreement nothing is."""
    if exchange.concluded_at is None:
        return []
    excuses = list(reversed(exchange.excuses))
    ids = [person for one in excuses for person in (one.proposed_by_id, one.decided_by_id)]
    people = accounts.by_ids(ids)
    return [
        ShownExcuse(
            badge=EXCUSE_BADGES[one.granted],
            reason=one.reason,
            proposed_by=people[one.proposed_by_id].name,
            proposed_at=one.proposed_at,
            decided_by=people[one.decided_by_id].name if one.decided_by_id else "",
            decided_at=one.decided_at,
            decision=one.decision,
            waits=one.granted is None,
        )
        for one in excuses
    ]


@blueprint.route("/exchanges/<ref>/propose-force-majeure", methods=["GET", "POST"])
def propose_force_majeure(ref: str) -> Answer:
    """Say what cut the stay short."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_propose_force_majeure(actor, exchange))
    LIFE.step(exchange.state, Action.PROPOSE_FORCE_MAJEURE)
    form = ProposeOverrideForm()
    if form.is_submitted() and attempt(
        form, operations.propose_force_majeure, exchange, actor=actor, **form.values()
    ):
        message = _("Force majeure is proposed. Another person decides on it.")
        return done(message, "exchanges.show", ref=ref)
    return _answer("propose_force_majeure", form, ref)


@blueprint.route("/exchanges/<ref>/grant-force-majeure", methods=["GET", "POST"])
def grant_force_majeure(ref: str) -> Answer:
    """Read what somebody else says cut the stay short, and recognise it."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_grant_force_majeure(actor, exchange))
    LIFE.step(exchange.state, Action.GRANT_FORCE_MAJEURE)
    form = GrantOverrideForm()
    if form.is_submitted() and attempt(
        form, operations.grant_force_majeure, exchange, actor=actor, **form.values()
    ):
        return done(_("Force majeure is recognised."), "exchanges.show", ref=ref)
    return _answer("grant_force_majeure", form, ref)


@blueprint.route("/exchanges/<ref>/decline-force-majeure", methods=["GET", "POST"])
def decline_force_majeure(ref: str) -> Answer:
    """Read what somebody else says cut the stay short, and say why it does not count."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_decline_force_majeure(actor, exchange))
    LIFE.step(exchange.state, Action.DECLINE_FORCE_MAJEURE)
    form = ReasonForm()
    if form.is_submitted() and attempt(
        form, operations.decline_force_majeure, exchange, actor=actor, **form.values()
    ):
        return done(_("Force majeure is not recognised."), "exchanges.show", ref=ref)
    return _answer("decline_force_majeure", form, ref)


def _answer(
    name: str, form: ProposeOverrideForm | GrantOverrideForm | ReasonForm, ref: str
) -> Answer:
    exchange = queries.by_ref(ref)
    waiting = [one for one in shown_excuses(exchange) if one.waits]
    return form_page(
        f"exchanges/{name}.html",
        form,
        exchange=exchange,
        proposal=waiting[0] if waiting else None,
        terms=exchange.scheme.terms,
    )
