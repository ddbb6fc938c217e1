"""Who may do what with declarations of SME status."""

from portal.core.actors import Actor, Role
from portal.partners.models import Organisation
from portal.partners.sme.models import Assessment
from portal.partners.sme.states import LIFE, Action


def may_list(actor: Actor) -> bool:
    """Officers and auditors, and members for their own organisations."""
    return actor.has(Role.OFFICER, Role.AUDITOR) or bool(actor.organisation_ids)


def may_see(actor: Actor, assessment: Assessment) -> bool:
    """Members, officers and auditors: the figures are business secrets."""
    return actor.speaks_for(assessment.organisation_id) or actor.has(Role.OFFICER, Role.AUDITOR)


def may_see_of(actor: Actor, organisation: Organisation) -> bool:
    """Whose declarations may be seen: as `may_see`, for all of one organisation."""
    return actor.speaks_for(organisation.id) or actor.has(Role.OFFICER, Role.AUDITOR)


def may_declare(actor: Actor, organisation: Organisation) -> bool:
    """Members only."""
    return actor.speaks_for(organisation.id)


def may_confirm(actor: Actor, assessment: Assessment) -> bool:
    """An officer who neither declared nor is a member."""
    return (
        actor.has(Role.OFFICER)
        and not actor.speaks_for(assessment.organisation_id)
        and actor.id != assessment.declared_by_id
    )


def may_contest(actor: Actor, assessment: Assessment) -> bool:
    """An officer who neither declared nor is a member."""
    return may_confirm(actor, assessment)


def available(actor: Actor, assessment: Assessment) -> tuple[Action, ...]:
    """What this actor can do with this declaration now."""
    allowed = {Action.CONFIRM: may_confirm, Action.CONTEST: may_contest}
    return tuple(
        action
        for action in LIFE.actions_from(assessment.state)
        if allowed[action](actor, assessment)
    )
