"""The page on which a grant is closed: what it comes to, before it does."""

from portal.core import formats
from portal.core.actors import ensure
from portal.core.i18n import _
from portal.projects.periods import operations, policy, queries
from portal.projects.periods.forms import CloseForm
from portal.projects.periods.views.base import blueprint, seen_project, shown_steps
from portal.projects.states import LIFE, Action
from portal.web.respond import Answer, attempt, done, form_page
from portal.web.session import current_actor


@blueprint.route("/projects/<ref>/periods/close", methods=["GET", "POST"])
def close(ref: str) -> Answer:
    """Settle what a grant comes to, free what it needs no more, and close the project."""
    actor, form = current_actor(), CloseForm()
    project = seen_project(actor, ref)
    ensure(policy.may_close(actor, project))
    LIFE.step(project.state, Action.CLOSE)
    if form.is_submitted() and attempt(
        form, operations.close, project, actor=actor, **form.values()
    ):
        return done(_("The grant is closed."), "periods.of_project", ref=ref)
    project = seen_project(actor, ref)
    found = queries.closing(project, queries.plan_of(project.id))
    earned = found.earned
    return form_page(
        "periods/close.html",
        form,
        project=project,
        faults=found.faults,
        paid_out=formats.money(earned.paid_out_cents) if earned else "",
        give_back=formats.money(earned.give_back_cents) if earned else "",
        released=formats.money(found.release_cents),
        earned=earned,
        steps_shown=shown_steps(earned.steps) if earned else [],
    )
