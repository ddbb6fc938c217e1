"""SME declarations and bank accounts of the story's organisations, and two changes of account."""

from datetime import date, timedelta

from portal.cli.story.cast import HOUSES, actor, organisation
from portal.cli.story.stage import paper, scene
from portal.core import clock
from portal.partners.bank_accounts import operations as bank_accounts
from portal.partners.bank_accounts import queries
from portal.partners.sme import operations as sme
from portal.partners.sme.rules.figures import Figures
from portal.partners.states import OrganisationKind

SMES = tuple(house for house in HOUSES if house.kind is OrganisationKind.SME)


def declare_smes(day: date) -> None:
    """Every small firm declares its figures of the year before; the officer confirms most of them."""
    for number, house in enumerate(SMES):
        with scene(day + timedelta(days=number)):
            said = sme.declare(
                organisation(house.key),
                reference_year=day.year - 1,
                figures=Figures(
                    1_200 + 450 * number,
                    140_000_000 + 90_000_000 * number,
                    95_000_000 + 60_000_000 * number,
                ),
                signatory=actor(house.people[0]).name,
                actor=actor(house.people[0]),
            )
            if house.key != "cork":
                sme.confirm(said, actor=actor("officer"))


def open_accounts(day: date) -> None:
    """Every organisation that is paid proposes its account, and the accounting officer vouches for it."""
    for number, house in enumerate(house for house in HOUSES if house.iban):
        with scene(day + timedelta(days=number)):
            proposed = bank_accounts.propose(
                organisation(house.key),
                holder=house.name,
                iban=house.iban,
                evidence=paper("Bank details", ("Holder", house.name)),
                actor=actor(house.people[0]),
            )
            bank_accounts.validate(proposed, actor=actor("officer"))


def change_accounts(day: date) -> None:
    """Two firms change their bank: one waits for its first payment, the other was called back."""
    ref = _change("trakia", "BG23BNBG96611020999999", day)
    with scene(day + timedelta(days=4)):
        bank_accounts.lift(
            queries.by_ref(ref),
            called_name="Живка Петрова",
            called_number="+359 32 000 000",
            called_at=clock.now() - timedelta(minutes=20),
            note="She opened the account for the visits of the firm and asked us to use it from now on.",
            actor=actor("accountant"),
        )
    _change("baltic", "PL15109010140000000007654321", day + timedelta(days=3))


def _change(key: str, iban: str, day: date) -> str:
    """Propose another account and validate it two days later; returns its reference."""
    house = next(house for house in HOUSES if house.key == key)
    with scene(day):
        proposed = bank_accounts.propose(
            organisation(key),
            holder=house.name,
            iban=iban,
            evidence=paper("Letter of the new bank", ("Holder", house.name)),
            actor=actor(house.people[0]),
        )
    with scene(day + timedelta(days=2)):
        return bank_accounts.validate(queries.by_ref(proposed.ref), actor=actor("officer")).ref
