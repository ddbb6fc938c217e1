"""The head of every chain of the trail, moved by the database, and a proof of every posting."""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: Triggers per engine; refuse_change() comes with the foundation.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'constraint forward_only_audit_head: one step forward'); END",
        "CREATE TRIGGER audit_head_step BEFORE UPDATE ON audit_head WHEN NEW.subject <> OLD.subject OR NEW.number <> OLD.number + 1 BEGIN SELECT RAISE(ABORT, 'constraint forward_only_audit_head: one step forward'); END",
        "CREATE TRIGGER audit_head_begin BEFORE INSERT ON audit_head WHEN NEW.number <> coalesce((SELECT number FROM audit_head WHERE subject = NEW.subject), 0) + 1 BEGIN SELECT RAISE(ABORT, 'constraint forward_only_audit_head: one step forward'); END",
        "CREATE TRIGGER audit_entry_moves_head AFTER INSERT ON audit_entry BEGIN INSERT INTO audit_head (subject, number, hash) VALUES (NEW.subject, NEW.number, NEW.hash) ON CONFLICT (subject) DO UPDATE SET number = excluded.number, hash = excluded.hash; END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_head_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' AND NEW.number = coalesce((SELECT number FROM audit_head WHERE subject = NEW.subject), 0) + 1 THEN RETURN NEW; END IF; IF TG_OP = 'UPDATE' AND NEW.subject = OLD.subject AND NEW.number = OLD.number + 1 THEN RETURN NEW; END IF; RAISE EXCEPTION 'constraint forward_only_audit_head: one step forward' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER audit_head_step BEFORE INSERT OR UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_step()",
        "CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION audit_entry_moves_head() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit_head (subject, number, hash) VALUES (NEW.subject, NEW.number, NEW.hash) ON CONFLICT (subject) DO UPDATE SET number = excluded.number, hash = excluded.hash; RETURN NULL; END $$",
        "CREATE TRIGGER audit_entry_moves_head AFTER INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_moves_head()",
    ),
}
FUNCTIONS = ("audit_entry_moves_head", "audit_head_step")

json_column = sa.JSON().with_variant(JSONB(), "postgresql")
entry = sa.table(
    "audit_entry",
    sa.column("subject", sa.String),
    sa.column("number", sa.Integer),
    sa.column("verb", sa.String),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("actor_id", sa.BigInteger),
    sa.column("actor_name", sa.String),
    sa.column("actor_roles", sa.String),
    sa.column("address", sa.String),
    sa.column("request_id", sa.String),
    sa.column("before", json_column),
    sa.column("after", json_column),
    sa.column("details", json_column),
    sa.column("reason", sa.Text),
    sa.column("previous_hash", sa.String),
    sa.column("hash", sa.String),
)
posting = sa.table(
    "posting",
    *(
        sa.column(name)
        for name in ("id", "line_id", "kind", "source", "target", "amount_cents", "subject")
    ),
    *(sa.column(name) for name in ("file", "why", "actor_id", "actor_name", "reverses_id")),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("booked_on", sa.Date),
)
line = sa.table("budget_line", sa.column("id"), sa.column("code"))


def upgrade() -> None:
    """Create the heads where the chains stand, then prove the postings made so far."""
    op.create_table(
        "audit_head",
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_audit_head")),
    )
    op.execute(
        "INSERT INTO audit_head (subject, number, hash) "
        "SELECT subject, number, hash FROM audit_entry WHERE number = (SELECT max(other.number) "
        "FROM audit_entry AS other WHERE other.subject = audit_entry.subject)"
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    prove_postings(op.get_bind())


def downgrade() -> None:
    """Drop the heads; the entries about postings stay, as every entry of the trail does."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entry_moves_head")
    else:
        op.execute("DROP TRIGGER audit_entry_moves_head ON audit_entry")
    op.drop_table("audit_head")
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")


def prove_postings(connection: sa.Connection) -> None:
    """Write one entry for each posting that has none; they say what stands there today."""
    about = sa.select(entry.c.details).where(entry.c.verb.like("posting.%"))
    proved = {details["posting"]["id"] for details in connection.scalars(about)}
    lines = sa.select(posting, line.c.code).join(line, line.c.id == posting.c.line_id)
    heads: dict[str, tuple[int, str]] = {
        subject: (number, found)
        for subject, number, found in connection.execute(
            sa.text("SELECT subject, number, hash FROM audit_head WHERE subject LIKE 'LINE-%'")
        )
    }
    now = datetime.now(UTC)
    for row in connection.execute(lines.order_by(posting.c.id)).mappings().all():
        if row["id"] in proved:
            continue
        subject = f"LINE-{row['line_id']}"
        number, previous = heads.get(subject, (0, "0" * 64))
        values = proof(row, subject, number + 1, now)
        heads[subject] = (number + 1, hashed(previous, values))
        connection.execute(
            entry.insert().values(
                {**values, "at": now, "previous_hash": previous, "hash": heads[subject][1]}
            )
        )


def proof(row: sa.RowMapping, subject: str, number: int, now: datetime) -> dict[str, object]:
    """The content of the entry about a posting, as its hash covers it."""
    names = [column.name for column in posting.columns if column.name not in ("at", "booked_on")]
    content = {name: row[name] for name in names}
    content |= {"at": instant(row["at"]), "booked_on": row["booked_on"].isoformat()}
    return {
        "subject": subject,
        "number": number,
        "verb": f"posting.{row['kind']}",
        "at": instant(now),
        "actor_id": None,
        "actor_name": "system",
        "actor_roles": "",
        "address": "",
        "request_id": "",
        "before": {},
        "after": {},
        "details": {
            "line": row["code"],
            "subject": row["subject"],
            "amount_cents": row["amount_cents"],
            "posting": content,
        },
        "reason": row["why"],
    }


def hashed(previous: str, values: dict[str, object]) -> str:
    """SHA-256 over the previous hash and the canonical content."""
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def instant(moment: datetime) -> str:
    """A moment in UTC; SQLite forgets the zone."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")
