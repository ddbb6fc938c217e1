"""Reads of projects: who waits for what, what the clock tells, direct beneficiaries."""

from datetime import timedelta

from sqlalchemy import select

from portal.calls.states import State as CallState
from portal.core import clock
from portal.projects import operations, queries
from portal.projects.models import Project
from portal.projects.states import ENDED, RUNNING, State
from tests.partners.builders import a_person, acting, an_organisation
from tests.projects.builders import (
    a_call,
    a_cast,
    a_listed_proposal,
    a_project,
    an_award,
    an_officer,
)


def test_an_agreement_waits_on_the_desks_of_both_sides_until_they_sign(session):
    cast = a_cast()
    project, officer = an_award(cast), an_officer()
    assert [task.ref for task in queries.tasks_for(cast.coordinator)] == [project.ref]
    assert [task.ref for task in queries.tasks_for(officer)] == [project.ref]

    operations.sign(project, actor=officer)

    assert [task.ref for task in queries.tasks_for(cast.coordinator)] == [project.ref]
    assert queries.tasks_for(officer) == []
    assert queries.tasks_for(cast.partner) == []


def test_that_a_project_is_running_or_ended_follows_from_the_clock(session):
    project = a_project()

    assert queries.badge(project, project.starts_on - timedelta(days=1)).label == "Signed"
    assert queries.badge(project, project.starts_on) is RUNNING
    assert queries.badge(project, project.ends_on) is RUNNING
    assert queries.badge(project, project.ends_on + timedelta(days=1)) is ENDED


def test_a_partner_of_a_partnership_is_a_direct_beneficiary(session):
    cast = a_cast()
    project = a_project(cast)
    vouchers_only = a_cast()
    a_project(vouchers_only, costs=((0, "vouchers", 1_000_000, True),), indirect_cents=0)

    assert queries.is_direct_beneficiary(cast.clusters[1].id)
    assert not queries.is_direct_beneficiary(vouchers_only.clusters[0].id)
    assert not queries.is_direct_beneficiary(an_organisation().id)
    assert project in queries.with_exchanges()


def test_a_manager_finds_the_projects_of_the_own_consortium(session):
    cast = a_cast()
    project = a_project(cast)
    a_project()

    assert queries.managed_by(cast.partner) == [project]
    assert queries.managed_by(acting(cast.people[0])) == []
    assert queries.managed_by(acting(a_person())) == []


def test_a_search_finds_by_words_reference_and_state(session):
    project = a_project()
    every = queries.search(select(Project))

    def found(**asked):
        return session.scalars(queries.search(select(Project), **asked)).all()

    assert project in session.scalars(every)
    assert found(text=project.ref.lower()) == [project]
    assert found(text=project.acronym[:5].lower()) == [project]
    assert found(state=State.SUSPENDED) == []
    assert clock.today() >= project.starts_on


def test_a_grant_waits_on_the_desk_of_an_officer_until_it_is_awarded(session):
    officer = an_officer()
    proposal = a_listed_proposal()
    a_listed_proposal(call=a_call(state=CallState.DECIDED, informed_at=None))
    assert [task.ref for task in queries.tasks_for(officer)] == [proposal.ref]
    assert queries.to_award(acting(a_person())) == []

    project = operations.award(proposal, starts_on=clock.today(), actor=officer)

    assert [task.ref for task in queries.tasks_for(officer)] == [project.ref]
