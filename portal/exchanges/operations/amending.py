"""An agreement is amended: proposed by the visitor, accepted by the host and by who pays."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.errors import Fault, RuleBroken, Stale, refuse_if
from portal.core.i18n import _
from portal.core.steps import as_json
from portal.exchanges import notifications, policy, queries
from portal.exchanges.models import Exchange, ExchangeAmendment
from portal.exchanges.rules import amending as rules
from portal.exchanges.rules.amending import Agreed, Proposal
from portal.exchanges.rules.stay import Journey
from portal.exchanges.states import LIFE, Action, Outcome, Party
from portal.ledger import effects as ledger
from portal.ledger.states import Bucket
from portal.projects import queries as projects


def amend(
    exchange: Exchange,
    *,
    departure_on: date,
    first_on: date,
    last_on: date,
    return_on: date,
    agenda: str,
    reason: str,
    seen: str | None = None,
    actor: Actor,
) -> Exchange:
    """Propose other days or another agenda for an agreed visit, before its first day.

    Priced under the terms kept with the visit. Nothing changes until the host and the visitor’s
    partnership have accepted; one proposal is open at a time. `seen` is the fingerprint of the
    preview: when something else would be proposed, nothing is.
    """
    ensure(policy.may_amend(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.AMEND)
    journey = Journey(departure_on, first_on, last_on, return_on)
    proposal = queries.proposal(exchange, journey, agenda.strip(), reason, today=clock.today())
    refuse_if(rules.unseen(proposal, seen))
    found = _keep(exchange, proposal, actor)
    record(
        actor,
        exchange,
        Action.AMEND,
        reason=reason,
        before=_told(proposal.before),
        after=_told(proposal.after),
        number=found.number,
        fingerprint=found.fingerprint,
    )
    notifications.amendment_proposed(exchange, found)
    return exchange


def accept_amendment(
    exchange: Exchange, *, party: Party, fingerprint: str, actor: Actor
) -> Exchange:
    """Accept the open amendment for the host or for the visitor’s partnership.

    `fingerprint` is that of the text shown: when another proposal has taken its place, nothing is
    accepted (`Stale`). With the second acceptance the new terms are in force: more money is set
    aside and bound anew, money no longer needed returns to the envelope at once.
    """
    ensure(policy.may_accept_amendment(actor, exchange, party))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.ACCEPT_AMENDMENT)
    found, today = queries.lock_open_amendment(exchange), clock.today()
    if found.fingerprint != fingerprint:
        raise Stale()
    refuse_if(rules.begun(exchange.first_on, today=today))
    refuse_if(rules.departed(found.becomes.journey, today=today))
    _sign(found, party, actor)
    complete = len(found.accepted_by) == len(policy.AMENDING)
    if complete:
        _put_in_force(exchange, found, actor)
    record(
        actor,
        exchange,
        Action.ACCEPT_AMENDMENT,
        before=_told(found.was) if complete else {},
        after=_told(found.becomes) if complete else {},
        party=party,
        number=found.number,
        fingerprint=fingerprint,
    )
    if complete:
        notifications.amendment_accepted(exchange, found)
    return exchange


def decline_amendment(exchange: Exchange, *, reason: str, actor: Actor) -> Exchange:
    """Leave the agreement as it is; the visitor may propose another amendment."""
    ensure(policy.may_decline_amendment(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.DECLINE_AMENDMENT)
    found = queries.lock_open_amendment(exchange)
    found.outcome, found.closed_at = Outcome.DECLINED, clock.now()
    record(actor, exchange, Action.DECLINE_AMENDMENT, reason=reason, number=found.number)
    notifications.amendment_declined(exchange, found, reason)
    return exchange


def withdraw_amendment(exchange: Exchange, *, actor: Actor) -> Exchange:
    """Take the proposal back; the agreement stays as it is."""
    ensure(policy.may_withdraw_amendment(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.WITHDRAW_AMENDMENT)
    found = queries.lock_open_amendment(exchange)
    found.outcome, found.closed_at = Outcome.WITHDRAWN, clock.now()
    record(actor, exchange, Action.WITHDRAW_AMENDMENT, number=found.number)
    notifications.amendment_withdrawn(exchange, found)
    return exchange


def _keep(exchange: Exchange, proposal: Proposal, actor: Actor) -> ExchangeAmendment:
    assert actor.id is not None, "only people propose"
    found = ExchangeAmendment(
        number=proposal.number,
        reason=proposal.reason,
        before=proposal.before.as_json(),
        after=proposal.after.as_json(),
        fingerprint=proposal.fingerprint,
        proposed_by_id=actor.id,
        proposed_at=clock.now(),
    )
    exchange.amendments.append(found)
    return found


def _sign(found: ExchangeAmendment, party: Party, actor: Actor) -> None:
    """Note who accepts for a party: never the person who proposed, and each party once."""
    if party in found.accepted_by:
        raise RuleBroken(Fault(_("This party has accepted the amendment already."), rule="2.6"))
    if found.proposed_by_id == actor.id:
        message = _("Another person than the one who proposed the amendment accepts it.")
        raise RuleBroken(Fault(message, rule="2.6"))
    if actor.id in found.accepted_by.values():
        message = _("Host and partnership are spoken for by two people.")
        raise RuleBroken(Fault(message, rule="2.6"))
    if party is Party.HOST:
        found.host_accepted_by_id, found.host_accepted_at = actor.id, clock.now()
    else:
        found.payer_accepted_by_id, found.payer_accepted_at = actor.id, clock.now()


def _put_in_force(exchange: Exchange, found: ExchangeAmendment, actor: Actor) -> None:
    before, after = found.was, found.becomes
    found.outcome, found.closed_at = Outcome.ACCEPTED, clock.now()
    exchange.departure_on, exchange.return_on = after.journey.departure_on, after.journey.return_on
    exchange.first_on, exchange.last_on = after.journey.first_on, after.journey.last_on
    exchange.agenda, exchange.working_days = after.agenda, after.working_days
    exchange.lump_sum_cents, exchange.steps = after.cents, as_json(after.steps)
    _move_money(exchange, after.cents - before.cents, actor)


def _move_money(exchange: Exchange, more: int, actor: Actor) -> None:
    """Commit and bind what is added, in that order; give back what is no longer needed."""
    if not more:
        return
    assert exchange.line_id is not None, "an amount has changed that was set aside nowhere"
    line, ref = exchange.line_id, exchange.ref
    if more < 0:
        ledger.release(line, -more, source=Bucket.BOUND, subject=ref, why=ref, actor=actor)
        return
    projects.ensure_open_for_spending(exchange.project_id, clock.today())
    ledger.commit(line, more, subject=ref, why=ref, actor=actor)
    ledger.bind(line, more, subject=ref, why=ref, actor=actor)


def _told(agreed: Agreed) -> dict[str, object]:
    """What the trail keeps of an agreement before and after."""
    return {**vars(agreed.journey), "lump_sum_cents": agreed.cents, "agenda": agreed.agenda}
