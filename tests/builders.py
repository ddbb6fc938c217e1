"""Things every room's tests need: people at work, without a database.

Each room has its own builders (`tests/<room>/builders.py`): one line each, valid by default.
"""

from portal.core.actors import Actor, Role

_numbers = iter(range(1_000_000, 10_000_000))


def an_actor(*roles: Role, organisations: tuple[int, ...] = (), id: int | None = None) -> Actor:
    """Somebody with these roles, speaking for these organisations (database ids)."""
    number = next(_numbers) if id is None else id
    return Actor(
        id=number,
        name=f"Person {number}",
        roles=frozenset(roles),
        organisation_ids=frozenset(organisations),
    )
