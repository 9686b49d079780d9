"""Parameters a bureau has for its old or local grid."""

import math
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo.errors import CRSMismatchError, GeoError, SchemaError
from geo.ingest.parcels import read_parcels
from geo.ingest.transforms import check_source, fit_plane, read_transform, transform_outlines

PLANE = "[plane]\nd_north_m = 3250000.0\nd_east_m = 450000.0\nrotation_s = 3600.0\nscale_ppm = 20.0\n"
HELMERT = (
    "[helmert]\ndx_m = {dx}\ndy_m = 0\ndz_m = 0\nrx_s = 0\nry_s = 0\nrz_s = {rz}\nscale_ppm = {ppm}\n"
    'convention = "{convention}"\n'
)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def text(*tables: str, source: str = "local", target: str = "EPSG:4549") -> Path:
        path = tmp_path / "转换.toml"
        path.write_text(f'source = "{source}"\ntarget = "{target}"\n' + "".join(tables), "utf-8")
        return path

    return text


def point(name: str, source: tuple[float, float], target: tuple[float, float]) -> str:
    return (
        f'[[control_point]]\nname = "{name}"\nsource_north = {source[0]}\nsource_east = {source[1]}\n'
        f"target_north = {target[0]}\ntarget_east = {target[1]}\n"
    )


def turned(east: float, north: float) -> tuple[float, float]:
    """Say where a place of the local grid lies by the formula of the four parameters; east and north."""
    angle, scale = math.radians(1), 1 + 20e-6
    return (
        450_000 + scale * (north * math.sin(angle) + east * math.cos(angle)),
        3_250_000 + scale * (north * math.cos(angle) - east * math.sin(angle)),
    )


def test_four_parameters_turn_scale_and_move(write: Write) -> None:
    transform = read_transform(write(PLANE))
    found = transform.apply(np.array([[0.0, 0.0], [1000.0, 0.0], [70_000.0, 50_000.0]]))
    assert found[0].tolist() == [450_000, 3_250_000]
    # a place 1000 m east of the origin, turned by one degree from north to east, comes to lie south of east
    assert found[1].tolist() == pytest.approx(
        [450_000 + 1000.02 * math.cos(math.radians(1)), 3_250_000 - 1000.02 * math.sin(math.radians(1))]
    )
    assert found[2].tolist() == pytest.approx(turned(70_000, 50_000), abs=1e-6)
    assert transform.source is None
    assert transform.target.to_epsg() == 4549


def test_a_parcel_in_a_city_grid_comes_out_where_it_should(write: Write, write_layer, said) -> None:
    path = write_layer([shapely.box(70_000, 50_000, 70_020, 50_020)], crs=None, id=["A"])
    intake = read_parcels(path, transform=write(PLANE))
    assert intake.taken.crs.to_epsg() == 4549
    corners = shapely.get_coordinates(intake.taken.geometry.to_numpy())
    expected = np.array([turned(x, y) for x, y in shapely.box(70_000, 50_000, 70_020, 50_020).exterior.coords])
    assert np.abs(corners - expected).max() < 1e-6
    assert intake.taken["area_m2"][0] == pytest.approx(400 * (1 + 20e-6) ** 2, rel=1e-9)
    assert said(intake) == ([(None, "ingest.transformed")], [])
    assert intake.notes["params"][0]["parameters"] == "转换.toml"


def seven(source: str, **numbers: object) -> str:
    return HELMERT.format(**({"dx": 0, "rz": 0, "ppm": 0, "convention": "coordinate_frame"} | numbers))


def test_seven_zeros_between_two_ellipsoids_keep_the_place_on_the_globe(write: Write) -> None:
    # with the earth's centre in common a place keeps its geocentric coordinates: pyproj by itself is the reference
    transform = read_transform(write(seven("EPSG:2385"), source="EPSG:2385"))
    [found] = transform.apply(np.array([[500_000.0, 3_300_000.0]]))
    old = CRS("+proj=geocent +a=6378140 +rf=298.257 +type=crs")
    geographic = CRS("+proj=longlat +a=6378140 +rf=298.257 +type=crs")
    lon, lat = Transformer.from_crs(2385, CRS(2385).geodetic_crs, always_xy=True).transform(500_000, 3_300_000)
    x, y, z = Transformer.from_crs(geographic, old, always_xy=True).transform(lon, lat, 0)
    lon, lat, _ = Transformer.from_crs(4479, 4480, always_xy=True).transform(x, y, z)
    expected = Transformer.from_crs(4490, 4549, always_xy=True).transform(lon, lat)
    assert found.tolist() == pytest.approx(expected, abs=1e-4)


def test_a_turn_about_the_axis_of_the_earth_moves_east_or_west_by_its_convention(write: Write) -> None:
    def east_of(convention: str) -> float:
        path = write(seven("EPSG:2385", rz=10, convention=convention), source="EPSG:2385")
        return float(read_transform(path).apply(np.array([[500_000.0, 3_300_000.0]]))[0, 0])

    radius = 6_378_137 * math.cos(math.radians(29.8186))  # of the parallel, within a thousandth
    arc = math.radians(10 / 3600) * radius
    assert east_of("position_vector") == pytest.approx(500_000 + arc, rel=0, abs=2)
    assert east_of("coordinate_frame") == pytest.approx(500_000 - arc, rel=0, abs=2)


def test_an_old_datum_with_parameters_is_taken_and_without_is_refused(write: Write, write_layer, square, said) -> None:
    path = write_layer([square()], crs=2385, id=["A"])
    with pytest.raises(CRSMismatchError) as caught:
        read_parcels(path)
    assert caught.value.code == "ingest.old_datum"
    intake = read_parcels(path, transform=write(seven("EPSG:2385", dx=-100), source="EPSG:2385"))
    assert intake.taken.crs.to_epsg() == 4549
    assert intake.taken["area_m2"][0] == pytest.approx(400, rel=1e-4)
    assert said(intake) == ([(None, "ingest.transformed")], [])


def test_control_points_give_the_four_parameters_and_their_residuals(write: Write, write_layer, said) -> None:
    places = [(50_000, 70_000), (50_000, 71_000), (51_000, 70_000), (52_000, 73_000)]  # north, east
    points = [point(f"D{at}", (north, east), turned(east, north)[::-1]) for at, (north, east) in enumerate(places)]
    path = write_layer([shapely.box(70_000, 50_000, 70_020, 50_020)], crs=None, id=["A"])
    intake = read_parcels(path, transform=write(*points))
    corners = shapely.get_coordinates(intake.taken.geometry.to_numpy())
    expected = np.array([turned(x, y) for x, y in shapely.box(70_000, 50_000, 70_020, 50_020).exterior.coords])
    assert np.abs(corners - expected).max() < 1e-6
    assert said(intake)[0] == [(None, "ingest.control_points"), (None, "ingest.transformed")]
    assert intake.notes["params"][0] | {"name": ""} == {
        "file": path.name,
        "layer": "parcels",
        "count": 4,
        "rms": "0.000",
        "worst": "0.000",
        "name": "",
    }


def test_the_residual_of_a_point_is_said_and_a_large_one_refuses_all(write: Write, sentence) -> None:
    # four points of a square, one of them 0.4 m off: the parameters take a share, 0.1 m is left or more
    places = [(0, 0), (0, 1000), (1000, 0), (1000, 1000)]
    points = [point(f"D{at}", place, place) for at, place in enumerate(places[:3])]
    off = point("坏点", places[3], (1000.4, 1000))
    loose = read_transform(write("max_residual_m = 0.5\n", *points, off))
    [(code, params)] = loose.notes
    # by symmetry: the mean moves 0.1 m north, a quarter of the error turns and a quarter scales the square
    residual = np.array(
        [
            np.hypot(
                *(loose.apply(np.array([[east, north]], dtype=float))[0] - (east, north + (0.4 if at == 3 else 0)))
            )
            for at, (north, east) in enumerate(places)
        ]
    )
    assert code == "ingest.control_points"
    assert params["worst"] == f"{residual.max():.3f}"
    assert params["rms"] == f"{np.sqrt(np.mean(residual**2)):.3f}"
    with pytest.raises(CRSMismatchError) as caught:
        read_transform(write(*points, off))
    assert caught.value.code == "ingest.control_points_disagree"
    assert "over 0.1 m" in sentence(caught.value)


def test_two_points_fit_without_residual_and_that_is_said_to_prove_nothing(write: Write) -> None:
    transform = read_transform(write(point("a", (0, 0), (5, 5)), point("b", (1000, 0), (1005, 5))))
    assert [code for code, _ in transform.notes] == ["ingest.control_points_unchecked"]


@settings(max_examples=50)
@given(
    st.floats(-3, 3),
    st.floats(0.99, 1.01),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=8, unique=True),
)
def test_points_that_follow_four_parameters_leave_nothing(angle: float, scale: float, places) -> None:
    source = np.array(places, dtype=float) * 1000
    turn = scale * np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    apply, residual_m = fit_plane(source, source @ turn + (500_000, 3_300_000))
    assert residual_m.max() < 1e-6
    assert np.abs(apply(np.zeros((1, 2))) - (500_000, 3_300_000)).max() < 1e-5


@pytest.mark.parametrize(
    ("tables", "options", "key"),
    [
        ([], {}, "plane, helmert, control_point"),
        ([PLANE, seven("x")], {"source": "EPSG:2385"}, "plane, helmert, control_point"),
        ([PLANE.replace("d_north_m", "dn")], {}, "dn"),
        ([PLANE.replace("scale_ppm = 20.0\n", "")], {}, "scale_ppm"),
        ([PLANE.replace("20.0", "true")], {}, "scale_ppm"),
        ([PLANE.replace("20.0", "nan")], {}, "scale_ppm"),
        ([PLANE.replace("20.0", '"20"')], {}, "scale_ppm"),
        (["wild = 1\n", PLANE], {}, "wild"),
        ([seven("x", convention="left")], {"source": "EPSG:2385"}, "convention"),
        ([seven("x")], {"source": "local"}, "source"),
        ([point("a", (0, 0), (0, 0))], {}, "control_point"),
        ([point("a", (0, 0), (0, 0)), point("b", (0, 0), (1, 1))], {}, "control_point"),
        (['max_residual_m = "x"\n', point("a", (0, 0), (0, 0)), point("b", (9, 0), (9, 0))], {}, "max_residual_m"),
        (["plane = 3\n"], {}, "d_north_m"),
        (["control_point = 3\n"], {}, "control_point"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_names_the_key(write: Write, tables, options, key: str, sentence) -> None:
    with pytest.raises(SchemaError) as caught:
        read_transform(write(*tables, **options))
    assert caught.value.code == "ingest.transform_key"
    assert caught.value.params["key"] == key
    assert key in sentence(caught.value)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("=", "ingest.unreadable"),
        ('target = "EPSG:4549"\n' + PLANE, "ingest.transform_key"),
        ('source = "local"\ntarget = "EPSG:0"\n' + PLANE, "ingest.unknown_crs"),
        ('source = "EPSG:0"\ntarget = "EPSG:4549"\n' + PLANE, "ingest.unknown_crs"),
        ('source = "local"\ntarget = "EPSG:2385"\n' + PLANE, "ingest.old_datum"),
        (None, "ingest.unreadable"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, content: str | None, code: str, sentence) -> None:
    if content is not None:
        (tmp_path / "t.toml").write_text(content, "utf-8")
    with pytest.raises(GeoError) as caught:
        read_transform(tmp_path / "t.toml")
    assert caught.value.code == code
    assert "t.toml" in sentence(caught.value)


def test_parameters_for_another_system_are_refused(write: Write, write_layer, square, sentence) -> None:
    for crs in (4549, 2386):
        with pytest.raises(CRSMismatchError) as caught:
            read_parcels(write_layer([square()], crs=crs, id=["A"]), transform=write(seven("x"), source="EPSG:2385"))
        assert caught.value.code == "ingest.transform_source"
        assert "EPSG:2385" in sentence(caught.value)
    local = read_transform(write(PLANE))
    check_source(local, None, file="a")
    with pytest.raises(CRSMismatchError):
        check_source(local, CRS(4549), file="a")
    with pytest.raises(CRSMismatchError):
        check_source(read_transform(write(seven("x"), source="EPSG:2385")), None, file="a")


def test_the_caller_may_name_the_old_system_of_a_file_without_one(write: Write, write_layer, square) -> None:
    path = write_layer([square()], crs=None, id=["A"])
    intake = read_parcels(path, crs="EPSG:2385", transform=write(seven("x"), source="EPSG:2385"))
    assert intake.taken.crs.to_epsg() == 4549


def test_missing_outlines_stay_missing_and_heights_are_dropped(write: Write) -> None:
    outlines = np.array([None, shapely.from_wkt("POLYGON Z ((0 0 5, 1 0 5, 1 1 5, 0 0 5))")], dtype=object)
    moved = transform_outlines(outlines, read_transform(write(PLANE)))
    assert moved[0] is None
    assert not moved[1].has_z


def test_a_frame_in_the_target_can_be_stored(write: Write, write_layer) -> None:
    path = write_layer([shapely.box(70_000, 50_000, 70_020, 50_020)], crs=None, id=["A"])
    taken = read_parcels(path, transform=write(PLANE)).taken
    assert isinstance(taken, gpd.GeoDataFrame)
    assert taken.to_crs(4490).total_bounds.tolist() == pytest.approx([120.2, 29.8] * 2, abs=0.2)
