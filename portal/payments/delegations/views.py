"""Delegations: the list, one of them, and what is done with it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import ROLE_LABELS, Actor, Role, ensure, ensure_seen
from portal.core.i18n import Text, _
from portal.core.states import Badge
from portal.payments.delegations import operations, policy, queries, rules
from portal.payments.delegations.forms import ProposeForm, ReasonForm
from portal.payments.delegations.models import Delegation
from portal.payments.delegations.states import LIFE, SIGNING, Action
from portal.web.forms import EmptyForm, PortalForm
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import current_actor

blueprint = Blueprint("delegations", __name__)

_TONES = {Action.APPROVE: "primary", Action.DECLINE: "danger", Action.REVOKE: "danger"}
_WHAT_HAPPENS: dict[Action, Text] = {
    Action.DECLINE: _("The right is not lent. Both people are told by e-mail, with your reason."),
    Action.REVOKE: _(
        "The delegate signs nothing more in this person’s place, from this moment on. What was "
        "signed before stays signed. Both people are told by e-mail, with your reason."
    ),
}


@dataclass(frozen=True)
class Row:
    """One delegation in the list."""

    delegation: Delegation
    role: Text
    badge: Badge


@blueprint.get("/delegations")
def index() -> Answer:
    """Who may sign in whose place, and who could."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    found = paginate(queries.listed(policy.visible_to(actor)))
    return page(
        "delegations/index.html",
        found=found,
        rows=[_row(delegation) for delegation in found.items],
        may_propose=policy.may_propose(actor),
    )


@blueprint.route("/delegations/propose", methods=["GET", "POST"])
def propose() -> Answer:
    """Lend one's own right to sign."""
    actor, form = current_actor(), ProposeForm()
    ensure(policy.may_propose(actor))
    _offer(form, actor)
    if form.is_submitted() and attempt(form, _propose, form, actor):
        message = _("The delegation is proposed. An administrator has to approve it.")
        return done(message, "delegations.show", ref=form.result.ref)
    return form_page("delegations/propose.html", form)


@blueprint.get("/delegations/<ref>")
def show(ref: str) -> Answer:
    """One delegation: who, for whom, until when, up to which amount."""
    return _page(ref, EmptyForm(formdata=None))


@blueprint.post("/delegations/<ref>/approve")
def approve(ref: str) -> Answer:
    """Let the delegate sign."""
    delegation, form = _seen(ref), EmptyForm()
    if attempt(form, operations.approve, delegation, actor=current_actor()):
        message = _("The delegation is approved; both people are told.")
        return done(message, "delegations.show", ref=ref)
    return _page(ref, form, 422)


@blueprint.route("/delegations/<ref>/decline", methods=["GET", "POST"])
def decline(ref: str) -> Answer:
    """Say why the right is not lent."""
    return _with_reason(ref, Action.DECLINE, policy.may_decline, operations.decline)


@blueprint.route("/delegations/<ref>/revoke", methods=["GET", "POST"])
def revoke(ref: str) -> Answer:
    """End a delegation at once."""
    return _with_reason(ref, Action.REVOKE, policy.may_revoke, operations.revoke)


def _with_reason(
    ref: str,
    action: Action,
    may: Callable[[Actor, Delegation], bool],
    operation: Callable[..., object],
) -> Answer:
    delegation, form, actor = _seen(ref), ReasonForm(), current_actor()
    ensure(may(actor, delegation))
    LIFE.step(delegation.state, action)
    if form.is_submitted() and attempt(form, operation, delegation, actor=actor, **form.values()):
        return done(
            _("The delegation has ended; both people are told."), "delegations.show", ref=ref
        )
    return form_page(
        "delegations/reason.html",
        form,
        row=_row(queries.by_ref(ref)),
        action=LIFE.labels[action],
        explanation=_WHAT_HAPPENS[action],
    )


def _seen(ref: str) -> Delegation:
    delegation = queries.by_ref(ref)
    ensure_seen(policy.may_see(current_actor(), delegation))
    return delegation


def _page(ref: str, form: PortalForm, status: int = 200) -> Answer:
    actor, delegation = current_actor(), _seen(ref)
    people = accounts.by_ids((delegation.approved_by_id, delegation.ended_by_id))
    return page(
        "delegations/show.html",
        status,
        form=form,
        row=_row(delegation),
        people=people,
        actions=[_link(ref, action) for action in policy.available(actor, delegation)],
        trail=trail_of(ref),
    )


def _row(delegation: Delegation) -> Row:
    badge = rules.badge(delegation.state, delegation.starts_on, delegation.ends_on, clock.today())
    return Row(delegation, ROLE_LABELS[delegation.role], badge)


def _link(ref: str, action: Action) -> Link:
    method = "post" if action is Action.APPROVE else "get"
    href = url_for(f"delegations.{action}", ref=ref)
    return Link(LIFE.labels[action], href, _TONES[action], method)


def _offer(form: ProposeForm, actor: Actor) -> None:
    """Offer the rights the person holds, and the people they can be lent to."""
    form.role.choices = [(str(role), ROLE_LABELS[role]) for role in SIGNING if actor.has(role)]
    people = queries.candidates(actor.id or 0)
    form.delegate.choices = [(person.ref, person.name) for person in people]


def _propose(form: ProposeForm, actor: Actor) -> Delegation:
    typed = form.values()
    return operations.propose(
        role=Role(typed.pop("role")),
        delegate=accounts.by_ref(typed.pop("delegate")),
        actor=actor,
        **typed,
    )
