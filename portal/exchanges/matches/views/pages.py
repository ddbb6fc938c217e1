"""Pages of matches: the best candidates, a proposal, the answers."""

from dataclasses import dataclass
from datetime import timedelta

from flask import request, url_for

from portal.audit.queries import trail_of
from portal.core import clock, formats
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import Text, _
from portal.exchanges.matches import operations, policy, queries
from portal.exchanges.matches.forms import (
    AcceptForm,
    CounterForm,
    DeclineForm,
    ProposeForm,
    side,
)
from portal.exchanges.matches.models import Match
from portal.exchanges.matches.queries import Candidate, Candidates
from portal.exchanges.matches.rules import score as scoring
from portal.exchanges.matches.rules.filters import ANSWER_DAYS, OBSTACLE_LABELS
from portal.exchanges.matches.states import LIFE, OPEN, Action, State
from portal.exchanges.matches.views.base import ShownPart, blueprint, out_of, shown
from portal.exchanges.profiles import policy as profile_policy
from portal.exchanges.profiles import queries as profiles
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.rules import Period
from portal.exchanges.profiles.states import (
    Part,
)
from portal.exchanges.profiles.states import State as ProfileState
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import current_actor

_TONES = {Action.ACCEPT: "primary", Action.DECLINE: "danger"}
_SIDES: dict[Part, Text] = {
    Part.VISITOR: _("Visiting organisation"),
    Part.HOST: _("Host organisation"),
}


@dataclass(frozen=True)
class ShownCandidate:
    """One candidate as the list of best matches shows it."""

    profile: Profile
    total: str
    why: list[ShownPart]
    days: str
    href: str


@blueprint.get("/matches")
def index() -> Answer:
    """The matches the reader may see, by state."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    asked = request.args.get("state", "")
    state = State(asked) if asked in set(State) else None
    found = paginate(queries.listed(policy.visible_to(actor), state=state))
    today = clock.today()
    mine = profiles.alive_of(actor.organisation_ids)
    return page(
        "matches/index.html",
        found=found,
        badges={one.ref: queries.badge(one, today) for one in found.items},
        states=LIFE.badges,
        asked=asked,
        mine=mine,
        may_list_rounds=policy.may_list_rounds(actor),
    )


@blueprint.get("/profiles/<ref>/matches")
def best(ref: str) -> Answer:
    """The best matches for a profile, each with the reasons; and who was left out, and why."""
    actor, profile = current_actor(), profiles.by_ref(ref)
    ensure_seen(policy.may_look_for(actor, profile))
    parts = [part for part in Part if _takes(profile, part)]
    asked = request.args.get("part", "")
    part = Part(asked) if asked in {str(one) for one in parts} else parts[0]
    accepted = profile.state is ProfileState.ACCEPTED
    found = queries.candidates(profile, part, clock.today()) if accepted else Candidates([], {})
    return page(
        "matches/best.html",
        profile=profile,
        accepted=accepted,
        part=part,
        parts=[(one, _looking_for(one)) for one in parts],
        looking_for=_looking_for(part),
        candidates=[_shown_candidate(profile, part, one) for one in found.best],
        left_out=[
            (OBSTACLE_LABELS[why], formats.number(count))
            for why, count in sorted(found.left_out.items())
        ],
    )


@blueprint.route("/profiles/<ref>/matches/<other>/propose", methods=["GET", "POST"])
def propose(ref: str, other: str) -> Answer:
    """Propose days for a visit of the first profile to the second."""
    actor, visitor, host = current_actor(), profiles.by_ref(ref), profiles.by_ref(other)
    ensure_seen(profile_policy.may_see_offer(actor, visitor))
    ensure_seen(profile_policy.may_see_offer(actor, host))
    ensure(policy.may_propose(actor, visitor, host))
    today = clock.today()
    traits = queries.traits_of(visitor, today), queries.traits_of(host, today)
    stay = queries.stay_between(*traits, today)
    form = ProposeForm(data=_days_around(stay) if stay else None)
    if form.is_submitted() and attempt(form, _propose, form, visitor, host, actor):
        return done(_("The visit is proposed."), "matches.show", ref=form.result.ref)
    why = scoring.score(*traits)
    return form_page(
        "matches/propose.html",
        form,
        visitor=profiles.by_ref(ref),
        host=profiles.by_ref(other),
        total=out_of(why),
        why=shown(why),
        stay=formats.day_range(stay.first_on, stay.last_on) if stay else "",
        answer_days=ANSWER_DAYS,
    )


@blueprint.get("/matches/<ref>")
def show(ref: str) -> Answer:
    """A match: its days, what each side said, and why it was made."""
    actor = current_actor()
    match = _seen(actor, ref)
    today = clock.today()
    return page(
        "matches/show.html",
        match=match,
        badge_of=queries.badge(match, today),
        links=_links(actor, match),
        total=out_of(match.why),
        why=shown(match.why),
        sides=[(_SIDES[part], match.profile_of(part), _agreement(match, part)) for part in Part],
        waits=match.state in OPEN and today <= match.answer_by,
        trail=trail_of(ref),
    )


@blueprint.route("/matches/<ref>/accept", methods=["GET", "POST"])
def accept(ref: str) -> Answer:
    """Agree to the days; with the second agreement an exchange begins."""
    actor = current_actor()
    match = _seen(actor, ref)
    ensure(policy.may_accept(actor, match))
    LIFE.step(match.state, Action.ACCEPT)
    form = AcceptForm()
    _choose_side(form, actor, match)
    if form.is_submitted() and attempt(
        form, lambda: operations.accept(match, part=side(form), actor=actor)
    ):
        if form.result.exchange is not None:
            message = _("The match is confirmed: complete the exchange together.")
            return done(message, "exchanges.show", ref=form.result.exchange.ref)
        return done(_("You have agreed to the visit."), "matches.show", ref=ref)
    return form_page("matches/accept.html", form, match=queries.by_ref(ref))


@blueprint.route("/matches/<ref>/counter", methods=["GET", "POST"])
def counter(ref: str) -> Answer:
    """Propose other days."""
    actor = current_actor()
    match = _seen(actor, ref)
    ensure(policy.may_counter(actor, match))
    LIFE.step(match.state, Action.COUNTER)
    form = CounterForm(
        data={
            "departure_on": match.departure_on,
            "first_on": match.first_on,
            "last_on": match.last_on,
            "return_on": match.return_on,
        }
    )
    _choose_side(form, actor, match)
    if form.is_submitted() and attempt(form, _counter, form, match, actor):
        return done(_("Other days are proposed."), "matches.show", ref=ref)
    return form_page("matches/counter.html", form, match=queries.by_ref(ref))


@blueprint.route("/matches/<ref>/decline", methods=["GET", "POST"])
def decline(ref: str) -> Answer:
    """Say no, and why."""
    actor = current_actor()
    match = _seen(actor, ref)
    ensure(policy.may_decline(actor, match))
    LIFE.step(match.state, Action.DECLINE)
    form = DeclineForm()
    _choose_side(form, actor, match)
    if form.is_submitted() and attempt(
        form,
        lambda: operations.decline(
            match, part=side(form), reason=form.reason.data or "", actor=actor
        ),
    ):
        return done(_("The proposal is declined."), "matches.show", ref=ref)
    return form_page("matches/decline.html", form, match=queries.by_ref(ref))


def _seen(actor: Actor, ref: str) -> Match:
    match = queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, match))
    return match


def _links(actor: Actor, match: Match) -> list[Link]:
    return [
        Link(
            LIFE.labels[action],
            url_for(f"matches.{action}", ref=match.ref),
            _TONES.get(action, "secondary"),
        )
        for action in policy.available(actor, match)
    ]


def _choose_side(form: CounterForm | AcceptForm | DeclineForm, actor: Actor, match: Match) -> None:
    """Offer the sides the reader speaks for, those still to agree first."""
    sides = sorted(
        policy.sides_of(actor, match), key=lambda part: match.agreed_at(part) is not None
    )
    form.part.choices = [(str(part), _SIDES[part]) for part in sides]
    if not form.is_submitted():
        form.part.data = str(sides[0])


def _propose(form: ProposeForm, visitor: Profile, host: Profile, actor: Actor) -> Match:
    note = form.note.data or ""
    return operations.propose(visitor, host, journey=form.journey, note=note, actor=actor)


def _counter(form: CounterForm, match: Match, actor: Actor) -> Match:
    note = form.note.data or ""
    return operations.counter(match, part=side(form), journey=form.journey, note=note, actor=actor)


def _days_around(stay: Period) -> dict[str, object]:
    """The first fitting days with a day of travel on each side."""
    return {
        "departure_on": stay.first_on - timedelta(days=1),
        "first_on": stay.first_on,
        "last_on": stay.last_on,
        "return_on": stay.last_on + timedelta(days=1),
    }


def _takes(profile: Profile, part: Part) -> bool:
    return profile.visits if part is Part.VISITOR else profile.hosts


def _looking_for(part: Part) -> Text:
    return _("Hosts for a visit") if part is Part.VISITOR else _("Visitors to host")


def _shown_candidate(profile: Profile, part: Part, one: Candidate) -> ShownCandidate:
    pair = (profile, one.profile) if part is Part.VISITOR else (one.profile, profile)
    return ShownCandidate(
        profile=one.profile,
        total=out_of(one.score),
        why=shown(one.score),
        days=formats.day_range(one.stay.first_on, one.stay.last_on),
        href=url_for("matches.propose", ref=pair[0].ref, other=pair[1].ref),
    )


def _agreement(match: Match, part: Part) -> Text:
    at = match.agreed_at(part)
    if at is None:
        return _("Has not answered yet")
    return _("Agreed, %(moment)s", moment=formats.moment(at))
