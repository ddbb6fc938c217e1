"""The words of the trail: what recorded verbs, names and values are called in front of people.

The trail keeps technical words, never sentences (house 5.8). This folder stands on the roof because
it needs the words of every room; it turns entries into the reader's language. What it has no word
for is left out. `verbs.py` and `values.py` hold the words, this file puts them into entries.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.audit.models import AuditEntry
from portal.core import formats
from portal.core.actors import ROLE_LABELS, SYSTEM, Role
from portal.core.i18n import Text, _, current_language, p_
from portal.core.places import country_name
from portal.words.values import CODES, NAMES
from portal.words.verbs import LIVES, NOUNS, OTHER_VERBS

_ANYTHING_ELSE = _("Other action")
_DASH = "—"
#: Names of days that do not end as the others do.
_DAYS = (
    "answer_by",
    "as_of",
    "comment_until",
    "replayed_from",
    "replayed_until",
    "usable_from",
    "valid_from",
    "valid_to",
    "virtual_from",
    "virtual_until",
)


@dataclass(frozen=True)
class Told:
    """One entry of the trail in the reader's words; what timelines and the search page show."""

    when: datetime
    who: Text
    what: Text
    subject: str
    number: int
    reason: str
    #: Both filled or both empty: what a change replaced, and by what.
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    #: What else is known of the action.
    details: tuple[tuple[str, str], ...] = ()

    @property
    def detail(self) -> str:
        """What else is known, in one line."""
        return formats.listing(_pair(label, value) for label, value in self.details)

    @property
    def changes(self) -> list[tuple[str, str]]:
        """Everything as pairs of label and value, "old → new" where something was replaced."""
        replaced = [
            (label, f"{old} → {self.after.get(label, _DASH)}") for label, old in self.before.items()
        ]
        new = [label for label in self.after if label not in self.before]
        added = [(label, f"{_DASH} → {self.after[label]}") for label in new]
        return [*replaced, *added, *self.details]


@dataclass(frozen=True)
class Compared:
    """One entry with both sides of every value; `rows` are label, value before, value after."""

    who: Text
    roles: str
    what: Text
    rows: list[tuple[str, str, str]]
    details: list[tuple[str, str]]


def verb_label(verb: str) -> Text:
    """A verb of the trail with its noun: "exchange.approve" is "Exchange: Approve"."""
    noun = verb.partition(".")[0]
    if noun not in NOUNS:
        return _ANYTHING_ELSE
    return _("%(thing)s: %(action)s", thing=NOUNS[noun], action=action_label(verb))


def action_label(verb: str) -> Text:
    """What was done, for a page that says to what: "exchange.approve" is "Approve"."""
    return _known(verb) or _ANYTHING_ELSE


def has_words(verb: str) -> bool:
    """Whether a verb has words of its own."""
    return verb.partition(".")[0] in NOUNS and _known(verb) is not None


def told(entries: Iterable[AuditEntry | Told]) -> list[Told]:
    """Entries of the trail in the reader's words; what was told already stays as it is."""
    return [entry if isinstance(entry, Told) else _told(entry) for entry in entries]


def _told(entry: AuditEntry) -> Told:
    before, after = _shown(entry, entry.before), _shown(entry, entry.after)
    same = {label for label, value in before.items() if after.get(label) == value}
    before = {label: value for label, value in before.items() if label not in same}
    after = {label: value for label, value in after.items() if label not in same}
    details = list(_shown(entry, entry.details).items())
    if not (before and after):
        details = [*before.items(), *after.items(), *details]
        before, after = {}, {}
    return Told(
        when=entry.at,
        who=_who(entry),
        what=action_label(entry.verb),
        subject=entry.subject,
        number=entry.number,
        reason=entry.reason,
        before=before,
        after=after,
        details=tuple(dict(details).items()),
    )


def compared(entry: AuditEntry) -> Compared:
    """One entry in the reader's words, both sides of each value."""
    before, after = _shown(entry, entry.before), _shown(entry, entry.after)
    held = entry.actor_roles.split(",")
    return Compared(
        who=_who(entry),
        roles=formats.listing(str(ROLE_LABELS[role]) for role in Role if role in held),
        what=verb_label(entry.verb),
        rows=[(each, before.get(each, _DASH), after.get(each, _DASH)) for each in before | after],
        details=list(_shown(entry, entry.details).items()),
    )


def _who(entry: AuditEntry) -> Text:
    by_itself = (entry.actor_id, entry.actor_name) == (SYSTEM.id, SYSTEM.name)
    return _("The portal") if by_itself else entry.actor_name


def _known(verb: str) -> Text | None:
    noun, _dot, action = verb.partition(".")
    if verb in OTHER_VERBS:
        return OTHER_VERBS[verb]
    life = LIVES.get(noun)
    return life.labels.get(action) if life else None


def _shown(entry: AuditEntry, values: Mapping[str, Any]) -> dict[str, str]:
    noun = entry.verb.partition(".")[0]
    if entry.verb == "project.shift_budget" and values is not entry.details:
        # A transfer records the two budgets by the codes of their lines.
        return {
            str(_("Line %(code)s", code=code)): formats.money(cents)
            for code, cents in values.items()
        }
    shown = {}
    for name, value in values.items():
        text = _value(noun, name, value) if name in NAMES else None
        if text:
            shown[str(NAMES[name])] = text
    return shown


def _value(noun: str, name: str, value: Any) -> str | None:
    """A value in words, or None when there is nothing to show or no word for it."""
    if value in (None, "", []):
        return None
    if isinstance(value, bool):
        return str(p_("answer", "Yes") if value else p_("answer", "No"))
    if isinstance(value, list):
        known = [_value(noun, name, item) for item in value]
        return formats.listing(item for item in known if item) or None
    if isinstance(value, int):
        return _figure(name, value)
    return _word(noun, name, value) if isinstance(value, str) else None


def _figure(name: str, value: int) -> str:
    if name.endswith("cents"):
        return formats.money(value)
    if name.endswith("_m"):
        return formats.km(value)
    if name.endswith("_bp"):
        return formats.percent(value, 10_000)
    return str(value) if name in ("year", "number") else formats.number(value)


def _word(noun: str, name: str, value: str) -> str | None:
    if name == "state":
        life = LIVES.get(noun)
        badges = {str(state): badge for state, badge in life.badges.items()} if life else {}
        return str(badges[value].label) if value in badges else None
    codes = CODES.get(f"{noun}.{name}") or CODES.get(name)
    if codes is not None:
        return str(codes[value]) if value in codes else None
    if name == "new_ceilings":
        country, cents = value.split()
        return _pair(country_name(country, current_language()), formats.money(int(cents)))
    if name in ("country", "preferred_countries"):
        return country_name(value, current_language())
    if name.endswith("_at"):
        return formats.moment(datetime.fromisoformat(value))
    if name.endswith("_on") or name in _DAYS:
        return formats.day(date.fromisoformat(value[:10]))
    return value


def _pair(label: str, value: str) -> str:
    return str(_("%(label)s: %(value)s", label=label, value=value))
