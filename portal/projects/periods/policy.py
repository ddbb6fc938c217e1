"""Who may lay down, report, decide and read how a grant is paid."""

from portal.core.actors import Actor, Role
from portal.projects import policy as projects
from portal.projects.models import Project
from portal.projects.periods import queries
from portal.projects.periods.models import GrantPlan, Period
from portal.projects.periods.states import LIFE, Action
from portal.projects.states import State as ProjectState


def may_see(actor: Actor, project: Project) -> bool:
    """Everybody who may see the project."""
    return projects.may_see(actor, project)


def may_plan(actor: Actor, project: Project) -> bool:
    """Officers outside the consortium."""
    return _is_independent_officer(actor, project)


def may_pre_finance(actor: Actor, project: Project) -> bool:
    """Officers outside the consortium: who asks for a payment signs it no further."""
    return _is_independent_officer(actor, project)


def may_submit(actor: Actor, period: Period) -> bool:
    """People of the coordinator."""
    return actor.speaks_for(period.plan.project.coordinator_id)


def may_send_back(actor: Actor, period: Period) -> bool:
    """Officers outside the consortium."""
    return may_accept(actor, period)


def may_accept(actor: Actor, period: Period) -> bool:
    """Officers outside the consortium, and never who sent the report."""
    apart = actor.id != period.submitted_by_id
    return _is_independent_officer(actor, period.plan.project) and apart


def may_close(actor: Actor, project: Project) -> bool:
    """Officers outside the consortium."""
    return _is_independent_officer(actor, project)


def may_see_terms(actor: Actor) -> bool:
    """Every signed-in person: whoever is paid may know how much is kept."""
    return actor.id is not None


def may_set_terms(actor: Actor) -> bool:
    """Programme officers, who keep the other reference tables too."""
    return actor.has(Role.OFFICER)


def available(actor: Actor, period: Period) -> tuple[Action, ...]:
    """What the actor can do with the report now."""
    if period.plan.project.state is not ProjectState.SIGNED:
        return ()
    asked = {
        Action.SUBMIT: may_submit,
        Action.SEND_BACK: may_send_back,
        Action.ACCEPT: may_accept,
    }
    possible = LIFE.actions_from(period.state)
    return tuple(action for action in possible if asked[action](actor, period))


def available_for(actor: Actor, project: Project, plan: GrantPlan | None) -> tuple[Action, ...]:
    """What the actor can do about the plan of a project now."""
    if _may_close_now(actor, project, plan):
        return (Action.CLOSE,)
    if plan is None:
        open_states = (ProjectState.PREPARATION, ProjectState.SIGNED)
        may = project.state in open_states and may_plan(actor, project)
        return (Action.PLAN,) if may else ()
    waits = project.state is ProjectState.SIGNED and queries.instalment(plan.id, 0) is None
    return (Action.PRE_FINANCE,) if waits and may_pre_finance(actor, project) else ()


def _may_close_now(actor: Actor, project: Project, plan: GrantPlan | None) -> bool:
    """Offered once the agreement ended early, or its balance is decided."""
    if not may_close(actor, project):
        return False
    if project.state is ProjectState.TERMINATED:
        return project.signed_at is not None or queries.is_held(plan)
    return project.state is ProjectState.SIGNED and queries.is_balanced(plan)


def _is_independent_officer(actor: Actor, project: Project) -> bool:
    return actor.has(Role.OFFICER) and not projects.belongs_to(actor, project)
