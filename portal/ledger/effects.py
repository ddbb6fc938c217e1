"""What floors above do to the ledger: open books and lines, and move money along them.

Every movement is one posting and one entry of the trail that proves it, in the caller's
transaction; the database moves the balances with the posting. The lines are locked first, in the
order of their ids, so that two transfers never block one another for ever. When a balance does not
suffice nothing is changed and `RuleBroken` says what is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm.util import identity_key

from portal.audit.effects import Event, record_all
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.ledger import queries, rules
from portal.ledger.models import Book, BudgetLine, Posting
from portal.ledger.states import BALANCES, LIFE, Action, Bucket


@dataclass(frozen=True)
class Part:
    """An amount in cents on a line, for a subject; one of several that move together."""

    line_id: int
    cents: int
    subject: str
    why: str


@dataclass(frozen=True)
class _Movement:
    """A part with its way: from where to where, and which posting it undoes."""

    part: Part
    kind: Action
    source: Bucket
    target: Bucket
    reverses_id: int | None = None


def open_book(ref: str, title: str) -> Book:
    """Open the book of a file, under the file's own reference; it has no line yet."""
    book = Book(ref=ref, title=title[:200])
    db.session.add(book)
    db.session.flush()
    return book


def open_line(book: Book, code: str, cents: int, *, position: int, actor: Actor) -> BudgetLine:
    """Open a line with its first budget in cents, which may be zero."""
    line = BudgetLine(book_id=book.id, code=code, position=position)
    db.session.add(line)
    db.session.flush()
    if cents:
        _post(
            line.id, cents, Action.OPEN_LINE, Bucket.OUTSIDE, subject=book.ref, why="", actor=actor
        )
    return line


def commit(line_id: int, cents: int, *, subject: str, why: str, actor: Actor) -> Posting:
    """Set money aside for a file (budgetary commitment): available becomes committed."""
    return _post(
        line_id, cents, Action.COMMIT, Bucket.AVAILABLE, subject=subject, why=why, actor=actor
    )


def bind(line_id: int, cents: int, *, subject: str, why: str, actor: Actor) -> Posting:
    """Note that the money is owed in law (legal commitment): committed becomes bound."""
    return _post(
        line_id, cents, Action.BIND, Bucket.COMMITTED, subject=subject, why=why, actor=actor
    )


def certify(line_id: int, cents: int, *, subject: str, why: str, actor: Actor) -> Posting:
    """Note that the money is due, the work being proved: bound becomes certified."""
    return _post(
        line_id, cents, Action.CERTIFY, Bucket.BOUND, subject=subject, why=why, actor=actor
    )


def pay(line_id: int, cents: int, *, subject: str, why: str, actor: Actor) -> Posting:
    """Note that the bank has executed the payment: certified becomes paid."""
    return pay_all([Part(line_id, cents, subject, why)], actor=actor)[0]


def pay_all(parts: Iterable[Part], *, actor: Actor, beside: Sequence[Event] = ()) -> list[Posting]:
    """The same for many payments at once, all or none, in their order.

    `beside` is what else the trail keeps of this moment, after the entries of the postings.
    """
    movements = [_step(part, Action.PAY, Bucket.CERTIFIED) for part in parts]
    return _move(movements, actor, beside=beside)


def release(
    line_id: int,
    cents: int,
    *,
    source: Bucket = Bucket.COMMITTED,
    subject: str,
    why: str,
    actor: Actor,
) -> Posting:
    """Give back to the line what a file no longer needs, from committed, bound or certified.

    Raises `IllegalStep` for any other source.
    """
    return _post(line_id, cents, Action.RELEASE, source, subject=subject, why=why, actor=actor)


def take_back(line_id: int, cents: int, *, subject: str, why: str, actor: Actor) -> Posting:
    """Note that the bank returned a payment: paid becomes certified, the debt is open (I5)."""
    return _post(
        line_id, cents, Action.TAKE_BACK, Bucket.PAID, subject=subject, why=why, actor=actor
    )


def recover(line_id: int, cents: int, *, subject: str, why: str, actor: Actor) -> Posting:
    """Note that the payee gave back what was not due: paid becomes committed again (I5).

    It stays set aside for the file, bound to nobody, until it is released.
    """
    return _post(line_id, cents, Action.RECOVER, Bucket.PAID, subject=subject, why=why, actor=actor)


def transfer(
    from_line_id: int, to_line_id: int, cents: int, *, subject: str, why: str, actor: Actor
) -> tuple[Posting, Posting]:
    """Shift available budget from one line to another of the same book; two postings."""
    if from_line_id == to_line_id:
        raise ValueError("a transfer needs two lines")
    here, there = (Part(line_id, cents, subject, why) for line_id in (from_line_id, to_line_id))
    given, taken = _move(
        [
            _step(here, Action.TRANSFER, Bucket.AVAILABLE),
            _step(there, Action.TRANSFER, Bucket.OUTSIDE),
        ],
        actor,
        within_one_book=True,
    )
    return given, taken


def undo(posting: Posting, *, why: str, actor: Actor) -> Posting:
    """Move a posting's amount back where it came from, by a posting that names it."""
    part = Part(posting.line_id, posting.amount_cents, posting.subject, why)
    back = _Movement(part, Action.REVERSE, posting.target, posting.source, posting.id)
    return _move([back], actor)[0]


def _post(
    line_id: int, cents: int, kind: Action, source: Bucket, *, subject: str, why: str, actor: Actor
) -> Posting:
    return _move([_step(Part(line_id, cents, subject, why), kind, source)], actor)[0]


def _step(part: Part, kind: Action, source: Bucket) -> _Movement:
    return _Movement(part, kind, source, LIFE.step(source, kind))


def _move(
    movements: Sequence[_Movement],
    actor: Actor,
    *,
    within_one_book: bool = False,
    beside: Sequence[Event] = (),
) -> list[Posting]:
    """Lock the lines, look whether all is there, write the postings and what proves them."""
    for movement in movements:
        rules.positive(movement.part.cents)
    lines = queries.lock_to_post({movement.part.line_id for movement in movements})
    if within_one_book and len({line.book_id for line in lines.values()}) > 1:
        raise ValueError("a transfer stays within one book")
    _check_lines(movements, lines)
    _check_files(movements, lines)
    postings = _written(movements, lines, actor)
    proofs = [_proof(posting, lines[posting.line_id].code) for posting in postings]
    record_all(actor, [*proofs, *beside])
    return postings


def _proof(posting: Posting, code: str) -> Event:
    """What the trail keeps of a posting, to prove it."""
    details = {
        "line": code,
        "subject": posting.subject,
        "amount_cents": posting.amount_cents,
        "posting": posting.content(),
    }
    return Event(posting, posting.kind, reason=posting.why, details=details)


def _check_lines(movements: Iterable[_Movement], lines: dict[int, queries.LockedLine]) -> None:
    """Refuse to take from a balance what is not in it, one movement after the other."""
    for movement in movements:
        part, line = movement.part, lines[movement.part.line_id]
        left = line.cents.get(movement.source)
        if left is not None:
            _ensure(part, line, movement.source, left)
            line.cents[movement.source] -= part.cents
        if movement.target in line.cents:
            line.cents[movement.target] += part.cents


def _check_files(movements: Iterable[_Movement], lines: dict[int, queries.LockedLine]) -> None:
    """Refuse to take what the lines hold for other files."""
    owned = [move for move in movements if move.source not in (Bucket.OUTSIDE, Bucket.AVAILABLE)]
    if not owned:
        return
    held = queries.held_by_files(
        {move.part.line_id for move in owned},
        {rules.file_of(move.part.subject) for move in owned},
        sorted({move.source for move in owned}),
    )
    for move in owned:
        line_id, file = move.part.line_id, rules.file_of(move.part.subject)
        left = held[line_id, file, move.source]
        _ensure(move.part, lines[line_id], move.source, left, file=file)
        held[line_id, file, move.source] -= move.part.cents
        held[line_id, file, move.target] += move.part.cents


def _ensure(
    part: Part, line: queries.LockedLine, source: Bucket, left: int, *, file: str = ""
) -> None:
    if left < part.cents:
        wanted = part.cents
        fault = rules.shortage(line.code, source, wanted_cents=wanted, left_cents=left, file=file)
        raise RuleBroken(fault)


def _written(
    movements: Iterable[_Movement], lines: dict[int, queries.LockedLine], actor: Actor
) -> list[Posting]:
    """The postings, numbered on from the last of their line, in the database."""
    now, postings = clock.now(), []
    last = {line_id: line.last_number for line_id, line in lines.items()}
    for movement in movements:
        part = movement.part
        last[part.line_id] += 1
        postings.append(
            Posting(
                line_id=part.line_id,
                number=last[part.line_id],
                kind=movement.kind,
                source=movement.source,
                target=movement.target,
                amount_cents=part.cents,
                subject=part.subject,
                file=rules.file_of(part.subject),
                why=part.why,
                actor_id=actor.id,
                actor_name=actor.name,
                at=now,
                booked_on=now.astimezone(clock.BRUSSELS).date(),
                reverses_id=movement.reverses_id,
            )
        )
    db.session.add_all(postings)
    db.session.flush()
    for line_id in lines:
        _forget(line_id)
    return postings


def _forget(line_id: int) -> None:
    """Let a line already read be read again: the database has moved it past the session."""
    known = db.session.identity_map.get(identity_key(BudgetLine, line_id))
    if known is not None:
        moved = [*(f"{bucket}_cents" for bucket in BALANCES), "budget_cents", "last_number"]
        db.session.expire(known, moved)
