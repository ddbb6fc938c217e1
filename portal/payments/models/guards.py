"""What the database asks of a change to a payment, as SQL about the row before and after."""

from portal.partners.bank_accounts.rules import WAITING_DAYS

#: The account of NEW may not be paid to on `{day}` (`bank_accounts.rules.hold_on` in SQL).
HELD = (
    "NOT EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id"
    " AND bank_account.state = 'validated'"
    " AND (bank_account.lifted_at IS NOT NULL OR bank_account.usable_from <= {day})"
    " AND NOT EXISTS (SELECT 1 FROM bank_account AS proposed"
    " WHERE proposed.organisation_id = bank_account.organisation_id"
    " AND proposed.state = 'proposed'))"
)
#: One of those who sign NEW proposed its account.
SIGNED_BY_PROPOSER = (
    "EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id"
    " AND bank_account.proposed_by_id"
    " IN (NEW.verified_by_id, NEW.authorised_by_id, NEW.sent_by_id))"
)
#: The moments of the signatures, in the order of the circuit.
SIGNATURES = ("verified_at", "authorised_at", "sent_at")
#: A suspended payment takes no signature, and only resuming moves a legal date.
CLOCK = (
    "OLD.suspended_on is not null and NEW.state <> OLD.state"
    " and NEW.state in ('verified', 'authorised', 'sent')"
    " or OLD.suspended_on is not null and NEW.suspended_on <> OLD.suspended_on"
    " or OLD.due_on <> NEW.due_on and (OLD.suspended_on is null or NEW.suspended_on is not null)"
    " or NEW.suspended_on is not null and OLD.suspended_on is null"
    " and not exists (select 1 from payment_suspension as s"
    " where s.payment_id = NEW.id and s.resumed_on is null)"
    " or NEW.suspended_on is null and OLD.suspended_on is not null"
    " and exists (select 1 from payment_suspension as s"
    " where s.payment_id = NEW.id and s.resumed_on is null)"
)
#: What is kept back is fixed before the first check, and only grows: every signature is given on
#: the amount that leaves.
KEPT_BACK = (
    "NEW.kept_back_cents <> OLD.kept_back_cents AND (OLD.state <> 'requested' "
    "OR NEW.state <> 'requested' OR NEW.kept_back_cents < OLD.kept_back_cents)"
)
KEPT_BACK_EARLY = "constraint kept_back_early: kept back before the first check"
#: What a delegation allows, asked of the database for each signature given under one: the right
#: signature by the right person, the amount within the ceiling, the day in Brussels within the
#: days, the moment after the approval and before any end. {day} is how each engine says the day.
_ALLOWED = (
    "NEW.{step}_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation"
    " WHERE id = NEW.{step}_under_id AND role = '{role}' AND delegate_id = NEW.{step}_by_id"
    " AND ceiling_cents >= NEW.amount_cents AND {day} BETWEEN starts_on AND ends_on"
    " AND approved_at <= NEW.{step}_at AND (ended_at IS NULL OR ended_at > NEW.{step}_at))"
)
_USED = (
    "SELECT {what} FROM delegation"
    " WHERE id IN (NEW.verified_under_id, NEW.authorised_under_id, NEW.sent_under_id)"
)
#: Nobody is on a payment twice: as a signer and as the one signed for, or signed for twice.
_APART = (
    "EXISTS ("
    + _USED.format(what="1")
    + " AND delegator_id IN (NEW.initiated_by_id, NEW.requested_by_id, NEW.verified_by_id,"
    " NEW.authorised_by_id, NEW.sent_by_id)) OR ("
    + _USED.format(what="count(*) - count(DISTINCT delegator_id)")
    + ") > 0"
)
#: SQLite knows no time zones: summer time in Brussels runs from the last Sunday of March to that of
#: October, at 1 o'clock UTC.
_SQLITE_DAY = (
    "date(NEW.{step}_at, CASE WHEN datetime(NEW.{step}_at) >="
    " datetime(strftime('%Y', NEW.{step}_at) || '-04-01', 'weekday 0', '-7 days', '+1 hour')"
    " AND datetime(NEW.{step}_at) <"
    " datetime(strftime('%Y', NEW.{step}_at) || '-11-01', 'weekday 0', '-7 days', '+1 hour')"
    " THEN '+2 hours' ELSE '+1 hour' END)"
)
_POSTGRESQL_DAY = "(NEW.{step}_at AT TIME ZONE 'Europe/Brussels')::date"
_STEPS = (("verified", "verifier"), ("authorised", "authoriser"), ("sent", "accountant"))
_REFUSAL = "constraint delegated_payment: beyond the delegation"


def _beyond(day: str) -> str:
    """The condition under which a row is signed beyond what its delegations allow."""
    steps = [
        _ALLOWED.format(step=step, role=role, day=day.format(step=step)) for step, role in _STEPS
    ]
    return " OR ".join([*(f"({each})" for each in steps), _APART])


#: The triggers that hold each signature given under a delegation to it, per engine.
DELEGATED_SQLITE = [
    f"CREATE TRIGGER payment_delegated_{event.lower()} BEFORE {event} ON payment "
    f"WHEN {_beyond(_SQLITE_DAY)} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for event in ("INSERT", "UPDATE")
]
DELEGATED_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION payment_delegated() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF {_beyond(_POSTGRESQL_DAY)} THEN RAISE EXCEPTION '{_REFUSAL}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER payment_delegated BEFORE INSERT OR UPDATE ON payment FOR EACH ROW "
    "WHEN (NEW.verified_under_id IS NOT NULL OR NEW.authorised_under_id IS NOT NULL OR "
    "NEW.sent_under_id IS NOT NULL) EXECUTE FUNCTION payment_delegated()",
]

#: Who signs, or in whose place somebody signs, did not vouch for the account in the days before:
#: asked of the signature that is being given. {newly} says that it is, {day} is its day, {free} the
#: day from which a moment of vouching no longer binds.
_VOUCHES = ("validated", "confirmed", "lifted")
_BOUND = (
    "{newly} AND EXISTS (SELECT 1 FROM bank_account AS a LEFT JOIN delegation AS d"
    " ON d.id = NEW.{step}_under_id WHERE a.id = NEW.bank_account_id"
    " AND (a.proposed_by_id = d.delegator_id{lately}))"
)
_LATELY = " OR a.{act}_by_id IN (NEW.{step}_by_id, d.delegator_id) AND {day} < {free}"
_HANDS_REFUSAL = "constraint account_hands: vouched for the account"


def _hands(newly: str, day: str, free: str) -> str:
    """The condition under which a signature comes from who answers for the account itself."""
    return " OR ".join(
        "("
        + _BOUND.format(
            newly=newly.format(step=step),
            step=step,
            lately="".join(
                _LATELY.format(
                    act=act, step=step, day=day.format(step=step), free=free.format(act=act)
                )
                for act in _VOUCHES
            ),
        )
        + ")"
        for step, _role in _STEPS
    )


#: SQLite knows no time zones: a day of vouching is that in UTC and one of signing that of two hours
#: later, so that the database never asks for more days than the rule does.
_SQLITE_HANDS = (
    "date(NEW.{step}_at, '+2 hours')",
    f"date(a.{{act}}_at, '+{WAITING_DAYS} days')",
)
_POSTGRESQL_HANDS = (
    _POSTGRESQL_DAY,
    f"((a.{{act}}_at AT TIME ZONE 'Europe/Brussels')::date + {WAITING_DAYS})",
)
_SIGNED = "NEW.{step}_by_id IS NOT NULL"

#: The triggers that keep who vouched for an account away from payments to it, per engine.
HANDS_SQLITE = [
    f"CREATE TRIGGER payment_account_hands_{event.lower()} BEFORE {event} ON payment "
    f"WHEN {_hands(newly, *_SQLITE_HANDS)} BEGIN SELECT RAISE(ABORT, '{_HANDS_REFUSAL}'); END"
    for event, newly in (
        ("INSERT", _SIGNED),
        ("UPDATE", f"{_SIGNED} AND OLD.{{step}}_by_id IS NULL"),
    )
]
_NEWLY = f"{_SIGNED} AND (TG_OP = 'INSERT' OR OLD.{{step}}_by_id IS NULL)"
HANDS_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION payment_account_hands() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF {_hands(_NEWLY, *_POSTGRESQL_HANDS)} THEN RAISE EXCEPTION '{_HANDS_REFUSAL}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER payment_account_hands BEFORE INSERT OR UPDATE ON payment FOR EACH ROW "
    "EXECUTE FUNCTION payment_account_hands()",
]

#: What is certified for the file of a payment on its line covers every payment of that file which
#: is under way (I1): one that is asked for adds to them, and what is certified is not given back or
#: undone under them. A payment that is executed takes its own part with it.
UNDER_WAY = "state IN ('requested', 'verified', 'authorised', 'sent', 'accepted_by_bank')"
_UNCOVERED = (
    "(SELECT coalesce(sum(amount_cents - kept_back_cents), 0) FROM payment"
    " WHERE line_id = NEW.line_id AND {file} = {own} AND {under_way}) >"
    " (SELECT coalesce(sum(CASE WHEN target = 'certified' THEN amount_cents"
    " WHEN source = 'certified' THEN -amount_cents ELSE 0 END), 0) FROM posting"
    " WHERE line_id = NEW.line_id AND file = {own})"
)
_SQLITE_FILE = "substr({subject}, 1, instr({subject} || '/', '/') - 1)"
_POSTGRESQL_FILE = "split_part({subject}, '/', 1)"
_GIVEN_BACK = "NEW.source = 'certified' AND NEW.kind IN ('release', 'reverse')"
_UNCOVERED_REFUSAL = "constraint certified_under_payment: payments under way need it"


def _uncovered(file: str, own: str) -> str:
    own = own.format(file=file.format(subject="NEW.subject"))
    return _UNCOVERED.format(file=file.format(subject="subject"), own=own, under_way=UNDER_WAY)


#: The triggers that keep what is certified under the payments that need it, per engine.
COVERED_SQLITE = [
    "CREATE TRIGGER payment_covered AFTER INSERT ON payment "
    f"WHEN {_uncovered(_SQLITE_FILE, '{file}')} "
    f"BEGIN SELECT RAISE(ABORT, '{_UNCOVERED_REFUSAL}'); END",
    f"CREATE TRIGGER posting_covers AFTER INSERT ON posting WHEN {_GIVEN_BACK} "
    f"AND {_uncovered(_SQLITE_FILE, 'NEW.file')} "
    f"BEGIN SELECT RAISE(ABORT, '{_UNCOVERED_REFUSAL}'); END",
]
COVERED_POSTGRESQL = [
    statement
    for name, table, own, condition in (
        ("payment_covered", "payment", "{file}", ""),
        ("posting_covers", "posting", "NEW.file", f"WHEN ({_GIVEN_BACK}) "),
    )
    for statement in (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {_uncovered(_POSTGRESQL_FILE, own)} THEN "
        f"RAISE EXCEPTION '{_UNCOVERED_REFUSAL}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        f"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW {condition}"
        f"EXECUTE FUNCTION {name}()",
    )
]
