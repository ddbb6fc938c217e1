"""The list of proposals, and the beginning of a new one."""

from urllib.parse import urlencode

from flask import request

from portal.calls import policy as call_policy
from portal.calls import queries as calls
from portal.calls.proposals import operations, policy, queries
from portal.calls.proposals.forms import StartForm
from portal.calls.proposals.states import LIFE, State
from portal.calls.proposals.views.base import blueprint, is_open
from portal.core.actors import Role, ensure, ensure_seen
from portal.core.i18n import Text, _
from portal.partners.queries import of_actor
from portal.web.respond import Answer, attempt, done, form_page, page, paginate
from portal.web.session import current_actor

#: Longest text searched for.
_LONGEST_SEARCH = 100
_SORTS = {
    "acronym": _("Proposal"),
    "call": _("Call"),
    "coordinator": _("Coordinator"),
    "requested": _("Requested grant"),
    "submitted": _("Submitted"),
    "state": _("State"),
}


@blueprint.get("/proposals")
def index() -> Answer:
    """Officers: what was submitted; others: what their organisations take part in."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    typed = request.args.get("state", "")
    state = State(typed) if typed in set(State) else None
    sort = request.args.get("sort", "")
    is_staff = actor.has(Role.OFFICER, Role.AUDITOR)
    found = paginate(
        queries.listing(
            policy.visible_to(actor),
            text=text,
            state=state,
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
            confidential=not is_staff or bool(actor.organisation_ids),
        )
    )
    return page(
        "proposals/index.html",
        proposals=found,
        q=text,
        state=state,
        states=LIFE.badges,
        columns=[_column(name, label, sort) for name, label in _SORTS.items()],
        badges={
            proposal.id: LIFE.badge(policy.shown_state(actor, proposal)) for proposal in found.items
        },
    )


@blueprint.route("/calls/<ref>/start", methods=["GET", "POST"])
def start(ref: str) -> Answer:
    """Begin a proposal to a call."""
    actor, call = current_actor(), calls.by_ref(ref)
    ensure_seen(call_policy.may_see(actor, call))
    organisations = of_actor(actor)
    form = StartForm()
    form.organisation.choices = [(found.ref, found.legal_name) for found in organisations]
    if form.is_submitted() and attempt(form, operations.start, call, actor=actor, **form.values()):
        message = _("The draft is made. Fill in the tabs in any order; each is saved on its own.")
        return done(message, "proposals.edit", ref=form.result.ref)
    return form_page(
        "proposals/start.html",
        form,
        call=call,
        has_organisation=bool(organisations),
        is_open=is_open(call),
    )


def _column(name: str, label: Text, sort: str) -> dict[str, object]:
    is_sorted, is_descending = sort.removeprefix("-") == name, sort.startswith("-")
    turned = f"-{name}" if is_sorted and not is_descending else name
    asked = {key: value for key, value in request.args.items() if key not in ("page", "sort")}
    direction = "descending" if is_descending else "ascending"
    return {
        "label": label,
        "num": name == "requested",
        "href": "?" + urlencode({**asked, "sort": turned}),
        "sorted": direction if is_sorted else None,
    }
