"""The report shelf, a project's budget on screen, and its export."""

from flask import Blueprint

from portal.core import clock
from portal.core.actors import ensure, ensure_seen
from portal.core.i18n import current_language
from portal.projects import policy as projects_policy
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.reports import documents, operations, policy, queries
from portal.reports.forms import BudgetForm
from portal.web.request_keys import repeatable
from portal.web.respond import Answer, attempt, csv, form_page, page, paginate, pdf
from portal.web.session import current_actor

blueprint = Blueprint("reports", __name__)


@blueprint.get("/reports")
def index() -> Answer:
    """The projects whose budget this person may read."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    return page(
        "reports/index.html",
        projects=paginate(projects_policy.visible_to(actor).order_by(Project.ref)),
    )


@blueprint.route("/projects/<ref>/budget", methods=["GET", "POST"])
@repeatable
def budget(ref: str) -> Answer:
    """The budget on screen with what stands behind each line; POST hands over the same as PDF or
    CSV.
    """
    project = _seen(ref)
    form = BudgetForm(language=current_language(), kind="pdf")
    if form.is_submitted() and attempt(
        form, operations.export_budget, project, actor=current_actor(), **form.values()
    ):
        export = form.result
        return (pdf if form.kind.data == "pdf" else csv)(export.content, export.name)
    project = _seen(ref)
    return form_page(
        "reports/budget.html",
        form,
        project=project,
        statement=queries.budget_statement(project, clock.today()),
        category_label=documents.category_label,
        state_label=documents.state_label,
        columns=documents.column_labels(),
    )


def _seen(ref: str) -> Project:
    project = projects.by_ref(ref)
    ensure_seen(policy.may_export_budget(current_actor(), project))
    return project
