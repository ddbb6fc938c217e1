"""The kinds of debt that have a legal limit."""

from enum import StrEnum

from portal.core.i18n import Text, _


class Kind(StrEnum):
    """What is owed; the limit depends on it (domain 6.5)."""

    LUMP_SUM = "lump_sum"
    INSTALMENT = "instalment"
    PRE_FINANCING = "pre_financing"
    INTERIM = "interim"
    BALANCE = "balance"


KIND_LABELS: dict[Kind, Text] = {
    Kind.LUMP_SUM: _("Lump sum of an exchange"),
    Kind.INSTALMENT: _("Instalment of a voucher"),
    Kind.PRE_FINANCING: _("Pre-financing of a grant"),
    Kind.INTERIM: _("Interim payment of a grant"),
    Kind.BALANCE: _("Balance of a grant"),
}
