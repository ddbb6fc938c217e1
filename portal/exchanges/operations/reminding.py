"""The reminders of the signatures, sent by the daily job; those of the reports are in `terms`."""

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.exchanges import notifications, policy, queries
from portal.exchanges.models import Exchange
from portal.exchanges.rules import commitment


def remind_signatures(*, actor: Actor) -> list[Exchange]:
    """Remind the parties that have not signed (CXC-T04); returns the exchanges reminded.

    How many reminders have gone out is kept with the exchange: a job run twice sends none twice.
    """
    ensure(policy.may_remind_signatures(actor))
    today = clock.today()
    reminded = []
    for exchange in queries.awaiting_signatures(today):
        terms = exchange.scheme.terms
        due = commitment.reminders_due(exchange.departure_on, terms, today=today)
        if due <= exchange.signing_reminders:
            continue
        exchange.signing_reminders = due
        missing = commitment.missing(
            signed=[one.party for one in exchange.signatures],
            one_partnership=exchange.one_partnership,
        )
        due_on = commitment.due_on(exchange.departure_on, terms)
        record(
            actor,
            exchange,
            "remind_signatures",
            after={"reminders": due, "due_on": due_on},
            missing=missing,
        )
        notifications.signing_due(exchange, missing=missing)
        reminded.append(exchange)
    return reminded
