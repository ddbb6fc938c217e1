"""The files of the bank and their entries, with the guards that keep them as they were told."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: Triggers per engine; refuse_change() comes with the foundation.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER bank_answer_no_update BEFORE UPDATE ON bank_answer BEGIN SELECT RAISE(ABORT, 'constraint append_only_bank_answer: rows are written once'); END",
        "CREATE TRIGGER bank_answer_no_delete BEFORE DELETE ON bank_answer BEGIN SELECT RAISE(ABORT, 'constraint append_only_bank_answer: rows are written once'); END",
        "CREATE TRIGGER bank_answer_no_replace BEFORE INSERT ON bank_answer WHEN EXISTS (SELECT 1 FROM bank_answer WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM bank_answer WHERE kind = NEW.kind AND message_id = NEW.message_id) OR EXISTS (SELECT 1 FROM bank_answer WHERE ref = NEW.ref) BEGIN SELECT RAISE(ABORT, 'constraint append_only_bank_answer: rows are written once'); END",
        "CREATE TRIGGER bank_entry_write_once BEFORE UPDATE ON bank_entry WHEN (OLD.answer_id IS NOT NULL AND NEW.answer_id IS NOT OLD.answer_id) OR (OLD.ref IS NOT NULL AND NEW.ref IS NOT OLD.ref) OR (OLD.number IS NOT NULL AND NEW.number IS NOT OLD.number) OR (OLD.bank_key IS NOT NULL AND NEW.bank_key IS NOT OLD.bank_key) OR (OLD.outcome IS NOT NULL AND NEW.outcome IS NOT OLD.outcome) OR (OLD.end_to_end IS NOT NULL AND NEW.end_to_end IS NOT OLD.end_to_end) OR (OLD.iban IS NOT NULL AND NEW.iban IS NOT OLD.iban) OR (OLD.amount_cents IS NOT NULL AND NEW.amount_cents IS NOT OLD.amount_cents) OR (OLD.booked_on IS NOT NULL AND NEW.booked_on IS NOT OLD.booked_on) OR (OLD.code IS NOT NULL AND NEW.code IS NOT OLD.code) OR (OLD.text IS NOT NULL AND NEW.text IS NOT OLD.text) OR (OLD.payment_id IS NOT NULL AND NEW.payment_id IS NOT OLD.payment_id) OR (OLD.decided_by_id IS NOT NULL AND NEW.decided_by_id IS NOT OLD.decided_by_id) BEGIN SELECT RAISE(ABORT, 'constraint write_once_bank_entry: written once'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER bank_answer_no_change BEFORE UPDATE OR DELETE ON bank_answer FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER bank_answer_no_truncate BEFORE TRUNCATE ON bank_answer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION bank_entry_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_bank_entry: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER bank_entry_write_once BEFORE UPDATE ON bank_entry FOR EACH ROW WHEN ((OLD.answer_id IS NOT NULL AND NEW.answer_id IS DISTINCT FROM OLD.answer_id) OR (OLD.ref IS NOT NULL AND NEW.ref IS DISTINCT FROM OLD.ref) OR (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number) OR (OLD.bank_key IS NOT NULL AND NEW.bank_key IS DISTINCT FROM OLD.bank_key) OR (OLD.outcome IS NOT NULL AND NEW.outcome IS DISTINCT FROM OLD.outcome) OR (OLD.end_to_end IS NOT NULL AND NEW.end_to_end IS DISTINCT FROM OLD.end_to_end) OR (OLD.iban IS NOT NULL AND NEW.iban IS DISTINCT FROM OLD.iban) OR (OLD.amount_cents IS NOT NULL AND NEW.amount_cents IS DISTINCT FROM OLD.amount_cents) OR (OLD.booked_on IS NOT NULL AND NEW.booked_on IS DISTINCT FROM OLD.booked_on) OR (OLD.code IS NOT NULL AND NEW.code IS DISTINCT FROM OLD.code) OR (OLD.text IS NOT NULL AND NEW.text IS DISTINCT FROM OLD.text) OR (OLD.payment_id IS NOT NULL AND NEW.payment_id IS DISTINCT FROM OLD.payment_id) OR (OLD.decided_by_id IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id)) EXECUTE FUNCTION bank_entry_write_once()",
    ),
}


def upgrade() -> None:
    """Create the two tables and their guards."""
    op.create_table(
        "bank_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pain.002",
                "camt.053",
                "camt.054",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("message_id", sa.String(length=70), nullable=False),
        sa.Column("known_before", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "taken_in_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_bank_answer_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_in_by_id"], ["person.id"], name=op.f("fk_bank_answer_taken_in_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_answer")),
        sa.UniqueConstraint("kind", "message_id", name=op.f("uq_bank_answer_kind_message_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_bank_answer_ref")),
    )
    with op.batch_alter_table("bank_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_answer_file_id"), ["file_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_bank_answer_taken_in_at"), ["taken_in_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_bank_answer_taken_in_by_id"), ["taken_in_by_id"], unique=False
        )

    op.create_table(
        "bank_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bank_key", sa.String(length=200), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "pending",
                "accepted",
                "executed",
                "rejected",
                "cancelled",
                "returned",
                "credit",
                "unknown",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("end_to_end", sa.String(length=35), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("charges_cents", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "waiting",
                "dismissed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'applied' or payment_id is not null",
            name=op.f("ck_bank_entry_applied_to_payment"),
        ),
        sa.CheckConstraint(
            "state <> 'dismissed' or decided_by_id is not null",
            name=op.f("ck_bank_entry_dismissed_by_someone"),
        ),
        sa.CheckConstraint(
            "state <> 'dismissed' or reason <> ''", name=op.f("ck_bank_entry_dismissed_has_reason")
        ),
        sa.CheckConstraint(
            "amount_cents is null or amount_cents > 0", name=op.f("ck_bank_entry_amount_above_zero")
        ),
        sa.CheckConstraint("charges_cents >= 0", name=op.f("ck_bank_entry_charges_not_negative")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["bank_answer.id"], name=op.f("fk_bank_entry_answer_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_bank_entry_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_bank_entry_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entry")),
        sa.UniqueConstraint("answer_id", "number", name=op.f("uq_bank_entry_answer_id_number")),
        sa.UniqueConstraint("bank_key", name=op.f("uq_bank_entry_bank_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_bank_entry_ref")),
    )
    with op.batch_alter_table("bank_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bank_entry_decided_by_id"), ["decided_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_bank_entry_end_to_end"), ["end_to_end"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_entry_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index("ix_bank_entry_state_id", ["state", "id"], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop both tables; their triggers go with them."""
    with op.batch_alter_table("bank_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_bank_entry_state_id")
        batch_op.drop_index(batch_op.f("ix_bank_entry_payment_id"))
        batch_op.drop_index(batch_op.f("ix_bank_entry_end_to_end"))
        batch_op.drop_index(batch_op.f("ix_bank_entry_decided_by_id"))

    op.drop_table("bank_entry")
    with op.batch_alter_table("bank_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_answer_taken_in_by_id"))
        batch_op.drop_index(batch_op.f("ix_bank_answer_taken_in_at"))
        batch_op.drop_index(batch_op.f("ix_bank_answer_file_id"))

    op.drop_table("bank_answer")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION bank_entry_write_once()")
