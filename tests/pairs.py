"""Two decisions at the same instant, made out of the tables of the lives of money, from the line
to what comes back.

For every row (state, action) of a table there is an *identical* pair: two people do the same, and
exactly one is accepted. For every two actions from one state there is an *opposite* pair: those
accepted lead, in some order, through the table to the state that is found. A verb that another row
brings is raced as soon as the row is there, or fails because nothing here can bring it about.

What two people book of one debt is the whole of it, so that one of them comes too late; where it
comes in parts, both are accepted unless the debt is waived, and the amounts are judged.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from itertools import combinations, count, permutations
from typing import Any

from sqlalchemy import and_, func, or_, select

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db, transaction
from portal.ledger import effects as ledger
from portal.ledger import operations as ledger_operations
from portal.ledger import queries as ledger_queries
from portal.ledger.models import Posting
from portal.ledger.states import BALANCES, Bucket
from portal.ledger.states import LIFE as MONEY
from portal.ledger.states import Action as Movement
from portal.partners.bank_accounts import operations as account_operations
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import LIFE as ACCOUNTS
from portal.partners.bank_accounts.states import Action as AccountStep
from portal.partners.bank_accounts.states import State as AccountState
from portal.payments import effects as payment_effects
from portal.payments import operations as payment_operations
from portal.payments import queries as payments
from portal.payments.answers import operations as answers
from portal.payments.answers import queries as entries
from portal.payments.answers.states import LIFE as ENTRIES
from portal.payments.answers.states import State as EntryState
from portal.payments.recoveries import operations as recovery_operations
from portal.payments.recoveries import queries as recoveries
from portal.payments.recoveries.rules import COMMENT_DAYS
from portal.payments.recoveries.states import CLOSED
from portal.payments.recoveries.states import LIFE as RECOVERIES
from portal.payments.recoveries.states import Action as Claim
from portal.payments.recoveries.states import State as RecoveryState
from portal.payments.states import LIFE as PAYMENTS
from portal.payments.states import Action as Step
from portal.payments.states import State
from tests.calling import call
from tests.ledger.builders import a_book, a_line
from tests.payments.answers.builders import a_booking, a_statement
from tests.payments.builders import a_circuit, a_payee, a_payment, a_person, acting, an_account
from tests.payments.recoveries.builders import a_crew, a_recovery, receive
from tests.payments.recoveries.standing import FOLLOWS, Standing, ends, standing
from tests.racing import Outcome
from tests.swarm import Swarm

LIVES = {
    "money": MONEY,
    "payment": PAYMENTS,
    "entry": ENTRIES,
    "account": ACCOUNTS,
    "recovery": RECOVERIES,
}
#: What nobody does: it follows, in the same transaction, from the verb that leaves nothing open.
BY_ITSELF = {"recovery": frozenset(FOLLOWS.values())}
#: How an operation may refuse.
REFUSALS = {"IllegalStep", "RuleBroken", "Stale"}
CENTS = 100
_numbers = count(1)


@dataclass(frozen=True)
class Pair:
    """What two people do at once to one thing in a state."""

    life: str
    state: str
    verbs: tuple[str, str]
    #: Into how many parts the amount is cut that both can book.
    parts: int = 1

    @property
    def is_identical(self) -> bool:
        """Whether both do the same."""
        return self.verbs[0] == self.verbs[1]

    def __str__(self) -> str:
        parts = f" in {self.parts} parts" if self.parts > 1 else ""
        return f"{self.life}: {self.state}: {' and '.join(self.verbs)}{parts}"


def all_pairs() -> list[Pair]:
    """Every identical and every opposite pair of every table, in their order."""
    found = []
    for name, life in LIVES.items():
        for state in dict.fromkeys(state for state, _action in life.table):
            verbs = [str(action) for action in people_do(name, state)]
            found += [Pair(name, str(state), (verb, verb)) for verb in verbs]
            # Money that enters a line is new money each time: nothing stands against it.
            if (name, state) != ("money", Bucket.OUTSIDE):
                found += [Pair(name, str(state), both) for both in combinations(verbs, 2)]
    return [*found, Pair("money", str(Bucket.COMMITTED), (Movement.REVERSE,) * 2), *_in_parts()]


def people_do(name: str, state: Any) -> list[Any]:
    """What people can do from a state, in the order of the table."""
    return [verb for verb in LIVES[name].actions_from(state) if verb not in BY_ITSELF.get(name, ())]


def _in_parts() -> list[Pair]:
    """Two receipts, two set-offs or one of each, of half the debt; and a waiver of the rest."""
    issued, (receipt, setting_off) = str(RecoveryState.ISSUED), FOLLOWS
    both = [(receipt, receipt), (setting_off, setting_off), (receipt, setting_off)]
    waived = [(each, Claim.WAIVE) for each in FOLLOWS]
    return [Pair("recovery", issued, verbs, parts=2) for verbs in (*both, *waived)]


def race_pair(workers: Swarm, pair: Pair) -> list[Outcome]:
    """Bring a thing into the state, let two people do what the pair says, judge what is found."""
    with transaction():
        thing = _BRING[pair.life](pair)
        people = [a_person(*Role).id for _ in pair.verbs]
        before = told_about(pair.life, thing)
    work = [
        (f"tests.pairs:do_{pair.life}", thing | {"verb": verb, "person_id": person})
        for verb, person in zip(pair.verbs, people, strict=True)
    ]
    outcomes = workers.race_apart(work)
    db.session.rollback()
    judge(pair, thing, outcomes, told_about(pair.life, thing) - before)
    return outcomes


def judge(pair: Pair, thing: dict[str, Any], outcomes: list[Outcome], told: int) -> None:
    """Exactly one of two identical decisions, or as many as there are parts to book; of opposite
    ones what the table allows in order.
    """
    refused = {outcome.kind for outcome in outcomes if not outcome.won}
    assert refused <= REFUSALS, f"{pair}: {outcomes}"
    accepted = [verb for verb, outcome in zip(pair.verbs, outcomes, strict=True) if outcome.won]
    if pair.is_identical or (pair.parts > 1 and Claim.WAIVE not in pair.verbs):
        assert len(accepted) == pair.parts, f"{pair}: {outcomes}"
    found = _state_of(pair.life, thing)
    explained = set(_ends(pair, accepted, thing))
    assert found in explained, f"{pair}: {outcomes}: {found}, not {explained}"
    # What is amended ends, and is asked for again: two entries. The last cent of a debt ends it.
    expected = len(accepted) + accepted.count(Step.AMEND) + _has_closed(pair, found)
    assert told == expected, f"{pair}: {told} entries of the trail for {accepted}"


def _has_closed(pair: Pair, found: Any) -> bool:
    """Whether the end of a recovery followed from what was accepted."""
    return (
        isinstance(found, Standing)
        and pair.state == RecoveryState.ISSUED
        and found.state in (RecoveryState.PAID, RecoveryState.OFFSET)
    )


def _ends(pair: Pair, accepted: list[str], thing: dict[str, Any]) -> Iterator[Any]:
    """Where the decisions that were accepted lead, in each order the table allows."""
    if pair.life == "recovery":
        yield from ends(Standing(**thing["start"]), accepted, thing["cents"])
        return
    table = {(str(state), str(verb)): str(end) for (state, verb), end in _table(pair.life).items()}
    for order in permutations(accepted):
        state: str | None = pair.state
        for verb in order:
            state = table.get((state or "", verb))
        if order and state is not None:
            yield state


def _table(life: str) -> dict[Any, Any]:
    table = dict(LIVES[life].table)
    # What is undone by hand goes back where it came from.
    return table | {(Bucket.COMMITTED, Movement.REVERSE): Bucket.AVAILABLE}


def told_about(life: str, thing: dict[str, Any]) -> int:
    """How many entries of the trail tell of a thing; of money, how many postings moved it."""
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.subject == thing["ref"])
    if life == "money":
        here = and_(Posting.line_id == thing["line_id"], Posting.subject == thing["subject"])
        query = select(func.count()).select_from(Posting)
        query = query.where(or_(here, Posting.subject == thing["book"]))
    return db.session.scalar(query) or 0


# Things in a state


def _money(pair: Pair) -> dict[str, Any]:
    """Two lines; the first holds one amount, in that balance, for one file."""
    state = pair.state
    book = a_book(ref=f"PRJ-2021-{next(_numbers):05}")
    subject = f"CXC-2021-{next(_numbers):05}"
    line, other = a_line(CENTS, book=book), a_line(CENTS, book=book, code="other")
    posting = None
    ways = {
        Bucket.COMMITTED: ledger.commit,
        Bucket.BOUND: ledger.bind,
        Bucket.CERTIFIED: ledger.certify,
        Bucket.PAID: ledger.pay,
    }
    about = {"subject": subject, "why": "", "actor": acting(a_person(), Role.ACCOUNTANT)}
    for bucket, movement in ways.items() if state in list(ways) else ():
        posting = movement(line.id, CENTS, **about)
        if bucket == state:
            break
    return {
        "ref": f"LINE-{line.id}",
        "line_id": line.id,
        "other_id": other.id,
        "book": book.ref,
        "subject": subject,
        "source": state,
        "posting": posting.id if posting else 0,
    }


def _payment(pair: Pair) -> dict[str, Any]:
    """A payment; one that can be resumed is suspended."""
    people = a_circuit()
    payment = a_payment(State(pair.state), circuit=people)
    assert payment.state == pair.state, f"no builder brings a payment to {pair.state}"
    if Step.RESUME in pair.verbs:
        payment_operations.suspend(payment, reason="a doubt", actor=people.officer)
    return {"ref": payment.ref}


def _entry(pair: Pair) -> dict[str, Any]:
    people = a_circuit()
    payment = a_payment(State.SENT, circuit=people)
    number, day = next(_numbers), clock.today().isoformat()
    booking = a_booking("NOTPROVIDED", payment.amount_cents, day=day, reference=f"P{number}")
    content = a_statement(booking, message=f"PAIR-{number}")
    answer = answers.take_in((content, "answer.xml"), actor=people.accountant)
    entry = entries.entry(f"{answer.ref}/1")
    assert entry.state == EntryState(pair.state), f"no builder brings an entry to {pair.state}"
    return {"ref": entry.ref, "payment": payment.ref}


def _account(pair: Pair) -> dict[str, Any]:
    """An account somebody proposed; validated and frozen ones by somebody else. One whose wait can
    be lifted waits.
    """
    state = pair.state
    proposer = a_person()
    about: dict[str, Any] = {"state": AccountState(state), "reason": ""}
    if state == AccountState.PROPOSED:
        about |= {"validated_by_id": None, "validated_at": None, "usable_from": None}
    if state == AccountState.FROZEN:
        about |= {"reason": "a doubt"}
    if AccountStep.LIFT in pair.verbs:
        about |= {"usable_from": clock.today() + timedelta(days=30)}
    account = an_account(a_payee(with_account=False), proposed_by=proposer, **about)
    return {"ref": account.ref}


def _recovery(pair: Pair) -> dict[str, Any]:
    """A recovery; a payment to its debtor where it is set off.

    The time to comment is over where the debit note is issued without comments; a waiver is
    proposed where one is decided; part of a waived recovery came back, so that it can be released.
    """
    state, verbs = RecoveryState(pair.state), set(pair.verbs)
    is_unheard = state is RecoveryState.PRE_INFORMATION and Claim.ISSUE in verbs
    with clock.at(clock.now() - timedelta(days=COMMENT_DAYS + 1 if is_unheard else 0)):
        crew = a_crew()
        is_closed = state in CLOSED
        recovery = a_recovery(RecoveryState.ISSUED if is_closed else state, crew=crew, cents=CENTS)
    later = None
    if state is RecoveryState.OFFSET or Claim.NET in verbs:
        later = a_payment(circuit=crew.circuit, payee=crew.organisation)
    if later and state is RecoveryState.OFFSET:
        recovery_operations.net(recovery, payment=later, amount_cents=CENTS, actor=crew.accountant)
    if state in (RecoveryState.PAID, RecoveryState.WAIVED):
        came = CENTS if state is RecoveryState.PAID else CENTS // 2
        receive(recovery, came, crew, reference=recovery.ref)
    if state is RecoveryState.WAIVED or verbs & {Claim.WAIVE, Claim.REFUSE_WAIVER}:
        recovery_operations.propose_waiver(recovery, reason="insolvent", actor=crew.officer)
    if state is RecoveryState.WAIVED:
        recovery_operations.waive(recovery, actor=crew.authoriser)
    db.session.flush()
    start = standing(recovery.ref)
    assert start.state == state, f"no builder brings a recovery to {state}"
    return {
        "ref": recovery.ref,
        "payment": later.ref if later else "",
        "cents": CENTS // pair.parts,
        "start": asdict(start),
    }


_BRING = {
    "money": _money,
    "payment": _payment,
    "entry": _entry,
    "account": _account,
    "recovery": _recovery,
}


def _state_of(life: str, thing: dict[str, Any]) -> Any:
    """Where the thing is now; of money: the one balance that holds the amount; of a recovery: how
    it was settled, too.
    """
    if life == "recovery":
        return standing(thing["ref"])
    if life == "payment":
        return str(payments.by_ref(thing["ref"]).state)
    if life == "entry":
        return str(entries.entry(thing["ref"]).state)
    if life == "account":
        return str(db.session.scalars(_by_ref(thing["ref"])).one().state)
    return _where(thing)


def _where(thing: dict[str, Any]) -> str:
    line = ledger_queries.line(thing["line_id"])
    if thing["source"] == Bucket.OUTSIDE:
        return str(Bucket.AVAILABLE)
    held = [bucket for bucket in BALANCES[1:] if line.balance(bucket)]
    assert sum(line.balance(bucket) for bucket in BALANCES) in (0, CENTS)
    return str(held[0] if held else Bucket.AVAILABLE if line.available_cents else Bucket.OUTSIDE)


def _by_ref(ref: str) -> Any:
    return select(BankAccount).where(BankAccount.ref == ref)


# What each of the two does


def do_money(verb: str, line_id: int, subject: str, person_id: int, **about: Any) -> int:
    """Move the whole amount; a line is opened under the same code by both."""
    actor = _somebody(person_id)
    said = {"subject": subject, "why": "a race", "actor": actor}
    if verb == Movement.OPEN_LINE:
        book = ledger_queries.by_ref(about["book"])
        return ledger.open_line(book, "third", CENTS, position=3, actor=actor).id
    if verb == Movement.REVERSE:
        posting = db.session.get_one(Posting, about["posting"])
        return ledger_operations.reverse(posting, reason="a race", actor=actor).id
    if verb == Movement.TRANSFER:
        ways = (line_id, about["other_id"])
        here, there = reversed(ways) if about["source"] == Bucket.OUTSIDE else ways
        return ledger.transfer(here, there, CENTS, **said)[0].id
    if verb == Movement.RELEASE:
        said |= {"source": Bucket(about["source"])}
    return getattr(ledger, verb)(line_id, CENTS, **said).id


def do_payment(verb: str, ref: str, person_id: int) -> None:
    """The operation of that name; what the bank alone says comes with one of its files."""
    payment, actor = payments.by_ref(ref), _somebody(person_id)
    if verb == Step.ACCEPT:
        payment_effects.accept(payments.lock_payment(payment.id), actor=actor)
        return
    less = payment.amount_cents - 1
    call(payment_operations, verb, payment, actor=actor, amount_cents=less)


def do_entry(verb: str, ref: str, payment: str, person_id: int) -> None:
    """The operation of that name; attributed to the one payment there is."""
    about = {"actor": _somebody(person_id), "payment": payments.by_ref(payment)}
    call(answers, verb, entries.entry(ref), **about)


def do_account(verb: str, ref: str, person_id: int) -> None:
    """The operation of that name."""
    account = db.session.scalars(_by_ref(ref)).one()
    call(account_operations, verb, account, actor=_somebody(person_id))


def do_recovery(
    verb: str, ref: str, payment: str, cents: int, person_id: int, **_about: Any
) -> None:
    """The operation of that name; each has a receipt of their own. The debtor alone comments."""
    recovery = recoveries.by_ref(ref)
    debtors = frozenset({recovery.debtor_id}) if verb == Claim.CONTEST else frozenset()
    about = {
        "actor": replace(_somebody(person_id), organisation_ids=debtors),
        "amount_cents": cents - 1 if verb == Claim.REDUCE else cents,
        "bank_reference": f"{ref}/{person_id}",
        "payment": payments.by_ref(payment) if payment else None,
    }
    call(recovery_operations, verb, recovery, **about)


def _somebody(person_id: int) -> Actor:
    return Actor(person_id, f"Person {person_id}", frozenset(Role))
