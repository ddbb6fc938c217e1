"""What processes do against one another in the races of matches."""

from portal.accounts import queries as accounts
from portal.exchanges.matches import operations, queries
from portal.exchanges.profiles.states import Part
from tests.exchanges.builders import actor_of, at


def answer(ref: str, person_id: int, verb: str, part: str = "host") -> str:
    actor = actor_of(accounts.by_id(person_id))
    with at():
        match = queries.by_ref(ref)
        if verb == "accept":
            return operations.accept(match, part=Part(part), actor=actor).state
        return operations.decline(match, part=Part(part), reason="Full", actor=actor).state
