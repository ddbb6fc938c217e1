"""Every verb the portal records has words, in both languages, and nothing technical is shown."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal import words
from portal.audit.models import AuditEntry
from portal.core.i18n import use_locale

PORTAL = Path(__file__).resolve().parents[2] / "portal"
#: What a helper that records for several verbs calls its argument.
ANY_VERB = {"action", "verb"}


def entry(verb="exchange.approve", **values):
    return AuditEntry(
        **{
            "subject": "CXC-2026-0001",
            "number": 1,
            "verb": verb,
            "at": datetime(2026, 10, 12, 9, 30, tzinfo=UTC),
            "actor_id": 7,
            "actor_name": "Ilze",
            "before": {},
            "after": {},
            "details": {},
            "reason": "",
            **values,
        }
    )


def recorded():
    """(file:line, noun, verb) of every record() call; the noun is that of a model of the same
    room.
    """
    for path in sorted(PORTAL.rglob("*.py")):
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "record"
            and len(node.args) > 2
        ]
        for call in calls:
            where, verb = f"{path.relative_to(PORTAL)}:{call.lineno}", call.args[2]
            if isinstance(verb, ast.Constant):
                yield where, thing(call.args[1]), verb.value
            elif isinstance(verb, ast.Attribute):
                yield where, thing(call.args[1]), verb.attr.lower()
            else:
                assert ast.unparse(verb) in ANY_VERB, where


def thing(node):
    name = ast.unparse(node).rpartition(".")[2]
    return {
        "account": "bank_account",
        "answer": "bank_answer",
        "entry": "bank_entry",
        "assessment": "sme_assessment",
        "copy": "call",
        "organisation": "organisation",
        "book": "ledger",
        "asked": "round",
        "draft": "edition_draft",
        "row": "interest_rate",
    }.get(name, name)


def test_every_recorded_verb_has_words():
    found = list(recorded())
    missing = [
        f"{where}: {noun}.{verb}"
        for where, noun, verb in found
        if noun in words.NOUNS and not words.has_words(f"{noun}.{verb}")
    ]
    unknown = [f"{where}: {noun}" for where, noun, _verb in found if noun not in words.NOUNS]

    assert len(found) > 30
    assert not missing, "\n".join(missing)
    assert not unknown, "\n".join(unknown)


def test_every_noun_of_a_model_has_a_word():
    nouns = set()
    for path in PORTAL.rglob("*.py"):
        nouns |= set(re.findall(r'noun: ClassVar\[str\] = "(\w+)"', path.read_text()))

    assert nouns == set(words.NOUNS)


def test_every_step_of_every_life_has_words():
    for noun, life in words.LIVES.items():
        for _state, action in life.table:
            assert words.has_words(f"{noun}.{action}"), f"{noun}.{action}"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_labels_are_words_in_both_languages(app, language):
    verbs = [
        *words.OTHER_VERBS,
        *(f"{n}.{a}" for n, life in words.LIVES.items() for a in life.labels),
    ]

    with use_locale(language):
        labels = {verb: str(words.verb_label(verb)) for verb in verbs}

    assert not [verb for verb, label in labels.items() if "_" in label or "%(" in label]
    assert labels["exchange.approve"] != labels["exchange.refuse"]


def test_an_unknown_verb_shows_nothing_technical(app):
    assert str(words.verb_label("widget.frobnicate")) == "Other action"
    assert "frobnicate" not in str(words.verb_label("exchange.frobnicate"))


def test_values_are_shown_as_people_write_them(app):
    change = entry(
        before={"state": "signed", "lump_sum_cents": 0},
        after={"state": "approved", "lump_sum_cents": 110_000, "sha256": "ab" * 32},
        details={"visitor_is_sme": True, "first_on": "2026-10-12", "steps": [{"code": "cap"}]},
    )

    with use_locale("fr"):
        (shown,) = words.told([change])
        pairs = dict(shown.changes)

    assert "1\u202f100,00\u00a0€" in shown.after.values()
    assert "12 octobre 2026" in pairs.values()
    assert "ab" * 32 not in str(pairs)
    assert "cap" not in str(pairs)
    assert str(shown.subject) == "CXC-2026-0001"


def test_what_did_not_change_is_left_out(app):
    (shown,) = words.told([entry(before={"state": "signed"}, after={"state": "signed"})])

    assert shown.changes == []


def test_the_portal_itself_has_a_name(app):
    (shown,) = words.told([entry(actor_id=None, actor_name="system")])

    assert str(shown.who) == "The portal"


def test_a_transfer_names_its_lines(app):
    (shown,) = words.told(
        [
            entry(
                "project.shift_budget",
                before={"A1": 100_00},
                after={"A1": 50_00},
                details={"cents": 50_00},
            )
        ]
    )

    assert dict(shown.changes) == {"Line A1": "€100.00 → €50.00", "Amount": "€50.00"}


def test_what_is_told_can_be_told_again(app):
    once = words.told([entry()])

    assert words.told(once) == once


def test_the_states_of_every_life_are_shown_as_badges(app):
    for noun, life in words.LIVES.items():
        for state, badge in life.badges.items():
            (shown,) = words.told([entry(f"{noun}.edit", after={"state": state.value})])
            assert dict(shown.changes) == {"State": str(badge.label)}
