"""The tabs of an application; each saves on its own and tells what is missing."""

from flask import request

from portal.calls.proposals import operations, policy, queries, rules
from portal.calls.proposals.forms import (
    AttachForm,
    CostsForm,
    EditForm,
    Row,
    SubmitForm,
    costs_form,
    typed_costs,
)
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.rules.application import Application
from portal.calls.proposals.rules.themes import THEMATIC_AREAS
from portal.calls.proposals.states import ATTACHMENT_LABELS, LIFE, Action, Tab
from portal.calls.proposals.views.base import (
    SAVED,
    blueprint,
    seen,
    share_context,
    shown,
    tab_context,
    tried,
)
from portal.core.actors import ensure
from portal.core.i18n import _
from portal.web.forms import EmptyForm, PortalForm
from portal.web.respond import Answer, attempt, done, form_page, page
from portal.web.session import current_actor

_OPENED = 200


@blueprint.route("/proposals/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Answer:
    """The first tab: the project in words."""
    actor = current_actor()
    proposal = seen(actor, ref)
    ensure(policy.may_edit(actor, proposal))
    LIFE.step(proposal.state, Action.EDIT)
    form, status = EditForm(data=_identity(proposal)), _OPENED
    if form.is_submitted():
        status = tried(form, operations.edit, proposal, actor=actor, **form.values())
        if status == SAVED:
            return done(_("The project is saved."), _after(Tab.IDENTITY), ref=ref)
        _renew(form, proposal.identity_version, status)
    return page("proposals/edit.html", status, form=form, **tab_context(proposal, Tab.IDENTITY))


@blueprint.route("/proposals/<ref>/plan-costs", methods=["GET", "POST"])
def plan_costs(ref: str) -> Answer:
    """The third tab: the budget."""
    actor = current_actor()
    proposal = seen(actor, ref)
    ensure(policy.may_plan_costs(actor, proposal))
    LIFE.step(proposal.state, Action.PLAN_COSTS)
    context = tab_context(proposal, Tab.COSTS)
    form, status = _costs_form(proposal, context["application"]), _OPENED
    if form.is_submitted():
        status = tried(form, operations.plan_costs, proposal, actor=actor, **form.values())
        if status == SAVED:
            return done(_("The budget is saved."), _after(Tab.COSTS), ref=ref)
        _renew(form, proposal.costs_version, status)
    application = context["application"]
    budget = rules.budget(application.lines, proposal.call, application.asked_cents)
    return page(
        "proposals/plan_costs.html",
        status,
        form=form,
        rows=form.rows,
        with_smes=form.with_smes,
        budget=budget,
        steps=shown(budget),
        **share_context(budget, proposal.call),
        **context,
    )


@blueprint.route("/proposals/<ref>/attach", methods=["GET", "POST"])
def attach(ref: str) -> Answer:
    """The fourth tab: documents, and the declarations to be made at the end."""
    actor, form = current_actor(), AttachForm()
    proposal = seen(actor, ref)
    ensure(policy.may_attach(actor, proposal))
    LIFE.step(proposal.state, Action.ATTACH)
    if form.is_submitted() and attempt(
        form, operations.attach, proposal, actor=actor, **form.values()
    ):
        return done(_("The document is attached."), "proposals.attach", ref=ref)
    return _documents(proposal, form)


@blueprint.post("/proposals/<ref>/detach")
def detach(ref: str) -> Answer:
    """Take a document out of the application."""
    actor, form = current_actor(), EmptyForm()
    proposal = seen(actor, ref)
    ensure(policy.may_detach(actor, proposal))
    number = request.form.get("number", 0, type=int)
    if attempt(form, operations.detach, proposal, number=number, actor=actor):
        return done(_("The document is removed."), "proposals.attach", ref=ref)
    return _documents(proposal, AttachForm(formdata=None), form)


@blueprint.route("/proposals/<ref>/submit", methods=["GET", "POST"])
def submit(ref: str) -> Answer:
    """The last tab: everything that is missing, the declarations, and the button."""
    actor, form = current_actor(), SubmitForm()
    proposal = seen(actor, ref)
    ensure(policy.may_submit(actor, proposal))
    if form.is_submitted():
        declared = {"honour": bool(form.honour.data), "mandate": bool(form.mandate.data)}
        if attempt(form, operations.submit, proposal, actor=actor, **declared):
            return done(_("Your proposal was received."), "proposals.receipt", ref=ref)
    else:
        LIFE.step(proposal.state, Action.SUBMIT)
    context = tab_context(proposal, Tab.CHECK)
    application = context["application"]
    budget = rules.budget(application.lines, proposal.call, application.asked_cents)
    told = {str(fault.message) for fault in context["faults"]}
    form.form_errors = [text for text in form.form_errors or () if str(text) not in told]
    return form_page("proposals/submit.html", form, budget=budget, steps=shown(budget), **context)


def _documents(proposal: Proposal, form: AttachForm, button: PortalForm | None = None) -> Answer:
    if button is not None:
        form.form_errors = button.form_errors
    status = 422 if form.is_submitted() or button is not None else _OPENED
    return page(
        "proposals/attach.html",
        status,
        form=form,
        attachments=queries.attachments_of(proposal.id),
        kinds=ATTACHMENT_LABELS,
        declarations=SubmitForm(formdata=None),
        **tab_context(proposal, Tab.DOCUMENTS),
    )


def _identity(proposal: Proposal) -> dict[str, object]:
    themes = proposal.themes
    return {
        "acronym": proposal.acronym,
        "title": proposal.title,
        "abstract": proposal.abstract,
        "months": proposal.months,
        "thematic_areas": [theme for theme in themes if theme in THEMATIC_AREAS],
        "ecosystems": [theme for theme in themes if theme not in THEMATIC_AREAS],
        "version": proposal.identity_version,
    }


def _costs_form(proposal: Proposal, application: Application) -> CostsForm:
    rows = [
        Row(partner.position, partner.organisation_id, partner.organisation.legal_name)
        for partner in proposal.partners
    ]
    with_smes = bool(proposal.call.sme_share_bp) or any(
        line.sme_direct for line in application.lines
    )
    saved = typed_costs(rows, application.lines) | {
        "asked_cents": proposal.asked_cents,
        "planned_exchanges": proposal.planned_exchanges,
        "planned_vouchers": proposal.planned_vouchers,
        "version": proposal.costs_version,
    }
    return costs_form(rows, with_smes=with_smes)(data=saved)


def _renew(form: EditForm | CostsForm, version: int, status: int) -> None:
    """After a conflict the form carries the version saved now, so that it can replace it."""
    if status not in (SAVED, 422):
        form.version.data, form.version.raw_data = version, [str(version)]


def _after(tab: Tab) -> str:
    """A saved tab is shown again, unless the person asked for the next one."""
    endpoints = {
        Tab.IDENTITY: ("proposals.edit", "proposals.add_partner"),
        Tab.COSTS: ("proposals.plan_costs", "proposals.attach"),
    }
    here, following = endpoints[tab]
    return following if request.form.get("go") == "next" else here
