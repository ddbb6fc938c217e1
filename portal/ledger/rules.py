"""What makes a posting valid, and the words for each refusal: what is left, and what to do."""

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.core.money import require_cents
from portal.ledger.states import Action, Bucket

#: What a reversal by hand may undo. A payment is taken back on its own page, a transfer is undone
#: by shifting the budget back, and a reversal is corrected by doing the thing again.
REVERSIBLE = frozenset(
    {Action.OPEN_LINE, Action.COMMIT, Action.BIND, Action.CERTIFY, Action.RELEASE}
)


def positive(cents: int) -> int:
    """The same amount in whole cents; raises ValueError unless it is above zero."""
    if require_cents(cents) <= 0:
        raise ValueError("a posting moves an amount above zero")
    return cents


def file_of(subject: str) -> str:
    """The file behind a subject: VCH-2026-0001 for its milestone VCH-2026-0001/2, else itself."""
    return subject.partition("/")[0]


def shortage(
    line: str, source: Bucket, *, wanted_cents: int, left_cents: int, file: str = ""
) -> Fault:
    """Why an amount cannot be taken from a balance: the line, what is left, what to do (I1).

    `file` is named when the line as a whole has enough, but not for this file.
    """
    return Fault(
        _shortage_text(line, source, formats.money(wanted_cents), formats.money(left_cents), file),
        rule="I1",
        inputs={
            "line": line,
            "bucket": source,
            "wanted_cents": wanted_cents,
            "left_cents": left_cents,
        },
    )


def _shortage_text(line: str, source: Bucket, wanted: str, left: str, file: str) -> Text:
    about = {"of": file or line, "left": left, "wanted": wanted}
    if source == Bucket.AVAILABLE:
        return _(
            "Line %(of)s has %(left)s left, and %(wanted)s is needed. Reduce the amount, or have "
            "budget shifted to this line first.",
            **about,
        )
    if source == Bucket.COMMITTED:
        return _(
            "Only %(left)s is committed for %(of)s, and %(wanted)s is needed. Commit the "
            "difference first.",
            **about,
        )
    if source == Bucket.BOUND:
        return _(
            "Only %(left)s is legally bound for %(of)s, and %(wanted)s is needed. The agreement "
            "must be signed for the whole amount first.",
            **about,
        )
    if source == Bucket.CERTIFIED:
        return _(
            "Only %(left)s is certified as due for %(of)s, and %(wanted)s is needed. Have the "
            "amount certified first.",
            **about,
        )
    return _("Only %(left)s is paid for %(of)s: %(wanted)s cannot be taken back.", **about)


def reversal_faults(kind: Action, *, already_reversed: bool) -> list[Fault]:
    """Everything that stands in the way of undoing a posting of this kind by hand."""
    faults = []
    if already_reversed:
        faults.append(Fault(_("This posting has already been reversed."), rule="ledger-reverse"))
    if kind in (Action.PAY, Action.TAKE_BACK):
        faults.append(
            Fault(
                _("A payment is not reversed here: take it back on the payment’s own page."),
                rule="ledger-reverse",
            )
        )
    elif kind == Action.RECOVER:
        faults.append(
            Fault(
                _("Money that came back is not reversed here: it belongs to its recovery."),
                rule="ledger-reverse",
            )
        )
    elif kind == Action.TRANSFER:
        faults.append(
            Fault(
                _("A transfer is not reversed here: move the budget back between the lines."),
                rule="ledger-reverse",
            )
        )
    elif kind not in REVERSIBLE:
        faults.append(
            Fault(
                _("A reversal cannot itself be reversed: do the operation again."),
                rule="ledger-reverse",
            )
        )
    return faults
