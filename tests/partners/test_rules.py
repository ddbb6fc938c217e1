"""Names, identifiers, seats and identity of organisations, without a database."""

from dataclasses import dataclass
from datetime import date

import pytest

from portal.core import places
from portal.core.places import Point
from portal.partners.rules import duplicates, identifiers, identity, names, seats
from portal.partners.rules.duplicates import Known
from portal.partners.states import EccpProfile, OrganisationKind

TODAY = date(2026, 3, 10)


def read(country: str, registration: str = "", vat: str = "", pic: str = ""):
    numbers, faults = identifiers.read(
        country=country, registration_number=registration, vat_number=vat, pic=pic
    )
    return numbers, [fault.field for fault in faults]


# Names


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Pôle de compétitivité", "pole de competitivite"),
        ("  Système & Cie  ", "systeme cie"),
        ("SYSTEM@TIC", "systematic"),
        ("Ελένη Παπαδοπούλου", "ελενη παπαδοπουλου"),
        ("Łódź Ştefan Đorđe", "lodz stefan dorde"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("MOV'EO", "mov eo"),
    ],
)
def test_accents_case_and_punctuation_do_not_count(text: str, folded: str) -> None:
    assert names.fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BLUMORPHO SAS", "Blumorpho"),
        ("Blumorpho S.A.S.", "blumorpho"),
        ("Pôle SCS", "POLE  S.C.S."),
        ("Elbe Photonik GmbH", "elbe-photonik"),
    ],
)
def test_the_legal_form_does_not_tell_two_names_apart(one: str, other: str) -> None:
    assert names.name_key(one) == names.name_key(other)


def test_a_name_that_is_only_a_legal_form_keeps_it() -> None:
    assert names.name_key("SA") == "sa"


# Duplicates


def known(legal_name: str, number: str | None = None) -> Known:
    return Known("ORG-2026-0001", legal_name, names.name_key(legal_name), number)


@pytest.mark.parametrize(
    ("typed", "there", "is_likely"),
    [
        ("Aérospace Valley", "AEROSPACE VALLEY", True),
        ("Aerospace Vallley", "Aerospace Valley", True),
        ("Aerospace Valley Toulouse", "Aerospace Valley", False),
        ("Cap Digital", "Cap Energies", False),
    ],
)
def test_nearly_identical_names_are_likely_duplicates(
    typed: str, there: str, is_likely: bool
) -> None:
    found = duplicates.likely(typed, "FR", None, [known(there)])

    assert bool(found) is is_likely


def test_two_establishments_of_one_siren_are_likely_duplicates() -> None:
    there = known("Something else", "404833048")

    found = duplicates.likely("Danone Research", "FR", "40483304800022", [there])

    assert found == [there]


def test_the_question_about_duplicates_is_asked_until_it_is_answered(app) -> None:
    found = [known("Cap Digital")]

    with app.test_request_context():
        asked = duplicates.unanswered(found, answered=False)

        assert [fault.field for fault in asked] == ["not_a_duplicate"]
        assert "Cap Digital (ORG-2026-0001)" in str(asked[0].message)
        assert duplicates.unanswered(found, answered=True) == []


# Identifiers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("552 081 317", "552081317"),
        ("404 833 048 00022", "40483304800022"),
        ("404.833.048-00022", "40483304800022"),
        ("", None),
    ],
)
def test_a_siren_or_siret_is_kept_without_spaces(typed: str, kept: str | None) -> None:
    numbers, wrong = read("FR", typed)

    assert numbers.registration_number == kept
    assert wrong == []


@pytest.mark.parametrize("typed", ["552081318", "40483304800023", "12345", "HRB 1234", "0"])
def test_a_french_number_without_its_check_digit_is_refused(typed: str) -> None:
    assert read("FR", typed)[1] == ["registration_number"]


def test_a_number_of_another_country_keeps_letters_and_digits_only() -> None:
    numbers, wrong = read("DE", "HRB 12.345 / B")

    assert numbers.registration_number == "HRB12345B"
    assert wrong == []
    assert read("DE", "x")[1] == ["registration_number"]


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("FR", "FR 03 552 081 317", "FR03552081317"),
        ("FR", "03552081317", "FR03552081317"),
        ("GR", "EL 094259216", "EL094259216"),
        ("GR", "GR094259216", "EL094259216"),
        ("BE", "BE 0403.019.261", "BE0403019261"),
        ("NL", "004495445B01", "NL004495445B01"),
        ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
        ("BA", "BA123456789012", "BA123456789012"),
    ],
)
def test_a_vat_number_carries_the_prefix_of_its_country(
    country: str, typed: str, kept: str
) -> None:
    numbers, wrong = read(country, vat=typed)

    assert numbers.vat_number == kept
    assert wrong == []


@pytest.mark.parametrize(
    ("country", "typed"),
    [("FR", "FR04552081317"), ("GR", "EL094259217"), ("FR", "BE0403019261"), ("BA", "!")],
)
def test_a_wrong_vat_number_is_refused(country: str, typed: str) -> None:
    assert read(country, vat=typed)[1] == ["vat_number"]


def test_the_vat_number_and_the_siren_name_the_same_firm() -> None:
    assert read("FR", "404833048", "FR03552081317")[1] == ["vat_number"]
    assert read("FR", "552081317", "FR03552081317")[1] == []


@pytest.mark.parametrize(("typed", "right"), [("999 999 999", True), ("99999999", False)])
def test_a_pic_has_nine_digits(typed: str, right: bool) -> None:
    assert (read("FR", pic=typed)[1] == []) is right


# Seats


def test_every_town_of_the_table_is_a_place_in_a_country_served() -> None:
    towns = seats.towns()

    assert len(towns) > 250
    assert {town.country for town in towns} <= set(seats.COUNTRIES)
    assert len({(town.country, names.fold(town.name)) for town in towns}) == len(towns)


#: The participating countries of COSME 2018 (domain 2.3).
PARTICIPATING = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR"),
    *("HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE"),
    *("SI", "SK", "IS", "AL", "BA", "XK", "ME", "MK", "RS", "TR", "AM", "MD", "UA"),
)


@pytest.mark.parametrize("country", PARTICIPATING)
def test_every_participating_country_has_several_towns_near_one_another(country: str) -> None:
    points = [town.point for town in seats.towns() if town.country == country]

    assert len(points) >= 3
    overseas = {"FR": 9_500_000, "ES": 2_500_000, "PT": 1_800_000}
    farthest = max(places.distance_m(points[0], point) for point in points)
    assert farthest < overseas.get(country, 1_300_000)


def test_a_town_is_found_in_any_of_its_languages() -> None:
    assert seats.find_town("bruxelles", "BE") == seats.find_town("Brussels", "BE")
    assert seats.find_town("αθηνα", "GR") == seats.find_town("Athènes", "GR")
    assert seats.find_town("Brussels", "FR") is None


def place(**said):
    asked = {"town": "Toulouse", "country": "FR", "latitude_e6": None, "longitude_e6": None}
    point, faults = seats.point_of(**(asked | said))
    return point, [fault.field for fault in faults]


def test_a_known_town_gives_its_coordinates() -> None:
    assert place() == (Point(43_604_700, 1_444_200), [])


def test_an_unknown_town_asks_for_them() -> None:
    assert place(town="Sainte-Foy-de-Longas") == (None, ["latitude_e6"])
    typed = place(town="Sainte-Foy-de-Longas", latitude_e6=44_840_000, longitude_e6=720_000)
    assert typed == (Point(44_840_000, 720_000), [])


def test_one_coordinate_is_not_enough() -> None:
    assert place(latitude_e6=43_600_000) == (None, ["longitude_e6"])
    assert place(longitude_e6=1_440_000) == (None, ["latitude_e6"])


def test_coordinates_far_from_the_town_are_refused(app) -> None:
    with app.test_request_context():
        near = place(latitude_e6=43_700_000, longitude_e6=1_500_000)[1]
        far = place(latitude_e6=1_444_200, longitude_e6=43_604_700)[1]

    assert (near, far) == ([], ["latitude_e6"])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("48.8566", 48_856_600), ("48,8566", 48_856_600), ("-3", -3_000_000), ("−3.5", -3_500_000)],
)
def test_degrees_are_typed_with_a_dot_or_a_comma(typed: str, kept: int) -> None:
    assert seats.degrees(typed, most=90) == kept


@pytest.mark.parametrize("typed", ["", "north", "90.1", "-91", "NaN", "1e9", "48°51'"])
def test_anything_else_is_no_degrees(typed: str) -> None:
    with pytest.raises(ValueError, match=r"decimal|range"):
        seats.degrees(typed, most=90)


@pytest.mark.parametrize(
    ("millionths", "text"), [(48_856_600, "48.8566"), (-20_000_000, "-20"), (0, "0")]
)
def test_degrees_are_shown_without_zeros_at_the_end(millionths: int, text: str) -> None:
    assert seats.degrees_text(millionths) == text


@pytest.mark.parametrize(
    ("region", "country", "right"),
    [("FRE1", "FR", True), ("", "FR", True), ("EL30", "GR", True), ("GR30", "GR", False),
     ("UKI3", "GB", True), ("FR1", "FR", False)],
)  # fmt: skip
def test_a_nuts_2_region_begins_with_its_country(region: str, country: str, right: bool) -> None:
    assert (seats.region_faults(region, country) == []) is right


def test_countries_far_away_are_not_served() -> None:
    assert seats.country_faults("FR") == []
    assert [fault.field for fault in seats.country_faults("BR")] == ["country"]


# Identity and clusters


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({"legal_name": "x"}, True),
        ({"country": "BE"}, True),
        ({"pic": None, "town": "Lyon"}, True),
        ({"town": "Lyon", "street": "x", "legal_group": "y"}, False),
        ({}, False),
    ],
)
def test_a_change_of_what_was_verified_asks_for_a_new_verification(
    changed: dict[str, object], again: bool
) -> None:
    assert identity.must_be_verified_again(changed) is again


def test_only_what_differs_is_a_change() -> None:
    assert identity.changes({"a": 1, "b": 2}, {"a": 1, "b": 3}) == {"b": 3}


@pytest.mark.parametrize(
    ("kind", "profile", "right"),
    [
        (OrganisationKind.CLUSTER, EccpProfile.YES, True),
        (OrganisationKind.SSO, EccpProfile.REQUESTED, True),
        (OrganisationKind.SME, EccpProfile.NO, True),
        (OrganisationKind.SME, EccpProfile.YES, False),
        (OrganisationKind.PUBLIC, EccpProfile.REQUESTED, False),
    ],
)
def test_only_clusters_networks_and_support_organisations_are_profiled(
    kind: OrganisationKind, profile: EccpProfile, right: bool
) -> None:
    assert (identity.kind_faults(kind, profile) == []) is right


@dataclass
class ALink:
    cluster_id: int
    valid_from: date
    valid_to: date | None = None


@pytest.mark.parametrize(
    ("cluster", "kind", "since", "links", "fields"),
    [
        (2, OrganisationKind.CLUSTER, TODAY, [], []),
        (2, OrganisationKind.NETWORK, date(1990, 1, 1), [], []),
        (1, OrganisationKind.CLUSTER, TODAY, [], ["cluster"]),
        (2, OrganisationKind.SME, TODAY, [], ["cluster"]),
        (2, OrganisationKind.CLUSTER, date(2026, 3, 11), [], ["valid_from"]),
        (2, OrganisationKind.CLUSTER, date(1989, 12, 31), [], ["valid_from"]),
        (2, OrganisationKind.CLUSTER, TODAY, [ALink(2, date(2020, 1, 1))], ["valid_from"]),
        (2, OrganisationKind.CLUSTER, TODAY, [ALink(2, date(2020, 1, 1), TODAY)], ["valid_from"]),
        (2, OrganisationKind.CLUSTER, TODAY, [ALink(2, date(2020, 1, 1), date(2026, 3, 9))], []),
        (2, OrganisationKind.CLUSTER, TODAY, [ALink(3, date(2020, 1, 1))], []),
    ],
)
def test_a_membership_names_a_cluster_and_a_time_of_its_own(
    app, cluster: int, kind: OrganisationKind, since: date, links: list[ALink], fields: list[str]
) -> None:
    with app.test_request_context():
        faults = identity.link_faults(
            cluster, kind, since, organisation_id=1, links=links, today=TODAY
        )

    assert [fault.field for fault in faults] == fields


@pytest.mark.parametrize(
    ("last", "right"),
    [(TODAY, True), (date(2026, 1, 1), True), (date(2025, 12, 31), False),
     (date(2026, 3, 11), False)],
)  # fmt: skip
def test_a_membership_ends_after_it_began_and_not_in_the_future(
    app, last: date, right: bool
) -> None:
    with app.test_request_context():
        faults = identity.unlink_faults(date(2026, 1, 1), last, today=TODAY)

    assert (faults == []) is right
