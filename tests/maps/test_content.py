import pytest

from geo.errors import CRSMismatchError, SchemaError
from geo.locale import say
from geo.maps.content import check_content


def refusal(content):
    with pytest.raises((SchemaError, CRSMismatchError)) as refused:
        check_content(content)
    return refused.value


def test_a_whole_county_passes(content):
    check_content(content)


@pytest.mark.parametrize(
    ("part", "column"),
    [
        ("parcels", "parcel_id"),
        ("findings", "standing"),
        ("observations", "built_fraction_low"),
        ("changes", "not_after"),
    ],
)
def test_a_missing_column_is_refused_by_name(content, make_county, part, column):
    error = refusal(make_county(**{part: getattr(content, part).drop(columns=column)}))
    assert (error.code, error.params) == ("map.no_column", {"layer": part, "column": column})


@pytest.mark.parametrize("part", ["parcels", "footprints"])
def test_metres_are_refused(content, make_county, part):
    error = refusal(make_county(**{part: getattr(content, part).to_crs(4547)}))
    assert (error.code, error.params) == ("map.not_lon_lat", {"layer": part, "crs": "EPSG:4547"})


def test_geometries_without_a_coordinate_system_are_refused(content, make_county):
    assert refusal(make_county(parcels=content.parcels.set_crs(None, allow_override=True))).code == "map.not_lon_lat"


def test_a_parcel_that_stands_twice_is_refused(content, make_county):
    parcels = content.parcels.copy()
    parcels.loc[3, "parcel_id"] = parcels.loc[2, "parcel_id"]
    assert refusal(make_county(parcels=parcels)).params == {"parcel": "441422-2023-003"}


def test_a_finding_of_a_parcel_that_is_not_there_is_refused(content, make_county):
    error = refusal(make_county(parcels=content.parcels.iloc[1:]))
    assert (error.code, error.params["value"]) == ("map.finding_without_parcel", "441422-2021-001")


def test_an_instrument_whose_adoption_nobody_described_is_refused(content, make_county):
    instruments = {"measures": content.instruments["measures"]}
    error = refusal(make_county(instruments=instruments))
    assert (error.code, error.params["value"]) == ("map.finding_without_instrument", "dabu-draft")


def test_an_outcome_that_is_none_of_three_is_refused(content, make_county):
    findings = content.findings.assign(outcome="maybe")
    assert refusal(make_county(findings=findings)).code == "map.unknown_outcome"


def test_every_refusal_has_a_sentence_in_both_languages():
    for code in ("no_column", "not_lon_lat", "parcel_twice", "finding_without_parcel", "finding_without_instrument"):
        for language in ("zh", "en"):
            assert say(f"map.{code}", language, crs="x", parcel="x", value="x")
