"""Who acts: roles, the actor of every operation, and `ensure`, which each operation calls first."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum

from portal.core.errors import NotAllowed, NotFound
from portal.core.i18n import Text, _


class Role(StrEnum):
    """What a person may be in the portal (domain 1.1); being an applicant needs no grant."""

    ADMIN = "admin"
    OFFICER = "officer"
    EVALUATOR = "evaluator"
    MANAGER = "manager"
    VERIFIER = "verifier"
    AUTHORISER = "authoriser"
    ACCOUNTANT = "accountant"
    AUDITOR = "auditor"


ROLE_LABELS: dict[Role, Text] = {
    Role.ADMIN: _("Administrator"),
    Role.OFFICER: _("Programme officer"),
    Role.EVALUATOR: _("Evaluator"),
    Role.MANAGER: _("Partnership manager"),
    Role.VERIFIER: _("Verifying officer"),
    Role.AUTHORISER: _("Authorising officer"),
    Role.ACCOUNTANT: _("Accounting officer"),
    Role.AUDITOR: _("Auditor"),
}


@dataclass(frozen=True)
class Actor:
    """A person at work, or the portal itself (`id` None): roles, and organisations spoken for."""

    id: int | None
    name: str
    roles: frozenset[Role] = frozenset()
    #: Organisations on whose behalf the person may act (verified or not), by database id.
    organisation_ids: frozenset[int] = field(default_factory=frozenset)
    #: Where the request came from; empty for commands.
    address: str = ""
    request_id: str = ""

    def has(self, *roles: Role) -> bool:
        """Whether the person holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    def speaks_for(self, organisation_id: int | None) -> bool:
        """Whether the person may act for this organisation."""
        return organisation_id in self.organisation_ids

    @property
    def is_system(self) -> bool:
        """Whether no person acts, but the portal itself (daily job, seed of reference tables)."""
        return self.id is None


SYSTEM = Actor(id=None, name="system")

#: How often a permission was asked since the request began; the web floor refuses an answer that
#: asked none.
_asked: ContextVar[int] = ContextVar("permissions_asked", default=0)


def ensure(allowed: bool, message: Text | None = None) -> None:
    """Go on only when a policy said yes, else raise `NotAllowed`; every operation begins so."""
    _asked.set(_asked.get() + 1)
    if not allowed:
        raise NotAllowed(message)


def ensure_seen(allowed: bool) -> None:
    """As `ensure`, for things whose existence is itself confidential; raises `NotFound`."""
    _asked.set(_asked.get() + 1)
    if not allowed:
        raise NotFound()


def permissions_asked() -> int:
    """How many permissions were asked in this context so far."""
    return _asked.get()


def forget_permissions_asked() -> None:
    """Start counting anew, at the beginning of a request."""
    _asked.set(0)
