"""Changes of a voucher asked for by the room of its milestones; and the use of the cap."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.ledger import effects as ledger
from portal.ledger.states import Bucket
from portal.vouchers import notifications, queries
from portal.vouchers.models import CapUse, Instalment, Voucher
from portal.vouchers.rules import cap
from portal.vouchers.states import LIFE, Action


def open_cap(project_id: int, organisation_id: int, day: date) -> CapUse:
    """The firm's use of its cap in a project, locked; begun at nothing with the cap of `day`.

    Two first awards at the same instant meet on the unique pair: one inserts, the other waits.
    """
    terms = cap.cap_on(day)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(CapUse)
        .values(
            project_id=project_id,
            organisation_id=organisation_id,
            used_cents=0,
            cap_cents=terms.cents,
            cap_source=terms.source,
        )
        .on_conflict_do_nothing()
    )
    return queries.lock_total_of(project_id, organisation_id)


def take_cap(use: CapUse, cents: int) -> None:
    """Count an award against the cap by one conditional update; `RuleBroken` says what is left."""
    change = (
        update(CapUse)
        .where(CapUse.id == use.id, CapUse.used_cents + cents <= CapUse.cap_cents)
        .values(used_cents=CapUse.used_cents + cents)
        .returning(CapUse.used_cents)
        .execution_options(synchronize_session=False)
    )
    taken = db.session.scalar(change)
    db.session.refresh(use)
    if taken is None:
        fault = cap.fault(used_cents=use.used_cents, new_cents=cents, cap_cents=use.cap_cents)
        assert fault is not None
        raise RuleBroken(fault)


def give_cap_back(voucher: Voucher, cents: int) -> None:
    """Count less of a voucher against its holder's cap, unless its instrument never counted."""
    if not cents or not voucher.instrument.counts_towards_cap:
        return
    use = queries.lock_total_of(voucher.project_id, voucher.holder_id)
    use.used_cents -= cents


def earn(
    voucher: Voucher, instalment: Instalment, due_cents: int, *, subject: str, actor: Actor
) -> None:
    """Find `due_cents` of an instalment due and give the rest of it back to the envelope.

    `subject` is the milestone's reference; the ledger keeps it with the postings. The voucher must
    be locked by the caller.
    """
    rest_cents = instalment.amount_cents - due_cents
    why = voucher.title
    if due_cents:
        ledger.certify(voucher.line_id, due_cents, subject=subject, why=why, actor=actor)
    if rest_cents:
        ledger.release(
            voucher.line_id, rest_cents, source=Bucket.BOUND, subject=subject, why=why, actor=actor
        )
    voucher.earned_cents += due_cents
    voucher.released_cents += rest_cents
    db.session.flush()


def postpone(instalment: Instalment, voucher: Voucher, due_on: date) -> None:
    """Give an instalment a later due day, and the voucher a later last day if it needs one."""
    instalment.due_on = due_on
    voucher.ends_on = max(voucher.ends_on, due_on)
    db.session.flush()


def close(voucher: Voucher, *, actor: Actor) -> Voucher:
    """End a voucher whose last milestone is accepted; its cap counts what was found due.

    Whatever is still bound goes back to the envelope. Raises `IllegalStep` unless it is signed.
    """
    before = voucher.state
    voucher.state = LIFE.step(voucher.state, Action.CLOSE)
    release_rest(voucher, Bucket.BOUND, why=voucher.title, actor=actor)
    voucher.ended_at = clock.now()
    give_cap_back(voucher, voucher.amount_cents - voucher.earned_cents)
    record(
        actor,
        voucher,
        Action.CLOSE,
        before={"state": before, "counted_cents": voucher.amount_cents},
        after={"state": voucher.state, "counted_cents": voucher.earned_cents},
    )
    notifications.closed(voucher)
    return voucher


def release_rest(voucher: Voucher, source: Bucket, *, why: str, actor: Actor) -> None:
    """Give what is still set aside for a voucher back to the envelope."""
    rest_cents = voucher.held_cents
    if rest_cents:
        ledger.release(
            voucher.line_id, rest_cents, source=source, subject=voucher.ref, why=why, actor=actor
        )
        voucher.released_cents += rest_cents
