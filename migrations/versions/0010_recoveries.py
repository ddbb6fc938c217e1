"""Recoveries with receipts and set-offs, what payments keep back, and the posting for both."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: Triggers per engine; refuse_change() comes with the foundation.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER payment_kept_back BEFORE UPDATE ON payment WHEN NEW.kept_back_cents <> OLD.kept_back_cents AND (OLD.state <> 'requested' OR NEW.state <> 'requested' OR NEW.kept_back_cents < OLD.kept_back_cents) BEGIN SELECT RAISE(ABORT, 'constraint kept_back_early: kept back before the first check'); END",
        "CREATE TRIGGER interest_rate_no_update BEFORE UPDATE ON interest_rate BEGIN SELECT RAISE(ABORT, 'constraint append_only_interest_rate: rows are written once'); END",
        "CREATE TRIGGER interest_rate_no_delete BEFORE DELETE ON interest_rate BEGIN SELECT RAISE(ABORT, 'constraint append_only_interest_rate: rows are written once'); END",
        "CREATE TRIGGER interest_rate_no_replace BEFORE INSERT ON interest_rate WHEN EXISTS (SELECT 1 FROM interest_rate WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_interest_rate: rows are written once'); END",
        "CREATE TRIGGER recovery_write_once BEFORE UPDATE ON recovery WHEN (OLD.ref IS NOT NULL AND NEW.ref IS NOT OLD.ref) OR (OLD.payment_id IS NOT NULL AND NEW.payment_id IS NOT OLD.payment_id) OR (OLD.debtor_id IS NOT NULL AND NEW.debtor_id IS NOT OLD.debtor_id) OR (OLD.line_id IS NOT NULL AND NEW.line_id IS NOT OLD.line_id) OR (OLD.subject IS NOT NULL AND NEW.subject IS NOT OLD.subject) OR (OLD.cause IS NOT NULL AND NEW.cause IS NOT OLD.cause) OR (OLD.reason IS NOT NULL AND NEW.reason IS NOT OLD.reason) OR (OLD.drafted_cents IS NOT NULL AND NEW.drafted_cents IS NOT OLD.drafted_cents) OR (OLD.drafted_by_id IS NOT NULL AND NEW.drafted_by_id IS NOT OLD.drafted_by_id) OR (OLD.drafted_at IS NOT NULL AND NEW.drafted_at IS NOT OLD.drafted_at) OR (OLD.informed_at IS NOT NULL AND NEW.informed_at IS NOT OLD.informed_at) OR (OLD.comment_until IS NOT NULL AND NEW.comment_until IS NOT OLD.comment_until) OR (OLD.commented_by_id IS NOT NULL AND NEW.commented_by_id IS NOT OLD.commented_by_id) OR (OLD.commented_at IS NOT NULL AND NEW.commented_at IS NOT OLD.commented_at) OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS NOT OLD.answered_at) OR (OLD.issued_by_id IS NOT NULL AND NEW.issued_by_id IS NOT OLD.issued_by_id) OR (OLD.issued_at IS NOT NULL AND NEW.issued_at IS NOT OLD.issued_at) OR (OLD.due_on IS NOT NULL AND NEW.due_on IS NOT OLD.due_on) OR (OLD.interest_rate_bp IS NOT NULL AND NEW.interest_rate_bp IS NOT OLD.interest_rate_bp) OR (OLD.note_en_id IS NOT NULL AND NEW.note_en_id IS NOT OLD.note_en_id) OR (OLD.note_fr_id IS NOT NULL AND NEW.note_fr_id IS NOT OLD.note_fr_id) OR (OLD.waived_by_id IS NOT NULL AND NEW.waived_by_id IS NOT OLD.waived_by_id) OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT OLD.closed_at) OR (OLD.released_at IS NOT NULL AND NEW.released_at IS NOT OLD.released_at) BEGIN SELECT RAISE(ABORT, 'constraint write_once_recovery: written once'); END",
        "CREATE TRIGGER recovery_within_payment BEFORE INSERT ON recovery WHEN NOT EXISTS (SELECT 1 FROM payment WHERE id = NEW.payment_id AND state = 'executed' AND payee_id = NEW.debtor_id AND line_id = NEW.line_id AND subject = NEW.subject AND amount_cents >= NEW.amount_cents + coalesce((SELECT sum(other.amount_cents) FROM recovery AS other WHERE other.payment_id = NEW.payment_id AND other.state <> 'withdrawn'), 0)) BEGIN SELECT RAISE(ABORT, 'constraint recovery_within_payment: more than was paid'); END",
        "CREATE TRIGGER recovery_only_less BEFORE UPDATE ON recovery WHEN NEW.amount_cents > OLD.amount_cents OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn') OR (NEW.amount_cents <> OLD.amount_cents AND OLD.issued_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'constraint recovery_within_payment: more than was paid'); END",
        "CREATE TRIGGER payment_recovered BEFORE UPDATE ON payment WHEN OLD.state = 'executed' AND NEW.state <> 'executed' AND EXISTS (SELECT 1 FROM recovery WHERE recovery.payment_id = NEW.id AND recovery.received_cents + recovery.offset_cents > 0) BEGIN SELECT RAISE(ABORT, 'constraint payment_recovered: part of it came back'); END",
        "CREATE TRIGGER recovery_receipt_no_update BEFORE UPDATE ON recovery_receipt BEGIN SELECT RAISE(ABORT, 'constraint append_only_recovery_receipt: rows are written once'); END",
        "CREATE TRIGGER recovery_receipt_no_delete BEFORE DELETE ON recovery_receipt BEGIN SELECT RAISE(ABORT, 'constraint append_only_recovery_receipt: rows are written once'); END",
        "CREATE TRIGGER recovery_receipt_no_replace BEFORE INSERT ON recovery_receipt WHEN EXISTS (SELECT 1 FROM recovery_receipt WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM recovery_receipt WHERE bank_reference = NEW.bank_reference) BEGIN SELECT RAISE(ABORT, 'constraint append_only_recovery_receipt: rows are written once'); END",
        "CREATE TRIGGER recovery_offset_no_update BEFORE UPDATE ON recovery_offset BEGIN SELECT RAISE(ABORT, 'constraint append_only_recovery_offset: rows are written once'); END",
        "CREATE TRIGGER recovery_offset_no_delete BEFORE DELETE ON recovery_offset BEGIN SELECT RAISE(ABORT, 'constraint append_only_recovery_offset: rows are written once'); END",
        "CREATE TRIGGER recovery_offset_no_replace BEFORE INSERT ON recovery_offset WHEN EXISTS (SELECT 1 FROM recovery_offset WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_recovery_offset: rows are written once'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION payment_kept_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint kept_back_early: kept back before the first check' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER payment_kept_back BEFORE UPDATE ON payment FOR EACH ROW WHEN (NEW.kept_back_cents <> OLD.kept_back_cents AND (OLD.state <> 'requested' OR NEW.state <> 'requested' OR NEW.kept_back_cents < OLD.kept_back_cents)) EXECUTE FUNCTION payment_kept_back()",
        "CREATE TRIGGER interest_rate_no_change BEFORE UPDATE OR DELETE ON interest_rate FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER interest_rate_no_truncate BEFORE TRUNCATE ON interest_rate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION recovery_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_recovery: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER recovery_write_once BEFORE UPDATE ON recovery FOR EACH ROW WHEN ((OLD.ref IS NOT NULL AND NEW.ref IS DISTINCT FROM OLD.ref) OR (OLD.payment_id IS NOT NULL AND NEW.payment_id IS DISTINCT FROM OLD.payment_id) OR (OLD.debtor_id IS NOT NULL AND NEW.debtor_id IS DISTINCT FROM OLD.debtor_id) OR (OLD.line_id IS NOT NULL AND NEW.line_id IS DISTINCT FROM OLD.line_id) OR (OLD.subject IS NOT NULL AND NEW.subject IS DISTINCT FROM OLD.subject) OR (OLD.cause IS NOT NULL AND NEW.cause IS DISTINCT FROM OLD.cause) OR (OLD.reason IS NOT NULL AND NEW.reason IS DISTINCT FROM OLD.reason) OR (OLD.drafted_cents IS NOT NULL AND NEW.drafted_cents IS DISTINCT FROM OLD.drafted_cents) OR (OLD.drafted_by_id IS NOT NULL AND NEW.drafted_by_id IS DISTINCT FROM OLD.drafted_by_id) OR (OLD.drafted_at IS NOT NULL AND NEW.drafted_at IS DISTINCT FROM OLD.drafted_at) OR (OLD.informed_at IS NOT NULL AND NEW.informed_at IS DISTINCT FROM OLD.informed_at) OR (OLD.comment_until IS NOT NULL AND NEW.comment_until IS DISTINCT FROM OLD.comment_until) OR (OLD.commented_by_id IS NOT NULL AND NEW.commented_by_id IS DISTINCT FROM OLD.commented_by_id) OR (OLD.commented_at IS NOT NULL AND NEW.commented_at IS DISTINCT FROM OLD.commented_at) OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS DISTINCT FROM OLD.answered_at) OR (OLD.issued_by_id IS NOT NULL AND NEW.issued_by_id IS DISTINCT FROM OLD.issued_by_id) OR (OLD.issued_at IS NOT NULL AND NEW.issued_at IS DISTINCT FROM OLD.issued_at) OR (OLD.due_on IS NOT NULL AND NEW.due_on IS DISTINCT FROM OLD.due_on) OR (OLD.interest_rate_bp IS NOT NULL AND NEW.interest_rate_bp IS DISTINCT FROM OLD.interest_rate_bp) OR (OLD.note_en_id IS NOT NULL AND NEW.note_en_id IS DISTINCT FROM OLD.note_en_id) OR (OLD.note_fr_id IS NOT NULL AND NEW.note_fr_id IS DISTINCT FROM OLD.note_fr_id) OR (OLD.waived_by_id IS NOT NULL AND NEW.waived_by_id IS DISTINCT FROM OLD.waived_by_id) OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at) OR (OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at)) EXECUTE FUNCTION recovery_write_once()",
        "CREATE OR REPLACE FUNCTION recovery_within_payment() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM payment WHERE id = NEW.payment_id FOR UPDATE; IF NOT EXISTS (SELECT 1 FROM payment WHERE id = NEW.payment_id AND state = 'executed' AND payee_id = NEW.debtor_id AND line_id = NEW.line_id AND subject = NEW.subject AND amount_cents >= NEW.amount_cents + coalesce((SELECT sum(other.amount_cents) FROM recovery AS other WHERE other.payment_id = NEW.payment_id AND other.state <> 'withdrawn'), 0)) THEN RAISE EXCEPTION 'constraint recovery_within_payment: more than was paid' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER recovery_within_payment BEFORE INSERT ON recovery FOR EACH ROW EXECUTE FUNCTION recovery_within_payment()",
        "CREATE OR REPLACE FUNCTION recovery_only_less() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint recovery_within_payment: more than was paid' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER recovery_only_less BEFORE UPDATE ON recovery FOR EACH ROW WHEN (NEW.amount_cents > OLD.amount_cents OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn') OR (NEW.amount_cents <> OLD.amount_cents AND OLD.issued_at IS NOT NULL)) EXECUTE FUNCTION recovery_only_less()",
        "CREATE OR REPLACE FUNCTION payment_recovered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM recovery WHERE recovery.payment_id = NEW.id AND recovery.received_cents + recovery.offset_cents > 0) THEN RAISE EXCEPTION 'constraint payment_recovered: part of it came back' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER payment_recovered BEFORE UPDATE ON payment FOR EACH ROW WHEN (OLD.state = 'executed' AND NEW.state <> 'executed') EXECUTE FUNCTION payment_recovered()",
        "CREATE TRIGGER recovery_receipt_no_change BEFORE UPDATE OR DELETE ON recovery_receipt FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER recovery_receipt_no_truncate BEFORE TRUNCATE ON recovery_receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER recovery_offset_no_change BEFORE UPDATE OR DELETE ON recovery_offset FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER recovery_offset_no_truncate BEFORE TRUNCATE ON recovery_offset FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
}
FUNCTIONS = (
    "payment_kept_back",
    "recovery_write_once",
    "recovery_within_payment",
    "recovery_only_less",
    "payment_recovered",
)
#: The guards of the ledger, which go with its table when SQLite makes it anew.
POSTING_GUARDS = (
    "CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'constraint append_only_posting: rows are written once'); END",
    "CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'constraint append_only_posting: rows are written once'); END",
    "CREATE TRIGGER posting_no_replace BEFORE INSERT ON posting WHEN EXISTS (SELECT 1 FROM posting WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM posting WHERE reverses_id = NEW.reverses_id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_posting: rows are written once'); END",
)
KINDS = (
    "open_line",
    "commit",
    "bind",
    "certify",
    "pay",
    "release",
    "take_back",
    "transfer",
    "reverse",
)
BUCKETS = ("outside", "available", "committed", "bound", "certified", "paid")
#: Where each kind of posting moves money, before this migration.
MOVEMENTS = "(kind = 'open_line' and source = 'outside' and target = 'available') or (kind = 'transfer' and source = 'outside' and target = 'available') or (kind = 'transfer' and source = 'available' and target = 'outside') or (kind = 'commit' and source = 'available' and target = 'committed') or (kind = 'bind' and source = 'committed' and target = 'bound') or (kind = 'release' and source = 'committed' and target = 'available') or (kind = 'certify' and source = 'bound' and target = 'certified') or (kind = 'release' and source = 'bound' and target = 'available') or (kind = 'pay' and source = 'certified' and target = 'paid') or (kind = 'release' and source = 'certified' and target = 'available') or (kind = 'take_back' and source = 'paid' and target = 'certified') or (kind = 'reverse' and source <> target)"
RECOVER = "(kind = 'recover' and source = 'paid' and target = 'committed')"
KEPT_BACK = "kept_back_cents >= 0 and kept_back_cents < amount_cents"


def upgrade() -> None:
    """Create the tables, the column and the guards; let a posting recover what was paid."""
    movements = MOVEMENTS.replace(" or (kind = 'reverse'", f" or {RECOVER} or (kind = 'reverse'")
    change_postings((*KINDS[:7], "recover", *KINDS[7:]), movements)
    keep_back()
    op.create_table(
        "interest_rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rate_bp is null or rate_bp between 1 and 10000",
            name=op.f("ck_interest_rate_rate_range"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_rate")),
    )
    op.create_table(
        "recovery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "pre_information",
                "contested",
                "answered",
                "issued",
                "paid",
                "offset",
                "waived",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "debtor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "shortened",
                "rejected",
                "error",
                "audit",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("drafted_cents", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "drafted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("informed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment_until", sa.Date(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column(
            "commented_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("commented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "issued_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("interest_rate_bp", sa.Integer(), nullable=True),
        sa.Column(
            "note_en_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "note_fr_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("received_cents", sa.BigInteger(), nullable=False),
        sa.Column("offset_cents", sa.BigInteger(), nullable=False),
        sa.Column("waived_cents", sa.BigInteger(), nullable=False),
        sa.Column("interest_received_cents", sa.BigInteger(), nullable=False),
        sa.Column("interest_waived_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "waiver_proposed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("waiver_reason", sa.Text(), nullable=False),
        sa.Column(
            "waived_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "released_at is null or (state in ('paid', 'offset', 'waived') and received_cents + offset_cents > 0)",
            name=op.f("ck_recovery_released_after_close"),
        ),
        sa.CheckConstraint(
            "(commented_at is null) = (comment = '') and (answered_at is null or commented_at is not null) and (answered_at is null) = (answer = '')",
            name=op.f("ck_recovery_answered_after_comment"),
        ),
        sa.CheckConstraint(
            "(informed_at is null) = (comment_until is null) and (informed_at is not null or state in ('drafted', 'withdrawn'))",
            name=op.f("ck_recovery_informed_has_date"),
        ),
        sa.CheckConstraint(
            "(issued_at is null) = (issued_by_id is null) and (issued_at is null) = (due_on is null) and (issued_at is null) = (note_en_id is null) and (issued_at is null) = (note_fr_id is null) and (issued_at is null) = (state in ('drafted', 'pre_information', 'contested', 'answered', 'withdrawn'))",
            name=op.f("ck_recovery_issued_has_note"),
        ),
        sa.CheckConstraint(
            "(state = 'waived') = (waived_by_id is not null) and (waived_by_id is null or waiver_proposed_by_id is not null) and (waived_by_id is not null or (waived_cents = 0 and interest_waived_cents = 0)) and (waiver_proposed_by_id is null) = (waiver_reason = '')",
            name=op.f("ck_recovery_waived_by_two"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_reason <> '')",
            name=op.f("ck_recovery_withdrawn_has_reason"),
        ),
        sa.CheckConstraint(
            "state not in ('drafted', 'pre_information', 'contested', 'answered', 'withdrawn') or (received_cents = 0 and offset_cents = 0 and waived_cents = 0 and interest_received_cents = 0 and interest_waived_cents = 0)",
            name=op.f("ck_recovery_settled_after_issue"),
        ),
        sa.CheckConstraint(
            "state not in ('paid', 'offset', 'waived') or received_cents + offset_cents + waived_cents = amount_cents",
            name=op.f("ck_recovery_closed_has_nothing_open"),
        ),
        sa.CheckConstraint(
            "amount_cents > 0 and amount_cents <= drafted_cents",
            name=op.f("ck_recovery_amount_in_range"),
        ),
        sa.CheckConstraint("interest_rate_bp > 0", name=op.f("ck_recovery_rate_above_zero")),
        sa.CheckConstraint(
            "issued_by_id <> drafted_by_id", name=op.f("ck_recovery_issued_by_another")
        ),
        sa.CheckConstraint(
            "received_cents + offset_cents + waived_cents <= amount_cents",
            name=op.f("ck_recovery_settled_within_amount"),
        ),
        sa.CheckConstraint(
            "received_cents >= 0 and offset_cents >= 0 and waived_cents >= 0 and interest_received_cents >= 0 and interest_waived_cents >= 0",
            name=op.f("ck_recovery_settled_not_negative"),
        ),
        sa.CheckConstraint(
            "waived_by_id <> drafted_by_id and waived_by_id <> waiver_proposed_by_id",
            name=op.f("ck_recovery_waived_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["commented_by_id"], ["person.id"], name=op.f("fk_recovery_commented_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["debtor_id"], ["organisation.id"], name=op.f("fk_recovery_debtor_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_recovery_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_recovery_issued_by_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["budget_line.id"], name=op.f("fk_recovery_line_id")),
        sa.ForeignKeyConstraint(
            ["note_en_id"], ["stored_file.id"], name=op.f("fk_recovery_note_en_id")
        ),
        sa.ForeignKeyConstraint(
            ["note_fr_id"], ["stored_file.id"], name=op.f("fk_recovery_note_fr_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_recovery_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["waived_by_id"], ["person.id"], name=op.f("fk_recovery_waived_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["waiver_proposed_by_id"], ["person.id"], name=op.f("fk_recovery_waiver_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
        sa.UniqueConstraint("ref", name=op.f("uq_recovery_ref")),
    )
    with op.batch_alter_table("recovery", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recovery_commented_by_id"), ["commented_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_recovery_debtor_id"), ["debtor_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_recovery_drafted_by_id"), ["drafted_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recovery_issued_by_id"), ["issued_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_recovery_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_note_en_id"), ["note_en_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_note_fr_id"), ["note_fr_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index("ix_recovery_state_due_on", ["state", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_subject"), ["subject"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_recovery_waived_by_id"), ["waived_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recovery_waiver_proposed_by_id"), ["waiver_proposed_by_id"], unique=False
        )

    op.create_table(
        "recovery_offset",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "recovery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("netted_on", sa.Date(), nullable=False),
        sa.Column(
            "netted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("netted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_recovery_offset_amount_above_zero")),
        sa.ForeignKeyConstraint(
            ["netted_by_id"], ["person.id"], name=op.f("fk_recovery_offset_netted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_recovery_offset_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_offset_recovery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_offset")),
    )
    with op.batch_alter_table("recovery_offset", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recovery_offset_netted_by_id"), ["netted_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recovery_offset_payment_id"), ["payment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recovery_offset_recovery_id"), ["recovery_id"], unique=False
        )

    op.create_table(
        "recovery_receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "recovery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("bank_reference", sa.String(length=70), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("principal_cents", sa.BigInteger(), nullable=False),
        sa.Column("interest_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "entered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "bank_reference <> ''", name=op.f("ck_recovery_receipt_has_bank_reference")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_recovery_receipt_amount_above_zero")),
        sa.CheckConstraint(
            "principal_cents >= 0 and interest_cents >= 0 and principal_cents + interest_cents = amount_cents",
            name=op.f("ck_recovery_receipt_parts_are_the_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_recovery_receipt_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_receipt_recovery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_receipt")),
        sa.UniqueConstraint("bank_reference", name=op.f("uq_recovery_receipt_bank_reference")),
    )
    with op.batch_alter_table("recovery_receipt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recovery_receipt_entered_by_id"), ["entered_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recovery_receipt_recovery_id"), ["recovery_id"], unique=False
        )

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables and the column; refused by the ledger when anything was recovered."""
    change_postings(KINDS, MOVEMENTS)
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for trigger in ("payment_recovered", "payment_kept_back"):
        op.execute(f"DROP TRIGGER {trigger}" + (" ON payment" if on_postgresql else ""))
    with op.batch_alter_table("recovery_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_receipt_recovery_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_receipt_entered_by_id"))

    op.drop_table("recovery_receipt")
    with op.batch_alter_table("recovery_offset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_offset_recovery_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_offset_payment_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_offset_netted_by_id"))

    op.drop_table("recovery_offset")
    with op.batch_alter_table("recovery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_waiver_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_waived_by_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_subject"))
        batch_op.drop_index("ix_recovery_state_due_on")
        batch_op.drop_index(batch_op.f("ix_recovery_payment_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_note_fr_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_note_en_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_line_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_issued_by_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_drafted_by_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_debtor_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_commented_by_id"))

    op.drop_table("recovery")
    op.drop_table("interest_rate")

    if on_postgresql:
        op.drop_column("payment", "kept_back_cents")
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
    else:
        op.execute("ALTER TABLE payment DROP COLUMN kept_back_cents")


def keep_back() -> None:
    """Add the column to payments; on SQLite without making the table anew, its guards stay."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE payment ADD COLUMN kept_back_cents BIGINT DEFAULT 0 NOT NULL "
            f"CONSTRAINT ck_payment_kept_back_below_amount CHECK ({KEPT_BACK})"
        )
        return
    op.add_column(
        "payment",
        sa.Column("kept_back_cents", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.create_check_constraint(op.f("ck_payment_kept_back_below_amount"), "payment", KEPT_BACK)


def change_postings(kinds: tuple[str, ...], movements: str) -> None:
    """Let postings be of these kinds, along these movements, and of no other."""
    if op.get_bind().dialect.name == "sqlite":
        remake_postings(kinds, movements)
        return
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    checks = {"kind": f"kind in ({listed})", "movement_known": movements}
    for name, condition in checks.items():
        op.drop_constraint(op.f(f"ck_posting_{name}"), "posting", type_="check")
        op.create_check_constraint(op.f(f"ck_posting_{name}"), "posting", condition)


def remake_postings(kinds: tuple[str, ...], movements: str) -> None:
    """Copy the postings into a table with other checks, put it in the place of the old one.

    The new table refers to itself, so that nothing refers to the old one when it goes; SQLite
    changes the reference with the name.
    """
    op.create_table("posting_new", *posting_columns(kinds), *posting_constraints(movements))
    op.execute("INSERT INTO posting_new SELECT * FROM posting ORDER BY id")
    op.drop_table("posting")
    op.rename_table("posting_new", "posting")
    op.create_index(op.f("ix_posting_line_id"), "posting", ["line_id"], unique=False)
    op.create_index(
        "ix_posting_line_id_booked_on", "posting", ["line_id", "booked_on"], unique=False
    )
    op.create_index("ix_posting_line_id_file", "posting", ["line_id", "file"], unique=False)
    op.create_index(op.f("ix_posting_subject"), "posting", ["subject"], unique=False)
    for statement in POSTING_GUARDS:
        op.execute(statement)


def posting_columns(kinds: tuple[str, ...]) -> list[sa.Column[object]]:
    """The columns of a posting, in their order."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return [
        sa.Column("id", number, nullable=False),
        sa.Column("line_id", number, nullable=False),
        sa.Column("kind", one_of(kinds, "kind"), nullable=False),
        sa.Column("source", one_of(BUCKETS, "source"), nullable=False),
        sa.Column("target", one_of(BUCKETS, "target"), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("actor_id", number, nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
    ]


def posting_constraints(movements: str) -> list[sa.Constraint]:
    """The constraints of a posting, under the names they keep."""
    return [
        sa.CheckConstraint(movements, name=op.f("ck_posting_movement_known")),
        sa.CheckConstraint(
            "(kind = 'reverse') = (reverses_id is not null)",
            name=op.f("ck_posting_reversal_names_its_posting"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_posting_amount_above_zero")),
        sa.ForeignKeyConstraint(["line_id"], ["budget_line.id"], name=op.f("fk_posting_line_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["posting_new.id"], name=op.f("fk_posting_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_posting_reverses_id")),
    ]


def one_of(words: tuple[str, ...], name: str) -> sa.Enum:
    """A text column of a few words, with a CHECK."""
    return sa.Enum(
        *words,
        name=op.f(f"ck_posting_{name}"),
        native_enum=False,
        create_constraint=True,
        length=40,
    )
