"""The menu as data, and where each public reference leads."""

from dataclasses import dataclass

from flask import request, session, url_for
from werkzeug.routing import BuildError

from portal.core.actors import Actor, Role
from portal.core.i18n import Text, _

STAFF = frozenset({Role.OFFICER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.AUDITOR})
#: Who answers, reads or checks the profiles of those who take part in exchanges.
STAFF_OF_EXCHANGES = frozenset({Role.OFFICER, Role.AUDITOR, Role.MANAGER})
EVERYBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Entry:
    """One entry of the menu, shown to people who hold one of the roles (to everybody when none is
    named).
    """

    label: Text
    endpoint: str
    roles: frozenset[Role] = EVERYBODY
    #: Shown also to people without any role who act for an organisation.
    for_applicants: bool = False
    #: What lies beside it, shown in a second row on the pages of the section; itself is the first.
    parts: tuple["Entry", ...] = ()


MENU = (
    Entry(_("My desk"), "desk.home"),
    Entry(_("Calls"), "calls.index"),
    Entry(
        _("Proposals"),
        "proposals.index",
        frozenset({Role.OFFICER, Role.AUDITOR, Role.MANAGER}),
        True,
    ),
    Entry(_("Projects"), "projects.index", STAFF | {Role.MANAGER}, True),
    Entry(
        _("Exchanges"),
        "exchanges.index",
        STAFF | {Role.MANAGER},
        True,
        parts=(
            Entry(_("Exchanges"), "exchanges.index"),
            Entry(_("Profiles"), "profiles.index", STAFF_OF_EXCHANGES, True),
            Entry(_("Matches"), "matches.index", STAFF_OF_EXCHANGES, True),
            Entry(_("Group visits"), "groups.index"),
            Entry(_("Surveys"), "surveys.index", STAFF_OF_EXCHANGES, True),
        ),
    ),
    Entry(_("Vouchers"), "vouchers.index", STAFF | {Role.MANAGER}, True),
    Entry(_("Payments"), "payments.index", STAFF, True),
    Entry(_("Organisations"), "partners.index"),
    Entry(_("Reports"), "reports.index", frozenset({Role.OFFICER, Role.AUDITOR, Role.MANAGER})),
    Entry(_("Trail"), "audit.search", frozenset({Role.AUDITOR, Role.ADMIN})),
    Entry(_("Who could pay whom"), "separation.show", frozenset({Role.ADMIN})),
    Entry(_("People"), "accounts.people", frozenset({Role.ADMIN})),
)

#: What those who are not signed in find.
MENU_AT_THE_DOOR = (
    Entry(_("Calls"), "calls.index"),
    Entry(_("May we take part?"), "profiles.check"),
)

#: Which page shows the thing a reference names; calls have references of their own.
_PAGES = {
    "ORG": "partners.show",
    "ACC": "bank_accounts.show",
    "SME": "sme.show",
    "PRP": "proposals.show",
    "PRJ": "projects.show",
    "PRF": "profiles.show",
    "MAT": "matches.show",
    "RND": "matches.show_round",
    "SUR": "surveys.show",
    "GRP": "groups.show",
    "CXC": "exchanges.show",
    "EDI": "editions.show",
    "VCH": "vouchers.show",
    "PAY": "payments.show",
    "BAT": "payments.show_batch",
    "ANS": "answers.show",
    "DEL": "delegations.show",
    "REC": "recoveries.show",
    "PER": "accounts.person",
}


def menu(actor: Actor | None) -> list[dict[str, object]]:
    """The entries for this person, the current one marked, with the count of what waits on the
    desk.
    """
    if actor is None:
        return [_shown(entry) for entry in MENU_AT_THE_DOOR]
    return [_shown(entry) for entry in MENU if _is_for(entry, actor)]


def submenu(actor: Actor | None) -> list[dict[str, object]]:
    """What lies beside the current page in its section, for this person; nothing outside one."""
    if actor is None:
        return []
    section = next((entry for entry in MENU if entry.parts and _is_current(entry)), None)
    return [_shown(part) for part in section.parts if _is_for(part, actor)] if section else []


def href_of(reference: str) -> str:
    """The address of the page about a public reference, or "" when there is none."""
    bare = reference.partition("/")[0]
    endpoint = _PAGES.get(bare.partition("-")[0])
    try:
        return url_for(endpoint, ref=bare) if endpoint else ""
    except BuildError:
        return ""


def _is_for(entry: Entry, actor: Actor) -> bool:
    applicant = entry.for_applicants and bool(actor.organisation_ids)
    return entry.roles == EVERYBODY or actor.has(*entry.roles) or applicant


def _is_current(entry: Entry) -> bool:
    """Whether the page lies under the entry, or under a part of it."""
    href = url_for(entry.endpoint)
    here = request.path == href or (href != "/" and request.path.startswith(href + "/"))
    return here or any(_is_current(part) for part in entry.parts)


def _shown(entry: Entry) -> dict[str, object]:
    return {
        "label": entry.label,
        "href": url_for(entry.endpoint),
        "active": _is_current(entry),
        "count": session.get("waiting") if entry.endpoint == "desk.home" else None,
    }
