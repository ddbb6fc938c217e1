"""Grants paid to consortia: one advance with its report waiting, one interim payment, one plan."""

from datetime import date, timedelta

from portal.calls.proposals.states import THIRD_PARTY, CostCategory
from portal.cli.story import money
from portal.cli.story.cast import actor, organisation
from portal.cli.story.stage import paper, scene
from portal.partners.bank_accounts import operations as bank_accounts
from portal.projects import queries as projects
from portal.projects.periods import operations, queries


def open_account(key: str, login: str, iban: str, day: date) -> None:
    """A coordinator names the account its grants go to; an officer validates it."""
    with scene(day):
        holder = organisation(key)
        proposed = bank_accounts.propose(
            holder,
            holder=holder.legal_name,
            iban=iban,
            evidence=paper("Bank details", ("Holder", holder.legal_name)),
            actor=actor(login),
        )
        bank_accounts.validate(proposed, actor=actor("deputy"))


def plan(ref: str, count: int, day: date) -> None:
    """The officer lays down the reporting periods."""
    with scene(day, 11):
        operations.plan(projects.by_ref(ref), count=count, actor=actor("officer"))


def pre_finance(ref: str, day: date) -> None:
    """The officer asks for the pre-financing; the four people carry it to the bank."""
    with scene(day, 11):
        operations.pre_finance(projects.by_ref(ref), actor=actor("officer"))
    money.carry(f"{ref}/0", day + timedelta(days=1), until="executed")


def report(ref: str, number: int, login: str, day: date, text: str) -> None:
    """The coordinator claims a tenth of each own line, and what was paid to third parties."""
    with scene(day, 15):
        project = projects.by_ref(ref)
        period = queries.by_number(project, number)
        support = queries.third_party_cents(period)
        claims = {
            row.line_id: support.get(row.line_id, 0)
            if row.category in THIRD_PARTY
            else row.awarded_cents // 10
            for row in projects.budget_of(project.id)
            if row.category is not CostCategory.INDIRECT
        }
        operations.submit(period, report=text, claims=claims, actor=actor(login))


def accept(ref: str, number: int, day: date, reason: str) -> None:
    """The officer cuts half of the first cost, accepts the rest, and the interim is paid."""
    with scene(day, 11):
        period = queries.by_number(projects.by_ref(ref), number)
        first = period.claims[0]
        operations.accept(
            period,
            accepted={first.line_id: first.claimed_cents // 2},
            reasons={first.line_id: reason},
            actor=actor("officer"),
        )
    money.carry(f"{ref}/{number}", day + timedelta(days=1), until="executed")


def perform(refs: dict[str, str], today: date) -> None:
    """AEROLINK waits for its report, BLUEWAVE had one accepted, MEDTEXNET waits for its advance."""
    accounts = (
        ("aerospace", "coordinator", "FR7630004000031234567890143"),
        ("tvt", "neptune", "FR7611315000011234567890138"),
    )
    for key, login, iban in accounts:
        open_account(key, login, iban, today - timedelta(days=325))
    for acronym, count in (("AEROLINK", 3), ("BLUEWAVE", 6)):
        plan(refs[acronym], count, today - timedelta(days=298))
        pre_finance(refs[acronym], today - timedelta(days=290))
    blue = refs["BLUEWAVE"]
    done = "The open call for vouchers was held; the first firms build their prototypes."
    report(blue, 1, "neptune", today - timedelta(days=70), done)
    accept(blue, 1, today - timedelta(days=40), "Two of the timesheets are not signed.")
    plan(refs["MEDTEXNET"], 3, today - timedelta(days=5))
    held = "Forty visits are agreed, and the strategy of the partnership is drafted."
    report(refs["AEROLINK"], 1, "coordinator", today - timedelta(days=10), held)
