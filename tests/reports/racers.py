"""What processes do against one another in the races of reports."""

import hashlib
import random
import time
from datetime import date
from typing import Any

from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import transaction
from portal.ledger import effects as ledger
from portal.ledger.states import Bucket
from portal.payments import effects as payment_effects
from portal.payments import operations as payments
from portal.payments import queries as payment_queries
from portal.payments.states import Purpose, State
from portal.projects import operations as projects
from portal.projects import queries
from portal.reports import operations
from tests.payments.builders import Circuit


def export(ref: str, day: str) -> list[str]:
    actor = Actor(1, "an auditor", frozenset({Role.AUDITOR}))
    done = operations.export_budget(
        queries.by_ref(ref),
        day=date.fromisoformat(day),
        language="fr",
        kind="pdf",
        actor=actor,
    )
    return [done.code, hashlib.sha256(done.content).hexdigest()]


#: How many payments a writer has under way at the most before it ends one.
UNDER_WAY = 6


class Writer:
    """Somebody who moves money of one project, one small transaction after the other."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.project, self.lines, self.payee = given["project"], given["lines"], given["payee"]
        self.chance, self.number = random.Random(given["number"]), given["number"]
        people = [Actor(each, f"Person {each}", frozenset(Role)) for each in given["people"]]
        self.people = Circuit(*people)
        self.under_way: list[str] = []
        self.owed = 0

    def step(self) -> None:
        """Shift budget, owe something, take a payment a step further, or let it come to nothing."""
        verb = self.chance.choice(("shift", "owe", "pay", "pay", "pay", "end"))
        if not self.under_way or (verb == "owe" and len(self.under_way) >= UNDER_WAY):
            verb = "pay" if self.under_way else "owe"
        getattr(self, verb)()

    def shift(self) -> None:
        here, there = self.chance.sample(self.lines, 2)
        projects.shift_budget(
            queries.by_ref(self.project),
            from_line_id=here,
            to_line_id=there,
            cents=self.chance.randint(1, 1_000),
            reason="as life goes",
            actor=self.people.requester,
        )

    def owe(self) -> None:
        self.owed += 1
        subject = f"CXC-2019-{self.number}{self.owed:04}"
        line, cents = self.chance.choice(self.lines), self.chance.randint(1, 1_000)
        about = {"subject": subject, "why": "", "actor": self.people.requester}
        for movement in (ledger.commit, ledger.bind, ledger.certify):
            movement(line, cents, **about)
        payment = payment_effects.request(
            payee_id=self.payee,
            amount_cents=cents,
            line_id=line,
            purpose=Purpose.LUMP_SUM,
            subject=subject,
            started_on=clock.today(),
            actor=self.people.requester,
        )
        self.under_way.append(payment.ref)

    def pay(self) -> None:
        ref = self.chance.choice(self.under_way)
        payment = payment_queries.by_ref(ref)
        if payment.state is State.REQUESTED:
            payments.verify(payment, actor=self.people.verifier)
        elif payment.state is State.VERIFIED:
            payments.authorise(payment, actor=self.people.authoriser)
        elif payment.state is State.AUTHORISED:
            payments.send(payment, actor=self.people.accountant)
        else:
            payments.settle(payment, executed_on=clock.today(), actor=self.people.accountant)
            if self.chance.random() < 0.5:
                why = "the account is closed"
                payments.take_back(payment, reason=why, actor=self.people.accountant)
            self.under_way.remove(ref)

    def end(self) -> None:
        ref = self.under_way.pop(self.chance.randrange(len(self.under_way)))
        payment = payment_queries.by_ref(ref)
        if payment.state is State.SENT:
            payments.reject(payment, reason="closed", actor=self.people.accountant)
        else:
            payments.cancel(payment, reason="not due", actor=self.people.officer)
        about = {"subject": payment.subject, "why": ref, "actor": self.people.officer}
        cents, certified = payment.amount_cents, Bucket.CERTIFIED
        ledger.release(payment.line_id, cents, source=certified, **about)


def write(seconds: float, **given: Any) -> int:
    """Move money for so long; returns in how many transactions."""
    writer, done, end = Writer(given), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        with transaction():
            writer.step()
        done += 1
    return done
