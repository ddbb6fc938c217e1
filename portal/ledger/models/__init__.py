"""Books, their lines and their postings, and what the database itself holds of them."""

from portal.ledger.models.books import Book, BudgetLine, Posting

__all__ = ["Book", "BudgetLine", "Posting"]
