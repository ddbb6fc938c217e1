"""Surveys about what came of the visits."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER survey_write_once BEFORE UPDATE ON survey WHEN (OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS NOT OLD.exchange_id) OR (OLD.side IS NOT NULL AND NEW.side IS NOT OLD.side) OR (OLD.months IS NOT NULL AND NEW.months IS NOT OLD.months) OR (OLD.organisation_id IS NOT NULL AND NEW.organisation_id IS NOT OLD.organisation_id) OR (OLD.project_id IS NOT NULL AND NEW.project_id IS NOT OLD.project_id) OR (OLD.asked_at IS NOT NULL AND NEW.asked_at IS NOT OLD.asked_at) OR (OLD.answer_by IS NOT NULL AND NEW.answer_by IS NOT OLD.answer_by) OR (OLD.reminded_at IS NOT NULL AND NEW.reminded_at IS NOT OLD.reminded_at) BEGIN SELECT RAISE(ABORT, 'constraint write_once_survey: written once'); END",
        "CREATE TRIGGER survey_closed BEFORE UPDATE ON survey WHEN OLD.state <> 'asked' BEGIN SELECT RAISE(ABORT, 'constraint survey_closed: refused'); END",
        "CREATE TRIGGER survey_kept BEFORE DELETE ON survey WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'constraint survey_kept: refused'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION survey_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_survey: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER survey_write_once BEFORE UPDATE ON survey FOR EACH ROW WHEN ((OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS DISTINCT FROM OLD.exchange_id) OR (OLD.side IS NOT NULL AND NEW.side IS DISTINCT FROM OLD.side) OR (OLD.months IS NOT NULL AND NEW.months IS DISTINCT FROM OLD.months) OR (OLD.organisation_id IS NOT NULL AND NEW.organisation_id IS DISTINCT FROM OLD.organisation_id) OR (OLD.project_id IS NOT NULL AND NEW.project_id IS DISTINCT FROM OLD.project_id) OR (OLD.asked_at IS NOT NULL AND NEW.asked_at IS DISTINCT FROM OLD.asked_at) OR (OLD.answer_by IS NOT NULL AND NEW.answer_by IS DISTINCT FROM OLD.answer_by) OR (OLD.reminded_at IS NOT NULL AND NEW.reminded_at IS DISTINCT FROM OLD.reminded_at)) EXECUTE FUNCTION survey_write_once()",
        "CREATE OR REPLACE FUNCTION survey_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state <> 'asked' THEN RAISE EXCEPTION 'constraint survey_closed: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER survey_closed BEFORE UPDATE ON survey FOR EACH ROW EXECUTE FUNCTION survey_closed()",
        "CREATE OR REPLACE FUNCTION survey_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'constraint survey_kept: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER survey_kept BEFORE DELETE ON survey FOR EACH ROW EXECUTE FUNCTION survey_kept()",
    ),
}


def upgrade() -> None:
    """Create the table; who is asked what stays, and a closed survey is not changed."""
    op.create_table(
        "survey",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "answered",
                "lapsed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
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
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "contact",
            sa.Enum(
                "regular",
                "occasional",
                "none",
                name="contact",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("projects", sa.Integer(), nullable=True),
        sa.Column("contracts", sa.Integer(), nullable=True),
        sa.Column("contracts_cents", sa.BigInteger(), nullable=True),
        sa.Column("partners", sa.Integer(), nullable=True),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column("skills", sa.Boolean(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column(
            "answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'answered' and contact is not null and projects is not null and contracts is not null and partners is not null and jobs is not null and skills is not null and satisfaction is not null and answered_at is not null) or (state <> 'answered' and contact is null and projects is null and contracts is null and partners is null and jobs is null and skills is null and satisfaction is null and answered_at is null and contracts_cents is null)",
            name=op.f("ck_survey_answered_is_whole"),
        ),
        sa.CheckConstraint(
            "(projects is null or projects between 0 and 999) and (contracts is null or contracts between 0 and 999) and (partners is null or partners between 0 and 999) and (jobs is null or jobs between 0 and 999)",
            name=op.f("ck_survey_counts_range"),
        ),
        sa.CheckConstraint(
            "contracts_cents is null or (contracts > 0 and contracts_cents > 0)",
            name=op.f("ck_survey_amount_of_contracts"),
        ),
        sa.CheckConstraint("months between 1 and 60", name=op.f("ck_survey_months_range")),
        sa.CheckConstraint(
            "satisfaction between 1 and 5", name=op.f("ck_survey_satisfaction_range")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_survey_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_survey_exchange_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_survey_organisation_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_survey_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint(
            "exchange_id", "side", "months", name=op.f("uq_survey_exchange_id_side_months")
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_survey_ref")),
    )
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_answered_by_id"), ["answered_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_survey_effects",
            [
                "project_id",
                "months",
                "exchange_id",
                "state",
                "contact",
                "projects",
                "contracts",
                "contracts_cents",
                "partners",
                "jobs",
                "skills",
                "satisfaction",
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_survey_organisation_id_state", ["organisation_id", "state"], unique=False
        )
        batch_op.create_index("ix_survey_state_answer_by", ["state", "answer_by"], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the table; its triggers go with it."""
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_state_answer_by")
        batch_op.drop_index("ix_survey_organisation_id_state")
        batch_op.drop_index("ix_survey_effects")
        batch_op.drop_index(batch_op.f("ix_survey_answered_by_id"))

    op.drop_table("survey")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("write_once", "closed", "kept"):
            op.execute(f"DROP FUNCTION survey_{name}()")
