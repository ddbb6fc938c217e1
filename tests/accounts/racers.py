"""What the racing processes do."""

from portal.accounts import operations
from portal.core.db import transaction
from portal.core.errors import TooManyAttempts


def activate(*, token: str, password: str) -> str:
    """Follow an activation link."""
    return operations.activate(token=token, password=password).ref


def guess(*, email: str, address: str, times: int) -> int:
    """Try to sign in to one account; returns how many tries were let through."""
    return sum(_try(email, address) for _time in range(times))


def spray(*, address: str, name: str, times: int) -> int:
    """Try many accounts from one address; returns how many tries were let through."""
    return sum(_try(f"{name}-{number}@example.org", address) for number in range(times))


def _try(email: str, address: str) -> bool:
    try:
        with transaction():
            operations.note_attempt(email=email, address=address)
    except TooManyAttempts:
        return False
    return True
