"""The payment order of a batch: what the accounting officer hands to the bank or keeps on file."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.platypus import Flowable

from portal.core import formats
from portal.core.i18n import _
from portal.core.pdf import pieces
from portal.payments.delegations.models import Delegation


@dataclass(frozen=True)
class OrderLine:
    """One payment of the order."""

    ref: str
    subject: str
    payee: str
    holder: str
    iban: str
    bic: str
    amount_cents: int


@dataclass(frozen=True)
class Order:
    """A payment order as plain data: what was released, by whom, when."""

    ref: str
    released_by: str
    released_at: datetime
    total_cents: int
    lines: Sequence[OrderLine]
    #: Names of those who verified and authorised, by payment.
    signed_by: Mapping[str, tuple[str, str]]

    def fingerprint(self) -> str:
        """SHA-256 over everything the bank acts on; the same order gives the same one."""
        rows = [
            "|".join((line.ref, line.holder, line.iban, line.bic, str(line.amount_cents)))
            for line in self.lines
        ]
        return hashlib.sha256("\n".join([self.ref, *rows]).encode()).hexdigest()


def signature(name: str, under: Delegation | None) -> str:
    """The name of who signed, and in whose place when it was not by their own right."""
    if under is None:
        return name
    words = {"name": name, "owner": under.delegator.name, "ref": under.ref}
    return str(_("%(name)s, in the place of %(owner)s (%(ref)s)", **words))


def iban_in_groups(iban: str) -> str:
    """An account number as people read it, in groups of four (domain 7.4)."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def payment_order(order: Order) -> list[Flowable]:
    """The order in the language being written: facts, payments with their accounts, signatures."""
    return [
        pieces.heading(_("Payment order %(ref)s", ref=order.ref)),
        pieces.facts(
            [
                (_("Released by"), order.released_by),
                (_("Released on"), formats.moment(order.released_at)),
                (_("Number of payments"), formats.number(len(order.lines))),
                (_("Total"), formats.money(order.total_cents)),
            ]
        ),
        pieces.heading(_("Payments"), 2),
        *_table(order),
        pieces.heading(_("Signatures"), 2),
        *_signatures(order),
    ]


def _table(order: Order) -> list[Flowable]:
    rows: list[list[str | Flowable]] = [
        [
            f"{line.ref}\n{line.subject}",
            f"{line.payee}\n{line.holder}" if line.holder != line.payee else line.payee,
            f"{iban_in_groups(line.iban)}\n{line.bic}".strip(),
            pieces.money_cell(line.amount_cents),
        ]
        for line in order.lines
    ]
    rows.append([str(_("Total")), "", "", pieces.money_cell(order.total_cents)])
    return pieces.table(
        [_("Payment and file"), _("Payee"), _("Account"), _("Amount")],
        rows,
        widths=[24, 32, 36, 20],
        numeric_columns={3},
        total_row=True,
    )


def _signatures(order: Order) -> list[Flowable]:
    rows = [[ref, *names] for ref, names in sorted(order.signed_by.items())]
    return pieces.table(
        [_("Payment"), _("Verified by"), _("Authorised by")], rows, widths=[24, 40, 40]
    )
