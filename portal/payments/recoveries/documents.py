"""The debit note: what must be paid back, why, until when, and to which account."""

from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable

from portal.core import formats, pdf
from portal.core.i18n import Text, _, current_language, use_locale
from portal.core.pdf import pieces
from portal.core.places import country_name
from portal.core.settings import Settings
from portal.payments import documents as payments
from portal.payments.recoveries import rules
from portal.payments.recoveries.models import Recovery
from portal.payments.recoveries.states import CAUSE_LABELS, Cause


@dataclass(frozen=True)
class DebitNote:
    """A debit note as plain data; amounts in cents, the rate in basis points a year."""

    ref: str
    debtor: str
    street: str
    postcode: str
    town: str
    country: str
    creditor: str
    iban: str
    bic: str
    payment: str
    subject: str
    cause: Cause
    reason: str
    paid_cents: int
    paid_on: date
    amount_cents: int
    issued_on: date
    due_on: date
    rate_bp: int | None


def note_of(
    recovery: Recovery, ours: Settings, *, issued_on: date, rate_bp: int | None
) -> DebitNote:
    """The debit note of a recovery, with debtor and payment loaded, as it is issued on a day."""
    debtor, payment = recovery.debtor, recovery.payment
    assert payment.executed_on is not None
    return DebitNote(
        ref=recovery.ref,
        debtor=debtor.legal_name,
        street=debtor.street,
        postcode=debtor.postcode,
        town=debtor.town,
        country=debtor.country,
        creditor=ours.debtor_name,
        iban=ours.debtor_iban,
        bic=ours.debtor_bic,
        payment=payment.ref,
        subject=recovery.subject,
        cause=recovery.cause,
        reason=recovery.reason,
        paid_cents=payment.amount_cents,
        paid_on=payment.executed_on,
        amount_cents=recovery.amount_cents,
        issued_on=issued_on,
        due_on=rules.due_on(issued_on),
        rate_bp=rate_bp,
    )


def title(note: DebitNote) -> Text:
    """What the document is called."""
    return _("Debit note %(ref)s", ref=note.ref)


def printed(note: DebitNote, language: str) -> bytes:
    """The debit note as PDF in a language; the same note gives the same bytes."""
    with use_locale(language):
        return pdf.build(debit_note(note), title=title(note), language=language, reference=note.ref)


def debit_note(note: DebitNote) -> list[Flowable]:
    """The debit note in the language being written: to whom, why, how much, how to pay."""
    return [
        pieces.heading(title(note)),
        pieces.text(_address(note)),
        pieces.gap(),
        pieces.facts(
            [
                (_("Amount to pay"), formats.money(note.amount_cents)),
                (_("Due date"), formats.day(note.due_on)),
                (_("Issued on"), formats.day(note.issued_on)),
                (_("Cause"), CAUSE_LABELS[note.cause]),
                (_("Payment concerned"), f"{note.payment} · {note.subject}"),
                (_("Paid on"), formats.day(note.paid_on)),
                (_("Amount paid"), formats.money(note.paid_cents)),
            ]
        ),
        pieces.heading(_("Reason"), 2),
        pieces.text(note.reason),
        pieces.heading(_("How to pay"), 2),
        pieces.facts(
            [
                (_("Creditor"), note.creditor),
                (_("Account"), payments.iban_in_groups(note.iban)),
                *([(_("BIC"), note.bic)] if note.bic else []),
                (_("Communication"), note.ref),
            ]
        ),
        pieces.gap(),
        pieces.notice(_late(note)),
    ]


def _address(note: DebitNote) -> str:
    town = f"{note.postcode} {note.town}".strip()
    lines = (note.debtor, note.street, town, country_name(note.country, current_language()))
    return "\n".join(line for line in lines if line)


def _late(note: DebitNote) -> Text:
    if not note.rate_bp:
        return _(
            "Please pay the whole amount by %(day)s at the latest and give the communication "
            "above. What is not paid by then may be kept back from later payments to you.",
            day=formats.day(note.due_on),
        )
    return _(
        "Please pay the whole amount by %(day)s at the latest and give the communication above. "
        "From the day after, simple interest of %(rate)s a year is due on what is still open. What "
        "is not paid by then may be kept back from later payments to you.",
        day=formats.day(note.due_on),
        rate=formats.percent(note.rate_bp, rules.WHOLE_BP, 2),
    )
