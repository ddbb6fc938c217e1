"""What the web floor tells of people: each action that was refused stands in the trail."""

from collections.abc import Sequence

from portal.accounts.models import User
from portal.audit.effects import record
from portal.core.actors import Actor
from portal.core.errors import Fault
from portal.core.i18n import use_locale


def turn_away(
    person: User, *, tried: str, about: str, refusal: str, faults: Sequence[Fault], actor: Actor
) -> None:
    """Tell in the person's chain what they tried (an endpoint), about which thing, and why not.

    `refusal` is its kind (not_allowed, illegal_step …), `faults` are the rules that stood in the
    way, told in English as the whole trail is. Quality S12: every refusal leaves one entry.
    """
    with use_locale("en"):
        messages = [str(fault.message) for fault in faults]
    rules = [fault.rule for fault in faults if fault.rule]
    record(
        actor,
        person,
        "turn_away",
        tried=tried,
        about=about,
        refusal=refusal,
        rules=rules,
        messages=messages,
    )
