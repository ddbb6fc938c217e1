"""Declarations from first figures to the officer's decision, and the status on a day."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, NotFound, RuleBroken
from portal.partners.sme import operations, queries
from portal.partners.sme.rules.figures import Figures
from portal.partners.sme.rules.relations import Related
from portal.partners.sme.states import Category, Investor, State
from portal.partners.states import OrganisationKind
from tests.partners.builders import (
    a_person,
    acting,
    an_assessment,
    an_organisation,
    figures,
)

M = 1_000_000
MARCH_2026 = datetime(2026, 3, 10, 10, tzinfo=UTC)


def an_officer():
    return acting(a_person(), Role.OFFICER)


def test_a_declaration_keeps_figures_relations_result_and_steps(session) -> None:
    organisation = an_organisation()
    partner = Related(1, "Grande Fabrique", 30_00, figures(300, 90 * M, 60 * M))

    made = an_assessment(organisation, figures=figures(120, 30 * M, 20 * M), related=[partner])

    found = queries.by_ref(made.ref)
    assert (found.state, found.category, found.is_sme) == (State.DECLARED, Category.MEDIUM, True)
    assert found.total_headcount_hundredths == 210_00
    assert found.total_turnover_cents == 57 * M * 100
    assert [one.name for one in found.related] == ["Grande Fabrique"]
    assert [step["code"] for step in found.steps][:2] == ["own", "partner"]
    (entry,) = trail_of(made.ref)
    assert entry.after["category"] == "medium"
    assert entry.details["steps"] == found.steps


def test_a_firm_that_is_too_large_is_told_so(session) -> None:
    made = an_assessment(an_organisation(), figures=figures(250, M, M))

    assert (made.is_sme, made.category) == (False, None)


def test_the_declaration_of_last_year_serves_as_the_year_before(session) -> None:
    organisation = an_organisation()
    with clock.at(MARCH_2026 - timedelta(days=365)):
        an_assessment(organisation, figures=figures(100, 10 * M, 10 * M))

    with clock.at(MARCH_2026):
        grown = an_assessment(organisation, figures=figures(300, 90 * M, 90 * M))

    assert grown.category is Category.MEDIUM
    assert grown.steps[-2]["code"] == "two_years"


def test_a_contested_declaration_is_not_remembered(session) -> None:
    organisation = an_organisation()
    with clock.at(MARCH_2026 - timedelta(days=365)):
        wrong = an_assessment(organisation, figures=figures(100, 10 * M, 10 * M))
        operations.contest(wrong, reason="Wrong figures", actor=an_officer())

    with clock.at(MARCH_2026):
        grown = an_assessment(organisation, figures=figures(300, 90 * M, 90 * M))

    assert grown.category is None


def test_figures_of_the_year_before_are_kept_and_used(session) -> None:
    before = figures(300, 90 * M, 90 * M)

    made = an_assessment(an_organisation(), figures=figures(100, 10 * M, 10 * M), before=before)

    assert made.before_headcount_hundredths == before.headcount_hundredths
    assert made.category is None


def test_an_impossible_declaration_is_refused_with_every_fault(app, session) -> None:
    loop = Related(1, "Loop", 60_00, Figures(1, 1, 1), through=1)

    with app.test_request_context(), pytest.raises(RuleBroken) as broken:
        an_assessment(an_organisation(), reference_year=clock.today().year, related=[loop])

    assert [fault.rule for fault in broken.value.faults] == ["SME-1", "SME-REL"]


def test_an_officer_confirms_and_the_members_are_told(session, mails) -> None:
    member = a_person()
    organisation = an_organisation(member)
    made = an_assessment(organisation, actor=acting(member))

    operations.confirm(made, actor=an_officer(), note="Accounts seen")

    assert made.state is State.CONFIRMED
    assert trail_of(made.ref)[0].reason == "Accounts seen"
    assert made.ref in mails(to=member.email)[0].body
    with pytest.raises(IllegalStep):
        operations.confirm(made, actor=an_officer())


def test_contesting_takes_the_status_away_with_a_reason(session, mails) -> None:
    member = a_person()
    organisation = an_organisation(member)
    made = an_assessment(organisation, actor=acting(member))

    with pytest.raises(RuleBroken):
        operations.contest(made, reason=" ", actor=an_officer())
    operations.contest(made, reason="A shareholder is missing", actor=an_officer())

    assert queries.status_on(organisation.id, clock.today()) is None
    assert "A shareholder is missing" in mails(to=member.email)[0].body


def test_nobody_decides_on_their_own_declaration(session) -> None:
    officer = a_person()
    organisation = an_organisation(officer)
    made = an_assessment(organisation)

    for decide in (operations.confirm, operations.contest):
        with pytest.raises(NotAllowed):
            decide(made, actor=acting(officer, Role.OFFICER), **_reason(decide))
    with pytest.raises(NotAllowed):
        an_assessment(organisation, actor=an_officer())


def _reason(decide) -> dict[str, str]:
    return {"reason": "x"} if decide is operations.contest else {}


def test_the_status_holds_for_twelve_months_from_its_day(session) -> None:
    organisation = an_organisation()
    with clock.at(MARCH_2026):
        made = an_assessment(organisation)
        operations.confirm(made, actor=an_officer())
    day = MARCH_2026.date()

    status = queries.status_on(organisation.id, day)

    assert status is not None
    assert (status.is_sme, status.category, status.confirmed) == (True, Category.SMALL, True)
    assert (status.assessed_on, status.ref) == (day, made.ref)
    assert status.valid_until == day.replace(year=2027, day=9)
    assert queries.status_on(organisation.id, day - timedelta(days=1)) is None
    assert queries.status_on(organisation.id, status.valid_until) == status
    assert queries.status_on(organisation.id, status.valid_until + timedelta(days=1)) is None


def test_the_latest_declaration_decides_for_many_at_once(session) -> None:
    one, other, silent = an_organisation(), an_organisation(), an_organisation()
    an_assessment(one, figures=figures(5, M, M))
    newest = an_assessment(one, figures=figures(60, 20 * M, 20 * M))
    an_assessment(other, figures=figures(300, M, M))

    found = queries.statuses_on([one.id, other.id, silent.id], clock.today())

    assert set(found) == {one.id, other.id}
    assert (found[one.id].ref, found[one.id].category) == (newest.ref, Category.MEDIUM)
    assert found[other.id].is_sme is False
    assert queries.statuses_on([], clock.today()) == {}


def test_lists_and_tasks_show_each_their_own(session) -> None:
    member = a_person()
    ours, theirs = an_organisation(member), an_organisation()
    mine = an_assessment(ours, actor=acting(member))
    foreign = an_assessment(theirs)

    def listed(actor, **asked):
        return [found.ref for found in db.session.scalars(queries.listed(actor, **asked))]

    assert listed(an_officer()) == [mine.ref, foreign.ref]
    assert listed(acting(member)) == [mine.ref]
    assert listed(acting(a_person())) == []
    assert listed(an_officer(), text=theirs.legal_name) == [foreign.ref]
    assert listed(an_officer(), state=State.CONFIRMED) == []
    assert [task.ref for task in queries.tasks_for(an_officer())] == [mine.ref, foreign.ref]
    assert queries.tasks_for(acting(member)) == []


def test_members_of_an_sme_are_reminded_when_the_status_is_missing_or_ends(session) -> None:
    member = a_person()
    without = an_organisation(member)
    ending = an_organisation(member)
    an_organisation(member, kind=OrganisationKind.SSO)
    with clock.at(clock.now() - timedelta(days=350)):
        an_assessment(ending)

    tasks = queries.tasks_for(acting(member))

    assert {task.ref for task in tasks} == {without.ref, ending.ref}
    assert {task.ref for task in tasks if task.due_on} == {ending.ref}


def test_public_control_excludes_the_status(session) -> None:
    region = Related(1, "Région", 26_00, Figures(0, 0, 0), investor=Investor.PUBLIC_BODY)

    made = an_assessment(an_organisation(), related=[region])

    assert made.is_sme is False


def test_what_is_not_there_is_not_found(session) -> None:
    with pytest.raises(NotFound):
        queries.by_ref("SME-1999-0001")
