"""The demo story obeys every rule of the house: books and trail agree afterwards (quality R13)."""

import importlib

from sqlalchemy import select

from portal.audit import queries as trail
from portal.audit.models import AuditEntry
from portal.core.db import Base, db, reading
from portal.exchanges import queries as exchanges
from portal.exchanges.groups.models import GroupVisit
from portal.exchanges.groups.states import LIFE as GROUP_LIFE
from portal.exchanges.models import Exchange
from portal.exchanges.states import LIFE
from portal.ledger import queries as ledger
from tests.architecture.source import PORTAL, ROOMS


def test_every_balance_is_the_sum_of_its_postings(told):
    with reading():
        assert list(ledger.mismatches()) == []


def test_every_count_of_visits_is_what_the_exchanges_say(told):
    with reading():
        assert exchanges.miscounts() == exchanges.misplaced() == []


def test_every_chain_of_the_trail_is_whole(told):
    with reading():
        assert list(trail.verify_chains()) == []


def test_every_posting_is_as_the_trail_tells_it(told):
    with reading():
        assert ledger.unproven() == []
        assert ledger.count_postings() > 0


def test_every_thing_that_has_a_life_left_a_trail(told):
    lifeless = {"person"}
    with told.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if not {"ref", "state"} <= set(table.c.keys()) or table.name in lifeless:
                continue
            things = set(connection.scalars(select(table.c.ref)))
            traced = set(
                connection.scalars(select(AuditEntry.subject).where(AuditEntry.subject.in_(things)))
            )
            assert things <= traced, f"{table.name}: {sorted(things - traced)}"


def test_the_story_shows_every_state_of_a_visit(told):
    shown = set(db.session.scalars(select(Exchange.state)))

    assert shown == set(LIFE.badges)


def test_the_story_shows_a_group_visit_in_every_state(told):
    assert set(db.session.scalars(select(GroupVisit.state))) == set(GROUP_LIFE.badges)


def test_every_room_with_a_life_takes_part(told):
    empty = []
    for room in ROOMS:
        parts = PORTAL.joinpath(*room.split("."))
        has_rows = any((parts / name).exists() for name in ("models.py", "models"))
        if room == "core" or not has_rows or not (parts / "states.py").exists():
            continue
        models = importlib.import_module(f"portal.{room}.models")
        for found in vars(models).values():
            own = getattr(found, "__module__", "").startswith(f"portal.{room}.models")
            lives = own and hasattr(found, "__tablename__") and hasattr(found, "state")
            if lives and not db.session.scalar(select(found.id).limit(1)):
                empty.append(found.__tablename__)
    assert not empty


def test_mails_are_in_the_language_of_their_reader(told):
    outbox, person = Base.metadata.tables["outbox_message"], Base.metadata.tables["person"]
    query = select(outbox.c.subject).join(person, person.c.email == outbox.c.recipient)

    wrong = db.session.scalars(query.where(person.c.language != outbox.c.language)).all()

    assert wrong == []
