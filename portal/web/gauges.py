"""What the macro of a gauge is given: how full it is, and everything it says in words."""

from dataclasses import dataclass

from portal.core.i18n import Text


@dataclass(frozen=True)
class Gauge:
    """One gauge: how full it is, and everything it says in words."""

    id: str
    label: Text
    used_pct: int
    committed_pct: int
    value_text: str
    limit_text: str
    status_text: Text
    tone: str = "ok"
