"""The kinds of deadlines a partnership has to watch."""

from enum import StrEnum

from portal.core.i18n import Text, _


class Due(StrEnum):
    """What is due."""

    REGISTRATION = "registration"
    PROPOSAL = "proposal"
    COMMITMENT = "commitment"
    REPORT = "report"
    PAYMENT = "payment"
    RETENTION = "retention"


DUE_LABELS: dict[Due, Text] = {
    Due.REGISTRATION: _("Answer to a registration"),
    Due.PROPOSAL: _("Proposed visit expires"),
    Due.COMMITMENT: _("Commitment to quality signed by all"),
    Due.REPORT: _("Closing reports"),
    Due.PAYMENT: _("Payment of the lump sum"),
    Due.RETENTION: _("End of the time for which evidence is kept"),
}
