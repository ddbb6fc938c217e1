"""The payment desk, one payment and its steps, batches."""

from portal.payments.views import batches, desk, payment
from portal.payments.views.door import blueprint

__all__ = ["batches", "blueprint", "desk", "payment"]
