"""Editions of the scheme: drafts and their ceilings, evidence and virtual days as dated values; what is
published is written once.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

#: Triggers per engine; refuse_change() comes with the foundation.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER scheme_no_update BEFORE UPDATE ON scheme BEGIN SELECT RAISE(ABORT, 'constraint append_only_scheme: rows are written once'); END",
        "CREATE TRIGGER scheme_no_delete BEFORE DELETE ON scheme BEGIN SELECT RAISE(ABORT, 'constraint append_only_scheme: rows are written once'); END",
        "CREATE TRIGGER scheme_no_replace BEFORE INSERT ON scheme WHEN EXISTS (SELECT 1 FROM scheme WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM scheme WHERE valid_from = NEW.valid_from) BEGIN SELECT RAISE(ABORT, 'constraint append_only_scheme: rows are written once'); END",
        "CREATE TRIGGER host_ceiling_no_update BEFORE UPDATE ON host_ceiling BEGIN SELECT RAISE(ABORT, 'constraint append_only_host_ceiling: rows are written once'); END",
        "CREATE TRIGGER host_ceiling_no_delete BEFORE DELETE ON host_ceiling BEGIN SELECT RAISE(ABORT, 'constraint append_only_host_ceiling: rows are written once'); END",
        "CREATE TRIGGER host_ceiling_no_replace BEFORE INSERT ON host_ceiling WHEN EXISTS (SELECT 1 FROM host_ceiling WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM host_ceiling WHERE country = NEW.country AND valid_from = NEW.valid_from) BEGIN SELECT RAISE(ABORT, 'constraint append_only_host_ceiling: rows are written once'); END",
        "CREATE TRIGGER edition_draft_fixed BEFORE UPDATE ON edition_draft WHEN OLD.state <> 'draft' BEGIN SELECT RAISE(ABORT, 'constraint edition_draft_fixed: refused'); END",
        "CREATE TRIGGER edition_draft_kept BEFORE DELETE ON edition_draft WHEN OLD.id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'constraint edition_draft_kept: refused'); END",
        "CREATE TRIGGER edition_draft_write_once BEFORE UPDATE ON edition_draft WHEN (OLD.ref IS NOT NULL AND NEW.ref IS NOT OLD.ref) OR (OLD.drafted_by_id IS NOT NULL AND NEW.drafted_by_id IS NOT OLD.drafted_by_id) OR (OLD.drafted_at IS NOT NULL AND NEW.drafted_at IS NOT OLD.drafted_at) BEGIN SELECT RAISE(ABORT, 'constraint write_once_edition_draft: written once'); END",
        "CREATE TRIGGER edition_draft_ceiling_fixed_insert BEFORE INSERT ON edition_draft_ceiling WHEN EXISTS (SELECT 1 FROM edition_draft WHERE id = NEW.draft_id AND state <> 'draft') BEGIN SELECT RAISE(ABORT, 'constraint edition_draft_ceiling_fixed_insert: refused'); END",
        "CREATE TRIGGER edition_draft_ceiling_fixed_update BEFORE UPDATE ON edition_draft_ceiling WHEN EXISTS (SELECT 1 FROM edition_draft WHERE id = OLD.draft_id AND state <> 'draft') BEGIN SELECT RAISE(ABORT, 'constraint edition_draft_ceiling_fixed_update: refused'); END",
        "CREATE TRIGGER edition_draft_ceiling_fixed_delete BEFORE DELETE ON edition_draft_ceiling WHEN EXISTS (SELECT 1 FROM edition_draft WHERE id = OLD.draft_id AND state <> 'draft') BEGIN SELECT RAISE(ABORT, 'constraint edition_draft_ceiling_fixed_delete: refused'); END",
        "CREATE TRIGGER edition_draft_retroactive_insert BEFORE INSERT ON edition_draft WHEN (NEW.published_at IS NOT NULL) AND NEW.valid_from < date(coalesce(NEW.published_at, NULL), '+2 hours') BEGIN SELECT RAISE(ABORT, 'constraint retroactive_edition_draft: not now'); END",
        "CREATE TRIGGER edition_draft_retroactive_update BEFORE UPDATE ON edition_draft WHEN ((OLD.published_at IS NULL AND NEW.published_at IS NOT NULL)) AND NEW.valid_from < date(coalesce(NEW.published_at, NULL), '+2 hours') BEGIN SELECT RAISE(ABORT, 'constraint retroactive_edition_draft: not now'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER scheme_no_change BEFORE UPDATE OR DELETE ON scheme FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER scheme_no_truncate BEFORE TRUNCATE ON scheme FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER host_ceiling_no_change BEFORE UPDATE OR DELETE ON host_ceiling FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER host_ceiling_no_truncate BEFORE TRUNCATE ON host_ceiling FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION edition_draft_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state <> 'draft' THEN RAISE EXCEPTION 'constraint edition_draft_fixed: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER edition_draft_fixed BEFORE UPDATE ON edition_draft FOR EACH ROW EXECUTE FUNCTION edition_draft_fixed()",
        "CREATE OR REPLACE FUNCTION edition_draft_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id IS NOT NULL THEN RAISE EXCEPTION 'constraint edition_draft_kept: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER edition_draft_kept BEFORE DELETE ON edition_draft FOR EACH ROW EXECUTE FUNCTION edition_draft_kept()",
        "CREATE OR REPLACE FUNCTION edition_draft_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_edition_draft: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER edition_draft_write_once BEFORE UPDATE ON edition_draft FOR EACH ROW WHEN ((OLD.ref IS NOT NULL AND NEW.ref IS DISTINCT FROM OLD.ref) OR (OLD.drafted_by_id IS NOT NULL AND NEW.drafted_by_id IS DISTINCT FROM OLD.drafted_by_id) OR (OLD.drafted_at IS NOT NULL AND NEW.drafted_at IS DISTINCT FROM OLD.drafted_at)) EXECUTE FUNCTION edition_draft_write_once()",
        "CREATE OR REPLACE FUNCTION edition_draft_ceiling_fixed_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM edition_draft WHERE id = NEW.draft_id AND state <> 'draft') THEN RAISE EXCEPTION 'constraint edition_draft_ceiling_fixed_insert: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER edition_draft_ceiling_fixed_insert BEFORE INSERT ON edition_draft_ceiling FOR EACH ROW EXECUTE FUNCTION edition_draft_ceiling_fixed_insert()",
        "CREATE OR REPLACE FUNCTION edition_draft_ceiling_fixed_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM edition_draft WHERE id = OLD.draft_id AND state <> 'draft') THEN RAISE EXCEPTION 'constraint edition_draft_ceiling_fixed_update: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER edition_draft_ceiling_fixed_update BEFORE UPDATE ON edition_draft_ceiling FOR EACH ROW EXECUTE FUNCTION edition_draft_ceiling_fixed_update()",
        "CREATE OR REPLACE FUNCTION edition_draft_ceiling_fixed_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM edition_draft WHERE id = OLD.draft_id AND state <> 'draft') THEN RAISE EXCEPTION 'constraint edition_draft_ceiling_fixed_delete: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER edition_draft_ceiling_fixed_delete BEFORE DELETE ON edition_draft_ceiling FOR EACH ROW EXECUTE FUNCTION edition_draft_ceiling_fixed_delete()",
        "CREATE OR REPLACE FUNCTION edition_draft_retroactive() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF ((NEW.published_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.published_at IS NULL))) AND NEW.valid_from < (coalesce(NEW.published_at) AT TIME ZONE 'Europe/Brussels')::date THEN RAISE EXCEPTION 'constraint retroactive_edition_draft: not now' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER edition_draft_retroactive BEFORE INSERT OR UPDATE ON edition_draft FOR EACH ROW EXECUTE FUNCTION edition_draft_retroactive()",
    ),
}
#: Guards of tables that stay, and the functions behind all of them.
TRIGGERS = {
    "sqlite": (
        "scheme_no_update",
        "scheme_no_delete",
        "scheme_no_replace",
        "host_ceiling_no_update",
        "host_ceiling_no_delete",
        "host_ceiling_no_replace",
    ),
    "postgresql": (
        "scheme_no_change ON scheme",
        "scheme_no_truncate ON scheme",
        "host_ceiling_no_change ON host_ceiling",
        "host_ceiling_no_truncate ON host_ceiling",
    ),
}
FUNCTIONS = (
    "edition_draft_fixed",
    "edition_draft_kept",
    "edition_draft_write_once",
    "edition_draft_ceiling_fixed_insert",
    "edition_draft_ceiling_fixed_update",
    "edition_draft_ceiling_fixed_delete",
    "edition_draft_retroactive",
)
DRAFT_CHECKS = {
    "cap_not_negative": "cap_cents >= 0",
    "target_above_zero": "target > 0",
    "shares_within_the_whole": "sme_share_bp >= 0 and other_share_bp >= 0 "
    "and sme_share_bp + other_share_bp <= 10000",
    "days_in_order": "shortest_days > 0 and whole_from_days >= shortest_days",
    "excused_days_above_zero": "excused_from_days > 0",
    "virtual_days_in_order": "virtual_from is null or virtual_until is null "
    "or virtual_from <= virtual_until",
    "two_people": "published_by_id <> drafted_by_id",
    "published_by_someone": "(state = 'published') = (published_by_id is not null "
    "and published_at is not null and scheme_id is not null and replayed_from is not null "
    "and replayed_until is not null)",
    "discarded_has_reason": "(state = 'discarded') = (discarded_by_id is not null "
    "and discarded_at is not null and end_reason <> '')",
    "period_in_order": "replayed_from is null or replayed_from <= replayed_until",
}
#: What the first edition required.
BOTH_PROOFS = '["travel", "presence"]'

big_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json_column = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Complete the terms of the scheme, create the drafts, then guard all of them."""
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("evidence_kinds", json_column, nullable=False, server_default=BOTH_PROOFS)
        )
        batch_op.add_column(sa.Column("virtual_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("virtual_until", sa.Date(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_scheme_virtual_days_in_order"),
            "virtual_from is null or virtual_until is null or virtual_from <= virtual_until",
        )
        batch_op.drop_index(op.f("ix_scheme_valid_from"))
        batch_op.drop_constraint(op.f("uq_scheme_code_valid_from"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_scheme_valid_from"), ["valid_from"])
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.alter_column("evidence_kinds", existing_type=json_column, server_default=None)
    _create_drafts()
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take drafts and guards away; terms published since stay as rows of the scheme."""
    dialect = op.get_bind().dialect.name
    for trigger in TRIGGERS[dialect]:
        op.execute(f"DROP TRIGGER {trigger}")
    op.drop_table("edition_draft_ceiling")
    op.drop_table("edition_draft")
    if dialect == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_scheme_valid_from"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_scheme_code_valid_from"), ["code", "valid_from"])
        batch_op.create_index(op.f("ix_scheme_valid_from"), ["valid_from"], unique=False)
        batch_op.drop_constraint(op.f("ck_scheme_virtual_days_in_order"), type_="check")
        batch_op.drop_column("virtual_until")
        batch_op.drop_column("virtual_from")
        batch_op.drop_column("evidence_kinds")


def _create_drafts() -> None:
    op.create_table(
        "edition_draft",
        sa.Column("id", big_key, nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "discarded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("drafted_by_id", big_key, nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", big_key, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheme_id", big_key, nullable=True),
        sa.Column("replayed_from", sa.Date(), nullable=True),
        sa.Column("replayed_until", sa.Date(), nullable=True),
        sa.Column("replay", json_column, nullable=False),
        sa.Column("discarded_by_id", big_key, nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
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
        sa.Column("visitor_kinds", json_column, nullable=False),
        sa.Column("host_kinds", json_column, nullable=False),
        sa.Column("report_days", sa.Integer(), nullable=False),
        sa.Column("reminder_days", json_column, nullable=False),
        sa.Column("signing_days", sa.Integer(), nullable=False),
        sa.Column("retention_years", sa.Integer(), nullable=False),
        sa.Column("excused_from_days", sa.Integer(), nullable=False),
        sa.Column("evidence_kinds", json_column, nullable=False),
        sa.Column("virtual_from", sa.Date(), nullable=True),
        sa.Column("virtual_until", sa.Date(), nullable=True),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_edition_draft_{name}"))
            for name, condition in DRAFT_CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_edition_draft_{column}"))
            for column, target in (
                ("discarded_by_id", "person.id"),
                ("drafted_by_id", "person.id"),
                ("published_by_id", "person.id"),
                ("scheme_id", "scheme.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_draft")),
        sa.UniqueConstraint("ref", name=op.f("uq_edition_draft_ref")),
        sa.UniqueConstraint("scheme_id", name=op.f("uq_edition_draft_scheme_id")),
    )
    for column in ("discarded_by_id", "drafted_by_id", "published_by_id", "state"):
        op.create_index(op.f(f"ix_edition_draft_{column}"), "edition_draft", [column])
    op.create_table(
        "edition_draft_ceiling",
        sa.Column("id", big_key, nullable=False),
        sa.Column("draft_id", big_key, nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_cents >= 0", name=op.f("ck_edition_draft_ceiling_amount_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["edition_draft.id"], name=op.f("fk_edition_draft_ceiling_draft_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_draft_ceiling")),
        sa.UniqueConstraint(
            "draft_id", "country", name=op.f("uq_edition_draft_ceiling_draft_id_country")
        ),
    )
