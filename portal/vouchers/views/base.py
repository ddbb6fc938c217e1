"""The blueprint, and what several pages of the room show."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint

from portal.core.actors import Actor, ensure_seen
from portal.core.i18n import Text, _
from portal.core.steps import Step
from portal.projects import policy as project_policy
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.vouchers import policy, queries
from portal.vouchers.models import Voucher
from portal.vouchers.rules import decision, eligibility

blueprint = Blueprint("vouchers", __name__)


@dataclass(frozen=True)
class ShownStep:
    """One step of a decision in the reader's language."""

    text: Text
    clause: Text
    result: Text


def shown(steps: Iterable[Step]) -> list[ShownStep]:
    """The steps of a decision as a page opens them."""
    return [
        ShownStep(
            decision.explain(step),
            decision.clause(step),
            _("to be noted") if eligibility.is_warning(step) else _("fulfilled"),
        )
        for step in steps
    ]


def seen(actor: Actor, ref: str) -> Voucher:
    """The voucher with this reference, if the actor may see it; raises `NotFound`."""
    voucher = queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, voucher))
    return voucher


def seen_project(actor: Actor, ref: str) -> Project:
    """The project with this reference, if the actor may see it; raises `NotFound`."""
    project = projects.by_ref(ref)
    ensure_seen(project_policy.may_see(actor, project))
    return project
