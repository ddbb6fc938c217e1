"""The verbs of matches, and of the rounds that suggest them."""

from portal.exchanges.matches.operations.answers import accept, counter, decline, expire, propose
from portal.exchanges.matches.operations.rounds import ask_round, solve_round

__all__ = ["accept", "ask_round", "counter", "decline", "expire", "propose", "solve_round"]
