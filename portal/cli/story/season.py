"""A season of 500 visits, told behind the demo alone: eight partnerships, their members, their money.

Everything happens through operations, as in the story; only many visits take each step together.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import groupby

from schwifty import IBAN

from portal.accounts import queries as people
from portal.calls.rules.catalogue import ESCP_4X_2018
from portal.calls.states import CallKind
from portal.cli.story import bids, cast, money, visits
from portal.cli.story.bids import Bid
from portal.cli.story.cast import House, actor, organisation
from portal.cli.story.season_cast import CLUSTERS, PARTNERSHIPS, PEOPLE, Members, Partnership
from portal.cli.story.season_plan import hosts, planned
from portal.cli.story.stage import dice, monday, paper, scene
from portal.cli.story.visits import Visit
from portal.core import clock
from portal.partners.bank_accounts import operations as bank_accounts
from portal.partners.sme import operations as sme
from portal.partners.sme.rules.figures import Figures
from portal.partners.states import OrganisationKind as K
from portal.projects import queries as projects
from portal.projects.models import Project

#: Days before a visit begins to be drawn up on which its visitor joins.
_JOINS_BEFORE = 12
#: The most days before today on which a payment may still be on its way.
_ON_ITS_WAY = 55
_EUROS = 1_100


def tell(password: str, said: Callable[[str], None]) -> None:
    """Tell the season after the story; `said` hears how far it is."""
    today = clock.today()
    begins = today - timedelta(days=700)
    members = Members()
    receiving = hosts(members)
    everybody = list(planned(members, receiving, today))
    cast.introduce((*CLUSTERS, *(house for each in receiving.values() for house in each)))
    cast.introduce(house for house, _visit in everybody)
    with scene(begins):
        cast.hire(PEOPLE, password)
    _join([*CLUSTERS, *(house for each in receiving.values() for house in each)], begins)
    known = _partnerships(today)
    everybody.sort(key=lambda pair: pair[1].week)
    told = 0
    for week, group in groupby(everybody, key=lambda pair: pair[1].week):
        wave = list(group)
        _join([house for house, _visit in wave if house.kind is not K.CLUSTER], _joins(week, today))
        with cast.same_people():
            refs = visits.perform_together([visit for _house, visit in wave], known, today)
            _pay(wave, refs, today)
        told += len(wave)
        said(f"{told} visits …")


def accounts() -> list[tuple[str, str]]:
    """The accounts of the season a visitor of the demo is invited to use; none before it is told."""
    if people.by_email(PEOPLE[0].email) is None:
        return []
    return [(player.email, player.what) for player in PEOPLE if player.what]


def _joins(week: int, today: date) -> date:
    first = monday(week, today)
    begun = min(first - timedelta(days=40), today - timedelta(days=12))
    return begun - timedelta(days=_JOINS_BEFORE)


def _join(houses: Sequence[House], day: date) -> None:
    """Organisations register with their cluster, their declaration and their account."""
    with scene(day):
        cast.settle_in(houses)
        cast.join_clusters(houses)
        for number, house in enumerate(houses):
            if house.kind is K.SME:
                _declare(house, number, day)
            _open_account(house)


def _declare(house: House, number: int, day: date) -> None:
    figures = Figures(
        900 + 350 * (number % 40), 90_000_000 + 20_000_000 * (number % 40), 60_000_000
    )
    speaker = actor(house.people[0])
    said = sme.declare(
        organisation(house.key),
        reference_year=day.year - 1,
        figures=figures,
        signatory=speaker.name,
        actor=speaker,
    )
    sme.confirm(said, actor=actor("officer"))


def _open_account(house: House) -> None:
    proposed = bank_accounts.propose(
        organisation(house.key),
        holder=house.name[:70],
        iban=str(IBAN.random(country_code=house.country, random=dice(house.key))),
        evidence=_bank_details(),
        actor=actor(house.people[0]),
    )
    bank_accounts.validate(proposed, actor=actor("officer"))


@cache
def _bank_details() -> tuple[bytes, str]:
    return paper("Bank details", ("Holder", "as registered"))


def _partnerships(today: date) -> dict[str, Project]:
    """A call of their own, decided and awarded; returns the projects by acronym."""
    opens = today - timedelta(days=690)
    ref, year = f"DEMO-SEASON-{opens.year}", opens.year
    moved = bids.moved(
        ESCP_4X_2018,
        opens=opens,
        closes=opens + timedelta(days=60),
        title_en=f"Cluster partnerships for excellence, season of {year}",
        title_fr=f"Partenariats de clusters pour l’excellence, saison {year}",
    )
    bids.publish(ref, "COSME", CallKind.PARTNERSHIP, moved, opens - timedelta(days=1))
    made = {}
    for one in PARTNERSHIPS:
        bid = _bid(one)
        proposal = bids.draft(ref, bid, opens + timedelta(days=5))
        bids.complete(proposal, bid, opens + timedelta(days=25))
        bids.submit(proposal, bid, opens + timedelta(days=45))
        made[proposal] = bid
    bids.decide(ref, made, opens + timedelta(days=130))
    awarded = opens + timedelta(days=160)
    starts = awarded + timedelta(days=30)
    return {
        bid.acronym: projects.by_ref(bids.award(proposal, bid, awarded, starts))
        for proposal, bid in made.items()
    }


def _bid(one: Partnership) -> Bid:
    abstract = (
        f"{one.title}: members of {len(one.clusters)} clusters visit one another, learn from one another’s work and "
        f"prepare common offers. {one.target} visits are planned, most of them of small firms."
    )
    personnel = tuple(70_000 - 6_000 * number for number in range(len(one.clusters)))
    return Bid(
        one.acronym, one.title, abstract, one.lead, one.partners, (one.theme,), 24, personnel, 6_000,
        exchanges=_EUROS * one.target, planned_exchanges=one.target,
    )  # fmt: skip


def _pay(wave: Sequence[tuple[House, Visit]], refs: Iterable[str], today: date) -> None:
    """The payments of a wave go to the bank together; those of the last weeks are on their way."""
    due = [
        ref
        for (_house, visit), ref in zip(wave, refs, strict=True)
        if visit.reaches == "paid" and not visit.virtual
    ]
    last = monday(wave[0][1].week, today) + timedelta(days=max(v.nights for _h, v in wave))
    day = last + timedelta(days=11)
    if due and day + timedelta(days=4) < today:
        steps = 4 if today - day > timedelta(days=_ON_ITS_WAY - 20) else 2
        money.carry_together(due, day, steps=steps)
