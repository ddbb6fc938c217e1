"""What an exchange comes to on a day: who takes part, how much it earns, what stands in the way.

The page that asks for a confirmation and the operation behind it read the same assessment.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from portal.core.errors import Fault, RuleBroken
from portal.core.places import distance_m
from portal.exchanges.models import Exchange, PartnershipTerms, Scheme
from portal.exchanges.queries import terms as terms_queries
from portal.exchanges.queries.excuses import force_majeure
from portal.exchanges.queries.files import earlier_visit, earlier_visits
from portal.exchanges.rules import eligibility, lump_sum, quota
from portal.exchanges.rules import stay as stay_rules
from portal.exchanges.rules.eligibility import EarlierVisit, Side, Visit
from portal.exchanges.rules.lump_sum import Sum
from portal.exchanges.rules.stay import Journey, Stay
from portal.exchanges.states import Klass
from portal.partners import queries as partners
from portal.partners.models import Organisation
from portal.partners.sme import queries as sme
from portal.partners.sme.queries import SmeStatus
from portal.partners.states import State as OrganisationState
from portal.programme import queries as programme
from portal.projects import queries as projects
from portal.projects.models import Envelope, Project
from portal.projects.states import Instrument


@dataclass(frozen=True)
class Plan:
    """A visit as it is planned, before or after it has been kept: what the rules need to know."""

    visitor: Organisation
    host: Organisation
    project: Project
    host_project: Project
    virtual: bool
    first_on: date
    last_on: date
    traveller_entitled: bool = False
    host_waived: bool = False
    exchange_id: int | None = None

    @property
    def stay(self) -> Stay:
        """The stay, with the distance between the two seats as they stand now."""
        return Stay(
            self.first_on,
            self.last_on,
            self.visitor.country,
            self.host.country,
            distance_m(self.visitor.place, self.host.place),
            self.virtual,
        )


@dataclass(frozen=True)
class Priced:
    """A lump sum with the rates it rests on, in cents; the sum is None when it is refused."""

    scheme: Scheme
    ceiling_cents: int | None
    partnership_cents: int | None
    sum: Sum | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Assessment:
    """An exchange on a day: its price, its class, and everything that stands in the way."""

    stay: Stay
    visit: Visit
    priced: Priced
    klass: Klass
    visitor_is_beneficiary: bool
    host_is_beneficiary: bool
    envelope: Envelope | None
    faults: tuple[Fault, ...]

    @property
    def visitor_is_sme(self) -> bool:
        """Whether the visitor counts as an SME that day."""
        return self.visit.visitor.is_sme is True

    @property
    def host_is_sme(self) -> bool:
        """Whether the host counts as an SME that day."""
        return self.visit.host.is_sme is True


@dataclass(frozen=True)
class TakingPart:
    """What keeps an organisation from visiting and from hosting today; nothing means it may."""

    visitor: tuple[Fault, ...]
    host: tuple[Fault, ...]


@dataclass(frozen=True)
class _Known:
    """What a day knows of the organisations of a visit."""

    countries: frozenset[str]
    members: frozenset[int]
    statuses: Mapping[int, SmeStatus]
    beneficiaries: frozenset[int] = frozenset()
    envelope: Envelope | None = None


def plan_of(
    exchange: Exchange,
    *,
    virtual: bool | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
) -> Plan:
    """An exchange that has been kept, as a plan; or as it would be with other days."""
    return Plan(
        visitor=exchange.visitor,
        host=exchange.host,
        project=exchange.project,
        host_project=exchange.host_project,
        virtual=exchange.virtual if virtual is None else virtual,
        first_on=first_on or exchange.first_on,
        last_on=last_on or exchange.last_on,
        traveller_entitled=exchange.traveller_entitled,
        host_waived=exchange.waiver is not None,
        exchange_id=exchange.id,
    )


def assess(exchange: Exchange, day: date) -> Assessment:
    """Everything an approval of this exchange would rest on, on a day, in its own edition."""
    scheme = terms_queries.terms_of_edition(exchange.edition, day)
    return assess_plan(plan_of(exchange), scheme, day)


def assess_plan(plan: Plan, scheme: Scheme, day: date) -> Assessment:
    """As `assess`, for a visit that is only planned, under the terms of a scheme."""
    earlier = earlier_visit(plan.visitor.id, scheme.code, except_id=plan.exchange_id)
    known = _known_whole([plan], day)
    return _assessed(plan, known, price(plan.stay, plan.project.id, scheme, day), earlier)


def assess_all(exchanges: Sequence[Exchange], day: date) -> list[Assessment]:
    """As `assess`, for exchanges of one partnership that are kept already, in their order.

    A fixed number of statements, however many there are. A visit that is kept holds the visitor's
    right to it, so nobody's earlier visit is looked for.
    """
    if not exchanges:
        return []
    plans = [plan_of(exchange) for exchange in exchanges]
    known = _known_whole(plans, day)
    ceilings = terms_queries.ceilings_on(day)
    own = terms_queries.partnership_terms(exchanges[0].project_id, day)
    codes = {exchange.edition for exchange in exchanges}
    schemes = {code: terms_queries.terms_of_edition(code, day) for code in sorted(codes)}
    return [
        _assessed(
            plan,
            known,
            _priced(plan.stay, schemes[one.edition], ceilings.get(plan.stay.host_country), own),
            None,
        )
        for plan, one in zip(plans, exchanges, strict=True)
    ]


def price(stay: Stay, project_id: int, scheme: Scheme, day: date) -> Priced:
    """The lump sum of a stay at the rates in force on a day (domain 12-19), or why it is
    refused.
    """
    ceiling = terms_queries.ceiling(stay.host_country, day)
    return _priced(stay, scheme, ceiling, terms_queries.partnership_terms(project_id, day))


def price_again(exchange: Exchange, day: date) -> Priced:
    """The lump sum of an approved exchange at the rates of a later day, its stay being frozen."""
    scheme = terms_queries.terms_of_edition(exchange.edition, day)
    return price(exchange.stay, exchange.project_id, scheme, day)


def final_sum(exchange: Exchange, first_on: date, last_on: date) -> Sum:
    """What an agreed exchange earns for the days actually spent, at its frozen rates; force
    majeure that was granted saves half of a stay too short.
    """
    excuse = force_majeure(exchange)
    return lump_sum.final_sum(
        exchange.stay_between(first_on, last_on),
        exchange.scheme.terms,
        exchange.ceiling_cents,
        exchange.partnership_cents,
        agreed_cents=exchange.lump_sum_cents or 0,
        excused=excuse is not None and excuse.granted is True,
    )


def refused_at_once(plan: Plan, journey: Journey, scheme: Scheme, day: date) -> tuple[Fault, ...]:
    """What makes a visit impossible whatever its organisations still bring in."""
    own = terms_queries.partnership_terms(plan.project.id, day)
    shortest = own.shortest_days if own else None
    earlier = earlier_visit(plan.visitor.id, scheme.code, except_id=plan.exchange_id)
    visit = _visit(plan, _known([plan], day), earlier)
    order = tuple(stay_rules.journey_faults(journey, today=day))
    length = stay_rules.faults(plan.stay, scheme.terms, shortest_days=shortest)
    return _once(chain(eligibility.visit_faults(visit, scheme.terms), order or length))


def taking_part(
    organisations: Sequence[Organisation], programme_ids: Collection[int], day: date
) -> dict[int, TakingPart]:
    """In which roles each organisation may take part on a day, whoever the other side is.

    A country takes part when it does in one of the programmes.
    """
    ids = [organisation.id for organisation in organisations]
    scheme = terms_queries.scheme_on(day)
    known = _Known(
        countries=countries_of(programme_ids, day),
        members=partners.cluster_members_among(ids, day),
        statuses=sme.statuses_on(ids, day),
    )
    visits = earlier_visits(ids, scheme.code)
    return {
        one.id: TakingPart(
            tuple(
                eligibility.alone(_side(one, known), "visitor", scheme.terms, visits.get(one.id))
            ),
            tuple(eligibility.alone(_side(one, known), "host", scheme.terms)),
        )
        for one in organisations
    }


def countries_of(programme_ids: Collection[int], day: date) -> frozenset[str]:
    """The countries that take part in one of the programmes on a day, ISO codes."""
    found = (programme.participating_countries(each, day) for each in sorted(programme_ids))
    return frozenset(chain.from_iterable(found))


def _priced(
    stay: Stay, scheme: Scheme, ceiling: int | None, own: PartnershipTerms | None
) -> Priced:
    amount = own.amount_cents if own else None
    shortest = own.shortest_days if own else None
    try:
        found = lump_sum.lump_sum(stay, scheme.terms, ceiling, amount, shortest_days=shortest)
    except RuleBroken as broken:
        return Priced(scheme, ceiling, amount, None, broken.faults)
    return Priced(scheme, ceiling, amount, found, ())


def _assessed(
    plan: Plan, known: _Known, priced: Priced, earlier: EarlierVisit | None
) -> Assessment:
    visit = _visit(plan, known, earlier)
    faults = chain(eligibility.faults(visit, priced.scheme.terms), priced.faults)
    return Assessment(
        stay=plan.stay,
        visit=visit,
        priced=priced,
        klass=quota.classify(
            visitor_is_sme=visit.visitor.is_sme is True,
            host_is_sme=visit.host.is_sme is True,
            visitor_is_beneficiary=plan.visitor.id in known.beneficiaries,
        ),
        visitor_is_beneficiary=plan.visitor.id in known.beneficiaries,
        host_is_beneficiary=plan.host.id in known.beneficiaries,
        envelope=known.envelope,
        faults=_once(faults),
    )


def _known(plans: Sequence[Plan], day: date) -> _Known:
    """What a day knows of the organisations of visits paid by one partnership."""
    ids = _ids(plans)
    return _Known(
        countries=frozenset(programme.participating_countries(plans[0].project.programme_id, day)),
        members=partners.cluster_members_among(ids, day),
        statuses=sme.statuses_on(ids, day),
    )


def _known_whole(plans: Sequence[Plan], day: date) -> _Known:
    """As `_known`, with what the class and the payment rest on."""
    return replace(
        _known(plans, day),
        beneficiaries=projects.direct_beneficiaries_among(_ids(plans)),
        envelope=projects.envelope(plans[0].project.id, Instrument.EXCHANGE),
    )


def _ids(plans: Sequence[Plan]) -> tuple[int, ...]:
    return tuple(sorted({one for plan in plans for one in (plan.visitor.id, plan.host.id)}))


def _visit(plan: Plan, known: _Known, earlier: EarlierVisit | None) -> Visit:
    return Visit(
        visitor=_side(plan.visitor, known),
        host=_side(plan.host, known),
        same_organisation=plan.visitor.id == plan.host.id,
        virtual=plan.virtual,
        traveller_entitled=plan.traveller_entitled,
        host_waived=plan.host_waived,
        earlier=earlier,
    )


def _side(organisation: Organisation, known: _Known) -> Side:
    status = known.statuses.get(organisation.id)
    return Side(
        name=organisation.legal_name,
        kind=organisation.kind,
        country=organisation.country,
        participates=organisation.country in known.countries,
        in_profiled_cluster=organisation.id in known.members,
        is_sme=status.is_sme if status else None,
        legal_group=organisation.legal_group,
        suspended=organisation.state is OrganisationState.SUSPENDED,
    )


def _once(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each fault once, though both the visit and the stay may name it."""
    return tuple({(fault.rule, fault.field): fault for fault in faults}.values())
