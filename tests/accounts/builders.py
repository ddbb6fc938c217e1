"""People with passwords and roles, one line each."""

from typing import Any

from portal.accounts import operations
from portal.accounts.models import RoleGrant, User
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from tests.partners.builders import a_person

PASSWORD = "three words of mine"

_hashes: dict[str, str] = {}


def somebody(*roles: Role, password: str = PASSWORD, **overrides: Any) -> User:
    """Somebody with an active account, a real password and these roles."""
    if password not in _hashes:
        _hashes[password] = operations.hash_password(password)
    person = a_person(**{"password_hash": _hashes[password], **overrides})
    for role in roles:
        person.grants.append(RoleGrant(person_id=person.id, role=role, granted_at=clock.now()))
    db.session.flush()
    return person


def at_work(person: User) -> Actor:
    """The person as an actor, with the roles held at this moment."""
    roles = frozenset(grant.role for grant in person.grants if grant.revoked_at is None)
    return Actor(id=person.id, name=person.name, roles=roles)
