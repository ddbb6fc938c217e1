"""The list of projects, one project with its budget, and what people do with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, request, url_for

from portal.audit.queries import trail_of
from portal.calls.proposals import queries as proposals
from portal.calls.proposals.states import ROLE_LABELS
from portal.core import clock, formats
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import LANGUAGES, Text, _, current_language, use_locale
from portal.core.pdf import build
from portal.exchanges.partnerships import policy as partnerships_policy
from portal.exchanges.queries.quotas import counts
from portal.ledger import policy as ledger_policy
from portal.projects import documents, operations, policy, queries
from portal.projects.forms import AwardForm, ReasonForm, ShiftBudgetForm
from portal.projects.models import Project
from portal.projects.periods import queries as periods
from portal.projects.rules import sme_share, transfers
from portal.projects.rules.budget import INSTRUMENTS, gauge_percent
from portal.projects.states import INSTRUMENT_LABELS, LIFE, SIDE_LABELS, Action, State
from portal.vouchers import queries as vouchers
from portal.web.forms import EmptyForm
from portal.web.gauges import Gauge
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate, pdf
from portal.web.session import current_actor

blueprint = Blueprint("projects", __name__)

_TONES = {Action.SIGN: "primary", Action.SUSPEND: "danger", Action.TERMINATE: "danger"}
#: Longest text searched for.
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Warned:
    """Something the reader should know, with its tone."""

    tone: str
    text: Text


@blueprint.get("/projects")
def index() -> Answer:
    """The projects this person may see, newest first."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    state = request.args.get("state", "")
    state = state if state in set(State) else ""
    found = paginate(queries.search(policy.visible_to(actor), text=text, state=state))
    return page(
        "projects/index.html",
        projects=found,
        asked={"text": text, "state": state},
        states=LIFE.badges,
        badge_of=_badge_on_today(),
        to_award=queries.to_award(actor),
    )


@blueprint.get("/projects/<ref>")
def show(ref: str) -> Answer:
    """One project: figures, budget by line, consortium, what is spent on, timeline."""
    actor = current_actor()
    project = _seen(actor, ref)
    rows = queries.budget_of(project.id)
    monitoring = sme_share.sme_monitoring([row.as_figures() for row in rows], project.sme_share_bp)
    spent = queries.payments_of(project)
    plan = periods.plan_of(project.id)
    return page(
        "projects/show.html",
        project=project,
        badge_of=queries.badge(project, clock.today()),
        links=[_link(action, project) for action in policy.available(actor, project)],
        rows=rows,
        total=queries.total(rows),
        gauges=_gauges(project, rows),
        share=_share_notice(project, monitoring),
        monitoring=monitoring if project.sme_share_bp else None,
        roles=ROLE_LABELS,
        sides=[(label, _signature(project, side)) for side, label in SIDE_LABELS.items()],
        voucher_tally=vouchers.tally(project.id),
        exchange_tally=_exchanges_of(project),
        payment_tally=spent,
        grant=periods.figures(plan) if plan else None,
        has_vouchers=any(one.instrument == "voucher" for one in project.envelopes),
        has_exchanges=any(one.instrument == "exchange" for one in project.envelopes),
        sees_partnership=partnerships_policy.may_see(actor, project),
        languages=LANGUAGES.items(),
        reads_ledger=ledger_policy.may_see(actor),
        trail=trail_of(ref),
    )


@blueprint.route("/proposals/<ref>/award", methods=["GET", "POST"])
def award(ref: str) -> Answer:
    """Turn a proposal of the main list into a project."""
    actor, proposal = current_actor(), proposals.by_ref(ref)
    ensure(policy.may_award(actor, proposal))
    planned = {
        "exchange_target": proposal.planned_exchanges,
        "voucher_target": proposal.planned_vouchers,
    }
    form = AwardForm(data=planned)
    if form.is_submitted() and attempt(
        form, operations.award, proposal, actor=actor, **form.values()
    ):
        message = _("The grant is awarded. The agreement can now be signed by both sides.")
        return done(message, "projects.show", ref=form.result.ref)
    categories = {item.category for item in proposals.items_of(proposal.id)}
    return form_page(
        "projects/award.html",
        form,
        proposal=proposal,
        instruments={str(INSTRUMENTS[each]) for each in categories if each in INSTRUMENTS},
    )


@blueprint.route("/projects/<ref>/sign", methods=["GET", "POST"])
def sign(ref: str) -> Answer:
    """Sign the grant agreement for one side."""
    actor = current_actor()
    project = _seen(actor, ref)
    ensure(policy.may_sign(actor, project))
    LIFE.step(project.state, Action.SIGN)
    form = EmptyForm()
    if form.is_submitted() and attempt(form, operations.sign, project, actor=actor):
        return done(_signed_message(form.result), "projects.show", ref=ref)
    side = policy.side_of(actor, project)
    return form_page(
        "projects/sign.html",
        form,
        project=project,
        side=SIDE_LABELS[side] if side else "",
        languages=LANGUAGES.items(),
    )


@blueprint.route("/projects/<ref>/shift-budget", methods=["GET", "POST"])
def shift_budget(ref: str) -> Answer:
    """Move available budget from one line to another."""
    actor = current_actor()
    project = _seen(actor, ref)
    ensure(policy.may_shift_budget(actor, project))
    LIFE.step(project.state, Action.SHIFT_BUDGET)
    form, rows = ShiftBudgetForm(), queries.budget_of(project.id)
    form.from_line_id.choices = form.to_line_id.choices = [
        ("", _("Choose a line")),
        *((str(row.line_id), _line_choice(row)) for row in rows),
    ]
    if form.is_submitted() and attempt(
        form, operations.shift_budget, project, actor=actor, **form.values()
    ):
        for warning in form.result.warnings:
            flash(str(transfers.explain(warning)), "warning")
        return done(_("The money is moved."), "projects.show", ref=ref)
    return form_page("projects/shift_budget.html", form, project=project, rows=rows)


@blueprint.route("/projects/<ref>/suspend", methods=["GET", "POST"])
def suspend(ref: str) -> Answer:
    """Stop new commitments until the project is resumed."""
    message = _("The project is suspended: nothing new can be committed.")
    return _with_reason(ref, Action.SUSPEND, policy.may_suspend, operations.suspend, message)


@blueprint.route("/projects/<ref>/resume", methods=["GET", "POST"])
def resume(ref: str) -> Answer:
    """Let a suspended project commit money again."""
    message = _("The project is resumed.")
    return _with_reason(ref, Action.RESUME, policy.may_resume, operations.resume, message)


@blueprint.route("/projects/<ref>/terminate", methods=["GET", "POST"])
def terminate(ref: str) -> Answer:
    """End the grant agreement early."""
    message = _("The grant agreement is terminated.")
    return _with_reason(ref, Action.TERMINATE, policy.may_terminate, operations.terminate, message)


@blueprint.get("/projects/<ref>/agreement")
def agreement(ref: str) -> Answer:
    """The grant agreement as PDF, in the language asked for or the reader's own."""
    project = _seen(current_actor(), ref)
    asked = request.args.get("language", "")
    language = asked if asked in LANGUAGES else current_language()
    terms = queries.agreement_of(project.id)
    signed = [
        documents.Signed(one.side, one.person_name, one.signed_at) for one in project.signatures
    ]
    with use_locale(language):
        title = documents.agreement_title(terms)
        content = build(
            documents.agreement(terms, signed),
            title=str(title),
            language=language,
            reference=project.ref,
            fingerprint=project.fingerprint,
        )
    return pdf(content, f"{project.ref}-{language}.pdf")


def _seen(actor: Actor, ref: str) -> Project:
    project = queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, project))
    return project


def _with_reason(
    ref: str,
    action: Action,
    allowed: Callable[[Actor, Project], bool],
    operation: Callable[..., object],
    message: Text,
) -> Answer:
    actor = current_actor()
    project = _seen(actor, ref)
    ensure(allowed(actor, project))
    LIFE.step(project.state, action)
    form = ReasonForm()
    if form.is_submitted() and attempt(form, operation, project, actor=actor, **form.values()):
        return done(message, "projects.show", ref=ref)
    return form_page(
        "projects/reason.html",
        form,
        project=project,
        label=LIFE.labels[action],
        effect=_EFFECTS[action],
        tone=_TONES.get(action, "primary"),
    )


_EFFECTS: Mapping[Action, Text] = {
    Action.SUSPEND: _(
        "Nothing new can be committed until the project is resumed. What is committed stays "
        "committed, and payments under way go on."
    ),
    Action.RESUME: _("The money of the project can be committed again."),
    Action.TERMINATE: _(
        "Nothing new can ever be committed. What is committed stays committed, and payments under "
        "way go on. This cannot be undone."
    ),
}


def _link(action: Action, project: Project) -> Link:
    href = url_for(f"projects.{action}", ref=project.ref)
    return Link(LIFE.labels[action], href, _TONES.get(action, "secondary"))


def _badge_on_today() -> Callable[[Project], object]:
    today = clock.today()
    return lambda project: queries.badge(project, today)


def _signed_message(project: Project) -> Text:
    if project.state is State.SIGNED:
        return _("Both sides have signed: the agreement is in force.")
    return _("Your signature is recorded. The other side has been told.")


def _signature(project: Project, side: object) -> Any:
    return next((one for one in project.signatures if one.side == side), None)


def _line_choice(row: queries.BudgetRow) -> Text:
    return _(
        "%(code)s: %(label)s, %(available)s available",
        code=row.code,
        label=row.label,
        available=formats.money(row.figures.available_cents),
    )


def _gauges(project: Project, rows: list[queries.BudgetRow]) -> list[Gauge]:
    by_line = {row.line_id: row.figures for row in rows}
    return [
        _gauge(
            str(envelope.instrument),
            INSTRUMENT_LABELS[envelope.instrument],
            by_line[envelope.line_id],
        )
        for envelope in project.envelopes
    ]


def _gauge(name: str, label: Text, figures: queries.Figures) -> Gauge:
    return Gauge(
        id=f"gauge-{name}",
        label=label,
        used_pct=gauge_percent(figures.paid_cents, figures.budget_cents),
        committed_pct=gauge_percent(figures.engaged_cents, figures.budget_cents),
        value_text=formats.money(figures.engaged_cents),
        limit_text=formats.money(figures.budget_cents),
        status_text=_(
            "%(paid)s paid, %(left)s still available",
            paid=formats.money(figures.paid_cents),
            left=formats.money(figures.available_cents),
        ),
        tone="wait" if not figures.available_cents else "ok",
    )


def _share_notice(project: Project, monitoring: sme_share.SmeMonitoring) -> Warned | None:
    if not project.sme_share_bp:
        return None
    share = monitoring.planned
    told = {
        "direct": formats.money(share.direct_cents),
        "minimum": formats.money(share.minimum_cents),
        "committed": formats.money(monitoring.committed.direct_cents),
        "paid": formats.money(monitoring.paid.direct_cents),
    }
    text = _(
        "Direct to SMEs: %(direct)s planned, %(committed)s committed and %(paid)s paid so far; at "
        "least %(minimum)s of the whole budget must reach them.",
        **told,
    )
    return Warned("info" if share.is_met else "no", text)


def _exchanges_of(project: Project) -> int:
    found = counts(project.id)
    return sum(found.committed.values()) + sum(found.reached.values())
