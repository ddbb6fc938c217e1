"""The foundation: every table of the house, with the guards that the database itself keeps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Triggers per engine: rows written once, columns written once.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'constraint append_only_audit_entry: rows are written once'); END",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'constraint append_only_audit_entry: rows are written once'); END",
        "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM audit_entry WHERE subject = NEW.subject AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'constraint append_only_audit_entry: rows are written once'); END",
        "CREATE TRIGGER participation_no_update BEFORE UPDATE ON participation BEGIN SELECT RAISE(ABORT, 'constraint append_only_participation: rows are written once'); END",
        "CREATE TRIGGER participation_no_delete BEFORE DELETE ON participation BEGIN SELECT RAISE(ABORT, 'constraint append_only_participation: rows are written once'); END",
        "CREATE TRIGGER participation_no_replace BEFORE INSERT ON participation WHEN EXISTS (SELECT 1 FROM participation WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_participation: rows are written once'); END",
        "CREATE TRIGGER batch_no_update BEFORE UPDATE ON batch BEGIN SELECT RAISE(ABORT, 'constraint append_only_batch: rows are written once'); END",
        "CREATE TRIGGER batch_no_delete BEFORE DELETE ON batch BEGIN SELECT RAISE(ABORT, 'constraint append_only_batch: rows are written once'); END",
        "CREATE TRIGGER batch_no_replace BEFORE INSERT ON batch WHEN EXISTS (SELECT 1 FROM batch WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM batch WHERE ref = NEW.ref) BEGIN SELECT RAISE(ABORT, 'constraint append_only_batch: rows are written once'); END",
        "CREATE TRIGGER corrigendum_no_update BEFORE UPDATE ON corrigendum BEGIN SELECT RAISE(ABORT, 'constraint append_only_corrigendum: rows are written once'); END",
        "CREATE TRIGGER corrigendum_no_delete BEFORE DELETE ON corrigendum BEGIN SELECT RAISE(ABORT, 'constraint append_only_corrigendum: rows are written once'); END",
        "CREATE TRIGGER corrigendum_no_replace BEFORE INSERT ON corrigendum WHEN EXISTS (SELECT 1 FROM corrigendum WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM corrigendum WHERE call_id = NEW.call_id AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'constraint append_only_corrigendum: rows are written once'); END",
        "CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'constraint append_only_posting: rows are written once'); END",
        "CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'constraint append_only_posting: rows are written once'); END",
        "CREATE TRIGGER posting_no_replace BEFORE INSERT ON posting WHEN EXISTS (SELECT 1 FROM posting WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM posting WHERE reverses_id = NEW.reverses_id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_posting: rows are written once'); END",
        "CREATE TRIGGER submitted_copy_no_update BEFORE UPDATE ON submitted_copy BEGIN SELECT RAISE(ABORT, 'constraint append_only_submitted_copy: rows are written once'); END",
        "CREATE TRIGGER submitted_copy_no_delete BEFORE DELETE ON submitted_copy BEGIN SELECT RAISE(ABORT, 'constraint append_only_submitted_copy: rows are written once'); END",
        "CREATE TRIGGER submitted_copy_no_replace BEFORE INSERT ON submitted_copy WHEN EXISTS (SELECT 1 FROM submitted_copy WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM submitted_copy WHERE proposal_id = NEW.proposal_id AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'constraint append_only_submitted_copy: rows are written once'); END",
        "CREATE TRIGGER payment_write_once BEFORE UPDATE ON payment WHEN (OLD.ref IS NOT NULL AND NEW.ref IS NOT OLD.ref) OR (OLD.payee_id IS NOT NULL AND NEW.payee_id IS NOT OLD.payee_id) OR (OLD.bank_account_id IS NOT NULL AND NEW.bank_account_id IS NOT OLD.bank_account_id) OR (OLD.amount_cents IS NOT NULL AND NEW.amount_cents IS NOT OLD.amount_cents) OR (OLD.line_id IS NOT NULL AND NEW.line_id IS NOT OLD.line_id) OR (OLD.purpose IS NOT NULL AND NEW.purpose IS NOT OLD.purpose) OR (OLD.subject IS NOT NULL AND NEW.subject IS NOT OLD.subject) OR (OLD.replaces_id IS NOT NULL AND NEW.replaces_id IS NOT OLD.replaces_id) OR (OLD.started_on IS NOT NULL AND NEW.started_on IS NOT OLD.started_on) OR (OLD.requested_by_id IS NOT NULL AND NEW.requested_by_id IS NOT OLD.requested_by_id) OR (OLD.requested_at IS NOT NULL AND NEW.requested_at IS NOT OLD.requested_at) OR (OLD.verified_by_id IS NOT NULL AND NEW.verified_by_id IS NOT OLD.verified_by_id) OR (OLD.verified_at IS NOT NULL AND NEW.verified_at IS NOT OLD.verified_at) OR (OLD.authorised_by_id IS NOT NULL AND NEW.authorised_by_id IS NOT OLD.authorised_by_id) OR (OLD.authorised_at IS NOT NULL AND NEW.authorised_at IS NOT OLD.authorised_at) OR (OLD.batch_id IS NOT NULL AND NEW.batch_id IS NOT OLD.batch_id) OR (OLD.sent_by_id IS NOT NULL AND NEW.sent_by_id IS NOT OLD.sent_by_id) OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS NOT OLD.sent_at) OR (OLD.executed_on IS NOT NULL AND NEW.executed_on IS NOT OLD.executed_on) BEGIN SELECT RAISE(ABORT, 'constraint write_once_payment: written once'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint append_only_%: rows are written once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER participation_no_change BEFORE UPDATE OR DELETE ON participation FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER participation_no_truncate BEFORE TRUNCATE ON participation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER batch_no_change BEFORE UPDATE OR DELETE ON batch FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER batch_no_truncate BEFORE TRUNCATE ON batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER corrigendum_no_change BEFORE UPDATE OR DELETE ON corrigendum FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER corrigendum_no_truncate BEFORE TRUNCATE ON corrigendum FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER posting_no_change BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER posting_no_truncate BEFORE TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER submitted_copy_no_change BEFORE UPDATE OR DELETE ON submitted_copy FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER submitted_copy_no_truncate BEFORE TRUNCATE ON submitted_copy FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION payment_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_payment: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER payment_write_once BEFORE UPDATE ON payment FOR EACH ROW WHEN ((OLD.ref IS NOT NULL AND NEW.ref IS DISTINCT FROM OLD.ref) OR (OLD.payee_id IS NOT NULL AND NEW.payee_id IS DISTINCT FROM OLD.payee_id) OR (OLD.bank_account_id IS NOT NULL AND NEW.bank_account_id IS DISTINCT FROM OLD.bank_account_id) OR (OLD.amount_cents IS NOT NULL AND NEW.amount_cents IS DISTINCT FROM OLD.amount_cents) OR (OLD.line_id IS NOT NULL AND NEW.line_id IS DISTINCT FROM OLD.line_id) OR (OLD.purpose IS NOT NULL AND NEW.purpose IS DISTINCT FROM OLD.purpose) OR (OLD.subject IS NOT NULL AND NEW.subject IS DISTINCT FROM OLD.subject) OR (OLD.replaces_id IS NOT NULL AND NEW.replaces_id IS DISTINCT FROM OLD.replaces_id) OR (OLD.started_on IS NOT NULL AND NEW.started_on IS DISTINCT FROM OLD.started_on) OR (OLD.requested_by_id IS NOT NULL AND NEW.requested_by_id IS DISTINCT FROM OLD.requested_by_id) OR (OLD.requested_at IS NOT NULL AND NEW.requested_at IS DISTINCT FROM OLD.requested_at) OR (OLD.verified_by_id IS NOT NULL AND NEW.verified_by_id IS DISTINCT FROM OLD.verified_by_id) OR (OLD.verified_at IS NOT NULL AND NEW.verified_at IS DISTINCT FROM OLD.verified_at) OR (OLD.authorised_by_id IS NOT NULL AND NEW.authorised_by_id IS DISTINCT FROM OLD.authorised_by_id) OR (OLD.authorised_at IS NOT NULL AND NEW.authorised_at IS DISTINCT FROM OLD.authorised_at) OR (OLD.batch_id IS NOT NULL AND NEW.batch_id IS DISTINCT FROM OLD.batch_id) OR (OLD.sent_by_id IS NOT NULL AND NEW.sent_by_id IS DISTINCT FROM OLD.sent_by_id) OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at) OR (OLD.executed_on IS NOT NULL AND NEW.executed_on IS DISTINCT FROM OLD.executed_on)) EXECUTE FUNCTION payment_write_once()",
    ),
}
FUNCTIONS = (
    "payment_write_once",
    "refuse_change",
)


def upgrade() -> None:
    """Create the tables and their guards."""

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("actor_roles", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column(
            "before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_audit_entry_numbered_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("subject", "number", name=op.f("uq_audit_entry_subject_number")),
    )
    op.create_index("ix_audit_entry_actor_id_at", "audit_entry", ["actor_id", "at"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_verb"), "audit_entry", ["verb"], unique=False)
    op.create_table(
        "book",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book")),
        sa.UniqueConstraint("ref", name=op.f("uq_book_ref")),
    )
    op.create_table(
        "host_ceiling",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_host_ceiling_amount_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_ceiling")),
        sa.UniqueConstraint(
            "country", "valid_from", name=op.f("uq_host_ceiling_country_valid_from")
        ),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deduplication_key", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("recipient_name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "attachments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("deduplication_key", name=op.f("uq_outbox_message_deduplication_key")),
    )
    op.create_index("ix_outbox_message_due", "outbox_message", ["done_at", "run_at"], unique=False)
    op.create_index(
        op.f("ix_outbox_message_recipient"), "outbox_message", ["recipient"], unique=False
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "active",
                "suspended",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("language in ('en', 'fr')", name=op.f("ck_person_language_known")),
        sa.CheckConstraint(
            "state <> 'active' or password_hash is not null",
            name=op.f("ck_person_active_has_password"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("ref", name=op.f("uq_person_ref")),
    )
    op.create_index(op.f("ix_person_name"), "person", ["name"], unique=False)
    op.create_table(
        "programme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_fr", sa.String(length=200), nullable=False),
        sa.Column("funding_rate_bp", sa.Integer(), nullable=False),
        sa.Column("indirect_rate_bp", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "funding_rate_bp between 1 and 10000", name=op.f("ck_programme_funding_rate_range")
        ),
        sa.CheckConstraint(
            "indirect_rate_bp between 0 and 10000", name=op.f("ck_programme_indirect_rate_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("ref", name=op.f("uq_programme_ref")),
    )
    op.create_table(
        "reference_counter",
        sa.Column("prefix", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_reference_counter")),
    )
    op.create_table(
        "scheme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("cap_cents", sa.BigInteger(), nullable=False),
        sa.Column("whole_from_days", sa.Integer(), nullable=False),
        sa.Column("near_m", sa.Integer(), nullable=False),
        sa.Column("shortest_days", sa.Integer(), nullable=False),
        sa.Column("longest_months", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("sme_share_bp", sa.Integer(), nullable=False),
        sa.Column("other_share_bp", sa.Integer(), nullable=False),
        sa.Column(
            "visitor_kinds",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "host_kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("report_days", sa.Integer(), nullable=False),
        sa.Column(
            "reminder_days",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("signing_days", sa.Integer(), nullable=False),
        sa.Column("retention_years", sa.Integer(), nullable=False),
        sa.CheckConstraint("cap_cents >= 0", name=op.f("ck_scheme_cap_not_negative")),
        sa.CheckConstraint(
            "shortest_days > 0 and whole_from_days >= shortest_days",
            name=op.f("ck_scheme_days_in_order"),
        ),
        sa.CheckConstraint(
            "sme_share_bp >= 0 and other_share_bp >= 0 and sme_share_bp + other_share_bp <= 10000",
            name=op.f("ck_scheme_shares_within_the_whole"),
        ),
        sa.CheckConstraint("target > 0", name=op.f("ck_scheme_target_above_zero")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_scheme_code_valid_from")),
    )
    op.create_index(op.f("ix_scheme_valid_from"), "scheme", ["valid_from"], unique=False)
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        "ix_sign_in_attempt_address_at", "sign_in_attempt", ["address", "at"], unique=False
    )
    op.create_index(
        "ix_sign_in_attempt_email_at", "sign_in_attempt", ["email_hash", "at"], unique=False
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "uploaded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_index(op.f("ix_stored_file_sha256"), "stored_file", ["sha256"], unique=False)
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "released_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("payments > 0 and total_cents > 0", name=op.f("ck_batch_not_empty")),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_batch_released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("ref", name=op.f("uq_batch_ref")),
    )
    op.create_index(op.f("ix_batch_released_at"), "batch", ["released_at"], unique=False)
    op.create_index(op.f("ix_batch_released_by_id"), "batch", ["released_by_id"], unique=False)
    op.create_table(
        "budget_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=False),
        sa.Column("available_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_cents", sa.BigInteger(), nullable=False),
        sa.Column("bound_cents", sa.BigInteger(), nullable=False),
        sa.Column("certified_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "available_cents >= 0", name=op.f("ck_budget_line_available_not_negative")
        ),
        sa.CheckConstraint("bound_cents >= 0", name=op.f("ck_budget_line_bound_not_negative")),
        sa.CheckConstraint(
            "budget_cents = available_cents + committed_cents + bound_cents + certified_cents + paid_cents",
            name=op.f("ck_budget_line_balances_sum_to_budget"),
        ),
        sa.CheckConstraint(
            "certified_cents >= 0", name=op.f("ck_budget_line_certified_not_negative")
        ),
        sa.CheckConstraint(
            "committed_cents >= 0", name=op.f("ck_budget_line_committed_not_negative")
        ),
        sa.CheckConstraint("paid_cents >= 0", name=op.f("ck_budget_line_paid_not_negative")),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_budget_line_book_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
        sa.UniqueConstraint("book_id", "code", name=op.f("uq_budget_line_book_id_code")),
    )
    op.create_index(op.f("ix_budget_line_book_id"), "budget_line", ["book_id"], unique=False)
    op.create_table(
        "call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "partnership",
                "innovation",
                "voucher",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("summary_fr", sa.Text(), nullable=False),
        sa.Column("search_name", sa.String(length=1000), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=False),
        sa.Column("max_grant_cents", sa.BigInteger(), nullable=False),
        sa.Column("min_grant_cents", sa.BigInteger(), nullable=False),
        sa.Column("funding_rate_bp", sa.Integer(), nullable=False),
        sa.Column("indirect_rate_bp", sa.Integer(), nullable=False),
        sa.Column("min_entities", sa.Integer(), nullable=False),
        sa.Column("min_countries", sa.Integer(), nullable=False),
        sa.Column("min_smes", sa.Integer(), nullable=False),
        sa.Column("requires_region_category", sa.Boolean(), nullable=False),
        sa.Column("requires_eccp", sa.Boolean(), nullable=False),
        sa.Column("single_application", sa.Boolean(), nullable=False),
        sa.Column(
            "eligible_kinds",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("sme_share_bp", sa.Integer(), nullable=False),
        sa.Column("min_months", sa.Integer(), nullable=False),
        sa.Column("max_months", sa.Integer(), nullable=False),
        sa.Column("abstract_limit", sa.Integer(), nullable=False),
        sa.Column("months_to_inform", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "published",
                "decided",
                "informed",
                "concluded",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("listed_cents", sa.BigInteger(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "drafted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("informed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancel_reason <> '')",
            name=op.f("ck_call_cancelled_has_reason"),
        ),
        sa.CheckConstraint(
            "(state in ('decided', 'informed', 'concluded')) = (decided_at is not null)",
            name=op.f("ck_call_decided_has_moment"),
        ),
        sa.CheckConstraint(
            "(state in ('informed', 'concluded')) = (informed_at is not null)",
            name=op.f("ck_call_informed_has_moment"),
        ),
        sa.CheckConstraint(
            "state in ('drafted', 'cancelled') or (published_at is not null and opens_at < closes_at and max_grant_cents <= budget_cents)",
            name=op.f("ck_call_published_in_order"),
        ),
        sa.CheckConstraint("budget_cents >= 0", name=op.f("ck_call_budget_not_negative")),
        sa.CheckConstraint(
            "funding_rate_bp between 0 and 10000", name=op.f("ck_call_funding_rate_is_a_share")
        ),
        sa.CheckConstraint(
            "indirect_rate_bp between 0 and 10000", name=op.f("ck_call_indirect_rate_is_a_share")
        ),
        sa.CheckConstraint(
            "listed_cents <= budget_cents", name=op.f("ck_call_listed_within_budget")
        ),
        sa.CheckConstraint("listed_cents >= 0", name=op.f("ck_call_listed_not_negative")),
        sa.CheckConstraint("max_grant_cents >= 0", name=op.f("ck_call_max_grant_not_negative")),
        sa.CheckConstraint(
            "min_entities >= 0 and min_countries >= 0 and min_smes >= 0",
            name=op.f("ck_call_minima"),
        ),
        sa.CheckConstraint("min_grant_cents >= 0", name=op.f("ck_call_min_grant_not_negative")),
        sa.CheckConstraint(
            "min_months >= 0 and max_months >= 0", name=op.f("ck_call_months_not_negative")
        ),
        sa.CheckConstraint(
            "sme_share_bp between 0 and 10000", name=op.f("ck_call_sme_share_is_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_call_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_call_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("ref", name=op.f("uq_call_ref")),
    )
    op.create_index(op.f("ix_call_drafted_by_id"), "call", ["drafted_by_id"], unique=False)
    op.create_index(op.f("ix_call_kind"), "call", ["kind"], unique=False)
    op.create_index(op.f("ix_call_opens_at"), "call", ["opens_at"], unique=False)
    op.create_index(op.f("ix_call_programme_id"), "call", ["programme_id"], unique=False)
    op.create_index("ix_call_state_closes_at", "call", ["state", "closes_at"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_index(
        op.f("ix_one_time_link_person_id"), "one_time_link", ["person_id"], unique=False
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("search_name", sa.String(length=600), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cluster",
                "network",
                "sso",
                "sme",
                "training",
                "large",
                "public",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=4), nullable=False),
        sa.Column("town", sa.String(length=100), nullable=False),
        sa.Column("street", sa.String(length=140), nullable=False),
        sa.Column("postcode", sa.String(length=16), nullable=False),
        sa.Column("latitude_e6", sa.Integer(), nullable=False),
        sa.Column("longitude_e6", sa.Integer(), nullable=False),
        sa.Column("registration_number", sa.String(length=40), nullable=True),
        sa.Column("vat_number", sa.String(length=20), nullable=True),
        sa.Column("pic", sa.String(length=9), nullable=True),
        sa.Column(
            "eccp_profile",
            sa.Enum(
                "yes",
                "no",
                "requested",
                name="eccp_profile",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("legal_group", sa.String(length=100), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "registered",
                "verified",
                "suspended",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("suspension_reason", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "registered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "verified_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'suspended') = (suspension_reason <> '')",
            name=op.f("ck_organisation_suspended_has_reason"),
        ),
        sa.CheckConstraint(
            "(state = 'verified') = (verified_at is not null)",
            name=op.f("ck_organisation_verified_has_moment"),
        ),
        sa.CheckConstraint(
            "latitude_e6 between -90000000 and 90000000",
            name=op.f("ck_organisation_latitude_range"),
        ),
        sa.CheckConstraint(
            "length(country) = 2 and country = upper(country)",
            name=op.f("ck_organisation_country_code"),
        ),
        sa.CheckConstraint(
            "longitude_e6 between -180000000 and 180000000",
            name=op.f("ck_organisation_longitude_range"),
        ),
        sa.CheckConstraint(
            "pic is null or length(pic) = 9", name=op.f("ck_organisation_pic_nine_digits")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["person.id"], name=op.f("fk_organisation_registered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["person.id"], name=op.f("fk_organisation_verified_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint(
            "country",
            "registration_number",
            name=op.f("uq_organisation_country_registration_number"),
        ),
        sa.UniqueConstraint("pic", name=op.f("uq_organisation_pic")),
        sa.UniqueConstraint("ref", name=op.f("uq_organisation_ref")),
        sa.UniqueConstraint("vat_number", name=op.f("uq_organisation_vat_number")),
    )
    op.create_index(
        "ix_organisation_country_name_key", "organisation", ["country", "name_key"], unique=False
    )
    op.create_index(op.f("ix_organisation_kind"), "organisation", ["kind"], unique=False)
    op.create_index(
        op.f("ix_organisation_legal_group"), "organisation", ["legal_group"], unique=False
    )
    op.create_index(
        op.f("ix_organisation_registered_at"), "organisation", ["registered_at"], unique=False
    )
    op.create_index(
        op.f("ix_organisation_registered_by_id"), "organisation", ["registered_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_organisation_search_name"), "organisation", ["search_name"], unique=False
    )
    op.create_index(
        "ix_organisation_state_search_name", "organisation", ["state", "search_name"], unique=False
    )
    op.create_index(
        op.f("ix_organisation_verified_by_id"), "organisation", ["verified_by_id"], unique=False
    )
    op.create_table(
        "participation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(country) = 2 and country = upper(country)",
            name=op.f("ck_participation_country_code"),
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from",
            name=op.f("ck_participation_days_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_participation_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
    )
    op.create_index(
        op.f("ix_participation_programme_id"), "participation", ["programme_id"], unique=False
    )
    op.create_index(
        "ix_participation_programme_id_country",
        "participation",
        ["programme_id", "country"],
        unique=False,
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "officer",
                "evaluator",
                "manager",
                "verifier",
                "authoriser",
                "accountant",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "granted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_role_grant_granted_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_index(
        "uq_role_grant_live",
        "role_grant",
        ["person_id", "role"],
        unique=True,
        sqlite_where=sa.text("revoked_at is null"),
        postgresql_where=sa.text("revoked_at is null"),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(
        op.f("ix_sign_in_session_person_id"), "sign_in_session", ["person_id"], unique=False
    )
    op.create_table(
        "bank_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("holder", sa.String(length=140), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("bic", sa.String(length=11), nullable=True),
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "validated",
                "frozen",
                "retired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "validated_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "replaced_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'retired') = (retired_at is not null)",
            name=op.f("ck_bank_account_retired_has_moment"),
        ),
        sa.CheckConstraint(
            "state <> 'frozen' or reason <> ''", name=op.f("ck_bank_account_frozen_has_reason")
        ),
        sa.CheckConstraint(
            "state <> 'proposed' or validated_at is null",
            name=op.f("ck_bank_account_proposed_not_validated"),
        ),
        sa.CheckConstraint(
            "state not in ('validated', 'frozen') or validated_at is not null",
            name=op.f("ck_bank_account_validated_by_someone"),
        ),
        sa.CheckConstraint(
            "(validated_by_id is null) = (validated_at is null)",
            name=op.f("ck_bank_account_validated_has_moment"),
        ),
        sa.CheckConstraint(
            "bic is null or length(bic) in (8, 11)", name=op.f("ck_bank_account_bic_length")
        ),
        sa.CheckConstraint(
            "length(iban) between 15 and 34", name=op.f("ck_bank_account_iban_length")
        ),
        sa.CheckConstraint(
            "validated_by_id <> proposed_by_id", name=op.f("ck_bank_account_validated_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["stored_file.id"], name=op.f("fk_bank_account_evidence_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bank_account_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_bank_account_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["bank_account.id"], name=op.f("fk_bank_account_replaced_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["validated_by_id"], ["person.id"], name=op.f("fk_bank_account_validated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
        sa.UniqueConstraint("ref", name=op.f("uq_bank_account_ref")),
    )
    op.create_index(
        op.f("ix_bank_account_evidence_id"), "bank_account", ["evidence_id"], unique=False
    )
    op.create_index(op.f("ix_bank_account_iban"), "bank_account", ["iban"], unique=False)
    op.create_index(
        op.f("ix_bank_account_organisation_id"), "bank_account", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_bank_account_proposed_by_id"), "bank_account", ["proposed_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_bank_account_replaced_by_id"), "bank_account", ["replaced_by_id"], unique=False
    )
    op.create_index(
        "ix_bank_account_state_proposed_at", "bank_account", ["state", "proposed_at"], unique=False
    )
    op.create_index(
        op.f("ix_bank_account_validated_by_id"), "bank_account", ["validated_by_id"], unique=False
    )
    op.create_index(
        "uq_bank_account_live_iban",
        "bank_account",
        ["organisation_id", "iban"],
        unique=True,
        sqlite_where=sa.text("state <> 'retired'"),
        postgresql_where=sa.text("state <> 'retired'"),
    )
    op.create_index(
        "uq_bank_account_validated",
        "bank_account",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'validated'"),
        postgresql_where=sa.text("state = 'validated'"),
    )
    op.create_table(
        "call_follower",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_follower_call_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_call_follower_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_follower")),
        sa.UniqueConstraint(
            "call_id", "organisation_id", name=op.f("uq_call_follower_call_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_call_follower_call_id"), "call_follower", ["call_id"], unique=False)
    op.create_index(
        op.f("ix_call_follower_organisation_id"), "call_follower", ["organisation_id"], unique=False
    )
    op.create_table(
        "cluster_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "cluster_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column(
            "recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "organisation_id <> cluster_id", name=op.f("ck_cluster_link_not_with_itself")
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from", name=op.f("ck_cluster_link_days_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["organisation.id"], name=op.f("fk_cluster_link_cluster_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cluster_link_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_cluster_link_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_link")),
    )
    op.create_index(
        op.f("ix_cluster_link_cluster_id"), "cluster_link", ["cluster_id"], unique=False
    )
    op.create_index(
        op.f("ix_cluster_link_organisation_id"), "cluster_link", ["organisation_id"], unique=False
    )
    op.create_index(
        "uq_cluster_link_open",
        "cluster_link",
        ["organisation_id", "cluster_id"],
        unique=True,
        sqlite_where=sa.text("valid_to is null"),
        postgresql_where=sa.text("valid_to is null"),
    )
    op.create_table(
        "corrigendum",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column(
            "changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "published_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_corrigendum_numbered_from_one")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_corrigendum_call_id")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_corrigendum_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrigendum")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_corrigendum_call_id_number")),
    )
    op.create_index(op.f("ix_corrigendum_call_id"), "corrigendum", ["call_id"], unique=False)
    op.create_index(
        op.f("ix_corrigendum_published_by_id"), "corrigendum", ["published_by_id"], unique=False
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(valid_to is null) = (ended_at is null)", name=op.f("ck_membership_ended_has_day")
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from", name=op.f("ck_membership_days_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(
        "ix_membership_organisation_id_ended_at",
        "membership",
        ["organisation_id", "ended_at"],
        unique=False,
    )
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)
    op.create_index(
        "uq_membership_open",
        "membership",
        ["user_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "open_line",
                "commit",
                "bind",
                "certify",
                "pay",
                "release",
                "take_back",
                "transfer",
                "reverse",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "outside",
                "available",
                "committed",
                "bound",
                "certified",
                "paid",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "target",
            sa.Enum(
                "outside",
                "available",
                "committed",
                "bound",
                "certified",
                "paid",
                name="target",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'open_line' and source = 'outside' and target = 'available') or (kind = 'transfer' and source = 'outside' and target = 'available') or (kind = 'transfer' and source = 'available' and target = 'outside') or (kind = 'commit' and source = 'available' and target = 'committed') or (kind = 'bind' and source = 'committed' and target = 'bound') or (kind = 'release' and source = 'committed' and target = 'available') or (kind = 'certify' and source = 'bound' and target = 'certified') or (kind = 'release' and source = 'bound' and target = 'available') or (kind = 'pay' and source = 'certified' and target = 'paid') or (kind = 'release' and source = 'certified' and target = 'available') or (kind = 'take_back' and source = 'paid' and target = 'certified') or (kind = 'reverse' and source <> target)",
            name=op.f("ck_posting_movement_known"),
        ),
        sa.CheckConstraint(
            "(kind = 'reverse') = (reverses_id is not null)",
            name=op.f("ck_posting_reversal_names_its_posting"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_posting_amount_above_zero")),
        sa.ForeignKeyConstraint(["line_id"], ["budget_line.id"], name=op.f("fk_posting_line_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["posting.id"], name=op.f("fk_posting_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_posting_reverses_id")),
    )
    op.create_index(op.f("ix_posting_line_id"), "posting", ["line_id"], unique=False)
    op.create_index(
        "ix_posting_line_id_booked_on", "posting", ["line_id", "booked_on"], unique=False
    )
    op.create_index("ix_posting_line_id_file", "posting", ["line_id", "file"], unique=False)
    op.create_index(op.f("ix_posting_subject"), "posting", ["subject"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "coordinator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("acronym", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("search_name", sa.String(length=600), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column(
            "themes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("asked_cents", sa.BigInteger(), nullable=True),
        sa.Column("planned_exchanges", sa.Integer(), nullable=True),
        sa.Column("planned_vouchers", sa.Integer(), nullable=True),
        sa.Column("requested_cents", sa.BigInteger(), nullable=False),
        sa.Column("eligible_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "inadmissible",
                "ineligible",
                "main_list",
                "reserve",
                "rejected",
                "awarded",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("list_position", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("identity_version", sa.Integer(), nullable=False),
        sa.Column("costs_version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "started_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state in ('main_list', 'reserve', 'awarded')) = (list_position is not null)",
            name=op.f("ck_proposal_listed_has_position"),
        ),
        sa.CheckConstraint(
            "state <> 'draft' or submitted_at is null", name=op.f("ck_proposal_draft_not_submitted")
        ),
        sa.CheckConstraint(
            "state in ('draft', 'withdrawn') or (submitted_at is not null and requested_cents > 0)",
            name=op.f("ck_proposal_submitted_has_moment"),
        ),
        sa.CheckConstraint(
            "state not in ('inadmissible', 'ineligible', 'rejected') or reason <> ''",
            name=op.f("ck_proposal_refused_has_reason"),
        ),
        sa.CheckConstraint(
            "(planned_exchanges is null or planned_exchanges > 0) and (planned_vouchers is null or planned_vouchers > 0)",
            name=op.f("ck_proposal_planned_positive"),
        ),
        sa.CheckConstraint(
            "asked_cents is null or asked_cents >= 0", name=op.f("ck_proposal_asked_not_negative")
        ),
        sa.CheckConstraint(
            "months is null or months > 0", name=op.f("ck_proposal_months_positive")
        ),
        sa.CheckConstraint(
            "requested_cents <= eligible_cents", name=op.f("ck_proposal_requested_within_eligible")
        ),
        sa.CheckConstraint(
            "requested_cents >= 0 and eligible_cents >= 0",
            name=op.f("ck_proposal_amounts_not_negative"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_proposal_call_id")),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["organisation.id"], name=op.f("fk_proposal_coordinator_id")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["person.id"], name=op.f("fk_proposal_started_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("ref", name=op.f("uq_proposal_ref")),
    )
    op.create_index(op.f("ix_proposal_acronym"), "proposal", ["acronym"], unique=False)
    op.create_index("ix_proposal_call_id_state", "proposal", ["call_id", "state"], unique=False)
    op.create_index(
        op.f("ix_proposal_coordinator_id"), "proposal", ["coordinator_id"], unique=False
    )
    op.create_index(op.f("ix_proposal_started_at"), "proposal", ["started_at"], unique=False)
    op.create_index(op.f("ix_proposal_started_by_id"), "proposal", ["started_by_id"], unique=False)
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state"], unique=False)
    op.create_index(op.f("ix_proposal_submitted_at"), "proposal", ["submitted_at"], unique=False)
    op.create_table(
        "sme_assessment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "declared",
                "confirmed",
                "contested",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference_year", sa.Integer(), nullable=False),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("ownership_changed", sa.Boolean(), nullable=False),
        sa.Column("headcount_hundredths", sa.Integer(), nullable=False),
        sa.Column("turnover_cents", sa.BigInteger(), nullable=False),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.Column("before_headcount_hundredths", sa.Integer(), nullable=True),
        sa.Column("before_turnover_cents", sa.BigInteger(), nullable=True),
        sa.Column("before_balance_cents", sa.BigInteger(), nullable=True),
        sa.Column("is_sme", sa.Boolean(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "micro",
                "small",
                "medium",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("total_headcount_hundredths", sa.Integer(), nullable=False),
        sa.Column("total_turnover_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_balance_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("signatory", sa.String(length=200), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column(
            "declared_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'declared') = (decided_at is null)",
            name=op.f("ck_sme_assessment_decided_has_moment"),
        ),
        sa.CheckConstraint(
            "state <> 'contested' or decision_reason <> ''",
            name=op.f("ck_sme_assessment_contested_has_reason"),
        ),
        sa.CheckConstraint(
            "(before_headcount_hundredths is null) = (before_turnover_cents is null) and (before_turnover_cents is null) = (before_balance_cents is null)",
            name=op.f("ck_sme_assessment_before_complete"),
        ),
        sa.CheckConstraint(
            "before_headcount_hundredths >= 0 and before_turnover_cents >= 0 and before_balance_cents >= 0",
            name=op.f("ck_sme_assessment_before_positive"),
        ),
        sa.CheckConstraint(
            "headcount_hundredths >= 0 and turnover_cents >= 0 and balance_cents >= 0",
            name=op.f("ck_sme_assessment_figures_positive"),
        ),
        sa.CheckConstraint(
            "is_sme = (category is not null)", name=op.f("ck_sme_assessment_category_of_an_sme")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_sme_assessment_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["person.id"], name=op.f("fk_sme_assessment_declared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sme_assessment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sme_assessment")),
        sa.UniqueConstraint("ref", name=op.f("uq_sme_assessment_ref")),
    )
    op.create_index(
        op.f("ix_sme_assessment_decided_by_id"), "sme_assessment", ["decided_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_sme_assessment_declared_by_id"), "sme_assessment", ["declared_by_id"], unique=False
    )
    op.create_index(
        "ix_sme_assessment_organisation_id_assessed_on",
        "sme_assessment",
        ["organisation_id", "assessed_on"],
        unique=False,
    )
    op.create_index(
        "ix_sme_assessment_state_assessed_on",
        "sme_assessment",
        ["state", "assessed_on"],
        unique=False,
    )
    op.create_table(
        "cost_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "category",
            sa.Enum(
                "personnel",
                "subcontracting",
                "travel",
                "equipment",
                "other",
                "vouchers",
                "exchanges",
                "indirect",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("sme_direct", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "category <> 'indirect'", name=op.f("ck_cost_item_indirect_is_computed")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_cost_item_amount_positive")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cost_item_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_cost_item_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_item")),
        sa.UniqueConstraint(
            "proposal_id",
            "organisation_id",
            "category",
            "sme_direct",
            name=op.f("uq_cost_item_proposal_id_organisation_id_category_sme_direct"),
        ),
    )
    op.create_index(
        op.f("ix_cost_item_organisation_id"), "cost_item", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_cost_item_proposal_id"), "cost_item", ["proposal_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "verified",
                "authorised",
                "sent",
                "executed",
                "refused",
                "returned",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("payee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "bank_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "lump_sum",
                "instalment",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column(
            "replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "requested_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "verified_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "authorised_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "sent_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("executed_on", sa.Date(), nullable=True),
        sa.Column(
            "refused_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state <> 'executed' or executed_on is not null) and (executed_on is null or state in ('executed', 'returned', 'cancelled'))",
            name=op.f("ck_payment_executed_has_day"),
        ),
        sa.CheckConstraint(
            "(state <> 'requested' or verified_by_id is null) and (state <> 'verified' or verified_by_id is not null) and (state <> 'verified' or authorised_by_id is null) and (state <> 'authorised' or authorised_by_id is not null) and (state <> 'authorised' or sent_by_id is null) and (state not in ('sent', 'executed', 'returned') or sent_by_id is not null) and (state <> 'refused' or sent_by_id is null)",
            name=op.f("ck_payment_state_has_signatures"),
        ),
        sa.CheckConstraint(
            "(state in ('refused', 'cancelled', 'returned')) = (refused_reason <> '') and (state in ('refused', 'cancelled', 'returned')) = (refused_at is not null)",
            name=op.f("ck_payment_ended_has_reason"),
        ),
        sa.CheckConstraint(
            "(authorised_by_id is null or verified_by_id is not null) and (sent_by_id is null or authorised_by_id is not null)",
            name=op.f("ck_payment_signed_in_order"),
        ),
        sa.CheckConstraint(
            "(verified_by_id is null) = (verified_at is null) and (authorised_by_id is null) = (authorised_at is null) and (sent_by_id is null) = (sent_at is null) and (sent_by_id is null) = (batch_id is null)",
            name=op.f("ck_payment_signed_has_moment"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payment_amount_above_zero")),
        sa.CheckConstraint(
            "authorised_by_id <> requested_by_id and authorised_by_id <> verified_by_id",
            name=op.f("ck_payment_authorised_by_another"),
        ),
        sa.CheckConstraint(
            "sent_by_id <> requested_by_id and sent_by_id <> verified_by_id and sent_by_id <> authorised_by_id",
            name=op.f("ck_payment_sent_by_another"),
        ),
        sa.CheckConstraint(
            "verified_by_id <> requested_by_id", name=op.f("ck_payment_verified_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["authorised_by_id"], ["person.id"], name=op.f("fk_payment_authorised_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["bank_account_id"], ["bank_account.id"], name=op.f("fk_payment_bank_account_id")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_payment_batch_id")),
        sa.ForeignKeyConstraint(["line_id"], ["budget_line.id"], name=op.f("fk_payment_line_id")),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["organisation.id"], name=op.f("fk_payment_payee_id")
        ),
        sa.ForeignKeyConstraint(
            ["refused_by_id"], ["person.id"], name=op.f("fk_payment_refused_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["payment.id"], name=op.f("fk_payment_replaces_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_payment_requested_by_id")
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["person.id"], name=op.f("fk_payment_sent_by_id")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["person.id"], name=op.f("fk_payment_verified_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("ref", name=op.f("uq_payment_ref")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_payment_replaces_id")),
    )
    op.create_index(
        op.f("ix_payment_authorised_by_id"), "payment", ["authorised_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_payment_bank_account_id"), "payment", ["bank_account_id"], unique=False
    )
    op.create_index(op.f("ix_payment_batch_id"), "payment", ["batch_id"], unique=False)
    op.create_index(op.f("ix_payment_due_on"), "payment", ["due_on"], unique=False)
    op.create_index(op.f("ix_payment_line_id"), "payment", ["line_id"], unique=False)
    op.create_index(op.f("ix_payment_payee_id"), "payment", ["payee_id"], unique=False)
    op.create_index(op.f("ix_payment_refused_by_id"), "payment", ["refused_by_id"], unique=False)
    op.create_index(
        op.f("ix_payment_requested_by_id"), "payment", ["requested_by_id"], unique=False
    )
    op.create_index(op.f("ix_payment_sent_by_id"), "payment", ["sent_by_id"], unique=False)
    op.create_index("ix_payment_state_due_on", "payment", ["state", "due_on"], unique=False)
    op.create_index(op.f("ix_payment_subject"), "payment", ["subject"], unique=False)
    op.create_index(op.f("ix_payment_verified_by_id"), "payment", ["verified_by_id"], unique=False)
    op.create_index(
        "uq_payment_live_subject",
        "payment",
        ["subject"],
        unique=True,
        sqlite_where=sa.text("state not in ('refused', 'cancelled', 'returned')"),
        postgresql_where=sa.text("state not in ('refused', 'cancelled', 'returned')"),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("acronym", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "coordinator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("max_grant_cents", sa.BigInteger(), nullable=False),
        sa.Column("funding_rate_bp", sa.Integer(), nullable=False),
        sa.Column("sme_share_bp", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "preparation",
                "signed",
                "suspended",
                "closed",
                "terminated",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "agreement", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "awarded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('preparation', 'terminated') or signed_at is not null",
            name=op.f("ck_project_signed_has_a_day"),
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_project_ends_after_start")),
        sa.CheckConstraint(
            "funding_rate_bp > 0 and funding_rate_bp <= 10000",
            name=op.f("ck_project_funding_rate_is_a_share"),
        ),
        sa.CheckConstraint(
            "max_grant_cents >= 0 and max_grant_cents <= total_cents",
            name=op.f("ck_project_grant_within_total"),
        ),
        sa.CheckConstraint(
            "sme_share_bp >= 0 and sme_share_bp <= 10000",
            name=op.f("ck_project_sme_share_is_a_share"),
        ),
        sa.CheckConstraint("total_cents >= 0", name=op.f("ck_project_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["awarded_by_id"], ["person.id"], name=op.f("fk_project_awarded_by_id")
        ),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_project_book_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_project_call_id")),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["organisation.id"], name=op.f("fk_project_coordinator_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_project_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_project_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("book_id", name=op.f("uq_project_book_id")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_project_proposal_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_project_ref")),
    )
    op.create_index(op.f("ix_project_acronym"), "project", ["acronym"], unique=False)
    op.create_index(op.f("ix_project_awarded_by_id"), "project", ["awarded_by_id"], unique=False)
    op.create_index(op.f("ix_project_call_id"), "project", ["call_id"], unique=False)
    op.create_index(op.f("ix_project_coordinator_id"), "project", ["coordinator_id"], unique=False)
    op.create_index(op.f("ix_project_ends_on"), "project", ["ends_on"], unique=False)
    op.create_index(op.f("ix_project_programme_id"), "project", ["programme_id"], unique=False)
    op.create_index(op.f("ix_project_starts_on"), "project", ["starts_on"], unique=False)
    op.create_index(op.f("ix_project_state"), "project", ["state"], unique=False)
    op.create_table(
        "proposal_attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "description",
                "mandate",
                "support",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "attached_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attached_by_id"], ["person.id"], name=op.f("fk_proposal_attachment_attached_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_proposal_attachment_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_attachment_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_attachment")),
        sa.UniqueConstraint(
            "proposal_id", "number", name=op.f("uq_proposal_attachment_proposal_id_number")
        ),
    )
    op.create_index(
        op.f("ix_proposal_attachment_attached_by_id"),
        "proposal_attachment",
        ["attached_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_proposal_attachment_file_id"), "proposal_attachment", ["file_id"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_attachment_proposal_id"),
        "proposal_attachment",
        ["proposal_id"],
        unique=False,
    )
    op.create_table(
        "proposal_partner",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "coordinator",
                "partner",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "confirmed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(position = 1) = (role = 'coordinator')",
            name=op.f("ck_proposal_partner_coordinator_first"),
        ),
        sa.CheckConstraint(
            "role <> 'coordinator' or confirmed_at is not null",
            name=op.f("ck_proposal_partner_coordinator_confirmed"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_proposal_partner_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_proposal_partner_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_partner_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_partner")),
        sa.UniqueConstraint(
            "proposal_id",
            "organisation_id",
            name=op.f("uq_proposal_partner_proposal_id_organisation_id"),
        ),
    )
    op.create_index(
        op.f("ix_proposal_partner_confirmed_by_id"),
        "proposal_partner",
        ["confirmed_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_proposal_partner_organisation_id"),
        "proposal_partner",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_proposal_partner_proposal_id"), "proposal_partner", ["proposal_id"], unique=False
    )
    op.create_table(
        "sme_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("through_position", sa.Integer(), nullable=False),
        sa.Column("share_bp", sa.Integer(), nullable=False),
        sa.Column("controls", sa.Boolean(), nullable=False),
        sa.Column(
            "investor",
            sa.Enum(
                "enterprise",
                "public_body",
                "public_investment",
                "venture_capital",
                "business_angel",
                "university",
                "institutional",
                "local_authority",
                name="investor",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("investor_group", sa.String(length=60), nullable=False),
        sa.Column("headcount_hundredths", sa.Integer(), nullable=False),
        sa.Column("turnover_cents", sa.BigInteger(), nullable=False),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.Column("before_headcount_hundredths", sa.Integer(), nullable=True),
        sa.Column("before_turnover_cents", sa.BigInteger(), nullable=True),
        sa.Column("before_balance_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "headcount_hundredths >= 0 and turnover_cents >= 0 and balance_cents >= 0",
            name=op.f("ck_sme_link_figures_positive"),
        ),
        sa.CheckConstraint("position between 1 and 20", name=op.f("ck_sme_link_position_range")),
        sa.CheckConstraint("share_bp between 0 and 10000", name=op.f("ck_sme_link_share_range")),
        sa.CheckConstraint(
            "through_position between 0 and 20 and through_position <> position",
            name=op.f("ck_sme_link_through_range"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["sme_assessment.id"], name=op.f("fk_sme_link_assessment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sme_link")),
        sa.UniqueConstraint(
            "assessment_id", "position", name=op.f("uq_sme_link_assessment_id_position")
        ),
    )
    op.create_table(
        "submitted_copy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_submitted_copy_fingerprint_whole")),
        sa.CheckConstraint("number > 0", name=op.f("ck_submitted_copy_numbered_from_one")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_submitted_copy_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_submitted_copy_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submitted_copy")),
        sa.UniqueConstraint(
            "proposal_id", "number", name=op.f("uq_submitted_copy_proposal_id_number")
        ),
    )
    op.create_index(
        op.f("ix_submitted_copy_proposal_id"), "submitted_copy", ["proposal_id"], unique=False
    )
    op.create_index(op.f("ix_submitted_copy_sha256"), "submitted_copy", ["sha256"], unique=False)
    op.create_index(
        op.f("ix_submitted_copy_submitted_by_id"),
        "submitted_copy",
        ["submitted_by_id"],
        unique=False,
    )
    op.create_table(
        "beneficiary",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "coordinator",
                "partner",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(position = 1) = (role = 'coordinator')", name=op.f("ck_beneficiary_coordinator_first")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_beneficiary_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_beneficiary_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beneficiary")),
        sa.UniqueConstraint(
            "project_id", "organisation_id", name=op.f("uq_beneficiary_project_id_organisation_id")
        ),
        sa.UniqueConstraint(
            "project_id", "position", name=op.f("uq_beneficiary_project_id_position")
        ),
    )
    op.create_index(
        op.f("ix_beneficiary_organisation_id"), "beneficiary", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_beneficiary_project_id"), "beneficiary", ["project_id"], unique=False)
    op.create_table(
        "cap_use",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("used_cents", sa.BigInteger(), nullable=False),
        sa.Column("cap_cents", sa.BigInteger(), nullable=False),
        sa.Column("cap_source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("used_cents <= cap_cents", name=op.f("ck_cap_use_used_within_cap")),
        sa.CheckConstraint("used_cents >= 0", name=op.f("ck_cap_use_used_not_negative")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cap_use_organisation_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_cap_use_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_use")),
        sa.UniqueConstraint(
            "project_id", "organisation_id", name=op.f("uq_cap_use_project_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_cap_use_organisation_id"), "cap_use", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_cap_use_project_id"), "cap_use", ["project_id"], unique=False)
    op.create_table(
        "envelope",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "instrument",
            sa.Enum(
                "exchange",
                "voucher",
                name="instrument",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.CheckConstraint("target > 0", name=op.f("ck_envelope_target_positive")),
        sa.ForeignKeyConstraint(["line_id"], ["budget_line.id"], name=op.f("fk_envelope_line_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_envelope_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint("line_id", name=op.f("uq_envelope_line_id")),
        sa.UniqueConstraint(
            "project_id", "instrument", name=op.f("uq_envelope_project_id_instrument")
        ),
    )
    op.create_index(op.f("ix_envelope_instrument"), "envelope", ["instrument"], unique=False)
    op.create_index(op.f("ix_envelope_project_id"), "envelope", ["project_id"], unique=False)
    op.create_table(
        "exchange",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "building",
                "signed",
                "approved",
                "agreed",
                "reported",
                "returned",
                "validated",
                "refused",
                "cancelled",
                "no_show",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "scheme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column(
            "visitor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "host_project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("visitor_country", sa.String(length=2), nullable=False),
        sa.Column("host_country", sa.String(length=2), nullable=False),
        sa.Column("virtual", sa.Boolean(), nullable=False),
        sa.Column("departure_on", sa.Date(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("return_on", sa.Date(), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column(
            "activities", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("traveller_entitled", sa.Boolean(), nullable=False),
        sa.Column(
            "started_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lump_sum_cents", sa.BigInteger(), nullable=True),
        sa.Column("steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("ceiling_cents", sa.BigInteger(), nullable=True),
        sa.Column("partnership_cents", sa.BigInteger(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("distance_m", sa.Integer(), nullable=True),
        sa.Column("visitor_latitude_e6", sa.Integer(), nullable=True),
        sa.Column("visitor_longitude_e6", sa.Integer(), nullable=True),
        sa.Column("host_latitude_e6", sa.Integer(), nullable=True),
        sa.Column("host_longitude_e6", sa.Integer(), nullable=True),
        sa.Column(
            "klass",
            sa.Enum(
                "a", "b", "c", name="klass", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("visitor_is_sme", sa.Boolean(), nullable=True),
        sa.Column("host_is_sme", sa.Boolean(), nullable=True),
        sa.Column("visitor_is_beneficiary", sa.Boolean(), nullable=True),
        sa.Column("host_is_beneficiary", sa.Boolean(), nullable=True),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "accepted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "concluded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final_first_on", sa.Date(), nullable=True),
        sa.Column("final_last_on", sa.Date(), nullable=True),
        sa.Column("final_working_days", sa.Integer(), nullable=True),
        sa.Column("final_cents", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column(
            "final_steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column(
            "validated_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'validated') = (final_cents is not null and validated_at is not null)",
            name=op.f("ck_exchange_validated_has_amount"),
        ),
        sa.CheckConstraint(
            "state not in ('agreed', 'reported', 'returned', 'validated') or (accepted_at is not null and concluded_at is not null)",
            name=op.f("ck_exchange_agreed_has_signatures"),
        ),
        sa.CheckConstraint(
            "state not in ('approved', 'agreed', 'reported', 'returned', 'validated') or (lump_sum_cents is not null and klass is not null and approved_at is not null)",
            name=op.f("ck_exchange_approved_has_amount"),
        ),
        sa.CheckConstraint(
            "state not in ('refused', 'cancelled', 'no_show') or end_reason <> ''",
            name=op.f("ck_exchange_ended_has_reason"),
        ),
        sa.CheckConstraint(
            "departure_on <= first_on and first_on <= last_on and last_on <= return_on",
            name=op.f("ck_exchange_days_in_order"),
        ),
        sa.CheckConstraint(
            "final_cents >= 0 and final_cents <= lump_sum_cents",
            name=op.f("ck_exchange_final_within_agreed"),
        ),
        sa.CheckConstraint("lump_sum_cents >= 0", name=op.f("ck_exchange_amount_not_negative")),
        sa.CheckConstraint(
            "not virtual or coalesce(lump_sum_cents, 0) = 0",
            name=op.f("ck_exchange_virtual_without_money"),
        ),
        sa.CheckConstraint("visitor_id <> host_id", name=op.f("ck_exchange_not_with_itself")),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["person.id"], name=op.f("fk_exchange_accepted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_exchange_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["concluded_by_id"], ["person.id"], name=op.f("fk_exchange_concluded_by_id")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["organisation.id"], name=op.f("fk_exchange_host_id")),
        sa.ForeignKeyConstraint(
            ["host_project_id"], ["project.id"], name=op.f("fk_exchange_host_project_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["budget_line.id"], name=op.f("fk_exchange_line_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_exchange_project_id")
        ),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_exchange_scheme_id")),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["person.id"], name=op.f("fk_exchange_started_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["validated_by_id"], ["person.id"], name=op.f("fk_exchange_validated_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["organisation.id"], name=op.f("fk_exchange_visitor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
        sa.UniqueConstraint("ref", name=op.f("uq_exchange_ref")),
    )
    op.create_index(op.f("ix_exchange_first_on"), "exchange", ["first_on"], unique=False)
    op.create_index(op.f("ix_exchange_host_id"), "exchange", ["host_id"], unique=False)
    op.create_index(
        op.f("ix_exchange_host_project_id"), "exchange", ["host_project_id"], unique=False
    )
    op.create_index(op.f("ix_exchange_line_id"), "exchange", ["line_id"], unique=False)
    op.create_index(
        "ix_exchange_project_id_state", "exchange", ["project_id", "state"], unique=False
    )
    op.create_index(op.f("ix_exchange_scheme_id"), "exchange", ["scheme_id"], unique=False)
    op.create_index(op.f("ix_exchange_started_at"), "exchange", ["started_at"], unique=False)
    op.create_index(op.f("ix_exchange_started_by_id"), "exchange", ["started_by_id"], unique=False)
    op.create_index("ix_exchange_state_first_on", "exchange", ["state", "first_on"], unique=False)
    op.create_index(op.f("ix_exchange_visitor_id"), "exchange", ["visitor_id"], unique=False)
    op.create_index(
        "uq_exchange_one_visit",
        "exchange",
        ["visitor_id", "edition"],
        unique=True,
        sqlite_where=sa.text("not virtual and state not in ('refused', 'cancelled', 'no_show')"),
        postgresql_where=sa.text(
            "not virtual and state not in ('refused', 'cancelled', 'no_show')"
        ),
    )
    op.create_table(
        "partnership_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("shortest_days", sa.Integer(), nullable=True),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount_cents is null or amount_cents > 0",
            name=op.f("ck_partnership_terms_amount_above_zero"),
        ),
        sa.CheckConstraint(
            "shortest_days is null or shortest_days > 0",
            name=op.f("ck_partnership_terms_shortest_days_above_zero"),
        ),
        sa.CheckConstraint("target > 0", name=op.f("ck_partnership_terms_target_above_zero")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_partnership_terms_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_terms")),
        sa.UniqueConstraint(
            "project_id", "valid_from", name=op.f("uq_partnership_terms_project_id_valid_from")
        ),
    )
    op.create_table(
        "project_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "category",
            sa.Enum(
                "personnel",
                "subcontracting",
                "travel",
                "equipment",
                "other",
                "vouchers",
                "exchanges",
                "indirect",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sme_direct", sa.Boolean(), nullable=False),
        sa.Column("awarded_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("awarded_cents >= 0", name=op.f("ck_project_line_awarded_not_negative")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["budget_line.id"], name=op.f("fk_project_line_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_project_line_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_line_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_line")),
        sa.UniqueConstraint("line_id", name=op.f("uq_project_line_line_id")),
        sa.UniqueConstraint(
            "project_id", "position", name=op.f("uq_project_line_project_id_position")
        ),
    )
    op.create_index(
        op.f("ix_project_line_organisation_id"), "project_line", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_project_line_project_id"), "project_line", ["project_id"], unique=False
    )
    op.create_table(
        "project_signature",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "side",
            sa.Enum(
                "coordinator",
                "agency",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_project_signature_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_signature_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_signature")),
        sa.UniqueConstraint(
            "project_id", "person_id", name=op.f("uq_project_signature_project_id_person_id")
        ),
        sa.UniqueConstraint(
            "project_id", "side", name=op.f("uq_project_signature_project_id_side")
        ),
    )
    op.create_index(
        op.f("ix_project_signature_person_id"), "project_signature", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_project_signature_project_id"), "project_signature", ["project_id"], unique=False
    )
    op.create_table(
        "quota_counter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("committed_a", sa.Integer(), nullable=False),
        sa.Column("committed_b", sa.Integer(), nullable=False),
        sa.Column("committed_c", sa.Integer(), nullable=False),
        sa.Column("committed_virtual", sa.Integer(), nullable=False),
        sa.Column("reached_a", sa.Integer(), nullable=False),
        sa.Column("reached_b", sa.Integer(), nullable=False),
        sa.Column("reached_c", sa.Integer(), nullable=False),
        sa.Column("reached_virtual", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "committed_a >= 0", name=op.f("ck_quota_counter_committed_a_not_negative")
        ),
        sa.CheckConstraint(
            "committed_b >= 0", name=op.f("ck_quota_counter_committed_b_not_negative")
        ),
        sa.CheckConstraint(
            "committed_c >= 0", name=op.f("ck_quota_counter_committed_c_not_negative")
        ),
        sa.CheckConstraint(
            "committed_virtual >= 0", name=op.f("ck_quota_counter_committed_virtual_not_negative")
        ),
        sa.CheckConstraint("reached_a >= 0", name=op.f("ck_quota_counter_reached_a_not_negative")),
        sa.CheckConstraint("reached_b >= 0", name=op.f("ck_quota_counter_reached_b_not_negative")),
        sa.CheckConstraint("reached_c >= 0", name=op.f("ck_quota_counter_reached_c_not_negative")),
        sa.CheckConstraint(
            "reached_virtual >= 0", name=op.f("ck_quota_counter_reached_virtual_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_quota_counter_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_counter")),
        sa.UniqueConstraint("project_id", name=op.f("uq_quota_counter_project_id")),
    )
    op.create_table(
        "voucher_instrument",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_fr", sa.String(length=120), nullable=False),
        sa.Column(
            "amount_mode",
            sa.Enum(
                "fixed",
                "up_to",
                "range",
                name="amount_mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("min_cents", sa.BigInteger(), nullable=False),
        sa.Column("max_cents", sa.BigInteger(), nullable=False),
        sa.Column("funding_rate_bp", sa.Integer(), nullable=False),
        sa.Column("counts_towards_cap", sa.Boolean(), nullable=False),
        sa.Column(
            "instalments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("max_months", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount_mode <> 'fixed' or min_cents = max_cents",
            name=op.f("ck_voucher_instrument_fixed_is_one_amount"),
        ),
        sa.CheckConstraint(
            "amount_mode <> 'up_to' or min_cents = 0",
            name=op.f("ck_voucher_instrument_up_to_has_no_minimum"),
        ),
        sa.CheckConstraint(
            "funding_rate_bp > 0 and funding_rate_bp <= 10000",
            name=op.f("ck_voucher_instrument_funding_rate_is_a_share"),
        ),
        sa.CheckConstraint("max_months > 0", name=op.f("ck_voucher_instrument_months_positive")),
        sa.CheckConstraint(
            "min_cents <= max_cents", name=op.f("ck_voucher_instrument_min_within_max")
        ),
        sa.CheckConstraint(
            "min_cents >= 0 and max_cents > 0",
            name=op.f("ck_voucher_instrument_amounts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_voucher_instrument_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_instrument")),
        sa.UniqueConstraint(
            "project_id", "code", name=op.f("uq_voucher_instrument_project_id_code")
        ),
    )
    op.create_index(
        op.f("ix_voucher_instrument_project_id"), "voucher_instrument", ["project_id"], unique=False
    )
    op.create_table(
        "closing_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "exchange_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "side",
            sa.Enum(
                "visitor", "host", name="side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("activities", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=False),
        sa.Column(
            "filed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_closing_report_days_in_order")),
        sa.CheckConstraint(
            "satisfaction between 1 and 5", name=op.f("ck_closing_report_satisfaction_range")
        ),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_closing_report_exchange_id")
        ),
        sa.ForeignKeyConstraint(
            ["filed_by_id"], ["person.id"], name=op.f("fk_closing_report_filed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_report")),
        sa.UniqueConstraint("exchange_id", "side", name=op.f("uq_closing_report_exchange_id_side")),
    )
    op.create_index(
        op.f("ix_closing_report_filed_by_id"), "closing_report", ["filed_by_id"], unique=False
    )
    op.create_table(
        "exchange_evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "exchange_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "travel",
                "presence",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stored_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column(
            "added_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_exchange_evidence_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_exchange_evidence_exchange_id")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name=op.f("fk_exchange_evidence_stored_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_evidence")),
        sa.UniqueConstraint("stored_file_id", name=op.f("uq_exchange_evidence_stored_file_id")),
    )
    op.create_index(
        op.f("ix_exchange_evidence_added_by_id"), "exchange_evidence", ["added_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_exchange_evidence_exchange_id"), "exchange_evidence", ["exchange_id"], unique=False
    )
    op.create_table(
        "exchange_signature",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "exchange_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "party",
            sa.Enum(
                "visitor",
                "host",
                "visitor_partnership",
                "host_partnership",
                name="party",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(fingerprint) = 64", name=op.f("ck_exchange_signature_fingerprint_length")
        ),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_exchange_signature_exchange_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_exchange_signature_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_signature")),
        sa.UniqueConstraint(
            "exchange_id", "party", name=op.f("uq_exchange_signature_exchange_id_party")
        ),
    )
    op.create_index(
        op.f("ix_exchange_signature_person_id"), "exchange_signature", ["person_id"], unique=False
    )
    op.create_table(
        "exchange_waiver",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "exchange_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_exchange_waiver_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_exchange_waiver_exchange_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_waiver")),
        sa.UniqueConstraint("exchange_id", name=op.f("uq_exchange_waiver_exchange_id")),
    )
    op.create_index(
        op.f("ix_exchange_waiver_approved_by_id"),
        "exchange_waiver",
        ["approved_by_id"],
        unique=False,
    )
    op.create_table(
        "voucher",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "instrument_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=True),
        sa.Column("earned_cents", sa.BigInteger(), nullable=False),
        sa.Column("released_cents", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("mentor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "signed",
                "closed",
                "terminated",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_funding", sa.Text(), nullable=False),
        sa.Column(
            "steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "agreement", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "awarded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state in ('closed', 'terminated', 'withdrawn')) = (ended_at is not null)",
            name=op.f("ck_voucher_over_has_a_day"),
        ),
        sa.CheckConstraint(
            "state <> 'withdrawn' or earned_cents = 0",
            name=op.f("ck_voucher_withdrawn_earned_nothing"),
        ),
        sa.CheckConstraint(
            "state in ('offered', 'withdrawn') or signed_at is not null",
            name=op.f("ck_voucher_signed_has_a_day"),
        ),
        sa.CheckConstraint(
            "state not in ('closed', 'terminated', 'withdrawn') or earned_cents + released_cents = amount_cents",
            name=op.f("ck_voucher_over_holds_nothing"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_voucher_amount_positive")),
        sa.CheckConstraint(
            "cost_cents is null or cost_cents >= amount_cents",
            name=op.f("ck_voucher_cost_covers_amount"),
        ),
        sa.CheckConstraint(
            "earned_cents + released_cents <= amount_cents",
            name=op.f("ck_voucher_shares_within_amount"),
        ),
        sa.CheckConstraint(
            "earned_cents >= 0 and released_cents >= 0", name=op.f("ck_voucher_shares_not_negative")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_voucher_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["awarded_by_id"], ["person.id"], name=op.f("fk_voucher_awarded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["organisation.id"], name=op.f("fk_voucher_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["voucher_instrument.id"], name=op.f("fk_voucher_instrument_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["budget_line.id"], name=op.f("fk_voucher_line_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["person.id"], name=op.f("fk_voucher_mentor_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_voucher_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("ref", name=op.f("uq_voucher_ref")),
    )
    op.create_index(op.f("ix_voucher_awarded_by_id"), "voucher", ["awarded_by_id"], unique=False)
    op.create_index(op.f("ix_voucher_holder_id"), "voucher", ["holder_id"], unique=False)
    op.create_index(op.f("ix_voucher_instrument_id"), "voucher", ["instrument_id"], unique=False)
    op.create_index(op.f("ix_voucher_line_id"), "voucher", ["line_id"], unique=False)
    op.create_index(op.f("ix_voucher_mentor_id"), "voucher", ["mentor_id"], unique=False)
    op.create_index(op.f("ix_voucher_project_id"), "voucher", ["project_id"], unique=False)
    op.create_index(op.f("ix_voucher_starts_on"), "voucher", ["starts_on"], unique=False)
    op.create_index(op.f("ix_voucher_state"), "voucher", ["state"], unique=False)
    op.create_table(
        "voucher_instalment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "voucher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "trigger",
            sa.Enum(
                "start",
                "interim",
                "final",
                name="trigger",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("share_bp", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "amount_cents >= 0", name=op.f("ck_voucher_instalment_amount_not_negative")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_voucher_instalment_numbered_from_one")),
        sa.CheckConstraint(
            "share_bp > 0 and share_bp <= 10000",
            name=op.f("ck_voucher_instalment_share_is_a_share"),
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_instalment_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_instalment")),
        sa.UniqueConstraint(
            "voucher_id", "number", name=op.f("uq_voucher_instalment_voucher_id_number")
        ),
    )
    op.create_index(
        op.f("ix_voucher_instalment_due_on"), "voucher_instalment", ["due_on"], unique=False
    )
    op.create_index(
        op.f("ix_voucher_instalment_voucher_id"), "voucher_instalment", ["voucher_id"], unique=False
    )
    op.create_table(
        "voucher_signature",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "voucher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "side",
            sa.Enum(
                "holder",
                "project",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_voucher_signature_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_signature_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_signature")),
        sa.UniqueConstraint(
            "voucher_id", "person_id", name=op.f("uq_voucher_signature_voucher_id_person_id")
        ),
        sa.UniqueConstraint(
            "voucher_id", "side", name=op.f("uq_voucher_signature_voucher_id_side")
        ),
    )
    op.create_index(
        op.f("ix_voucher_signature_person_id"), "voucher_signature", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_voucher_signature_voucher_id"), "voucher_signature", ["voucher_id"], unique=False
    )
    op.create_table(
        "milestone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "voucher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "instalment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "submitted",
                "returned",
                "accepted",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "reviewed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("achievement", sa.Integer(), nullable=True),
        sa.Column("due_cents", sa.BigInteger(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column(
            "payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'accepted') = (accepted_on is not null)",
            name=op.f("ck_milestone_accepted_has_a_day"),
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (achievement is not null)",
            name=op.f("ck_milestone_accepted_has_an_achievement"),
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (due_cents is not null)",
            name=op.f("ck_milestone_accepted_has_an_amount"),
        ),
        sa.CheckConstraint(
            "state = 'due' or submitted_at is not null",
            name=op.f("ck_milestone_submitted_has_a_moment"),
        ),
        sa.CheckConstraint(
            "achievement in (0, 50, 75, 100)", name=op.f("ck_milestone_achievement_known")
        ),
        sa.CheckConstraint("due_cents >= 0", name=op.f("ck_milestone_due_not_negative")),
        sa.CheckConstraint(
            "due_cents is null or (due_cents = 0) = (payment_id is null)",
            name=op.f("ck_milestone_due_has_a_payment"),
        ),
        sa.CheckConstraint(
            "reviewed_by_id is null or reviewed_by_id <> submitted_by_id",
            name=op.f("ck_milestone_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["instalment_id"], ["voucher_instalment.id"], name=op.f("fk_milestone_instalment_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_milestone_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["person.id"], name=op.f("fk_milestone_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_milestone_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_milestone_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        sa.UniqueConstraint("instalment_id", name=op.f("uq_milestone_instalment_id")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_milestone_payment_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_milestone_ref")),
    )
    op.create_index(
        op.f("ix_milestone_reviewed_by_id"), "milestone", ["reviewed_by_id"], unique=False
    )
    op.create_index(op.f("ix_milestone_state"), "milestone", ["state"], unique=False)
    op.create_index(
        op.f("ix_milestone_submitted_by_id"), "milestone", ["submitted_by_id"], unique=False
    )
    op.create_index(op.f("ix_milestone_voucher_id"), "milestone", ["voucher_id"], unique=False)
    op.create_table(
        "milestone_proof",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "milestone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_milestone_proof_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_milestone_proof_milestone_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_proof")),
        sa.UniqueConstraint("file_id", name=op.f("uq_milestone_proof_file_id")),
        sa.UniqueConstraint(
            "milestone_id", "file_id", name=op.f("uq_milestone_proof_milestone_id_file_id")
        ),
    )
    op.create_index(
        op.f("ix_milestone_proof_milestone_id"), "milestone_proof", ["milestone_id"], unique=False
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    """Remove everything."""

    op.drop_index(op.f("ix_milestone_proof_milestone_id"), table_name="milestone_proof")
    op.drop_table("milestone_proof")
    op.drop_index(op.f("ix_milestone_voucher_id"), table_name="milestone")
    op.drop_index(op.f("ix_milestone_submitted_by_id"), table_name="milestone")
    op.drop_index(op.f("ix_milestone_state"), table_name="milestone")
    op.drop_index(op.f("ix_milestone_reviewed_by_id"), table_name="milestone")
    op.drop_table("milestone")
    op.drop_index(op.f("ix_voucher_signature_voucher_id"), table_name="voucher_signature")
    op.drop_index(op.f("ix_voucher_signature_person_id"), table_name="voucher_signature")
    op.drop_table("voucher_signature")
    op.drop_index(op.f("ix_voucher_instalment_voucher_id"), table_name="voucher_instalment")
    op.drop_index(op.f("ix_voucher_instalment_due_on"), table_name="voucher_instalment")
    op.drop_table("voucher_instalment")
    op.drop_index(op.f("ix_voucher_state"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_starts_on"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_project_id"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_mentor_id"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_line_id"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_instrument_id"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_holder_id"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_awarded_by_id"), table_name="voucher")
    op.drop_table("voucher")
    op.drop_index(op.f("ix_exchange_waiver_approved_by_id"), table_name="exchange_waiver")
    op.drop_table("exchange_waiver")
    op.drop_index(op.f("ix_exchange_signature_person_id"), table_name="exchange_signature")
    op.drop_table("exchange_signature")
    op.drop_index(op.f("ix_exchange_evidence_exchange_id"), table_name="exchange_evidence")
    op.drop_index(op.f("ix_exchange_evidence_added_by_id"), table_name="exchange_evidence")
    op.drop_table("exchange_evidence")
    op.drop_index(op.f("ix_closing_report_filed_by_id"), table_name="closing_report")
    op.drop_table("closing_report")
    op.drop_index(op.f("ix_voucher_instrument_project_id"), table_name="voucher_instrument")
    op.drop_table("voucher_instrument")
    op.drop_table("quota_counter")
    op.drop_index(op.f("ix_project_signature_project_id"), table_name="project_signature")
    op.drop_index(op.f("ix_project_signature_person_id"), table_name="project_signature")
    op.drop_table("project_signature")
    op.drop_index(op.f("ix_project_line_project_id"), table_name="project_line")
    op.drop_index(op.f("ix_project_line_organisation_id"), table_name="project_line")
    op.drop_table("project_line")
    op.drop_table("partnership_terms")
    op.drop_index(
        "uq_exchange_one_visit",
        table_name="exchange",
        sqlite_where=sa.text("not virtual and state not in ('refused', 'cancelled', 'no_show')"),
        postgresql_where=sa.text(
            "not virtual and state not in ('refused', 'cancelled', 'no_show')"
        ),
    )
    op.drop_index(op.f("ix_exchange_visitor_id"), table_name="exchange")
    op.drop_index("ix_exchange_state_first_on", table_name="exchange")
    op.drop_index(op.f("ix_exchange_started_by_id"), table_name="exchange")
    op.drop_index(op.f("ix_exchange_started_at"), table_name="exchange")
    op.drop_index(op.f("ix_exchange_scheme_id"), table_name="exchange")
    op.drop_index("ix_exchange_project_id_state", table_name="exchange")
    op.drop_index(op.f("ix_exchange_line_id"), table_name="exchange")
    op.drop_index(op.f("ix_exchange_host_project_id"), table_name="exchange")
    op.drop_index(op.f("ix_exchange_host_id"), table_name="exchange")
    op.drop_index(op.f("ix_exchange_first_on"), table_name="exchange")
    op.drop_table("exchange")
    op.drop_index(op.f("ix_envelope_project_id"), table_name="envelope")
    op.drop_index(op.f("ix_envelope_instrument"), table_name="envelope")
    op.drop_table("envelope")
    op.drop_index(op.f("ix_cap_use_project_id"), table_name="cap_use")
    op.drop_index(op.f("ix_cap_use_organisation_id"), table_name="cap_use")
    op.drop_table("cap_use")
    op.drop_index(op.f("ix_beneficiary_project_id"), table_name="beneficiary")
    op.drop_index(op.f("ix_beneficiary_organisation_id"), table_name="beneficiary")
    op.drop_table("beneficiary")
    op.drop_index(op.f("ix_submitted_copy_submitted_by_id"), table_name="submitted_copy")
    op.drop_index(op.f("ix_submitted_copy_sha256"), table_name="submitted_copy")
    op.drop_index(op.f("ix_submitted_copy_proposal_id"), table_name="submitted_copy")
    op.drop_table("submitted_copy")
    op.drop_table("sme_link")
    op.drop_index(op.f("ix_proposal_partner_proposal_id"), table_name="proposal_partner")
    op.drop_index(op.f("ix_proposal_partner_organisation_id"), table_name="proposal_partner")
    op.drop_index(op.f("ix_proposal_partner_confirmed_by_id"), table_name="proposal_partner")
    op.drop_table("proposal_partner")
    op.drop_index(op.f("ix_proposal_attachment_proposal_id"), table_name="proposal_attachment")
    op.drop_index(op.f("ix_proposal_attachment_file_id"), table_name="proposal_attachment")
    op.drop_index(op.f("ix_proposal_attachment_attached_by_id"), table_name="proposal_attachment")
    op.drop_table("proposal_attachment")
    op.drop_index(op.f("ix_project_state"), table_name="project")
    op.drop_index(op.f("ix_project_starts_on"), table_name="project")
    op.drop_index(op.f("ix_project_programme_id"), table_name="project")
    op.drop_index(op.f("ix_project_ends_on"), table_name="project")
    op.drop_index(op.f("ix_project_coordinator_id"), table_name="project")
    op.drop_index(op.f("ix_project_call_id"), table_name="project")
    op.drop_index(op.f("ix_project_awarded_by_id"), table_name="project")
    op.drop_index(op.f("ix_project_acronym"), table_name="project")
    op.drop_table("project")
    op.drop_index(
        "uq_payment_live_subject",
        table_name="payment",
        sqlite_where=sa.text("state not in ('refused', 'cancelled', 'returned')"),
        postgresql_where=sa.text("state not in ('refused', 'cancelled', 'returned')"),
    )
    op.drop_index(op.f("ix_payment_verified_by_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_subject"), table_name="payment")
    op.drop_index("ix_payment_state_due_on", table_name="payment")
    op.drop_index(op.f("ix_payment_sent_by_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_requested_by_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_refused_by_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_payee_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_line_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_due_on"), table_name="payment")
    op.drop_index(op.f("ix_payment_batch_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_bank_account_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_authorised_by_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_index(op.f("ix_cost_item_proposal_id"), table_name="cost_item")
    op.drop_index(op.f("ix_cost_item_organisation_id"), table_name="cost_item")
    op.drop_table("cost_item")
    op.drop_index("ix_sme_assessment_state_assessed_on", table_name="sme_assessment")
    op.drop_index("ix_sme_assessment_organisation_id_assessed_on", table_name="sme_assessment")
    op.drop_index(op.f("ix_sme_assessment_declared_by_id"), table_name="sme_assessment")
    op.drop_index(op.f("ix_sme_assessment_decided_by_id"), table_name="sme_assessment")
    op.drop_table("sme_assessment")
    op.drop_index(op.f("ix_proposal_submitted_at"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_state"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_started_by_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_started_at"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_coordinator_id"), table_name="proposal")
    op.drop_index("ix_proposal_call_id_state", table_name="proposal")
    op.drop_index(op.f("ix_proposal_acronym"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_posting_subject"), table_name="posting")
    op.drop_index("ix_posting_line_id_file", table_name="posting")
    op.drop_index("ix_posting_line_id_booked_on", table_name="posting")
    op.drop_index(op.f("ix_posting_line_id"), table_name="posting")
    op.drop_table("posting")
    op.drop_index(
        "uq_membership_open",
        table_name="membership",
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_index(op.f("ix_membership_user_id"), table_name="membership")
    op.drop_index("ix_membership_organisation_id_ended_at", table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_corrigendum_published_by_id"), table_name="corrigendum")
    op.drop_index(op.f("ix_corrigendum_call_id"), table_name="corrigendum")
    op.drop_table("corrigendum")
    op.drop_index(
        "uq_cluster_link_open",
        table_name="cluster_link",
        sqlite_where=sa.text("valid_to is null"),
        postgresql_where=sa.text("valid_to is null"),
    )
    op.drop_index(op.f("ix_cluster_link_organisation_id"), table_name="cluster_link")
    op.drop_index(op.f("ix_cluster_link_cluster_id"), table_name="cluster_link")
    op.drop_table("cluster_link")
    op.drop_index(op.f("ix_call_follower_organisation_id"), table_name="call_follower")
    op.drop_index(op.f("ix_call_follower_call_id"), table_name="call_follower")
    op.drop_table("call_follower")
    op.drop_index(
        "uq_bank_account_validated",
        table_name="bank_account",
        sqlite_where=sa.text("state = 'validated'"),
        postgresql_where=sa.text("state = 'validated'"),
    )
    op.drop_index(
        "uq_bank_account_live_iban",
        table_name="bank_account",
        sqlite_where=sa.text("state <> 'retired'"),
        postgresql_where=sa.text("state <> 'retired'"),
    )
    op.drop_index(op.f("ix_bank_account_validated_by_id"), table_name="bank_account")
    op.drop_index("ix_bank_account_state_proposed_at", table_name="bank_account")
    op.drop_index(op.f("ix_bank_account_replaced_by_id"), table_name="bank_account")
    op.drop_index(op.f("ix_bank_account_proposed_by_id"), table_name="bank_account")
    op.drop_index(op.f("ix_bank_account_organisation_id"), table_name="bank_account")
    op.drop_index(op.f("ix_bank_account_iban"), table_name="bank_account")
    op.drop_index(op.f("ix_bank_account_evidence_id"), table_name="bank_account")
    op.drop_table("bank_account")
    op.drop_index(op.f("ix_sign_in_session_person_id"), table_name="sign_in_session")
    op.drop_table("sign_in_session")
    op.drop_index(
        "uq_role_grant_live",
        table_name="role_grant",
        sqlite_where=sa.text("revoked_at is null"),
        postgresql_where=sa.text("revoked_at is null"),
    )
    op.drop_index(op.f("ix_role_grant_person_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index("ix_participation_programme_id_country", table_name="participation")
    op.drop_index(op.f("ix_participation_programme_id"), table_name="participation")
    op.drop_table("participation")
    op.drop_index(op.f("ix_organisation_verified_by_id"), table_name="organisation")
    op.drop_index("ix_organisation_state_search_name", table_name="organisation")
    op.drop_index(op.f("ix_organisation_search_name"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_registered_by_id"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_registered_at"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_legal_group"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_kind"), table_name="organisation")
    op.drop_index("ix_organisation_country_name_key", table_name="organisation")
    op.drop_table("organisation")
    op.drop_index(op.f("ix_one_time_link_person_id"), table_name="one_time_link")
    op.drop_table("one_time_link")
    op.drop_index("ix_call_state_closes_at", table_name="call")
    op.drop_index(op.f("ix_call_programme_id"), table_name="call")
    op.drop_index(op.f("ix_call_opens_at"), table_name="call")
    op.drop_index(op.f("ix_call_kind"), table_name="call")
    op.drop_index(op.f("ix_call_drafted_by_id"), table_name="call")
    op.drop_table("call")
    op.drop_index(op.f("ix_budget_line_book_id"), table_name="budget_line")
    op.drop_table("budget_line")
    op.drop_index(op.f("ix_batch_released_by_id"), table_name="batch")
    op.drop_index(op.f("ix_batch_released_at"), table_name="batch")
    op.drop_table("batch")
    op.drop_index(op.f("ix_stored_file_sha256"), table_name="stored_file")
    op.drop_table("stored_file")
    op.drop_index("ix_sign_in_attempt_email_at", table_name="sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_address_at", table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_index(op.f("ix_scheme_valid_from"), table_name="scheme")
    op.drop_table("scheme")
    op.drop_table("reference_counter")
    op.drop_table("programme")
    op.drop_index(op.f("ix_person_name"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_outbox_message_recipient"), table_name="outbox_message")
    op.drop_index("ix_outbox_message_due", table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_table("host_ceiling")
    op.drop_table("book")
    op.drop_index(op.f("ix_audit_entry_verb"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_at"), table_name="audit_entry")
    op.drop_index("ix_audit_entry_actor_id_at", table_name="audit_entry")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION IF EXISTS {function}() CASCADE")
