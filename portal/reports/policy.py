"""Who may read and export a project's budget."""

from portal.core.actors import Actor
from portal.projects import policy as projects
from portal.projects.models import Project


def may_list(actor: Actor) -> bool:
    """Everybody who signed in; the shelf shows the projects they may see."""
    return actor.id is not None


def may_export_budget(actor: Actor, project: Project) -> bool:
    """Whoever may see the project: auditors and staff any, people of a consortium their own."""
    return projects.may_see(actor, project)
