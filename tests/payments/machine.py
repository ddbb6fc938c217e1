"""A state machine pays: six people with every role, two payees, two lines, five debts.

Whatever is tried, in whatever order, through the operations the pages call: a step is accepted
exactly when the table of the life, the people already on the payment, the account and the certified
money allow it; what is refused changes nothing; and after every step the money is whole (domain
6.2, I1 to I6). A verb that another table row brings is drawn as soon as the row is there.
"""

import inspect
from collections import Counter
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.audit import queries as trail
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import PortalError
from portal.ledger import effects as ledger
from portal.ledger import queries as ledger_queries
from portal.ledger.models import BudgetLine, Posting
from portal.ledger.rules import file_of
from portal.ledger.states import BALANCES, Bucket
from portal.ledger.states import Action as Movement
from portal.partners.bank_accounts import operations as accounts
from portal.partners.bank_accounts.models import BankAccount
from portal.payments import effects, operations, queries
from portal.payments.answers import operations as answers
from portal.payments.answers import queries as entries
from portal.payments.answers.models import BankEntry
from portal.payments.answers.states import State as EntryState
from portal.payments.models import Batch, Payment
from portal.payments.states import ENDED, LIFE, Action, Purpose, State
from tests.ledger.builders import a_book, a_line
from tests.payments.answers.builders import a_booking, a_statement
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
#: What a debit or a return in a statement makes of a payment; other states are for the table.
TOLD = {
    ("debit", State.SENT): State.EXECUTED,
    ("debit", State.EXECUTED): State.EXECUTED,
    ("debit", State.RETURNED): State.RETURNED,
    ("return", State.SENT): State.RETURNED,
    ("return", State.EXECUTED): State.RETURNED,
    ("return", State.RETURNED): State.RETURNED,
}

numbers = st.integers(min_value=0, max_value=11)
amounts = st.integers(min_value=1, max_value=BUDGET // 2)
#: Now and then somebody tries what the page would not offer.
wild = st.integers(min_value=0, max_value=7).map(lambda number: number == 0)


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


class Paying(RuleBasedStateMachine):
    """Each run begins with the scene and undoes everything at its end."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene
        self.frozen: set[int] = set()
        self.files: list[bytes] = []
        self.held: Counter[tuple[int, str, Bucket]] = Counter()
        self.bank: Counter[str] = Counter()
        self.last_posting = 0
        self.payments: dict[str, dict] = {}
        self.look()

    # What there is

    def look(self) -> None:
        """Read the payments anew, and the postings that came since."""
        names = [column.name for column in Payment.__table__.columns]
        rows = db.session.execute(select(Payment.__table__).order_by(Payment.id)).all()
        self.payments = {row.ref: dict(zip(names, row, strict=True)) for row in rows}
        columns = select(*Posting.__table__.columns).where(Posting.id > self.last_posting)
        for row in db.session.execute(columns.order_by(Posting.id)):
            assert type(row.amount_cents) is int, "I6: money is whole cents"
            self.held[row.line_id, row.file, row.source] -= row.amount_cents
            self.held[row.line_id, row.file, row.target] += row.amount_cents
            self.bank[row.why] += {Movement.PAY: 1, Movement.TAKE_BACK: -1}.get(row.kind, 0)
            self.last_posting = row.id

    def attempt(self, step, *, allowed: bool | None) -> bool:
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

    def live(self, subject: str) -> list[str]:
        return [
            ref
            for ref, row in self.payments.items()
            if row["subject"] == subject and row["state"] not in ENDED
        ]

    def pick(self, number: int) -> dict:
        return list(self.payments.values())[number % len(self.payments)]

    def signed(self, row: dict) -> list[int]:
        signed = [row["requested_by_id"], *(row[column] for column in SIGNATURES.values())]
        return [person for person in signed if person is not None]

    def may(self, action: Action, actor: Actor, row: dict) -> bool | None:
        """Whether this person may do it; None for a verb this machine has no opinion about."""
        stranger = row["payee_id"] not in actor.organisation_ids
        if action in SIGNATURES:
            own_account = self.scene.proposers[row["payee_id"]] == actor.id
            return stranger and not own_account and actor.id not in self.signed(row)
        if action in (Action.SETTLE, Action.TAKE_BACK):
            return stranger
        if action is Action.REFUSE:
            return stranger and row["requested_by_id"] != actor.id
        return True if action in (Action.CANCEL, Action.REQUEST_AGAIN) else None

    def can(self, action: Action, row: dict) -> bool | None:
        """Whether the table, the account and the money let the step happen, whoever does it."""
        if (row["state"], action) not in LIFE.table:
            return False
        if action in SIGNATURES:
            return row["payee_id"] not in self.frozen
        if action is Action.SETTLE:
            return self.certified(row["subject"]) >= row["amount_cents"]
        if action is Action.REQUEST_AGAIN:
            return self.can_request(row["subject"], row["payee_id"], row["amount_cents"])
        return True

    def can_request(self, subject: str, payee: int, cents: int) -> bool:
        covered = self.certified(subject) >= cents
        return not self.live(subject) and covered and payee not in self.frozen

    def actor(self, number: int, action: Action, row: dict, *, anybody: bool) -> Actor:
        fit = [each for each in self.scene.people if self.may(action, each, row) is not False]
        people = self.scene.people if anybody or not fit else fit
        return people[number % len(people)]

    # What can be tried

    @rule(number=numbers, cents=amounts, back=wild)
    def move(self, number, cents, back) -> None:
        """Commit, bind and certify an amount for a debt; or give it back, even under a payment."""
        subject = SUBJECTS[number % len(SUBJECTS)]
        line = self.scene.line_of(subject)
        about = {"subject": subject, "why": "", "actor": self.scene.people[2]}
        if back:
            about |= {"source": Bucket.CERTIFIED}
            allowed = self.certified(subject) >= cents
            self.attempt(lambda: ledger.release(line, cents, **about), allowed=allowed)
            return

        def step():
            for movement in (ledger.commit, ledger.bind, ledger.certify):
                movement(line, cents, **about)

        used = sum(
            held
            for (where, _file, bucket), held in self.held.items()
            if where == line and bucket in BALANCES[1:]
        )
        self.attempt(step, allowed=used + cents <= BUDGET)

    @rule(number=numbers, who=numbers, payee=st.booleans(), whole=st.booleans(), cents=amounts)
    def request(self, number, who, payee, whole, cents) -> None:
        subject = SUBJECTS[number % len(SUBJECTS)]
        amount = (self.certified(subject) or cents) if whole else cents
        to = self.scene.payees[int(payee)]
        actor = self.scene.people[who % len(self.scene.people)]
        self.attempt(
            lambda: effects.request(
                payee_id=to,
                amount_cents=amount,
                line_id=self.scene.line_of(subject),
                purpose=Purpose.LUMP_SUM,
                subject=subject,
                started_on=clock.today(),
                actor=actor,
            ),
            allowed=self.can_request(subject, to, amount),
        )

    @precondition(lambda self: self.payments)
    @rule(number=numbers, choice=numbers, who=numbers, any_action=wild, anybody=wild)
    def act(self, number, choice, who, any_action, anybody) -> None:
        """One verb on one payment: mostly what its state offers, by somebody who may."""
        row = self.pick(number)
        offered = tuple(Action) if any_action else LIFE.actions_from(row["state"])
        known = [action for action in offered if hasattr(operations, action)]
        if not known:
            return
        # The table names the way forward first: two times in three it is taken.
        action = known[choice % len(known) if choice % 3 == 0 else 0]
        actor = self.actor(who, action, row, anybody=anybody)
        self.step(action, [row], actor)

    @precondition(lambda self: len(self.payments) > 1)
    @rule(
        chosen=st.lists(numbers, min_size=2, max_size=3),
        action=st.sampled_from([Action.VERIFY, Action.AUTHORISE, Action.SEND, Action.SETTLE]),
        who=numbers,
    )
    def act_together(self, chosen, action, who) -> None:
        """One verb on several payments: all of them, or none."""
        rows = {row["ref"]: row for row in map(self.pick, chosen)}.values()
        ready = [row for row in rows if (row["state"], action) in LIFE.table]
        rows = ready or list(rows)
        self.step(action, rows, self.actor(who, action, rows[0], anybody=False))

    def step(self, action: Action, rows: list[dict], actor: Actor) -> None:
        said = [
            check for row in rows for check in (self.may(action, actor, row), self.can(action, row))
        ]
        if action is Action.SETTLE and len(rows) > 1:
            said.append(self.covers(rows))
        allowed = False if False in said else None if None in said else True
        accepted = self.attempt(
            lambda: call(action, queries.by_refs([row["ref"] for row in rows]), actor),
            allowed=allowed,
        )
        for row in rows if accepted else ():
            now = self.payments[row["ref"]]
            assert now["state"] == LIFE.table[row["state"], action]
            if action in SIGNATURES:
                assert now[SIGNATURES[action]] == actor.id

    def covers(self, rows: list[dict]) -> bool:
        """Whether what is certified covers several payments of one file together."""
        wanted: Counter[str] = Counter()
        for row in rows:
            wanted[file_of(row["subject"])] += row["amount_cents"]
        return all(self.certified(file_subject(file)) >= cents for file, cents in wanted.items())

    @precondition(lambda self: self.payments)
    @rule(
        told=st.lists(
            st.tuples(numbers, st.sampled_from(["debit", "return"]), wild), min_size=1, max_size=3
        ),
        who=numbers,
        again=wild,
    )
    def statement(self, told, who, again) -> None:
        """A bank file: debits and returns, now and then of another amount; each payment once."""
        actor = self.scene.people[who % len(self.scene.people)]
        if again and self.files:
            self.same_file_again(self.files[who % len(self.files)], actor)
            return
        about = {self.pick(number)["ref"]: (kind, other) for number, kind, other in told}
        content = a_statement(
            *(self.booking(ref, *what) for ref, what in about.items()),
            message=f"STM-{len(self.files)}",
        )
        before = self.payments
        if not self.attempt(
            lambda: answers.take_in((content, "answer.xml"), actor=actor), allowed=None
        ):
            settled = [ref for ref, (kind, other) in about.items() if kind == "debit" and not other]
            assert not self.covers([before[ref] for ref in settled]), "a readable file was refused"
            return
        self.files.append(content)
        for ref, (kind, other) in about.items():
            row, now = before[ref], self.payments[ref]
            silent = other or row["payee_id"] in actor.organisation_ids
            expected = row["state"] if silent else TOLD.get((kind, row["state"]))
            assert now["state"] == (expected or now["state"])

    def booking(self, ref: str, kind: str, other: bool) -> str:
        about = {"reference": f"B{len(self.files)}", "day": clock.today().isoformat()}
        cents = self.payments[ref]["amount_cents"] + other
        return a_booking(ref, cents, code="AC04" if kind == "return" else "", **about)

    def same_file_again(self, content: bytes, actor: Actor) -> None:
        before, last = self.payments, self.last_posting
        self.attempt(lambda: answers.take_in((content, "answer.xml"), actor=actor), allowed=True)
        assert (self.payments, self.last_posting) == (before, last), "a file counted twice"

    @precondition(lambda self: self.files)
    @rule(number=numbers, who=numbers, to=numbers, attribute=st.booleans())
    def decide(self, number, who, to, attribute) -> None:
        """Attribute an entry of a bank file to a payment, or set it aside."""
        found = list(db.session.execute(select(BankEntry.ref, BankEntry.state).order_by("id")))
        waiting = [row.ref for row in found if row.state == EntryState.WAITING]
        refs = waiting or [row.ref for row in found]
        actor, row = self.scene.people[who % len(self.scene.people)], self.pick(to)
        ref, before = refs[number % len(refs)], self.payments

        def step():
            entry = entries.entry(ref)
            if attribute:
                payment = queries.by_ref(row["ref"])
                answers.attribute(entry, payment=payment, actor=actor)
            else:
                answers.dismiss(entry, reason="not ours", actor=actor)

        accepted = self.attempt(step, allowed=None if waiting else False)
        assert not (waiting and not attribute) or accepted
        touched = {each for each in before if before[each] != self.payments[each]}
        assert touched <= ({row["ref"]} if attribute else set())

    @rule(payee=st.booleans(), freeze=wild)
    def turn_account(self, payee, freeze) -> None:
        """Validate a frozen account again; now and then freeze one."""
        to = self.scene.payees[int(payee)]
        if freeze == (to in self.frozen):
            return
        account = db.session.get_one(BankAccount, self.scene.accounts[to])
        if freeze:
            accounts.freeze(account, reason="a doubt", actor=self.scene.people[2])
        else:
            accounts.validate(account, actor=self.scene.people[2], shared_account_checked=True)
        self.frozen ^= {to}

    # What is true after every step

    @invariant()
    def balances_are_what_the_postings_say(self) -> None:
        """I1, I2, I3, I6: nothing below zero, for no file; the kept balances are the recounted."""
        assert all(
            cents >= 0 for (_l, _f, bucket), cents in self.held.items() if bucket in BALANCES[1:]
        )
        for line in db.session.execute(select(BudgetLine.__table__)):
            sums = Counter(dict.fromkeys(Bucket, 0))
            for (where, _file, bucket), cents in self.held.items():
                sums[bucket] += cents if where == line.id else 0
            kept = [getattr(line, f"{bucket}_cents") for bucket in BALANCES]
            assert kept == [sums[bucket] for bucket in BALANCES]
            assert min(kept) >= 0
            assert sum(kept) == line.budget_cents == -sums[Bucket.OUTSIDE] == BUDGET
            assert line.paid_cents <= line.budget_cents

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
    def nothing_is_asked_for_twice(self) -> None:
        """I4: at most one payment per debt that is under way or executed."""
        assert all(len(self.live(subject)) <= 1 for subject in SUBJECTS)

    @invariant()
    def signers_are_different_people(self) -> None:
        for row in self.payments.values():
            signed = self.signed(row)
            assert len(set(signed)) == len(signed)
            strangers = [row[column] for column in SIGNATURES.values() if row[column] is not None]
            assert self.scene.proposers[row["payee_id"]] not in strangers
            speakers = {
                each.id for each in self.scene.people if row["payee_id"] in each.organisation_ids
            }
            assert speakers.isdisjoint(strangers)

    def teardown(self) -> None:
        """At the end of a run the daily checks find nothing; then the run is undone."""
        try:
            assert ledger_queries.mismatches() == []
            assert ledger_queries.unproven() == []
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


def file_subject(file: str) -> str:
    """A debt of a file."""
    return next(subject for subject in SUBJECTS if file_of(subject) == file)


def call(action: Action, payments: list[Payment], actor: Actor) -> object:
    """The operation of that name, with whatever it asks for."""
    values = {"reason": "a reason", "executed_on": clock.today(), "actor": actor}
    operation = getattr(operations, action)
    asked = inspect.signature(operation).parameters.values()
    needed = [each.name for each in asked if each.kind is each.KEYWORD_ONLY]
    unknown = [
        each.name for each in asked if each.default is each.empty and each.name not in values
    ]
    assert set(unknown) <= {"payment", "payments"}, f"teach this machine what {action} asks for"
    return operation(*payments, **{name: values[name] for name in needed if name in values})
