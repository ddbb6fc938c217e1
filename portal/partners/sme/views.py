"""The declaration of SME status, its result step by step, the officers' check desk."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock, steps
from portal.core.actors import ensure, ensure_seen
from portal.core.i18n import Text, _
from portal.partners import queries as partners
from portal.partners.sme import operations, policy, queries
from portal.partners.sme.forms import ConfirmForm, ContestForm, DeclareForm
from portal.partners.sme.models import Assessment
from portal.partners.sme.rules import status, words
from portal.partners.sme.rules.figures import Figures
from portal.partners.sme.states import INVESTOR_LABELS, LIFE, Action, State
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import current_actor

blueprint = Blueprint("sme", __name__)

_TONES = {Action.CONFIRM: "primary", Action.CONTEST: "danger"}
#: Longest text searched for.
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class ShownStep:
    """A step of the calculation in words."""

    text: Text
    article: str
    #: The figures it gives, or else the category in words.
    figures: Figures | None
    words: Text


@blueprint.get("/sme-declarations")
def index() -> Answer:
    """The declarations I may see; for officers the check desk."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    asked = request.args.get("state", "")
    state = State(asked) if asked in set(State) else None
    return page(
        "sme/index.html",
        assessments=paginate(queries.listed(actor, state=state, text=text)),
        q=text,
        state=state,
        life=LIFE,
        category_words=words.category_words,
    )


@blueprint.route("/organisations/<ref>/sme-declarations/declare", methods=["GET", "POST"])
def declare(ref: str) -> Answer:
    """Declare the figures from which the status is computed."""
    actor, organisation = current_actor(), partners.by_ref(ref)
    ensure(policy.may_declare(actor, organisation))
    form = DeclareForm(data={"reference_year": clock.today().year - 1})
    if form.is_submitted() and attempt(
        form, operations.declare, organisation, actor=actor, **form.values()
    ):
        return done(_("The status is declared."), "sme.show", ref=form.result.ref)
    return form_page("sme/declare.html", form, organisation=partners.by_ref(ref))


@blueprint.get("/sme-declarations/<ref>")
def show(ref: str) -> Answer:
    """One declaration: figures, relations, the result step by step."""
    actor, assessment = current_actor(), _seen(ref)
    return page(
        "sme/show.html",
        links=[_link(action, ref) for action in policy.available(actor, assessment)],
        trail=trail_of(ref),
        people=accounts.by_ids([assessment.declared_by_id, assessment.decided_by_id]),
        investors=INVESTOR_LABELS,
        may_declare=policy.may_declare(actor, assessment.organisation),
        is_current=status.is_valid_on(assessment.assessed_on, clock.today()),
        **_details(assessment),
    )


@blueprint.route("/sme-declarations/<ref>/confirm", methods=["GET", "POST"])
def confirm(ref: str) -> Answer:
    """Record that the declaration was checked."""
    actor, assessment, form = current_actor(), _seen(ref), ConfirmForm()
    ensure(policy.may_confirm(actor, assessment))
    if form.is_submitted() and attempt(
        form, operations.confirm, assessment, actor=actor, **form.values()
    ):
        return done(_("The status is confirmed."), "sme.show", ref=ref)
    return form_page("sme/confirm.html", form, **_details(queries.by_ref(ref)))


@blueprint.route("/sme-declarations/<ref>/contest", methods=["GET", "POST"])
def contest(ref: str) -> Answer:
    """Take the status away, with the reason."""
    actor, assessment, form = current_actor(), _seen(ref), ContestForm()
    ensure(policy.may_contest(actor, assessment))
    if form.is_submitted() and attempt(
        form, operations.contest, assessment, actor=actor, **form.values()
    ):
        return done(_("The status is contested."), "sme.show", ref=ref)
    return form_page("sme/contest.html", form, **_details(queries.by_ref(ref)))


def _seen(ref: str) -> Assessment:
    assessment = queries.by_ref(ref)
    ensure_seen(policy.may_see(current_actor(), assessment))
    return assessment


def _details(assessment: Assessment) -> dict[str, Any]:
    """What every page about one declaration says."""
    return {
        "assessment": assessment,
        "organisation": assessment.organisation,
        "badge_of": LIFE.badge(assessment.state),
        "category": words.category_words(assessment.category),
        "steps_shown": [
            ShownStep(
                words.explain(step), step.clause, words.figures_of(step), words.outcome_of(step)
            )
            for step in steps.from_json(assessment.steps)
        ],
    }


def _link(action: Action, ref: str) -> Link:
    return Link(LIFE.labels[action], url_for(f"sme.{action}", ref=ref), _TONES[action])
