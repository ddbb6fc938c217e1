"""What is certified covers the payments under way: asked of the database too."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UNDER_WAY = sa.text("state IN ('requested', 'verified', 'authorised', 'sent', 'accepted_by_bank')")
#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER payment_covered AFTER INSERT ON payment WHEN (SELECT coalesce(sum(amount_cents - kept_back_cents), 0) FROM payment WHERE line_id = NEW.line_id AND substr(subject, 1, instr(subject || '/', '/') - 1) = substr(NEW.subject, 1, instr(NEW.subject || '/', '/') - 1) AND state IN ('requested', 'verified', 'authorised', 'sent', 'accepted_by_bank')) > (SELECT coalesce(sum(CASE WHEN target = 'certified' THEN amount_cents WHEN source = 'certified' THEN -amount_cents ELSE 0 END), 0) FROM posting WHERE line_id = NEW.line_id AND file = substr(NEW.subject, 1, instr(NEW.subject || '/', '/') - 1)) BEGIN SELECT RAISE(ABORT, 'constraint certified_under_payment: payments under way need it'); END",
        "CREATE TRIGGER posting_covers AFTER INSERT ON posting WHEN NEW.source = 'certified' AND NEW.kind IN ('release', 'reverse') AND (SELECT coalesce(sum(amount_cents - kept_back_cents), 0) FROM payment WHERE line_id = NEW.line_id AND substr(subject, 1, instr(subject || '/', '/') - 1) = NEW.file AND state IN ('requested', 'verified', 'authorised', 'sent', 'accepted_by_bank')) > (SELECT coalesce(sum(CASE WHEN target = 'certified' THEN amount_cents WHEN source = 'certified' THEN -amount_cents ELSE 0 END), 0) FROM posting WHERE line_id = NEW.line_id AND file = NEW.file) BEGIN SELECT RAISE(ABORT, 'constraint certified_under_payment: payments under way need it'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION payment_covered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT coalesce(sum(amount_cents - kept_back_cents), 0) FROM payment WHERE line_id = NEW.line_id AND split_part(subject, '/', 1) = split_part(NEW.subject, '/', 1) AND state IN ('requested', 'verified', 'authorised', 'sent', 'accepted_by_bank')) > (SELECT coalesce(sum(CASE WHEN target = 'certified' THEN amount_cents WHEN source = 'certified' THEN -amount_cents ELSE 0 END), 0) FROM posting WHERE line_id = NEW.line_id AND file = split_part(NEW.subject, '/', 1)) THEN RAISE EXCEPTION 'constraint certified_under_payment: payments under way need it' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER payment_covered AFTER INSERT ON payment FOR EACH ROW EXECUTE FUNCTION payment_covered()",
        "CREATE OR REPLACE FUNCTION posting_covers() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT coalesce(sum(amount_cents - kept_back_cents), 0) FROM payment WHERE line_id = NEW.line_id AND split_part(subject, '/', 1) = NEW.file AND state IN ('requested', 'verified', 'authorised', 'sent', 'accepted_by_bank')) > (SELECT coalesce(sum(CASE WHEN target = 'certified' THEN amount_cents WHEN source = 'certified' THEN -amount_cents ELSE 0 END), 0) FROM posting WHERE line_id = NEW.line_id AND file = NEW.file) THEN RAISE EXCEPTION 'constraint certified_under_payment: payments under way need it' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER posting_covers AFTER INSERT ON posting FOR EACH ROW WHEN (NEW.source = 'certified' AND NEW.kind IN ('release', 'reverse')) EXECUTE FUNCTION posting_covers()",
    ),
}
TRIGGERS = {"payment_covered": "payment", "posting_covers": "posting"}


def upgrade() -> None:
    """Index what is under way, and guard both tables."""
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payment_under_way",
            ["line_id"],
            unique=False,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take guards and index away."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for trigger, table in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {trigger}" + (f" ON {table}" if on_postgresql else ""))
        if on_postgresql:
            op.execute(f"DROP FUNCTION {trigger}()")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_under_way")
