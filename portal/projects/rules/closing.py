"""When a grant may be closed, and with what still open it may not (domain 5.7, 6.1)."""

from collections.abc import Iterator, Sequence

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.projects.states import State


def closing_faults(
    state: State,
    *,
    is_balanced: bool,
    is_anything_left: bool,
    promised_cents: int,
    unsettled: Sequence[str],
) -> Iterator[Fault]:
    """What stands in the way of closing a grant that is signed or terminated.

    `promised_cents` is committed, bound or certified on the lines of the project for third parties;
    `unsettled` are payments and recoveries of the grant that are still open.
    """
    if state is State.SIGNED and not is_balanced:
        message = _("The balance of the grant is not decided: the final report comes first.")
        yield Fault(message, None, "PRJ-R9")
    if not is_anything_left:
        message = _("The agreement was never signed, and nothing of the grant is set aside.")
        yield Fault(message, None, "PRJ-R9")
    if promised_cents:
        message = _(
            "%(amount)s is still promised to third parties. First see these exchanges and vouchers "
            "to their end.",
            amount=formats.money(promised_cents),
        )
        yield Fault(message, None, "PRJ-R9", {"promised_cents": promised_cents})
    if unsettled:
        message = _(
            "The grant is closed on what was really paid. First see these to their end: %(refs)s.",
            refs=formats.listing(unsettled),
        )
        yield Fault(message, None, "PRJ-R9", {"refs": ", ".join(unsettled)})
