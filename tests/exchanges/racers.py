"""What processes do against one another in the races of exchanges."""

from datetime import date

from sqlalchemy.exc import OperationalError

from portal.accounts import queries as accounts
from portal.core.db import db
from portal.core.errors import Stale
from portal.exchanges import operations, queries
from portal.exchanges.states import Party, Passage
from portal.partners import queries as partners
from portal.projects import queries as projects
from tests.exchanges.builders import DEPARTURE, FIRST, LAST, RETURN, actor_of, at

#: How often somebody tries again who found the database busy.
PATIENCE = 5


def approve(ref: str, person_id: int) -> int | None:
    actor = actor_of(accounts.by_id(person_id))
    with at():
        return operations.approve(queries.by_ref(ref), actor=actor).lump_sum_cents


def queue(person_id: int, ref: str = "", **visit: str) -> str:
    """Approve a file of the queue, or start a visit: what people do at the same time.

    Who waits longer for SQLite's one writer than the portal lets a page wait tries again.
    """
    for _attempt in range(PATIENCE):
        try:
            if ref:
                approve(ref, person_id)
                return ref
            return start(person_id=person_id, **visit)
        except OperationalError:
            db.session.rollback()
    raise Stale()


def decide(ref: str, person_id: int, verb: str) -> str:
    actor = actor_of(accounts.by_id(person_id))
    with at():
        exchange = queries.by_ref(ref)
        if verb == "approve":
            return operations.approve(exchange, actor=actor).state
        return operations.cancel(exchange, reason="Ill", actor=actor).state


def validate(ref: str, person_id: int) -> str:
    actor = actor_of(accounts.by_id(person_id))
    with at(RETURN):
        return operations.validate(
            queries.by_ref(ref), first_on=FIRST, last_on=LAST, actor=actor
        ).state


def start(visitor: str, host: str, project: str, person_id: int) -> str:
    partnership = projects.by_ref(project)
    actor = actor_of(accounts.by_id(person_id))
    with at():
        return operations.start(
            visitor=partners.by_ref(visitor),
            host=partners.by_ref(host),
            project=partnership,
            host_project=partnership,
            departure_on=DEPARTURE,
            first_on=FIRST,
            last_on=LAST,
            return_on=RETURN,
            actor=actor,
        ).ref


def confirm(ref: str, person_id: int) -> str | None:
    actor = actor_of(accounts.by_id(person_id))
    with at(FIRST):
        exchange = queries.by_ref(ref)
        code = queries.attendance_code(exchange, Passage.ARRIVAL)
        return operations.confirm_attendance(exchange, code=code, day=FIRST, actor=actor)


def excuse(ref: str, person_id: int, verb: str) -> str:
    """Propose force majeure, or decide on it one way or the other."""
    actor = actor_of(accounts.by_id(person_id))
    with at(RETURN):
        exchange = queries.by_ref(ref)
        if verb == "propose":
            operations.propose_force_majeure(exchange, reason="A strike", actor=actor)
        elif verb == "grant":
            operations.grant_force_majeure(exchange, actor=actor)
        else:
            operations.decline_force_majeure(exchange, reason="No", actor=actor)
    return verb


#: Monday to Wednesday of the week after the visit of the story.
LATER = (date(2026, 10, 18), date(2026, 10, 19), date(2026, 10, 21), date(2026, 10, 22))


def amend(ref: str, person_id: int, verb: str, fingerprint: str = "") -> str:
    """Propose other days, accept them for the partnership, decline them, or take them back."""
    actor = actor_of(accounts.by_id(person_id))
    with at():
        exchange = queries.by_ref(ref)
        if verb == "withdraw":
            operations.withdraw_amendment(exchange, actor=actor)
        elif verb == "decline":
            operations.decline_amendment(exchange, reason="Not then", actor=actor)
        elif verb == "accept":
            party = Party.VISITOR_PARTNERSHIP
            operations.accept_amendment(exchange, party=party, fingerprint=fingerprint, actor=actor)
        else:
            names = ("departure_on", "first_on", "last_on", "return_on")
            days = dict(zip(names, LATER, strict=True))
            operations.amend(exchange, agenda="Later", reason="A strike", actor=actor, **days)
    return verb
