"""One proposal, its receipts, its documents, its letter; reopening and withdrawing."""

from typing import Any

from flask import url_for

from portal.audit.queries import trail_of
from portal.calls.proposals import documents, operations, policy, queries, rules
from portal.calls.proposals.forms import WithdrawForm
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.rules.themes import THEMES
from portal.calls.proposals.states import (
    ATTACHMENT_LABELS,
    LIFE,
    OUTCOMES,
    PLACED,
    ROLE_LABELS,
    SET_ASIDE,
    Action,
    State,
)
from portal.calls.proposals.views.base import (
    blueprint,
    is_open,
    matrix,
    seen,
    share_context,
    shown,
)
from portal.calls.queries import phase_of
from portal.calls.states import Phase
from portal.calls.states import State as CallState
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.days import brussels_day
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.projects import policy as project_policy
from portal.projects import queries as projects
from portal.web.forms import EmptyForm, PortalForm
from portal.web.respond import (
    Answer,
    Link,
    attempt,
    done,
    form_page,
    page,
    pdf,
    stored_file,
)
from portal.web.session import current_actor

#: What can be done only while the call is open, and only once it has closed.
_WHILE_OPEN = frozenset({Action.EDIT, Action.SUBMIT, Action.REOPEN})
_AFTER_CLOSING = frozenset(
    {
        Action.DECLARE_INADMISSIBLE,
        Action.DECLARE_INELIGIBLE,
        Action.PLACE_ON_MAIN_LIST,
        Action.PLACE_ON_RESERVE,
        Action.REJECT,
        Action.RECONSIDER,
    }
)
_TONES = {
    Action.EDIT: "primary",
    Action.PLACE_ON_MAIN_LIST: "primary",
    Action.WITHDRAW: "danger",
    Action.REJECT: "danger",
    Action.DECLARE_INADMISSIBLE: "danger",
    Action.DECLARE_INELIGIBLE: "danger",
}


@blueprint.get("/proposals/<ref>")
def show(ref: str) -> Answer:
    """One proposal with everything it holds, in the state the reader may know."""
    actor = current_actor()
    return proposal_page(actor, seen(actor, ref), EmptyForm(formdata=None))


@blueprint.get("/proposals/<ref>/receipt")
def receipt(ref: str) -> Answer:
    """What was received, under which fingerprint."""
    proposal = seen(current_actor(), ref)
    copies = queries.copies_of(proposal.id)
    if not copies:
        raise NotFound
    return page(
        "proposals/receipt.html",
        proposal=proposal,
        call=proposal.call,
        copy=copies[0],
        copies=copies,
        counts=proposal.submitted_at is not None,
        is_open=is_open(proposal.call),
    )


@blueprint.get("/proposals/<ref>/receipts/<int:number>")
def receipt_file(ref: str, number: int) -> Answer:
    """The receipt of one submission as PDF, in the reader's language."""
    proposal = seen(current_actor(), ref)
    copy = next((c for c in queries.copies_of(proposal.id) if c.number == number), None)
    if copy is None:
        raise NotFound
    return pdf(documents.receipt(copy, proposal.call), f"{ref}-{number}.pdf")


@blueprint.get("/proposals/<ref>/letter")
def letter(ref: str) -> Answer:
    """The decision letter as PDF, once the call is informed."""
    proposal = seen(current_actor(), ref)
    has_outcome = proposal.state in OUTCOMES or proposal.state is State.AWARDED
    if not has_outcome or proposal.call.state not in queries.TOLD:
        raise NotFound
    content = documents.decision_letter(documents.outcome_of(proposal, proposal.call))
    return pdf(content, f"{ref}-decision.pdf")


@blueprint.get("/proposals/<ref>/attachments/<int:number>")
def attachment(ref: str, number: int) -> Answer:
    """One document of the application."""
    proposal = seen(current_actor(), ref)
    return stored_file(queries.attachment(proposal.id, number).file)


@blueprint.route("/proposals/<ref>/reopen", methods=["GET", "POST"])
def reopen(ref: str) -> Answer:
    """Make a submitted proposal a draft again."""
    actor, form = current_actor(), EmptyForm()
    proposal = seen(actor, ref)
    ensure(policy.may_reopen(actor, proposal))
    LIFE.step(policy.shown_state(actor, proposal), Action.REOPEN)
    if form.is_submitted() and attempt(form, operations.reopen, proposal, actor=actor):
        message = _("The proposal is a draft again. Submit it before the deadline.")
        return done(message, "proposals.edit", ref=ref)
    return form_page("proposals/reopen.html", form, proposal=proposal, call=proposal.call)


@blueprint.route("/proposals/<ref>/withdraw", methods=["GET", "POST"])
def withdraw(ref: str) -> Answer:
    """Give a proposal up."""
    actor, form = current_actor(), WithdrawForm()
    proposal = seen(actor, ref)
    ensure(policy.may_withdraw(actor, proposal))
    LIFE.step(proposal.state, Action.WITHDRAW)
    reason = form.reason.data or ""
    if form.is_submitted() and attempt(
        form, operations.withdraw, proposal, actor=actor, reason=reason
    ):
        return done(_("The proposal is withdrawn."), "proposals.show", ref=ref)
    return form_page("proposals/withdraw.html", form, proposal=proposal)


def proposal_page(actor: Actor, proposal: Proposal, form: PortalForm) -> Answer:
    """The page of a proposal; with the faults of a button that was refused, if any."""
    application = queries.application_of(proposal, clock.today())
    budget = rules.budget(application.lines, proposal.call, application.asked_cents)
    return form_page(
        "proposals/show.html",
        form,
        proposal=proposal,
        call=proposal.call,
        application=application,
        badge_of=LIFE.badge(policy.shown_state(actor, proposal)),
        roles=ROLE_LABELS,
        kinds=ATTACHMENT_LABELS,
        themes=[THEMES[theme] for theme in proposal.themes],
        attachments=queries.attachments_of(proposal.id),
        budget=budget,
        steps=shown(budget),
        matrix=matrix(application, budget),
        links=_links(actor, proposal),
        answers=_answers(actor, proposal),
        trail=[
            entry
            for entry in trail_of(proposal.ref)
            if policy.may_see_entry(actor, proposal, entry.verb)
        ],
        **_outcome(actor, proposal),
        **_check(actor, proposal, application),
        **share_context(budget, proposal.call),
    )


def _links(actor: Actor, proposal: Proposal) -> list[Link]:
    call = proposal.call
    now_open = is_open(call)
    to_judge = call.state is CallState.PUBLISHED and phase_of(call, clock.now()) is Phase.CLOSED
    possible = [
        action
        for action in policy.available(actor, proposal)
        if (now_open or action not in _WHILE_OPEN) and (to_judge or action not in _AFTER_CLOSING)
    ]
    links = [_link(action, proposal) for action in possible]
    if proposal.submitted_at is not None:
        links.append(Link(_("Receipt"), url_for("proposals.receipt", ref=proposal.ref)))
    return [*links, *_project_links(actor, proposal)]


def _project_links(actor: Actor, proposal: Proposal) -> list[Link]:
    """To the award, for those who may make it now; to the project, for those who may see it."""
    if proposal.state is State.MAIN_LIST and proposal.call.state in queries.TOLD:
        href = f"/proposals/{proposal.ref}/award"
        may_award = project_policy.may_award(actor, proposal)
        return [Link(LIFE.labels[Action.MARK_AWARDED], href, "primary")] if may_award else []
    project = projects.of_proposal(proposal.id) if proposal.state is State.AWARDED else None
    if project is None or not project_policy.may_see(actor, project):
        return []
    return [Link(_("The project"), f"/projects/{project.ref}", "primary")]


def _link(action: Action, proposal: Proposal) -> Link:
    method = "post" if action is Action.RECONSIDER else "get"
    href = url_for(f"proposals.{action}", ref=proposal.ref)
    return Link(LIFE.labels[action], href, _TONES.get(action, "secondary"), method)


def _answers(actor: Actor, proposal: Proposal) -> list[Any]:
    """The partners for which the reader may still answer."""
    if proposal.state is not State.DRAFT or not is_open(proposal.call):
        return []
    return [
        partner.organisation
        for partner in proposal.partners
        if partner.confirmed_at is None and actor.speaks_for(partner.organisation_id)
    ]


def _outcome(actor: Actor, proposal: Proposal) -> dict[str, Any]:
    """The outcome in words with its reason, for those who may know it."""
    has_outcome = proposal.state in (*PLACED, *SET_ASIDE, State.AWARDED)
    if not has_outcome or not policy.sees_outcome(actor, proposal):
        reason = proposal.reason if proposal.state is State.WITHDRAWN else ""
        return {"outcome": None, "reason": reason, "has_letter": False}
    told = State.MAIN_LIST if proposal.state is State.AWARDED else proposal.state
    is_party = policy.is_party(actor, proposal)
    return {
        "outcome": documents.OUTCOME_WORDS[told] if is_party else LIFE.badge(told).label,
        "reason": proposal.reason,
        "has_letter": proposal.call.state in queries.TOLD,
    }


def _check(actor: Actor, proposal: Proposal, application: rules.Application) -> dict[str, Any]:
    """For those who judge: the automatic check, as of the day of submission."""
    if proposal.submitted_at is None or not policy.may_judge(actor, proposal):
        return {"found": None}
    day = brussels_day(proposal.submitted_at)
    return {"found": queries.faults_of(application, proposal.call, day)}
