"""Changes of a project asked for by a floor above."""

from portal.audit.effects import record
from portal.core.actors import Actor
from portal.projects import queries
from portal.projects.models import Project
from portal.projects.states import LIFE, Action


def close(project: Project, *, actor: Actor) -> Project:
    """End a project whose balance is settled; raises `IllegalStep` unless it is signed."""
    project = queries.lock_project(project.id)
    before = project.state
    project.state = LIFE.step(project.state, Action.CLOSE)
    record(actor, project, Action.CLOSE, before={"state": before}, after={"state": project.state})
    return project
