"""A state machine plays with one line and three files; a few dictionaries say what must be true.

Whatever is tried, in whatever order: a movement succeeds exactly when the model allows it, balances
equal the model's, nothing is below zero, nothing is paid that was not certified (domain 6.2, I1 to
I5), and the recount from the postings agrees.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.ledger import effects, operations, queries
from portal.ledger.models import Posting
from portal.ledger.rules import REVERSIBLE
from portal.ledger.states import BALANCES, Action, Bucket
from tests.builders import an_actor
from tests.ledger.builders import a_book, a_line

BUDGET = 1_000
FILES = ("CXC-2026-0001", "CXC-2026-0002", "VCH-2026-0001")
ACCOUNTANT = an_actor("accountant")

amounts = st.integers(min_value=1, max_value=BUDGET + 1)
files = st.sampled_from(FILES)


class Money(RuleBasedStateMachine):
    """One line beside a second one that budget is shifted to and from."""

    def __init__(self) -> None:
        super().__init__()
        book = a_book()
        self.line = a_line(BUDGET, book=book)
        self.other = a_line(BUDGET, book=book, code="other")
        self.available = {self.line.id: BUDGET, self.other.id: BUDGET}
        self.held = {(file, bucket): 0 for file in FILES for bucket in BALANCES}

    def attempt(self, allowed, effect, *args, **about) -> bool:
        """Do it in a savepoint; it must succeed exactly when the model allows it."""
        try:
            with db.session.begin_nested():
                effect(*args, why="", actor=SYSTEM, **about)
        except RuleBroken:
            assert not allowed, "refused although the model allows it"
            return False
        assert allowed, "accepted although the model forbids it"
        return True

    def forward(self, effect, source, target, file, cents) -> None:
        if self.attempt(
            self.held[file, source] >= cents, effect, self.line.id, cents, subject=file
        ):
            self.held[file, source] -= cents
            self.held[file, target] += cents

    @rule(file=files, cents=amounts)
    def commit(self, file, cents) -> None:
        allowed = self.available[self.line.id] >= cents
        if self.attempt(allowed, effects.commit, self.line.id, cents, subject=file):
            self.available[self.line.id] -= cents
            self.held[file, Bucket.COMMITTED] += cents

    @rule(file=files, cents=amounts)
    def bind(self, file, cents) -> None:
        self.forward(effects.bind, Bucket.COMMITTED, Bucket.BOUND, file, cents)

    @rule(file=files, cents=amounts)
    def certify(self, file, cents) -> None:
        self.forward(effects.certify, Bucket.BOUND, Bucket.CERTIFIED, file, cents)

    @rule(file=files, cents=amounts)
    def pay(self, file, cents) -> None:
        self.forward(effects.pay, Bucket.CERTIFIED, Bucket.PAID, file, cents)

    @rule(file=files, cents=amounts)
    def take_back(self, file, cents) -> None:
        self.forward(effects.take_back, Bucket.PAID, Bucket.CERTIFIED, file, cents)

    @rule(file=files, cents=amounts)
    def recover(self, file, cents) -> None:
        self.forward(effects.recover, Bucket.PAID, Bucket.COMMITTED, file, cents)

    @rule(
        file=files,
        cents=amounts,
        source=st.sampled_from([Bucket.COMMITTED, Bucket.BOUND, Bucket.CERTIFIED]),
    )
    def release(self, file, cents, source) -> None:
        allowed = self.held[file, source] >= cents
        about = {"subject": file, "source": source}
        if self.attempt(allowed, effects.release, self.line.id, cents, **about):
            self.held[file, source] -= cents
            self.available[self.line.id] += cents

    @rule(cents=amounts, back=st.booleans())
    def transfer(self, cents, back) -> None:
        here, there = (self.other.id, self.line.id) if back else (self.line.id, self.other.id)
        if self.attempt(
            self.available[here] >= cents, effects.transfer, here, there, cents, subject="PRJ"
        ):
            self.available[here] -= cents
            self.available[there] += cents

    @rule(back=st.integers(min_value=0, max_value=5))
    def reverse(self, back) -> None:
        newest = list(db.session.scalars(queries.postings_on(self.line.id)))
        posting = newest[min(back, len(newest) - 1)]
        if posting.kind not in REVERSIBLE:
            return
        if posting.kind == Action.OPEN_LINE or queries.is_reversed(posting.id):
            return
        free = self.available[self.line.id]
        stands = (
            free if posting.target == Bucket.AVAILABLE else self.held[posting.file, posting.target]
        )
        self.undo(posting, allowed=stands >= posting.amount_cents)

    def undo(self, posting: Posting, *, allowed: bool) -> None:
        try:
            with db.session.begin_nested():
                operations.reverse(posting, reason="a mistake", actor=ACCOUNTANT)
        except RuleBroken:
            assert not allowed
            return
        assert allowed
        for bucket, cents in (
            (posting.target, -posting.amount_cents),
            (posting.source, posting.amount_cents),
        ):
            if bucket == Bucket.AVAILABLE:
                self.available[self.line.id] += cents
            else:
                self.held[posting.file, bucket] += cents

    @invariant()
    def balances_are_the_models(self) -> None:
        for bucket in BALANCES[1:]:
            expected = sum(self.held[file, bucket] for file in FILES)
            assert self.line.balance(bucket) == expected >= 0
        assert self.line.available_cents == self.available[self.line.id] >= 0
        assert self.other.available_cents == self.available[self.other.id] >= 0

    @invariant()
    def the_budget_is_never_lost(self) -> None:
        total = sum(self.line.balance(bucket) for bucket in BALANCES)
        assert total == self.line.budget_cents
        assert self.line.budget_cents + self.other.budget_cents == 2 * BUDGET

    def teardown(self) -> None:
        """At the end of each run everything is recounted from the postings."""
        assert queries.mismatches() == []


@pytest.mark.long
@pytest.mark.parametrize("runs", [60])
def test_no_sequence_of_movements_breaks_the_books(session, runs):
    given = settings(
        max_examples=runs,
        stateful_step_count=50,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(Money, settings=given)
