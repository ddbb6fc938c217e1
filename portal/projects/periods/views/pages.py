"""The pages of a plan and its periods, of one report and what people do with it, of the terms."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from portal.audit.queries import trail_of
from portal.calls.proposals.states import CATEGORY_LABELS, CostCategory
from portal.core import clock, formats, steps
from portal.core.actors import Actor, ensure
from portal.core.i18n import Text, _
from portal.core.states import Badge
from portal.partners.bank_accounts import queries as bank_accounts
from portal.payments import policy as payments_policy
from portal.payments.models import Payment
from portal.payments.tracker import queries as tracker
from portal.payments.tracker.rules import Told
from portal.programme import queries as programmes
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.periods import operations, policy, queries, rules
from portal.projects.periods.forms import (
    Line,
    PlanForm,
    SendBackForm,
    TermsForm,
    accept_form,
    submit_form,
)
from portal.projects.periods.models import GrantInstalment, GrantPlan, Period
from portal.projects.periods.states import KIND_LABELS, LIFE, TO_REPORT, Action, State
from portal.projects.periods.views.base import blueprint, seen_project, shown_steps
from portal.web.forms import EmptyForm
from portal.web.respond import Answer, Link, attempt, done, form_page, page
from portal.web.session import current_actor

_TONES = {
    Action.PLAN: "primary",
    Action.PRE_FINANCE: "primary",
    Action.SUBMIT: "primary",
    Action.ACCEPT: "primary",
}
_AT = "/projects/<ref>/periods/<int:number>"


@dataclass(frozen=True)
class PaymentRow:
    """One payment of a grant as its page shows it."""

    label: Text
    instalment: GrantInstalment
    payment: Payment | None
    told: Told | None
    sees_payment: bool


@dataclass(frozen=True)
class PeriodRow:
    """One period as the page of the grant shows it."""

    period: Period
    badge: Badge
    report_due: date


@dataclass(frozen=True)
class CostRow:
    """One cost of a report: whose, of which heading, as claimed and as accepted."""

    label: Text
    claimed_cents: int
    accepted_cents: int | None
    reason: str


@blueprint.get("/projects/<ref>/periods")
def of_project(ref: str) -> Answer:
    """How the grant of a project is paid: figures, payments with their legal dates, periods."""
    actor = current_actor()
    project = seen_project(actor, ref)
    found = queries.plan_of(project.id)
    rows = _payment_rows(actor, project, found)
    return page(
        "periods/of_project.html",
        project=project,
        plan=found,
        figures=queries.figures(found) if found else None,
        links=[_plan_link(action, ref) for action in policy.available_for(actor, project, found)],
        rows=rows,
        waiting=[row for row in rows if row.payment and row.told and _is_open(row.payment)],
        periods=_period_rows(found),
        steps_shown=_shown(found.steps) if found else [],
    )


@blueprint.route("/projects/<ref>/periods/plan", methods=["GET", "POST"])
def plan(ref: str) -> Answer:
    """Lay down the reporting periods and commit the grant."""
    actor, form = current_actor(), PlanForm()
    project = seen_project(actor, ref)
    ensure(policy.may_plan(actor, project))
    if form.is_submitted() and attempt(
        form, operations.plan, project, actor=actor, **form.values()
    ):
        message = _("The reporting periods are laid down, and the grant is committed on its call.")
        return done(message, "periods.of_project", ref=ref)
    return form_page(
        "periods/plan.html", form, project=project, terms=queries.terms_on(project, clock.today())
    )


@blueprint.route("/projects/<ref>/periods/pre-finance", methods=["GET", "POST"])
def pre_finance(ref: str) -> Answer:
    """Ask for the pre-financing to be paid."""
    actor, form = current_actor(), EmptyForm()
    project = seen_project(actor, ref)
    ensure(policy.may_pre_finance(actor, project))
    if form.is_submitted() and attempt(form, operations.pre_finance, project, actor=actor):
        message = _("The pre-financing is requested: %(amount)s.", amount=_money(form.result))
        return done(message, "periods.of_project", ref=ref)
    found = queries.plan_of(project.id)
    account = bank_accounts.valid_account_of(project.coordinator_id)
    return form_page(
        "periods/pre_finance.html",
        form,
        project=project,
        steps_shown=_shown(found.steps) if found else [],
        has_account=account is not None,
    )


@blueprint.get(_AT)
def show(ref: str, number: int) -> Answer:
    """One report: what was done, the costs, the decision with its steps, the payment."""
    actor = current_actor()
    project, period = _seen(actor, ref, number)
    rows = _payment_rows(actor, project, period.plan)
    row = next((each for each in rows if each.instalment.number == number), None)
    return page(
        "periods/show.html",
        project=project,
        period=period,
        badge_of=LIFE.badge(period.state),
        report_due=rules.report_due(period.ends_on),
        is_to_report=period.state in TO_REPORT,
        is_returned=period.state is State.RETURNED,
        links=[_link(action, period) for action in policy.available(actor, period)],
        costs=_cost_rows(period),
        claimed_cents=sum(claim.claimed_cents for claim in period.claims),
        accepted_cents=sum(claim.accepted_cents or 0 for claim in period.claims),
        is_decided=period.state is State.ACCEPTED,
        row=row,
        steps_shown=_shown(row.instalment.steps) if row else [],
        trail=trail_of(period.ref),
    )


@blueprint.route(f"{_AT}/submit", methods=["GET", "POST"])
def submit(ref: str, number: int) -> Answer:
    """Report the costs of a period."""
    actor = current_actor()
    project, period = _seen(actor, ref, number)
    ensure(policy.may_submit(actor, period))
    LIFE.step(period.state, Action.SUBMIT)
    lines = _lines_to_claim(period)
    form = submit_form(lines)(data=_claimed(period))
    if form.is_submitted() and attempt(
        form, operations.submit, period, actor=actor, **form.values()
    ):
        return _done(_("The report is submitted. The officers will check it."), ref, number)
    return form_page(
        "periods/submit.html",
        form,
        project=project,
        period=period,
        lines=lines,
        typed_cents=sum(form.claimed(line).data or 0 for line in lines),
    )


@blueprint.route(f"{_AT}/send-back", methods=["GET", "POST"])
def send_back(ref: str, number: int) -> Answer:
    """Return a report for completion; the time to pay stands still."""
    actor, form = current_actor(), SendBackForm()
    project, period = _seen(actor, ref, number)
    ensure(policy.may_send_back(actor, period))
    LIFE.step(period.state, Action.SEND_BACK)
    if form.is_submitted() and attempt(
        form, operations.send_back, period, actor=actor, **form.values()
    ):
        return _done(_("The report is returned; the time to pay stands still."), ref, number)
    return form_page("periods/send_back.html", form, project=project, period=period)


@blueprint.route(f"{_AT}/accept", methods=["GET", "POST"])
def accept(ref: str, number: int) -> Answer:
    """Accept the costs of a report, in whole or in part, and decide what they earn."""
    actor = current_actor()
    project, period = _seen(actor, ref, number)
    ensure(policy.may_accept(actor, period))
    LIFE.step(period.state, Action.ACCEPT)
    labels = _labels(period)
    lines = [
        Line(each.line_id, labels[each.line_id], _claimed_note(each.claimed_cents))
        for each in period.claims
    ]
    claimed = {f"accepted_{each.line_id}": each.claimed_cents for each in period.claims}
    form = accept_form(lines)(data=claimed)
    if form.is_submitted() and attempt(
        form, operations.accept, period, actor=actor, **form.values()
    ):
        return _done(_accepted_message(form.result), ref, number)
    return form_page("periods/accept.html", form, project=project, period=period, lines=lines)


@blueprint.get("/grant-terms")
def terms() -> Answer:
    """The terms of each programme today, and every row of the dated table."""
    actor, today = current_actor(), clock.today()
    ensure(policy.may_see_terms(actor))
    rows, known = queries.terms(), programmes.all_programmes()
    add = Link(LABEL_SET_TERMS, url_for("periods.set_terms"), "primary")
    return page(
        "periods/terms.html",
        today=today,
        current=[(each, rules.terms_on(rows, each.id, each.ref, today)) for each in known],
        rows=[(row, next(each for each in known if each.id == row.programme_id)) for row in rows],
        actions=[add] if policy.may_set_terms(actor) else [],
        trail=trail_of("GRANT-TERMS"),
    )


@blueprint.route("/grant-terms/set-terms", methods=["GET", "POST"])
def set_terms() -> Answer:
    """Add a row to the dated terms."""
    actor, form = current_actor(), TermsForm()
    ensure(policy.may_set_terms(actor))
    form.programme_id.choices = [(str(each.id), each.name) for each in programmes.all_programmes()]
    if form.is_submitted() and attempt(form, operations.set_terms, actor=actor, **form.values()):
        return done(_("The terms are set."), "periods.terms")
    return form_page("periods/set_terms.html", form)


LABEL_SET_TERMS: Text = _("Set the terms of grant payments")


def _seen(actor: Actor, ref: str, number: int) -> tuple[Project, Period]:
    project = seen_project(actor, ref)
    return project, queries.by_number(project, number)


def _plan_link(action: Action, ref: str) -> Link:
    href = url_for(f"periods.{action}", ref=ref)
    return Link(LIFE.labels[action], href, _TONES.get(action, "secondary"))


def _link(action: Action, period: Period) -> Link:
    ref, number = period.plan.project.ref, period.number
    href = url_for(f"periods.{action}", ref=ref, number=number)
    return Link(LIFE.labels[action], href, _TONES.get(action, "secondary"))


def _done(message: Text, ref: str, number: int) -> Answer:
    return done(message, "periods.show", ref=ref, number=number)


def _money(payment: Payment) -> str:
    return formats.money(payment.amount_cents)


def _is_open(payment: Payment) -> bool:
    return payment.executed_on is None


def _accepted_message(decided: GrantInstalment) -> Text:
    if decided.paid_out_cents:
        return _(
            "The report is accepted, and its payment requested: %(amount)s.",
            amount=formats.money(decided.paid_out_cents),
        )
    if decided.give_back_cents:
        return _(
            "The report is accepted. %(amount)s must come back: a recovery is drafted.",
            amount=formats.money(decided.give_back_cents),
        )
    return _("The report is accepted; nothing is due for it.")


def _payment_rows(actor: Actor, project: Project, found: GrantPlan | None) -> list[PaymentRow]:
    standings = queries.standings(project, found) if found else []
    asked = [each.payment for each in standings if each.payment]
    told = tracker.told(asked, clock.today(), organisation_ids=actor.organisation_ids)
    return [
        PaymentRow(
            KIND_LABELS[each.instalment.kind],
            each.instalment,
            each.payment,
            told[each.payment.id] if each.payment else None,
            each.payment is not None and payments_policy.may_see(actor, each.payment),
        )
        for each in standings
    ]


def _period_rows(found: GrantPlan | None) -> list[PeriodRow]:
    return [
        PeriodRow(each, LIFE.badge(each.state), rules.report_due(each.ends_on))
        for each in (queries.of_plan(found.id) if found else ())
    ]


def _labels(period: Period) -> dict[int, Text]:
    """What each line of the project's budget is called, its organisation first."""
    found: dict[int, Text] = {}
    for row in projects.budget_of(period.plan.project_id):
        label: Text = CATEGORY_LABELS[row.category]
        if row.organisation:
            label = _(
                "%(organisation)s: %(heading)s",
                organisation=row.organisation.short_name,
                heading=label,
            )
        found[row.line_id] = label
    return found


def _lines_to_claim(period: Period) -> list[Line]:
    labels, support = _labels(period), queries.third_party_cents(period)
    return [
        Line(row.line_id, labels[row.line_id], _support_note(support.get(row.line_id)))
        for row in projects.budget_of(period.plan.project_id)
        if row.category is not CostCategory.INDIRECT
    ]


def _support_note(cents: int | None) -> Text:
    """How much support to third parties can be claimed; nothing for other lines."""
    if cents is None:
        return ""
    return _(
        "At most %(most)s: paid to third parties and not claimed yet.", most=formats.money(cents)
    )


def _claimed_note(cents: int) -> Text:
    return _("%(amount)s claimed", amount=formats.money(cents))


def _claimed(period: Period) -> dict[str, object]:
    """What an earlier submission said, to be completed."""
    typed: dict[str, object] = {
        f"claimed_{claim.line_id}": claim.claimed_cents for claim in period.claims
    }
    return typed | {"report": period.report}


def _cost_rows(period: Period) -> list[CostRow]:
    labels = _labels(period)
    return [
        CostRow(labels[each.line_id], each.claimed_cents, each.accepted_cents, each.reason)
        for each in period.claims
    ]


def _shown(kept: list[dict[str, object]]) -> list[dict[str, object]]:
    return shown_steps(steps.from_json(kept))
