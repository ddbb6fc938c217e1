"""Pages of exchanges: the list, one exchange, its steps, quotas, the queue and terms."""

from portal.exchanges.views import (
    amending,
    attending,
    excusing,
    lists,
    overriding,
    show,
    steering,
    steps,
)
from portal.exchanges.views.base import blueprint

__all__ = [
    "amending",
    "attending",
    "blueprint",
    "excusing",
    "lists",
    "overriding",
    "show",
    "steering",
    "steps",
]
