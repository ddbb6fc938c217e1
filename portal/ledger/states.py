"""Where a euro of a budget line can be, what moves it, and the words for both."""

from enum import StrEnum

from portal.core.i18n import _
from portal.core.states import Badge, Life


class Bucket(StrEnum):
    """Where a euro is: outside the line, or in one of its five balances (domain 6.1)."""

    OUTSIDE = "outside"
    AVAILABLE = "available"
    COMMITTED = "committed"
    BOUND = "bound"
    CERTIFIED = "certified"
    PAID = "paid"


class Action(StrEnum):
    """What moves a euro; also the kind of a posting."""

    OPEN_LINE = "open_line"
    COMMIT = "commit"
    BIND = "bind"
    CERTIFY = "certify"
    PAY = "pay"
    RELEASE = "release"
    TAKE_BACK = "take_back"
    RECOVER = "recover"
    TRANSFER = "transfer"
    REVERSE = "reverse"


#: The balances kept on a line, in the order in which money goes through them.
BALANCES = (Bucket.AVAILABLE, Bucket.COMMITTED, Bucket.BOUND, Bucket.CERTIFIED, Bucket.PAID)

#: A euro's life. A release gives back to the line what a file no longer needs, wherever it stood;
#: what is recovered was not due after all, so it is set aside again and owed to nobody (domain 6.2,
#: I5); a transfer leaves one line and enters another; a reversal undoes one posting and has no row
#: here.
LIFE: Life[Bucket, Action] = Life(
    table={
        (Bucket.OUTSIDE, Action.OPEN_LINE): Bucket.AVAILABLE,
        (Bucket.OUTSIDE, Action.TRANSFER): Bucket.AVAILABLE,
        (Bucket.AVAILABLE, Action.TRANSFER): Bucket.OUTSIDE,
        (Bucket.AVAILABLE, Action.COMMIT): Bucket.COMMITTED,
        (Bucket.COMMITTED, Action.BIND): Bucket.BOUND,
        (Bucket.COMMITTED, Action.RELEASE): Bucket.AVAILABLE,
        (Bucket.BOUND, Action.CERTIFY): Bucket.CERTIFIED,
        (Bucket.BOUND, Action.RELEASE): Bucket.AVAILABLE,
        (Bucket.CERTIFIED, Action.PAY): Bucket.PAID,
        (Bucket.CERTIFIED, Action.RELEASE): Bucket.AVAILABLE,
        (Bucket.PAID, Action.TAKE_BACK): Bucket.CERTIFIED,
        (Bucket.PAID, Action.RECOVER): Bucket.COMMITTED,
    },
    badges={
        Bucket.OUTSIDE: Badge(_("Outside the line"), "muted"),
        Bucket.AVAILABLE: Badge(_("Available"), "ok"),
        Bucket.COMMITTED: Badge(_("Committed"), "info"),
        Bucket.BOUND: Badge(_("Legally bound"), "info"),
        Bucket.CERTIFIED: Badge(_("Certified"), "wait"),
        Bucket.PAID: Badge(_("Paid"), "ok"),
    },
    labels={
        Action.OPEN_LINE: _("Opening of the line"),
        Action.COMMIT: _("Budgetary commitment"),
        Action.BIND: _("Legal commitment"),
        Action.CERTIFY: _("Amount certified as due"),
        Action.PAY: _("Payment executed"),
        Action.RELEASE: _("De-commitment"),
        Action.TAKE_BACK: _("Payment returned"),
        Action.RECOVER: _("Amount recovered"),
        Action.TRANSFER: _("Transfer between lines"),
        Action.REVERSE: _("Reversal"),
    },
)
