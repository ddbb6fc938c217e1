"""Calls for everybody, and the officers' call desk."""

from dataclasses import asdict
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, request

from portal.audit.queries import trail_of
from portal.calls import operations, policy, queries, rules
from portal.calls.forms import CancelForm, CloneForm, CorrectForm, DraftForm, EditForm
from portal.calls.models import Call, Corrigendum
from portal.calls.proposals import policy as proposal_policy
from portal.calls.proposals import queries as proposals
from portal.calls.proposals.states import LIFE as PROPOSAL_LIFE
from portal.calls.proposals.states import State as ProposalState
from portal.calls.rules import publication, words
from portal.calls.rules.terms import LABELS, terms_of
from portal.calls.states import KIND_LABELS, LIFE, PHASE_BADGES, Action, CallKind, Phase, State
from portal.core import clock
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import Text, _, n_
from portal.programme.queries import all_programmes
from portal.web.forms import EmptyForm, PortalForm
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import current_actor, public, visitor

blueprint = Blueprint("calls", __name__)

Word = TypeVar("Word", bound=StrEnum)

#: Longest text searched for.
_LONGEST_SEARCH = 100
_SORTS = {
    "ref": _("Call"),
    "kind": _("Kind of call"),
    "deadline": _("Deadline"),
    "budget": _("Budget"),
    "grant": _("Maximum grant"),
    "state": _("State"),
}
_SORTABLE = frozenset({"ref", "deadline", "budget", "grant"})
_AMOUNTS = frozenset({"budget", "grant"})
_TONES = {Action.PUBLISH: "primary", Action.CANCEL: "danger"}
#: Actions that are offered on the desk, where what was received can be seen.
_ON_THE_DESK = (Action.DECIDE, Action.INFORM)
_RECEIVED_COLUMNS = (
    _("Proposal"),
    _("Coordinator"),
    _("Countries"),
    _("Requested grant"),
    _("State"),
    _("Rank"),
)


@blueprint.get("/calls")
@public
def index() -> Answer:
    """The calls that were published, for everybody; officers see their drafts as well."""
    actor, now = visitor(), clock.now()
    ensure(policy.may_list(actor))
    asked: dict[str, Any] = {
        "text": request.args.get("q", "").strip()[:_LONGEST_SEARCH],
        "phase": _word(Phase, "phase"),
        "kind": _word(CallKind, "kind"),
    }
    sort = request.args.get("sort", "")
    found = paginate(
        queries.catalogue(
            now,
            **asked,
            drafts=policy.may_see_drafts(actor),
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
        )
    )
    return page(
        "calls/index.html",
        calls=found,
        asked=asked,
        columns=[_column(name, label, sort) for name, label in _SORTS.items()],
        badges={call.id: rules.badge(call, now) for call in found.items},
        days_left={call.id: _days_left(call) for call in found.items},
        phases=PHASE_BADGES,
        kinds=KIND_LABELS,
        may_draft=actor is not None and policy.may_draft(actor),
    )


@blueprint.get("/calls/<ref>")
@public
def show(ref: str) -> Answer:
    """One call: its figures, its rules in words, what to do next."""
    call = queries.by_ref(ref)
    ensure_seen(policy.may_see(visitor(), call))
    return _call_page(call, EmptyForm(formdata=None))


@blueprint.get("/calls/<ref>/desk")
def desk(ref: str) -> Answer:
    """What a call received, and how much of its budget the main list takes."""
    actor, call = current_actor(), queries.by_ref(ref)
    ensure(policy.may_see_desk(actor))
    now = clock.now()
    received = paginate(proposals.received(call.id))
    counts = proposals.counts_of(call.id)
    is_closed = queries.phase_of(call, now) is Phase.CLOSED
    return page(
        "calls/desk.html",
        call=call,
        badge_of=rules.badge(call, now),
        received=received,
        columns=[
            {"label": label, "num": place in (3, 5)}
            for place, label in enumerate(_RECEIVED_COLUMNS)
        ],
        countries=proposals.countries_of([found.id for found in received.items]),
        counts=[(PROPOSAL_LIFE.badge(state), number) for state, number in counts.items() if number],
        total=sum(counts.values()),
        to_judge=counts[ProposalState.SUBMITTED],
        is_closed=is_closed,
        life=PROPOSAL_LIFE,
        budget_pct=100 * call.listed_cents // call.budget_cents if call.budget_cents else 0,
        left_cents=call.budget_cents - call.listed_cents,
        inform_by=rules.inform_by(call),
        links=[
            _link(action, call)
            for action in policy.available(actor, call)
            if action in _ON_THE_DESK and is_closed
        ],
    )


@blueprint.route("/calls/draft", methods=["GET", "POST"])
def draft() -> Answer:
    """Begin a call."""
    actor, form = current_actor(), DraftForm()
    ensure(policy.may_draft(actor))
    form.programme.choices = [(found.ref, found.name) for found in all_programmes()]
    if form.is_submitted() and attempt(form, operations.draft, actor=actor, **form.values()):
        message = _("The draft is saved. Check it, then publish it.")
        return done(message, "calls.show", ref=form.result.ref)
    return form_page("calls/draft.html", form)


@blueprint.route("/calls/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Answer:
    """Change a draft."""
    actor, call = current_actor(), queries.by_ref(ref)
    ensure(policy.may_edit(actor, call))
    LIFE.step(call.state, Action.EDIT)
    form = EditForm(data=_typed(call) | {"kind": call.kind, "version": call.version})
    if form.is_submitted() and attempt(form, operations.edit, call, actor=actor, **form.values()):
        return done(_("The draft is saved."), "calls.show", ref=ref)
    return form_page("calls/edit.html", form, call=call)


@blueprint.route("/calls/<ref>/clone", methods=["GET", "POST"])
def clone(ref: str) -> Answer:
    """Begin a new call with the terms of this one."""
    actor, call, form = current_actor(), queries.by_ref(ref), CloneForm()
    ensure(policy.may_clone(actor, call))
    if form.is_submitted() and attempt(form, operations.clone, call, actor=actor, **form.values()):
        message = _("The draft is made. Give it its own dates and texts.")
        return done(message, "calls.edit", ref=form.result.ref)
    return form_page("calls/clone.html", form, call=call)


@blueprint.post("/calls/<ref>/publish")
def publish(ref: str) -> Answer:
    """Show a call to the world."""
    actor, call, form = current_actor(), queries.by_ref(ref), EmptyForm()
    ensure(policy.may_publish(actor, call))
    if attempt(form, operations.publish, call, actor=actor):
        return done(_("The call is published."), "calls.show", ref=ref)
    return _call_page(call, form)


@blueprint.route("/calls/<ref>/correct", methods=["GET", "POST"])
def correct(ref: str) -> Answer:
    """Publish a corrigendum."""
    actor, call = current_actor(), queries.by_ref(ref)
    ensure(policy.may_correct(actor, call))
    LIFE.step(call.state, Action.CORRECT)
    form = CorrectForm(data=_typed(call))
    if form.is_submitted() and attempt(
        form, operations.correct, call, actor=actor, **form.values()
    ):
        return done(_("The corrigendum is published."), "calls.show", ref=ref)
    is_closed = queries.phase_of(call, clock.now()) is Phase.CLOSED
    return form_page("calls/correct.html", form, call=call, is_closed=is_closed)


@blueprint.route("/calls/<ref>/cancel", methods=["GET", "POST"])
def cancel(ref: str) -> Answer:
    """End a call before it is decided."""
    actor, call, form = current_actor(), queries.by_ref(ref), CancelForm()
    ensure(policy.may_cancel(actor, call))
    LIFE.step(call.state, Action.CANCEL)
    if form.is_submitted() and attempt(form, operations.cancel, call, actor=actor, **form.values()):
        return done(_("The call is cancelled."), "calls.show", ref=ref)
    return form_page("calls/cancel.html", form, call=call)


def _call_page(call: Call, form: PortalForm) -> Answer:
    actor, now = visitor(), clock.now()
    terms, phase = terms_of(call), queries.phase_of(call, now)
    is_published = call.state is State.PUBLISHED
    return form_page(
        "calls/show.html",
        form,
        call=call,
        kind=KIND_LABELS[call.kind],
        badge_of=rules.badge(call, now),
        is_open=is_published and phase is Phase.OPEN,
        is_forecast=is_published and phase is Phase.FORECAST,
        days_left=_days_left(call),
        rate=words.rate(call.funding_rate_bp),
        sme_share=words.rate(call.sme_share_bp) if call.sme_share_bp else "",
        consortium=words.consortium(terms),
        money=words.money(terms),
        project=words.project(terms),
        corrigenda=[_told(each) for each in call.corrigenda],
        missing=publication.faults(terms, now) if call.state is State.DRAFTED else [],
        is_signed_in=actor is not None,
        own=_own(actor, call),
        links=_links(actor, call),
        trail=trail_of(call.ref) if policy.may_see_desk(actor) else None,
    )


def _own(actor: Actor | None, call: Call) -> list[dict[str, Any]]:
    """The proposals to the call in which the visitor takes part, in the states he may know."""
    if actor is None or not actor.organisation_ids:
        return []
    found = proposals.of_organisations(call.id, actor.organisation_ids)
    return [
        {
            "proposal": proposal,
            "badge": PROPOSAL_LIFE.badge(proposal_policy.shown_state(actor, proposal)),
        }
        for proposal in found
    ]


def _links(actor: Actor | None, call: Call) -> list[Link]:
    possible = [each for each in policy.available(actor, call) if each not in _ON_THE_DESK]
    links = [_link(action, call) for action in possible]
    if policy.may_see_desk(actor) and call.state is not State.DRAFTED:
        links.insert(0, Link(_("Proposals received"), f"/calls/{call.ref}/desk", "primary"))
    return links


def _link(action: Action, call: Call) -> Link:
    at_once = action is Action.PUBLISH
    tone = "primary" if action in _ON_THE_DESK else _TONES.get(action, "secondary")
    method = "post" if at_once else "get"
    return Link(LIFE.labels[action], f"/calls/{call.ref}/{action}", tone, method)


def _told(corrigendum: Corrigendum) -> dict[str, Any]:
    """A corrigendum for people: the words, and each change with its value before and after."""
    return {
        "number": corrigendum.number,
        "published_at": corrigendum.published_at,
        "text": corrigendum.text,
        "changes": [
            {
                "label": LABELS[change["field"]],
                "before": words.value(change["field"], change["before"]),
                "after": words.value(change["field"], change["after"]),
            }
            for change in corrigendum.changes
        ],
    }


def _typed(call: Call) -> dict[str, Any]:
    """The terms as a form shows them: what is nothing is left empty."""
    typed = asdict(terms_of(call))
    for name in ("min_grant_cents", "sme_share_bp", "min_smes"):
        typed[name] = typed[name] or None
    return typed


def _days_left(call: Call) -> Text:
    now = clock.now()
    if call.state is not State.PUBLISHED or rules.phase(call, now) is not Phase.OPEN:
        return ""
    left = rules.days_left(call, now)
    if left == 0:
        return _("Last day")
    return n_("%(num)s day left", "%(num)s days left", left)


def _word(kind: type[Word], name: str) -> Word | None:
    value = request.args.get(name, "")
    return kind(value) if value in set(kind) else None


def _column(name: str, label: Text, sort: str) -> dict[str, object]:
    if name not in _SORTABLE:
        return {"label": label}
    is_sorted, is_descending = sort.removeprefix("-") == name, sort.startswith("-")
    turned = f"-{name}" if is_sorted and not is_descending else name
    asked = {key: value for key, value in request.args.items() if key not in ("page", "sort")}
    direction = "descending" if is_descending else "ascending"
    return {
        "label": label,
        "num": name in _AMOUNTS,
        "href": "?" + urlencode({**asked, "sort": turned}),
        "sorted": direction if is_sorted else None,
    }
