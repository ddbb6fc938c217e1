"""What the database refuses, in words: one table from constraint names to faults.

The friendly check and the race then have the same message.
"""

import re

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from portal.core.errors import Busy, Fault, PortalError, RuleBroken, Stale

_faults: dict[str, Fault] = {}
_NAME = re.compile(
    r'constraint "?(?P<pg>[a-z_0-9]+)"?|CHECK constraint failed: (?P<check>[a-z_0-9]+)'
)
_COLUMNS = re.compile(r"UNIQUE constraint failed: (?P<columns>[a-z_0-9., ]+)")


def explain_constraint(name: str, fault: Fault, *, columns: str = "") -> None:
    """Say in words what a breach of the constraint `name` means.

    `columns` ("table.column, table.other") is how SQLite reports a unique constraint or index.
    """
    _faults[name] = fault
    if columns:
        _faults[columns] = fault


def refusal(error: Exception) -> PortalError | None:
    """The house error for a database refusal, or None when it is not one people can cause."""
    if isinstance(error, StaleDataError):
        return Stale()
    if isinstance(error, IntegrityError):
        return _integrity(str(error.orig))
    if isinstance(error, OperationalError):
        # On SQLite everybody who writes waits for one lock: nobody has touched this very file.
        if "database is locked" in str(error.orig):
            return Busy()
        if re.search(r"deadlock|serializ", str(error.orig)):
            return Stale()
    return None


def _integrity(message: str) -> PortalError:
    found = _NAME.search(message)
    key = (found.group("pg") or found.group("check")) if found else ""
    columns = _COLUMNS.search(message)
    fault = _faults.get(key) or (_faults.get(columns.group("columns").strip()) if columns else None)
    return RuleBroken(fault) if fault else Stale()
