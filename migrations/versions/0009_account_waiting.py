"""When payments may go to an account, the call-back that lifts a wait, and the guards of both."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER bank_account_write_once BEFORE UPDATE ON bank_account WHEN (OLD.ref IS NOT NULL AND NEW.ref IS NOT OLD.ref) OR (OLD.organisation_id IS NOT NULL AND NEW.organisation_id IS NOT OLD.organisation_id) OR (OLD.holder IS NOT NULL AND NEW.holder IS NOT OLD.holder) OR (OLD.iban IS NOT NULL AND NEW.iban IS NOT OLD.iban) OR (OLD.bic IS NOT NULL AND NEW.bic IS NOT OLD.bic) OR (OLD.evidence_id IS NOT NULL AND NEW.evidence_id IS NOT OLD.evidence_id) OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS NOT OLD.proposed_by_id) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS NOT OLD.proposed_at) OR (OLD.validated_by_id IS NOT NULL AND NEW.validated_by_id IS NOT OLD.validated_by_id) OR (OLD.validated_at IS NOT NULL AND NEW.validated_at IS NOT OLD.validated_at) OR (OLD.usable_from IS NOT NULL AND NEW.usable_from IS NOT OLD.usable_from) OR (OLD.lifted_by_id IS NOT NULL AND NEW.lifted_by_id IS NOT OLD.lifted_by_id) OR (OLD.lifted_at IS NOT NULL AND NEW.lifted_at IS NOT OLD.lifted_at) OR (OLD.called_at IS NOT NULL AND NEW.called_at IS NOT OLD.called_at) OR (OLD.called_name IS NOT NULL AND NEW.called_name IS NOT OLD.called_name) OR (OLD.called_number IS NOT NULL AND NEW.called_number IS NOT OLD.called_number) OR (OLD.call_note IS NOT NULL AND NEW.call_note IS NOT OLD.call_note) OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS NOT OLD.retired_at) OR (OLD.replaced_by_id IS NOT NULL AND NEW.replaced_by_id IS NOT OLD.replaced_by_id) BEGIN SELECT RAISE(ABORT, 'constraint write_once_bank_account: written once'); END",
        "CREATE TRIGGER payment_account_held_insert BEFORE INSERT ON payment WHEN (NEW.verified_at IS NOT NULL OR NEW.authorised_at IS NOT NULL OR NEW.sent_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id AND bank_account.state = 'validated' AND (bank_account.lifted_at IS NOT NULL OR bank_account.usable_from <= date(coalesce(NEW.sent_at, NEW.authorised_at, NEW.verified_at, NULL), '+2 hours')) AND NOT EXISTS (SELECT 1 FROM bank_account AS proposed WHERE proposed.organisation_id = bank_account.organisation_id AND proposed.state = 'proposed')) BEGIN SELECT RAISE(ABORT, 'constraint account_held_payment: not now'); END",
        "CREATE TRIGGER payment_account_held_update BEFORE UPDATE ON payment WHEN ((OLD.verified_at IS NULL AND NEW.verified_at IS NOT NULL) OR (OLD.authorised_at IS NULL AND NEW.authorised_at IS NOT NULL) OR (OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id AND bank_account.state = 'validated' AND (bank_account.lifted_at IS NOT NULL OR bank_account.usable_from <= date(coalesce(NEW.sent_at, NEW.authorised_at, NEW.verified_at, NULL), '+2 hours')) AND NOT EXISTS (SELECT 1 FROM bank_account AS proposed WHERE proposed.organisation_id = bank_account.organisation_id AND proposed.state = 'proposed')) BEGIN SELECT RAISE(ABORT, 'constraint account_held_payment: not now'); END",
        "CREATE TRIGGER payment_account_proposed_insert BEFORE INSERT ON payment WHEN (NEW.verified_at IS NOT NULL OR NEW.authorised_at IS NOT NULL OR NEW.sent_at IS NOT NULL) AND EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id AND bank_account.proposed_by_id IN (NEW.verified_by_id, NEW.authorised_by_id, NEW.sent_by_id)) BEGIN SELECT RAISE(ABORT, 'constraint account_proposed_payment: not now'); END",
        "CREATE TRIGGER payment_account_proposed_update BEFORE UPDATE ON payment WHEN ((OLD.verified_at IS NULL AND NEW.verified_at IS NOT NULL) OR (OLD.authorised_at IS NULL AND NEW.authorised_at IS NOT NULL) OR (OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL)) AND EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id AND bank_account.proposed_by_id IN (NEW.verified_by_id, NEW.authorised_by_id, NEW.sent_by_id)) BEGIN SELECT RAISE(ABORT, 'constraint account_proposed_payment: not now'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION bank_account_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_bank_account: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER bank_account_write_once BEFORE UPDATE ON bank_account FOR EACH ROW WHEN ((OLD.ref IS NOT NULL AND NEW.ref IS DISTINCT FROM OLD.ref) OR (OLD.organisation_id IS NOT NULL AND NEW.organisation_id IS DISTINCT FROM OLD.organisation_id) OR (OLD.holder IS NOT NULL AND NEW.holder IS DISTINCT FROM OLD.holder) OR (OLD.iban IS NOT NULL AND NEW.iban IS DISTINCT FROM OLD.iban) OR (OLD.bic IS NOT NULL AND NEW.bic IS DISTINCT FROM OLD.bic) OR (OLD.evidence_id IS NOT NULL AND NEW.evidence_id IS DISTINCT FROM OLD.evidence_id) OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS DISTINCT FROM OLD.proposed_at) OR (OLD.validated_by_id IS NOT NULL AND NEW.validated_by_id IS DISTINCT FROM OLD.validated_by_id) OR (OLD.validated_at IS NOT NULL AND NEW.validated_at IS DISTINCT FROM OLD.validated_at) OR (OLD.usable_from IS NOT NULL AND NEW.usable_from IS DISTINCT FROM OLD.usable_from) OR (OLD.lifted_by_id IS NOT NULL AND NEW.lifted_by_id IS DISTINCT FROM OLD.lifted_by_id) OR (OLD.lifted_at IS NOT NULL AND NEW.lifted_at IS DISTINCT FROM OLD.lifted_at) OR (OLD.called_at IS NOT NULL AND NEW.called_at IS DISTINCT FROM OLD.called_at) OR (OLD.called_name IS NOT NULL AND NEW.called_name IS DISTINCT FROM OLD.called_name) OR (OLD.called_number IS NOT NULL AND NEW.called_number IS DISTINCT FROM OLD.called_number) OR (OLD.call_note IS NOT NULL AND NEW.call_note IS DISTINCT FROM OLD.call_note) OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS DISTINCT FROM OLD.retired_at) OR (OLD.replaced_by_id IS NOT NULL AND NEW.replaced_by_id IS DISTINCT FROM OLD.replaced_by_id)) EXECUTE FUNCTION bank_account_write_once()",
        "CREATE OR REPLACE FUNCTION payment_account_held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF ((NEW.verified_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.verified_at IS NULL)) OR (NEW.authorised_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.authorised_at IS NULL)) OR (NEW.sent_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.sent_at IS NULL))) AND NOT EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id AND bank_account.state = 'validated' AND (bank_account.lifted_at IS NOT NULL OR bank_account.usable_from <= (coalesce(NEW.sent_at, NEW.authorised_at, NEW.verified_at) AT TIME ZONE 'Europe/Brussels')::date) AND NOT EXISTS (SELECT 1 FROM bank_account AS proposed WHERE proposed.organisation_id = bank_account.organisation_id AND proposed.state = 'proposed')) THEN RAISE EXCEPTION 'constraint account_held_payment: not now' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER payment_account_held BEFORE INSERT OR UPDATE ON payment FOR EACH ROW EXECUTE FUNCTION payment_account_held()",
        "CREATE OR REPLACE FUNCTION payment_account_proposed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF ((NEW.verified_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.verified_at IS NULL)) OR (NEW.authorised_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.authorised_at IS NULL)) OR (NEW.sent_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.sent_at IS NULL))) AND EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id AND bank_account.proposed_by_id IN (NEW.verified_by_id, NEW.authorised_by_id, NEW.sent_by_id)) THEN RAISE EXCEPTION 'constraint account_proposed_payment: not now' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER payment_account_proposed BEFORE INSERT OR UPDATE ON payment FOR EACH ROW EXECUTE FUNCTION payment_account_proposed()",
    ),
}
FUNCTIONS = ("bank_account_write_once", "payment_account_held", "payment_account_proposed")
#: Triggers by table, in the order in which they are dropped.
TRIGGERS = {
    "sqlite": (
        "bank_account_write_once",
        "payment_account_held_insert",
        "payment_account_held_update",
        "payment_account_proposed_insert",
        "payment_account_proposed_update",
    ),
    "postgresql": (
        "bank_account_write_once ON bank_account",
        "payment_account_held ON payment",
        "payment_account_proposed ON payment",
    ),
}
CHECKS = {
    "validated_has_first_day": "(validated_at is null) = (usable_from is null)",
    "confirmed_has_moment": "(confirmed_by_id is null) = (confirmed_at is null)"
    " and (confirmed_at is null or validated_at is not null)",
    "confirmed_by_another": "confirmed_by_id <> proposed_by_id",
    "lifted_by_another": "lifted_by_id <> proposed_by_id and lifted_by_id <> validated_by_id",
    "lifted_and_confirmed_apart": "lifted_by_id <> confirmed_by_id",
    "lifted_after_call": "(lifted_by_id is null) = (lifted_at is null)"
    " and (lifted_by_id is null) = (called_at is null)"
    " and (lifted_by_id is null or (called_name <> '' and called_number <> ''"
    " and call_note <> '' and validated_at is not null and called_at <= lifted_at))",
}
PEOPLE = ("confirmed_by_id", "lifted_by_id")
INDEXED = ("usable_from", *PEOPLE)
BRUSSELS = ZoneInfo("Europe/Brussels")

account = sa.table(
    "bank_account",
    sa.column("id"),
    sa.column("validated_at", sa.DateTime(timezone=True)),
    sa.column("usable_from", sa.Date),
)


def upgrade() -> None:
    """Add the columns; accounts validated before stay usable from the day of their validation."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("usable_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_by_id", big, nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("shared_reason", sa.Text(), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("lifted_by_id", big, nullable=True))
        batch_op.add_column(sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("called_name", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("called_number", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("call_note", sa.Text(), nullable=True))
    let_validated_accounts_be_used(op.get_bind())
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.alter_column("shared_reason", existing_type=sa.Text(), server_default=None)
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_bank_account_{name}"), condition)
        for column in PEOPLE:
            batch_op.create_foreign_key(
                op.f(f"fk_bank_account_{column}"), "person", [column], ["id"]
            )
        for column in INDEXED:
            batch_op.create_index(op.f(f"ix_bank_account_{column}"), [column], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop the guards, then the columns."""
    for trigger in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(f"DROP TRIGGER {trigger}")
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        for column in INDEXED:
            batch_op.drop_index(op.f(f"ix_bank_account_{column}"))
        for column in PEOPLE:
            batch_op.drop_constraint(op.f(f"fk_bank_account_{column}"), type_="foreignkey")
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_bank_account_{name}"), type_="check")
        for column in ("usable_from", "confirmed_by_id", "confirmed_at", "shared_reason"):
            batch_op.drop_column(column)
        for column in ("lifted_by_id", "lifted_at", "called_at"):
            batch_op.drop_column(column)
        for column in ("called_name", "called_number", "call_note"):
            batch_op.drop_column(column)


def let_validated_accounts_be_used(connection: sa.Connection) -> None:
    """Fill the first day for payments of every account that was ever validated."""
    validated = sa.select(account.c.id, account.c.validated_at)
    for key, moment in connection.execute(
        validated.where(account.c.validated_at.is_not(None))
    ).all():
        connection.execute(
            account.update().where(account.c.id == key).values(usable_from=brussels_day(moment))
        )


def brussels_day(moment: datetime) -> date:
    """The day in Brussels; SQLite forgets the zone, which is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(BRUSSELS).date()
