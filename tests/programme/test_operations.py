"""The reference tables: loaded once, corrected by new rows, never overwritten."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import trail_of
from portal.core.actors import SYSTEM, Role
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.programme import operations, queries
from tests.builders import an_actor
from tests.programme.builders import a_programme

OFFICER = an_actor(Role.OFFICER)


def test_load_reference_gives_both_programmes_their_rates_and_countries(session):
    operations.load_reference(actor=SYSTEM)

    cosme, h2020 = queries.by_code("COSME"), queries.by_code("H2020")
    assert (cosme.funding_rate_bp, cosme.indirect_rate_bp) == (7_500, 700)
    assert (h2020.funding_rate_bp, h2020.indirect_rate_bp) == (7_000, 2_500)
    assert len(queries.participating_countries(cosme.id, date(2019, 4, 4))) == 39
    assert queries.participating_countries(h2020.id, date(2019, 4, 4)) == (
        queries.participating_countries(cosme.id, date(2019, 4, 4))
    )


def test_the_united_kingdom_takes_part_until_the_end_of_2020(session):
    operations.load_reference(actor=SYSTEM)
    cosme = queries.by_code("COSME").id

    assert queries.participates(cosme, "GB", date(2020, 12, 31))
    assert not queries.participates(cosme, "GB", date(2021, 1, 1))
    assert not queries.participates(cosme, "NO", date(2020, 1, 1))


def test_load_reference_twice_changes_nothing(session):
    operations.load_reference(actor=SYSTEM)

    assert operations.load_reference(actor=SYSTEM) == []
    assert len(queries.all_programmes()) == 2
    assert len(trail_of("COSME")) == 1


def test_add_participation_ends_one_by_a_newer_row(session):
    programme = a_programme("FR", "GB")

    operations.add_participation(
        programme,
        country="gb",
        valid_from=date(2014, 1, 1),
        valid_to=date(2020, 12, 31),
        source="Withdrawal Agreement, Article 126",
        actor=OFFICER,
    )

    assert queries.participating_countries(programme.id, date(2019, 1, 1)) == ["FR", "GB"]
    assert queries.participating_countries(programme.id, date(2021, 1, 1)) == ["FR"]
    assert len(queries.participations_of(programme.id)) == 3
    assert trail_of(programme.ref)[0].reason == "Withdrawal Agreement, Article 126"


def test_add_participation_takes_greece_under_either_code(session):
    programme = a_programme("EL")

    assert queries.participates(programme.id, "GR", date(2026, 1, 1))


@pytest.mark.parametrize("country", ["XX", "EU", "France"])
def test_add_participation_refuses_what_is_no_country(session, country):
    with pytest.raises(RuleBroken):
        a_programme(country)


def test_the_database_refuses_to_overwrite_a_participation(session):
    a_programme()

    with pytest.raises(IntegrityError):
        session.execute(text("update participation set valid_to = '2020-12-31'"))


def test_edit_keeps_the_old_values_in_the_trail(session):
    programme = a_programme()

    operations.edit(
        programme,
        name_en="Renamed",
        name_fr="Renommé",
        funding_rate_bp=8_000,
        indirect_rate_bp=700,
        reason="Corrigendum of 31 January 2019",
        actor=OFFICER,
    )

    entry = trail_of(programme.ref)[0]
    assert (entry.before["funding_rate_bp"], entry.after["funding_rate_bp"]) == (7_500, 8_000)
    assert entry.reason == "Corrigendum of 31 January 2019"


def test_a_code_is_used_once(session):
    a_programme(code="COSME")

    with pytest.raises(IntegrityError):
        a_programme(code="cosme")


def test_a_programme_nobody_knows_is_not_found(session):
    with pytest.raises(NotFound):
        queries.by_code("FP5")


@pytest.mark.parametrize("role", [None, Role.ADMIN, Role.MANAGER, Role.AUDITOR, Role.ACCOUNTANT])
def test_only_officers_keep_the_reference_tables(session, role):
    actor = an_actor(*([role] if role else []))

    with pytest.raises(NotAllowed):
        operations.load_reference(actor=actor)
