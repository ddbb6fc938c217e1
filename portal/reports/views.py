"""The report shelf, a project's budget on any day, its export, and how to verify one."""

from datetime import date

from flask import Blueprint, request

from portal.core import clock
from portal.core.actors import ensure, ensure_seen
from portal.core.errors import RuleBroken
from portal.core.i18n import LANGUAGES, current_language
from portal.projects import policy as projects_policy
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.reports import documents, operations, policy, queries, rules
from portal.reports.forms import AsOfForm, BudgetForm, VerifyForm
from portal.web.request_keys import repeatable
from portal.web.respond import Answer, attempt, csv, done, form_page, page, paginate, pdf
from portal.web.session import current_actor, public, visitor

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
    """The budget on screen at the end of a day, with what stands behind each line; POST hands over
    the same as PDF or CSV.
    """
    project = _seen(ref)
    chosen = AsOfForm(request.args)
    day = _day(chosen, project)
    if day is None:
        return page("reports/budget_day.html", 422, project=project, chosen=chosen)
    form = BudgetForm(language=current_language(), kind="pdf")
    if form.is_submitted() and attempt(
        form, operations.export_budget, project, day=day, actor=current_actor(), **form.values()
    ):
        export = form.result
        return (pdf if form.kind.data == "pdf" else csv)(export.content, export.name)
    project = _seen(ref)
    return form_page(
        "reports/budget.html",
        form,
        project=project,
        chosen=chosen,
        statement=queries.budget_statement(project, day),
        provisional=documents.provisional_text() if rules.is_provisional(day, clock.now()) else "",
        category_label=documents.category_label,
        state_label=documents.state_label,
        columns=documents.column_labels(),
    )


@blueprint.route("/verify", methods=["GET", "POST"])
@public
def verify() -> Answer:
    """Type the code of a document, or choose its file, to see what the portal knows of it."""
    form = VerifyForm()
    if form.is_submitted() and attempt(form, queries.recognised, **form.values()):
        said = documents.same_file_text() if form.file.data else documents.known_code_text()
        return done(said, "reports.verified", code=form.result.code)
    return form_page("reports/verify.html", form)


@blueprint.get("/verify/<code>")
@public
def verified(code: str) -> Answer:
    """Whether the document with a code is genuine, and what changed since; amounts are for those
    who may see its project.
    """
    export = queries.find(rules.read_code(code))
    form = VerifyForm(code=export.code if export else code[:200])
    if export is None:
        form.take(RuleBroken(rules.unknown_code()))
        return page("reports/verify.html", 404, form=form)
    found, actor = queries.verified(export), visitor()
    sees = actor is not None and policy.may_export_budget(actor, found.project)
    return page(
        "reports/verified.html",
        form=form,
        found=found,
        kind=documents.KIND_LABELS[export.kind],
        written_in=LANGUAGES[export.language],
        changes=documents.changes(found.then, found.now) if sees else [],
        sees=sees,
    )


def _day(chosen: AsOfForm, project: Project) -> date | None:
    """The day asked for in the address, today when none is; None when there is no such budget."""
    today = clock.today()
    if not chosen.validate():
        return None
    if chosen.day.data is None:
        chosen.day.process_data(today)
        return today
    day: date = chosen.day.data
    faults = rules.day_faults(day, first=queries.first_day(project), today=today)
    if faults:
        chosen.take(RuleBroken(faults))
        return None
    return day


def _seen(ref: str) -> Project:
    project = projects.by_ref(ref)
    ensure_seen(policy.may_export_budget(current_actor(), project))
    return project
