"""Who reads the page of a partnership."""

from portal.core.actors import Actor
from portal.exchanges.policy import STAFF
from portal.projects import policy as projects
from portal.projects.models import Project


def may_see(actor: Actor, project: Project) -> bool:
    """Staff and auditors any partnership; managers those of their organisations."""
    return actor.has(*STAFF) or projects.manages(actor, project)


def may_export(actor: Actor, project: Project) -> bool:
    """Those who read the page: the files say nothing more."""
    return may_see(actor, project)
