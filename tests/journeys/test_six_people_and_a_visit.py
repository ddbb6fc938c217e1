"""A visit from its profile to the account of the visitor; and three visits that end otherwise.

Six people of the small programme of `tests/exchanges` meet at their browsers, and the accounting
officer takes the money to the bank. The visitor reads French, the host looks at a telephone.
"""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock, formats
from portal.core.actors import Role
from portal.core.db import db, reading, transaction
from portal.core.i18n import _, p_, use_locale
from portal.exchanges import queries
from portal.exchanges.matches.models import Match
from portal.exchanges.models import Exchange
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import State as ProfileState
from portal.exchanges.states import PARTY_LABELS, REPORTER_LABELS, Party, Reporter, State
from portal.ledger import queries as ledger
from portal.payments.models import Batch, Payment
from portal.payments.states import LIFE, Action
from tests.browser import Way
from tests.exchanges.builders import DEPARTURE, FIRST, LAST, RETURN, a_world, an_exchange
from tests.exchanges.partnerships.builders import a_visit
from tests.exchanges.profiles.builders import a_profile
from tests.exchanges.surroundings import PDF, TODAY, a_person
from tests.payments.answers.builders import a_booking, a_report, a_statement

#: How people come who do not sit at a desk and read English.
OWN = {"visitor": ("fr", "desktop"), "host": ("en", "phone")}
OFFICERS = {
    "verifier": ("Ilze Verifier", Role.VERIFIER),
    "authoriser": ("Jean Authoriser", Role.AUTHORISER),
    "accountant": ("Sofia Accountant", Role.ACCOUNTANT),
}
SIGNATORIES = {
    "visitor": Party.VISITOR,
    "host": Party.HOST,
    "payer": Party.VISITOR_PARTNERSHIP,
    "receiver": Party.HOST_PARTNERSHIP,
}
#: Who signs the payment before it leaves.
CIRCUIT = ((Action.VERIFY, "verifier"), (Action.AUTHORISE, "authoriser"))
AFTER = LAST + timedelta(days=3)

ON_POSTGRESQL, ON_SQLITE = (
    pytest.mark.parametrize("way", [Way("en", "desktop", kind)], ids=str, indirect=True)
    for kind in ("postgresql", "sqlite")
)


@pytest.fixture
def world(committed):
    """The small programme, with three officers for its payments."""
    with transaction():
        found = a_world()
        for who, (name, role) in OFFICERS.items():
            found.people[who] = a_person(name, roles=(role,))
    return found


@pytest.fixture
def on(world):
    """on(day): it is ten o'clock in Brussels on that day."""

    def come(day):
        clock.move_to(datetime.combine(day, time(10), clock.BRUSSELS))
        return day

    come(TODAY)
    return come


@pytest.fixture
def enter(app, client, person, way, world):
    """enter("host"): somebody of the programme at their window, signed in for the day."""
    windows = {}

    def come_in(who):
        language, device = OWN.get(who, ("en", "desktop"))
        if who not in windows:
            windows[who] = person(own=Way(language, device, way.kind))
        probe = app.test_client()
        probe.carry(client.open_session(world.people[who]))
        return windows[who].hold(probe)

    return come_in


def the_last(model):
    """The newest thing of its kind, read outside any page."""
    with reading():
        return db.session.scalars(select(model).order_by(model.id.desc())).first()


def said(somebody, formatted, *values):
    """A day or an amount as this person reads it."""
    with use_locale(somebody.way.language):
        return formatted(*values)


def fills_days(somebody, **days):
    """The four days of a journey."""
    labels = {
        "departure": "Departure",
        "first": "First day at the host",
        "last": "Last day at the host",
        "back": "Return",
    }
    for name, day in days.items():
        somebody.fill(labels[name], day.isoformat())
    return somebody


def registers(enter, world):
    """The visitor writes a profile and hands it in; its partnership accepts it."""
    visitor = enter("visitor").go("/profiles/start")
    visitor.tick("We would like to visit").tick("Textile").tick("Networking")
    visitor.tick("Networking, new partners and business opportunities").tick("anglais")
    visitor.fill("First period: from", "2026-10-05").fill("First period: to", "2026-10-30")
    visitor.fill("Motivation", "Nous cherchons un tisserand pour notre fil recyclé.")
    visitor.attach("CV of the person who would travel", "cv.pdf", PDF, "application/pdf")
    visitor.press("Save the draft", within="main form").press("Submit to a partnership")
    visitor.page.get_by_role("radio", name=world.project.acronym).check()
    visitor.page.locator("main form input[name=agreed]").check()
    visitor.press("Submit", within="main form").sees(p_("profile", "Submitted, to be answered"))
    ref = the_last(Profile).ref
    manager = enter("payer").go(f"/profiles/{ref}").sees("Filature du Nord")
    manager.press("Accept").press("Accept", within="main form")
    manager.sees(p_("profile", "Accepted"))
    return ref


def agree_on_days(enter, profile):
    """The visitor takes the best match and proposes days; the host says yes on the telephone."""
    visitor = enter("visitor").go(f"/profiles/{profile}/matches").sees("Tecelagem do Porto")
    visitor.page.get_by_role("link", name=visitor.say("Propose a visit")).first.click()
    visitor.page.wait_for_load_state("load")
    fills_days(visitor.look(), departure=DEPARTURE, first=FIRST, last=LAST, back=RETURN)
    visitor.press("Propose", within="main form")
    match = the_last(Match).ref
    host = enter("host").go(f"/matches/{match}").sees("Filature du Nord")
    host.press("Accept").press("Accept", within="main form")
    return the_last(Exchange).ref


def all_sign(enter, ref):
    """The visitor fills in what is agreed, and the four parties sign it."""
    visitor = enter("visitor").go(f"/exchanges/{ref}/edit")
    visitor.fill("Objectives", "Trouver un tisserand.").fill("Agenda", "Lundi : la filature.")
    visitor.tick("Networking, new partners and business opportunities")
    visitor.press("Save", within="main form")
    for who, party in SIGNATORIES.items():
        somebody = enter(who).go(f"/exchanges/{ref}/sign").sees("What you sign")
        if party is Party.VISITOR:
            somebody.page.locator("input[name=traveller_entitled]").check()
        somebody.tick("I have read the commitment to quality and sign it.")
        somebody.press("Sign", within="main form")
        somebody.sees("You have signed the commitment to quality.", PARTY_LABELS[party])


def approve_and_agree(enter, ref):
    """The lump sum is set aside, the visitor accepts the agreement, the partnership concludes."""
    enter("payer").go(f"/exchanges/{ref}/approve").sees("€780.00").press(
        "Approve", within="main form"
    )
    visitor = enter("visitor").go(f"/exchanges/{ref}/accept-agreement")
    visitor.sees(said(visitor, formats.money, 78_000))
    visitor.tick("I have read the financial agreement and accept it.")
    visitor.press("Accept", within="main form")
    manager = enter("payer").go(f"/exchanges/{ref}/conclude")
    manager.tick("I conclude the financial agreement for the partnership.")
    manager.press("Conclude the agreement", within="main form")


def report(enter, ref, last=LAST):
    """Both sides report the days really spent, the visitor with its evidence."""
    for who, side in (("host", Reporter.HOST), ("visitor", Reporter.VISITOR)):
        somebody = enter(who).go(f"/exchanges/{ref}/report")
        somebody.fill("Last day actually spent at the host", last.isoformat())
        for question in ("What was done", "What came of it", "What happens next"):
            somebody.fill(question, "Visite, essais, commande.")
        somebody.choose("How satisfied are you?", "5")
        if side is Reporter.VISITOR:
            somebody.attach("Proof of travel", "billet.pdf", PDF, "application/pdf")
            somebody.attach("Proof of presence", "feuille.pdf", PDF + b"\n", "application/pdf")
        somebody.press("File the report", within="main form").sees(REPORTER_LABELS[side])


def validate(enter, ref, amount):
    """The visitor's partnership checks the days, sees the amount and validates."""
    manager = enter("payer").go(f"/exchanges/{ref}/validate").sees(amount)
    manager.tick("I have checked the days, the place and the evidence.")
    return manager.press("Validate", within="main form")


def carry_to_the_bank(enter, ref):
    """Two officers sign the payment, one after the other; a third takes it to the bank."""
    for action, who in CIRCUIT:
        enter(who).go(f"/payments/{ref}").press(LIFE.labels[action])
    accountant = enter("accountant").go(f"/payments/send?ref={ref}")
    accountant.press("Send to the bank", within="main form")
    return the_last(Batch).ref


def hear_from_the_bank(enter, *contents):
    """The accounting officer imports what the bank answered."""
    for content in contents:
        accountant = enter("accountant").go("/bank-files/take-in")
        accountant.attach("File of the bank", "bank.xml", content, "application/xml")
        accountant.press("Import", within="main form")
    return accountant


@ON_POSTGRESQL
def test_six_people_lead_a_visit_from_its_profile_to_the_visitors_account(world, on, enter):
    with transaction():
        a_profile(world, ProfileState.ACCEPTED, who="host")
    ref = agree_on_days(enter, registers(enter, world))
    all_sign(enter, ref)
    approve_and_agree(enter, ref)

    on(AFTER)
    report(enter, ref)
    validate(enter, ref, "€780.00")
    payment = the_last(Payment)
    batch = carry_to_the_bank(enter, payment.ref)
    paid_on = on(AFTER + timedelta(days=1))
    booking = a_booking(payment.ref, payment.amount_cents, day=paid_on.isoformat())
    hear_from_the_bank(enter, a_report(batch=batch, group="ACSP"), a_statement(booking)).sees(
        p_("bank", "Executed")
    )

    visitor = enter("visitor").go(f"/exchanges/{ref}")
    visitor.sees(_("Paid on %(day)s", day=said(visitor, formats.day, paid_on)))
    visitor.sees(said(visitor, formats.money, 78_000))
    with reading():
        assert payment.payee_id == world.visitor.id
        assert ledger.mismatches() == []
        assert queries.miscounts() == []


def left(enter, world):
    """What the partnership's page says is left on the envelope."""
    manager = enter("payer").go(f"/projects/{world.project.ref}/partnership")
    return manager.page.locator("ul.gauges").first.inner_text()


@ON_SQLITE
def test_visits_that_are_cancelled_shortened_or_refused(world, on, enter):
    with transaction():
        cancelled = a_visit(world, "Tissages de la Lys", State.APPROVED).ref
        shortened = an_exchange(world, State.AGREED).ref

    assert "€8,440.00" in left(enter, world)
    manager = enter("payer").go(f"/exchanges/{cancelled}").press("Cancel the exchange")
    manager.fill("Reason", "The mill is closed for works in that week.")
    manager.press("Cancel the exchange", within="main form")
    assert "€9,220.00" in left(enter, world)

    on(AFTER)
    thursday = LAST - timedelta(days=1)
    report(enter, shortened, thursday)
    validate(enter, shortened, "€390.00").sees(
        "4 working days actually spent at the host", "fewer than 5", "€390.00"
    )
    assert "€9,610.00" in left(enter, world)

    visitor = enter("visitor").go("/exchanges/start")
    visitor.fill("Visiting organisation", world.visitor.ref).fill("Host organisation", "tecelagem")
    visitor.fill("Visitor’s partnership", "CLAMTEX").fill("Host’s partnership", "TEXPORT")
    later = timedelta(weeks=4)
    fills_days(
        visitor,
        departure=DEPARTURE + later,
        first=FIRST + later,
        last=LAST + later,
        back=RETURN + later,
    )
    visitor.press("Start the exchange", within="main form")
    with use_locale("fr"):
        visitor.sees(
            _(
                "%(name)s already has its one visit of the scheme: %(ref)s, %(days)s. It may still "
                "host, or take part in a virtual exchange.",
                name="Filature du Nord",
                ref=shortened,
                days=formats.day_range(FIRST, LAST),
            )
        )
    with reading():
        assert ledger.mismatches() == []
        assert queries.miscounts() == []
