"""Who may do what with a project."""

from sqlalchemy import Select, false, or_, select

from portal.calls.proposals.models import Proposal
from portal.core.actors import Actor, Role
from portal.projects import queries
from portal.projects.models import Project
from portal.projects.states import LIFE, Action, Side

#: Staff who see every project.
STAFF = (Role.OFFICER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.AUDITOR)


def manages(actor: Actor, project: Project) -> bool:
    """Partnership managers of an organisation of the consortium."""
    return actor.has(Role.MANAGER) and belongs_to(actor, project)


def belongs_to(actor: Actor, project: Project) -> bool:
    """Whether the actor speaks for an organisation of the consortium."""
    if not actor.organisation_ids:
        return False
    return not actor.organisation_ids.isdisjoint(queries.beneficiary_ids(project.id))


def may_list(actor: Actor) -> bool:
    """Staff, auditors, and everybody who speaks for an organisation, each seeing their own."""
    return actor.has(*STAFF) or bool(actor.organisation_ids)


def visible_to(actor: Actor) -> Select[Project]:
    """Staff and auditors see all projects; people of a consortium see theirs."""
    if actor.has(*STAFF):
        return select(Project)
    if not actor.organisation_ids:
        return select(Project).where(false())
    return select(Project).where(
        or_(
            Project.coordinator_id.in_(actor.organisation_ids),
            Project.id.in_(queries.of_organisations(actor.organisation_ids)),
        )
    )


def may_see(actor: Actor, project: Project) -> bool:
    """Staff, auditors and the people of the consortium."""
    return actor.has(*STAFF) or belongs_to(actor, project)


def may_award(actor: Actor, proposal: Proposal) -> bool:
    """Officers who speak for no organisation that applies."""
    return actor.has(Role.OFFICER) and not actor.speaks_for(proposal.coordinator_id)


def side_of(actor: Actor, project: Project) -> Side | None:
    """Whom the actor may sign for: the coordinator, the granting authority, or nobody."""
    if actor.speaks_for(project.coordinator_id):
        return Side.COORDINATOR
    if actor.has(Role.OFFICER) and not belongs_to(actor, project):
        return Side.AGENCY
    return None


def may_sign(actor: Actor, project: Project) -> bool:
    """People of the coordinator for one side, an independent officer for the other."""
    return side_of(actor, project) is not None


def may_shift_budget(actor: Actor, project: Project) -> bool:
    """The consortium's managers, and officers."""
    return manages(actor, project) or _is_independent_officer(actor, project)


def may_suspend(actor: Actor, project: Project) -> bool:
    """Officers outside the consortium."""
    return _is_independent_officer(actor, project)


def may_resume(actor: Actor, project: Project) -> bool:
    """Officers outside the consortium."""
    return _is_independent_officer(actor, project)


def may_terminate(actor: Actor, project: Project) -> bool:
    """Officers outside the consortium."""
    return _is_independent_officer(actor, project)


def available(actor: Actor, project: Project) -> tuple[Action, ...]:
    """What the actor can do now: what the state allows and the permissions too."""
    asked = {
        Action.SIGN: lambda: _may_still_sign(actor, project),
        Action.SHIFT_BUDGET: lambda: may_shift_budget(actor, project),
        Action.SUSPEND: lambda: may_suspend(actor, project),
        Action.RESUME: lambda: may_resume(actor, project),
        Action.TERMINATE: lambda: may_terminate(actor, project),
    }
    possible = LIFE.actions_from(project.state)
    return tuple(action for action in possible if action in asked and asked[action]())


def _may_still_sign(actor: Actor, project: Project) -> bool:
    side = side_of(actor, project)
    return side is not None and not queries.has_signed(project, side)


def _is_independent_officer(actor: Actor, project: Project) -> bool:
    return actor.has(Role.OFFICER) and not belongs_to(actor, project)
