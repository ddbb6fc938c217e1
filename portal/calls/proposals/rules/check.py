"""Every fault of an application, all at once, each with the tab where it is put right."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from portal.calls.proposals.rules.application import Application, Member
from portal.calls.proposals.rules.budget import Budget, budget, sme_share_is_met
from portal.calls.proposals.states import Tab
from portal.calls.rules import Terms, regions
from portal.calls.rules.words import rate
from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import Text, _, n_
from portal.partners.states import KIND_LABELS, EccpProfile, OrganisationKind


@dataclass(frozen=True)
class TabFault(Fault):
    """A fault of an application, and the tab on which to put it right."""

    tab: Tab = Tab.IDENTITY


def faults(
    application: Application, terms: Terms, *, participating: Collection[str], day: date
) -> list[TabFault]:
    """Everything that stands in the way of submission on `day`, in the order of the tabs.

    `participating` are the ISO codes of the countries that take part in the programme that day.
    """
    return [
        *_identity(application, terms),
        *_consortium(application, terms, participating),
        *_standing(application, terms, day),
        *_costs(application, terms),
    ]


def missing_by_tab(found: Iterable[TabFault]) -> dict[Tab, int]:
    """How many faults each tab has; every tab is named."""
    counted = Counter(fault.tab for fault in found)
    return {tab: counted[tab] for tab in Tab}


def independent_entities(members: Iterable[Member]) -> int:
    """How many independent entities there are: those of one legal group count once (domain 5.2)."""
    return len({member.legal_group.casefold() or member.ref for member in members})


def request_faults(requested_cents: int, terms: Terms) -> Iterator[TabFault]:
    """What is wrong with a requested grant, in cents; both limits of the call are inside."""
    if requested_cents <= 0:
        message = _("The requested grant must be above zero.")
        yield _costs_fault("PRP-12", message, "asked_cents", requested_cents, 1)
        return
    if requested_cents > terms.max_grant_cents:
        message = _(
            "The requested grant, %(requested)s, is above the maximum grant of the call, "
            "%(limit)s.",
            requested=formats.money(requested_cents),
            limit=formats.money(terms.max_grant_cents),
        )
        yield _costs_fault("PRP-11", message, "asked_cents", requested_cents, terms.max_grant_cents)
    if requested_cents < terms.min_grant_cents:
        message = _(
            "The requested grant, %(requested)s, is below the minimum grant of the call, "
            "%(limit)s.",
            requested=formats.money(requested_cents),
            limit=formats.money(terms.min_grant_cents),
        )
        yield _costs_fault("PRP-12", message, "asked_cents", requested_cents, terms.min_grant_cents)


def sme_faults(sme_direct_cents: int, total_cents: int, terms: Terms) -> Iterator[TabFault]:
    """The 75 % rule against the whole budget, in integer cents (domain 3.3, V-10 and V-11)."""
    if sme_share_is_met(sme_direct_cents, total_cents, terms.sme_share_bp):
        return
    minimum = -(-terms.sme_share_bp * total_cents // 10_000)
    message = _(
        "At least %(share)s of the whole budget, %(minimum)s of %(total)s, must reach the "
        "innovation of SMEs directly. Now it is %(direct)s: %(missing)s more is needed.",
        share=rate(terms.sme_share_bp),
        minimum=formats.money(minimum),
        total=formats.money(total_cents),
        direct=formats.money(sme_direct_cents),
        missing=formats.money(minimum - sme_direct_cents),
    )
    yield _costs_fault("V-10", message, None, sme_direct_cents, minimum)


def _costs_fault(rule: str, message: Text, field: str | None, is_now: int, limit: int) -> TabFault:
    inputs: dict[str, str | int] = {"amount_cents": is_now, "limit_cents": limit}
    return TabFault(message, field, rule, inputs, Tab.COSTS)


def _identity(application: Application, terms: Terms) -> Iterator[TabFault]:
    if application.other_submission:
        message = _(
            "Your organisation has already submitted proposal %(ref)s to this call. An "
            "organisation coordinates one proposal only.",
            ref=application.other_submission,
        )
        yield TabFault(message, None, "PRP-05")
    if not application.title.strip():
        yield TabFault(_("The title is missing."), "title", "PRP-03")
    length = len(application.abstract)
    if not application.abstract.strip():
        yield TabFault(_("The abstract is missing."), "abstract", "PRP-03")
    if length > terms.abstract_limit:
        message = _(
            "The abstract has %(length)s characters; at most %(most)s are allowed.",
            length=formats.number(length),
            most=formats.number(terms.abstract_limit),
        )
        inputs: dict[str, str | int] = {"length": length, "limit": terms.abstract_limit}
        yield TabFault(message, "abstract", "PRP-04", inputs)
    yield from _duration(application.months, terms)


def _duration(months: int | None, terms: Terms) -> Iterator[TabFault]:
    if months is None:
        yield TabFault(_("The duration in months is missing."), "months", "PRP-03")
    elif not terms.min_months <= months <= terms.max_months:
        message = _(
            "The project must last %(least)s to %(most)s months; %(months)s were entered.",
            least=terms.min_months,
            most=terms.max_months,
            months=months,
        )
        yield TabFault(message, "months", "PRP-06", {"months": months})


def _partners_fault(rule: str, message: Text, **inputs: str | int) -> TabFault:
    return TabFault(message, None, rule, dict(inputs), Tab.PARTNERS)


def _consortium(
    application: Application, terms: Terms, participating: Collection[str]
) -> Iterator[TabFault]:
    members = application.members
    entities = independent_entities(members)
    if entities < terms.min_entities:
        message = n_(
            "The call asks for at least %(least)s independent legal entities; there is %(num)s.",
            "The call asks for at least %(least)s independent legal entities; there are %(num)s.",
            entities,
            least=terms.min_entities,
        )
        yield _partners_fault("PRP-07", message, entities=entities)
    countries = {member.country for member in members if member.country in participating}
    if len(countries) < terms.min_countries:
        message = n_(
            "The call asks for at least %(least)s participating countries; there is %(num)s.",
            "The call asks for at least %(least)s participating countries; there are %(num)s.",
            len(countries),
            least=terms.min_countries,
        )
        yield _partners_fault("PRP-08", message, countries=len(countries))
    for member in members:
        if member.country not in participating:
            message = _(
                "%(name)s is established in a country that does not take part in the programme "
                "today.",
                name=member.name,
            )
            yield _partners_fault("PRP-08", message, organisation=member.ref)
    smes = sum(member.is_sme for member in members)
    if smes < terms.min_smes:
        message = n_(
            "The call asks for at least %(least)s SMEs with a valid declaration; there is %(num)s.",
            "The call asks for at least %(least)s SMEs with a valid declaration; there are "
            "%(num)s.",
            smes,
            least=terms.min_smes,
        )
        yield _partners_fault("PRP-09", message, smes=smes)


def _standing(application: Application, terms: Terms, day: date) -> Iterator[TabFault]:
    members = application.members
    if terms.requires_region_category and not any(
        regions.category(member.region, day) for member in members
    ):
        message = _("No partner is from a less developed or transition region; one must be.")
        yield _partners_fault("PRP-10", message)
    for member in members:
        yield from _standing_of(member, terms)


def _standing_of(member: Member, terms: Terms) -> Iterator[TabFault]:
    said: list[tuple[bool, str, Text]] = [
        (
            terms.requires_eccp and member.eccp is EccpProfile.NO,
            "PRP-13",
            _(
                "%(name)s has no profile on the European Cluster Collaboration Platform and has "
                "not requested one.",
                name=member.name,
            ),
        ),
        (
            bool(terms.eligible_kinds) and member.kind not in terms.eligible_kinds,
            "PRP-14",
            _(
                "%(name)s is not of a kind that may take part; the call is open to: %(kinds)s.",
                name=member.name,
                kinds=formats.listing(
                    KIND_LABELS[OrganisationKind(kind)] for kind in terms.eligible_kinds
                ),
            ),
        ),
        (
            member.suspended,
            "PRP-15",
            _("%(name)s is suspended and cannot take part.", name=member.name),
        ),
        (
            not member.confirmed,
            "PRP-16",
            _("%(name)s has not confirmed its participation yet.", name=member.name),
        ),
    ]
    for applies, rule, message in said:
        if applies:
            yield _partners_fault(rule, message, organisation=member.ref)


def _costs(application: Application, terms: Terms) -> Iterator[TabFault]:
    found = budget(application.lines, terms, application.asked_cents)
    if found.direct_cents <= 0:
        message = _("The budget is empty.")
        yield TabFault(message, None, "PRP-17", {"direct_cents": found.direct_cents}, Tab.COSTS)
        return
    yield from _reasons(application, terms)
    yield from _asked(application.asked_cents, found, terms)
    if terms.sme_share_bp:
        yield from sme_faults(found.sme_direct_cents, found.eligible_cents, terms)


def _asked(asked_cents: int | None, found: Budget, terms: Terms) -> Iterator[TabFault]:
    yield from request_faults(found.possible_cents if asked_cents is None else asked_cents, terms)
    if asked_cents is not None and found.possible_cents < asked_cents <= terms.max_grant_cents:
        message = _(
            "You ask for %(asked)s; %(rate)s of your eligible costs is %(possible)s.",
            asked=formats.money(asked_cents),
            rate=rate(terms.funding_rate_bp),
            possible=formats.money(found.possible_cents),
        )
        yield _costs_fault("PRP-18", message, "asked_cents", asked_cents, found.possible_cents)


def _reasons(application: Application, terms: Terms) -> Iterator[TabFault]:
    if not terms.sme_share_bp:
        return
    names = {member.organisation_id: member.name for member in application.members}
    without = sorted(
        {
            names.get(line.organisation_id, "")
            for line in application.lines
            if line.sme_direct and not line.note.strip()
        }
    )
    for name in without:
        message = _(
            "%(name)s: say for each amount that reaches SMEs directly how it does.", name=name
        )
        yield TabFault(message, None, "V-12", {}, Tab.COSTS)
