"""Payment, Batch and its bank file; the database keeps the people apart and pays nothing twice."""

from portal.payments.models.batch import BankFile, Batch
from portal.payments.models.payment import Payment

__all__ = ["BankFile", "Batch", "Payment"]
