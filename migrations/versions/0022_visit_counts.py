"""Counts of visits by state and days, and from town to town, kept by the database itself."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COUNTED = (
    "INSERT INTO visit_count (project_id, state, virtual, first_on, last_on, visits, cents) "
    "SELECT project_id, state, virtual, first_on, last_on, count(*), "
    "sum(coalesce(final_cents, lump_sum_cents, 0)) FROM exchange "
    "GROUP BY project_id, state, virtual, first_on, last_on"
)
WAYS = (
    "INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, "
    "visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) "
    "SELECT e.project_id, e.state, v.town, v.country, h.town, h.country, count(*), "
    "sum(v.latitude_e6), sum(v.longitude_e6), sum(h.latitude_e6), sum(h.longitude_e6) "
    "FROM exchange e JOIN organisation v ON v.id = e.visitor_id "
    "JOIN organisation h ON h.id = e.host_id WHERE NOT e.virtual "
    "GROUP BY e.project_id, e.state, v.town, v.country, h.town, h.country"
)
#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER exchange_counted AFTER INSERT ON exchange BEGIN INSERT INTO visit_count (project_id, state, virtual, first_on, last_on, visits, cents) SELECT NEW.project_id, NEW.state, NEW.virtual, NEW.first_on, NEW.last_on, 1, coalesce(NEW.final_cents, NEW.lump_sum_cents, 0) WHERE true ON CONFLICT (project_id, state, virtual, first_on, last_on) DO UPDATE SET visits = visit_count.visits + excluded.visits, cents = visit_count.cents + excluded.cents; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT NEW.project_id, NEW.state, v.town, v.country, h.town, h.country, 1, v.latitude_e6, v.longitude_e6, h.latitude_e6, h.longitude_e6 FROM organisation v, organisation h WHERE v.id = NEW.visitor_id AND h.id = NEW.host_id AND NOT NEW.virtual ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; END",
        "CREATE TRIGGER exchange_recounted AFTER UPDATE ON exchange WHEN OLD.project_id IS NOT NEW.project_id OR OLD.state IS NOT NEW.state OR OLD.virtual IS NOT NEW.virtual OR OLD.first_on IS NOT NEW.first_on OR OLD.last_on IS NOT NEW.last_on OR OLD.visitor_id IS NOT NEW.visitor_id OR OLD.host_id IS NOT NEW.host_id OR OLD.lump_sum_cents IS NOT NEW.lump_sum_cents OR OLD.final_cents IS NOT NEW.final_cents BEGIN INSERT INTO visit_count (project_id, state, virtual, first_on, last_on, visits, cents) SELECT OLD.project_id, OLD.state, OLD.virtual, OLD.first_on, OLD.last_on, -1, -coalesce(OLD.final_cents, OLD.lump_sum_cents, 0) WHERE true ON CONFLICT (project_id, state, virtual, first_on, last_on) DO UPDATE SET visits = visit_count.visits + excluded.visits, cents = visit_count.cents + excluded.cents; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT OLD.project_id, OLD.state, v.town, v.country, h.town, h.country, -1, -v.latitude_e6, -v.longitude_e6, -h.latitude_e6, -h.longitude_e6 FROM organisation v, organisation h WHERE v.id = OLD.visitor_id AND h.id = OLD.host_id AND NOT OLD.virtual ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; INSERT INTO visit_count (project_id, state, virtual, first_on, last_on, visits, cents) SELECT NEW.project_id, NEW.state, NEW.virtual, NEW.first_on, NEW.last_on, 1, coalesce(NEW.final_cents, NEW.lump_sum_cents, 0) WHERE true ON CONFLICT (project_id, state, virtual, first_on, last_on) DO UPDATE SET visits = visit_count.visits + excluded.visits, cents = visit_count.cents + excluded.cents; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT NEW.project_id, NEW.state, v.town, v.country, h.town, h.country, 1, v.latitude_e6, v.longitude_e6, h.latitude_e6, h.longitude_e6 FROM organisation v, organisation h WHERE v.id = NEW.visitor_id AND h.id = NEW.host_id AND NOT NEW.virtual ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; END",
        "CREATE TRIGGER exchange_uncounted AFTER DELETE ON exchange BEGIN INSERT INTO visit_count (project_id, state, virtual, first_on, last_on, visits, cents) SELECT OLD.project_id, OLD.state, OLD.virtual, OLD.first_on, OLD.last_on, -1, -coalesce(OLD.final_cents, OLD.lump_sum_cents, 0) WHERE true ON CONFLICT (project_id, state, virtual, first_on, last_on) DO UPDATE SET visits = visit_count.visits + excluded.visits, cents = visit_count.cents + excluded.cents; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT OLD.project_id, OLD.state, v.town, v.country, h.town, h.country, -1, -v.latitude_e6, -v.longitude_e6, -h.latitude_e6, -h.longitude_e6 FROM organisation v, organisation h WHERE v.id = OLD.visitor_id AND h.id = OLD.host_id AND NOT OLD.virtual ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; END",
        "CREATE TRIGGER organisation_moved AFTER UPDATE ON organisation WHEN OLD.town IS NOT NEW.town OR OLD.country IS NOT NEW.country OR OLD.latitude_e6 IS NOT NEW.latitude_e6 OR OLD.longitude_e6 IS NOT NEW.longitude_e6 BEGIN INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT e.project_id, e.state, OLD.town, OLD.country, o.town, o.country, -count(*), sum(-OLD.latitude_e6), sum(-OLD.longitude_e6), sum(-o.latitude_e6), sum(-o.longitude_e6) FROM exchange e JOIN organisation o ON o.id = e.host_id WHERE e.visitor_id = NEW.id AND NOT e.virtual GROUP BY e.project_id, e.state, o.town, o.country ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT e.project_id, e.state, o.town, o.country, OLD.town, OLD.country, -count(*), sum(-o.latitude_e6), sum(-o.longitude_e6), sum(-OLD.latitude_e6), sum(-OLD.longitude_e6) FROM exchange e JOIN organisation o ON o.id = e.visitor_id WHERE e.host_id = NEW.id AND NOT e.virtual GROUP BY e.project_id, e.state, o.town, o.country ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT e.project_id, e.state, NEW.town, NEW.country, o.town, o.country, count(*), sum(NEW.latitude_e6), sum(NEW.longitude_e6), sum(o.latitude_e6), sum(o.longitude_e6) FROM exchange e JOIN organisation o ON o.id = e.host_id WHERE e.visitor_id = NEW.id AND NOT e.virtual GROUP BY e.project_id, e.state, o.town, o.country ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT e.project_id, e.state, o.town, o.country, NEW.town, NEW.country, count(*), sum(o.latitude_e6), sum(o.longitude_e6), sum(NEW.latitude_e6), sum(NEW.longitude_e6) FROM exchange e JOIN organisation o ON o.id = e.visitor_id WHERE e.host_id = NEW.id AND NOT e.virtual GROUP BY e.project_id, e.state, o.town, o.country ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION exchange_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' THEN IF NOT (OLD.project_id IS DISTINCT FROM NEW.project_id OR OLD.state IS DISTINCT FROM NEW.state OR OLD.virtual IS DISTINCT FROM NEW.virtual OR OLD.first_on IS DISTINCT FROM NEW.first_on OR OLD.last_on IS DISTINCT FROM NEW.last_on OR OLD.visitor_id IS DISTINCT FROM NEW.visitor_id OR OLD.host_id IS DISTINCT FROM NEW.host_id OR OLD.lump_sum_cents IS DISTINCT FROM NEW.lump_sum_cents OR OLD.final_cents IS DISTINCT FROM NEW.final_cents) THEN RETURN NULL; END IF; END IF; IF TG_OP <> 'INSERT' THEN PERFORM 1 FROM organisation WHERE id IN (OLD.visitor_id, OLD.host_id) ORDER BY id FOR SHARE; PERFORM pg_advisory_xact_lock(2110, OLD.project_id::integer); INSERT INTO visit_count (project_id, state, virtual, first_on, last_on, visits, cents) SELECT OLD.project_id, OLD.state, OLD.virtual, OLD.first_on, OLD.last_on, -1, -coalesce(OLD.final_cents, OLD.lump_sum_cents, 0) WHERE true ON CONFLICT (project_id, state, virtual, first_on, last_on) DO UPDATE SET visits = visit_count.visits + excluded.visits, cents = visit_count.cents + excluded.cents; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT OLD.project_id, OLD.state, v.town, v.country, h.town, h.country, -1, -v.latitude_e6, -v.longitude_e6, -h.latitude_e6, -h.longitude_e6 FROM organisation v, organisation h WHERE v.id = OLD.visitor_id AND h.id = OLD.host_id AND NOT OLD.virtual ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; END IF; IF TG_OP <> 'DELETE' THEN PERFORM 1 FROM organisation WHERE id IN (NEW.visitor_id, NEW.host_id) ORDER BY id FOR SHARE; PERFORM pg_advisory_xact_lock(2110, NEW.project_id::integer); INSERT INTO visit_count (project_id, state, virtual, first_on, last_on, visits, cents) SELECT NEW.project_id, NEW.state, NEW.virtual, NEW.first_on, NEW.last_on, 1, coalesce(NEW.final_cents, NEW.lump_sum_cents, 0) WHERE true ON CONFLICT (project_id, state, virtual, first_on, last_on) DO UPDATE SET visits = visit_count.visits + excluded.visits, cents = visit_count.cents + excluded.cents; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT NEW.project_id, NEW.state, v.town, v.country, h.town, h.country, 1, v.latitude_e6, v.longitude_e6, h.latitude_e6, h.longitude_e6 FROM organisation v, organisation h WHERE v.id = NEW.visitor_id AND h.id = NEW.host_id AND NOT NEW.virtual ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; END IF; RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER exchange_counted AFTER INSERT OR UPDATE OR DELETE ON exchange DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION exchange_counted()",
        "CREATE OR REPLACE FUNCTION organisation_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(2110, project_id::integer) FROM (SELECT DISTINCT project_id FROM exchange WHERE visitor_id = NEW.id OR host_id = NEW.id ORDER BY project_id) known; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT e.project_id, e.state, OLD.town, OLD.country, o.town, o.country, -count(*), sum(-OLD.latitude_e6), sum(-OLD.longitude_e6), sum(-o.latitude_e6), sum(-o.longitude_e6) FROM exchange e JOIN organisation o ON o.id = e.host_id WHERE e.visitor_id = NEW.id AND NOT e.virtual GROUP BY e.project_id, e.state, o.town, o.country ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT e.project_id, e.state, o.town, o.country, OLD.town, OLD.country, -count(*), sum(-o.latitude_e6), sum(-o.longitude_e6), sum(-OLD.latitude_e6), sum(-OLD.longitude_e6) FROM exchange e JOIN organisation o ON o.id = e.visitor_id WHERE e.host_id = NEW.id AND NOT e.virtual GROUP BY e.project_id, e.state, o.town, o.country ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT e.project_id, e.state, NEW.town, NEW.country, o.town, o.country, count(*), sum(NEW.latitude_e6), sum(NEW.longitude_e6), sum(o.latitude_e6), sum(o.longitude_e6) FROM exchange e JOIN organisation o ON o.id = e.host_id WHERE e.visitor_id = NEW.id AND NOT e.virtual GROUP BY e.project_id, e.state, o.town, o.country ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; INSERT INTO visit_way (project_id, state, from_town, from_country, to_town, to_country, visits, from_latitude_e6, from_longitude_e6, to_latitude_e6, to_longitude_e6) SELECT e.project_id, e.state, o.town, o.country, NEW.town, NEW.country, count(*), sum(o.latitude_e6), sum(o.longitude_e6), sum(NEW.latitude_e6), sum(NEW.longitude_e6) FROM exchange e JOIN organisation o ON o.id = e.visitor_id WHERE e.host_id = NEW.id AND NOT e.virtual GROUP BY e.project_id, e.state, o.town, o.country ON CONFLICT (project_id, state, from_town, from_country, to_town, to_country) DO UPDATE SET visits = visit_way.visits + excluded.visits, from_latitude_e6 = visit_way.from_latitude_e6 + excluded.from_latitude_e6, from_longitude_e6 = visit_way.from_longitude_e6 + excluded.from_longitude_e6, to_latitude_e6 = visit_way.to_latitude_e6 + excluded.to_latitude_e6, to_longitude_e6 = visit_way.to_longitude_e6 + excluded.to_longitude_e6; RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER organisation_moved AFTER UPDATE ON organisation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.town IS DISTINCT FROM NEW.town OR OLD.country IS DISTINCT FROM NEW.country OR OLD.latitude_e6 IS DISTINCT FROM NEW.latitude_e6 OR OLD.longitude_e6 IS DISTINCT FROM NEW.longitude_e6) EXECUTE FUNCTION organisation_moved()",
    ),
}
TRIGGERS = {
    "sqlite": (
        "exchange_counted",
        "exchange_recounted",
        "exchange_uncounted",
        "organisation_moved",
    ),
    "postgresql": ("exchange_counted ON exchange", "organisation_moved ON organisation"),
}
FUNCTIONS = ("exchange_counted", "organisation_moved")
INDEXES = {
    "ix_exchange_project_id_departure_on": ["project_id", "state", "departure_on"],
    "ix_exchange_project_id_last_on": ["project_id", "state", "last_on"],
}
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create both tables, count what there is, and let the database go on counting."""
    op.create_table(
        "visit_count",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("virtual", sa.Boolean(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_visit_count_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_count")),
        sa.UniqueConstraint(
            "project_id", "state", "virtual", "first_on", "last_on", name="uq_visit_count_key"
        ),
    )
    op.create_table(
        "visit_way",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("from_town", sa.String(100), nullable=False),
        sa.Column("from_country", sa.String(2), nullable=False),
        sa.Column("to_town", sa.String(100), nullable=False),
        sa.Column("to_country", sa.String(2), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("from_latitude_e6", KEY, nullable=False),
        sa.Column("from_longitude_e6", KEY, nullable=False),
        sa.Column("to_latitude_e6", KEY, nullable=False),
        sa.Column("to_longitude_e6", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_visit_way_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_way")),
        sa.UniqueConstraint(
            "project_id",
            "state",
            "from_town",
            "from_country",
            "to_town",
            "to_country",
            name="uq_visit_way_key",
        ),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "exchange", columns)
    for statement in (COUNTED, WAYS, *GUARDS[op.get_bind().dialect.name]):
        op.execute(statement)


def downgrade() -> None:
    """Drop the triggers, then what they kept."""
    kind = op.get_bind().dialect.name
    for trigger in TRIGGERS[kind]:
        op.execute(f"DROP TRIGGER {trigger}")
    if kind == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
    for name in INDEXES:
        op.drop_index(name, table_name="exchange")
    op.drop_table("visit_way")
    op.drop_table("visit_count")
