"""Dated limits of payments, and the times when the clock of a payment stands still."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

big_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_ONCE_BEFORE = ("ref", "payee_id", "bank_account_id", "amount_cents", "line_id", "purpose", "subject", "replaces_id", "started_on")  # fmt: skip
_ONCE_AFTER = ("requested_by_id", "requested_at", "verified_by_id", "verified_at", "authorised_by_id", "authorised_at", "batch_id", "sent_by_id", "sent_at", "executed_on")  # fmt: skip
SUSPENSION_ONCE = ("payment_id", "reason", "suspended_on", "suspended_at", "suspended_by_id", "resumed_on", "resumed_at", "resumed_by_id")  # fmt: skip
CLOCK = "OLD.suspended_on is not null and NEW.state <> OLD.state and NEW.state in ('verified', 'authorised', 'sent') or OLD.suspended_on is not null and NEW.suspended_on <> OLD.suspended_on or OLD.due_on <> NEW.due_on and (OLD.suspended_on is null or NEW.suspended_on is not null) or NEW.suspended_on is not null and OLD.suspended_on is null and not exists (select 1 from payment_suspension as s where s.payment_id = NEW.id and s.resumed_on is null) or NEW.suspended_on is null and OLD.suspended_on is not null and exists (select 1 from payment_suspension as s where s.payment_id = NEW.id and s.resumed_on is null)"
UNSENT = "suspended_on is null or state in ('requested', 'verified', 'authorised')"

#: Guards of the new tables per engine; refuse_change() comes with the foundation.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER payment_limit_no_update BEFORE UPDATE ON payment_limit BEGIN SELECT RAISE(ABORT, 'constraint append_only_payment_limit: rows are written once'); END",
        "CREATE TRIGGER payment_limit_no_delete BEFORE DELETE ON payment_limit BEGIN SELECT RAISE(ABORT, 'constraint append_only_payment_limit: rows are written once'); END",
        "CREATE TRIGGER payment_limit_no_replace BEFORE INSERT ON payment_limit WHEN EXISTS (SELECT 1 FROM payment_limit WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_payment_limit: rows are written once'); END",
        "CREATE TRIGGER payment_suspension_kept BEFORE DELETE ON payment_suspension WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'constraint payment_suspension_kept: refused'); END",
        f"CREATE TRIGGER payment_clock BEFORE UPDATE ON payment WHEN {CLOCK} BEGIN SELECT RAISE(ABORT, 'constraint payment_clock: refused'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER payment_limit_no_change BEFORE UPDATE OR DELETE ON payment_limit FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER payment_limit_no_truncate BEFORE TRUNCATE ON payment_limit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION payment_suspension_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'constraint payment_suspension_kept: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER payment_suspension_kept BEFORE DELETE ON payment_suspension FOR EACH ROW EXECUTE FUNCTION payment_suspension_kept()",
        f"CREATE OR REPLACE FUNCTION payment_clock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {CLOCK} THEN RAISE EXCEPTION 'constraint payment_clock: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER payment_clock BEFORE UPDATE ON payment FOR EACH ROW EXECUTE FUNCTION payment_clock()",
    ),
}


def upgrade() -> None:
    """Create the tables; give each payment its limit, which cannot be changed afterwards."""
    op.create_table(
        "payment_limit",
        sa.Column("id", big_key, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lump_sum",
                "instalment",
                "pre_financing",
                "interim",
                "balance",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days between 1 and 365", name=op.f("ck_payment_limit_days_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_limit")),
    )
    op.create_index("ix_payment_limit_kind_valid_from", "payment_limit", ["kind", "valid_from"])
    op.create_table(
        "payment_suspension",
        sa.Column("id", big_key, nullable=False),
        sa.Column("payment_id", big_key, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suspended_on", sa.Date(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_by_id", big_key, nullable=False),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_by_id", big_key, nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_payment_suspension_has_reason")),
        sa.CheckConstraint(
            "(resumed_on is null) = (resumed_at is null)"
            " and (resumed_on is null) = (resumed_by_id is null)",
            name=op.f("ck_payment_suspension_resumed_by_someone"),
        ),
        sa.CheckConstraint(
            "resumed_on is null or resumed_on >= suspended_on",
            name=op.f("ck_payment_suspension_days_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_payment_suspension_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["suspended_by_id"], ["person.id"], name=op.f("fk_payment_suspension_suspended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["resumed_by_id"], ["person.id"], name=op.f("fk_payment_suspension_resumed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_suspension")),
    )
    for column in ("payment_id", "suspended_by_id", "resumed_by_id"):
        op.create_index(op.f(f"ix_payment_suspension_{column}"), "payment_suspension", [column])
    op.create_index(
        "uq_payment_suspension_open",
        "payment_suspension",
        ["payment_id"],
        unique=True,
        sqlite_where=sa.text("resumed_on is null"),
        postgresql_where=sa.text("resumed_on is null"),
    )
    add_to_payment()
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    guard_once("payment_suspension", SUSPENSION_ONCE)
    guard_once("payment", (*_ONCE_BEFORE, "limit_days", *_ONCE_AFTER))


def downgrade() -> None:
    """Remove the tables and what payments have of them; a moved legal date stays moved."""
    drop_trigger("payment", "payment_clock")
    drop_trigger("payment", "payment_write_once")
    op.drop_table("payment_suspension")
    op.drop_table("payment_limit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION payment_clock()")
        for name in ("payment_suspension_kept", "payment_suspension_write_once"):
            op.execute(f"DROP FUNCTION {name}()")
    op.execute("ALTER TABLE payment DROP COLUMN suspended_on")
    op.execute("ALTER TABLE payment DROP COLUMN limit_days")
    guard_once("payment", (*_ONCE_BEFORE, *_ONCE_AFTER))


def add_to_payment() -> None:
    """Add the columns, with the CHECKs that SQLite takes only beside a column it adds."""
    drop_trigger("payment", "payment_write_once")
    op.execute(
        "ALTER TABLE payment ADD COLUMN limit_days INTEGER DEFAULT '30' NOT NULL "
        "CONSTRAINT ck_payment_limit_above_zero CHECK (limit_days > 0)"
    )
    op.execute(
        "ALTER TABLE payment ADD COLUMN suspended_on DATE "
        f"CONSTRAINT ck_payment_suspended_before_sent CHECK ({UNSENT})"
    )
    op.execute("UPDATE payment SET limit_days = 10 WHERE purpose = 'lump_sum'")


def drop_trigger(table: str, name: str) -> None:
    """Remove a guard."""
    where = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
    op.execute(f"DROP TRIGGER {name}{where}")


def guard_once(table: str, columns: tuple[str, ...]) -> None:
    """Let the database refuse to change the columns once they hold a value."""
    message = f"constraint write_once_{table}: written once"
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "IS NOT" if on_sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} {differs} OLD.{column})" for column in columns
    )
    if on_sqlite:
        op.execute(
            f"CREATE TRIGGER {table}_write_once BEFORE UPDATE ON {table} WHEN {changed} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{message}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_write_once BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION {table}_write_once()"
    )
