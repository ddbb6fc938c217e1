"""Pages of editions: what is in force, the draft of the next terms, its replay and publication."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import Blueprint, request, url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.days import add_months
from portal.core.errors import RuleBroken, refuse_if
from portal.core.i18n import _, current_language
from portal.core.places import country_name
from portal.core.states import Badge
from portal.exchanges import policy as exchanges_policy
from portal.exchanges import queries as exchanges
from portal.exchanges.editions import exports, operations, policy, queries
from portal.exchanges.editions.forms import (
    DiscardForm,
    DraftForm,
    PeriodForm,
    PublishForm,
    draft_form,
    suggested,
)
from portal.exchanges.editions.models import EditionDraft
from portal.exchanges.editions.queries import InForce, Period, Replay
from portal.exchanges.editions.rules import replay as rules
from portal.exchanges.editions.rules import values
from portal.exchanges.editions.rules.draft import Proposed
from portal.exchanges.editions.rules.replay import Summary
from portal.exchanges.editions.states import (
    DIFFERENCE_BADGES,
    HALVING_LABELS,
    LIFE,
    Action,
    Difference,
    Halving,
    State,
)
from portal.exchanges.states import LIFE as VISIT_LIFE
from portal.web.respond import (
    ROWS,
    Answer,
    Link,
    Page,
    attempt,
    csv,
    done,
    form_page,
    page,
    paginate,
)
from portal.web.session import current_actor

blueprint = Blueprint("editions", __name__)

_TONES = {Action.EDIT: "primary", Action.PUBLISH: "primary", Action.DISCARD: "danger"}
_NOW = Badge(_("In force"), "ok")
_LATER = Badge(_("To come"), "info")
_BEFORE = Badge(_("Past"), "muted")


@dataclass(frozen=True)
class CeilingRow:
    """A host country's ceiling before and after, in cents."""

    country: str
    before_cents: int | None
    after_cents: int


@dataclass(frozen=True)
class Counted:
    """How many visits of a replay differ in one way."""

    key: str
    badge: Badge
    number: int


@blueprint.get("/scheme-editions")
def index() -> Answer:
    """Every edition with its validity and its visits; drafts for those who work on them."""
    actor = current_actor()
    ensure(policy.may_see_editions(actor))
    today = clock.today()
    return page(
        "editions/index.html",
        editions=[(one, _when(one)) for one in queries.editions()],
        today=today,
        drafts=queries.drafts() if policy.may_see_drafts(actor) else [],
        badges=LIFE.badges,
        may_draft=policy.may_draft(actor),
    )


@blueprint.get("/scheme-editions/<code>/<day>")
def edition(code: str, day: str) -> Answer:
    """Published terms: values with their rules, ceilings, countries, and the visits under them."""
    actor = current_actor()
    ensure(policy.may_see_editions(actor))
    found = queries.edition(code, day)
    scheme = found.scheme
    own = queries.ceilings_from(scheme.valid_from)
    ceilings = exchanges.ceilings_on(scheme.valid_from)
    # Said of those that differ from the others: all of them began with the first edition.
    said = own if len(own) < len(ceilings) else set()
    return page(
        "editions/edition.html",
        edition=found,
        badge_of=_when(found),
        rows=values.written(scheme.terms),
        ceilings=[(country, ceilings[country], country in said) for country in _ordered(ceilings)],
        countries=[
            (one, sorted(country_name(code, current_language()) for code in one.codes))
            for one in queries.countries_on(scheme.valid_from)
        ],
        draft=queries.draft_of(scheme.id) if policy.may_see_drafts(actor) else None,
        visits=paginate(queries.visits_under(scheme.id, exchanges_policy.visible_to(actor))),
        visit_badges=VISIT_LIFE.badges,
    )


@blueprint.route("/edition-drafts/draft", methods=["GET", "POST"])
def draft() -> Answer:
    """Draft the next edition, beginning with the terms in force."""
    actor = current_actor()
    ensure(policy.may_draft(actor))
    today = clock.today()
    now = exchanges.scheme_on(today)
    next_month = add_months(today.replace(day=1), 1)
    proposed = Proposed(now.terms, now.title_en, now.title_fr, next_month)
    form = _form(proposed, exchanges.ceilings_on(today))
    if form.is_submitted() and attempt(form, _draft, form, actor):
        message = _("The draft is kept. Look at its replay; another officer publishes it.")
        return done(message, "editions.show", ref=form.result.ref)
    return form_page(
        "editions/draft.html", form, title=LIFE.labels[Action.DRAFT], back=url_for(".index")
    )


@blueprint.get("/edition-drafts/<ref>")
def show(ref: str) -> Answer:
    """A draft beside the terms it takes the place of, and what is known of its replay."""
    actor, found = _seen(ref)
    people = accounts.by_ids((found.drafted_by_id, found.published_by_id, found.discarded_by_id))
    return page(
        "editions/show.html",
        draft=found,
        badge_of=LIFE.badge(found.state),
        links=_links(actor, found),
        names={person_id: person.name for person_id, person in people.items()},
        rows=values.written(found.terms),
        kept=rules.from_json(found.replay) if found.state is State.PUBLISHED else None,
        waits_for_another=found.state is State.DRAFT and policy.may_edit(actor, found),
        counted=_counted(rules.from_json(found.replay)) if found.replay else [],
        trail=trail_of(ref),
        **_beside(found),
    )


@blueprint.route("/edition-drafts/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Answer:
    """Put other values into the draft."""
    actor, found = _seen(ref)
    ensure(policy.may_edit(actor, found))
    LIFE.step(found.state, Action.EDIT)
    form = _form(found.proposed, _ceilings_under(found), note=found.note)
    if form.is_submitted() and attempt(form, _edit, form, found, actor):
        return done(_("The draft is changed."), "editions.show", ref=ref)
    return form_page(
        "editions/draft.html",
        form,
        title=LIFE.labels[Action.EDIT],
        back=url_for(".show", ref=ref),
    )


@blueprint.get("/edition-drafts/<ref>/replay")
def replay(ref: str) -> Answer:
    """What would differ on past visits, with the reasons; changes nothing."""
    _actor, found = _seen(ref)
    form, outcome = _asked(found)
    if outcome is None:
        return page("editions/replay.html", 422, draft=found, form=form, replay=None)
    asked = request.args.get("difference", "")
    rows = [row for row in outcome.differing if asked in ("", row.difference, row.halving)]
    return page(
        "editions/replay.html",
        draft=found,
        form=form,
        replay=outcome,
        counted=_counted(outcome.summary),
        asked=asked,
        found=_page_of(rows),
        badges=DIFFERENCE_BADGES,
        halvings=HALVING_LABELS,
        unchanged=Halving.UNCHANGED,
    )


@blueprint.get("/edition-drafts/<ref>/replay/file")
def replay_file(ref: str) -> Answer:
    """The whole replay as CSV, in the reader's language."""
    _actor, found = _seen(ref)
    _form_of_period, outcome = _asked(found)
    if outcome is None:
        return page("editions/replay.html", 422, draft=found, form=_form_of_period, replay=None)
    language = current_language()
    return csv(exports.replay_csv(outcome, language=language), f"{ref}-replay-{language}.csv")


@blueprint.route("/edition-drafts/<ref>/publish", methods=["GET", "POST"])
def publish(ref: str) -> Answer:
    """Read what changes and what would have differed, then publish for good."""
    actor, found = _seen(ref)
    ensure(policy.may_publish(actor, found))
    LIFE.step(found.state, Action.PUBLISH)
    period_form, outcome = _asked(found)
    if outcome is None:
        return page("editions/replay.html", 422, draft=found, form=period_form, replay=None)
    seen = rules.fingerprint(found.proposed, outcome.summary)
    period = outcome.period
    form = PublishForm(data={"first_on": period.first_on, "last_on": period.last_on, "seen": seen})
    if form.is_submitted() and attempt(form, _publish, form, found, actor):
        return done(_("The edition is published."), "editions.show", ref=ref)
    # Whoever tries again has this replay on the page.
    form.seen.data = seen
    found = queries.by_ref(ref)
    return form_page(
        "editions/publish.html",
        form,
        draft=found,
        period_form=period_form,
        replay=outcome,
        counted=_counted(outcome.summary),
        **_beside(found),
    )


@blueprint.route("/edition-drafts/<ref>/discard", methods=["GET", "POST"])
def discard(ref: str) -> Answer:
    """Give the draft up, with a reason."""
    actor, found = _seen(ref)
    ensure(policy.may_discard(actor, found))
    LIFE.step(found.state, Action.DISCARD)
    form = DiscardForm()
    if form.is_submitted() and attempt(
        form, operations.discard, found, actor=actor, **form.values()
    ):
        return done(_("The draft is discarded."), "editions.show", ref=ref)
    return form_page("editions/discard.html", form, draft=queries.by_ref(ref))


def _seen(ref: str) -> tuple[Actor, EditionDraft]:
    actor = current_actor()
    found = queries.by_ref(ref)
    ensure_seen(policy.may_see_drafts(actor))
    return actor, found


def _draft(form: DraftForm, actor: Actor) -> EditionDraft:
    return operations.draft(form.proposed(), note=form.note.data, actor=actor)


def _edit(form: DraftForm, found: EditionDraft, actor: Actor) -> EditionDraft:
    return operations.edit(found, form.proposed(), note=form.note.data, actor=actor)


def _publish(form: PublishForm, found: EditionDraft, actor: Actor) -> EditionDraft:
    told = form.values()
    told.pop("checked")
    return operations.publish(found, actor=actor, **told)


def _form(proposed: Proposed, ceilings: Mapping[str, int], *, note: str = "") -> DraftForm:
    """The form with a ceiling for every country that has one or takes part."""
    taking_part = {code for one in queries.countries_on(clock.today()) for code in one.codes}
    form = draft_form(sorted(taking_part | set(ceilings)))
    return form(data=suggested(proposed, ceilings, note=note))


def _ceilings_under(found: EditionDraft) -> dict[str, int]:
    return {**exchanges.ceilings_on(found.valid_from), **found.new_ceilings}


def _beside(found: EditionDraft) -> dict[str, Any]:
    """The draft beside what it takes the place of."""
    before = queries.terms_before(found)
    ceilings = exchanges.ceilings_on(before.valid_from if found.scheme_id else found.valid_from)
    return {
        "before": before,
        "changes": values.changes(before.terms, found.terms),
        "ceilings": [
            CeilingRow(country, ceilings.get(country), found.new_ceilings[country])
            for country in _ordered(found.new_ceilings)
        ],
    }


def _asked(found: EditionDraft) -> tuple[PeriodForm, Replay | None]:
    """The replay of the period asked for, or the form with what is wrong with the period."""
    period = queries.usual_period(clock.today())
    given = request.form if request.method == "POST" else request.args
    named = given if "first_on" in given or "last_on" in given else None
    form = PeriodForm(named, data={"first_on": period.first_on, "last_on": period.last_on})
    if named is not None:
        if not form.validate():
            return form, None
        period = Period(**form.values())
    try:
        refuse_if(rules.period_faults(period.first_on, period.last_on))
        return form, queries.replay(found, period)
    except RuleBroken as broken:
        form.take(broken)
        return form, None


def _when(one: InForce) -> Badge:
    today = clock.today()
    if one.holds_on(today):
        return _NOW
    return _LATER if one.scheme.valid_from > today else _BEFORE


def _links(actor: Actor, found: EditionDraft) -> list[Link]:
    return [
        Link(LIFE.labels[action], url_for(f".{action}", ref=found.ref), _TONES[action])
        for action in policy.available(actor, found)
    ]


def _counted(summary: Summary) -> list[Counted]:
    differences = [
        Counted(one, DIFFERENCE_BADGES[one], summary.differences.get(one, 0)) for one in Difference
    ]
    halvings = [
        Counted(one, Badge(HALVING_LABELS[one], "info"), summary.halvings.get(one, 0))
        for one in (Halving.HALVED, Halving.WHOLE)
    ]
    return differences + halvings


def _ordered(codes: Mapping[str, Any]) -> list[str]:
    """Countries in the order of their names in the reader's language."""
    return sorted(codes, key=lambda code: country_name(code, current_language()))


def _page_of(rows: Sequence[Any]) -> Page:
    """The requested page of rows that are all known."""
    pages = max(1, ceil(len(rows) / ROWS))
    number = min(max(1, request.args.get("page", 1, type=int) or 1), pages)
    return Page(rows[(number - 1) * ROWS : number * ROWS], number, pages, len(rows))
