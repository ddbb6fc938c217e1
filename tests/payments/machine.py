"""A state machine pays: eight people with every role, two payees, two lines, five debts.

Whatever is tried, in whatever order, through the operations the pages call: a step is accepted
exactly when the table of the life, the people already on the payment, the account and the certified
money allow it; what is refused changes nothing; and after every step the money is whole (domain
6.2, I1 to I6). A verb that another table row brings is drawn as soon as the row is there.
"""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.ledger import effects as ledger
from portal.ledger.models import Posting
from portal.ledger.operations import reverse
from portal.ledger.rules import REVERSIBLE
from portal.ledger.states import Bucket
from portal.partners.bank_accounts import operations as accounts
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.models import Organisation
from portal.payments import effects, operations, queries
from portal.payments.answers import operations as answers
from portal.payments.answers import queries as entries
from portal.payments.answers.models import BankEntry
from portal.payments.answers.states import State as EntryState
from portal.payments.states import LIFE, Action, Purpose, State
from tests.calling import call
from tests.payments.answers.builders import a_booking, a_statement
from tests.payments.builders import a_change
from tests.payments.promises import BUDGET, SIGNATURES, SUBJECTS, Watched

#: What a debit or a return in a statement makes of a payment; other states are for the table.
TOLD = {
    ("debit", State.SENT): State.EXECUTED,
    ("debit", State.ACCEPTED_BY_BANK): State.EXECUTED,
    ("debit", State.EXECUTED): State.EXECUTED,
    ("debit", State.RETURNED): State.RETURNED,
    ("return", State.SENT): State.RETURNED,
    ("return", State.ACCEPTED_BY_BANK): State.RETURNED,
    ("return", State.EXECUTED): State.RETURNED,
    ("return", State.RETURNED): State.RETURNED,
}
#: Done by whoever does not belong to the payee, on the payment or not.
OF_STRANGERS = (
    Action.SETTLE,
    Action.REJECT,
    Action.TAKE_BACK,
    Action.AMEND,
    Action.SUSPEND,
    Action.RESUME,
)

numbers = st.integers(min_value=0, max_value=11)
amounts = st.integers(min_value=1, max_value=BUDGET // 2)
#: Now and then somebody tries what the page would not offer.
wild = st.integers(min_value=0, max_value=7).map(lambda number: number == 0)


class Paying(Watched):
    """What can be tried; the promises are those of `Watched`."""

    def pick(self, number: int) -> dict:
        return list(self.payments.values())[number % len(self.payments)]

    def may(self, action: Action, actor: Actor, row: dict) -> bool | None:
        """Whether this person may do it; None for a verb this machine has no opinion about."""
        stranger = row["payee_id"] not in actor.organisation_ids
        if action in SIGNATURES:
            own_account = self.scene.proposers[row["payee_id"]] == actor.id
            vouched = actor.id in self.vouched[row["payee_id"]]
            apart = not own_account and not vouched and actor.id not in self.signed(row)
            return stranger and apart
        if action in OF_STRANGERS:
            return stranger
        if action is Action.REFUSE:
            return stranger and row["requested_by_id"] != actor.id
        return True if action in (Action.CANCEL, Action.REQUEST_AGAIN) else None

    def can(self, action: Action, row: dict) -> bool | None:
        """Whether the table, the account and the money let the step happen, whoever does it."""
        if (row["state"], action) not in LIFE.table:
            return False
        if action in SIGNATURES:
            held = row["payee_id"] in self.frozen or row["payee_id"] in self.changes
            return not held and not row["suspended_on"]
        if action in (Action.SUSPEND, Action.RESUME):
            return bool(row["suspended_on"]) == (action is Action.RESUME)
        if action is Action.REQUEST_AGAIN:
            return self.can_request(row["subject"], row["payee_id"], row["amount_cents"])
        if action is Action.AMEND:
            return row["amount_cents"] > 1 and row["payee_id"] not in self.frozen
        return True

    def amended(self, row: dict) -> int:
        """What a payment is lowered to: one cent less, while there is one."""
        return max(row["amount_cents"] - 1, 1)

    def can_request(self, subject: str, payee: int, cents: int) -> bool:
        covered = self.spare(subject) >= cents
        return not self.live(subject) and covered and payee not in self.frozen

    def actor(self, number: int, action: Action, row: dict, *, anybody: bool) -> Actor:
        fit = [each for each in self.scene.people if self.may(action, each, row) is not False]
        people = self.scene.people if anybody or not fit else fit
        return people[number % len(people)]

    # What can be tried

    @rule(number=numbers, cents=amounts, back=wild)
    def move(self, number, cents, back) -> None:
        """Commit, bind and certify an amount for a debt; or give back what no payment needs."""
        subject = SUBJECTS[number % len(SUBJECTS)]
        line = self.scene.line_of(subject)
        about = {"subject": subject, "why": "", "actor": self.scene.people[2]}
        if back:
            about |= {"source": Bucket.CERTIFIED}
            allowed = self.spare(subject) >= cents
            self.attempt(lambda: ledger.release(line, cents, **about), allowed=allowed)
            return

        def step():
            for movement in (ledger.commit, ledger.bind, ledger.certify):
                movement(line, cents, **about)

        self.attempt(step, allowed=self.available(line) >= cents)

    @rule(cents=amounts, back=st.booleans())
    def shift(self, cents, back) -> None:
        """Move budget from one line to the other."""
        here, there = reversed(self.scene.lines) if back else self.scene.lines
        about = {"subject": "PRJ-2026-0901", "why": "", "actor": self.scene.people[2]}
        self.attempt(
            lambda: ledger.transfer(here, there, cents, **about),
            allowed=self.available(here) >= cents,
        )

    @rule(back=numbers)
    def reverse(self, back) -> None:
        """Undo one of the newest postings by hand."""
        row = self.postings[-1 - back % len(self.postings)]
        if row.target is Bucket.AVAILABLE:
            stands = self.available(row.line_id)
        elif row.target is Bucket.CERTIFIED:
            stands = self.spare(row.subject)
        else:
            stands = self.held[row.line_id, row.file, row.target]
        open_to_hand = row.kind in REVERSIBLE and row.id not in self.reversed
        self.attempt(
            lambda: reverse(
                db.session.get_one(Posting, row.id), reason="a mistake", actor=self.scene.people[2]
            ),
            allowed=open_to_hand and stands >= row.amount_cents,
        )

    @rule(number=numbers, who=numbers, payee=st.booleans(), whole=st.booleans(), cents=amounts)
    def request(self, number, who, payee, whole, cents) -> None:
        subject = SUBJECTS[number % len(SUBJECTS)]
        amount = (self.spare(subject) or cents) if whole else cents
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

    @precondition(lambda self: self.payments)
    @rule(number=numbers, who=numbers)
    def accept(self, number, who) -> None:
        """The bank accepts a payment it was sent."""
        row, actor = self.pick(number), self.scene.people[who % len(self.scene.people)]
        accepted = self.attempt(
            lambda: effects.accept(queries.lock_payment(row["id"]), actor=actor),
            allowed=(row["state"], Action.ACCEPT) in LIFE.table,
        )
        assert not accepted or self.payments[row["ref"]]["state"] == State.ACCEPTED_BY_BANK

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
        allowed = False if False in said else None if None in said else True
        about = {"actor": actor, "amount_cents": self.amended(rows[0])}
        accepted = self.attempt(
            lambda: call(
                operations, action, *queries.by_refs([row["ref"] for row in rows]), **about
            ),
            allowed=allowed,
        )
        for row in rows if accepted else ():
            now = self.payments[row["ref"]]
            assert now["state"] == LIFE.table[row["state"], action]
            assert bool(now["suspended_on"]) == (action is Action.SUSPEND)
            if action in SIGNATURES:
                assert now[SIGNATURES[action]] == actor.id

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
        self.attempt(lambda: answers.take_in((content, "answer.xml"), actor=actor), allowed=True)
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
            actor = self.scene.people[2]
            accounts.validate(account, actor=actor, shared_reason="one treasury")
            self.vouched[to].add(actor.id)
        self.frozen ^= {to}

    @rule(payee=st.booleans(), propose=wild)
    def change_account(self, payee, propose) -> None:
        """Give up what was proposed instead of an account; now and then propose something."""
        to = self.scene.payees[int(payee)]
        if propose == (to in self.changes):
            return
        if propose:
            self.changes[to] = a_change(db.session.get_one(Organisation, to)).id
        else:
            change = db.session.get_one(BankAccount, self.changes.pop(to))
            accounts.retire(change, reason="a mistake", actor=self.scene.people[2])
