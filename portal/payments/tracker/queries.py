"""What is told of several payments at once, in one query at most."""

from collections.abc import Collection, Sequence
from datetime import date

from portal.payments.clocks import queries as clocks
from portal.payments.models import Payment
from portal.payments.tracker import rules
from portal.payments.tracker.rules import Told


def told(
    payments: Sequence[Payment], today: date, *, organisation_ids: Collection[int]
) -> dict[int, Told]:
    """What is said of each payment, by its id; advice goes to people of `organisation_ids`."""
    reasons = clocks.reasons_of([each.id for each in payments if each.suspended_on is not None])
    return {
        each.id: rules.told(
            each,
            today,
            suspended_because=reasons.get(each.id, ""),
            to_payee=each.payee_id in organisation_ids,
        )
        for each in payments
    }
