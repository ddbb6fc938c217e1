"""No sum of an exchange above cap, ceiling and partnership's amount: asked of the database too."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER exchange_limits_insert BEFORE INSERT ON exchange WHEN NEW.lump_sum_cents > NEW.ceiling_cents OR NEW.lump_sum_cents > NEW.partnership_cents OR NEW.lump_sum_cents > (SELECT cap_cents FROM scheme WHERE id = NEW.scheme_id) BEGIN SELECT RAISE(ABORT, 'constraint exchange_limits_insert: refused'); END",
        "CREATE TRIGGER exchange_limits_update BEFORE UPDATE ON exchange WHEN NEW.lump_sum_cents > NEW.ceiling_cents OR NEW.lump_sum_cents > NEW.partnership_cents OR NEW.lump_sum_cents > (SELECT cap_cents FROM scheme WHERE id = NEW.scheme_id) BEGIN SELECT RAISE(ABORT, 'constraint exchange_limits_update: refused'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION exchange_limits_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.lump_sum_cents > NEW.ceiling_cents OR NEW.lump_sum_cents > NEW.partnership_cents OR NEW.lump_sum_cents > (SELECT cap_cents FROM scheme WHERE id = NEW.scheme_id) THEN RAISE EXCEPTION 'constraint exchange_limits_insert: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER exchange_limits_insert BEFORE INSERT ON exchange FOR EACH ROW EXECUTE FUNCTION exchange_limits_insert()",
        "CREATE OR REPLACE FUNCTION exchange_limits_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.lump_sum_cents > NEW.ceiling_cents OR NEW.lump_sum_cents > NEW.partnership_cents OR NEW.lump_sum_cents > (SELECT cap_cents FROM scheme WHERE id = NEW.scheme_id) THEN RAISE EXCEPTION 'constraint exchange_limits_update: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER exchange_limits_update BEFORE UPDATE ON exchange FOR EACH ROW EXECUTE FUNCTION exchange_limits_update()",
    ),
}
NAMES = ("exchange_limits_insert", "exchange_limits_update")


def upgrade() -> None:
    """Guard the sums."""
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the guards away."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in NAMES:
        op.execute(f"DROP TRIGGER {name}" + (" ON exchange" if on_postgresql else ""))
        if on_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
