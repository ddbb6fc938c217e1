"""Amendments of an agreement: the open one, what it would come to."""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from sqlalchemy import select

from portal.core.days import brussels_day
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.exchanges.models import Exchange, ExchangeAmendment
from portal.exchanges.queries import terms as terms_queries
from portal.exchanges.rules import amending as rules
from portal.exchanges.rules import commitment, lump_sum
from portal.exchanges.rules.amending import Agreed, Proposal
from portal.exchanges.rules.stay import Journey
from portal.ledger import queries as ledger
from portal.projects.rules import agreement


def open_amendment(exchange: Exchange) -> ExchangeAmendment | None:
    """The amendment that waits for an answer, if any."""
    return next((one for one in exchange.amendments if one.outcome is None), None)


def lock_open_amendment(exchange: Exchange) -> ExchangeAmendment:
    """The open amendment, fresh and locked with its exchange; raises `RuleBroken` without one."""
    query = select(ExchangeAmendment).where(
        ExchangeAmendment.exchange_id == exchange.id, ExchangeAmendment.outcome.is_(None)
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(locked).one_or_none()
    if found is None:
        message = _("No amendment of this agreement waits for an answer.")
        raise RuleBroken(Fault(message, rule="2.6"))
    return found


def amended(exchange: Exchange, journey: Journey, agenda: str) -> Agreed:
    """What an agreement would come to on other days, under the terms kept with it.

    Scheme, ceiling and partnership amount are those of the agreement, the shortest stay that of the
    day it was concluded, the distance the one kept (domain 2.5, 12-19). Raises `RuleBroken` when
    such a stay earns nothing.
    """
    assert exchange.concluded_at is not None, "only what is agreed is amended"
    own = terms_queries.partnership_terms(exchange.project_id, brussels_day(exchange.concluded_at))
    stay = exchange.stay_between(journey.first_on, journey.last_on)
    found = lump_sum.lump_sum(
        stay,
        exchange.scheme.terms,
        exchange.ceiling_cents,
        exchange.partnership_cents,
        shortest_days=own.shortest_days if own else None,
    )
    return Agreed(journey, agenda, found.cents, stay.working_days, found.steps)


def proposal(
    exchange: Exchange, journey: Journey, agenda: str, reason: str, *, today: date
) -> Proposal:
    """The amendment these days and this agenda would be; raises `RuleBroken` with every fault."""
    if open_amendment(exchange) is not None:
        message = _("An amendment of this agreement is proposed already.")
        raise RuleBroken(Fault(message, rule="2.6"))
    before = exchange.as_agreed
    faults = rules.faults(before, journey, agenda, today=today)
    shared = commitment.apart(exchange.programme, journey.first_on, journey.last_on)
    refuse_if(chain(faults, shared))
    after = amended(exchange, journey, agenda)
    number, agreed = len(exchange.amendments) + 1, agreement_fingerprint(exchange)
    text = rules.fingerprint(agreed, before, after, number=number, reason=reason)
    return Proposal(number, before, after, reason, text)


def unpayable(exchange: Exchange, more_cents: int, *, today: date) -> Iterator[Fault]:
    """Why more money could not be set aside for an agreed exchange today; reads, locks nothing."""
    if more_cents <= 0:
        return
    project = exchange.project
    try:
        agreement.ensure_open_for_spending(project.state, ends_on=project.ends_on, day=today)
    except RuleBroken as closed:
        yield from closed.faults
    assert exchange.line_id is not None, "an amount has changed that was set aside nowhere"
    if ledger.line(exchange.line_id).available_cents < more_cents:
        yield Fault(_("The partnership’s envelope does not hold that much."), rule="2.6")


def agreement_fingerprint(exchange: Exchange) -> str:
    """SHA-256 of the financial agreement as it was signed, before any amendment."""
    signed = exchange.as_signed
    text = commitment.fingerprint(exchange.commitment)
    return commitment.agreement_fingerprint(text, signed.cents, signed.steps)
