"""Integer euro cents: shares with a named rounding, splits that never lose a cent, no floats."""

from collections.abc import Sequence


def require_cents(value: object) -> int:
    """The same number of cents, once it is certain that it is a whole number.

    Raises TypeError for a float, a Decimal, a bool or a text: a float near money is a mistake.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"amounts are whole cents, not {type(value).__name__}")
    return value


def share(cents: int, numerator: int, denominator: int) -> int:
    """`numerator / denominator` of an amount in cents, rounded half up to the cent.

    Half up means away from zero, so that the share of a recovery mirrors that of a payment.
    Raises ValueError unless the denominator is positive (domain 2.5, CXC-L09).
    """
    exact = _product(cents, numerator, denominator)
    rounded = (2 * abs(exact) + denominator) // (2 * denominator)
    return rounded if exact >= 0 else -rounded


def share_up(cents: int, numerator: int, denominator: int) -> int:
    """The smallest amount in cents not below the exact share ("at least 75 %", domain 3.3).

    Raises ValueError unless the denominator is positive.
    """
    return -(-_product(cents, numerator, denominator) // denominator)


def share_down(cents: int, numerator: int, denominator: int) -> int:
    """The largest amount in cents not above the exact share ("at most 25 %").

    Raises ValueError unless the denominator is positive.
    """
    return _product(cents, numerator, denominator) // denominator


def halve(cents: int) -> int:
    """Half of an amount in cents, rounded half up (domain 2.5, CXC-L04 and CXC-L09)."""
    return share(cents, 1, 2)


def allocate(total_cents: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights so that the parts, in cents, always sum to the whole.

    Each part is the exact share or the cent beside it; cents left over go to the largest
    remainders, the earlier part first when remainders are equal. A negative total mirrors the
    positive one. Raises ValueError if a weight is negative or none is positive.
    """
    require_cents(total_cents)
    whole = sum(require_cents(weight) for weight in weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and at least one must be positive")
    if total_cents < 0:
        return [-part for part in allocate(-total_cents, weights)]
    parts = [total_cents * weight // whole for weight in weights]
    remainders = [total_cents * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -remainders[place])
    for place in by_remainder[: total_cents - sum(parts)]:
        parts[place] += 1
    return parts


def _product(cents: int, numerator: int, denominator: int) -> int:
    if require_cents(denominator) <= 0:
        raise ValueError("the denominator of a share must be positive")
    return require_cents(cents) * require_cents(numerator)
