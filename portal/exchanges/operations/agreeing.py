"""An exchange is approved, its agreement accepted and concluded: money set aside, then owed."""

from datetime import date
from itertools import chain

from portal.audit.effects import record
from portal.core import clock, formats
from portal.core.actors import Actor, ensure
from portal.core.errors import Fault, refuse_if
from portal.core.i18n import _
from portal.core.steps import as_json
from portal.exchanges import effects, notifications, policy, queries
from portal.exchanges.models import Exchange
from portal.exchanges.queries import Assessment, Priced
from portal.exchanges.rules import quota as quota_rules
from portal.exchanges.rules import stay as stay_rules
from portal.exchanges.states import LIFE, Action
from portal.ledger import effects as ledger
from portal.ledger.states import Bucket
from portal.partners.bank_accounts import queries as bank_accounts
from portal.projects import queries as projects


def approve(
    exchange: Exchange, *, seen_cents: int | None = None, note: str = "", actor: Actor
) -> Exchange:
    """Freeze the lump sum and set it aside on the partnership's envelope; count the exchange.

    `seen_cents` is the amount the manager was shown: when it has changed, nothing is approved. An
    exchange after which the minima could no longer be met needs an override (domain 2.10).
    """
    ensure(policy.may_approve(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    state = LIFE.step(exchange.state, Action.APPROVE)
    now, today = clock.now(), clock.today()
    found = queries.assess(exchange, today)
    departed = stay_rules.departed(exchange.departure_on, today=today)
    blocked = _blocked(exchange, found, today)
    override = queries.lock_open_override(exchange.id) if blocked else None
    allowed = override is not None and override.granted
    changed = _changed(found.priced, seen_cents)
    refuse_if(chain(departed, found.faults, changed, () if allowed else blocked))
    _freeze_stay(exchange, found)
    _freeze_amount(exchange, found.priced)
    exchange.line_id = _paying_line(exchange, found)
    exchange.state = state
    exchange.approved_by_id, exchange.approved_at = actor.id, now
    effects.count_committed(exchange, at=now, override=override)
    _commit(exchange, today, actor)
    record(
        actor,
        exchange,
        Action.APPROVE,
        after={"state": state, "lump_sum_cents": exchange.lump_sum_cents, "class": exchange.klass},
        steps=exchange.steps,
        visitor_is_sme=found.visitor_is_sme,
        host_is_sme=found.host_is_sme,
        visitor_is_beneficiary=found.visitor_is_beneficiary,
        override=override is not None,
        note=note,
    )
    notifications.approved(exchange)
    return exchange


def accept_agreement(
    exchange: Exchange, *, seen_cents: int | None = None, actor: Actor
) -> Exchange:
    """The visitor signs the financial agreement, at the rates in force today (domain 12-19).

    Rates that changed since the approval change the amount and what is set aside for it. May be
    done again until the agreement is concluded.
    """
    ensure(policy.may_accept_agreement(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.ACCEPT_AGREEMENT)
    now, today = clock.now(), clock.today()
    priced = queries.price_again(exchange, today)
    departed = stay_rules.departed(exchange.departure_on, today=today)
    refuse_if(chain(departed, priced.faults, _changed(priced, seen_cents)))
    before = exchange.lump_sum_cents or 0
    _freeze_amount(exchange, priced)
    exchange.accepted_by_id, exchange.accepted_at = actor.id, now
    _adjust(exchange, before, actor)
    record(
        actor,
        exchange,
        Action.ACCEPT_AGREEMENT,
        before={"lump_sum_cents": before},
        after={"lump_sum_cents": exchange.lump_sum_cents},
        steps=exchange.steps,
    )
    notifications.accepted(exchange)
    return exchange


def conclude(exchange: Exchange, *, actor: Actor) -> Exchange:
    """The partnership signs the financial agreement after the visitor: the money is owed in law."""
    ensure(policy.may_conclude(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    state = LIFE.step(exchange.state, Action.CONCLUDE)
    now, today = clock.now(), clock.today()
    departed = stay_rules.departed(exchange.departure_on, today=today)
    refuse_if(chain(departed, _conclusion_faults(exchange, today)))
    exchange.state = state
    exchange.concluded_by_id, exchange.concluded_at = actor.id, now
    if exchange.line_id is not None and exchange.lump_sum_cents:
        ledger.bind(
            exchange.line_id,
            exchange.lump_sum_cents,
            subject=exchange.ref,
            why=exchange.ref,
            actor=actor,
        )
    record(
        actor,
        exchange,
        Action.CONCLUDE,
        after={"state": state, "lump_sum_cents": exchange.lump_sum_cents},
        accepted_at=exchange.accepted_at,
        steps=exchange.steps,
    )
    notifications.agreed(exchange)
    return exchange


def _blocked(exchange: Exchange, found: Assessment, today: date) -> tuple[Fault, ...]:
    """The fault of an approval that would put the minima out of reach; holds the counters.

    Virtual exchanges are no part of the quota's base (CXC-K07).
    """
    goal = queries.goal(exchange.project_id, today)
    effects.hold_counter(exchange.project_id, goal)
    if exchange.virtual:
        return ()
    tally = queries.quota(exchange.project_id, today).tally
    before = quota_rules.forecast_of(tally, goal)
    after = quota_rules.forecast_of(tally.plus([found.klass]), goal)
    return (quota_rules.out_of_reach(after),) if quota_rules.is_blocked(before, after) else ()


def _freeze_stay(exchange: Exchange, found: Assessment) -> None:
    """Keep what the amount and the class rest on: later changes of address do not touch them."""
    exchange.working_days = found.stay.working_days
    exchange.distance_m = found.stay.distance_m
    exchange.visitor_latitude_e6 = exchange.visitor.latitude_e6
    exchange.visitor_longitude_e6 = exchange.visitor.longitude_e6
    exchange.host_latitude_e6 = exchange.host.latitude_e6
    exchange.host_longitude_e6 = exchange.host.longitude_e6
    exchange.klass = found.klass
    exchange.visitor_is_sme, exchange.host_is_sme = found.visitor_is_sme, found.host_is_sme
    exchange.visitor_is_beneficiary = found.visitor_is_beneficiary
    exchange.host_is_beneficiary = found.host_is_beneficiary


def _freeze_amount(exchange: Exchange, priced: Priced) -> None:
    assert priced.sum is not None, "a refused sum is told as a fault before"
    exchange.scheme_id = priced.scheme.id
    exchange.ceiling_cents = priced.ceiling_cents
    exchange.partnership_cents = priced.partnership_cents
    exchange.lump_sum_cents = priced.sum.cents
    exchange.steps = as_json(priced.sum.steps)


def _paying_line(exchange: Exchange, found: Assessment) -> int | None:
    """The line of the partnership's envelope; none for an exchange without money."""
    if not exchange.lump_sum_cents:
        return None
    assert found.envelope is not None, "a partnership has its envelope from the award on"
    return found.envelope.line_id


def _commit(exchange: Exchange, today: date, actor: Actor) -> None:
    """Set the lump sum aside; a virtual exchange needs no money."""
    projects.ensure_open_for_spending(exchange.project_id, today)
    if exchange.line_id is None or not exchange.lump_sum_cents:
        return
    ledger.commit(
        exchange.line_id,
        exchange.lump_sum_cents,
        subject=exchange.ref,
        why=exchange.ref,
        actor=actor,
    )


def _adjust(exchange: Exchange, before: int, actor: Actor) -> None:
    """Set aside more, or give back, when the amount has changed with the rates."""
    more = (exchange.lump_sum_cents or 0) - before
    if not more:
        return
    assert exchange.line_id is not None, "an amount has changed that was set aside nowhere"
    if more > 0:
        ledger.commit(exchange.line_id, more, subject=exchange.ref, why=exchange.ref, actor=actor)
        return
    ledger.release(
        exchange.line_id,
        -more,
        source=Bucket.COMMITTED,
        subject=exchange.ref,
        why=exchange.ref,
        actor=actor,
    )


def _changed(priced: Priced, seen_cents: int | None) -> tuple[Fault, ...]:
    """The fault of an amount that is no longer the one shown."""
    if priced.sum is None or seen_cents in (None, priced.sum.cents):
        return ()
    message = _(
        "The amount has changed while you were looking: it is now %(amount)s. Check the "
        "calculation again before you confirm.",
        amount=formats.money(priced.sum.cents),
    )
    return (Fault(message, None, "12-19", {"cents": priced.sum.cents}),)


def _conclusion_faults(exchange: Exchange, today: date) -> tuple[Fault, ...]:
    if exchange.accepted_at is None:
        message = _("The visitor has not yet accepted the financial agreement.")
        return (Fault(message, None, "2.6"),)
    priced = queries.price_again(exchange, today)
    if priced.sum is None:
        return priced.faults
    if priced.sum.cents != exchange.lump_sum_cents:
        message = _(
            "The rates have changed since the visitor accepted: the amount is now %(now)s instead "
            "of %(before)s. Ask the visitor to accept the agreement again.",
            now=formats.money(priced.sum.cents),
            before=formats.money(exchange.lump_sum_cents or 0),
        )
        return (Fault(message, None, "12-19"),)
    if exchange.lump_sum_cents and bank_accounts.valid_account_of(exchange.visitor_id) is None:
        message = _(
            "The visitor has no validated bank account, and the agreement names it. Ask the "
            "visitor to propose one and have it validated."
        )
        return (Fault(message, None, "2.7"),)
    return ()
