"""May we take part, the list, the catalogue, and one profile."""

from enum import StrEnum
from typing import TypeVar

from flask import request, url_for

from portal.audit.queries import trail_of
from portal.calls.proposals.rules.themes import INDUSTRIAL_ECOSYSTEMS
from portal.core import clock, formats
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.errors import Fault, NotFound
from portal.core.i18n import _
from portal.exchanges import queries as exchanges
from portal.exchanges.matches import policy as matches
from portal.exchanges.profiles import policy, queries
from portal.exchanges.profiles.forms import CheckForm, countries, languages
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.queries import Wanted
from portal.exchanges.profiles.states import LIFE, WHY_LABELS, Part, State, WishKind
from portal.exchanges.profiles.views.base import (
    Verdict,
    blueprint,
    links,
    listing,
    offer,
    own_verdicts,
    parts_of,
    periods,
    verdicts,
)
from portal.exchanges.queries import TakingPart
from portal.exchanges.rules import eligibility
from portal.exchanges.rules.eligibility import Side
from portal.partners import queries as partners
from portal.partners.states import KIND_LABELS, OrganisationKind
from portal.projects import queries as projects
from portal.web.respond import Answer, Link, page, paginate, stored_file
from portal.web.session import current_actor, public, visitor

Word = TypeVar("Word", bound=StrEnum)

#: Longest text searched for.
_LONGEST_SEARCH = 100


@blueprint.get("/taking-part")
@public
def check() -> Answer:
    """In a minute: may we take part, and as what?"""
    actor, today = visitor(), clock.today()
    form = CheckForm(request.args or None)
    programmes = {project.programme_id for project in projects.with_exchanges()}
    asked = bool(request.args) and form.validate()
    mine = partners.of_actor(actor) if actor else []
    found = exchanges.taking_part(mine, programmes, today) if mine else {}
    terms = exchanges.scheme_on(today).terms
    answer: list[Verdict] = []
    if asked:
        side = _imagined(form, exchanges.countries_of(programmes, today))
        answer = verdicts(
            TakingPart(
                (*eligibility.alone(side, "visitor", terms), *_spent(form)),
                tuple(eligibility.alone(side, "host", terms)),
            )
        )
    return page(
        "profiles/check.html",
        422 if request.args and not asked else 200,
        form=form,
        verdicts=answer,
        is_sme=asked and form.kind.data == OrganisationKind.SME,
        mine=[(one, verdicts(found[one.id])) for one in mine],
        may_start=actor is not None and policy.may_start(actor),
        terms=terms,
    )


@blueprint.get("/profiles")
def index() -> Answer:
    """The profiles the reader may see, by state and text."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    asked = {
        "state": request.args.get("state", ""),
        "q": request.args.get("q", "").strip()[:_LONGEST_SEARCH],
    }
    found = paginate(
        queries.listed(
            policy.visible_to(actor), state=_word(State, asked["state"]), text=asked["q"]
        )
    )
    return page(
        "profiles/index.html",
        found=found,
        badges={one.ref: LIFE.badge(one.state) for one in found.items},
        parts={one.ref: parts_of(one) for one in found.items},
        asked=asked,
        states=LIFE.badges,
        may_start=policy.may_start(actor),
    )


@blueprint.get("/profiles/catalogue")
def catalogue() -> Answer:
    """The accepted hosts, or visitors, by sector, country, language, kind and name."""
    actor = current_actor()
    ensure(policy.may_browse(actor))
    names = ("sector", "country", "language", "kind")
    asked = {name: request.args.get(name, "")[:_LONGEST_SEARCH] for name in names}
    asked["q"] = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    part = _word(Part, request.args.get("part", "")) or Part.HOST
    wanted = Wanted(
        part=part,
        text=asked["q"],
        sector=asked["sector"],
        country=asked["country"],
        language=asked["language"],
        kind=asked["kind"],
    )
    found = paginate(queries.catalogue(wanted, but=actor.organisation_ids))
    return page(
        "profiles/catalogue.html",
        found=found,
        rows=[(one, listing(one, WishKind.SECTOR), periods(one)) for one in found.items],
        asked=asked,
        part=part,
        kinds=KIND_LABELS,
        parts=[(Part.HOST, _("Hosts")), (Part.VISITOR, _("Visitors"))],
        filters=(
            ("sector", _("Sector"), _("All sectors"), list(INDUSTRIAL_ECOSYSTEMS.items())),
            ("country", _("Country"), _("All countries"), countries()),
            ("language", _("Working language"), _("All languages"), languages()),
            ("kind", _("Kind"), _("All kinds"), list(KIND_LABELS.items())),
        ),
    )


@blueprint.get("/profiles/<ref>")
def show(ref: str) -> Answer:
    """A profile; those who only browse see what it offers, not the file."""
    actor, profile = current_actor(), queries.by_ref(ref)
    ensure_seen(policy.may_see_offer(actor, profile))
    is_file = policy.may_see(actor, profile)
    return page(
        "profiles/show.html",
        profile=profile,
        badge_of=LIFE.badge(profile.state),
        links=[*links(actor, profile), *_matching(actor, profile, is_file=is_file)],
        parts=parts_of(profile),
        offer=offer(profile),
        is_file=is_file,
        sees_cv=policy.may_see_cv(actor, profile),
        reasons=formats.listing(WHY_LABELS[why] for why in profile.reasons),
        verdicts=own_verdicts(profile) if is_file else [],
        trail=trail_of(ref) if is_file else [],
    )


@blueprint.get("/profiles/<ref>/cv")
def cv(ref: str) -> Answer:
    """The CV, for those who need it."""
    profile = queries.by_ref(ref)
    ensure_seen(policy.may_see_cv(current_actor(), profile))
    if profile.cv is None:
        raise NotFound()
    return stored_file(profile.cv)


def _matching(actor: Actor, profile: Profile, *, is_file: bool) -> list[Link]:
    """Where an accepted profile leads: its best matches, or a visit between it and one's own."""
    if profile.state is not State.ACCEPTED:
        return []
    if matches.may_look_for(actor, profile):
        best = url_for("matches.best", ref=profile.ref)
        return [Link(_("Best matches"), best, "primary")]
    if is_file:
        return []
    found = []
    for own in queries.alive_of(actor.organisation_ids):
        if own.state is State.ACCEPTED and own.visits and profile.hosts:
            href = url_for("matches.propose", ref=own.ref, other=profile.ref)
            found.append(Link(_("Propose a visit to them"), href, "primary"))
        if own.state is State.ACCEPTED and own.hosts and profile.visits:
            href = url_for("matches.propose", ref=profile.ref, other=own.ref)
            found.append(Link(_("Invite them"), href))
    return found


def _imagined(form: CheckForm, taking_part: frozenset[str]) -> Side:
    """An organisation of which only the answers of the check are known."""
    return Side(
        name=str(_("Your organisation")),
        kind=OrganisationKind(form.kind.data),
        country=form.country.data,
        participates=form.country.data in taking_part,
        in_profiled_cluster=form.in_cluster.data == "yes",
        is_sme=True,
    )


def _spent(form: CheckForm) -> tuple[Fault, ...]:
    if form.visited.data != "yes":
        return ()
    message = _(
        "This organisation already has its one visit of the scheme. It may still host, or take "
        "part in a virtual exchange."
    )
    return (Fault(message, "visitor", "CXC-E07"),)


def _word(kind: type[Word], text: str) -> Word | None:
    return kind(text) if text in set(kind) else None
