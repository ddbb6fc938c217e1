"""Acceptance and rejection by the bank as states of their own, who asked first, and delegations."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: CHECKs of payments by name: before, and from now on.
CHECKS = {
    "ck_payment_state": (
        "state IN ('requested', 'verified', 'authorised', 'sent', 'executed', 'refused', 'returned', 'cancelled')",
        "state IN ('requested', 'verified', 'authorised', 'sent', 'accepted_by_bank', 'executed', 'refused', 'rejected_by_bank', 'returned', 'cancelled')",
    ),
    "ck_payment_state_has_signatures": (
        "(state <> 'requested' or verified_by_id is null) and (state <> 'verified' or verified_by_id is not null) and (state <> 'verified' or authorised_by_id is null) and (state <> 'authorised' or authorised_by_id is not null) and (state <> 'authorised' or sent_by_id is null) and (state not in ('sent', 'executed', 'returned') or sent_by_id is not null) and (state <> 'refused' or sent_by_id is null)",
        "(state <> 'requested' or verified_by_id is null) and (state <> 'verified' or verified_by_id is not null) and (state <> 'verified' or authorised_by_id is null) and (state <> 'authorised' or authorised_by_id is not null) and (state <> 'authorised' or sent_by_id is null) and (state not in ('sent', 'accepted_by_bank', 'executed', 'rejected_by_bank', 'returned') or sent_by_id is not null) and (state <> 'refused' or sent_by_id is null) and (state <> 'accepted_by_bank' or accepted_at is not null) and (accepted_at is null or sent_by_id is not null)",
    ),
    "ck_payment_executed_has_day": (
        "(state <> 'executed' or executed_on is not null) and (executed_on is null or state in ('executed', 'returned', 'cancelled'))",
        "(state not in ('executed', 'returned') or executed_on is not null) and (executed_on is null or state in ('executed', 'returned', 'cancelled'))",
    ),
    "ck_payment_ended_has_reason": (
        "(state in ('refused', 'cancelled', 'returned')) = (refused_reason <> '') and (state in ('refused', 'cancelled', 'returned')) = (refused_at is not null)",
        "(state in ('refused', 'cancelled', 'rejected_by_bank', 'returned')) = (refused_reason <> '') and (state in ('refused', 'cancelled', 'rejected_by_bank', 'returned')) = (refused_at is not null)",
    ),
}
#: CHECKs of payments that are new.
NEW_CHECKS = {
    "ck_payment_signed_by_no_initiator": "initiated_by_id <> verified_by_id and initiated_by_id <> authorised_by_id and initiated_by_id <> sent_by_id",
    "ck_payment_delegated_is_signed": "(verified_under_id is null or verified_by_id is not null) and (authorised_under_id is null or authorised_by_id is not null) and (sent_under_id is null or sent_by_id is not null)",
}
#: The CHECK on what an entry of a bank file says: before, and from now on.
OUTCOMES = (
    "outcome IN ('pending', 'accepted', 'executed', 'rejected', 'cancelled', 'returned', 'credit', 'unknown')",
    "outcome IN ('pending', 'accepted', 'accepted_with_change', 'executed', 'rejected', 'cancelled', 'returned', 'credit', 'unknown')",
)
#: New columns of payments and what they refer to.
COLUMNS = {
    "initiated_by_id": "person",
    "verified_under_id": "delegation",
    "authorised_under_id": "delegation",
    "sent_under_id": "delegation",
}
REJECTED = (
    "UPDATE payment SET state = 'rejected_by_bank' WHERE state = 'returned' AND executed_on IS NULL"
)
LIVE = "state not in ('refused', 'cancelled', 'returned')"
LIVE_NOW = "state not in ('refused', 'cancelled', 'rejected_by_bank', 'returned')"

#: Triggers per engine.
DELEGATION_GUARDS = {
    "sqlite": (
        "CREATE TRIGGER delegation_write_once BEFORE UPDATE ON delegation WHEN (OLD.ref IS NOT NULL AND NEW.ref IS NOT OLD.ref) OR (OLD.role IS NOT NULL AND NEW.role IS NOT OLD.role) OR (OLD.delegator_id IS NOT NULL AND NEW.delegator_id IS NOT OLD.delegator_id) OR (OLD.delegate_id IS NOT NULL AND NEW.delegate_id IS NOT OLD.delegate_id) OR (OLD.starts_on IS NOT NULL AND NEW.starts_on IS NOT OLD.starts_on) OR (OLD.ends_on IS NOT NULL AND NEW.ends_on IS NOT OLD.ends_on) OR (OLD.ceiling_cents IS NOT NULL AND NEW.ceiling_cents IS NOT OLD.ceiling_cents) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS NOT OLD.proposed_at) OR (OLD.approved_by_id IS NOT NULL AND NEW.approved_by_id IS NOT OLD.approved_by_id) OR (OLD.approved_at IS NOT NULL AND NEW.approved_at IS NOT OLD.approved_at) OR (OLD.ended_by_id IS NOT NULL AND NEW.ended_by_id IS NOT OLD.ended_by_id) OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at) BEGIN SELECT RAISE(ABORT, 'constraint write_once_delegation: written once'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION delegation_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_delegation: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER delegation_write_once BEFORE UPDATE ON delegation FOR EACH ROW WHEN ((OLD.ref IS NOT NULL AND NEW.ref IS DISTINCT FROM OLD.ref) OR (OLD.role IS NOT NULL AND NEW.role IS DISTINCT FROM OLD.role) OR (OLD.delegator_id IS NOT NULL AND NEW.delegator_id IS DISTINCT FROM OLD.delegator_id) OR (OLD.delegate_id IS NOT NULL AND NEW.delegate_id IS DISTINCT FROM OLD.delegate_id) OR (OLD.starts_on IS NOT NULL AND NEW.starts_on IS DISTINCT FROM OLD.starts_on) OR (OLD.ends_on IS NOT NULL AND NEW.ends_on IS DISTINCT FROM OLD.ends_on) OR (OLD.ceiling_cents IS NOT NULL AND NEW.ceiling_cents IS DISTINCT FROM OLD.ceiling_cents) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS DISTINCT FROM OLD.proposed_at) OR (OLD.approved_by_id IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id) OR (OLD.approved_at IS NOT NULL AND NEW.approved_at IS DISTINCT FROM OLD.approved_at) OR (OLD.ended_by_id IS NOT NULL AND NEW.ended_by_id IS DISTINCT FROM OLD.ended_by_id) OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)) EXECUTE FUNCTION delegation_write_once()",
    ),
}
#: What of a payment is written once: before, and from now on.
ONCE_BEFORE = ("ref", "payee_id", "bank_account_id", "amount_cents", "line_id", "purpose", "subject", "replaces_id", "started_on", "limit_days", "requested_by_id", "requested_at", "verified_by_id", "verified_at", "authorised_by_id", "authorised_at", "batch_id", "sent_by_id", "sent_at", "executed_on")  # fmt: skip
ONCE_NOW = ("ref", "payee_id", "bank_account_id", "amount_cents", "line_id", "purpose", "subject", "replaces_id", "started_on", "limit_days", "initiated_by_id", "requested_by_id", "requested_at", "verified_by_id", "verified_at", "verified_under_id", "authorised_by_id", "authorised_at", "authorised_under_id", "batch_id", "sent_by_id", "sent_at", "sent_under_id", "accepted_at", "executed_on")  # fmt: skip
PAYMENT_GUARDS = {
    "sqlite": (
        "CREATE TRIGGER payment_delegated_insert BEFORE INSERT ON payment WHEN (NEW.verified_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation WHERE id = NEW.verified_under_id AND role = 'verifier' AND delegate_id = NEW.verified_by_id AND ceiling_cents >= NEW.amount_cents AND date(NEW.verified_at, CASE WHEN datetime(NEW.verified_at) >= datetime(strftime('%Y', NEW.verified_at) || '-04-01', 'weekday 0', '-7 days', '+1 hour') AND datetime(NEW.verified_at) < datetime(strftime('%Y', NEW.verified_at) || '-11-01', 'weekday 0', '-7 days', '+1 hour') THEN '+2 hours' ELSE '+1 hour' END) BETWEEN starts_on AND ends_on AND approved_at <= NEW.verified_at AND (ended_at IS NULL OR ended_at > NEW.verified_at))) OR (NEW.authorised_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation WHERE id = NEW.authorised_under_id AND role = 'authoriser' AND delegate_id = NEW.authorised_by_id AND ceiling_cents >= NEW.amount_cents AND date(NEW.authorised_at, CASE WHEN datetime(NEW.authorised_at) >= datetime(strftime('%Y', NEW.authorised_at) || '-04-01', 'weekday 0', '-7 days', '+1 hour') AND datetime(NEW.authorised_at) < datetime(strftime('%Y', NEW.authorised_at) || '-11-01', 'weekday 0', '-7 days', '+1 hour') THEN '+2 hours' ELSE '+1 hour' END) BETWEEN starts_on AND ends_on AND approved_at <= NEW.authorised_at AND (ended_at IS NULL OR ended_at > NEW.authorised_at))) OR (NEW.sent_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation WHERE id = NEW.sent_under_id AND role = 'accountant' AND delegate_id = NEW.sent_by_id AND ceiling_cents >= NEW.amount_cents AND date(NEW.sent_at, CASE WHEN datetime(NEW.sent_at) >= datetime(strftime('%Y', NEW.sent_at) || '-04-01', 'weekday 0', '-7 days', '+1 hour') AND datetime(NEW.sent_at) < datetime(strftime('%Y', NEW.sent_at) || '-11-01', 'weekday 0', '-7 days', '+1 hour') THEN '+2 hours' ELSE '+1 hour' END) BETWEEN starts_on AND ends_on AND approved_at <= NEW.sent_at AND (ended_at IS NULL OR ended_at > NEW.sent_at))) OR EXISTS (SELECT 1 FROM delegation WHERE id IN (NEW.verified_under_id, NEW.authorised_under_id, NEW.sent_under_id) AND delegator_id IN (NEW.initiated_by_id, NEW.requested_by_id, NEW.verified_by_id, NEW.authorised_by_id, NEW.sent_by_id)) OR (SELECT count(*) - count(DISTINCT delegator_id) FROM delegation WHERE id IN (NEW.verified_under_id, NEW.authorised_under_id, NEW.sent_under_id)) > 0 BEGIN SELECT RAISE(ABORT, 'constraint delegated_payment: beyond the delegation'); END",
        "CREATE TRIGGER payment_delegated_update BEFORE UPDATE ON payment WHEN (NEW.verified_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation WHERE id = NEW.verified_under_id AND role = 'verifier' AND delegate_id = NEW.verified_by_id AND ceiling_cents >= NEW.amount_cents AND date(NEW.verified_at, CASE WHEN datetime(NEW.verified_at) >= datetime(strftime('%Y', NEW.verified_at) || '-04-01', 'weekday 0', '-7 days', '+1 hour') AND datetime(NEW.verified_at) < datetime(strftime('%Y', NEW.verified_at) || '-11-01', 'weekday 0', '-7 days', '+1 hour') THEN '+2 hours' ELSE '+1 hour' END) BETWEEN starts_on AND ends_on AND approved_at <= NEW.verified_at AND (ended_at IS NULL OR ended_at > NEW.verified_at))) OR (NEW.authorised_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation WHERE id = NEW.authorised_under_id AND role = 'authoriser' AND delegate_id = NEW.authorised_by_id AND ceiling_cents >= NEW.amount_cents AND date(NEW.authorised_at, CASE WHEN datetime(NEW.authorised_at) >= datetime(strftime('%Y', NEW.authorised_at) || '-04-01', 'weekday 0', '-7 days', '+1 hour') AND datetime(NEW.authorised_at) < datetime(strftime('%Y', NEW.authorised_at) || '-11-01', 'weekday 0', '-7 days', '+1 hour') THEN '+2 hours' ELSE '+1 hour' END) BETWEEN starts_on AND ends_on AND approved_at <= NEW.authorised_at AND (ended_at IS NULL OR ended_at > NEW.authorised_at))) OR (NEW.sent_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation WHERE id = NEW.sent_under_id AND role = 'accountant' AND delegate_id = NEW.sent_by_id AND ceiling_cents >= NEW.amount_cents AND date(NEW.sent_at, CASE WHEN datetime(NEW.sent_at) >= datetime(strftime('%Y', NEW.sent_at) || '-04-01', 'weekday 0', '-7 days', '+1 hour') AND datetime(NEW.sent_at) < datetime(strftime('%Y', NEW.sent_at) || '-11-01', 'weekday 0', '-7 days', '+1 hour') THEN '+2 hours' ELSE '+1 hour' END) BETWEEN starts_on AND ends_on AND approved_at <= NEW.sent_at AND (ended_at IS NULL OR ended_at > NEW.sent_at))) OR EXISTS (SELECT 1 FROM delegation WHERE id IN (NEW.verified_under_id, NEW.authorised_under_id, NEW.sent_under_id) AND delegator_id IN (NEW.initiated_by_id, NEW.requested_by_id, NEW.verified_by_id, NEW.authorised_by_id, NEW.sent_by_id)) OR (SELECT count(*) - count(DISTINCT delegator_id) FROM delegation WHERE id IN (NEW.verified_under_id, NEW.authorised_under_id, NEW.sent_under_id)) > 0 BEGIN SELECT RAISE(ABORT, 'constraint delegated_payment: beyond the delegation'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION payment_delegated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (NEW.verified_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation WHERE id = NEW.verified_under_id AND role = 'verifier' AND delegate_id = NEW.verified_by_id AND ceiling_cents >= NEW.amount_cents AND (NEW.verified_at AT TIME ZONE 'Europe/Brussels')::date BETWEEN starts_on AND ends_on AND approved_at <= NEW.verified_at AND (ended_at IS NULL OR ended_at > NEW.verified_at))) OR (NEW.authorised_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation WHERE id = NEW.authorised_under_id AND role = 'authoriser' AND delegate_id = NEW.authorised_by_id AND ceiling_cents >= NEW.amount_cents AND (NEW.authorised_at AT TIME ZONE 'Europe/Brussels')::date BETWEEN starts_on AND ends_on AND approved_at <= NEW.authorised_at AND (ended_at IS NULL OR ended_at > NEW.authorised_at))) OR (NEW.sent_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation WHERE id = NEW.sent_under_id AND role = 'accountant' AND delegate_id = NEW.sent_by_id AND ceiling_cents >= NEW.amount_cents AND (NEW.sent_at AT TIME ZONE 'Europe/Brussels')::date BETWEEN starts_on AND ends_on AND approved_at <= NEW.sent_at AND (ended_at IS NULL OR ended_at > NEW.sent_at))) OR EXISTS (SELECT 1 FROM delegation WHERE id IN (NEW.verified_under_id, NEW.authorised_under_id, NEW.sent_under_id) AND delegator_id IN (NEW.initiated_by_id, NEW.requested_by_id, NEW.verified_by_id, NEW.authorised_by_id, NEW.sent_by_id)) OR (SELECT count(*) - count(DISTINCT delegator_id) FROM delegation WHERE id IN (NEW.verified_under_id, NEW.authorised_under_id, NEW.sent_under_id)) > 0 THEN RAISE EXCEPTION 'constraint delegated_payment: beyond the delegation' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER payment_delegated BEFORE INSERT OR UPDATE ON payment FOR EACH ROW WHEN (NEW.verified_under_id IS NOT NULL OR NEW.authorised_under_id IS NOT NULL OR NEW.sent_under_id IS NOT NULL) EXECUTE FUNCTION payment_delegated()",
    ),
}


def upgrade() -> None:
    """Make the tables wide enough, then say what each payment that came back really was.

    A payment returned without a day of execution was rejected. Who asked first is known from the
    payments it stands in for, unless that person has signed it meanwhile.
    """
    create_delegation()
    drop_trigger("payment_write_once", "payment")
    op.drop_index("uq_payment_live_subject", table_name="payment")
    if is_sqlite():
        for column in COLUMNS:
            op.execute(f"ALTER TABLE payment ADD COLUMN {column} INTEGER")
        op.execute("ALTER TABLE payment ADD COLUMN accepted_at DATETIME")
        rewrite("payment", checks_now())
        rewrite("bank_entry", [OUTCOMES])
    else:
        alter_payment()
        replace_check("bank_entry", "ck_bank_entry_outcome", OUTCOMES[1])
    if is_sqlite():
        op.execute(REJECTED)
    say_who_asked_first()
    if is_sqlite():
        rewrite("payment", [("initiated_by_id INTEGER, ", "initiated_by_id INTEGER NOT NULL, ")])
    else:
        op.alter_column("payment", "initiated_by_id", nullable=False)
    index_live(LIVE_NOW)
    for column in COLUMNS:
        op.create_index(op.f(f"ix_payment_{column}"), "payment", [column], unique=False)
    guard_once(ONCE_NOW)
    for statement in PAYMENT_GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the states, the columns and the delegations back.

    An accepted payment becomes one that was sent, a rejected one was returned; what was signed by
    delegation stays signed by whoever signed it.
    """
    drop_payment_guards()
    for column in COLUMNS:
        op.drop_index(op.f(f"ix_payment_{column}"), table_name="payment")
    op.drop_index("uq_payment_live_subject", table_name="payment")
    if is_sqlite():
        rewrite("payment", [(new, old) for old, new in checks_now()])
        rewrite("payment", [("initiated_by_id INTEGER NOT NULL, ", "initiated_by_id INTEGER, ")])
    else:
        for name, (before, _now) in CHECKS.items():
            replace_check("payment", name, before, after_data=True)
        for name in NEW_CHECKS:
            op.drop_constraint(op.f(name), "payment", type_="check")
    op.execute("UPDATE payment SET state = 'sent' WHERE state = 'accepted_by_bank'")
    op.execute("UPDATE payment SET state = 'returned' WHERE state = 'rejected_by_bank'")
    if not is_sqlite():
        for name, (before, _now) in CHECKS.items():
            op.create_check_constraint(op.f(name), "payment", before)
        for column in COLUMNS:
            op.drop_constraint(op.f(f"fk_payment_{column}"), "payment", type_="foreignkey")
    for column in (*COLUMNS, "accepted_at"):
        op.execute(f"ALTER TABLE payment DROP COLUMN {column}")
    forget_changes()
    index_live(LIVE)
    guard_once(ONCE_BEFORE)
    op.drop_table("delegation")
    if not is_sqlite():
        op.execute("DROP FUNCTION delegation_write_once()")


def is_sqlite() -> bool:
    """Which of the two engines this is."""
    return op.get_bind().dialect.name == "sqlite"


def create_delegation() -> None:
    """Create the table, its indexes and its guard."""
    op.create_table(
        "delegation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("delegator_id", KEY, nullable=False),
        sa.Column("delegate_id", KEY, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ceiling_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", KEY, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role in ('verifier', 'authoriser', 'accountant')",
            name=op.f("ck_delegation_role_signs"),
        ),
        sa.CheckConstraint(
            "delegate_id <> delegator_id",
            name=op.f("ck_delegation_to_another"),
        ),
        sa.CheckConstraint(
            "ceiling_cents > 0",
            name=op.f("ck_delegation_ceiling_above_zero"),
        ),
        sa.CheckConstraint(
            "starts_on <= ends_on",
            name=op.f("ck_delegation_days_in_order"),
        ),
        sa.CheckConstraint(
            "approved_by_id <> delegate_id and approved_by_id <> delegator_id",
            name=op.f("ck_delegation_approved_by_another"),
        ),
        sa.CheckConstraint(
            "(approved_by_id is null) = (approved_at is null)",
            name=op.f("ck_delegation_approved_has_moment"),
        ),
        sa.CheckConstraint(
            "(state <> 'approved' or approved_at is not null) and (state not in ('proposed', 'declined') or approved_at is null)",
            name=op.f("ck_delegation_state_has_approval"),
        ),
        sa.CheckConstraint(
            "(state in ('declined', 'revoked')) = (ended_at is not null) and (ended_at is null) = (ended_by_id is null) and (ended_at is null) = (end_reason = '')",
            name=op.f("ck_delegation_ended_has_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'declined', 'revoked')",
            name=op.f("ck_delegation_state"),
        ),
        sa.CheckConstraint(
            "role IN ('admin', 'officer', 'evaluator', 'manager', 'verifier', 'authoriser', 'accountant', 'auditor')",
            name=op.f("ck_delegation_role"),
        ),
        sa.ForeignKeyConstraint(
            ["delegator_id"], ["person.id"], name=op.f("fk_delegation_delegator_id")
        ),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["person.id"], name=op.f("fk_delegation_delegate_id")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_delegation_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_delegation_ended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("ref", name=op.f("uq_delegation_ref")),
    )
    op.create_index("ix_delegation_delegate_id_state", "delegation", ["delegate_id", "state"])
    for column in ("delegator_id", "delegate_id", "approved_by_id", "ended_by_id"):
        op.create_index(op.f(f"ix_delegation_{column}"), "delegation", [column], unique=False)
    for statement in DELEGATION_GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def checks_now() -> list[tuple[str, str]]:
    """The CHECKs and references of payments, before and from now on, as SQLite keeps them."""
    anchor = "CONSTRAINT pk_payment PRIMARY KEY (id)"
    more = [f"CONSTRAINT {name} CHECK ({check})" for name, check in NEW_CHECKS.items()]
    more += [
        f"CONSTRAINT fk_payment_{column} FOREIGN KEY({column}) REFERENCES {table} (id)"
        for column, table in COLUMNS.items()
    ]
    return [*CHECKS.values(), (anchor, ", ".join([anchor, *more]))]


def alter_payment() -> None:
    """The same on PostgreSQL; who asked first is not yet known."""
    for column, table in COLUMNS.items():
        op.add_column("payment", sa.Column(column, KEY, nullable=True))
        name = op.f(f"fk_payment_{column}")
        op.create_foreign_key(name, "payment", table, [column], ["id"])
    op.add_column("payment", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    for name in CHECKS:
        op.drop_constraint(op.f(name), "payment", type_="check")
    op.execute(REJECTED)
    for name, (_before, now) in CHECKS.items():
        op.create_check_constraint(op.f(name), "payment", now)
    for name, check in NEW_CHECKS.items():
        op.create_check_constraint(op.f(name), "payment", check)


def replace_check(table: str, name: str, check: str, *, after_data: bool = False) -> None:
    """Put one CHECK in the place of another; with `after_data` it is made later."""
    op.drop_constraint(op.f(name), table, type_="check")
    if not after_data:
        op.create_check_constraint(op.f(name), table, check)


def say_who_asked_first() -> None:
    """Follow each payment to the first it stands in for; whoever signed it cannot have asked."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT id, replaces_id, requested_by_id, verified_by_id, authorised_by_id, sent_by_id "
            "FROM payment ORDER BY id"
        )
    )
    first: dict[int, int] = {}
    for row in rows.all():
        asked = first.get(row.replaces_id, row.requested_by_id)
        signed = (row.verified_by_id, row.authorised_by_id, row.sent_by_id)
        first[row.id] = row.requested_by_id if asked in signed else asked
    for payment, person in first.items():
        op.get_bind().execute(
            sa.text("UPDATE payment SET initiated_by_id = :person WHERE id = :payment"),
            {"person": person, "payment": payment},
        )


def forget_changes() -> None:
    """An acceptance with a change becomes an acceptance; the guard of entries stands aside."""
    change = "UPDATE bank_entry SET outcome = 'accepted' WHERE outcome = 'accepted_with_change'"
    if is_sqlite():
        guard = op.get_bind().scalar(
            sa.text("SELECT sql FROM sqlite_master WHERE name = 'bank_entry_write_once'")
        )
        op.execute("DROP TRIGGER bank_entry_write_once")
        op.execute(change)
        rewrite("bank_entry", [OUTCOMES[::-1]])
        op.get_bind().exec_driver_sql(guard)
        return
    op.execute("ALTER TABLE bank_entry DISABLE TRIGGER bank_entry_write_once")
    op.execute(change)
    op.execute("ALTER TABLE bank_entry ENABLE TRIGGER bank_entry_write_once")
    replace_check("bank_entry", "ck_bank_entry_outcome", OUTCOMES[0])


def drop_payment_guards() -> None:
    """Remove the triggers of payments."""
    if is_sqlite():
        for trigger in ("write_once", "delegated_insert", "delegated_update"):
            drop_trigger(f"payment_{trigger}", "payment")
        return
    for trigger in ("payment_write_once", "payment_delegated"):
        drop_trigger(trigger, "payment")
    op.execute("DROP FUNCTION payment_delegated()")


def drop_trigger(name: str, table: str) -> None:
    """Remove a trigger, as each engine wants it said."""
    op.execute(f"DROP TRIGGER {name}" if is_sqlite() else f"DROP TRIGGER {name} ON {table}")


def guard_once(columns: tuple[str, ...]) -> None:
    """Let the database refuse to change the columns once they hold a value."""
    differs = "IS NOT" if is_sqlite() else "IS DISTINCT FROM"
    changed = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} {differs} OLD.{column})" for column in columns
    )
    if is_sqlite():
        op.execute(
            f"CREATE TRIGGER payment_write_once BEFORE UPDATE ON payment WHEN {changed} BEGIN "
            "SELECT RAISE(ABORT, 'constraint write_once_payment: written once'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER payment_write_once BEFORE UPDATE ON payment FOR EACH ROW WHEN ({changed}) "
        "EXECUTE FUNCTION payment_write_once()"
    )


def index_live(condition: str) -> None:
    """At most one payment under way or executed for each file."""
    op.create_index(
        "uq_payment_live_subject",
        "payment",
        ["subject"],
        unique=True,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )


def rewrite(table: str, changes: list[tuple[str, str]]) -> None:
    """Change the statement SQLite keeps of a table, rows staying where they are.

    Rebuilding the table is impossible inside a transaction while other tables refer to it. This is
    the way SQLite itself describes for CHECKs and references; nullable columns at the end of the
    columns cost no change of rows either. Raises ValueError when a text is not found.
    """
    connection = op.get_bind()
    find = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    statement = " ".join(str(connection.scalar(find, {"name": table})).split())
    for before, after in changes:
        if before not in statement:
            raise ValueError(f"{table} is not as expected: {before}")
        statement = statement.replace(before, after)
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    change = sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name")
    connection.execute(change, {"sql": statement, "name": table})
    connection.exec_driver_sql(f"PRAGMA schema_version={int(version or 0) + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=RESET")
