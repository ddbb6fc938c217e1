"""What the database holds of the ledger: balances move only by a posting, whoever asks.

After any statement the balances of a line are the sum of its postings 1 to `last_number`, and it
has no others: postings are written in their turn and move their line at once; a line changes by the
postings that are next; it begins with nothing, and stays (decision 24).
"""

from portal.ledger.states import BALANCES, Bucket

#: Where a posting moves its line: the budget is what came from outside and did not leave again.
_COLUMNS = {Bucket.OUTSIDE: "budget_cents"} | {bucket: f"{bucket}_cents" for bucket in BALANCES}
#: What says which line it is, and in which book: money is not carried over with its line.
_IDENTITY = ("id", "book_id", "code")
_STATE = (*_COLUMNS.values(), "last_number")


def _moved(bucket: Bucket, posting: str = "") -> str:
    """By how many cents a posting changes the column of a bucket."""
    plus, minus = ("source", "target") if bucket == Bucket.OUTSIDE else ("target", "source")
    return (
        f"CASE '{bucket}' WHEN {posting}{plus} THEN {posting}amount_cents"
        f" WHEN {posting}{minus} THEN -{posting}amount_cents ELSE 0 END"
    )


def _changed(differs: str) -> str:
    return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in (*_STATE, *_IDENTITY))


#: The line becomes exactly what the postings after its last one make of it.
_EXACTLY = " AND ".join(
    f"NEW.{column} - OLD.{column} = sum({_moved(bucket)})" for bucket, column in _COLUMNS.items()
)
_SAME = " AND ".join(f"NEW.{name} = OLD.{name}" for name in _IDENTITY)
_BY_POSTING = (
    f"NEW.last_number > OLD.last_number AND {_SAME} AND "  # noqa: S608 - names of ours
    f"(SELECT count(*) = NEW.last_number - OLD.last_number AND {_EXACTLY} FROM posting WHERE "
    "line_id = NEW.id AND number > OLD.last_number AND number <= NEW.last_number)"
)
_MOVE = (
    "UPDATE budget_line SET last_number = NEW.number, "  # noqa: S608 - names of ours
    + ", ".join(f"{column} = {column} + {_moved(b, 'NEW.')}" for b, column in _COLUMNS.items())
    + " WHERE id = NEW.line_id AND last_number = NEW.number - 1"
)
#: The same for all postings of a statement at once: one line, moved a thousand times within one
#: transaction, would leave a thousand dead rows for each look at it.
_SUMS = ", ".join(f"sum({_moved(bucket)}) AS {column}" for bucket, column in _COLUMNS.items())
_MOVE_ALL = (
    "UPDATE budget_line AS l SET last_number = m.last, "  # noqa: S608 - names of ours
    + ", ".join(f"{column} = l.{column} + m.{column}" for column in _COLUMNS.values())
    + " FROM (SELECT line_id, min(number) AS first, max(number) AS last, count(*) AS postings, "
    + f"{_SUMS} FROM written GROUP BY line_id) AS m WHERE l.id = m.line_id "
    + "AND m.first = l.last_number + 1 AND m.last = l.last_number + m.postings"
)
_FOUND = "SELECT 1 FROM budget_line"
_NOT_EMPTY = " OR ".join(f"NEW.{name} <> 0" for name in _STATE)

_SECRETLY = "constraint budget_line_by_posting: a line changes by its next postings alone"
_BEGINS = "constraint budget_line_begins_empty: a line begins with nothing"
_KEPT = "constraint budget_line_kept: a line stays"
_TURN = "constraint posting_in_turn: the next number of its line"


def _refuse(message: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _raise(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'"


#: SQLite lets a statement say that what breaks a CHECK is skipped (OR IGNORE), or that what it did
#: so far stays (OR FAIL), and REPLACE removes rows past their triggers: a trigger refuses all the
#: same. With foreign keys off, a posting still needs its line. Text would count as nothing.
SQLITE_POSTING = [
    "CREATE TRIGGER posting_moves_line AFTER INSERT ON posting BEGIN "
    f"SELECT RAISE(ABORT, '{_TURN}') WHERE typeof(NEW.amount_cents) <> 'integer' "
    f"OR NOT EXISTS ({_FOUND} WHERE id = NEW.line_id AND last_number = NEW.number - 1); "
    f"{_MOVE}; END",
]
SQLITE_LINE = [
    f"CREATE TRIGGER budget_line_by_posting BEFORE UPDATE ON budget_line "
    f"WHEN ({_changed('IS NOT')}) AND ({_BY_POSTING}) IS NOT TRUE {_refuse(_SECRETLY)}",
    "CREATE TRIGGER budget_line_not_negative BEFORE UPDATE ON budget_line BEGIN "
    + "".join(
        f"SELECT RAISE(ABORT, 'constraint ck_budget_line_{bucket}_not_negative: below zero') "
        f"WHERE NEW.{bucket}_cents < 0; "
        for bucket in BALANCES
    )
    + "END",
    "CREATE TRIGGER budget_line_begins_empty BEFORE INSERT ON budget_line "
    f"WHEN {_NOT_EMPTY} OR EXISTS ({_FOUND} WHERE id = NEW.id) {_refuse(_BEGINS)}",
    "CREATE TRIGGER budget_line_no_replace BEFORE INSERT ON budget_line "
    f"WHEN EXISTS ({_FOUND} WHERE book_id = NEW.book_id AND code = NEW.code) "
    + _refuse("constraint uq_budget_line_book_id_code: the book has this line"),
    f"CREATE TRIGGER budget_line_kept BEFORE DELETE ON budget_line {_refuse(_KEPT)}",
]
POSTGRESQL_POSTING = [
    "CREATE OR REPLACE FUNCTION posting_moves_line() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608 - names of ours
    f"DECLARE moved bigint; BEGIN {_MOVE_ALL}; GET DIAGNOSTICS moved = ROW_COUNT; "
    f"IF moved <> (SELECT count(DISTINCT line_id) FROM written) THEN {_raise(_TURN)}; END IF; "
    "RETURN NULL; END $$",
    "CREATE TRIGGER posting_moves_line AFTER INSERT ON posting REFERENCING NEW TABLE AS written "
    "FOR EACH STATEMENT EXECUTE FUNCTION posting_moves_line()",
]
POSTGRESQL_LINE = [
    "CREATE OR REPLACE FUNCTION budget_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'DELETE' THEN {_raise(_KEPT)}; END IF; "
    f"IF TG_OP = 'INSERT' THEN IF {_NOT_EMPTY} THEN {_raise(_BEGINS)}; END IF; RETURN NEW; END IF; "
    f"IF ({_changed('IS DISTINCT FROM')}) AND ({_BY_POSTING}) IS NOT TRUE "
    f"THEN {_raise(_SECRETLY)}; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER budget_line_guard BEFORE INSERT OR UPDATE OR DELETE ON budget_line "
    "FOR EACH ROW EXECUTE FUNCTION budget_line_guard()",
]
