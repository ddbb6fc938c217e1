"""What processes do against one another in the races of editions."""

from datetime import date

from portal.accounts import queries as accounts
from portal.exchanges.editions import operations, queries
from tests.exchanges.builders import actor_of, at


def publish(ref: str, person_id: int) -> str:
    actor = actor_of(accounts.by_id(person_id))
    with at():
        draft = queries.by_ref(ref)
        period = {"first_on": date(2026, 1, 1), "last_on": date(2026, 12, 31)}
        return operations.publish(draft, actor=actor, **period).state
