"""In which system the coordinates of a layer are."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.errors import CRSMismatchError
from geo.ingest.layers import open_layer
from geo.ingest.placing import Placing, place
from geo.ingest.report import Journal
from geo.ingest.vectors import read_rows

CITY_GRID = (
    'LOCAL_CS["宁波城建坐标系",LOCAL_DATUM["x",32767],UNIT["metre",1],AXIS["Northing",NORTH],AXIS["Easting",EAST]]'
)


def placed(path: Path, **said: object) -> tuple[int | None, list[str]]:
    opened = open_layer(path, layer=None, usual=frozenset())
    journal = Journal(opened.file, opened.shown)
    _, geometry = read_rows(opened, [], journal)
    crs, _ = place(opened, geometry, journal, Placing(**said))  # type: ignore[typeddict-item]  # a test says anything
    return crs.to_epsg(), [str(note["code"]) for note in journal.notes]


def refusal(path: Path, **said: object) -> CRSMismatchError:
    with pytest.raises(CRSMismatchError) as caught:
        placed(path, **said)
    return caught.value


def test_what_is_declared_is_taken_without_a_word(write_layer, square) -> None:
    assert placed(write_layer([square()], id=["A"])) == (4549, [])
    assert placed(write_layer([square()], id=["A"]), crs="EPSG:4549") == (4549, [])


def test_the_option_names_the_system_of_a_file_without_one_and_that_is_noted(write_layer, square) -> None:
    path = write_layer([square()], crs=None, id=["A"])
    assert placed(path, crs="EPSG:4549") == (4549, ["ingest.crs_by_option"])


def test_an_option_that_contradicts_the_file_is_an_error(write_layer, square, sentence) -> None:
    error = refusal(write_layer([square()], id=["A"]), crs="EPSG:4547")
    assert "declares EPSG:4549, which contradicts the option EPSG:4547" in sentence(error)


def test_an_option_goes_before_a_declaration_in_which_nothing_can_be(write_layer, square) -> None:
    prefixed = shapely.transform(square(), lambda corners: np.add(corners, (40_000_000, 0)))
    path = write_layer([prefixed, None], crs=4549, id=["A", "B"])
    assert placed(path, crs="EPSG:4528") == (4528, ["ingest.crs_overruled"])
    assert refusal(path, crs="EPSG:4490").code == "ingest.crs_contradicts"  # nothing can be in that either
    assert refusal(path, crs="EPSG:0").code == "ingest.unknown_crs"
    mixed = write_layer([prefixed, square()], crs=4549, id=["A", "B"])
    assert refusal(mixed, crs="EPSG:4528").code == "ingest.crs_contradicts"  # one row fits what is declared
    assert refusal(write_layer([None], crs=4549, id=["A"]), crs="EPSG:4528").code == "ingest.crs_contradicts"


def test_geojsons_own_default_gives_way_to_the_option_and_a_written_system_does_not(
    write_layer, square, tmp_path: Path
) -> None:
    written = write_layer([square()], "a.geojson", id=["A"])
    text = json.loads(written.read_text("utf-8"))
    assert text.pop("crs")
    silent = tmp_path / "b.geojson"
    silent.write_text(json.dumps(text), "utf-8")
    assert placed(silent) == (4326, [])
    assert placed(silent, crs="EPSG:4549") == (4549, ["ingest.crs_by_option"])
    assert refusal(written, crs="EPSG:4490").code == "ingest.crs_contradicts"


@pytest.mark.parametrize(
    ("shift", "near", "expected"),
    [
        ((40_000_000, 0), None, ("ingest.no_crs_guess", "looks like EPSG:4528")),
        ((0, 0), None, ("ingest.no_crs_zone", "--near")),
        ((0, 0), (120.1, 29.9), ("ingest.no_crs_guess", "--crs EPSG:4549")),
        ((-430_000, -3_250_000), None, ("ingest.no_crs", "Add the .prj")),
    ],
)
def test_without_a_system_what_it_looks_like_is_offered_and_not_taken(
    write_layer, square, sentence, *, shift, near, expected: tuple[str, str]
) -> None:
    moved = shapely.transform(square(), lambda corners: np.add(corners, shift))
    error = refusal(write_layer([moved], "a.shp", crs=None, id=["A"]), near=near)
    assert error.code == expected[0]
    assert expected[1] in sentence(error)


def test_a_citys_own_grid_is_refused_by_its_name(write_layer, square, sentence) -> None:
    path = write_layer([square()], "a.shp", id=["A"])
    path.with_suffix(".prj").write_text(CITY_GRID, "utf-8")
    error = refusal(path)
    assert error.code == "ingest.local_grid"
    assert "宁波城建坐标系" in sentence(error)
    assert placed(path, crs="EPSG:4549") == (4549, ["ingest.crs_by_option"])


@pytest.mark.parametrize("code", [2385, 2437, 4610, 4214, 4555])
def test_old_datums_are_refused_at_the_door(write_layer, square, sentence, code: int) -> None:
    outline = shapely.box(121, 29, 121.001, 29.001) if code in (4610, 4214, 4555) else square()
    error = refusal(write_layer([outline], crs=code, id=["A"]))
    assert error.code == "ingest.old_datum"
    assert f"EPSG:{code}" in sentence(error)


def test_layers_of_one_file_may_be_in_different_systems(write_layer, square) -> None:
    path = write_layer([square()], layer="a", id=["A"])
    write_layer([shapely.box(121, 29, 121.001, 29.001)], layer="b", crs=4490, id=["A"])
    found = []
    for name in ("a", "b"):
        opened = open_layer(path, layer=name, usual=frozenset())
        crs, _ = place(opened, np.array([square()]), Journal(path), {})
        found.append(crs.to_epsg())
    assert found == [4549, 4490]
