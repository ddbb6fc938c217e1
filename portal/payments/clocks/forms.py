"""A new limit, as it is typed."""

from typing import Any

from portal.core.i18n import _
from portal.payments.clocks.rules import MOST_DAYS
from portal.payments.clocks.states import KIND_LABELS, Kind
from portal.web.forms import ChoiceField, DayField, PortalForm, TextField, WholeNumberField


class LimitForm(PortalForm):
    """A row of the dated table."""

    kind = ChoiceField(
        _("Kind of payment"), choices=[(str(kind), label) for kind, label in KIND_LABELS.items()]
    )
    days = WholeNumberField(
        _("Limit in calendar days"),
        least=1,
        most=MOST_DAYS,
        description=_("The day after the clock starts is day 1."),
    )
    valid_from = DayField(
        _("Valid from"),
        description=_(
            "For clocks that start on this day or later; payments under way keep theirs."
        ),
    )
    source = TextField(
        _("Source"),
        most=500,
        description=_("Where this was read: a regulation, a grant agreement, with its article."),
    )

    def values(self) -> dict[str, Any]:
        """What was typed, the kind as such; None for a kind that nobody offered."""
        known = {str(kind): kind for kind in Kind}
        return super().values() | {"kind": known.get(self.kind.data)}
