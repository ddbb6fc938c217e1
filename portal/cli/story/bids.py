"""From a call to signed projects: published, applied to, decided, awarded and signed by their people."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from portal.calls import operations as calls
from portal.calls import queries as known_calls
from portal.calls.models import Call
from portal.calls.proposals import operations as proposals
from portal.calls.proposals import queries as known
from portal.calls.proposals.rules.application import Line
from portal.calls.proposals.states import AttachmentKind, CostCategory
from portal.calls.rules.terms import Terms
from portal.calls.states import CallKind
from portal.cli.story.cast import actor, house, organisation
from portal.cli.story.stage import paper, scene
from portal.projects import operations as projects
from portal.projects import queries as known_projects

EURO = 100


@dataclass(frozen=True)
class Bid:
    """A proposal of the story: who leads, with whom, what it costs, and what becomes of it."""

    acronym: str
    title: str
    abstract: str
    lead: str
    partners: tuple[str, ...]
    themes: tuple[str, ...]
    months: int
    #: Euros of personnel and travel for each partner, in their order, the coordinator first.
    personnel: tuple[int, ...]
    travel: int
    exchanges: int = 0
    vouchers: int = 0
    planned_exchanges: int | None = None
    planned_vouchers: int | None = None
    outcome: str = "main_list"
    reason: str = ""


def publish(ref: str, programme: str, kind: CallKind, terms: Terms, day: date) -> None:
    """The officer drafts a call with its published figures and publishes it."""
    with scene(day):
        made = calls.draft(
            ref=ref, programme=programme, kind=kind, terms=terms, actor=actor("officer")
        )
        calls.publish(made, actor=actor("officer"))


def moved(terms: Terms, *, opens: date, closes: date, title_en: str, title_fr: str) -> Terms:
    """The terms of a real call in another round: other days, another title, everything else the same."""
    at = terms.opens_at
    return replace(
        terms,
        title_en=title_en,
        title_fr=title_fr,
        opens_at=at.replace(year=opens.year, month=opens.month, day=opens.day),
        closes_at=terms.closes_at.replace(year=closes.year, month=closes.month, day=closes.day),
    )


def draft(call: str, bid: Bid, day: date) -> str:
    """The consortium fills its application in and every partner confirms; returns the reference."""
    lead = actor(_login(bid.lead))
    with scene(day):
        ref = proposals.start(
            known_calls.by_ref(call),
            organisation=organisation(bid.lead).ref,
            acronym=bid.acronym,
            title=bid.title,
            actor=lead,
        ).ref
    with scene(day + timedelta(days=2)):
        made = known.by_ref(ref)
        proposals.edit(
            made,
            acronym=bid.acronym,
            title=bid.title,
            abstract=bid.abstract,
            months=bid.months,
            themes=bid.themes,
            version=made.identity_version,
            actor=lead,
        )
        for key in bid.partners:
            proposals.add_partner(known.by_ref(ref), organisation=organisation(key).ref, actor=lead)
    return ref


def complete(ref: str, bid: Bid, day: date) -> None:
    """Partners confirm, the budget is planned and the description attached."""
    lead = actor(_login(bid.lead))
    with scene(day):
        for key in bid.partners:
            partner = organisation(key)
            proposals.confirm_partner(
                known.by_ref(ref), organisation=partner.ref, actor=actor(_login(key))
            )
        made = known.by_ref(ref)
        proposals.plan_costs(
            made,
            lines=_lines(bid),
            asked_cents=None,
            planned_exchanges=bid.planned_exchanges,
            planned_vouchers=bid.planned_vouchers,
            version=made.costs_version,
            actor=lead,
        )
        content, name = paper(
            "Description of the action", ("Acronym", bid.acronym), ("Title", bid.title)
        )
        proposals.attach(
            known.by_ref(ref),
            content=content,
            name=name,
            kind=AttachmentKind.DESCRIPTION,
            actor=lead,
        )


def submit(ref: str, bid: Bid, day: date) -> None:
    """The coordinator sends the proposal."""
    with scene(day, 15):
        proposals.submit(
            known.by_ref(ref), honour=True, mandate=True, actor=actor(_login(bid.lead))
        )


def decide(call: str, outcomes: dict[str, Bid], day: date) -> None:
    """The officer judges every proposal, closes the lists and informs the applicants."""
    officer = actor("officer")
    with scene(day):
        for position, (ref, bid) in enumerate(outcomes.items(), start=1):
            made = known.by_ref(ref)
            if bid.outcome == "main_list":
                proposals.place_on_main_list(made, position=position, actor=officer)
            elif bid.outcome == "reserve":
                proposals.place_on_reserve(
                    made, position=position, reason=bid.reason, actor=officer
                )
            else:
                proposals.reject(made, reason=bid.reason, actor=officer)
        proposals.decide(_fresh(call), actor=officer)
    with scene(day + timedelta(days=1)):
        proposals.inform(_fresh(call), actor=officer)


def award(ref: str, bid: Bid, day: date, starts_on: date) -> str:
    """The officer makes the proposal a project, and both sides sign; returns the project's reference."""
    with scene(day):
        made = projects.award(
            known.by_ref(ref),
            starts_on=starts_on,
            exchange_target=bid.planned_exchanges,
            voucher_target=bid.planned_vouchers,
            actor=actor("officer"),
        ).ref
    with scene(day + timedelta(days=5)):
        projects.sign(known_projects.by_ref(made), actor=actor(_login(bid.lead)))
    with scene(day + timedelta(days=6)):
        projects.sign(known_projects.by_ref(made), actor=actor("officer"))
    return made


def _fresh(call: str) -> Call:
    return known_calls.by_ref(call)


def _login(key: str) -> str:
    return house(key).people[0]


def _lines(bid: Bid) -> list[Line]:
    members = [organisation(key) for key in (bid.lead, *bid.partners)]
    lines = []
    for member, euros in zip(members, bid.personnel, strict=True):
        lines.append(Line(member.id, CostCategory.PERSONNEL, euros * EURO))
        lines.append(Line(member.id, CostCategory.TRAVEL, bid.travel * EURO))
    if bid.exchanges:
        lines.append(Line(members[0].id, CostCategory.EXCHANGES, bid.exchanges * EURO))
    if bid.vouchers:
        note = "Vouchers paid to small and medium-sized firms outside the consortium."
        lines.append(Line(members[0].id, CostCategory.VOUCHERS, bid.vouchers * EURO, True, note))
    return lines
