"""Profiles of those who would like to visit or to host, their wishes and their days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "profile",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "accepted",
                "rejected",
                "suspended",
                "withdrawn",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("visits", sa.Boolean(), nullable=False),
        sa.Column("hosts", sa.Boolean(), nullable=False),
        sa.Column("motivation", sa.Text(), nullable=False),
        sa.Column("cv_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("chosen_because", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column(
            "decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state <> 'closed' or (cv_id is null and motivation = '' and person_id is null)",
            name=op.f("ck_profile_closed_without_personal_data"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'withdrawn', 'closed') or (project_id is not null and submitted_at is not null and answer_due_on is not null)",
            name=op.f("ck_profile_submitted_to_somebody"),
        ),
        sa.CheckConstraint(
            "state not in ('accepted', 'suspended') or decided_at is not null",
            name=op.f("ck_profile_accepted_has_moment"),
        ),
        sa.CheckConstraint(
            "state not in ('returned', 'rejected', 'suspended') or decision_reason <> ''",
            name=op.f("ck_profile_refused_has_reason"),
        ),
        sa.CheckConstraint("visits or hosts", name=op.f("ck_profile_takes_a_part")),
        sa.ForeignKeyConstraint(["cv_id"], ["stored_file.id"], name=op.f("fk_profile_cv_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_profile_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_profile_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_profile_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_profile_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("ref", name=op.f("uq_profile_ref")),
    )
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profile_cv_id"), ["cv_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_profile_decided_by_id"), ["decided_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_profile_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_profile_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_profile_project_id_state", ["project_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_profile_started_at"), ["started_at"], unique=False)
        batch_op.create_index("ix_profile_state_kept_until", ["state", "kept_until"], unique=False)
        batch_op.create_index(
            "uq_profile_one_alive",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("state not in ('rejected', 'withdrawn', 'closed')"),
            postgresql_where=sa.text("state not in ('rejected', 'withdrawn', 'closed')"),
        )

    op.create_table(
        "profile_period",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "profile_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_profile_period_days_in_order")),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_profile_period_profile_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_period")),
    )
    with op.batch_alter_table("profile_period", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_profile_period_profile_id"), ["profile_id"], unique=False
        )

    op.create_table(
        "profile_wish",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "profile_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "sector",
                "objective",
                "activity",
                "language",
                "country",
                "host_kind",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_profile_wish_profile_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_wish")),
        sa.UniqueConstraint(
            "profile_id", "kind", "value", name=op.f("uq_profile_wish_profile_id_kind_value")
        ),
    )
    with op.batch_alter_table("profile_wish", schema=None) as batch_op:
        batch_op.create_index(
            "ix_profile_wish_kind_value", ["kind", "value", "profile_id"], unique=False
        )


def downgrade() -> None:
    """Drop the three tables."""
    with op.batch_alter_table("profile_wish", schema=None) as batch_op:
        batch_op.drop_index("ix_profile_wish_kind_value")

    op.drop_table("profile_wish")
    with op.batch_alter_table("profile_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profile_period_profile_id"))

    op.drop_table("profile_period")
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_profile_one_alive",
            sqlite_where=sa.text("state not in ('rejected', 'withdrawn', 'closed')"),
            postgresql_where=sa.text("state not in ('rejected', 'withdrawn', 'closed')"),
        )
        batch_op.drop_index("ix_profile_state_kept_until")
        batch_op.drop_index(batch_op.f("ix_profile_started_at"))
        batch_op.drop_index("ix_profile_project_id_state")
        batch_op.drop_index(batch_op.f("ix_profile_person_id"))
        batch_op.drop_index(batch_op.f("ix_profile_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_profile_decided_by_id"))
        batch_op.drop_index(batch_op.f("ix_profile_cv_id"))

    op.drop_table("profile")
