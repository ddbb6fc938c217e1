"""Who may do what with a survey, and who reads what came of the visits.

Each side answers for itself. Single answers are read by those who gave them, by the partnership the
visit counts for, and by officers and auditors; what they add up to also by other staff.
"""

from sqlalchemy import ColumnElement, true

from portal.core.actors import Actor, Role
from portal.exchanges import policy as exchanges
from portal.exchanges.partnerships import policy as partnerships
from portal.exchanges.surveys import queries
from portal.exchanges.surveys.models import Survey
from portal.exchanges.surveys.states import LIFE, Action
from portal.projects import policy as projects
from portal.projects.models import Project
from portal.projects.queries import of_organisations

#: Staff who read every single answer.
STAFF = (Role.OFFICER, Role.AUDITOR)


def may_list(actor: Actor) -> bool:
    """Officers, auditors, and everybody who speaks for an organisation; each sees their own."""
    return actor.has(*STAFF) or bool(actor.organisation_ids)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Officers and auditors see all surveys; others those of their organisations and of
    partnerships they manage.
    """
    if actor.has(*STAFF):
        return true()
    managed = of_organisations(actor.organisation_ids) if actor.has(Role.MANAGER) else None
    return queries.involving(actor.organisation_ids, managed)


def may_see(actor: Actor, survey: Survey) -> bool:
    """Officers, auditors, the organisation that is asked, and the managers of the partnership;
    never the other side.
    """
    if actor.has(*STAFF) or actor.speaks_for(survey.organisation_id):
        return True
    return projects.manages(actor, survey.exchange.project)


def may_ask(actor: Actor) -> bool:
    """The daily job: the calendar tells when."""
    return actor.is_system


def may_remind(actor: Actor) -> bool:
    """The daily job."""
    return actor.is_system


def may_lapse(actor: Actor) -> bool:
    """The daily job: silence is told by the calendar."""
    return actor.is_system


def may_answer(actor: Actor, survey: Survey) -> bool:
    """The organisation that is asked, for itself."""
    return actor.speaks_for(survey.organisation_id)


def may_see_effects(actor: Actor) -> bool:
    """Staff: the page shows the partnerships beside one another."""
    return exchanges.may_see_scheme_quota(actor)


def may_see_effects_of(actor: Actor, project: Project) -> bool:
    """Staff, and the managers of the partnership."""
    return partnerships.may_see(actor, project)


def may_read_comments(actor: Actor, project: Project) -> bool:
    """Every single answer, with what was written freely: officers, auditors, and the managers of
    the partnership.
    """
    return actor.has(*STAFF) or projects.manages(actor, project)


def available(actor: Actor, survey: Survey) -> tuple[Action, ...]:
    """What the actor can do now: what the state allows and the permissions too."""
    asked = {Action.ANSWER: may_answer}
    possible = LIFE.actions_from(survey.state)
    return tuple(action for action in possible if action in asked and asked[action](actor, survey))
