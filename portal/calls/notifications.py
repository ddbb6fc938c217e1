"""Mails about calls, to the people of every organisation that prepares a proposal."""

from portal.accounts.queries import recipient
from portal.calls.models import Call, Corrigendum
from portal.calls.queries import followers_of
from portal.calls.rules.terms import LABELS
from portal.core import mail
from portal.partners.queries import people_of


def corrected(call: Call, corrigendum: Corrigendum) -> None:
    """A corrigendum was published: what it says, and which terms it changed."""
    changed = [LABELS[change["field"]] for change in corrigendum.changes]
    for person in people_of(followers_of(call.id)):
        mail.queue(
            recipient(person),
            "calls/mail/corrected.txt",
            about=f"{call.ref}:correct:{corrigendum.number}",
            call=call,
            corrigendum=corrigendum,
            changed=changed,
        )


def cancelled(call: Call) -> None:
    """The call was cancelled: nothing more can be submitted or awarded."""
    for person in people_of(followers_of(call.id)):
        mail.queue(
            recipient(person), "calls/mail/cancelled.txt", about=f"{call.ref}:cancel", call=call
        )
