"""One exchange: where it stands, what it rests on, its papers and its evidence."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock, formats
from portal.core.actors import Actor, ensure_seen
from portal.core.days import brussels_day
from portal.core.errors import Fault, NotFound
from portal.core.i18n import Text, _, current_language, n_
from portal.core.states import Badge
from portal.core.steps import from_json
from portal.exchanges import documents, policy, queries
from portal.exchanges.documents import Agreement, Signed
from portal.exchanges.groups import policy as groups_policy
from portal.exchanges.groups import queries as groups
from portal.exchanges.groups.states import LIFE as GROUPS
from portal.exchanges.groups.states import PLACE_BADGES, Action, Place
from portal.exchanges.models import Exchange
from portal.exchanges.rules import closing, commitment
from portal.exchanges.states import (
    ACTIVITY_LABELS,
    EVIDENCE_LABELS,
    KLASS_LABELS,
    PARTY_LABELS,
    REPORTER_LABELS,
    Party,
    State,
)
from portal.exchanges.surveys import policy as surveys_policy
from portal.exchanges.surveys import queries as surveys
from portal.exchanges.surveys.states import SIDE_LABELS
from portal.exchanges.views.amending import shown_amendments
from portal.exchanges.views.attending import shown_attendance
from portal.exchanges.views.base import ShownStep, blueprint, links, seen, shown
from portal.exchanges.views.excusing import shown_excuses
from portal.partners.bank_accounts import queries as bank_accounts
from portal.payments import policy as payments_policy
from portal.payments import queries as payments
from portal.payments.clocks import queries as clocks
from portal.payments.clocks.states import Kind
from portal.payments.documents import iban_in_groups
from portal.payments.tracker import queries as tracker
from portal.web.respond import Answer, Link, page, pdf, stored_file
from portal.web.session import current_actor


@dataclass(frozen=True)
class ShownParty:
    """A party to the commitment: who it is, and its signature if there is one."""

    label: Text
    name: str
    ref: str
    signed: Text | None


@dataclass(frozen=True)
class Figures:
    """The amount of an exchange: expected, set aside or earned, with its calculation."""

    label: Text
    amount: str
    note: Text
    steps: list[ShownStep]
    working_days: int
    distance: str
    klass: Text
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class ShownGroup:
    """The group visit an exchange has a place in."""

    ref: str
    title: str
    place: Badge


@blueprint.get("/exchanges/<ref>")
def show(ref: str) -> Answer:
    """The file of an exchange."""
    actor = current_actor()
    exchange = seen(actor, ref)
    asked = payments.of_subject(ref)
    payment = asked[0] if asked else None
    paid_on = next((one.executed_on for one in asked if one.state == "executed"), None)
    today = clock.today()
    place = _place(exchange)
    told = tracker.told(asked[:1], today, organisation_ids=actor.organisation_ids)
    return page(
        "exchanges/show.html",
        exchange=exchange,
        badge_of=queries.badge(exchange, today, paid=paid_on is not None),
        links=links(actor, exchange),
        figures=_figures(exchange),
        parties=_parties(exchange),
        missing=_missing(exchange),
        sign_by=commitment.due_on(exchange.departure_on, exchange.scheme.terms),
        activities=[ACTIVITY_LABELS[kind] for kind in exchange.activity_types],
        reports=[(REPORTER_LABELS[report.side], report) for report in exchange.reports],
        evidence=[(EVIDENCE_LABELS[one.kind], one) for one in exchange.evidence],
        amendments=shown_amendments(exchange),
        attendance=shown_attendance(actor, exchange),
        excuses=shown_excuses(exchange),
        evidence_missing=_still_to_come(exchange),
        report_due_on=closing.report_due_on(exchange.last_on, exchange.scheme.terms),
        payment=payment,
        sees_payment=payment is not None and payments_policy.may_see(actor, payment),
        told=told[payment.id] if payment else None,
        paid_on=paid_on,
        papers=_papers(actor, exchange),
        surveys=_surveys(actor, exchange, today),
        group=place,
        group_links=[] if place else _group_links(actor, exchange),
        trail=trail_of(ref),
    )


@blueprint.get("/exchanges/<ref>/commitment")
def commitment_to_quality(ref: str) -> Answer:
    """The commitment to quality as a PDF in the reader's language."""
    exchange = seen(current_actor(), ref)
    content = documents.commitment_to_quality(exchange, language=current_language())
    return pdf(content, f"{ref}-commitment-to-quality.pdf")


@blueprint.get("/exchanges/<ref>/agreement")
def financial_agreement(ref: str) -> Answer:
    """The financial agreement as a PDF in the reader's language, once there is an amount."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure_seen(policy.may_see_agreement(actor, exchange))
    if exchange.lump_sum_cents is None:
        raise NotFound()
    content = documents.financial_agreement(
        exchange, agreement_of(exchange), language=current_language()
    )
    return pdf(content, f"{ref}-financial-agreement.pdf")


@blueprint.get("/exchanges/<ref>/certificate")
def certificate(ref: str) -> Answer:
    """The certificate of stay as a PDF in the reader's language, once validated."""
    exchange = seen(current_actor(), ref)
    if exchange.state is not State.VALIDATED:
        raise NotFound()
    content = documents.certificate_of_stay(exchange, language=current_language())
    return pdf(content, f"{ref}-certificate-of-stay.pdf")


@blueprint.get("/exchanges/<ref>/evidence/<int:number>")
def evidence(ref: str, number: int) -> Answer:
    """One piece of evidence, as an attachment."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure_seen(policy.may_see_evidence(actor, exchange))
    return stored_file(queries.evidence_of(exchange, number).file)


def agreement_of(exchange: Exchange) -> Agreement:
    """The financial agreement as it stands, with who has signed it."""
    account = bank_accounts.valid_account_of(exchange.visitor_id)
    people = accounts.by_ids((exchange.accepted_by_id, exchange.concluded_by_id))
    agreed_at = exchange.concluded_at or exchange.accepted_at or clock.now()

    def signed(person_id: int | None) -> str:
        return people[person_id].name if person_id in people else ""

    agreed = exchange.as_signed
    return Agreement(
        amount_cents=agreed.cents,
        steps=agreed.steps,
        payer=f"{exchange.project.acronym} ({exchange.project.ref})",
        iban=iban_in_groups(account.iban) if account else "",
        report_due_on=closing.report_due_on(agreed.journey.last_on, exchange.scheme.terms),
        shortest_days=exchange.scheme.terms.shortest_days,
        proofs=closing.proofs(exchange.scheme.terms.evidence_kinds, virtual=exchange.virtual),
        visitor_signed=Signed(signed(exchange.accepted_by_id), exchange.accepted_at),
        payer_signed=Signed(signed(exchange.concluded_by_id), exchange.concluded_at),
        payment_days=clocks.limit_on(Kind.LUMP_SUM, brussels_day(agreed_at)).days,
    )


def _figures(exchange: Exchange) -> Figures | None:
    """What was earned, else what was set aside, else what is to be expected as things stand."""
    if exchange.final_cents is not None:
        return _kept(exchange, _("Lump sum earned"), exchange.final_cents, exchange.final_steps)
    if exchange.lump_sum_cents is not None:
        return _kept(exchange, _("Lump sum"), exchange.lump_sum_cents, exchange.steps)
    if exchange.state not in (State.BUILDING, State.SIGNED):
        return None
    found = queries.assess(exchange, clock.today())
    total = found.priced.sum
    return Figures(
        label=_("Lump sum to be expected"),
        amount=formats.money(total.cents) if total else "—",
        note=_("Fixed when the financial agreement is signed, at the rates of that day"),
        steps=shown(total.steps) if total else [],
        working_days=found.stay.working_days,
        distance=formats.km(found.stay.distance_m),
        klass=KLASS_LABELS[found.klass],
        faults=_to_settle(exchange, found.faults),
    )


def _to_settle(exchange: Exchange, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """What stands in the way; the declaration about the traveller comes with the signature."""
    if exchange.state is not State.BUILDING:
        return faults
    return tuple(fault for fault in faults if fault.rule != "CXC-E04")


def _kept(exchange: Exchange, label: Text, cents: int, steps: list[Any] | None) -> Figures:
    days = exchange.final_working_days
    return Figures(
        label=label,
        amount=formats.money(cents),
        note=_("Paid by %(partnership)s", partnership=exchange.project.acronym),
        steps=shown(from_json(steps or [])),
        working_days=(exchange.working_days or 0) if days is None else days,
        distance=formats.km(exchange.distance_m or 0),
        klass=KLASS_LABELS[exchange.klass] if exchange.klass else "",
    )


def _parties(exchange: Exchange) -> list[ShownParty]:
    names = {
        Party.VISITOR: (exchange.visitor.legal_name, exchange.visitor.ref),
        Party.HOST: (exchange.host.legal_name, exchange.host.ref),
        Party.VISITOR_PARTNERSHIP: (exchange.project.acronym, exchange.project.ref),
        Party.HOST_PARTNERSHIP: (exchange.host_project.acronym, exchange.host_project.ref),
    }
    signed = {
        one.party: _(
            "Signed by %(name)s, %(moment)s",
            name=one.person_name,
            moment=formats.moment(one.signed_at),
        )
        for one in exchange.signatures
    }
    return [
        ShownParty(PARTY_LABELS[party], *names[party], signed.get(party))
        for party in commitment.parties(one_partnership=exchange.one_partnership)
    ]


def _missing(exchange: Exchange) -> str:
    """Whose signature is still missing, in words; empty when nobody's is."""
    if exchange.state is not State.BUILDING:
        return ""
    left = commitment.missing(
        signed=[one.party for one in exchange.signatures],
        one_partnership=exchange.one_partnership,
    )
    return formats.listing(PARTY_LABELS[party] for party in left)


def _still_to_come(exchange: Exchange) -> str:
    """Which report or proof is still missing, in words."""
    if exchange.state not in (State.AGREED, State.RETURNED):
        return ""
    return formats.listing(queries.still_missing(exchange))


def _place(exchange: Exchange) -> ShownGroup | None:
    """The place the exchange has in a group visit, if any; who takes part carries its name."""
    shared = exchange.programme
    if shared is not None:
        return ShownGroup(shared.group, shared.title, PLACE_BADGES[Place.JOINED])
    held = groups.held_by(exchange.id) if exchange.state is State.BUILDING else None
    if held is None:
        return None
    group, member = held
    return ShownGroup(group.ref, group.title, PLACE_BADGES[member.state])


def _group_links(actor: Actor, exchange: Exchange) -> list[Link]:
    """How an exchange that is being built comes into a group visit."""
    if exchange.virtual or exchange.signatures or exchange.state is not State.BUILDING:
        return []
    asked = {
        Action.OPEN_GROUP: groups_policy.may_open_group,
        Action.APPLY: groups_policy.may_apply,
    }
    return [
        Link(GROUPS.labels[action], url_for(f"groups.{action}", ref=exchange.ref))
        for action, may in asked.items()
        if may(actor, exchange)
    ]


def _surveys(actor: Actor, exchange: Exchange, today: date) -> list[tuple[str, Text, Text, Badge]]:
    """What came of the visit, as far as the reader may see it: reference, whom, when, state."""
    if exchange.state is not State.VALIDATED:
        return []
    reads_all = surveys_policy.may_read_comments(actor, exchange.project)
    return [
        (
            one.ref,
            SIDE_LABELS[one.side],
            n_("%(num)s month after the visit", "%(num)s months after the visit", one.months),
            surveys.badge(one, today),
        )
        for one in surveys.of_exchange(exchange.id)
        if reads_all or actor.speaks_for(one.organisation_id)
    ]


def _papers(actor: Actor, exchange: Exchange) -> list[tuple[Text, str]]:
    """The documents there are for this reader: label and endpoint."""
    papers = [(_("Commitment to quality"), "exchanges.commitment_to_quality")]
    if exchange.lump_sum_cents is not None and policy.may_see_agreement(actor, exchange):
        papers.append((_("Financial agreement"), "exchanges.financial_agreement"))
    if exchange.state is State.VALIDATED:
        papers.append((_("Certificate of stay"), "exchanges.certificate"))
    return papers
