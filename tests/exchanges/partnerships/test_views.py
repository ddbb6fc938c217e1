"""The page of a partnership, the list of visits and the sheet, as people open them."""

from decimal import Decimal

import pytest

from portal.exchanges.partnerships import queries
from portal.exchanges.states import State
from tests.exchanges.builders import a_world, at
from tests.exchanges.partnerships.builders import FUNCHAL, a_host, a_scene, a_visit
from tests.exchanges.surroundings import TODAY
from tests.reading import flat, read_csv_rows, read_page, read_pdf, read_workbook


@pytest.fixture
def scene(session):
    found = a_scene()
    with at():
        yield found


def address(scene, rest=""):
    return f"/projects/{scene.world.project.ref}/partnership{rest}"


def opened(scene, sign_in_as, rest="", who="payer", language="en"):
    person = scene.world.people[who]
    person.language = language
    client = sign_in_as(person)
    return client.get(address(scene, rest))


def test_a_manager_finds_money_visits_deadlines_and_places(scene, sign_in_as):
    answer = opened(scene, sign_in_as, "?month=2026-10")

    text = read_page(answer.data).text
    assert answer.status_code == 200
    for words in ("Worst case", "Visits by state", "Visits in October 2026", "End of the time"):
        assert words in text
    assert scene.visits[State.AGREED].ref in text
    assert 'aria-labelledby="journeys-title"' in answer.text


def test_the_calendar_leads_to_the_months_beside_it(scene, sign_in_as):
    page = read_page(opened(scene, sign_in_as, "?month=2026-12").data)

    beside = [link for link in page.links if "month=" in link]
    assert [link.partition("month=")[2] for link in beside] == [
        "2026-11#calendar",
        "2027-01#calendar",
    ]
    assert "No visit takes place in this month." in page.text


def test_an_address_with_no_month_shows_the_current_one(scene, sign_in_as):
    client = sign_in_as(scene.world.people["payer"])

    for month in ("2026-13", "x" * 500, "0000-00", "٢٠٢٦-١٠", "\x00"):
        answer = client.get(address(scene), query_string={"month": month})

        assert answer.status_code == 200
        assert "2026-08#calendar" in answer.text


# The scene takes a second to make: everybody comes to the same one.
def test_others_do_not_even_learn_that_it_exists(scene, sign_in_as):
    for who in ("visitor", "host", "receiver", "stranger"):
        for rest in ("", "/visits", "/indicators"):
            assert opened(scene, sign_in_as, rest, who).status_code == 404, (who, rest)


def test_managers_officers_and_auditors_read_all(scene, sign_in_as):
    for who in ("payer", "officer", "auditor"):
        for rest in ("", "/visits", "/indicators"):
            assert opened(scene, sign_in_as, rest, who).status_code == 200, (who, rest)


def test_the_list_holds_every_visit_and_its_sum_is_the_ledgers(scene, sign_in_as):
    a_visit(scene.world, "=cmd|' /C calc'!A0")

    rows = read_csv_rows(opened(scene, sign_in_as, "/visits").data)

    money = queries.sheet(scene.world.project, TODAY).figures
    assert [row["Exchange"] for row in rows[:5]] == [one.ref for one in scene.visits.values()]
    assert rows[-2]["Visitor"] == "'=cmd|' /C calc'!A0"
    assert rows[-1]["Held or earned"] == f"{money.engaged_cents / 100:.2f}"
    amounts = [row["Held or earned"] for row in rows[:-1]]
    assert sum(round(float(each) * 100) for each in amounts) == money.engaged_cents
    assert rows[3]["State"] == "Validated"
    assert rows[0]["Visitor’s country"] == "France"


def test_the_list_in_french_is_what_a_french_spreadsheet_opens(scene, sign_in_as):
    rows = read_csv_rows(opened(scene, sign_in_as, "/visits", language="fr").data)

    money = queries.sheet(scene.world.project, TODAY).figures
    assert rows[0]["Pays de départ"] == "France"
    assert f"{money.engaged_cents / 100:.2f}".replace(".", ",") in rows[-1].values()


def test_the_sheet_says_the_same_in_both_languages(scene, sign_in_as):
    english, french = (
        read_pdf(opened(scene, sign_in_as, f"/indicators?language={code}").data)
        for code in ("en", "fr")
    )

    sheet = queries.sheet(scene.world.project, TODAY)
    assert english.has("Indicators of CLAMTEX")
    assert english.has("Worst case")
    assert french.has("Indicateurs du partenariat CLAMTEX")
    assert french.has("Hypothèse maximale")
    for found in (english, french):
        assert sheet.fingerprint in flat(found.text)
        assert scene.visits[State.AGREED].ref in found.text


def test_the_sheet_of_the_same_figures_is_the_same_file(scene, sign_in_as):
    first, second = (opened(scene, sign_in_as, "/indicators").data for _ in range(2))

    assert first == second


def test_a_place_beyond_the_map_is_said_and_stands_in_the_table(session, sign_in_as):
    world = a_world()
    funchal = a_host(world, "Madeira Linho", town="Funchal", place=FUNCHAL)
    a_visit(world, "Islander", host=funchal)

    with at():
        page = sign_in_as(world.people["payer"]).get(f"/projects/{world.project.ref}/partnership")

    text = read_page(page.data).text
    assert "j-line" not in page.text
    assert "Funchal, Portugal" in text
    assert "1 visit leads from or to a place beyond the edges of the map" in text


def test_the_workbook_holds_the_same_and_computes_nothing(scene, sign_in_as):
    a_visit(scene.world, "=cmd|' /C calc'!A0")

    answer = opened(scene, sign_in_as, "/visits?format=xlsx")

    rows, formulas = read_workbook(answer.data)
    money = queries.sheet(scene.world.project, TODAY).figures
    assert answer.headers["Content-Disposition"].endswith(".xlsx")
    assert rows[0][:2] == ["Exchange", "State"]
    assert [row[0] for row in rows[1:6]] == [one.ref for one in scene.visits.values()]
    assert rows[-2][2] == "=cmd|' /C calc'!A0"
    held = rows[0].index("Held or earned")
    assert Decimal(rows[-1][held]) * 100 == money.engaged_cents
    assert sum(Decimal(row[held]) for row in rows[1:-1]) * 100 == money.engaged_cents
    assert not formulas


def test_the_same_workbook_is_the_same_file(scene, sign_in_as):
    first, second = (opened(scene, sign_in_as, "/visits?format=xlsx").data for _ in range(2))

    assert first == second
