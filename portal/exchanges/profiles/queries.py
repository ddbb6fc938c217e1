"""Reads of profiles: one, lists, the catalogue, the partnerships that fit; and the lock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.calls.proposals.models import Proposal
from portal.core import days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.tasks import Task
from portal.exchanges.profiles import rules
from portal.exchanges.profiles.models import Profile, Wish
from portal.exchanges.profiles.rules import Partnership, Suggestion
from portal.exchanges.profiles.states import OVER, Part, State, WishKind
from portal.partners import queries as partners
from portal.partners.models import Organisation
from portal.projects import queries as projects
from portal.projects.models import Beneficiary, Project
from portal.projects.states import State as ProjectState

#: How many tasks the desk shows.
MOST_TASKS = 50


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for in the catalogue; empty means anything."""

    part: Part = Part.HOST
    text: str = ""
    sector: str = ""
    country: str = ""
    language: str = ""
    kind: str = ""


def by_ref(ref: str) -> Profile:
    """The profile with its organisation, partnership, wishes and days; raises `NotFound`."""
    return _one(select(Profile).where(Profile.ref == ref).options(*_whole()))


def by_ids(profile_ids: Collection[int]) -> dict[int, Profile]:
    """Several profiles by database id, as `by_ref` reads them; unknown ids are left out."""
    if not profile_ids:
        return {}
    query = select(Profile).where(Profile.id.in_(profile_ids)).options(*_whole())
    return {profile.id: profile for profile in db.session.scalars(query).unique()}


def lock_profile(profile_id: int) -> Profile:
    """The profile, fresh and locked until the end of the transaction."""
    query = select(Profile).where(Profile.id == profile_id).options(*_whole())
    return _one(query.with_for_update(of=Profile).execution_options(populate_existing=True))


def lock_profiles(profile_ids: Collection[int]) -> dict[int, Profile]:
    """Several profiles, fresh and locked in the order of their ids."""
    return {profile_id: lock_profile(profile_id) for profile_id in sorted(profile_ids)}


def alive_of(organisation_ids: Collection[int]) -> list[Profile]:
    """The profiles of the organisations that are not over, with what a page shows, by id."""
    if not organisation_ids:
        return []
    query = select(Profile).where(
        Profile.organisation_id.in_(organisation_ids), Profile.state.not_in(OVER)
    )
    return list(db.session.scalars(query.options(*_whole()).order_by(Profile.id)).unique())


def listed(
    visible: ColumnElement[bool], *, state: State | None = None, text: str = ""
) -> Select[Profile]:
    """The profiles that meet every given condition, newest first, with what a list shows.

    `text` is a reference or its beginning, or words from the name of the organisation.
    """
    query = _with_organisation().where(visible)
    if state is not None:
        query = query.where(Profile.state == state)
    if text.strip():
        query = query.where(_mentions(text))
    return query.options(joinedload(Profile.project)).order_by(Profile.id.desc())


def catalogue(wanted: Wanted, *, but: Collection[int] = ()) -> Select[Profile]:
    """The accepted profiles of one part that offer what is looked for, by name.

    Profiles of the organisations in `but` are left out: nobody looks for themselves.
    """
    side = Profile.visits if wanted.part is Part.VISITOR else Profile.hosts
    query = _with_organisation().where(Profile.state == State.ACCEPTED, side)
    if but:
        query = query.where(Profile.organisation_id.not_in(but))
    if wanted.text.strip():
        query = query.where(_mentions(wanted.text))
    if wanted.country:
        query = query.where(Organisation.country == wanted.country)
    if wanted.kind:
        query = query.where(Organisation.kind == wanted.kind)
    for kind, value in ((WishKind.SECTOR, wanted.sector), (WishKind.LANGUAGE, wanted.language)):
        if value:
            query = query.where(_names(kind, value))
    loaded = query.options(selectinload(Profile.wishes), selectinload(Profile.periods))
    return loaded.order_by(Organisation.search_name, Profile.id)


def accepted(part: Part) -> list[Profile]:
    """Every accepted profile of one part with what a score needs, by id: four statements."""
    side = Profile.visits if part is Part.VISITOR else Profile.hosts
    query = select(Profile).where(Profile.state == State.ACCEPTED, side)
    return list(db.session.scalars(query.options(*_whole()).order_by(Profile.id)).unique())


def awaiting_answer() -> list[Profile]:
    """The submitted profiles, the most urgent first, locked; those held by others left out."""
    query = (
        select(Profile)
        .where(Profile.state == State.SUBMITTED)
        .options(*_whole())
        .with_for_update(of=Profile, skip_locked=True)
        .order_by(Profile.answer_due_on, Profile.id)
    )
    return list(db.session.scalars(query).unique())


def past_keeping(day: date) -> list[Profile]:
    """The profiles whose last day of keeping is past, locked; those held by others left out."""
    query = (
        select(Profile)
        .where(_is_past_keeping(day))
        .options(*_whole())
        .with_for_update(of=Profile, skip_locked=True)
        .order_by(Profile.id)
    )
    return list(db.session.scalars(query).unique())


def refs_past_keeping(day: date) -> list[str]:
    """The references of the profiles that `past_keeping` finds, without locking them."""
    query = select(Profile.ref).where(_is_past_keeping(day)).order_by(Profile.id)
    return list(db.session.scalars(query))


def suggestions(
    organisation: Organisation, sectors: Collection[str], day: date
) -> list[Suggestion]:
    """The partnerships an organisation could turn to on a day, the best first, with the reasons."""
    clusters = {link.cluster_id for link in partners.clusters_of(organisation.id)}
    return rules.suggest(
        _partnerships(day),
        sectors=tuple(sectors),
        country=organisation.country,
        region=organisation.region,
        clusters=frozenset({*clusters, organisation.id}),
    )


def tasks_for(actor: Actor) -> list[Task]:
    """For managers registrations to answer, for participants profiles to complete; one query."""
    if not actor.organisation_ids:
        return []
    mine = Profile.organisation_id.in_(actor.organisation_ids)
    managed = projects.of_organisations(actor.organisation_ids if actor.has(Role.MANAGER) else ())
    to_answer = and_(Profile.state == State.SUBMITTED, Profile.project_id.in_(managed), ~mine)
    to_complete = and_(Profile.state == State.RETURNED, mine)
    query = _with_organisation().where(or_(to_answer, to_complete))
    ordered = query.order_by(Profile.answer_due_on, Profile.id).limit(MOST_TASKS)
    return [_task(profile) for profile in db.session.scalars(ordered)]


def _task(profile: Profile) -> Task:
    waits = profile.state is State.SUBMITTED
    return Task(
        label=_("Answer the registration") if waits else _("Complete the profile"),
        ref=profile.ref,
        title=profile.organisation.legal_name,
        endpoint="profiles.show",
        values={"ref": profile.ref},
        due_on=profile.answer_due_on if waits else None,
        since=days.brussels_day(profile.submitted_at or profile.started_at),
    )


def _partnerships(day: date) -> list[Partnership]:
    """Every partnership whose grant still pays exchanges on a day; three statements."""
    running = {
        project.id: project
        for project in projects.with_exchanges()
        if project.state is ProjectState.SIGNED and project.ends_on >= day
    }
    query = (
        select(Beneficiary.project_id, Organisation.id, Organisation.country, Organisation.region)
        .join(Organisation, Organisation.id == Beneficiary.organisation_id)
        .where(Beneficiary.project_id.in_(running))
    )
    members: dict[int, list[tuple[int, str, str]]] = {key: [] for key in running}
    for project_id, organisation_id, country, region in db.session.execute(query):
        members[project_id].append((organisation_id, country, region))
    themes = select(Project.id, Proposal.themes).join(Proposal, Proposal.id == Project.proposal_id)
    found = db.session.execute(themes.where(Project.id.in_(running)))
    themes_of: dict[int, list[str]] = dict(iter(found))
    return [
        Partnership(
            ref=project.ref,
            acronym=project.acronym,
            themes=frozenset(themes_of.get(key, ())),
            countries=frozenset(country for _id, country, _region in members[key]),
            regions=frozenset(region for _id, _country, region in members[key]),
            members=frozenset(organisation_id for organisation_id, *_rest in members[key]),
        )
        for key, project in running.items()
    ]


def _is_past_keeping(day: date) -> ColumnElement[bool]:
    over = Profile.state.not_in((State.SUBMITTED, State.CLOSED))
    return and_(Profile.kept_until < day, over)


def _names(kind: WishKind, value: str) -> ColumnElement[bool]:
    naming = select(Wish.profile_id).where(Wish.kind == kind, Wish.value == value)
    return Profile.id.in_(naming)


def _mentions(text: str) -> ColumnElement[bool]:
    wanted = text.strip().upper()
    return or_(Profile.ref.startswith(wanted, autoescape=True), partners.matches(text))


def _with_organisation() -> Select[Profile]:
    query = select(Profile).join(Organisation, Organisation.id == Profile.organisation_id)
    return query.options(joinedload(Profile.organisation, innerjoin=True))


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Profile.organisation, innerjoin=True),
        joinedload(Profile.person),
        joinedload(Profile.project),
        joinedload(Profile.cv),
        selectinload(Profile.wishes),
        selectinload(Profile.periods),
    )


def _one(query: Select[Profile]) -> Profile:
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found
