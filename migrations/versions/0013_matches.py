"""Matches between profiles, and the rounds that suggest them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: Triggers per engine; refuse_change() comes with the foundation.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER match_suggestion_no_update BEFORE UPDATE ON match_suggestion BEGIN SELECT RAISE(ABORT, 'constraint append_only_match_suggestion: rows are written once'); END",
        "CREATE TRIGGER match_suggestion_no_delete BEFORE DELETE ON match_suggestion BEGIN SELECT RAISE(ABORT, 'constraint append_only_match_suggestion: rows are written once'); END",
        "CREATE TRIGGER match_suggestion_no_replace BEFORE INSERT ON match_suggestion WHEN EXISTS (SELECT 1 FROM match_suggestion WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM match_suggestion WHERE round_id = NEW.round_id AND visitor_id = NEW.visitor_id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_match_suggestion: rows are written once'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER match_suggestion_no_change BEFORE UPDATE OR DELETE ON match_suggestion FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER match_suggestion_no_truncate BEFORE TRUNCATE ON match_suggestion FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    """Create the three tables; suggestions are written once."""
    op.create_table(
        "match_round",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("hosts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column(
            "asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compared", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("greedy_points", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(solved_at is null) = (points is null) and (solved_at is null) = (compared is null) and (solved_at is null) = (greedy_points is null)",
            name=op.f("ck_match_round_solved_has_result"),
        ),
        sa.CheckConstraint("places between 1 and 20", name=op.f("ck_match_round_places_range")),
        sa.CheckConstraint(
            "points >= greedy_points", name=op.f("ck_match_round_never_below_the_best_pair_first")
        ),
        sa.CheckConstraint(
            "visitors >= 0 and hosts >= 0", name=op.f("ck_match_round_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_match_round_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_round")),
        sa.UniqueConstraint("ref", name=op.f("uq_match_round_ref")),
    )
    with op.batch_alter_table("match_round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_match_round_asked_by_id"), ["asked_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_match_round_solved_at"), ["solved_at"], unique=False)

    op.create_table(
        "match_suggestion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "visitor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("breakdown", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_match_suggestion_days_in_order")),
        sa.CheckConstraint(
            "points between 1 and 100", name=op.f("ck_match_suggestion_points_out_of_a_hundred")
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["profile.id"], name=op.f("fk_match_suggestion_host_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["match_round.id"], name=op.f("fk_match_suggestion_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["profile.id"], name=op.f("fk_match_suggestion_visitor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_suggestion")),
        sa.UniqueConstraint(
            "round_id", "visitor_id", name=op.f("uq_match_suggestion_round_id_visitor_id")
        ),
    )
    with op.batch_alter_table("match_suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_suggestion_host_id"), ["host_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_match_suggestion_visitor_id"), ["visitor_id"], unique=False
        )

    op.create_table(
        "visit_match",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "countered",
                "accepted_by_vo",
                "accepted_by_ho",
                "confirmed",
                "declined",
                "expired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "visitor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("departure_on", sa.Date(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("return_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("breakdown", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visitor_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("host_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column(
            "exchange_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (exchange_id is not null)",
            name=op.f("ck_visit_match_confirmed_has_exchange"),
        ),
        sa.CheckConstraint(
            "state <> 'accepted_by_ho' or (host_agreed_at is not null and visitor_agreed_at is null)",
            name=op.f("ck_visit_match_accepted_by_the_host"),
        ),
        sa.CheckConstraint(
            "state <> 'accepted_by_vo' or (visitor_agreed_at is not null and host_agreed_at is null)",
            name=op.f("ck_visit_match_accepted_by_the_visitor"),
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' or (visitor_agreed_at is not null and host_agreed_at is not null)",
            name=op.f("ck_visit_match_confirmed_by_both"),
        ),
        sa.CheckConstraint(
            "state <> 'declined' or end_reason <> ''",
            name=op.f("ck_visit_match_declined_has_reason"),
        ),
        sa.CheckConstraint(
            "departure_on <= first_on and first_on <= last_on and last_on <= return_on",
            name=op.f("ck_visit_match_days_in_order"),
        ),
        sa.CheckConstraint(
            "points between 0 and 100", name=op.f("ck_visit_match_points_out_of_a_hundred")
        ),
        sa.CheckConstraint("visitor_id <> host_id", name=op.f("ck_visit_match_not_with_itself")),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_visit_match_exchange_id")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["profile.id"], name=op.f("fk_visit_match_host_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_visit_match_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["profile.id"], name=op.f("fk_visit_match_visitor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_match")),
        sa.UniqueConstraint("exchange_id", name=op.f("uq_visit_match_exchange_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_visit_match_ref")),
    )
    with op.batch_alter_table("visit_match", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_match_host_id"), ["host_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_visit_match_proposed_at"), ["proposed_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_match_proposed_by_id"), ["proposed_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_visit_match_state_answer_by", ["state", "answer_by"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_visit_match_visitor_id"), ["visitor_id"], unique=False)
        batch_op.create_index(
            "uq_visit_match_one_open",
            ["visitor_id", "host_id"],
            unique=True,
            sqlite_where=sa.text(
                "state in ('proposed', 'countered', 'accepted_by_vo', 'accepted_by_ho')"
            ),
            postgresql_where=sa.text(
                "state in ('proposed', 'countered', 'accepted_by_vo', 'accepted_by_ho')"
            ),
        )

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the three tables; their triggers go with them."""
    with op.batch_alter_table("visit_match", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_visit_match_one_open",
            sqlite_where=sa.text(
                "state in ('proposed', 'countered', 'accepted_by_vo', 'accepted_by_ho')"
            ),
            postgresql_where=sa.text(
                "state in ('proposed', 'countered', 'accepted_by_vo', 'accepted_by_ho')"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_visit_match_visitor_id"))
        batch_op.drop_index("ix_visit_match_state_answer_by")
        batch_op.drop_index(batch_op.f("ix_visit_match_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_visit_match_proposed_at"))
        batch_op.drop_index(batch_op.f("ix_visit_match_host_id"))

    op.drop_table("visit_match")
    with op.batch_alter_table("match_suggestion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_suggestion_visitor_id"))
        batch_op.drop_index(batch_op.f("ix_match_suggestion_host_id"))

    op.drop_table("match_suggestion")
    with op.batch_alter_table("match_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_round_solved_at"))
        batch_op.drop_index(batch_op.f("ix_match_round_asked_by_id"))

    op.drop_table("match_round")
