"""The list, a new exchange, a partnership's quota, and the terms exchanges live under."""

from flask import request

from portal.core import clock
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import _, current_language
from portal.exchanges import operations, policy, queries
from portal.exchanges.forms import StartForm, TermsForm
from portal.exchanges.models import Exchange
from portal.exchanges.states import LIFE, State
from portal.exchanges.views.base import blueprint
from portal.exchanges.views.quota import gauges, override_rows, reading_rows, rows, strip
from portal.partners import queries as partners
from portal.partners.states import KIND_LABELS, OrganisationKind
from portal.payments import queries as payments
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.states import Instrument
from portal.web.respond import Answer, attempt, done, form_page, page, paginate
from portal.web.session import current_actor

#: Longest text searched for.
_LONGEST_SEARCH = 100


@blueprint.get("/exchanges")
def index() -> Answer:
    """The exchanges the reader may see, by state, partnership and text."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    partnerships = {project.ref: project for project in projects.with_exchanges()}
    asked = {
        "state": request.args.get("state", ""),
        "partnership": request.args.get("partnership", ""),
        "q": request.args.get("q", "").strip()[:_LONGEST_SEARCH],
    }
    chosen = partnerships.get(asked["partnership"])
    state = State(asked["state"]) if asked["state"] in set(State) else None
    listed = queries.listed(
        policy.visible_to(actor),
        state=state,
        project_id=chosen.id if chosen else None,
        text=asked["q"],
    )
    # The database keeps the number of all exchanges, by state; of a choice of them it does not.
    is_choice = bool(chosen or asked["q"]) or not policy.sees_all(actor)
    found = paginate(listed, counted=None if is_choice else queries.how_many(state))
    paid = payments.paid_on_of([exchange.ref for exchange in found.items])
    today = clock.today()
    return page(
        "exchanges/index.html",
        found=found,
        badges={one.ref: queries.badge(one, today, paid=one.ref in paid) for one in found.items},
        asked=asked,
        states=LIFE.badges,
        partnerships=partnerships.values(),
        may_start=policy.may_start(actor),
        may_see_scheme=policy.may_see_scheme_quota(actor),
        chosen=chosen if chosen and policy.may_see_quota(actor, chosen) else None,
    )


@blueprint.route("/exchanges/start", methods=["GET", "POST"])
def start() -> Answer:
    """Begin an exchange: who visits whom, when, under which partnerships."""
    actor = current_actor()
    ensure(policy.may_start(actor))
    form = StartForm(data=_suggested(actor))
    partnerships = {project.ref: project for project in projects.with_exchanges()}
    choices = [("", _("Choose a partnership"))]
    choices += [(ref, f"{one.acronym} – {one.title}") for ref, one in partnerships.items()]
    form.project.choices = form.host_project.choices = choices
    if form.is_submitted() and attempt(form, _start, form, partnerships, actor):
        message = _("The exchange is started. Complete it together, then everybody signs.")
        return done(message, "exchanges.show", ref=form.result.ref)
    return form_page("exchanges/start.html", form, terms=queries.scheme_on(clock.today()).terms)


@blueprint.get("/exchanges/terms")
def terms() -> Answer:
    """The terms of the edition in force and every host country's ceiling."""
    ensure(policy.may_see_terms(current_actor()))
    today = clock.today()
    scheme = queries.scheme_on(today)
    ceilings = queries.ceilings_on(today)
    kinds = {kind: KIND_LABELS[kind] for kind in OrganisationKind}
    return page(
        "exchanges/terms.html",
        scheme=scheme,
        title=scheme.title_fr if current_language() == "fr" else scheme.title_en,
        visitors=[kinds[kind] for kind in scheme.terms.visitor_kinds],
        hosts=[kinds[kind] for kind in scheme.terms.host_kinds],
        ceilings=sorted(ceilings.items(), key=lambda row: (-row[1], row[0])),
    )


@blueprint.get("/projects/<ref>/quota")
def quota(ref: str) -> Answer:
    """Where a partnership stands: reached, committed, and what the rest must bring."""
    actor, project = current_actor(), projects.by_ref(ref)
    ensure_seen(policy.may_see_quota(actor, project))
    today = clock.today()
    standing = queries.quota(project.id, today)
    terms_now = queries.scheme_on(today).terms
    return page(
        "exchanges/quota.html",
        project=project,
        standing=standing,
        gauges=gauges(standing, terms_now),
        rows=rows(standing),
        strip=strip(standing),
        readings=reading_rows(standing),
        overrides=override_rows(queries.overrides_of(project.id)),
        may_see_queue=policy.may_see_queue(actor, project),
        own=queries.partnership_terms(project.id, today),
        may_set_terms=policy.may_set_terms(actor, project),
    )


@blueprint.route("/projects/<ref>/exchange-terms", methods=["GET", "POST"])
def set_terms(ref: str) -> Answer:
    """Lay down the partnership's own amount, shortest stay and target from a day on."""
    actor, project = current_actor(), projects.by_ref(ref)
    ensure(policy.may_set_terms(actor, project))
    form = TermsForm(data=_terms_now(project))
    if form.is_submitted() and attempt(
        form, operations.set_terms, project, actor=actor, **form.values()
    ):
        return done(_("The terms are recorded."), "exchanges.quota", ref=ref)
    return form_page("exchanges/set_terms.html", form, project=projects.by_ref(ref))


def _suggested(actor: Actor) -> dict[str, str]:
    """What a link has named, else the one organisation the reader speaks for."""
    mine = partners.of_actor(actor)
    visitor = request.args.get("visitor") or (mine[0].ref if len(mine) == 1 else "")
    return {"visitor": visitor, "host": request.args.get("host", "")}


def _start(form: StartForm, partnerships: dict[str, Project], actor: Actor) -> Exchange:
    """Find the organisations by what was typed, then start."""
    values = form.values()
    return operations.start(
        visitor=queries.organisation_meant(values.pop("visitor"), field="visitor"),
        host=queries.organisation_meant(values.pop("host"), field="host"),
        project=partnerships[values.pop("project")],
        host_project=partnerships[values.pop("host_project")],
        actor=actor,
        **values,
    )


def _terms_now(project: Project) -> dict[str, object]:
    today = clock.today()
    own = queries.partnership_terms(project.id, today)
    envelope = projects.envelope(project.id, Instrument.EXCHANGE)
    return {
        "amount_cents": own.amount_cents if own else None,
        "shortest_days": own.shortest_days if own else None,
        "target": own.target if own else (envelope.target if envelope else None),
        "valid_from": today,
    }
