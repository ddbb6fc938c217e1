"""The demo story from its first day to today: two real calls, a round of each since, and what came of them."""

from datetime import date, timedelta

from sqlalchemy import select

from portal.calls.models import Call
from portal.calls.rules.catalogue import (
    ESCP_4X_2018,
    ESCP_4X_2018_CODE,
    INNOSUP_01_2020,
    INNOSUP_01_CODE,
)
from portal.calls.states import CallKind
from portal.cli.story import (
    agreed,
    bids,
    editions,
    effects,
    grants,
    groups,
    matches,
    money,
    profiles,
    recoveries,
    steering,
    visits,
)
from portal.cli.story.bids import Bid
from portal.cli.story.cast import (
    HOUSES,
    PARTIES,
    STAFF,
    accounts_shown,
    actor,
    hire,
    join_clusters,
    settle_in,
)
from portal.cli.story.papers import change_accounts, declare_smes, open_accounts
from portal.cli.story.stage import scene
from portal.core import clock
from portal.core.actors import SYSTEM, Role
from portal.core.db import db
from portal.exchanges import operations as exchanges
from portal.payments.recoveries.states import Cause
from portal.programme import operations as programmes
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.reports import operations as reports

accounts = accounts_shown

_LINK = (
    "Clusters of {} let their members visit one another, prepare common offers and learn from one another’s "
    "training. Fifty visits of small firms and support organisations are planned, with a strategy at the end."
)
AEROLINK_1 = Bid(
    "AEROLINK", "Light structures without borders", _LINK.format("aeronautics, textiles and microelectronics"),
    "aerospace", ("torino", "plovdiv", "saxony"), ("advanced-manufacturing", "textile-innovation"), 24,
    (110_000, 80_000, 60_000, 90_000), 9_000, exchanges=55_000, planned_exchanges=50,
)  # fmt: skip
PHOTON = Bid(
    "PHOTONET", "Light for industry", _LINK.format("photonics and mechatronics"),
    "saxony", ("plovdiv", "athens"), ("photonics",), 20,
    (120_000, 70_000, 80_000), 12_000, exchanges=44_000, planned_exchanges=40,
    outcome="rejected", reason="The strategy repeats what the partners do already; the threshold for impact is not reached.",
)  # fmt: skip
BIOFIBRE = Bid(
    "BIOFIBRE", "Plant fibres for industry", _LINK.format("textiles and food"),
    "torino", ("athens", "plovdiv"), ("textile-innovation",), 24,
    (100_000, 80_000, 70_000), 8_000, exchanges=33_000, planned_exchanges=30,
)  # fmt: skip
AEROLINK = Bid(
    "AEROLINK", "Light structures without borders, second round", _LINK.format("aeronautics, textiles and mechatronics"),
    "aerospace", ("plovdiv", "saxony"), ("advanced-manufacturing", "photonics"), 24,
    (130_000, 95_000, 110_000), 10_000, exchanges=55_000, planned_exchanges=50,
)  # fmt: skip
MEDTEXNET = Bid(
    "MEDTEXNET", "Technical textiles of the Mediterranean", _LINK.format("textiles and digital health"),
    "athens", ("torino", "scs", "plovdiv"), ("textile-innovation", "personalised-medicine"), 24,
    (105_000, 90_000, 85_000, 60_000), 8_000, exchanges=44_000, planned_exchanges=40,
)  # fmt: skip
BLUEWAVE = Bid(
    "BLUEWAVE", "New value chains between sea, data and mobility",
    "Small firms of the blue economy, of data and of mobility build new value chains together. Vouchers of at most "
    "60 000 euros pay for prototypes, tests and protection of results.",
    "tvt", ("athens", "torino"), ("sustainable-mobility", "water-smart"), 36,
    (260_000, 180_000, 160_000), 15_000, vouchers=3_300_000, planned_vouchers=110,
)  # fmt: skip
DRAFT = Bid(
    "SKILLINK", "Skills that travel", _LINK.format("aeronautics and textiles"),
    "aerospace", ("torino",), ("advanced-manufacturing",), 24,
    (100_000, 80_000), 8_000, exchanges=33_000, planned_exchanges=30,
)  # fmt: skip


def is_told() -> bool:
    """Whether the story is in the database already."""
    return db.session.scalar(select(Call.id).limit(1)) is not None


def tell(password: str) -> None:
    """Tell the whole story; everything happens through operations, so it obeys every rule."""
    today = clock.today()
    _gather(password)
    _the_first_round()
    round_ref = _the_current_round(today)
    declare_smes(today - timedelta(days=150))
    open_accounts(today - timedelta(days=140))
    refs = _visits(round_ref, today)
    matches.perform(profiles.perform(round_ref, today), today)
    _vouchers(round_ref["BLUEWAVE"], today)
    editions.prepare(today)
    _payments_of_visits(refs, today)
    grants.perform(round_ref, today)
    effects.perform()
    effects.follow_up_today(round_ref["AEROLINK"], today)
    groups.perform(round_ref["AEROLINK"], today)
    change_accounts(today - timedelta(days=12))
    _open_calls(today)
    _hand_out_budgets(round_ref, today)


def _gather(password: str) -> None:
    first = date(2018, 12, 3)
    with scene(first):
        programmes.load_reference(actor=SYSTEM)
        exchanges.load_reference(actor=SYSTEM)
        hire((*STAFF, *PARTIES), password)
    with scene(first + timedelta(days=7)):
        settle_in(HOUSES)
    with scene(first + timedelta(days=8)):
        join_clusters(HOUSES)


def _the_first_round() -> None:
    """The call of 2018 with its real figures: two partnerships were born of it, one proposal was not."""
    bids.publish(ESCP_4X_2018_CODE, "COSME", CallKind.PARTNERSHIP, ESCP_4X_2018, date(2019, 1, 9))
    outcomes = {}
    for bid, day in (
        (AEROLINK_1, date(2019, 2, 11)),
        (PHOTON, date(2019, 2, 18)),
        (BIOFIBRE, date(2019, 2, 20)),
    ):
        ref = bids.draft(ESCP_4X_2018_CODE, bid, day)
        bids.complete(ref, bid, day + timedelta(days=20))
        bids.submit(ref, bid, day + timedelta(days=40))
        outcomes[ref] = bid
    bids.decide(ESCP_4X_2018_CODE, outcomes, date(2019, 7, 15))
    for ref, bid in outcomes.items():
        if bid is not PHOTON:
            bids.award(ref, bid, date(2019, 8, 12), date(2019, 9, 1))
    bids.publish(INNOSUP_01_CODE, "H2020", CallKind.INNOVATION, INNOSUP_01_2020, date(2019, 11, 4))


def _the_current_round(today: date) -> dict[str, str]:
    """A round of each kind whose projects run today; returns the projects' references by acronym."""
    opens, closes = today - timedelta(days=480), today - timedelta(days=420)
    year = opens.year
    plan = (
        (f"DEMO-CLUSTER-{year}", "COSME", CallKind.PARTNERSHIP, (AEROLINK, MEDTEXNET), ESCP_4X_2018,
         f"Cluster partnerships for excellence, demonstration round {year}",
         f"Partenariats de clusters pour l’excellence, session de démonstration {year}"),
        (f"DEMO-INNOSUP-{year}", "H2020", CallKind.INNOVATION, (BLUEWAVE,), INNOSUP_01_2020,
         f"New industrial value chains, demonstration round {year}",
         f"Nouvelles chaînes de valeur industrielles, session de démonstration {year}"),
    )  # fmt: skip
    made = {}
    for ref, programme, kind, wanted, terms, title_en, title_fr in plan:
        moved = bids.moved(terms, opens=opens, closes=closes, title_en=title_en, title_fr=title_fr)
        bids.publish(ref, programme, kind, moved, opens - timedelta(days=1))
        outcomes = {}
        for number, bid in enumerate(wanted):
            proposal = bids.draft(ref, bid, opens + timedelta(days=5 + number))
            bids.complete(proposal, bid, opens + timedelta(days=25 + number))
            bids.submit(proposal, bid, opens + timedelta(days=45 + number))
            outcomes[proposal] = bid
        bids.decide(ref, outcomes, today - timedelta(days=330))
        for proposal, bid in outcomes.items():
            made[bid.acronym] = bids.award(
                proposal, bid, today - timedelta(days=300), today - timedelta(days=270)
            )
    return made


def _visits(round_ref: dict[str, str], today: date) -> dict[str, str]:
    partnerships: dict[str, Project] = {
        name: projects.by_ref(round_ref[name]) for name in ("AEROLINK", "MEDTEXNET")
    }
    refs = {visit.visitor: visits.perform(visit, partnerships, today) for visit in visits.VISITS}
    steering.steer(partnerships, today)
    agreed.live_on(refs, today)
    return refs


def _payments_of_visits(refs: dict[str, str], today: date) -> None:
    leave, mission = "Annual leave.", "Mission to the partnerships."
    weeks = today - timedelta(weeks=10), today - timedelta(weeks=8)
    money.lend(Role.AUTHORISER, "authoriser", "deputy", *weeks, 50_000, leave)
    days = today - timedelta(days=24), today + timedelta(days=30)
    money.lend(Role.VERIFIER, "verifier", "deputy", *days, 200_000, mission)
    money.carry(refs["minho"], today - timedelta(weeks=9), until="executed")
    money.carry(refs["baltic"], today - timedelta(weeks=6), until="executed")
    money.carry(refs["oulu"], today - timedelta(days=20), until="verified", verifier="deputy")
    money.hear_from_the_bank(refs["minho"], today - timedelta(weeks=8))
    ref = recoveries.inform(
        refs["minho"], today - timedelta(days=54), Cause.SHORTENED, 22_000,
        "The host’s calendar shows that the visit ended two days early.",
    )  # fmt: skip
    recoveries.answer(
        ref, today - timedelta(days=48), "firm4", "We left one day early, not two.",
        "The host confirms that the last working session took place.", 11_000,
    )  # fmt: skip
    recoveries.issue(ref, today - timedelta(days=42))
    recoveries.receive(ref, today - timedelta(days=20), 5_000, "FT26-104-7781")


#: Days after the first award, holder, instrument, title, cents, months, and who signs and when.
_AWARDS = (
    (
        0,
        "garonne",
        "NEPTUNE",
        "Composite panels with built-in sensors",
        4_000_000,
        9,
        "applicant",
        8,
    ),
    (0, "minho", "PROTOTYPE", "Recycled sail cloth, first prototype", 200_000, 3, "firm4", 8),
    (60, "minho", "CIRCULARITY", "Sails that become sails", 5_800_000, 9, "firm4", 70),
    (4, "rade", "NEPTUNE", "A robot that inspects hulls", 3_000_000, 9, "firm6", 12),
    (124, "baltic", "NEPTUNE", "Pressure sensors for ballast water", 2_500_000, 9, "", 0),
    (9, "elbe", "ADOPTER", "Laser cleaning of propellers", 1_500_000, 3, "", 0),
)


def _vouchers(ref: str, today: date) -> None:
    project = projects.by_ref(ref)
    begin = today - timedelta(days=130)
    money.define_instruments(project, begin - timedelta(days=5))
    made = []
    for after, holder, code, title, cents, months, login, signed in _AWARDS:
        day = begin + timedelta(days=after)
        made.append(money.award(project, day, holder, code, title, cents, months))
        if login:
            money.sign(made[-1], begin + timedelta(days=signed), login)
    garonne, minho, second, rade, _baltic, elbe = made
    why = "The firm has found other funding for this work."
    money.withdraw(elbe, begin + timedelta(days=20), why)
    for number, (voucher, login) in enumerate(((minho, "firm4"), (garonne, "applicant"))):
        day = begin + timedelta(days=70 + 10 * number)
        money.prove(voucher, 1, day, login)
        money.review(voucher, 1, day + timedelta(days=5))
        money.carry(f"{voucher}/1", day + timedelta(days=8), until="executed")
    money.prove(rade, 1, begin + timedelta(days=90), "firm6")
    lacking = "The test report lacks the results at sea. Please add them."
    money.send_back(rade, 1, begin + timedelta(days=97), lacking)
    money.prove(second, 1, today - timedelta(days=30), "firm4")
    missed = "One of the four trials was not made."
    money.review(second, 1, today - timedelta(days=24), achievement=75, reason=missed)
    asked = "Please confirm which of the trials the laboratory’s invoice covers."
    money.suspend(f"{second}/1", today - timedelta(days=23), asked)
    _recoveries_of_vouchers(minho, second, garonne, today)
    money.resume(f"{second}/1", today - timedelta(days=21))
    money.carry(f"{second}/1", today - timedelta(days=20), until="sent")
    money.prove(second, 2, today - timedelta(days=19), "firm4")
    money.review(second, 2, today - timedelta(days=17))
    money.carry(f"{second}/2", today - timedelta(days=16), until="verified")
    unclear = "The invoice of the sailmaker names another firm than yours. Please explain, or send the right one."
    money.suspend(f"{second}/2", today - timedelta(days=14), unclear)


def _recoveries_of_vouchers(minho: str, second: str, garonne: str, today: date) -> None:
    """An instalment paid in part by mistake is set off against the next; a finding is told."""
    ref = recoveries.inform(
        f"{minho}/1", today - timedelta(days=46), Cause.ERROR, 20_000,
        "The invoice of the test laboratory was counted twice.",
    )  # fmt: skip
    recoveries.answer(
        ref, today - timedelta(days=44), "firm4", "Both invoices are ours; please check again.",
        "Both carry the same number and the same day.",
    )  # fmt: skip
    recoveries.issue(ref, today - timedelta(days=39))
    recoveries.set_off(ref, f"{second}/1", today - timedelta(days=22))
    recoveries.inform(
        f"{garonne}/1", today - timedelta(days=6), Cause.AUDIT, 150_000,
        "The audit found that one of the two prototypes was not built in the period.",
    )  # fmt: skip


def _open_calls(today: date) -> None:
    """Two calls that are open today, and a draft that somebody has begun."""
    opens, closes = today - timedelta(days=20), today + timedelta(days=60)
    year = closes.year
    for ref, programme, kind, terms, title_en, title_fr in (
        (f"OPEN-CLUSTER-{year}", "COSME", CallKind.PARTNERSHIP, ESCP_4X_2018,
         f"Cluster partnerships for excellence, demonstration round {year}",
         f"Partenariats de clusters pour l’excellence, session de démonstration {year}"),
        (f"OPEN-INNOSUP-{year}", "H2020", CallKind.INNOVATION, INNOSUP_01_2020,
         f"New industrial value chains, demonstration round {year}",
         f"Nouvelles chaînes de valeur industrielles, session de démonstration {year}"),
    ):  # fmt: skip
        moved = bids.moved(terms, opens=opens, closes=closes, title_en=title_en, title_fr=title_fr)
        bids.publish(ref, programme, kind, moved, opens - timedelta(days=1))
    bids.draft(f"OPEN-CLUSTER-{year}", DRAFT, today - timedelta(days=4))


def _hand_out_budgets(refs: dict[str, str], today: date) -> None:
    """The auditor takes the budgets of the current round as they stood when a month had ended."""
    yesterday = today - timedelta(days=1)
    month_end = yesterday.replace(day=1) - timedelta(days=1)
    with scene(yesterday):
        for ref in refs.values():
            reports.export_budget(
                projects.by_ref(ref),
                day=month_end,
                language="fr",
                kind="pdf",
                actor=actor("auditor"),
            )
