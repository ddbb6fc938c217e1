"""The blueprint, the project of an address, and the steps of a decision in words."""

from collections.abc import Iterable

from flask import Blueprint

from portal.core import formats
from portal.core.actors import Actor, ensure_seen
from portal.core.i18n import _
from portal.core.steps import Step
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.periods import policy, rules

blueprint = Blueprint("periods", __name__)


def seen_project(actor: Actor, ref: str) -> Project:
    """The project with this reference, if the actor may see how it is paid; or `NotFound`."""
    project = projects.by_ref(ref)
    ensure_seen(policy.may_see(actor, project))
    return project


def shown_steps(steps: Iterable[Step]) -> list[dict[str, object]]:
    """The steps of a decision in words, each with its clause and result."""
    clause = _("Grant agreement")
    return [
        {
            "text": rules.explain(step),
            "clause": clause,
            "result": formats.money(int(step.values["result"])),
        }
        for step in steps
    ]
