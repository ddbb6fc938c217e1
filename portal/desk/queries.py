"""tasks(actor), gathered from every room, oldest deadline first; and where a reference leads."""

from collections.abc import Callable
from datetime import date

from portal.calls import queries as calls
from portal.calls.proposals import queries as proposals
from portal.core.actors import Actor
from portal.core.tasks import Task, gathered
from portal.exchanges import queries as exchanges
from portal.exchanges.editions import queries as editions
from portal.exchanges.groups import queries as groups
from portal.exchanges.matches import queries as matches
from portal.exchanges.profiles import queries as profiles
from portal.exchanges.surveys import queries as surveys
from portal.partners import queries as partners
from portal.partners.bank_accounts import queries as bank_accounts
from portal.partners.sme import queries as sme
from portal.payments import queries as payments
from portal.payments.answers import queries as answers
from portal.payments.delegations import queries as delegations
from portal.payments.recoveries import queries as recoveries
from portal.payments.separation import queries as separation
from portal.projects import queries as projects
from portal.projects.periods import queries as periods
from portal.vouchers import queries as vouchers
from portal.vouchers.milestones import queries as milestones

#: Rooms in which something may wait for a person.
_ROOMS: tuple[Callable[[Actor], list[Task]], ...] = (
    partners.tasks_for,
    sme.tasks_for,
    bank_accounts.tasks_for,
    calls.tasks_for,
    proposals.tasks_for,
    projects.tasks_for,
    periods.tasks_for,
    vouchers.tasks_for,
    milestones.tasks_for,
    profiles.tasks_for,
    exchanges.tasks_for,
    editions.tasks_for,
    payments.tasks_for,
    answers.tasks_for,
    recoveries.tasks_for,
    delegations.tasks_for,
    separation.tasks_for,
)
#: Rooms that are asked together, in one statement: what waits there waits for an organisation.
_TOGETHER = (matches, surveys, groups)


def tasks(actor: Actor) -> list[Task]:
    """What waits for this person: dated tasks first, oldest deadline first, then the longest
    waiting.
    """
    found = [task for room in _ROOMS for task in room(actor)]
    if actor.organisation_ids:
        kinds = {name: kind for room in _TOGETHER for name, kind in room.KINDS.items()}
        found += gathered((room.waiting_for(actor) for room in _TOGETHER), kinds)
    return sorted(
        found, key=lambda task: (task.due_on or date.max, task.since or date.max, task.ref)
    )
