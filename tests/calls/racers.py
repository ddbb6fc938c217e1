"""What processes do against one another in the races of calls."""

from portal.calls.proposals import operations, queries
from portal.core.actors import Actor, Role


def place_on_main_list(ref: str) -> int:
    officer = Actor(id=None, name="an officer", roles=frozenset({Role.OFFICER}))
    proposal = operations.place_on_main_list(queries.by_ref(ref), actor=officer)
    return proposal.list_position or 0


def submit(ref: str, person: int, organisation: int) -> str:
    actor = Actor(id=person, name="a person", organisation_ids=frozenset({organisation}))
    return operations.submit(queries.by_ref(ref), honour=True, mandate=True, actor=actor).sha256
