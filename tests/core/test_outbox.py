import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from portal.core import clock, outbox
from portal.core.db import db, reading, transaction
from portal.core.outbox import LEASE, RETRY_AFTER, OutboxMessage


def a_message(key: str = "one", **overrides) -> OutboxMessage:
    now = clock.now()
    message = OutboxMessage(
        **{
            "deduplication_key": key,
            "recipient": f"{key}@example.org",
            "recipient_name": key,
            "language": "en",
            "subject": "Subject",
            "body": "Body\n",
            "attachments": {},
            "created_at": now,
            "run_at": now,
        }
        | overrides
    )
    db.session.add(message)
    db.session.commit()
    return message


def state() -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(db.select(OutboxMessage).order_by(OutboxMessage.id)))


def test_what_is_due_is_delivered_once(session):
    a_message("one")
    a_message("two")
    delivered = []

    first = outbox.work(lambda message: delivered.append(message.recipient))
    second = outbox.work(lambda message: delivered.append(message.recipient))

    assert (first, second) == (2, 0)
    assert delivered == ["one@example.org", "two@example.org"]
    assert all(message.done_at and message.tries == 1 for message in state())


def test_what_is_not_due_waits(session):
    a_message(run_at=clock.now() + timedelta(minutes=1))

    assert outbox.work(lambda message: None) == 0


def test_a_failure_is_kept_and_tried_again_later(session):
    a_message()

    def fail(message):
        raise OSError("the server is away")

    assert outbox.work(fail) == 0
    message = state()[0]
    assert (message.last_error, message.tries, message.done_at) == ("the server is away", 1, None)
    assert message.run_at - clock.now() <= RETRY_AFTER[0]

    clock.move_to(clock.now() + RETRY_AFTER[0] + timedelta(seconds=1))
    assert outbox.work(lambda message: None) == 1
    assert state()[0].last_error == ""


def test_failures_wait_longer_and_longer(session):
    a_message()
    waits = []

    def fail(message):
        raise ConnectionRefusedError

    for _ in range(5):
        outbox.work(fail)
        waits.append(round((state()[0].run_at - clock.now()) / timedelta(minutes=1)))
        clock.move_to(state()[0].run_at + timedelta(seconds=1))

    assert waits == [1, 5, 30, 120, 120]


def test_a_mistake_of_ours_is_not_taken_for_a_failure_of_the_network(session):
    a_message()

    def broken(message):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outbox.work(broken)


def test_what_a_worker_took_and_never_finished_is_taken_again_after_its_lease(session):
    a_message()

    taken = outbox.claim()

    assert taken is not None
    assert outbox.claim() is None
    clock.move_to(clock.now() + LEASE + timedelta(seconds=1))
    assert outbox.claim() == taken


def test_the_same_event_is_queued_once(session):
    a_message("one")

    with pytest.raises(IntegrityError):
        a_message("one")
    session.rollback()


def test_delivery_holds_no_write_lock(committed):
    a_message()
    seen = []

    def deliver(message):
        def write() -> None:
            with committed.app.app_context(), transaction():
                a_message("two", run_at=clock.now() + timedelta(days=1))
            seen.append("written meanwhile")

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(5)

    outbox.work(deliver)

    assert seen == ["written meanwhile"]


def test_several_workers_deliver_everything_exactly_once(committed):
    with transaction():
        for number in range(40):
            db.session.add(_unsaved(f"m{number}"))
    delivered, guard = [], threading.Lock()

    def deliver(message):
        with guard:
            delivered.append(message.recipient)

    def work() -> None:
        with committed.app.app_context():
            outbox.work(deliver)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading():
        assert not outbox.waiting()
    assert sorted(delivered) == sorted(f"m{number}@example.org" for number in range(40))


def _unsaved(key: str) -> OutboxMessage:
    now = clock.now()
    return OutboxMessage(
        deduplication_key=key,
        recipient=f"{key}@example.org",
        recipient_name=key,
        language="en",
        subject="Subject",
        body="Body\n",
        attachments={},
        created_at=now,
        run_at=now,
    )
