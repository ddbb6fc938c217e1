"""Who vouched for an account signs nothing for it, nor does a deputy: asked of the database too."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER payment_account_hands_insert BEFORE INSERT ON payment WHEN (NEW.verified_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d ON d.id = NEW.verified_under_id WHERE a.id = NEW.bank_account_id AND (a.proposed_by_id = d.delegator_id OR a.validated_by_id IN (NEW.verified_by_id, d.delegator_id) AND date(NEW.verified_at, '+2 hours') < date(a.validated_at, '+30 days') OR a.confirmed_by_id IN (NEW.verified_by_id, d.delegator_id) AND date(NEW.verified_at, '+2 hours') < date(a.confirmed_at, '+30 days') OR a.lifted_by_id IN (NEW.verified_by_id, d.delegator_id) AND date(NEW.verified_at, '+2 hours') < date(a.lifted_at, '+30 days')))) OR (NEW.authorised_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d ON d.id = NEW.authorised_under_id WHERE a.id = NEW.bank_account_id AND (a.proposed_by_id = d.delegator_id OR a.validated_by_id IN (NEW.authorised_by_id, d.delegator_id) AND date(NEW.authorised_at, '+2 hours') < date(a.validated_at, '+30 days') OR a.confirmed_by_id IN (NEW.authorised_by_id, d.delegator_id) AND date(NEW.authorised_at, '+2 hours') < date(a.confirmed_at, '+30 days') OR a.lifted_by_id IN (NEW.authorised_by_id, d.delegator_id) AND date(NEW.authorised_at, '+2 hours') < date(a.lifted_at, '+30 days')))) OR (NEW.sent_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d ON d.id = NEW.sent_under_id WHERE a.id = NEW.bank_account_id AND (a.proposed_by_id = d.delegator_id OR a.validated_by_id IN (NEW.sent_by_id, d.delegator_id) AND date(NEW.sent_at, '+2 hours') < date(a.validated_at, '+30 days') OR a.confirmed_by_id IN (NEW.sent_by_id, d.delegator_id) AND date(NEW.sent_at, '+2 hours') < date(a.confirmed_at, '+30 days') OR a.lifted_by_id IN (NEW.sent_by_id, d.delegator_id) AND date(NEW.sent_at, '+2 hours') < date(a.lifted_at, '+30 days')))) BEGIN SELECT RAISE(ABORT, 'constraint account_hands: vouched for the account'); END",
        "CREATE TRIGGER payment_account_hands_update BEFORE UPDATE ON payment WHEN (NEW.verified_by_id IS NOT NULL AND OLD.verified_by_id IS NULL AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d ON d.id = NEW.verified_under_id WHERE a.id = NEW.bank_account_id AND (a.proposed_by_id = d.delegator_id OR a.validated_by_id IN (NEW.verified_by_id, d.delegator_id) AND date(NEW.verified_at, '+2 hours') < date(a.validated_at, '+30 days') OR a.confirmed_by_id IN (NEW.verified_by_id, d.delegator_id) AND date(NEW.verified_at, '+2 hours') < date(a.confirmed_at, '+30 days') OR a.lifted_by_id IN (NEW.verified_by_id, d.delegator_id) AND date(NEW.verified_at, '+2 hours') < date(a.lifted_at, '+30 days')))) OR (NEW.authorised_by_id IS NOT NULL AND OLD.authorised_by_id IS NULL AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d ON d.id = NEW.authorised_under_id WHERE a.id = NEW.bank_account_id AND (a.proposed_by_id = d.delegator_id OR a.validated_by_id IN (NEW.authorised_by_id, d.delegator_id) AND date(NEW.authorised_at, '+2 hours') < date(a.validated_at, '+30 days') OR a.confirmed_by_id IN (NEW.authorised_by_id, d.delegator_id) AND date(NEW.authorised_at, '+2 hours') < date(a.confirmed_at, '+30 days') OR a.lifted_by_id IN (NEW.authorised_by_id, d.delegator_id) AND date(NEW.authorised_at, '+2 hours') < date(a.lifted_at, '+30 days')))) OR (NEW.sent_by_id IS NOT NULL AND OLD.sent_by_id IS NULL AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d ON d.id = NEW.sent_under_id WHERE a.id = NEW.bank_account_id AND (a.proposed_by_id = d.delegator_id OR a.validated_by_id IN (NEW.sent_by_id, d.delegator_id) AND date(NEW.sent_at, '+2 hours') < date(a.validated_at, '+30 days') OR a.confirmed_by_id IN (NEW.sent_by_id, d.delegator_id) AND date(NEW.sent_at, '+2 hours') < date(a.confirmed_at, '+30 days') OR a.lifted_by_id IN (NEW.sent_by_id, d.delegator_id) AND date(NEW.sent_at, '+2 hours') < date(a.lifted_at, '+30 days')))) BEGIN SELECT RAISE(ABORT, 'constraint account_hands: vouched for the account'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION payment_account_hands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (NEW.verified_by_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.verified_by_id IS NULL) AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d ON d.id = NEW.verified_under_id WHERE a.id = NEW.bank_account_id AND (a.proposed_by_id = d.delegator_id OR a.validated_by_id IN (NEW.verified_by_id, d.delegator_id) AND (NEW.verified_at AT TIME ZONE 'Europe/Brussels')::date < ((a.validated_at AT TIME ZONE 'Europe/Brussels')::date + 30) OR a.confirmed_by_id IN (NEW.verified_by_id, d.delegator_id) AND (NEW.verified_at AT TIME ZONE 'Europe/Brussels')::date < ((a.confirmed_at AT TIME ZONE 'Europe/Brussels')::date + 30) OR a.lifted_by_id IN (NEW.verified_by_id, d.delegator_id) AND (NEW.verified_at AT TIME ZONE 'Europe/Brussels')::date < ((a.lifted_at AT TIME ZONE 'Europe/Brussels')::date + 30)))) OR (NEW.authorised_by_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.authorised_by_id IS NULL) AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d ON d.id = NEW.authorised_under_id WHERE a.id = NEW.bank_account_id AND (a.proposed_by_id = d.delegator_id OR a.validated_by_id IN (NEW.authorised_by_id, d.delegator_id) AND (NEW.authorised_at AT TIME ZONE 'Europe/Brussels')::date < ((a.validated_at AT TIME ZONE 'Europe/Brussels')::date + 30) OR a.confirmed_by_id IN (NEW.authorised_by_id, d.delegator_id) AND (NEW.authorised_at AT TIME ZONE 'Europe/Brussels')::date < ((a.confirmed_at AT TIME ZONE 'Europe/Brussels')::date + 30) OR a.lifted_by_id IN (NEW.authorised_by_id, d.delegator_id) AND (NEW.authorised_at AT TIME ZONE 'Europe/Brussels')::date < ((a.lifted_at AT TIME ZONE 'Europe/Brussels')::date + 30)))) OR (NEW.sent_by_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.sent_by_id IS NULL) AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d ON d.id = NEW.sent_under_id WHERE a.id = NEW.bank_account_id AND (a.proposed_by_id = d.delegator_id OR a.validated_by_id IN (NEW.sent_by_id, d.delegator_id) AND (NEW.sent_at AT TIME ZONE 'Europe/Brussels')::date < ((a.validated_at AT TIME ZONE 'Europe/Brussels')::date + 30) OR a.confirmed_by_id IN (NEW.sent_by_id, d.delegator_id) AND (NEW.sent_at AT TIME ZONE 'Europe/Brussels')::date < ((a.confirmed_at AT TIME ZONE 'Europe/Brussels')::date + 30) OR a.lifted_by_id IN (NEW.sent_by_id, d.delegator_id) AND (NEW.sent_at AT TIME ZONE 'Europe/Brussels')::date < ((a.lifted_at AT TIME ZONE 'Europe/Brussels')::date + 30)))) THEN RAISE EXCEPTION 'constraint account_hands: vouched for the account' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER payment_account_hands BEFORE INSERT OR UPDATE ON payment FOR EACH ROW EXECUTE FUNCTION payment_account_hands()",
    ),
}
TRIGGERS = {
    "sqlite": ("payment_account_hands_insert", "payment_account_hands_update"),
    "postgresql": ("payment_account_hands ON payment",),
}


def upgrade() -> None:
    """Guard the payments."""
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the guard away."""
    engine = op.get_bind().dialect.name
    for trigger in TRIGGERS[engine]:
        op.execute(f"DROP TRIGGER {trigger}")
    if engine == "postgresql":
        op.execute("DROP FUNCTION payment_account_hands()")
