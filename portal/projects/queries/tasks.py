"""What waits on whose desk: grants to award, agreements to sign."""

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.calls.models import Call
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.queries import TOLD
from portal.calls.proposals.states import State as ProposalState
from portal.core import days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.i18n import _
from portal.core.tasks import Task
from portal.projects.models import Project, ProjectSignature
from portal.projects.queries.files import of_organisations
from portal.projects.states import LIFE, Action, Side, State

#: How many tasks of one kind the desk shows.
MOST_TASKS = 50


def to_award(actor: Actor) -> list[Proposal]:
    """The proposals whose grant an officer has to award: on the main list, applicants informed.

    Oldest first; none for anybody else, nor those the officer applies with.
    """
    if not actor.has(Role.OFFICER):
        return []
    query = (
        select(Proposal)
        .join(Proposal.call)
        .where(
            Proposal.state == ProposalState.MAIN_LIST,
            Call.state.in_(TOLD),
            Proposal.coordinator_id.not_in(actor.organisation_ids),
        )
        .options(contains_eager(Proposal.call), joinedload(Proposal.coordinator))
        .order_by(Call.informed_at, Proposal.list_position)
    )
    return list(db.session.scalars(query.limit(MOST_TASKS)))


def tasks_for(actor: Actor) -> list[Task]:
    """The grants to award, and the agreements that wait for the actor's signature, oldest first."""
    awards = [
        Task(
            label=LIFE.labels[Action.AWARD],
            ref=proposal.ref,
            title=f"{proposal.acronym} – {proposal.title}",
            endpoint="projects.award",
            values={"ref": proposal.ref},
            since=days.brussels_day(proposal.call.informed_at),
        )
        for proposal in to_award(actor)
        if proposal.call.informed_at is not None
    ]
    return [*awards, *_signatures_asked_of(actor)]


def _signatures_asked_of(actor: Actor) -> list[Task]:
    waiting = _to_sign(actor)
    if waiting is None:
        return []
    return [
        Task(
            label=_("Sign the grant agreement"),
            ref=project.ref,
            title=f"{project.acronym} – {project.title}",
            endpoint="projects.show",
            values={"ref": project.ref},
            since=days.brussels_day(project.awarded_at),
        )
        for project in db.session.scalars(waiting.order_by(Project.awarded_at).limit(MOST_TASKS))
    ]


def _to_sign(actor: Actor) -> Select[Project] | None:
    signed = [
        exists().where(ProjectSignature.project_id == Project.id, ProjectSignature.side == side)
        for side in (Side.COORDINATOR, Side.AGENCY)
    ]
    mine = []
    if actor.organisation_ids:
        own = Project.coordinator_id.in_(actor.organisation_ids)
        mine.append(and_(own, ~signed[0]))
    if actor.has(Role.OFFICER):
        consortium = Project.id.in_(of_organisations(actor.organisation_ids))
        mine.append(and_(~consortium, ~signed[1]))
    if not mine:
        return None
    return select(Project).where(Project.state == State.PREPARATION, or_(*mine))
