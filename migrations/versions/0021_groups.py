"""Group visits: groups, the places of exchanges in them, and the programme an exchange shares."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER group_visit_write_once BEFORE UPDATE ON group_visit WHEN (OLD.host_id IS NOT NULL AND NEW.host_id IS NOT OLD.host_id) OR (OLD.project_id IS NOT NULL AND NEW.project_id IS NOT OLD.project_id) OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT OLD.closed_at) BEGIN SELECT RAISE(ABORT, 'constraint write_once_group_visit: written once'); END",
        "CREATE TRIGGER group_member_write_once BEFORE UPDATE ON group_member WHEN (OLD.group_id IS NOT NULL AND NEW.group_id IS NOT OLD.group_id) OR (OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS NOT OLD.exchange_id) OR (OLD.visitor_id IS NOT NULL AND NEW.visitor_id IS NOT OLD.visitor_id) OR (OLD.asked_at IS NOT NULL AND NEW.asked_at IS NOT OLD.asked_at) BEGIN SELECT RAISE(ABORT, 'constraint write_once_group_member: written once'); END",
        "CREATE TRIGGER group_member_kept BEFORE DELETE ON group_member WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'constraint group_member_kept: refused'); END",
        "CREATE TRIGGER group_member_same_host BEFORE INSERT ON group_member WHEN NOT EXISTS (SELECT 1 FROM exchange JOIN group_visit ON group_visit.id = NEW.group_id WHERE exchange.id = NEW.exchange_id AND exchange.host_id = group_visit.host_id AND exchange.visitor_id = NEW.visitor_id) BEGIN SELECT RAISE(ABORT, 'constraint group_member_same_host: refused'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION group_visit_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_group_visit: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER group_visit_write_once BEFORE UPDATE ON group_visit FOR EACH ROW WHEN ((OLD.host_id IS NOT NULL AND NEW.host_id IS DISTINCT FROM OLD.host_id) OR (OLD.project_id IS NOT NULL AND NEW.project_id IS DISTINCT FROM OLD.project_id) OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)) EXECUTE FUNCTION group_visit_write_once()",
        "CREATE OR REPLACE FUNCTION group_member_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_group_member: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER group_member_write_once BEFORE UPDATE ON group_member FOR EACH ROW WHEN ((OLD.group_id IS NOT NULL AND NEW.group_id IS DISTINCT FROM OLD.group_id) OR (OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS DISTINCT FROM OLD.exchange_id) OR (OLD.visitor_id IS NOT NULL AND NEW.visitor_id IS DISTINCT FROM OLD.visitor_id) OR (OLD.asked_at IS NOT NULL AND NEW.asked_at IS DISTINCT FROM OLD.asked_at)) EXECUTE FUNCTION group_member_write_once()",
        "CREATE OR REPLACE FUNCTION group_member_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'constraint group_member_kept: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER group_member_kept BEFORE DELETE ON group_member FOR EACH ROW EXECUTE FUNCTION group_member_kept()",
        "CREATE OR REPLACE FUNCTION group_member_same_host() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM exchange JOIN group_visit ON group_visit.id = NEW.group_id WHERE exchange.id = NEW.exchange_id AND exchange.host_id = group_visit.host_id AND exchange.visitor_id = NEW.visitor_id) THEN RAISE EXCEPTION 'constraint group_member_same_host: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER group_member_same_host BEFORE INSERT ON group_member FOR EACH ROW EXECUTE FUNCTION group_member_same_host()",
    ),
}


def upgrade() -> None:
    """Create both tables with their guards; exchanges may share a programme."""
    op.create_table(
        "group_visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "closed", name="state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column(
            "opened_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at is not null)",
            name=op.f("ck_group_visit_closed_has_moment"),
        ),
        sa.CheckConstraint(
            "title <> '' and agenda <> ''", name=op.f("ck_group_visit_programme_is_written")
        ),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_group_visit_days_in_order")),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organisation.id"], name=op.f("fk_group_visit_host_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_group_visit_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_group_visit_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_visit")),
        sa.UniqueConstraint("ref", name=op.f("uq_group_visit_ref")),
    )
    with op.batch_alter_table("group_visit", schema=None) as batch_op:
        batch_op.create_index("ix_group_visit_host_id_state", ["host_id", "state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_group_visit_opened_by_id"), ["opened_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_group_visit_project_id_state", ["project_id", "state"], unique=False
        )

    op.create_table(
        "group_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "exchange_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "visitor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "invited",
                "joined",
                "declined",
                "left",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state in ('applied', 'invited')) = (answered_at is null)",
            name=op.f("ck_group_member_answered_has_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_group_member_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_group_member_exchange_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_visit.id"], name=op.f("fk_group_member_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["organisation.id"], name=op.f("fk_group_member_visitor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
    )
    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_group_member_asked_by_id"), ["asked_by_id"], unique=False
        )
        batch_op.create_index("ix_group_member_exchange_id", ["exchange_id"], unique=False)
        batch_op.create_index("ix_group_member_group_id", ["group_id"], unique=False)
        batch_op.create_index("ix_group_member_state", ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_group_member_visitor_id"), ["visitor_id"], unique=False
        )
        batch_op.create_index(
            "uq_group_member_one_group",
            ["exchange_id"],
            unique=True,
            sqlite_where=sa.text("state in ('applied', 'invited', 'joined')"),
            postgresql_where=sa.text("state in ('applied', 'invited', 'joined')"),
        )
        batch_op.create_index(
            "uq_group_member_one_place",
            ["group_id", "visitor_id"],
            unique=True,
            sqlite_where=sa.text("state in ('applied', 'invited', 'joined')"),
            postgresql_where=sa.text("state in ('applied', 'invited', 'joined')"),
        )

    op.add_column(
        "exchange",
        sa.Column("shared", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
    )

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables with their triggers, and what exchanges shared."""
    op.drop_column("exchange", "shared")

    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_group_member_one_place",
            sqlite_where=sa.text("state in ('applied', 'invited', 'joined')"),
            postgresql_where=sa.text("state in ('applied', 'invited', 'joined')"),
        )
        batch_op.drop_index(
            "uq_group_member_one_group",
            sqlite_where=sa.text("state in ('applied', 'invited', 'joined')"),
            postgresql_where=sa.text("state in ('applied', 'invited', 'joined')"),
        )
        batch_op.drop_index(batch_op.f("ix_group_member_visitor_id"))
        batch_op.drop_index("ix_group_member_state")
        batch_op.drop_index("ix_group_member_group_id")
        batch_op.drop_index("ix_group_member_exchange_id")
        batch_op.drop_index(batch_op.f("ix_group_member_asked_by_id"))

    op.drop_table("group_member")
    with op.batch_alter_table("group_visit", schema=None) as batch_op:
        batch_op.drop_index("ix_group_visit_project_id_state")
        batch_op.drop_index(batch_op.f("ix_group_visit_opened_by_id"))
        batch_op.drop_index("ix_group_visit_host_id_state")

    op.drop_table("group_visit")
    if op.get_bind().dialect.name == "postgresql":
        for name in (
            "group_visit_write_once",
            "group_member_write_once",
            "group_member_kept",
            "group_member_same_host",
        ):
            op.execute(f"DROP FUNCTION {name}()")
