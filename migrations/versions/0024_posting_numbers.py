"""Postings are numbered within their line, and the balances of a line move only by a posting."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER budget_line_by_posting BEFORE UPDATE ON budget_line WHEN (NEW.budget_cents IS NOT OLD.budget_cents OR NEW.available_cents IS NOT OLD.available_cents OR NEW.committed_cents IS NOT OLD.committed_cents OR NEW.bound_cents IS NOT OLD.bound_cents OR NEW.certified_cents IS NOT OLD.certified_cents OR NEW.paid_cents IS NOT OLD.paid_cents OR NEW.last_number IS NOT OLD.last_number OR NEW.id IS NOT OLD.id OR NEW.book_id IS NOT OLD.book_id OR NEW.code IS NOT OLD.code) AND (NEW.last_number > OLD.last_number AND NEW.id = OLD.id AND NEW.book_id = OLD.book_id AND NEW.code = OLD.code AND (SELECT count(*) = NEW.last_number - OLD.last_number AND NEW.budget_cents - OLD.budget_cents = sum(CASE 'outside' WHEN source THEN amount_cents WHEN target THEN -amount_cents ELSE 0 END) AND NEW.available_cents - OLD.available_cents = sum(CASE 'available' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AND NEW.committed_cents - OLD.committed_cents = sum(CASE 'committed' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AND NEW.bound_cents - OLD.bound_cents = sum(CASE 'bound' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AND NEW.certified_cents - OLD.certified_cents = sum(CASE 'certified' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AND NEW.paid_cents - OLD.paid_cents = sum(CASE 'paid' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) FROM posting WHERE line_id = NEW.id AND number > OLD.last_number AND number <= NEW.last_number)) IS NOT TRUE BEGIN SELECT RAISE(ABORT, 'constraint budget_line_by_posting: a line changes by its next postings alone'); END",
        "CREATE TRIGGER budget_line_not_negative BEFORE UPDATE ON budget_line BEGIN SELECT RAISE(ABORT, 'constraint ck_budget_line_available_not_negative: below zero') WHERE NEW.available_cents < 0; SELECT RAISE(ABORT, 'constraint ck_budget_line_committed_not_negative: below zero') WHERE NEW.committed_cents < 0; SELECT RAISE(ABORT, 'constraint ck_budget_line_bound_not_negative: below zero') WHERE NEW.bound_cents < 0; SELECT RAISE(ABORT, 'constraint ck_budget_line_certified_not_negative: below zero') WHERE NEW.certified_cents < 0; SELECT RAISE(ABORT, 'constraint ck_budget_line_paid_not_negative: below zero') WHERE NEW.paid_cents < 0; END",
        "CREATE TRIGGER budget_line_begins_empty BEFORE INSERT ON budget_line WHEN NEW.budget_cents <> 0 OR NEW.available_cents <> 0 OR NEW.committed_cents <> 0 OR NEW.bound_cents <> 0 OR NEW.certified_cents <> 0 OR NEW.paid_cents <> 0 OR NEW.last_number <> 0 OR EXISTS (SELECT 1 FROM budget_line WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'constraint budget_line_begins_empty: a line begins with nothing'); END",
        "CREATE TRIGGER budget_line_no_replace BEFORE INSERT ON budget_line WHEN EXISTS (SELECT 1 FROM budget_line WHERE book_id = NEW.book_id AND code = NEW.code) BEGIN SELECT RAISE(ABORT, 'constraint uq_budget_line_book_id_code: the book has this line'); END",
        "CREATE TRIGGER budget_line_kept BEFORE DELETE ON budget_line BEGIN SELECT RAISE(ABORT, 'constraint budget_line_kept: a line stays'); END",
        "CREATE TRIGGER posting_moves_line AFTER INSERT ON posting BEGIN SELECT RAISE(ABORT, 'constraint posting_in_turn: the next number of its line') WHERE typeof(NEW.amount_cents) <> 'integer' OR NOT EXISTS (SELECT 1 FROM budget_line WHERE id = NEW.line_id AND last_number = NEW.number - 1); UPDATE budget_line SET last_number = NEW.number, budget_cents = budget_cents + CASE 'outside' WHEN NEW.source THEN NEW.amount_cents WHEN NEW.target THEN -NEW.amount_cents ELSE 0 END, available_cents = available_cents + CASE 'available' WHEN NEW.target THEN NEW.amount_cents WHEN NEW.source THEN -NEW.amount_cents ELSE 0 END, committed_cents = committed_cents + CASE 'committed' WHEN NEW.target THEN NEW.amount_cents WHEN NEW.source THEN -NEW.amount_cents ELSE 0 END, bound_cents = bound_cents + CASE 'bound' WHEN NEW.target THEN NEW.amount_cents WHEN NEW.source THEN -NEW.amount_cents ELSE 0 END, certified_cents = certified_cents + CASE 'certified' WHEN NEW.target THEN NEW.amount_cents WHEN NEW.source THEN -NEW.amount_cents ELSE 0 END, paid_cents = paid_cents + CASE 'paid' WHEN NEW.target THEN NEW.amount_cents WHEN NEW.source THEN -NEW.amount_cents ELSE 0 END WHERE id = NEW.line_id AND last_number = NEW.number - 1; END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION budget_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'constraint budget_line_kept: a line stays' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF TG_OP = 'INSERT' THEN IF NEW.budget_cents <> 0 OR NEW.available_cents <> 0 OR NEW.committed_cents <> 0 OR NEW.bound_cents <> 0 OR NEW.certified_cents <> 0 OR NEW.paid_cents <> 0 OR NEW.last_number <> 0 THEN RAISE EXCEPTION 'constraint budget_line_begins_empty: a line begins with nothing' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END IF; IF (NEW.budget_cents IS DISTINCT FROM OLD.budget_cents OR NEW.available_cents IS DISTINCT FROM OLD.available_cents OR NEW.committed_cents IS DISTINCT FROM OLD.committed_cents OR NEW.bound_cents IS DISTINCT FROM OLD.bound_cents OR NEW.certified_cents IS DISTINCT FROM OLD.certified_cents OR NEW.paid_cents IS DISTINCT FROM OLD.paid_cents OR NEW.last_number IS DISTINCT FROM OLD.last_number OR NEW.id IS DISTINCT FROM OLD.id OR NEW.book_id IS DISTINCT FROM OLD.book_id OR NEW.code IS DISTINCT FROM OLD.code) AND (NEW.last_number > OLD.last_number AND NEW.id = OLD.id AND NEW.book_id = OLD.book_id AND NEW.code = OLD.code AND (SELECT count(*) = NEW.last_number - OLD.last_number AND NEW.budget_cents - OLD.budget_cents = sum(CASE 'outside' WHEN source THEN amount_cents WHEN target THEN -amount_cents ELSE 0 END) AND NEW.available_cents - OLD.available_cents = sum(CASE 'available' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AND NEW.committed_cents - OLD.committed_cents = sum(CASE 'committed' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AND NEW.bound_cents - OLD.bound_cents = sum(CASE 'bound' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AND NEW.certified_cents - OLD.certified_cents = sum(CASE 'certified' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AND NEW.paid_cents - OLD.paid_cents = sum(CASE 'paid' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) FROM posting WHERE line_id = NEW.id AND number > OLD.last_number AND number <= NEW.last_number)) IS NOT TRUE THEN RAISE EXCEPTION 'constraint budget_line_by_posting: a line changes by its next postings alone' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER budget_line_guard BEFORE INSERT OR UPDATE OR DELETE ON budget_line FOR EACH ROW EXECUTE FUNCTION budget_line_guard()",
        "CREATE OR REPLACE FUNCTION posting_moves_line() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE moved bigint; BEGIN UPDATE budget_line AS l SET last_number = m.last, budget_cents = l.budget_cents + m.budget_cents, available_cents = l.available_cents + m.available_cents, committed_cents = l.committed_cents + m.committed_cents, bound_cents = l.bound_cents + m.bound_cents, certified_cents = l.certified_cents + m.certified_cents, paid_cents = l.paid_cents + m.paid_cents FROM (SELECT line_id, min(number) AS first, max(number) AS last, count(*) AS postings, sum(CASE 'outside' WHEN source THEN amount_cents WHEN target THEN -amount_cents ELSE 0 END) AS budget_cents, sum(CASE 'available' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AS available_cents, sum(CASE 'committed' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AS committed_cents, sum(CASE 'bound' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AS bound_cents, sum(CASE 'certified' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AS certified_cents, sum(CASE 'paid' WHEN target THEN amount_cents WHEN source THEN -amount_cents ELSE 0 END) AS paid_cents FROM written GROUP BY line_id) AS m WHERE l.id = m.line_id AND m.first = l.last_number + 1 AND m.last = l.last_number + m.postings; GET DIAGNOSTICS moved = ROW_COUNT; IF moved <> (SELECT count(DISTINCT line_id) FROM written) THEN RAISE EXCEPTION 'constraint posting_in_turn: the next number of its line' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER posting_moves_line AFTER INSERT ON posting REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION posting_moves_line()",
    ),
}
#: Triggers and their tables per engine, to be dropped.
NAMES = {
    "sqlite": (
        "posting_moves_line",
        "budget_line_by_posting",
        "budget_line_not_negative",
        "budget_line_begins_empty",
        "budget_line_no_replace",
        "budget_line_kept",
    ),
    "postgresql": ("posting_moves_line ON posting", "budget_line_guard ON budget_line"),
}
FUNCTIONS = ("posting_moves_line", "budget_line_guard")
#: The guard of the whole table, which is away while the postings get their numbers: how it is dropped
#: and made again, with the key that is there afterwards.
UNCHANGED = {
    "sqlite": (
        "CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'constraint append_only_posting: rows are written once'); END",
        "CREATE TRIGGER posting_no_replace BEFORE INSERT ON posting WHEN EXISTS (SELECT 1 FROM posting WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM posting WHERE reverses_id = NEW.reverses_id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_posting: rows are written once'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER posting_no_change BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ),
}
NO_REPLACE_BEFORE = "CREATE TRIGGER posting_no_replace BEFORE INSERT ON posting WHEN EXISTS (SELECT 1 FROM posting WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM posting WHERE reverses_id = NEW.reverses_id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_posting: rows are written once'); END"


def upgrade() -> None:
    """Number the postings of each line in the order of their ids, then guard both tables."""
    engine = op.get_bind().dialect.name
    op.execute("ALTER TABLE posting ADD COLUMN number INTEGER DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE budget_line ADD COLUMN last_number INTEGER DEFAULT 0 NOT NULL")
    if engine == "sqlite":
        op.execute("DROP TRIGGER posting_no_update")
        op.execute("DROP TRIGGER posting_no_replace")
    else:
        op.execute("DROP TRIGGER posting_no_change ON posting")
    op.execute(
        "UPDATE posting SET number = numbered.number FROM (SELECT id, row_number() OVER "
        "(PARTITION BY line_id ORDER BY id) AS number FROM posting) AS numbered "
        "WHERE numbered.id = posting.id"
    )
    op.execute(
        "UPDATE budget_line SET last_number = "
        "(SELECT count(*) FROM posting WHERE posting.line_id = budget_line.id)"
    )
    op.create_index("uq_posting_line_id_number", "posting", ["line_id", "number"], unique=True)
    op.drop_index("ix_posting_line_id", table_name="posting")
    for statement in (*UNCHANGED[engine], *GUARDS[engine]):
        op.execute(statement)


def downgrade() -> None:
    """Take guards and numbers away; the money stays where it is."""
    engine = op.get_bind().dialect.name
    for name in NAMES[engine]:
        op.execute(f"DROP TRIGGER {name}")
    op.create_index("ix_posting_line_id", "posting", ["line_id"], unique=False)
    op.drop_index("uq_posting_line_id_number", table_name="posting")
    if engine == "sqlite":
        op.execute("DROP TRIGGER posting_no_replace")
        op.execute(NO_REPLACE_BEFORE)
    else:
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
    op.execute("ALTER TABLE posting DROP COLUMN number")
    op.execute("ALTER TABLE budget_line DROP COLUMN last_number")
