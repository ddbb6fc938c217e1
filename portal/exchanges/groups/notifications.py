"""Who is told what about a place in a group: the side that answers, then the side that asked."""

from portal.accounts import queries as accounts
from portal.core import mail
from portal.core.actors import Actor
from portal.exchanges.groups.models import GroupMember, GroupVisit
from portal.partners import queries as partners


def invited(group: GroupVisit, member: GroupMember) -> None:
    """The visitor is asked whether it joins."""
    _tell(group, member, member.visitor_id, "invited")


def applied(group: GroupVisit, member: GroupMember) -> None:
    """The host is asked whether it accepts the visitor."""
    _tell(group, member, group.host_id, "applied")


def admitted(group: GroupVisit, member: GroupMember, *, by: Actor) -> None:
    """Visitor and host learn that the exchange takes part, except who said so."""
    for key in (member.visitor_id, group.host_id):
        _tell(group, member, key, "admitted", but=by)


def declined(group: GroupVisit, member: GroupMember, *, reason: str, by: Actor) -> None:
    """Visitor and host learn that the place is not taken, and why, except who said so."""
    for key in (member.visitor_id, group.host_id):
        _tell(group, member, key, "declined", but=by, reason=reason)


def left(group: GroupVisit, member: GroupMember, *, by: Actor) -> None:
    """Visitor and host learn that the exchange goes on alone, except who said so."""
    for key in (member.visitor_id, group.host_id):
        _tell(group, member, key, "left", but=by)


def _tell(
    group: GroupVisit,
    member: GroupMember,
    organisation_id: int,
    template: str,
    *,
    but: Actor | None = None,
    reason: str = "",
) -> None:
    for person in partners.people_of([organisation_id]):
        if but is not None and person.id == but.id:
            continue
        mail.queue(
            accounts.recipient(person),
            f"groups/mail/{template}.txt",
            about=f"{group.ref}:{member.id}",
            group=group,
            exchange=member.exchange,
            reason=reason,
        )
