"""The pages of an override of the quota: proposed by one person, decided by another."""

from dataclasses import dataclass

from portal.accounts import queries as accounts
from portal.core import clock
from portal.core.actors import ensure
from portal.core.i18n import Text, _
from portal.exchanges import operations, policy, queries
from portal.exchanges.forms import GrantOverrideForm, ProposeOverrideForm, ReasonForm
from portal.exchanges.models import Exchange, QuotaOverride
from portal.exchanges.rules.quota import forecast_of, is_blocked
from portal.exchanges.states import LIFE, Action, Klass
from portal.exchanges.views.base import blueprint, seen
from portal.exchanges.views.quota import after_words, also_words
from portal.web.respond import Answer, attempt, done, form_page
from portal.web.session import current_actor


@dataclass(frozen=True)
class AfterThis:
    """What one approval does to the quota, and the override it would need or use."""

    words: Text
    other: Text
    kind: str
    blocked: bool
    override: QuotaOverride | None

    @property
    def may_go_on(self) -> bool:
        """Whether the approval is possible as things stand."""
        return not self.blocked or (self.override is not None and self.override.granted is True)


def after_this(exchange: Exchange, klass: Klass) -> AfterThis:
    """What an approval of this exchange would do, before anything is done."""
    standing = queries.quota(exchange.project_id, clock.today())
    tally = standing.tally.plus([klass])
    ahead = forecast_of(tally, standing.goal)
    blocked = is_blocked(standing.planned_forecast, ahead)
    return AfterThis(
        words=after_words(1, tally, ahead),
        other=also_words(tally),
        kind="ok" if ahead.feasible else "no",
        blocked=blocked,
        override=queries.open_override(exchange.id) if blocked else None,
    )


@blueprint.route("/exchanges/<ref>/propose-override", methods=["GET", "POST"])
def propose_override(ref: str) -> Answer:
    """Say why this exchange should be approved though a minimum is out of reach then."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_propose_override(actor, exchange))
    LIFE.step(exchange.state, Action.PROPOSE_OVERRIDE)
    form = ProposeOverrideForm()
    if form.is_submitted() and attempt(
        form, operations.propose_override, exchange, actor=actor, **form.values()
    ):
        message = _("The override is proposed. Another person decides on it.")
        return done(message, "exchanges.show", ref=ref)
    exchange = queries.by_ref(ref)
    return form_page(
        "exchanges/propose_override.html", form, exchange=exchange, words=_words(exchange)
    )


@blueprint.route("/exchanges/<ref>/grant-override", methods=["GET", "POST"])
def grant_override(ref: str) -> Answer:
    """Read why somebody else wants the quota overridden, and let it be."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_grant_override(actor, exchange))
    LIFE.step(exchange.state, Action.GRANT_OVERRIDE)
    form = GrantOverrideForm()
    if form.is_submitted() and attempt(
        form, operations.grant_override, exchange, actor=actor, **form.values()
    ):
        message = _("The override is granted. The exchange can now be approved.")
        return done(message, "exchanges.show", ref=ref)
    return form_page("exchanges/grant_override.html", form, **_proposal(ref))


@blueprint.route("/exchanges/<ref>/decline-override", methods=["GET", "POST"])
def decline_override(ref: str) -> Answer:
    """Read why somebody else wants the quota overridden, and say why not."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_decline_override(actor, exchange))
    LIFE.step(exchange.state, Action.DECLINE_OVERRIDE)
    form = ReasonForm()
    if form.is_submitted() and attempt(
        form, operations.decline_override, exchange, actor=actor, **form.values()
    ):
        return done(_("The override is declined."), "exchanges.show", ref=ref)
    return form_page("exchanges/decline_override.html", form, **_proposal(ref))


def _proposal(ref: str) -> dict[str, object]:
    """What the deciding person is shown: the proposal, by whom, and what it leads to."""
    exchange = queries.by_ref(ref)
    found = queries.open_override(exchange.id)
    people = accounts.by_ids([found.proposed_by_id]) if found else {}
    return {
        "exchange": exchange,
        "proposal": found if found and found.granted is None else None,
        "proposed_by": people[found.proposed_by_id].name if found else "",
        "words": _words(exchange),
    }


def _words(exchange: Exchange) -> Text:
    return after_this(exchange, queries.assess(exchange, clock.today()).klass).words
