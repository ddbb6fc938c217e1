"""The list of groups, one group, and its programme."""

from dataclasses import dataclass

from flask import request, url_for

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.i18n import _
from portal.core.states import Badge
from portal.exchanges import policy as exchange_policy
from portal.exchanges import queries as exchanges
from portal.exchanges.groups import operations, policy, queries
from portal.exchanges.groups.forms import ProgrammeForm
from portal.exchanges.groups.models import GroupMember, GroupVisit
from portal.exchanges.groups.states import HELD, LIFE, PLACE_BADGES, Action, Place, State
from portal.exchanges.groups.views.base import badge_of, blueprint, seen, seen_exchange
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import current_actor

_TONES = {Action.ADMIT: "primary", Action.DECLINE: "danger", Action.LEAVE: "danger"}


@dataclass(frozen=True)
class ShownPlace:
    """One place of a group: the exchange, where it stands, and what the reader can do."""

    member: GroupMember
    place: Badge
    exchange: Badge
    sees: bool
    links: list[Link]


@blueprint.get("/group-visits")
def index() -> Answer:
    """The groups the reader may see, by state."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    asked = request.args.get("state", "")
    state = State(asked) if asked in set(State) else None
    found = paginate(queries.listed(policy.visible_to(actor), state=state))
    return page(
        "groups/index.html",
        found=found,
        badges={one.ref: LIFE.badge(one.state) for one in found.items},
        counts={
            one.ref: sum(member.state is Place.JOINED for member in one.members)
            for one in found.items
        },
        states=LIFE.badges,
        asked=asked,
    )


@blueprint.get("/group-visits/<ref>")
def show(ref: str) -> Answer:
    """The shared programme, and who comes."""
    actor = current_actor()
    group = seen(actor, ref)
    return page(
        "groups/show.html",
        group=group,
        badge_of=badge_of(group),
        links=_links(actor, group),
        places=[_shown(actor, group, one) for one in group.members if one.state in HELD],
        former=[_shown(actor, group, one) for one in group.members if one.state not in HELD],
        trail=trail_of(ref),
    )


@blueprint.route("/exchanges/<ref>/open-group", methods=["GET", "POST"])
def open_group(ref: str) -> Answer:
    """Open a group around an exchange: its days are proposed, its visitor is invited."""
    actor = current_actor()
    exchange = seen_exchange(actor, ref)
    ensure(policy.may_open_group(actor, exchange))
    form = ProgrammeForm(
        data={
            "title": "",
            "first_on": exchange.first_on,
            "last_on": exchange.last_on,
            "objectives": exchange.objectives,
            "agenda": exchange.agenda,
        }
    )
    if form.is_submitted() and attempt(
        form, lambda: operations.open_group(exchange, actor=actor, **form.values())
    ):
        message = _("The group visit is open, and the visitor is invited.")
        return done(message, "groups.show", ref=form.result.ref)
    return form_page("groups/open_group.html", form, exchange=exchanges.by_ref(ref))


@blueprint.route("/group-visits/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Answer:
    """Change the programme for all members."""
    actor = current_actor()
    group = seen(actor, ref)
    ensure(policy.may_edit(actor, group))
    LIFE.step(group.state, Action.EDIT)
    form = ProgrammeForm(obj=group)
    if form.is_submitted() and attempt(
        form, lambda: operations.edit(group, actor=actor, **form.values())
    ):
        return done(_("The programme is changed for all members."), "groups.show", ref=ref)
    return form_page("groups/edit.html", form, group=queries.by_ref(ref))


def _links(actor: Actor, group: GroupVisit) -> list[Link]:
    return [
        Link(LIFE.labels[action], url_for(f"groups.{action}", ref=group.ref))
        for action in policy.available(actor, group)
    ]


def _shown(actor: Actor, group: GroupVisit, member: GroupMember) -> ShownPlace:
    return ShownPlace(
        member=member,
        place=PLACE_BADGES[member.state],
        exchange=exchanges.badge(member.exchange, clock.today()),
        sees=exchange_policy.may_see(actor, member.exchange),
        links=[
            Link(
                LIFE.labels[action],
                url_for(f"groups.{action}", ref=group.ref, exchange_ref=member.exchange.ref),
                _TONES[action],
            )
            for action in policy.available_for(actor, group, member)
        ],
    )
