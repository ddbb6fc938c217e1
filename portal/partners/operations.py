"""What people do with organisations: register, verify, say who speaks for them."""

from dataclasses import dataclass
from datetime import date

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.accounts.states import State as AccountState
from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, Role, ensure
from portal.core.db import db
from portal.core.errors import Fault, NotFound, RuleBroken, Stale, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.core.places import Point
from portal.partners import notifications, policy, queries
from portal.partners.models import ClusterLink, Membership, Organisation
from portal.partners.rules import duplicates, identifiers, identity, seats
from portal.partners.states import LIFE, Action, EccpProfile, OrganisationKind, State


@dataclass(frozen=True, kw_only=True)
class Details:
    """What people say of an organisation, as typed; numbers may carry spaces.

    Coordinates are millionths of a degree; None stands for "the centre of the town".
    """

    legal_name: str
    kind: OrganisationKind
    country: str
    town: str
    short_name: str = ""
    region: str = ""
    street: str = ""
    postcode: str = ""
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    registration_number: str = ""
    vat_number: str = ""
    pic: str = ""
    eccp_profile: EccpProfile = EccpProfile.NO
    legal_group: str = ""


def register(*, actor: Actor, not_a_duplicate: bool = False, **said: object) -> Organisation:
    """Enter an organisation into the directory; whoever does becomes its first member.

    `said` are the fields of `Details`. An officer (or the portal) registers for others and does not
    become a member. Raises `RuleBroken` with everything that is wrong; an organisation that looks
    like one already registered needs `not_a_duplicate`.
    """
    ensure(policy.may_register(actor))
    values = _checked(Details(**said), not_a_duplicate=not_a_duplicate)  # type: ignore[arg-type]
    now = clock.now()
    organisation = Organisation(
        ref=next_reference("ORG", clock.today().year),
        state=State.REGISTERED,
        suspension_reason="",
        registered_at=now,
        registered_by_id=actor.id,
        **values,
    )
    db.session.add(organisation)
    db.session.flush()
    if not actor.is_system and not actor.has(Role.OFFICER):
        _join(organisation, actor.id)
    record(actor, organisation, Action.REGISTER, after={"state": organisation.state, **values})
    return organisation


def edit(
    organisation: Organisation,
    *,
    actor: Actor,
    not_a_duplicate: bool = False,
    seen_version: int | None = None,
    **said: object,
) -> Organisation:
    """Change what is said of an organisation; a change of its identity asks for a new verification.

    `seen_version` is the version the person was looking at: raises `Stale` when somebody changed
    the organisation in the meantime. Raises `RuleBroken` as `register`.
    """
    ensure(policy.may_edit(actor, organisation))
    organisation = queries.lock_organisation(organisation.id)
    if seen_version is not None and seen_version != organisation.version:
        raise Stale
    state = LIFE.step(organisation.state, Action.EDIT)
    details = Details(**said)  # type: ignore[arg-type]
    values = _checked(details, not_a_duplicate=not_a_duplicate, current=organisation)
    before = {name: getattr(organisation, name) for name in values}
    changed = identity.changes(before, values)
    for name, value in changed.items():
        setattr(organisation, name, value)
    if state is State.VERIFIED and identity.must_be_verified_again(changed):
        state = _unverified(organisation)
    before, after = _sides(organisation.state, state, before, changed)
    organisation.state = state
    record(actor, organisation, Action.EDIT, before=before, after=after)
    return organisation


def verify(
    organisation: Organisation, *, actor: Actor, note: str = "", exclusion_checked: bool = False
) -> Organisation:
    """Confirm that the organisation exists and is what it says; its members are told.

    `exclusion_checked`: the restricted exclusion database was consulted; the trail keeps only the
    fact, the day and the officer (domain 6.7).
    """
    ensure(policy.may_verify(actor, organisation))
    organisation = queries.lock_organisation(organisation.id)
    before, organisation.state = (
        organisation.state,
        LIFE.step(organisation.state, Action.VERIFY),
    )
    organisation.verified_at, organisation.verified_by_id = clock.now(), actor.id
    _record_step(
        actor,
        organisation,
        Action.VERIFY,
        before,
        reason=note.strip(),
        exclusion_checked=exclusion_checked,
    )
    notifications.verified(organisation)
    return organisation


def suspend(organisation: Organisation, *, reason: str, actor: Actor) -> Organisation:
    """Keep the organisation from acting until it is reinstated; its members read the reason."""
    ensure(policy.may_suspend(actor, organisation))
    organisation = queries.lock_organisation(organisation.id)
    before, state = organisation.state, LIFE.step(organisation.state, Action.SUSPEND)
    reason = _given(reason)
    _unverified(organisation)
    organisation.state, organisation.suspension_reason = state, reason
    _record_step(actor, organisation, Action.SUSPEND, before, reason=reason)
    notifications.suspended(organisation)
    return organisation


def reinstate(organisation: Organisation, *, reason: str, actor: Actor) -> Organisation:
    """Lift the suspension; the organisation waits for a new verification."""
    ensure(policy.may_reinstate(actor, organisation))
    organisation = queries.lock_organisation(organisation.id)
    before, state = organisation.state, LIFE.step(organisation.state, Action.REINSTATE)
    reason = _given(reason)
    organisation.state, organisation.suspension_reason = state, ""
    _record_step(actor, organisation, Action.REINSTATE, before, reason=reason)
    notifications.reinstated(organisation)
    return organisation


def add_member(organisation: Organisation, *, email: str, actor: Actor) -> Membership:
    """Let the person with this e-mail address act for the organisation, from today on.

    Raises `RuleBroken` when no account has the address, or the person is a member already.
    """
    ensure(policy.may_add_member(actor, organisation))
    organisation = queries.lock_organisation(organisation.id)
    LIFE.step(organisation.state, Action.ADD_MEMBER)
    person = _person(email)
    members = queries.members_of(organisation.id)
    if any(membership.user_id == person.id for membership in members):
        raise RuleBroken(Fault(_("This person is already a member of the organisation."), "email"))
    membership = _join(organisation, person.id)
    record(actor, organisation, Action.ADD_MEMBER, after={"member": person.ref})
    notifications.member_added(organisation, person, membership_id=membership.id, by=actor.name)
    return membership


def remove_member(organisation: Organisation, *, person: User, actor: Actor) -> Membership:
    """End a person's right to act for the organisation, at once.

    Raises `NotFound` for somebody who is no member, `RuleBroken` for the last one, unless an
    officer does it.
    """
    ensure(policy.may_remove_member(actor, organisation))
    organisation = queries.lock_organisation(organisation.id)
    LIFE.step(organisation.state, Action.REMOVE_MEMBER)
    membership = queries.open_membership(organisation.id, person.id)
    if len(queries.members_of(organisation.id)) == 1 and not actor.has(Role.OFFICER):
        message = _("The last member cannot be removed. Add another one first.")
        raise RuleBroken(Fault(message, "member", "ORG-MEMBER"))
    membership.valid_to, membership.ended_at = clock.today(), clock.now()
    record(actor, organisation, Action.REMOVE_MEMBER, before={"member": person.ref})
    notifications.member_removed(organisation, person, membership_id=membership.id)
    return membership


def link_cluster(
    organisation: Organisation, *, cluster: Organisation, valid_from: date, actor: Actor
) -> ClusterLink:
    """Record that the organisation is a member of a cluster or network, from a day on.

    Raises `RuleBroken` when the other is no cluster, for a day to come, and for a second record of
    the same time.
    """
    ensure(policy.may_link_cluster(actor, organisation))
    organisation = queries.lock_organisation(organisation.id)
    LIFE.step(organisation.state, Action.LINK_CLUSTER)
    refuse_if(
        identity.link_faults(
            cluster.id,
            cluster.kind,
            valid_from,
            organisation_id=organisation.id,
            links=list(queries.clusters_of(organisation.id)),
            today=clock.today(),
        )
    )
    link = ClusterLink(
        organisation_id=organisation.id,
        cluster=cluster,
        valid_from=valid_from,
        recorded_by_id=actor.id,
        recorded_at=clock.now(),
    )
    db.session.add(link)
    after = {"cluster": cluster.ref, "valid_from": valid_from}
    record(actor, organisation, Action.LINK_CLUSTER, after=after)
    return link


def unlink_cluster(
    organisation: Organisation, *, cluster: Organisation, valid_to: date, actor: Actor
) -> ClusterLink:
    """Record the last day of a cluster membership (included).

    Raises `NotFound` when there is none without an end, `RuleBroken` for an impossible day.
    """
    ensure(policy.may_unlink_cluster(actor, organisation))
    organisation = queries.lock_organisation(organisation.id)
    LIFE.step(organisation.state, Action.UNLINK_CLUSTER)
    link = queries.cluster_link(organisation.id, cluster.id)
    refuse_if(identity.unlink_faults(link.valid_from, valid_to, today=clock.today()))
    link.valid_to = valid_to
    record(
        actor,
        organisation,
        Action.UNLINK_CLUSTER,
        before={"cluster": cluster.ref, "valid_from": link.valid_from},
        after={"cluster": cluster.ref, "valid_to": valid_to},
    )
    return link


def _checked(
    details: Details, *, not_a_duplicate: bool, current: Organisation | None = None
) -> dict[str, object]:
    """The values to keep; raises `RuleBroken` with every fault of identifiers, seat and kind."""
    country = details.country
    refuse_if(seats.country_faults(country))
    numbers, faults = identifiers.read(
        country=country,
        registration_number=details.registration_number,
        vat_number=details.vat_number,
        pic=details.pic,
    )
    region = details.region.strip().upper()
    point, far = seats.point_of(
        town=details.town,
        country=country,
        latitude_e6=details.latitude_e6,
        longitude_e6=details.longitude_e6,
    )
    faults += far + seats.region_faults(region, country)
    faults += identity.kind_faults(details.kind, details.eccp_profile)
    faults += _duplicate_faults(details, numbers, current, answered=not_a_duplicate)
    refuse_if(faults)
    return _values(details, numbers, region, point)


def _duplicate_faults(
    details: Details,
    numbers: identifiers.Identifiers,
    current: Organisation | None,
    *,
    answered: bool,
) -> list[Fault]:
    same = current and (current.legal_name, current.country, current.registration_number) == (
        details.legal_name.strip(),
        details.country,
        numbers.registration_number,
    )
    if same:
        return []
    known = queries.known_in(details.country, except_id=current.id if current else None)
    found = duplicates.likely(
        details.legal_name, details.country, numbers.registration_number, known
    )
    return duplicates.unanswered(found, answered=answered)


def _values(
    details: Details, numbers: identifiers.Identifiers, region: str, point: Point | None
) -> dict[str, object]:
    assert point is not None
    legal_name = details.legal_name.strip()
    return {
        "legal_name": legal_name,
        "short_name": details.short_name.strip() or legal_name[:60],
        "kind": details.kind,
        "country": details.country,
        "region": region,
        "town": details.town.strip(),
        "street": details.street.strip(),
        "postcode": details.postcode.strip(),
        "latitude_e6": point.latitude_e6,
        "longitude_e6": point.longitude_e6,
        "registration_number": numbers.registration_number,
        "vat_number": numbers.vat_number,
        "pic": numbers.pic,
        "eccp_profile": details.eccp_profile,
        "legal_group": details.legal_group.strip(),
    }


def _unverified(organisation: Organisation) -> State:
    organisation.verified_at = organisation.verified_by_id = None
    return State.REGISTERED


def _sides(
    state_before: State, state: State, before: dict[str, object], changed: dict[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """What the trail keeps of an edit: only what changed."""
    was = {name: before[name] for name in changed}
    if state is state_before:
        return was, changed
    return {"state": state_before, **was}, {"state": state, **changed}


def _record_step(
    actor: Actor,
    organisation: Organisation,
    action: Action,
    before: State,
    *,
    reason: str,
    **details: object,
) -> None:
    record(
        actor,
        organisation,
        action,
        before={"state": before},
        after={"state": organisation.state},
        reason=reason,
        **details,
    )


def _given(reason: str) -> str:
    if not reason.strip():
        raise RuleBroken(Fault(_("Give a reason."), "reason"))
    return reason.strip()


def _person(email: str) -> User:
    person = accounts.by_email(email)
    if person is None or person.state is AccountState.SUSPENDED:
        message = _(
            "Nobody has an account with this e-mail address. Ask the person to sign up first."
        )
        raise RuleBroken(Fault(message, "email", "ORG-MEMBER"))
    return person


def _join(organisation: Organisation, user_id: int | None) -> Membership:
    if user_id is None:
        raise NotFound
    membership = Membership(
        user_id=user_id, organisation_id=organisation.id, valid_from=clock.today()
    )
    db.session.add(membership)
    db.session.flush()
    return membership
