"""Rounds: all who wait, solved as a whole, and what it suggests to whom."""

from portal.audit.queries import trail_of
from portal.core import formats
from portal.core.actors import ensure
from portal.core.i18n import _
from portal.exchanges.matches import operations, policy, queries
from portal.exchanges.matches.forms import RoundForm
from portal.exchanges.matches.views.base import blueprint, out_of, shown
from portal.web.respond import Answer, attempt, done, form_page, page, paginate
from portal.web.session import current_actor


@blueprint.get("/match-rounds")
def rounds() -> Answer:
    """Every round, newest first."""
    actor = current_actor()
    ensure(policy.may_list_rounds(actor))
    found = paginate(queries.rounds())
    return page("matches/rounds.html", found=found, may_ask=policy.may_ask_round(actor))


@blueprint.route("/match-rounds/ask", methods=["GET", "POST"])
def ask_round() -> Answer:
    """Ask for a round over all who wait."""
    actor = current_actor()
    ensure(policy.may_ask_round(actor))
    form = RoundForm()
    if form.is_submitted() and attempt(
        form, lambda: operations.ask_round(places=form.places.data or 1, actor=actor)
    ):
        return done(_("The round is asked for."), "matches.show_round", ref=form.result.ref)
    return form_page("matches/ask_round.html", form)


@blueprint.get("/match-rounds/<ref>")
def show_round(ref: str) -> Answer:
    """What a round suggests to the reader, with the reasons."""
    actor = current_actor()
    ensure(policy.may_list_rounds(actor))
    found = queries.round_by_ref(ref)
    mine = policy.suggestions_seen(actor, found)
    return page(
        "matches/show_round.html",
        round=found,
        suggestions=[
            (one, out_of(one.why), shown(one.why), formats.day_range(one.first_on, one.last_on))
            for one in mine
        ],
        may_propose=policy.may_ask_round(actor) and not actor.has(*policy.STAFF),
        gain=None if found.points is None else found.points - (found.greedy_points or 0),
        trail=trail_of(ref),
    )
