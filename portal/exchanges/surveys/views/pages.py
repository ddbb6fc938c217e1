"""The list of surveys, one survey, and the form in which it is answered."""

from flask import request, url_for

from portal.audit.queries import trail_of
from portal.core import clock, formats
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import Text, _, n_, p_
from portal.exchanges import policy as exchanges
from portal.exchanges.surveys import operations, policy, queries
from portal.exchanges.surveys.forms import AnswerForm
from portal.exchanges.surveys.models import Survey
from portal.exchanges.surveys.states import CONTACT_LABELS, LIFE, SIDE_LABELS, Action, State
from portal.exchanges.surveys.views.base import blueprint
from portal.projects import queries as projects
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import current_actor


@blueprint.get("/surveys")
def index() -> Answer:
    """The surveys the reader may see, by state."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    asked = request.args.get("state", "")
    state = State(asked) if asked in set(State) else None
    found = paginate(queries.listed(policy.visible_to(actor), state=state))
    today = clock.today()
    return page(
        "surveys/index.html",
        found=found,
        badges={one.ref: queries.badge(one, today) for one in found.items},
        sides=SIDE_LABELS,
        after={one.months: after(one.months) for one in found.items},
        states=LIFE.badges,
        asked=asked,
        links=_effects_links(actor),
    )


@blueprint.get("/surveys/<ref>")
def show(ref: str) -> Answer:
    """What was asked, of whom, and what was answered."""
    actor = current_actor()
    survey = _seen(actor, ref)
    today = clock.today()
    return page(
        "surveys/show.html",
        survey=survey,
        badge_of=queries.badge(survey, today),
        side=SIDE_LABELS[survey.side],
        after=after(survey.months),
        answers=_told(survey),
        waits=survey.state is State.ASKED and today <= survey.answer_by,
        links=_links(actor, survey),
        sees_exchange=exchanges.may_see(actor, survey.exchange),
        trail=trail_of(ref),
    )


@blueprint.route("/surveys/<ref>/answer", methods=["GET", "POST"])
def answer(ref: str) -> Answer:
    """Say what came of the visit, once."""
    actor = current_actor()
    survey = _seen(actor, ref)
    ensure(policy.may_answer(actor, survey))
    LIFE.step(survey.state, Action.ANSWER)
    form = AnswerForm()
    if form.is_submitted() and attempt(
        form, lambda: operations.answer(survey, form.answers, actor=actor)
    ):
        return done(_("Thank you: your answer is kept."), "surveys.show", ref=ref)
    survey = queries.by_ref(ref)
    return form_page("surveys/answer.html", form, survey=survey, after=after(survey.months))


def after(months: int) -> Text:
    """How long after the visit a survey asks."""
    return n_("%(num)s month after the visit", "%(num)s months after the visit", months)


def _seen(actor: Actor, ref: str) -> Survey:
    survey = queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, survey))
    return survey


def _links(actor: Actor, survey: Survey) -> list[Link]:
    if clock.today() > survey.answer_by:
        return []
    return [
        Link(LIFE.labels[action], url_for(f"surveys.{action}", ref=survey.ref), "primary")
        for action in policy.available(actor, survey)
    ]


def _effects_links(actor: Actor) -> list[Link]:
    """Where the answers are added up: the scheme for staff, their partnerships for managers."""
    if policy.may_see_effects(actor):
        return [Link(_("What came of the visits"), url_for("surveys.effects"))]
    return [
        Link(
            _("What came of the visits of %(partnership)s", partnership=project.acronym),
            url_for("surveys.effects_of", ref=project.ref),
        )
        for project in projects.managed_by(actor)
    ]


def _told(survey: Survey) -> list[tuple[Text, Text]]:
    """The answers in words; none before there are any."""
    found = survey.answers
    if found is None:
        return []
    cents = found.contracts_cents
    return [
        (_("Still in contact"), CONTACT_LABELS[found.contact]),
        (_("Joint projects and proposals"), formats.number(found.projects)),
        (_("Contracts and orders won"), formats.number(found.contracts)),
        (_("Amount of these contracts"), _("not told") if cents is None else formats.money(cents)),
        (_("New partners"), formats.number(found.partners)),
        (_("Jobs created or kept"), formats.number(found.jobs)),
        (_("New skills used at work"), p_("answer", "Yes") if found.skills else p_("answer", "No")),
        (_("Satisfaction"), _("%(answer)s of 5", answer=found.satisfaction)),
        (_("In their own words"), found.comment or "—"),
    ]
