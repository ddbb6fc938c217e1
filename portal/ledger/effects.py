"""What floors above do to the ledger: open books and lines, and move money along them.

Every movement is one conditional update of the line, which also takes its row lock, one posting,
and one entry of the trail that proves the posting, in the caller's transaction. When the balance
does not suffice nothing is changed and `RuleBroken` says what is left. Lines are taken in the order
of their ids, so that two transfers never block one another for ever.
"""

from sqlalchemy import update
from sqlalchemy.orm.util import identity_key

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken
from portal.ledger import queries, rules
from portal.ledger.models import Book, BudgetLine, Posting
from portal.ledger.states import BALANCES, LIFE, Action, Bucket


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
    return _post(
        line_id, cents, Action.PAY, Bucket.CERTIFIED, subject=subject, why=why, actor=actor
    )


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
    if queries.line(from_line_id).book_id != queries.line(to_line_id).book_id:
        raise ValueError("a transfer stays within one book")
    sources = {from_line_id: Bucket.AVAILABLE, to_line_id: Bucket.OUTSIDE}
    postings = {
        line_id: _post(
            line_id, cents, Action.TRANSFER, sources[line_id], subject=subject, why=why, actor=actor
        )
        for line_id in sorted(sources)
    }
    return postings[from_line_id], postings[to_line_id]


def undo(posting: Posting, *, why: str, actor: Actor) -> Posting:
    """Move a posting's amount back where it came from, by a posting that names it."""
    return _move(
        posting.line_id,
        posting.amount_cents,
        Action.REVERSE,
        (posting.target, posting.source),
        subject=posting.subject,
        why=why,
        actor=actor,
        reverses_id=posting.id,
    )


def _post(
    line_id: int, cents: int, kind: Action, source: Bucket, *, subject: str, why: str, actor: Actor
) -> Posting:
    target = LIFE.step(source, kind)
    return _move(line_id, cents, kind, (source, target), subject=subject, why=why, actor=actor)


def _move(
    line_id: int,
    cents: int,
    kind: Action,
    way: tuple[Bucket, Bucket],
    *,
    subject: str,
    why: str,
    actor: Actor,
    reverses_id: int | None = None,
) -> Posting:
    rules.positive(cents)
    source, target = way
    code = _shift_balances(line_id, cents, source, target, subject)
    now = clock.now()
    posting = Posting(
        line_id=line_id,
        kind=kind,
        source=source,
        target=target,
        amount_cents=cents,
        subject=subject,
        file=rules.file_of(subject),
        why=why,
        actor_id=actor.id,
        actor_name=actor.name,
        at=now,
        booked_on=now.astimezone(clock.BRUSSELS).date(),
        reverses_id=reverses_id,
    )
    db.session.add(posting)
    db.session.flush()
    action = posting.kind
    record(
        actor,
        posting,
        action,
        reason=why,
        line=code,
        subject=subject,
        amount_cents=cents,
        posting=posting.content(),
    )
    return posting


def _shift_balances(line_id: int, cents: int, source: Bucket, target: Bucket, subject: str) -> str:
    """The one conditional update; then, under its lock, whether the file holds what it gives.

    Returns the code of the line.
    """
    columns = BudgetLine.__table__.c
    gives = columns["budget_cents" if source == Bucket.OUTSIDE else f"{source}_cents"]
    takes = columns["budget_cents" if target == Bucket.OUTSIDE else f"{target}_cents"]
    # What enters a line raises its budget, what leaves it lowers it: the budget is always the sum.
    given = gives + cents if source == Bucket.OUTSIDE else gives - cents
    taken = takes - cents if target == Bucket.OUTSIDE else takes + cents
    change = update(BudgetLine).where(BudgetLine.id == line_id).values({gives: given, takes: taken})
    if source != Bucket.OUTSIDE:
        change = change.where(gives >= cents)
    db.session.flush()
    change = change.returning(BudgetLine.code).execution_options(synchronize_session=False)
    code = db.session.scalar(change)
    _forget(line_id)
    if code is None:
        raise RuleBroken(_shortage(line_id, cents, source))
    if source not in (Bucket.OUTSIDE, Bucket.AVAILABLE):
        _ensure_own(line_id, cents, source, subject)
    return code


def _ensure_own(line_id: int, cents: int, source: Bucket, subject: str) -> None:
    """Refuse to take what the line holds for other files."""
    left = queries.held_for(line_id, subject, source)
    if left < cents:
        code, _left = queries.code_and_balance(line_id, source)
        file = rules.file_of(subject)
        raise RuleBroken(
            rules.shortage(code, source, wanted_cents=cents, left_cents=left, file=file)
        )


def _shortage(line_id: int, cents: int, source: Bucket) -> Fault:
    code, left = queries.code_and_balance(line_id, source)
    return rules.shortage(code, source, wanted_cents=cents, left_cents=left)


def _forget(line_id: int) -> None:
    """Let a line already read be read again: the update went past the session."""
    known = db.session.identity_map.get(identity_key(BudgetLine, line_id))
    if known is not None:
        db.session.expire(known, [*(f"{bucket}_cents" for bucket in BALANCES), "budget_cents"])
