"""Call an operation by the name of its verb, giving it whatever it asks for by keyword."""

import inspect
from types import ModuleType
from typing import Any

from portal.core import clock


def call(room: ModuleType, verb: str, *things: Any, **given: Any) -> Any:
    """`room.verb(*things, ...)`: a reason, a day and the like are there when asked for.

    An operation that asks for something else fails, so that nobody forgets to teach it here.
    """
    values = {
        "reason": "a reason",
        "comment": "a comment",
        "executed_on": clock.today(),
        "received_on": clock.today(),
        "shared_reason": "one treasury for both",
        "called_name": "the treasurer",
        "called_number": "+33 5 61 00 00 00",
        "called_at": clock.now(),
        "note": "they confirmed the number",
    } | given
    operation = getattr(room, verb)
    asked = [
        each
        for each in inspect.signature(operation).parameters.values()
        if each.kind is each.KEYWORD_ONLY
    ]
    unknown = [each.name for each in asked if each.default is each.empty]
    assert set(unknown) <= set(values), f"{verb} asks for {set(unknown) - set(values)}"
    names = [each.name for each in asked if each.name in values]
    return operation(*things, **{name: values[name] for name in names})
