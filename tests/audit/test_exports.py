"""The trail in a file, and the script that checks it with nothing but Python."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.audit import exports
from portal.audit.effects import record
from portal.core.actors import Role
from portal.core.db import db, transaction
from tests.builders import an_actor

SCRIPT = Path(__file__).resolve().parents[2] / "bin/verify_trail.py"
FIRST, SECOND = "CXC-2026-0001", "VCH-2026-0001/2"


class Thing:
    noun = "exchange"

    def __init__(self, ref):
        self.ref = ref


def happens(ref, times):
    for number in range(times):
        record(
            an_actor(Role.MANAGER),
            Thing(ref),
            "edit",
            before={"town": "Liège"},
            after={"town": "Rīga"},
            reason=f"déplacé {number}",
            amount_cents=number,
        )


@pytest.fixture
def trail(session):
    """Two files with four entries each."""
    happens(FIRST, 4)
    happens(SECOND, 4)
    return session


def exported():
    db.session.expire_all()
    return "".join(exports.json_lines()).splitlines()


def verify(folder, lines, *arguments):
    """Exit code and words of the script over these lines."""
    file = folder / "trail.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, file, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    return done.returncode, done.stderr + done.stdout


def edited(line, **values):
    return json.dumps(json.loads(line) | values, ensure_ascii=False)


def test_an_untouched_trail_is_whole(trail, tmp_path):
    lines = exported()

    code, said = verify(tmp_path, lines)

    assert code == 0, said
    assert "8 entries of 2 subjects, 0 problems" in said
    assert json.loads(lines[-1])["fingerprint"] in said


def test_an_empty_trail_is_whole(session, tmp_path):
    code, said = verify(tmp_path, exported())

    assert code == 0, said
    assert "0 entries" in said


def test_a_stranger_can_read_the_file(trail):
    header, first, *_rest, footer = map(json.loads, exported())

    assert (header["format"], header["version"], header["entries"]) == ("portal-trail", 1, 8)
    assert "SHA-256" in header["about"]
    assert (first["subject"], first["number"], first["after"]) == (FIRST, 1, {"town": "Rīga"})
    assert {subject: head[0] for subject, head in footer["heads"].items()} == {FIRST: 4, SECOND: 4}


def test_letters_stand_as_they_are_and_names_are_sorted(trail):
    line = exported()[1]

    assert "Liège" in line
    assert list(json.loads(line)) == sorted(json.loads(line))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("verb", "exchange.refuse"),
        ("at", "2020-01-01T00:00:00.000000+00:00"),
        ("actor_id", 12345),
        ("actor_name", "Somebody else"),
        ("actor_roles", "admin"),
        ("address", "10.0.0.1"),
        ("request_id", "another"),
        ("before", {"town": "Gent"}),
        ("after", {}),
        ("details", {"amount_cents": 999}),
        ("reason", "because"),
        ("previous_hash", "f" * 64),
        ("hash", "f" * 64),
        ("subject", "CXC-2026-0009"),
        ("number", 9),
    ],
)
def test_a_changed_member_is_found_and_its_entry_named(trail, tmp_path, member, value):
    lines = exported()
    lines[3] = edited(lines[3], **{member: value})

    code, said = verify(tmp_path, lines)

    assert code == 1
    changed = json.loads(lines[3])
    assert f"{changed['subject']} entry {changed['number']}: changed" in said


def test_every_member_of_an_entry_is_attacked(trail):
    attacks = test_a_changed_member_is_found_and_its_entry_named.pytestmark[0].args[1]

    assert {member for member, _value in attacks} == set(json.loads(exported()[1]))


@pytest.mark.parametrize(
    ("removed", "named"),
    [
        ([1], f"{FIRST} entry 1: missing"),
        ([2], f"{FIRST} entry 2: missing"),
        ([4], f"{FIRST} entry 4: missing"),
        ([5, 6, 7, 8], f"{SECOND} entry 1: missing, and all up to 4"),
    ],
)
def test_removed_entries_are_named(trail, tmp_path, removed, named):
    lines = [line for place, line in enumerate(exported()) if place not in removed]

    code, said = verify(tmp_path, lines)

    assert code == 1
    assert named in said


def test_an_inserted_entry_is_named(trail, tmp_path):
    lines = exported()

    code, said = verify(tmp_path, [*lines[:3], lines[2], *lines[3:]])

    assert code == 1
    assert f"{FIRST} entry 2: inserted" in said


def test_an_entry_added_at_the_end_of_a_chain_is_named(trail, tmp_path):
    *lines, footer = exported()
    heads = json.loads(footer)
    happens(SECOND, 1)
    added = exported()[-2]

    code, said = verify(tmp_path, [*lines, added, json.dumps(heads)])

    assert code == 1
    assert f"{SECOND} entry 5: inserted after the head of its chain" in said


def test_reordered_entries_are_named(trail, tmp_path):
    lines = exported()
    lines[2], lines[3] = lines[3], lines[2]

    code, said = verify(tmp_path, lines)

    assert code == 1
    assert f"{FIRST} entry 2: out of place" in said


def test_an_entry_moved_away_from_its_chain_is_named(trail, tmp_path):
    lines = exported()
    moved = lines.pop(4)

    code, said = verify(tmp_path, [*lines[:-1], moved, lines[-1]])

    assert code == 1
    assert f"{FIRST} entry 4: out of place" in said


@pytest.mark.parametrize("cut", [slice(1, None), slice(None, -1), slice(None, 5)])
def test_a_file_without_its_ends_is_refused(trail, tmp_path, cut):
    code, said = verify(tmp_path, exported()[cut])

    assert code == 1
    assert "no header or no footer" in said


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"subject": 1}', '{"a": 1.5}', '{"a": 1, "a": 1}', '{"a": NaN}']
)
def test_a_line_that_is_no_entry_is_named_by_its_place(trail, tmp_path, line):
    lines = exported()

    code, said = verify(tmp_path, [*lines[:2], line, *lines[2:]])

    assert code == 1
    assert "line 3: " in said


def test_a_trail_rewritten_with_all_its_hashes_is_found_by_an_older_file(trail, tmp_path):
    """Whoever owns the database can make every hash anew; a copy kept elsewhere tells."""
    older = tmp_path / "older.jsonl"
    older.write_text("\n".join(exported()) + "\n", encoding="utf-8")
    header, *entries, footer = map(json.loads, exported())
    heads = json.loads(json.dumps(footer["heads"]))
    forged = forge([entry for entry in entries if entry["subject"] == FIRST])
    heads[FIRST] = [4, forged[-1]["hash"]]
    footer = {"heads": heads, "fingerprint": exports.rules.fingerprint(heads)}
    lines = [exports.rules.canonical(line) for line in (header, *forged, *entries[4:], footer)]

    assert verify(tmp_path, lines)[0] == 0
    code, said = verify(tmp_path, lines, "--against", older)
    assert code == 1
    assert f"{FIRST} entry 4: not the entry that the older file tells" in said
    kept = json.loads(older.read_text(encoding="utf-8").splitlines()[-1])["fingerprint"]
    assert verify(tmp_path, lines, "--fingerprint", kept)[0] == 1


def forge(chain):
    """The chain with another reason, every hash made anew."""
    previous = exports.rules.GENESIS
    for entry in chain:
        entry["reason"] = "forged"
        content = {k: v for k, v in entry.items() if k not in ("hash", "previous_hash")}
        entry["previous_hash"] = previous
        entry["hash"] = previous = exports.rules.entry_hash(previous, content)
    return chain


def test_a_trail_that_went_on_agrees_with_its_older_file(trail, tmp_path):
    older = tmp_path / "older.jsonl"
    older.write_text("\n".join(exported()) + "\n", encoding="utf-8")
    happens(FIRST, 2)

    code, said = verify(tmp_path, exported(), "--against", older)

    assert code == 0, said


def test_a_file_that_cannot_be_read_is_no_verdict(tmp_path):
    done = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, tmp_path / "nowhere"], capture_output=True, check=False
    )

    assert done.returncode == 2


def test_the_command_writes_the_file_the_script_reads(committed, tmp_path):
    with transaction():
        happens(FIRST, 3)
    file = tmp_path / "trail.jsonl"

    done = committed.app.test_cli_runner().invoke(args=["audit", "export", str(file)])

    assert done.exit_code == 0, done.output
    assert "3 entries, fingerprint " in done.output
    code, said = verify(tmp_path, file.read_text(encoding="utf-8").splitlines())
    assert code == 0, said


def test_a_cut_tail_in_the_database_is_named_by_command_and_script(committed, tmp_path):
    with transaction():
        happens(FIRST, 3)
    on_sqlite = committed.kind == "sqlite"
    guard = "audit_entry_no_delete" if on_sqlite else "audit_entry_no_change ON audit_entry"
    with transaction():
        db.session.execute(text(f"DROP TRIGGER {guard}"))
        db.session.execute(text("DELETE FROM audit_entry WHERE number = 3"))

    done = committed.app.test_cli_runner().invoke(args=["audit", "verify"])

    assert done.exit_code == 1
    assert f"{FIRST} entry 3: missing" in done.output
    code, said = verify(tmp_path, exported())
    assert code == 1
    assert f"{FIRST} entry 3: missing" in said
