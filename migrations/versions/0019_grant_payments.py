"""Payments of grants: plans, reporting periods, claims, instalments, and two new words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
#: CHECKs of lists that grow, by table and name: before, and from now on.
WORDS = {
    ("payment", "ck_payment_purpose"): (
        "purpose IN ('lump_sum', 'instalment')",
        "purpose IN ('lump_sum', 'instalment', 'pre_financing', 'interim', 'balance')",
    ),
    ("recovery", "ck_recovery_cause"): (
        "cause IN ('shortened', 'rejected', 'error', 'audit')",
        "cause IN ('shortened', 'rejected', 'error', 'audit', 'balance')",
    ),
}
#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER grant_terms_no_update BEFORE UPDATE ON grant_terms BEGIN SELECT RAISE(ABORT, 'constraint append_only_grant_terms: rows are written once'); END",
        "CREATE TRIGGER grant_terms_no_delete BEFORE DELETE ON grant_terms BEGIN SELECT RAISE(ABORT, 'constraint append_only_grant_terms: rows are written once'); END",
        "CREATE TRIGGER grant_terms_no_replace BEFORE INSERT ON grant_terms WHEN EXISTS (SELECT 1 FROM grant_terms WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_grant_terms: rows are written once'); END",
        "CREATE TRIGGER grant_plan_no_update BEFORE UPDATE ON grant_plan BEGIN SELECT RAISE(ABORT, 'constraint append_only_grant_plan: rows are written once'); END",
        "CREATE TRIGGER grant_plan_no_delete BEFORE DELETE ON grant_plan BEGIN SELECT RAISE(ABORT, 'constraint append_only_grant_plan: rows are written once'); END",
        "CREATE TRIGGER grant_plan_no_replace BEFORE INSERT ON grant_plan WHEN EXISTS (SELECT 1 FROM grant_plan WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM grant_plan WHERE project_id = NEW.project_id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_grant_plan: rows are written once'); END",
        "CREATE TRIGGER reporting_period_kept_update BEFORE UPDATE ON reporting_period WHEN OLD.state = 'accepted' BEGIN SELECT RAISE(ABORT, 'constraint reporting_period_kept_update: refused'); END",
        "CREATE TRIGGER reporting_period_kept_delete BEFORE DELETE ON reporting_period WHEN OLD.state = 'accepted' BEGIN SELECT RAISE(ABORT, 'constraint reporting_period_kept_delete: refused'); END",
        "CREATE TRIGGER cost_claim_kept_insert BEFORE INSERT ON cost_claim WHEN EXISTS (SELECT 1 FROM reporting_period WHERE id = NEW.period_id AND state = 'accepted') BEGIN SELECT RAISE(ABORT, 'constraint cost_claim_kept_insert: refused'); END",
        "CREATE TRIGGER cost_claim_kept_update BEFORE UPDATE ON cost_claim WHEN EXISTS (SELECT 1 FROM reporting_period WHERE id = OLD.period_id AND state = 'accepted') BEGIN SELECT RAISE(ABORT, 'constraint cost_claim_kept_update: refused'); END",
        "CREATE TRIGGER cost_claim_kept_delete BEFORE DELETE ON cost_claim WHEN EXISTS (SELECT 1 FROM reporting_period WHERE id = OLD.period_id AND state = 'accepted') BEGIN SELECT RAISE(ABORT, 'constraint cost_claim_kept_delete: refused'); END",
        "CREATE TRIGGER grant_instalment_no_update BEFORE UPDATE ON grant_instalment BEGIN SELECT RAISE(ABORT, 'constraint append_only_grant_instalment: rows are written once'); END",
        "CREATE TRIGGER grant_instalment_no_delete BEFORE DELETE ON grant_instalment BEGIN SELECT RAISE(ABORT, 'constraint append_only_grant_instalment: rows are written once'); END",
        "CREATE TRIGGER grant_instalment_no_replace BEFORE INSERT ON grant_instalment WHEN EXISTS (SELECT 1 FROM grant_instalment WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM grant_instalment WHERE payment_id = NEW.payment_id) OR EXISTS (SELECT 1 FROM grant_instalment WHERE period_id = NEW.period_id) OR EXISTS (SELECT 1 FROM grant_instalment WHERE plan_id = NEW.plan_id AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'constraint append_only_grant_instalment: rows are written once'); END",
        "CREATE TRIGGER grant_earned AFTER INSERT ON grant_instalment WHEN (SELECT sum(earned_cents) FROM grant_instalment WHERE plan_id = NEW.plan_id) > (SELECT CASE WHEN NEW.kind = 'balance' THEN max_grant_cents ELSE ceiling_cents END FROM grant_plan WHERE id = NEW.plan_id) OR EXISTS (SELECT 1 FROM grant_instalment WHERE plan_id = NEW.plan_id AND kind = 'balance' AND id <> NEW.id) BEGIN SELECT RAISE(ABORT, 'constraint grant_within_maximum: more than the grant allows'); END",
        "CREATE TRIGGER grant_paid AFTER INSERT ON payment WHEN NEW.purpose IN ('pre_financing', 'interim', 'balance') AND (SELECT coalesce(sum(amount_cents), 0) FROM payment WHERE line_id = NEW.line_id AND substr(subject, 1, instr(subject || '/', '/') - 1) = substr(NEW.subject, 1, instr(NEW.subject || '/', '/') - 1) AND state NOT IN ('refused', 'cancelled', 'rejected_by_bank', 'returned')) - (SELECT coalesce(sum(received_cents + offset_cents), 0) FROM recovery WHERE line_id = NEW.line_id AND substr(subject, 1, instr(subject || '/', '/') - 1) = substr(NEW.subject, 1, instr(NEW.subject || '/', '/') - 1)) > coalesce((SELECT CASE WHEN NEW.purpose = 'balance' THEN grant_plan.max_grant_cents ELSE grant_plan.ceiling_cents - grant_plan.fund_cents END FROM grant_plan JOIN project ON project.id = grant_plan.project_id WHERE project.ref = substr(NEW.subject, 1, instr(NEW.subject || '/', '/') - 1) AND grant_plan.line_id = NEW.line_id), 0) BEGIN SELECT RAISE(ABORT, 'constraint grant_within_maximum: more than the grant allows'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint append_only_%: rows are written once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER grant_terms_no_change BEFORE UPDATE OR DELETE ON grant_terms FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER grant_terms_no_truncate BEFORE TRUNCATE ON grant_terms FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint append_only_%: rows are written once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER grant_plan_no_change BEFORE UPDATE OR DELETE ON grant_plan FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER grant_plan_no_truncate BEFORE TRUNCATE ON grant_plan FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION reporting_period_kept_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state = 'accepted' THEN RAISE EXCEPTION 'constraint reporting_period_kept_update: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER reporting_period_kept_update BEFORE UPDATE ON reporting_period FOR EACH ROW EXECUTE FUNCTION reporting_period_kept_update()",
        "CREATE OR REPLACE FUNCTION reporting_period_kept_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state = 'accepted' THEN RAISE EXCEPTION 'constraint reporting_period_kept_delete: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER reporting_period_kept_delete BEFORE DELETE ON reporting_period FOR EACH ROW EXECUTE FUNCTION reporting_period_kept_delete()",
        "CREATE OR REPLACE FUNCTION cost_claim_kept_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM reporting_period WHERE id = NEW.period_id AND state = 'accepted') THEN RAISE EXCEPTION 'constraint cost_claim_kept_insert: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER cost_claim_kept_insert BEFORE INSERT ON cost_claim FOR EACH ROW EXECUTE FUNCTION cost_claim_kept_insert()",
        "CREATE OR REPLACE FUNCTION cost_claim_kept_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM reporting_period WHERE id = OLD.period_id AND state = 'accepted') THEN RAISE EXCEPTION 'constraint cost_claim_kept_update: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER cost_claim_kept_update BEFORE UPDATE ON cost_claim FOR EACH ROW EXECUTE FUNCTION cost_claim_kept_update()",
        "CREATE OR REPLACE FUNCTION cost_claim_kept_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM reporting_period WHERE id = OLD.period_id AND state = 'accepted') THEN RAISE EXCEPTION 'constraint cost_claim_kept_delete: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER cost_claim_kept_delete BEFORE DELETE ON cost_claim FOR EACH ROW EXECUTE FUNCTION cost_claim_kept_delete()",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint append_only_%: rows are written once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER grant_instalment_no_change BEFORE UPDATE OR DELETE ON grant_instalment FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER grant_instalment_no_truncate BEFORE TRUNCATE ON grant_instalment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION grant_earned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM grant_plan WHERE id = NEW.plan_id FOR UPDATE; IF (SELECT sum(earned_cents) FROM grant_instalment WHERE plan_id = NEW.plan_id) > (SELECT CASE WHEN NEW.kind = 'balance' THEN max_grant_cents ELSE ceiling_cents END FROM grant_plan WHERE id = NEW.plan_id) OR EXISTS (SELECT 1 FROM grant_instalment WHERE plan_id = NEW.plan_id AND kind = 'balance' AND id <> NEW.id) THEN RAISE EXCEPTION 'constraint grant_within_maximum: more than the grant allows' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER grant_earned AFTER INSERT ON grant_instalment FOR EACH ROW EXECUTE FUNCTION grant_earned()",
        "CREATE OR REPLACE FUNCTION grant_paid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM budget_line WHERE id = NEW.line_id FOR UPDATE; IF (SELECT coalesce(sum(amount_cents), 0) FROM payment WHERE line_id = NEW.line_id AND split_part(subject, '/', 1) = split_part(NEW.subject, '/', 1) AND state NOT IN ('refused', 'cancelled', 'rejected_by_bank', 'returned')) - (SELECT coalesce(sum(received_cents + offset_cents), 0) FROM recovery WHERE line_id = NEW.line_id AND split_part(subject, '/', 1) = split_part(NEW.subject, '/', 1)) > coalesce((SELECT CASE WHEN NEW.purpose = 'balance' THEN grant_plan.max_grant_cents ELSE grant_plan.ceiling_cents - grant_plan.fund_cents END FROM grant_plan JOIN project ON project.id = grant_plan.project_id WHERE project.ref = split_part(NEW.subject, '/', 1) AND grant_plan.line_id = NEW.line_id), 0) THEN RAISE EXCEPTION 'constraint grant_within_maximum: more than the grant allows' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER grant_paid AFTER INSERT ON payment FOR EACH ROW WHEN (NEW.purpose IN ('pre_financing', 'interim', 'balance')) EXECUTE FUNCTION grant_paid()",
    ),
}
FUNCTIONS = (
    "grant_paid",
    "grant_earned",
    "reporting_period_kept_update",
    "reporting_period_kept_delete",
    "cost_claim_kept_insert",
    "cost_claim_kept_update",
    "cost_claim_kept_delete",
)


def upgrade() -> None:
    """Let payments and recoveries be about grants; create the tables and their guards."""
    for (table, name), (before, now) in WORDS.items():
        change_words(table, name, before, now)
    op.create_table(
        "grant_terms",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", KEY, nullable=False),
        sa.Column("fund_bp", sa.Integer(), nullable=False),
        sa.Column("ceiling_bp", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ceiling_bp >= 5000 and ceiling_bp < 10000",
            name=op.f("ck_grant_terms_ceiling_below_grant"),
        ),
        sa.CheckConstraint(
            "fund_bp between 0 and 1000", name=op.f("ck_grant_terms_fund_is_a_tenth_at_most")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_grant_terms_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_terms")),
    )
    with op.batch_alter_table("grant_terms", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_grant_terms_programme_id"), ["programme_id"], unique=False
        )

    op.create_table(
        "grant_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("max_grant_cents", sa.BigInteger(), nullable=False),
        sa.Column("funding_rate_bp", sa.Integer(), nullable=False),
        sa.Column("indirect_rate_bp", sa.Integer(), nullable=False),
        sa.Column("pre_financing_cents", sa.BigInteger(), nullable=False),
        sa.Column("fund_cents", sa.BigInteger(), nullable=False),
        sa.Column("ceiling_cents", sa.BigInteger(), nullable=False),
        sa.Column("steps", JSON, nullable=False),
        sa.Column("planned_by_id", KEY, nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "fund_cents >= 0 and pre_financing_cents > fund_cents and pre_financing_cents <= ceiling_cents and ceiling_cents < max_grant_cents",
            name=op.f("ck_grant_plan_figures_in_order"),
        ),
        sa.CheckConstraint("periods between 1 and 8", name=op.f("ck_grant_plan_periods_range")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["budget_line.id"], name=op.f("fk_grant_plan_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["person.id"], name=op.f("fk_grant_plan_planned_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_grant_plan_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_plan")),
        sa.UniqueConstraint("project_id", name=op.f("uq_grant_plan_project_id")),
    )
    with op.batch_alter_table("grant_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grant_plan_line_id"), ["line_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_grant_plan_planned_by_id"), ["planned_by_id"], unique=False
        )

    op.create_table(
        "reporting_period",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", KEY, nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("limit_days", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("eligible_cents", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'accepted') = (eligible_cents is not null)",
            name=op.f("ck_reporting_period_accepted_has_costs"),
        ),
        sa.CheckConstraint(
            "(state = 'planned') = (received_on is null) and (received_on is null) = (submitted_by_id is null) and (received_on is null) = (submitted_at is null) and (received_on is null) = (limit_days is null) and (received_on is null) = (due_on is null)",
            name=op.f("ck_reporting_period_submitted_has_a_day"),
        ),
        sa.CheckConstraint(
            "(state = 'returned') = (stopped_on is not null)",
            name=op.f("ck_reporting_period_returned_stands"),
        ),
        sa.CheckConstraint(
            "eligible_cents >= 0", name=op.f("ck_reporting_period_eligible_not_negative")
        ),
        sa.CheckConstraint(
            "ends_on > starts_on", name=op.f("ck_reporting_period_ends_after_start")
        ),
        sa.CheckConstraint(
            "reviewed_by_id <> submitted_by_id", name=op.f("ck_reporting_period_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["grant_plan.id"], name=op.f("fk_reporting_period_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["person.id"], name=op.f("fk_reporting_period_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_reporting_period_submitted_by_id")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'submitted', 'returned', 'accepted')",
            name=op.f("ck_reporting_period_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_period")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_reporting_period_plan_id_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_reporting_period_ref")),
    )
    with op.batch_alter_table("reporting_period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reporting_period_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reporting_period_reviewed_by_id"), ["reviewed_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_reporting_period_state_ends_on", ["state", "ends_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_reporting_period_submitted_by_id"), ["submitted_by_id"], unique=False
        )

    op.create_table(
        "cost_claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("period_id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("claimed_cents", sa.BigInteger(), nullable=False),
        sa.Column("accepted_cents", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "accepted_cents is null or accepted_cents = claimed_cents or reason <> ''",
            name=op.f("ck_cost_claim_cut_has_a_reason"),
        ),
        sa.CheckConstraint(
            "accepted_cents >= 0 and accepted_cents <= claimed_cents",
            name=op.f("ck_cost_claim_accepted_within"),
        ),
        sa.CheckConstraint("claimed_cents > 0", name=op.f("ck_cost_claim_claimed_above_zero")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["budget_line.id"], name=op.f("fk_cost_claim_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_period.id"], name=op.f("fk_cost_claim_period_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_claim")),
        sa.UniqueConstraint("period_id", "line_id", name=op.f("uq_cost_claim_period_id_line_id")),
    )
    with op.batch_alter_table("cost_claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cost_claim_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cost_claim_period_id"), ["period_id"], unique=False)

    op.create_table(
        "grant_instalment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("period_id", KEY, nullable=True),
        sa.Column("earned_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_out_cents", sa.BigInteger(), nullable=False),
        sa.Column("give_back_cents", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", KEY, nullable=True),
        sa.Column("steps", JSON, nullable=False),
        sa.Column("decided_by_id", KEY, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(number = 0) = (kind = 'pre_financing') and (number = 0) = (period_id is null)",
            name=op.f("ck_grant_instalment_pre_financing_comes_first"),
        ),
        sa.CheckConstraint(
            "kind = 'balance' or earned_cents >= 0",
            name=op.f("ck_grant_instalment_earned_not_negative"),
        ),
        sa.CheckConstraint(
            "paid_out_cents >= 0 and give_back_cents >= 0 and (paid_out_cents = 0 or give_back_cents = 0) and (kind = 'balance' or give_back_cents = 0)",
            name=op.f("ck_grant_instalment_one_direction"),
        ),
        sa.CheckConstraint(
            "(paid_out_cents = 0) = (payment_id is null)",
            name=op.f("ck_grant_instalment_due_has_a_payment"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_grant_instalment_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_grant_instalment_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_period.id"], name=op.f("fk_grant_instalment_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["grant_plan.id"], name=op.f("fk_grant_instalment_plan_id")
        ),
        sa.CheckConstraint(
            "kind IN ('pre_financing', 'interim', 'balance')", name=op.f("ck_grant_instalment_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_instalment")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_grant_instalment_payment_id")),
        sa.UniqueConstraint("period_id", name=op.f("uq_grant_instalment_period_id")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_grant_instalment_plan_id_number")),
    )
    with op.batch_alter_table("grant_instalment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_grant_instalment_decided_by_id"), ["decided_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_grant_instalment_plan_id"), ["plan_id"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables; refused when a payment or a recovery of a grant is there."""
    for (table, _name), (before, _now) in WORDS.items():
        beyond = sa.text(f"SELECT count(*) FROM {table} WHERE NOT ({before})")  # noqa: S608
        if op.get_bind().scalar(beyond):
            raise ValueError(f"{table} holds rows of grants: they have no earlier form")
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP TRIGGER grant_paid" + (" ON payment" if on_postgresql else ""))
    with op.batch_alter_table("grant_instalment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grant_instalment_plan_id"))
        batch_op.drop_index(batch_op.f("ix_grant_instalment_decided_by_id"))

    op.drop_table("grant_instalment")
    with op.batch_alter_table("cost_claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cost_claim_period_id"))
        batch_op.drop_index(batch_op.f("ix_cost_claim_line_id"))

    op.drop_table("cost_claim")
    with op.batch_alter_table("reporting_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reporting_period_submitted_by_id"))
        batch_op.drop_index("ix_reporting_period_state_ends_on")
        batch_op.drop_index(batch_op.f("ix_reporting_period_reviewed_by_id"))
        batch_op.drop_index(batch_op.f("ix_reporting_period_plan_id"))

    op.drop_table("reporting_period")
    with op.batch_alter_table("grant_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grant_plan_planned_by_id"))
        batch_op.drop_index(batch_op.f("ix_grant_plan_line_id"))

    op.drop_table("grant_plan")
    with op.batch_alter_table("grant_terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grant_terms_programme_id"))

    op.drop_table("grant_terms")
    if on_postgresql:
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
    for (table, name), (before, now) in WORDS.items():
        change_words(table, name, now, before)


def change_words(table: str, name: str, before: str, now: str) -> None:
    """Put one CHECK in the place of another, rows and guards of the table staying as they are."""
    if op.get_bind().dialect.name == "sqlite":
        rewrite(table, [(before, now)])
        return
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, now)


def rewrite(table: str, changes: list[tuple[str, str]]) -> None:
    """Change the statement SQLite keeps of a table, rows staying where they are.

    Rebuilding the table is impossible inside a transaction while other tables refer to it. This is
    the way SQLite itself describes for CHECKs. Raises ValueError when a text is not found.
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
