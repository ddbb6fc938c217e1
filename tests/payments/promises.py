"""What the state machine of payments watches: what every run begins with, and what stays true."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from portal.audit import queries as trail
from portal.audit.models import AuditEntry
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import PortalError
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine, Posting
from portal.ledger.rules import file_of
from portal.ledger.states import BALANCES, Bucket
from portal.ledger.states import Action as Movement
from portal.payments.models import Batch, Payment
from portal.payments.states import ENDED, OPEN, Action, State
from tests.ledger.builders import a_book, a_line
from tests.payments.builders import Circuit, a_payee, a_payment, a_person, an_account

BUDGET = 1_000
#: Two debts of one voucher, and three visits.
SUBJECTS = ("VCH-2026-0901/1", "VCH-2026-0901/2", "CXC-2026-0901", "CXC-2026-0902", "CXC-2026-0903")
#: Steps that are a signature, in their order, and the column each fills.
SIGNATURES = {
    Action.VERIFY: "verified_by_id",
    Action.AUTHORISE: "authorised_by_id",
    Action.SEND: "sent_by_id",
}
#: How far the payment of each debt is when a run begins.
BEGUN = (State.REQUESTED, State.VERIFIED, State.AUTHORISED, State.SENT, State.EXECUTED)

# Asked after every step, so made once.
_PAYMENTS = select(Payment.__table__).order_by(Payment.id)
_POSTINGS_SINCE = (
    select(Posting.__table__).where(Posting.id > bindparam("last")).order_by(Posting.id)
)
_LINES = select(BudgetLine.__table__)


@dataclass(frozen=True)
class Scene:
    """What every run begins with: one payment in each state of the way to the payee."""

    people: tuple[Actor, ...]
    payees: tuple[int, ...]
    #: Account of each payee, and who proposed it.
    accounts: dict[int, int]
    proposers: dict[int, int]
    lines: tuple[int, ...]

    def line_of(self, subject: str) -> int:
        """The budget line a debt is on; the debts of one voucher share theirs."""
        return self.lines[SUBJECTS.index(subject) % 2 if "/" not in subject else 0]


def a_scene() -> Scene:
    """Eight people: the first speaks for a payee, the second proposed the other's account."""
    persons = [a_person() for _ in range(8)]
    one, other = a_payee(with_account=False), a_payee(with_account=False)
    found = [an_account(one), an_account(other, proposed_by=persons[1])]
    book = a_book(ref="PRJ-2026-0901")
    scene = Scene(
        tuple(
            Actor(each.id, each.name, frozenset(Role), frozenset(() if place else {one.id}))
            for place, each in enumerate(persons)
        ),
        (one.id, other.id),
        {account.organisation_id: account.id for account in found},
        {account.organisation_id: account.proposed_by_id for account in found},
        tuple(a_line(BUDGET, book=book, code=code).id for code in ("travel", "vouchers")),
    )
    circuit = Circuit(*scene.people[3:])
    for place, (subject, state) in enumerate(zip(SUBJECTS, BEGUN, strict=True)):
        line = db.session.get_one(BudgetLine, scene.line_of(subject))
        about = {"line": line, "cents": 100, "subject": subject, "circuit": circuit}
        a_payment(state, payee=(one, other)[place % 2], **about)
    return scene


class Watched(RuleBasedStateMachine):
    """Each run begins with the scene and undoes everything at its end."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene
        self.frozen: set[int] = set()
        #: Who validated the account of a payee again, and what was proposed instead of it.
        self.vouched: dict[int, set[int]] = {payee: set() for payee in scene.payees}
        self.changes: dict[int, int] = {}
        self.files: list[bytes] = []
        self.held: Counter[tuple[int, str, Bucket]] = Counter()
        self.bank: Counter[str] = Counter()
        self.postings: list[Any] = []
        self.reversed: set[int | None] = set()
        self.last_posting = 0
        self.payments: dict[str, dict] = {}
        self.look()

    # What there is

    def look(self) -> None:
        """Read the payments anew, and the postings that came since."""
        db.session.flush()
        connection = db.session.connection()
        rows = connection.execute(_PAYMENTS).mappings()
        self.payments = {row["ref"]: dict(row) for row in rows}
        for row in connection.execute(_POSTINGS_SINCE, {"last": self.last_posting}):
            assert type(row.amount_cents) is int, "I6: money is whole cents"
            self.held[row.line_id, row.file, row.source] -= row.amount_cents
            self.held[row.line_id, row.file, row.target] += row.amount_cents
            self.bank[row.why] += {Movement.PAY: 1, Movement.TAKE_BACK: -1}.get(row.kind, 0)
            self.reversed.add(row.reverses_id)
            self.postings.append(row)
            self.last_posting = row.id

    def attempt(self, step: Callable[[], object], *, allowed: bool | None) -> bool:
        """Do it in a savepoint; accepted exactly when allowed (None: the step itself must know)."""
        before, last = self.payments, self.last_posting
        refused: Exception | None = None
        try:
            with db.session.begin_nested():
                step()
        except (PortalError, IntegrityError) as refusal:
            refused = refusal
        self.look()
        if refused is None:
            assert allowed is not False, "accepted although something forbids it"
            return True
        assert not allowed, f"refused although everything allows it: {refused!r}"
        assert (self.payments, self.last_posting) == (before, last), "a refusal changed things"
        return False

    def certified(self, subject: str) -> int:
        return self.held[self.scene.line_of(subject), file_of(subject), Bucket.CERTIFIED]

    def spare(self, subject: str) -> int:
        """What is certified for a file beside what its payments under way need (I1)."""
        needed = sum(
            row["amount_cents"]
            for row in self.payments.values()
            if row["state"] in OPEN and file_of(row["subject"]) == file_of(subject)
        )
        return self.certified(subject) - needed

    def available(self, line: int) -> int:
        return sum(
            cents
            for (where, _file, bucket), cents in self.held.items()
            if where == line and bucket is Bucket.AVAILABLE
        )

    def live(self, subject: str) -> list[str]:
        return [
            ref
            for ref, row in self.payments.items()
            if row["subject"] == subject and row["state"] not in ENDED
        ]

    def signed(self, row: dict) -> set[int]:
        signed = (
            row[column] for column in ("initiated_by_id", "requested_by_id", *SIGNATURES.values())
        )
        return {person for person in signed if person is not None}

    # What is true after every step

    @invariant()
    def balances_are_what_the_postings_say(self) -> None:
        """I1, I2, I3, I6: nothing below zero, for no file; the kept balances are the recounted."""
        assert all(
            cents >= 0 for (_l, _f, bucket), cents in self.held.items() if bucket in BALANCES[1:]
        )
        budgets = 0
        for line in db.session.connection().execute(_LINES):
            sums = Counter(dict.fromkeys(Bucket, 0))
            for (where, _file, bucket), cents in self.held.items():
                sums[bucket] += cents if where == line.id else 0
            kept = [getattr(line, f"{bucket}_cents") for bucket in BALANCES]
            assert kept == [sums[bucket] for bucket in BALANCES]
            assert min(kept) >= 0
            assert sum(kept) == line.budget_cents == -sums[Bucket.OUTSIDE]
            assert line.paid_cents <= line.budget_cents
            budgets += line.budget_cents
        assert budgets == BUDGET * len(self.scene.lines), "budget came from nowhere"

    @invariant()
    def what_is_paid_was_executed(self) -> None:
        """I5: paid is the sum of the executed payments, file by file; each was paid once."""
        executed: Counter[tuple[int, str]] = Counter()
        for ref, row in self.payments.items():
            is_executed = row["state"] == State.EXECUTED
            executed[row["line_id"], file_of(row["subject"])] += row["amount_cents"] * is_executed
            assert self.bank[ref] == is_executed, "paid twice, or not at all"
        paid = {key[:2]: cents for key, cents in self.held.items() if key[2] == Bucket.PAID}
        assert +Counter(paid) == +executed

    @invariant()
    def what_is_under_way_is_certified(self) -> None:
        """I1: a payment that was asked for finds its money, whatever happens meanwhile."""
        assert all(self.spare(subject) >= 0 for subject in SUBJECTS)

    @invariant()
    def nothing_is_asked_for_twice(self) -> None:
        """I4: at most one payment per debt that is under way or executed."""
        assert all(len(self.live(subject)) <= 1 for subject in SUBJECTS)

    @invariant()
    def signers_are_different_people(self) -> None:
        for row in self.payments.values():
            strangers = [row[column] for column in SIGNATURES.values() if row[column] is not None]
            assert len(set(strangers)) == len(strangers)
            assert not {row["initiated_by_id"], row["requested_by_id"]} & set(strangers)
            assert self.scene.proposers[row["payee_id"]] not in strangers
            speakers = {
                each.id for each in self.scene.people if row["payee_id"] in each.organisation_ids
            }
            assert speakers.isdisjoint(strangers)

    def teardown(self) -> None:
        """At the end of a run the daily checks find nothing; then the run is undone."""
        try:
            assert ledger.mismatches() == []
            assert ledger.unproven() == []
            assert list(trail.verify_chains()) == []
            self.batches_hold_what_they_say()
            self.the_trail_tells_each_state()
        finally:
            db.session.rollback()

    def batches_hold_what_they_say(self) -> None:
        for batch in db.session.scalars(select(Batch)):
            inside = [row for row in self.payments.values() if row["batch_id"] == batch.id]
            assert batch.payments == len(inside)
            assert batch.total_cents == sum(row["amount_cents"] for row in inside)

    def the_trail_tells_each_state(self) -> None:
        query = select(AuditEntry.subject, AuditEntry.after).order_by(AuditEntry.id)
        told = {
            subject: after["state"]
            for subject, after in db.session.execute(query)
            if "state" in after
        }
        assert all(told[ref] == row["state"] for ref, row in self.payments.items())
