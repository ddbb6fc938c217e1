"""The visits of the first round, and what visitors and hosts told of them half a year and a year later."""

from datetime import date, timedelta

from sqlalchemy import select

from portal.cli.story import groups, money, visits
from portal.cli.story.cast import actor, organisation
from portal.cli.story.stage import paper, scene
from portal.cli.story.visits import Visit
from portal.core.actors import SYSTEM
from portal.core.days import add_months
from portal.core.db import db
from portal.exchanges import queries as exchanges
from portal.exchanges.states import Reporter
from portal.exchanges.surveys import operations, queries
from portal.exchanges.surveys.rules import Answers
from portal.exchanges.surveys.states import Contact
from portal.partners.bank_accounts import operations as bank_accounts
from portal.projects.models import Project
from portal.projects.queries import by_ref

AEROLINK, BIOFIBRE = "AEROLINK", "BIOFIBRE"
#: The week from which the visits of the first round are counted.
START = date(2021, 3, 15)
#: Accounts with valid check digits that belong to nobody.
_IBANS = {
    "pamplona": "ES9121000418450200051332",
    "copenhagen": "DK5000400440116243",
    "ljubljana": "SI56263300012039086",
    "rzeszow": "PL27114020040000300201355387",
    "liege": "BE62510007547061",
    "tallinn": "EE382200221020145685",
    "bratislava": "SK3112000000198742637541",
    "riga": "LV52HABA0551007654321",
}


def _visit(
    visitor: str, login: str, host: str, host_login: str, paid_by: str, week: int, why: str
) -> Visit:
    manager = "coordinator" if paid_by == AEROLINK else "manager2"
    return Visit(
        visitor, login, host, host_login, paid_by, manager, paid_by, manager, week, "validated", objectives=why
    )  # fmt: skip


_VISITS = (
    _visit("pamplona", "alumna", "saxony", "host", AEROLINK, -8, "See how light metal parts are checked in Dresden."),
    _visit("copenhagen", "alumna", "plovdiv", "firm3", AEROLINK, -7, "Plan a common school on lighting and robots."),
    _visit("rzeszow", "alumna", "torino", "manager2", AEROLINK, -6, "Find makers of technical cloth for aircraft seats."),
    _visit("tallinn", "alumnus", "saxony", "host", AEROLINK, -5, "Prepare a proposal on sensors in composites."),
    _visit("liege", "alumnus", "saxony", "host", BIOFIBRE, -8, "Compare how both clusters test fibres by light."),
    _visit("ljubljana", "alumna", "plovdiv", "firm3", BIOFIBRE, -7, "Bring tool makers and robot makers together."),
    _visit("bratislava", "alumnus", "athens", "manager", BIOFIBRE, -6, "Learn how flax from both countries is traded."),
)  # fmt: skip

R, S, N = Contact.REGULAR, Contact.OCCASIONAL, Contact.NONE
#: By visit: what visitor and host tell after six and after twelve months, None when they tell nothing: contact,
#: projects, contracts, euros (0: not told), partners, jobs, skills, satisfaction, words.
_TOLD: dict[str, dict[int, tuple[tuple[Contact, int, int, int, int, int, bool, int, str] | None, ...]]] = {
    "pamplona": {
        6: ((R, 1, 0, 0, 2, 0, True, 5, "We have written a proposal together; the answer comes in spring."),
            (R, 1, 0, 0, 1, 0, True, 4, "")),
        12: ((R, 2, 1, 18_500, 3, 1, True, 5, "The proposal was granted. One of our firms now buys its measuring heads in Dresden."),
             (R, 2, 2, 42_000, 2, 0, True, 5, "Three days would have been enough for a first visit.")),
    },
    "copenhagen": {
        6: ((S, 0, 0, 0, 1, 0, True, 4, ""), (S, 0, 0, 0, 0, 0, False, 3, "Language was a hurdle on the shop floor.")),
        12: ((S, 1, 0, 0, 1, 0, True, 4, ""), (S, 1, 0, 0, 1, 0, True, 4, "")),
    },
    "rzeszow": {
        6: ((R, 0, 1, 7_200, 2, 0, False, 4, "First samples ordered two months after the visit."),
            (R, 1, 1, 7_200, 0, 0, False, 5, "")),
        12: ((R, 1, 2, 31_000, 2, 1, True, 5, "Two aircraft seats fly with the cloth."), (R, 1, 2, 31_000, 1, 1, True, 5, "")),
    },
    "tallinn": {
        6: ((N, 0, 0, 0, 0, 0, True, 3, "Both project leaders have changed posts."), None),
        12: ((N, 0, 0, 0, 1, 0, True, 3, ""), None),
    },
    "liege": {
        6: ((R, 1, 0, 0, 1, 0, True, 5, "Nous avons gagné une bonne méthode d’essai, et des amis."), (S, 1, 0, 0, 1, 0, True, 4, "")),
        12: ((R, 1, 1, 9_800, 1, 0, True, 5, ""), (S, 1, 0, 0, 1, 0, True, 4, "")),
    },
    "ljubljana": {
        6: ((S, 0, 0, 0, 0, 0, False, 4, ""), (R, 0, 1, 12_400, 2, 0, False, 4, "")),
        12: ((S, 0, 1, 0, 1, 0, False, 4, "We would not give the amount of the contract."), None),
    },
    "bratislava": {
        6: ((S, 0, 0, 0, 1, 0, True, 4, "A visit in the other direction is planned."), None),
        12: ((R, 1, 0, 0, 2, 0, True, 5, ""), (R, 1, 0, 0, 1, 1, True, 5, "")),
    },
}  # fmt: skip


_LATEST = Visit(
    "riga", "alumnus", "garonne", "applicant", AEROLINK, "coordinator", AEROLINK, "coordinator", -28, "validated",
    objectives="Compare how thin panels are riveted and glued.",
)  # fmt: skip


def perform() -> None:
    """The visits of the first round, each paid and followed up twice by the daily job."""
    for number, (key, iban) in enumerate(_IBANS.items()):
        _open_account(key, iban, START - timedelta(days=150 - number))
    projects = {name: _first_of(name) for name in (AEROLINK, BIOFIBRE)}
    refs = _perform_all(projects)
    for number, ref in enumerate(refs.values()):
        money.carry(ref, START + timedelta(weeks=number), until="executed")
    for months in (6, 12):
        _follow_up(refs, months)


def _perform_all(projects: dict[str, Project]) -> dict[str, str]:
    """Every visit of the round; the two to Dresden in one week are a group visit."""
    week = next(visit for visit in _VISITS if visit.host == "saxony").week
    pair = [visit for visit in _VISITS if (visit.host, visit.week) == ("saxony", week)]
    shared = visits.perform_together(pair, projects, START, groups.hold_in_dresden)
    together = {visit.visitor: ref for visit, ref in zip(pair, shared, strict=True)}
    refs = {
        visit.visitor: together.get(visit.visitor) or visits.perform(visit, projects, START)
        for visit in _VISITS
    }
    groups.close_what_is_over(START)
    return refs


def follow_up_today(ref: str, today: date) -> None:
    """A visit of this year, followed up last week: the visitor has answered, the host has not."""
    visit = visits.perform(_LATEST, {AEROLINK: by_ref(ref)}, today)
    money.carry(visit, today - timedelta(days=170), until="executed")
    with scene(today - timedelta(days=7), 4):
        operations.ask(actor=SYSTEM)
    with scene(today - timedelta(days=5), 15):
        told = Answers(
            S, 0, 0, None, 1, 0, True, 4, "We write to one another when a panel puzzles us."
        )
        asked = queries.of_exchange(exchanges.by_ref(visit).id)
        operations.answer(queries.by_ref(asked[0].ref), told, actor=actor(_LATEST.visitor_login))


def _follow_up(refs: dict[str, str], months: int) -> None:
    """Everything is asked in one go, when the day of the last visit has come."""
    ends = [exchanges.by_ref(ref).last_on for ref in refs.values()]
    day = add_months(max(ends), months)
    with scene(day, 4):
        operations.ask(actor=SYSTEM)
    for number, visit in enumerate(_VISITS):
        with scene(day + timedelta(days=2 + 2 * number), 15):
            _answer(visit, refs[visit.visitor], months)
    with scene(day + timedelta(days=20), 4):
        operations.remind(actor=SYSTEM)
    with scene(day + timedelta(days=31), 4):
        operations.lapse(actor=SYSTEM)


def _answer(visit: Visit, ref: str, months: int) -> None:
    asked = {
        one.side: one
        for one in queries.of_exchange(exchanges.by_ref(ref).id)
        if one.months == months
    }
    logins = {Reporter.VISITOR: visit.visitor_login, Reporter.HOST: visit.host_login}
    for (side, login), told in zip(logins.items(), _TOLD[visit.visitor][months], strict=True):
        if told is not None:
            contact, projects, contracts, euros, partners, jobs, skills, satisfaction, words = told
            answers = Answers(
                contact, projects, contracts, euros * 100 or None, partners, jobs, skills, satisfaction, words
            )  # fmt: skip
            operations.answer(queries.by_ref(asked[side].ref), answers, actor=actor(login))


def _open_account(key: str, iban: str, day: date) -> None:
    with scene(day):
        house = organisation(key)
        proposed = bank_accounts.propose(
            house,
            holder=house.legal_name,
            iban=iban,
            evidence=paper("Bank details", ("Holder", house.legal_name)),
            actor=actor(
                "alumnus" if key in ("liege", "tallinn", "bratislava", "riga") else "alumna"
            ),
        )
        bank_accounts.validate(proposed, actor=actor("officer"))


def _first_of(acronym: str) -> Project:
    """The partnership of the first round; a later one may bear the same name."""
    query = select(Project).where(Project.acronym == acronym).order_by(Project.id).limit(1)
    return db.session.scalars(query).one()
