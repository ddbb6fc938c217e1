"""A project is closed after the balance of its grant, and never opened again: asked of the database too."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER project_closing BEFORE UPDATE ON project WHEN (NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (SELECT 1 FROM grant_plan WHERE project_id = NEW.id AND NOT EXISTS (SELECT 1 FROM grant_instalment WHERE plan_id = grant_plan.id AND kind = 'balance'))) OR (OLD.state = 'closed' AND NEW.state <> 'closed') BEGIN SELECT RAISE(ABORT, 'constraint project_closing: refused'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION project_closing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (SELECT 1 FROM grant_plan WHERE project_id = NEW.id AND NOT EXISTS (SELECT 1 FROM grant_instalment WHERE plan_id = grant_plan.id AND kind = 'balance'))) OR (OLD.state = 'closed' AND NEW.state <> 'closed') THEN RAISE EXCEPTION 'constraint project_closing: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER project_closing BEFORE UPDATE ON project FOR EACH ROW EXECUTE FUNCTION project_closing()",
    ),
}


def upgrade() -> None:
    """Guard the end of a project."""
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the guard away."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP TRIGGER project_closing" + (" ON project" if on_postgresql else ""))
    if on_postgresql:
        op.execute("DROP FUNCTION project_closing()")
