"""The papers of an exchange: commitment to quality, financial agreement, certificate of stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reportlab.platypus import Flowable

from portal.core import formats, pdf
from portal.core.i18n import Text, _, n_, use_locale
from portal.core.pdf import pieces
from portal.core.places import country_name
from portal.core.steps import Step
from portal.exchanges.models import Exchange, ExchangeAmendment
from portal.exchanges.rules import amending, commitment, lump_sum
from portal.exchanges.rules.commitment import Programme
from portal.exchanges.states import (
    ACTIVITY_LABELS,
    EVIDENCE_LABELS,
    PARTY_LABELS,
    EvidenceKind,
    Party,
)
from portal.payments.clocks.rules import LUMP_SUM_DAYS


@dataclass(frozen=True)
class Signed:
    """Who put a signature, and when; nobody yet when the name is empty."""

    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Agreement:
    """The financial agreement as plain data; the amount is in cents."""

    amount_cents: int
    steps: Sequence[Step]
    payer: str
    #: The visitor's account as people read it, or empty while it has none that is validated.
    iban: str
    report_due_on: date
    shortest_days: int
    #: The evidence that comes with the closing report.
    proofs: Sequence[EvidenceKind]
    visitor_signed: Signed
    payer_signed: Signed
    #: Calendar days within which the lump sum is paid.
    payment_days: int = LUMP_SUM_DAYS

    def fingerprint(self, exchange: Exchange) -> str:
        """SHA-256 over what both sides are bound by; the same in every language."""
        text = commitment.fingerprint(exchange.commitment)
        return commitment.agreement_fingerprint(text, self.amount_cents, tuple(self.steps))


def commitment_to_quality(exchange: Exchange, *, language: str) -> bytes:
    """What the parties sign before the journey: who, when, what for, and what each of them does."""
    with use_locale(language):
        title = _("Commitment to quality")
        story = [
            pieces.heading(title),
            pieces.facts(_visit(exchange, language)),
            pieces.heading(_("Objectives"), 2),
            pieces.text(exchange.objectives or "—"),
            pieces.heading(_("Activities"), 2),
            *(pieces.text(ACTIVITY_LABELS[kind]) for kind in exchange.activity_types),
            pieces.heading(_("Agenda"), 2),
            pieces.text(exchange.as_signed.agenda or "—"),
            *_shared_programme(exchange.programme),
            pieces.heading(_("What each party undertakes"), 2),
            *(pieces.text(sentence) for sentence in _undertakings()),
            pieces.signatures(_signatories(exchange)),
        ]
        return pdf.build(
            story,
            title=str(title),
            language=language,
            reference=exchange.ref,
            fingerprint=commitment.fingerprint(exchange.commitment),
        )


def financial_agreement(exchange: Exchange, agreement: Agreement, *, language: str) -> bytes:
    """What the visitor and its partnership sign: the amount, how it came about, when it is paid."""
    with use_locale(language):
        title = _("Financial agreement")
        story = [
            pieces.heading(title),
            pieces.facts(
                [
                    *_visit(exchange, language),
                    (_("Paid by"), agreement.payer),
                    (_("Lump sum"), formats.money(agreement.amount_cents)),
                    (_("Account of the visiting organisation"), agreement.iban or "—"),
                ]
            ),
            pieces.heading(_("How the amount was calculated"), 2),
            *_calculation(agreement.steps),
            pieces.heading(_("Conditions"), 2),
            *(pieces.text(sentence) for sentence in _conditions(agreement)),
            pieces.signatures(
                [
                    _signatory(
                        PARTY_LABELS[Party.VISITOR],
                        exchange.visitor.legal_name,
                        agreement.visitor_signed,
                    ),
                    _signatory(
                        PARTY_LABELS[Party.VISITOR_PARTNERSHIP],
                        agreement.payer,
                        agreement.payer_signed,
                    ),
                ]
            ),
        ]
        return pdf.build(
            story,
            title=str(title),
            language=language,
            reference=exchange.ref,
            fingerprint=agreement.fingerprint(exchange),
        )


def amendment(
    exchange: Exchange,
    found: ExchangeAmendment,
    *,
    signed: Mapping[Party, Signed],
    language: str,
) -> bytes:
    """What host and partnership accept after the visitor has proposed it: before and after, why."""
    before, after = found.was, found.becomes
    with use_locale(language):
        title = _("Amendment %(number)s to the financial agreement", number=found.number)
        lines = amending.lines(before, after, exchange.distance_m or 0)
        story = [
            pieces.heading(title),
            pieces.facts([(_("Reference"), exchange.ref), *_sides(exchange, language)]),
            pieces.heading(_("What changes"), 2),
            *pieces.table(
                [_("Item"), _("Before"), _("After")],
                [[line.label, line.before, line.after] for line in lines],
                widths=[36, 32, 32],
            ),
            pieces.heading(_("Agenda after"), 2),
            pieces.text(after.agenda),
            pieces.heading(_("Reason"), 2),
            pieces.text(found.reason),
            pieces.heading(_("The new calculation, at the rates of the agreement"), 2),
            *_calculation(after.steps),
            pieces.text(_("Everything else in the financial agreement stays as it was signed.")),
            pieces.signatures(
                [
                    _signatory(PARTY_LABELS[party], _names(exchange)[party], one)
                    for party, one in signed.items()
                ]
            ),
        ]
        return pdf.build(
            story,
            title=str(title),
            language=language,
            reference=exchange.ref,
            fingerprint=found.fingerprint,
        )


def certificate_of_stay(exchange: Exchange, *, language: str) -> bytes:
    """What a validated exchange proves: who was where, from when to when, how many working days."""
    first_on, last_on = exchange.final_first_on, exchange.final_last_on
    if first_on is None or last_on is None or exchange.validated_at is None:
        raise ValueError("only a validated exchange has a certificate")
    with use_locale(language):
        title = _("Certificate of stay")
        story = [
            pieces.heading(title),
            pieces.text(
                _(
                    "The partnership %(partnership)s certifies that %(visitor)s took part in the "
                    "ClusterXchange %(ref)s at %(host)s.",
                    partnership=exchange.project.acronym,
                    visitor=exchange.visitor.legal_name,
                    ref=exchange.ref,
                    host=exchange.host.legal_name,
                )
            ),
            pieces.facts(
                [
                    *_sides(exchange, language),
                    (_("Days at the host"), formats.day_range(first_on, last_on)),
                    (
                        _("Working days at the host"),
                        formats.number(exchange.final_working_days or 0),
                    ),
                    (_("Validated on"), formats.moment(exchange.validated_at)),
                ]
            ),
        ]
        return pdf.build(story, title=str(title), language=language, reference=exchange.ref)


def _visit(exchange: Exchange, language: str) -> list[tuple[Text, Text | Flowable]]:
    journey = exchange.as_signed.journey
    kind = _("Virtual exchange") if exchange.virtual else _("Visit")
    rows: list[tuple[Text, Text | Flowable]] = [
        (_("Reference"), exchange.ref),
        (_("Kind of exchange"), kind),
        *_sides(exchange, language),
        (_("Visitor’s partnership"), f"{exchange.project.acronym} ({exchange.project.ref})"),
        (
            _("Host’s partnership"),
            f"{exchange.host_project.acronym} ({exchange.host_project.ref})",
        ),
        (_("Days at the host"), formats.day_range(journey.first_on, journey.last_on)),
    ]
    if not exchange.virtual:
        rows.append(
            (
                _("Journey"),
                _(
                    "Departure on %(departure)s, return on %(back)s",
                    departure=formats.day(journey.departure_on),
                    back=formats.day(journey.return_on),
                ),
            )
        )
    return rows


def _sides(exchange: Exchange, language: str) -> list[tuple[Text, Text | Flowable]]:
    return [
        (
            PARTY_LABELS[Party.VISITOR],
            f"{exchange.visitor.legal_name}, {country_name(exchange.visitor_country, language)}",
        ),
        (
            PARTY_LABELS[Party.HOST],
            f"{exchange.host.legal_name}, {country_name(exchange.host_country, language)}",
        ),
    ]


def _shared_programme(programme: Programme | None) -> list[Flowable]:
    """What the visitors of a group visit share; part of what is signed."""
    if programme is None:
        return []
    return [
        pieces.heading(_("Shared programme of the group visit"), 2),
        pieces.facts(
            [
                (_("Group visit"), programme.group),
                (_("Title"), programme.title),
                (_("Days"), formats.day_range(programme.first_on, programme.last_on)),
                (_("Objectives"), programme.objectives or "—"),
            ]
        ),
        pieces.text(programme.agenda),
    ]


def _undertakings() -> list[Text]:
    return [
        _(
            "The visiting organisation pays for its journey itself, follows the agenda, and files "
            "a closing report with the evidence that the scheme requires."
        ),
        _(
            "The host organisation receives the visitor on the days agreed, without payment, "
            "confirms the presence and files a closing report."
        ),
        _(
            "Both partnerships help with questions. The visitor’s partnership pays the lump sum "
            "once the reports and the evidence are validated, and counts the exchange."
        ),
    ]


def _conditions(agreement: Agreement) -> list[Text]:
    return [
        n_(
            "The lump sum is paid once, at most %(num)s day after the later of the last day at the "
            "host and the validation. There is no advance.",
            "The lump sum is paid once, at most %(num)s days after the later of the last day at "
            "the host and the validation. There is no advance.",
            agreement.payment_days,
        ),
        _(
            "It is a contribution: it does not rise when the journey costs more, and nothing is "
            "taken back when it costs less. Nobody else may buy the journey and invoice it again."
        ),
        _(
            "If the stay turns out shorter than agreed, the amount is calculated again for the "
            "days actually spent at the host; under %(shortest)s working days nothing is due.",
            shortest=agreement.shortest_days,
        ),
        _(
            "Closing report and evidence (%(proofs)s) are due by %(day)s.",
            proofs=formats.listing(EVIDENCE_LABELS[kind] for kind in agreement.proofs),
            day=formats.day(agreement.report_due_on),
        ),
        _(
            "Arrival and departure confirmed in the portal by the host, with the codes the visitor "
            "shows, stand for both proofs."
        ),
    ]


def _calculation(steps: Sequence[Step]) -> list[Flowable]:
    rows: list[list[Text | Flowable]] = [
        [lump_sum.explain(step), step.clause, _result(step)] for step in steps
    ]
    header = [_("Step"), _("Clause"), _("Amount")]
    return pieces.table(header, rows, widths=[62, 16, 22], numeric_columns={2})


def _result(step: Step) -> Text:
    cents = lump_sum.result_cents(step)
    return "" if cents is None else pieces.money_cell(cents)


def _signatories(exchange: Exchange) -> list[pieces.Signatory]:
    names = _names(exchange)
    signed = {one.party: Signed(one.person_name, one.signed_at) for one in exchange.signatures}
    return [
        _signatory(PARTY_LABELS[party], names[party], signed.get(party, Signed()))
        for party in commitment.parties(one_partnership=exchange.one_partnership)
    ]


def _names(exchange: Exchange) -> dict[Party, str]:
    return {
        Party.VISITOR: exchange.visitor.legal_name,
        Party.HOST: exchange.host.legal_name,
        Party.VISITOR_PARTNERSHIP: exchange.project.acronym,
        Party.HOST_PARTNERSHIP: exchange.host_project.acronym,
    }


def _signatory(capacity: Text, organisation: str, signed: Signed) -> pieces.Signatory:
    when = _("Signed on %(moment)s", moment=formats.moment(signed.at)) if signed.at else ""
    return pieces.Signatory(capacity, signed.name or organisation, organisation, when)
