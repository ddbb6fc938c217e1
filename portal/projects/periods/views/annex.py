"""The annex of a grant agreement as a PDF."""

from flask import request

from portal.core.days import brussels_day
from portal.core.errors import NotFound
from portal.core.i18n import LANGUAGES, current_language, use_locale
from portal.core.pdf import build
from portal.payments.clocks import queries as limits
from portal.payments.clocks.states import Kind as Clock
from portal.projects.periods import documents, queries
from portal.projects.periods.states import Kind
from portal.projects.periods.views.base import blueprint, seen_project
from portal.web.respond import Answer, pdf
from portal.web.session import current_actor


@blueprint.get("/projects/<ref>/periods/annex")
def annex(ref: str) -> Answer:
    """Reporting periods and terms of payment, in the language asked for or the reader's own."""
    project = seen_project(current_actor(), ref)
    plan = queries.plan_of(project.id)
    if plan is None:
        raise NotFound()
    asked = request.args.get("language", "")
    language = asked if asked in LANGUAGES else current_language()
    periods = queries.of_plan(plan.id)
    day = brussels_day(plan.planned_at)
    times = {kind: limits.limit_on(Clock(kind), day).days for kind in Kind}
    with use_locale(language):
        content = build(
            documents.annex(project, plan, periods, times),
            title=str(documents.annex_title(project)),
            language=language,
            reference=project.ref,
            fingerprint=documents.fingerprint(project, plan, periods),
        )
    return pdf(content, f"{project.ref}-annex-{language}.pdf")
