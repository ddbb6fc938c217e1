"""Changes of a project asked for by a floor above."""

from portal.projects.models import Project
from portal.projects.states import LIFE, Action, State


def close(project: Project) -> State:
    """End a locked project whose grant is settled; returns the state it had.

    What was never signed has no agreement to close: it stays terminated. Raises `IllegalStep` from
    other states than signed and terminated; the caller records it with what the grant came to.
    """
    before, state = project.state, LIFE.step(project.state, Action.CLOSE)
    if project.signed_at is not None:
        project.state = state
    return before
