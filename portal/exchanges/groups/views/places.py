"""Places in a group: offered, asked for, taken, declined, left."""

from portal.core import formats
from portal.core.actors import Actor, ensure
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.exchanges import queries as exchanges
from portal.exchanges.groups import operations, policy, queries
from portal.exchanges.groups.forms import AdmitForm, ApplyForm, DeclineForm, InviteForm, LeaveForm
from portal.exchanges.groups.models import GroupMember, GroupVisit
from portal.exchanges.groups.states import LIFE, Action
from portal.exchanges.groups.views.base import blueprint, seen, seen_exchange
from portal.web.respond import Answer, attempt, done, form_page
from portal.web.session import current_actor


@blueprint.route("/group-visits/<ref>/invite", methods=["GET", "POST"])
def invite(ref: str) -> Answer:
    """Offer a place to an exchange with the same host on these days."""
    actor = current_actor()
    group = seen(actor, ref)
    ensure(policy.may_invite(actor, group))
    LIFE.step(group.state, Action.INVITE)
    form = InviteForm()
    offered = queries.to_invite(group)
    form.exchange.choices = [
        (
            one.ref,
            _(
                "%(visitor)s, %(days)s (%(ref)s)",
                visitor=one.visitor.legal_name,
                days=formats.day_range(one.first_on, one.last_on),
                ref=one.ref,
            ),
        )
        for one in offered
    ]
    if form.is_submitted() and attempt(form, lambda: _invite(group, form, actor)):
        return done(_("The visitor is invited."), "groups.show", ref=ref)
    return form_page("groups/invite.html", form, group=queries.by_ref(ref), offered=bool(offered))


@blueprint.route("/exchanges/<ref>/apply", methods=["GET", "POST"])
def apply(ref: str) -> Answer:
    """Ask the host for a place in one of its groups on these days."""
    actor = current_actor()
    exchange = seen_exchange(actor, ref)
    ensure(policy.may_apply(actor, exchange))
    form = ApplyForm()
    offered = queries.to_apply_to(exchange)
    form.group.choices = [
        (
            one.ref,
            _(
                "%(title)s, %(days)s (%(ref)s)",
                title=one.title,
                days=formats.day_range(one.first_on, one.last_on),
                ref=one.ref,
            ),
        )
        for one in offered
    ]
    if form.is_submitted() and attempt(
        form,
        lambda: operations.apply(seen(actor, form.group.data), exchange=exchange, actor=actor),
    ):
        message = _("You have asked for a place; the host decides.")
        return done(message, "groups.show", ref=form.result.ref)
    return form_page(
        "groups/apply.html", form, exchange=exchanges.by_ref(ref), offered=bool(offered)
    )


@blueprint.route("/group-visits/<ref>/places/<exchange_ref>/admit", methods=["GET", "POST"])
def admit(ref: str, exchange_ref: str) -> Answer:
    """Say yes to a place that was asked for or offered."""
    actor = current_actor()
    group, member = _place(actor, ref, exchange_ref)
    ensure(policy.may_admit(actor, group, member))
    form = AdmitForm()
    if form.is_submitted() and attempt(
        form, lambda: operations.admit(group, exchange=member.exchange, actor=actor)
    ):
        return done(_("The exchange takes part in the group visit."), "groups.show", ref=ref)
    return _page("groups/admit.html", form, ref, exchange_ref)


@blueprint.route("/group-visits/<ref>/places/<exchange_ref>/decline", methods=["GET", "POST"])
def decline(ref: str, exchange_ref: str) -> Answer:
    """Say no to a place, and why."""
    actor = current_actor()
    group, member = _place(actor, ref, exchange_ref)
    ensure(policy.may_decline(actor, group, member))
    form = DeclineForm()
    if form.is_submitted() and attempt(
        form,
        lambda: operations.decline(
            group, exchange=member.exchange, reason=form.reason.data or "", actor=actor
        ),
    ):
        return done(_("The place is declined."), "groups.show", ref=ref)
    return _page("groups/decline.html", form, ref, exchange_ref)


@blueprint.route("/group-visits/<ref>/places/<exchange_ref>/leave", methods=["GET", "POST"])
def leave(ref: str, exchange_ref: str) -> Answer:
    """Take an exchange out of the group."""
    actor = current_actor()
    group, member = _place(actor, ref, exchange_ref)
    ensure(policy.may_leave(actor, group, member))
    form = LeaveForm()
    exchange = member.exchange
    if form.is_submitted() and attempt(
        form, lambda: operations.leave(group, exchange=exchange, actor=actor)
    ):
        return done(_("The exchange has left the group visit."), "groups.index")
    return _page("groups/leave.html", form, ref, exchange_ref)


def _invite(group: GroupVisit, form: InviteForm, actor: Actor) -> GroupVisit:
    exchange = exchanges.by_ref(form.exchange.data)
    return operations.invite(group, exchange=exchange, actor=actor)


def _place(actor: Actor, ref: str, exchange_ref: str) -> tuple[GroupVisit, GroupMember]:
    group = seen(actor, ref)
    found = next((one for one in group.members if one.exchange.ref == exchange_ref), None)
    member = found and group.place_of(found.exchange_id)
    if member is None:
        raise NotFound()
    return group, member


def _page(template: str, form: AdmitForm | DeclineForm | LeaveForm, ref: str, of: str) -> Answer:
    group = queries.by_ref(ref)
    member = next(one for one in reversed(group.members) if one.exchange.ref == of)
    return form_page(template, form, group=group, member=member)
