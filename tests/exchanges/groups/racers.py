"""What processes do against one another in the races of group visits."""

from portal.accounts import queries as accounts
from portal.exchanges import operations as exchange_operations
from portal.exchanges import queries as exchanges
from portal.exchanges.groups import operations, queries
from portal.exchanges.rules import commitment
from portal.exchanges.states import Party
from tests.exchanges.builders import actor_of, at
from tests.exchanges.groups.builders import a_programme


def take(verb: str, person_id: int, group: str = "", exchange: str = "") -> str:
    """One verb of one person about a place, the programme, or the signature it is under."""
    actor = actor_of(accounts.by_id(person_id))
    with at():
        visit = exchanges.by_ref(exchange) if exchange else None
        if verb == "sign":
            text = commitment.fingerprint(visit.commitment)
            return exchange_operations.sign(
                visit, party=Party.HOST, fingerprint=text, actor=actor
            ).ref
        found = queries.by_ref(group)
        if verb == "edit":
            return operations.edit(found, actor=actor, **a_programme(agenda="New")).ref
        if verb == "decline":
            return operations.decline(found, exchange=visit, reason="Full", actor=actor).ref
        return getattr(operations, verb)(found, exchange=visit, actor=actor).ref
