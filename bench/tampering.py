"""Random single-row attacks on trail and postings, each found and named; and how fast all is read.

    python -m bench.tampering [--attacks 1000] [--entries 1000000] [--postgresql]

Every attack changes, removes, moves or copies one row past the guards, is looked for by the daily
checks, and is undone. For the second part so many entries are written as the portal chains them,
and every chain is walked.
"""

import argparse
import random
import time

from sqlalchemy import func, insert, select

from bench.chain import an_empty_database
from portal.audit import queries as trail
from portal.audit import rules
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db, reading, transaction
from tests.audit.unguarded import drop_guards
from tests.ledger.test_tampering import a_trail_and_postings, attacked

CHAINS = 1_000
AT_ONCE = 10_000


def attacks(number: int, seed: int) -> tuple[int, list[str]]:
    """Attack so often; how many were found, and which were not."""
    with transaction():
        rows = a_trail_and_postings()
    with transaction():
        drop_guards(db.session)
    chance, missed = random.Random(seed), []
    for _ in range(number):
        change, is_found = attacked(rows, chance)
        if not is_found:
            missed.append(change)
    return number - len(missed), missed


def write(entries: int) -> None:
    """Chains of equal length, in blocks, as `record` writes them; the heads move by themselves."""
    heads = {f"CXC-2097-{number:05}": (0, rules.GENESIS) for number in range(CHAINS)}
    now = clock.now()
    for block in range(0, entries, AT_ONCE):
        rows = []
        for place in range(block, min(block + AT_ONCE, entries)):
            subject = f"CXC-2097-{place % CHAINS:05}"
            number, previous = heads[subject]
            entry = AuditEntry(
                subject=subject,
                number=number + 1,
                verb="exchange.edit",
                at=now,
                actor_id=None,
                actor_name="bench",
                actor_roles="",
                address="",
                request_id="",
                before={"state": "building"},
                after={"state": "signed"},
                details={"amount_cents": place},
                reason="",
            )
            found = rules.entry_hash(previous, entry.content())
            rows.append({**entry.content(), "at": now, "previous_hash": previous, "hash": found})
            heads[subject] = (number + 1, found)
        with transaction():
            db.session.execute(insert(AuditEntry), rows)


def main() -> None:
    """Attack, write, walk, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attacks", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    missed: list[str] = []
    if given.attacks:
        with an_empty_database(on_postgresql=given.postgresql):
            found, missed = attacks(given.attacks, given.seed)
        print(f"{found} of {given.attacks} attacks found and named", flush=True)
    if given.entries:
        with an_empty_database(on_postgresql=given.postgresql):
            write(given.entries)
            with reading():
                began, worked = time.perf_counter(), time.process_time()
                broken = list(trail.verify_chains())
                seconds, worked = time.perf_counter() - began, time.process_time() - worked
                count = db.session.scalar(select(func.count()).select_from(AuditEntry))
        print(f"{count} entries walked in {seconds:.1f} s ({worked:.1f} s of work)")
        missed += [str(each) for each in broken]
    if missed:
        raise SystemExit("\n".join(missed))


if __name__ == "__main__":
    main()
