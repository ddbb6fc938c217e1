"""Who is told what: the debtor at each step, who drafted when the debtor comments."""

from collections.abc import Iterable

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.core.files import StoredFile
from portal.partners import queries as partners
from portal.payments.recoveries.models import Offset, Receipt, Recovery
from portal.payments.recoveries.states import CAUSE_LABELS


def informed(recovery: Recovery) -> None:
    """Write to the debtor: the reason, the amount, and until when comments are possible."""
    _tell(_debtor(recovery), "informed", recovery)


def contested(recovery: Recovery) -> None:
    """Tell who drafted the recovery that the debtor has commented on it."""
    _tell([accounts.by_id(recovery.drafted_by_id)], "contested", recovery)


def answered(recovery: Recovery, before_cents: int) -> None:
    """Tell the debtor what became of the comments."""
    _tell(_debtor(recovery), "answered", recovery, before_cents=before_cents)


def withdrawn(recovery: Recovery) -> None:
    """Tell the debtor, if it had been informed, that nothing is asked for any more."""
    if recovery.informed_at is not None:
        _tell(_debtor(recovery), "withdrawn", recovery)


def issued(recovery: Recovery) -> None:
    """Send the debit note to the debtor, to each person in their own language."""
    notes = {"en": recovery.note_en, "fr": recovery.note_fr}
    for person in _debtor(recovery):
        note = notes.get(person.language) or recovery.note_en
        assert note is not None
        _tell([person], "issued", recovery, attachments={note.name: note})


def received(recovery: Recovery, receipt: Receipt, left_cents: int) -> None:
    """Tell the debtor that its money has come in, and what is left."""
    _tell(
        _debtor(recovery),
        "received",
        recovery,
        number=receipt.id,
        receipt=receipt,
        left_cents=left_cents,
    )


def netted(recovery: Recovery, offset: Offset, payment_ref: str, left_cents: int) -> None:
    """Tell the debtor what is kept back from which payment, and what is left."""
    _tell(
        _debtor(recovery),
        "netted",
        recovery,
        number=offset.id,
        offset=offset,
        payment_ref=payment_ref,
        left_cents=left_cents,
    )


def waived(recovery: Recovery) -> None:
    """Tell the debtor that the rest need not be paid."""
    _tell(_debtor(recovery), "waived", recovery)


def _debtor(recovery: Recovery) -> list[User]:
    return partners.people_of((recovery.debtor_id,))


def _tell(
    people: Iterable[User],
    what: str,
    recovery: Recovery,
    *,
    attachments: dict[str, StoredFile] | None = None,
    number: int | None = None,
    **more: object,
) -> None:
    about = f"{recovery.ref}:{what}" + (f":{number}" if number else "")
    for person in people:
        mail.queue(
            accounts.recipient(person),
            f"recoveries/mail/{what}.txt",
            about=about,
            attachments=attachments,
            recovery=recovery,
            cause=CAUSE_LABELS[recovery.cause],
            **more,
        )
