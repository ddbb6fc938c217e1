"""What somebody at the database prompt may not do, with the portal's own role (quality S5, S12)."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import Base, db
from portal.ledger import queries as ledger
from portal.payments import operations
from portal.payments.models import Payment
from portal.payments.states import State
from tests.audit.unguarded import drop_guards
from tests.database import ROOT, bound_to
from tests.partners.builders import a_person, acting

#: What an operator runs for the role of the portal.
ROLE = (ROOT / "docs/role.sql").read_text()


def copied(table: str, **changes: str) -> str:
    """Write a row of a table once more, with other values in some columns."""
    columns = [column.name for column in Base.metadata.tables[table].columns if column.name != "id"]
    values = ", ".join(changes.get(name, name) for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} LIMIT 1"


#: The number that is next on the line of a posting.
NEXT = {"number": "(SELECT last_number + 1 FROM budget_line WHERE id = line_id)"}
COMMITS = NEXT | {"kind": "'commit'", "target": "'committed'", "reverses_id": "NULL"}

#: Statements that both databases read, each on rows of the story.
FORBIDDEN = (
    # Money from nowhere, or below zero
    "UPDATE budget_line SET available_cents = available_cents + 100000",
    "UPDATE budget_line SET budget_cents = budget_cents + 100000",
    "UPDATE budget_line SET paid_cents = paid_cents - 1, available_cents = available_cents + 2",
    "UPDATE budget_line SET paid_cents = -1, budget_cents = budget_cents - paid_cents - 1",
    "UPDATE budget_line SET available_cents = available_cents + 100, "
    "budget_cents = budget_cents + 100",
    "UPDATE budget_line SET last_number = last_number + 1",
    "UPDATE budget_line SET last_number = 0",
    "UPDATE budget_line SET book_id = book_id + 1",
    "DELETE FROM budget_line",
    copied("budget_line", code="'x'"),
    copied("posting"),
    copied("posting", number="0"),
    copied("posting", number="2000000000"),
    copied("posting", amount_cents="0", **NEXT),
    copied("posting", amount_cents="-1", **NEXT),
    copied("posting", amount_cents="100000000000", source="'available'", **COMMITS),
    copied("posting", source="'available'", target="'paid'", **NEXT),
    copied("posting", kind="'reverse'", reverses_id="NULL", **NEXT),
    # Payments
    "UPDATE payment SET amount_cents = amount_cents + 1",
    "UPDATE payment SET amount_cents = 0",
    "UPDATE payment SET bank_account_id = bank_account_id + 1",
    "UPDATE payment SET payee_id = payee_id + 1",
    "UPDATE payment SET due_on = '2030-01-01' WHERE suspended_on IS NULL",
    "UPDATE payment SET kept_back_cents = amount_cents",
    "UPDATE payment SET verified_by_id = NULL, verified_at = NULL WHERE verified_by_id IS NOT NULL",
    "UPDATE payment SET state = 'executed' WHERE state = 'requested'",
    "UPDATE payment SET state = 'sent' WHERE state = 'verified'",
    "UPDATE payment SET verified_by_id = requested_by_id, verified_at = requested_at, "
    "state = 'verified' WHERE state = 'requested'",
    "UPDATE payment SET authorised_by_id = verified_by_id, authorised_at = verified_at, "
    "state = 'authorised' WHERE state = 'verified'",
    copied("payment", ref="'PAY-2099-0001'", replaces_id="NULL"),
    "UPDATE bank_account SET iban = 'DE89370400440532013000' WHERE validated_at IS NOT NULL",
    # Visits, quotas, vouchers
    "UPDATE exchange SET lump_sum_cents = -1",
    "UPDATE exchange SET lump_sum_cents = 110001, ceiling_cents = 120000 WHERE klass IS NOT NULL",
    "UPDATE exchange SET lump_sum_cents = ceiling_cents + 1 WHERE ceiling_cents IS NOT NULL",
    copied(
        "exchange",
        ref="'CXC-2099-0001'",
        state="'cancelled'",
        end_reason="'x'",
        virtual="false",
        lump_sum_cents="110001",
    ),
    "UPDATE exchange SET final_cents = lump_sum_cents + 1 WHERE state = 'validated'",
    "UPDATE exchange SET lump_sum_cents = NULL WHERE state = 'approved'",
    "UPDATE exchange SET state = 'validated' WHERE state = 'agreed'",
    "UPDATE exchange SET return_on = '2000-01-01'",
    "UPDATE cap_use SET used_cents = cap_cents + 1",
    "UPDATE voucher SET amount_cents = 0",
    "UPDATE voucher SET earned_cents = amount_cents + 1",
    # The trail
    "UPDATE audit_head SET number = number - 1",
    "UPDATE audit_head SET hash = 'x'",
    "DELETE FROM audit_head",
    copied("audit_entry"),
)
#: What only the owner of the tables may do; a file of SQLite belongs to whoever can write it.
OF_THE_OWNER = (
    "DROP TRIGGER posting_no_change ON posting",
    "ALTER TABLE posting DISABLE TRIGGER ALL",
    "ALTER TABLE budget_line DROP CONSTRAINT ck_budget_line_balances_sum_to_budget",
    "ALTER TABLE payment ALTER COLUMN amount_cents DROP NOT NULL",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NEW; END $$",
    "CREATE RULE nothing AS ON INSERT TO audit_entry DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "TRUNCATE posting CASCADE",
    "TRUNCATE audit_head",
    "DROP TABLE audit_entry",
    "CREATE TABLE posting_of_mine (id int)",
    "CREATE TEMPORARY TABLE posting (id int)",
    "ALTER ROLE portal_app SUPERUSER",
    "UPDATE alembic_version SET version_num = '0001'",
    "COPY posting TO PROGRAM 'cat'",
)


def written_once(connection) -> list[str]:
    """Every table whose rows the database never lets change, as its guards tell."""
    query = "SELECT tbl_name FROM sqlite_master WHERE name = tbl_name || '_no_update'"
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE tgname = relname || '_no_change'"
        )
    return sorted(connection.scalars(text(query)))


def has_rows(connection, table) -> bool:
    return bool(connection.scalar(text(f"SELECT count(*) FROM {table}")))


def went_through(connection, statements) -> list[str]:
    """The statements that the database let pass, on rows that are there."""
    passed = []
    for statement in statements:
        attempt = connection.begin_nested()
        try:
            connection.exec_driver_sql(statement.replace("%", "%%"))
            passed.append(statement)
        except DBAPIError:
            pass
        finally:
            attempt.rollback()
    return passed


@pytest.fixture
def prompt(told):
    """A connection of the portal's own role, whose work is undone at the end."""
    if told.kind == "postgresql":
        with told.engine.begin() as owner:
            owner.exec_driver_sql(ROLE.replace("%", "%%"))
    with told.engine.connect() as connection:
        if told.kind == "postgresql":
            connection.exec_driver_sql("SET SESSION AUTHORIZATION portal_app")
            connection.commit()
        with connection.begin() as outer:
            yield connection
            outer.rollback()
        if told.kind == "postgresql":
            connection.exec_driver_sql("RESET SESSION AUTHORIZATION")


def test_no_forbidden_statement_goes_through(told, prompt):
    tables = [table for table in written_once(prompt) if has_rows(prompt, table)]
    changed = [f"UPDATE {table} SET id = id + 1000000" for table in tables]
    changed += [f"DELETE FROM {table}" for table in tables]

    assert len(tables) >= 10
    assert went_through(prompt, (*FORBIDDEN, *changed)) == []


def test_the_role_owns_nothing_and_grants_nothing(told, prompt):
    if told.kind == "postgresql":
        assert went_through(prompt, OF_THE_OWNER) == []
        prompt.exec_driver_sql("GRANT UPDATE ON posting TO portal_app")
        may = "SELECT has_table_privilege('portal_app', 'posting', 'UPDATE')"
        assert prompt.scalar(text(may)) is False


def test_the_owner_who_drops_the_guards_may_do_as_they_like(told):
    """The control: what is refused is refused by the guards and the role."""
    with told.engine.connect() as connection:
        outer = connection.begin()
        with bound_to(connection):
            drop_guards(db.session)
            db.session.commit()
        wanted = [
            f"DELETE FROM {table}" for table in ("audit_head", "audit_entry", "budget_export")
        ]
        assert went_through(connection, wanted) == wanted[:2]
        outer.rollback()


def test_the_portal_works_with_that_role(told, prompt):
    with bound_to(prompt):
        payment = db.session.scalars(
            select(Payment).where(Payment.state == State.VERIFIED, Payment.suspended_on.is_(None))
        ).first()
        signer, accountant = (
            acting(a_person(), Role.AUTHORISER),
            acting(a_person(), Role.ACCOUNTANT),
        )
        operations.authorise(payment, actor=signer)
        operations.send(payment, actor=accountant)
        operations.settle(payment, executed_on=clock.today(), actor=accountant)
        operations.take_back(payment, reason="closed", actor=accountant)

        assert payment.state is State.RETURNED
        assert ledger.mismatches() == []


def test_an_envelope_is_raised_by_a_posting_that_the_daily_check_names(told, prompt):
    """Whoever writes a posting by hand moves the money, and leaves the posting for good."""
    with bound_to(prompt):
        opens = NEXT | {"kind": "'open_line'", "source": "'outside'", "target": "'available'"}
        raise_it = copied("posting", amount_cents="100", reverses_id="NULL", **opens)
        db.session.execute(text(raise_it))

        (newest,) = db.session.execute(text("SELECT max(id) FROM posting")).one()
        assert [found.posting_id for found in ledger.unproven()] == [newest]
        assert ledger.mismatches() == []
