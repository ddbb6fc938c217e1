"""What processes do against one another in the races for a firm's cap."""

from datetime import date

from portal.accounts import queries as accounts
from portal.core.actors import Role
from portal.partners import queries as partners
from portal.projects import queries as projects
from portal.vouchers import operations, queries


def award(project: str, holder: str, officer: int, cents: int, starts_on: str) -> str:
    """An officer awards a voucher; the firm has no people, so no mail is written."""
    found = projects.by_ref(project)
    return operations.award(
        found,
        holder=partners.by_ref(holder),
        instrument=queries.instrument(found.id, "INNO"),
        title="A race",
        amount_cents=cents,
        starts_on=date.fromisoformat(starts_on),
        months=3,
        exclusion_declared=True,
        double_funding_declared=True,
        actor=partners.actor_for(accounts.by_id(officer), (Role.OFFICER,)),
    ).ref
