"""Areas of parcels, and what tells one outline from another."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod

from geo.ingest import measuring
from geo.ingest.measuring import ellipsoidal_areas, hash_outlines, measure


def test_ellipsoidal_areas_are_those_of_pyproj_one_by_one() -> None:
    ring = [(121, 29), (121.01, 29), (121.01, 29.01), (121, 29.01)]
    hole = [(121.002, 29.002), (121.004, 29.002), (121.004, 29.004)]
    outlines = [
        shapely.Polygon(ring),
        shapely.Polygon(ring, [hole]),
        shapely.MultiPolygon([(ring, [hole]), (np.add(ring, 1), [])]),
    ]
    geod = Geod(ellps="GRS80")
    expected = [geod.geometry_area_perimeter(shapely.orient_polygons(outline))[0] for outline in outlines]
    given_areas = ellipsoidal_areas(gpd.GeoDataFrame(geometry=outlines, crs=CRS("EPSG:4258")))
    assert given_areas.tolist() == pytest.approx(expected, rel=1e-12)
    assert ellipsoidal_areas(gpd.GeoDataFrame(geometry=[], crs=4490)).tolist() == []


def test_the_same_outline_has_the_same_hash_in_the_same_system_only(square) -> None:
    outlines = np.array(
        [square(), shapely.Polygon(list(square().exterior.coords)[2:] + list(square().exterior.coords)[1:3])]
    )
    hashes = hash_outlines(outlines, CRS(4549))
    assert hashes[0] == hashes[1]
    assert hash_outlines(outlines, CRS(4548))[0] != hashes[0]
    assert hash_outlines(np.array([square(1)]), CRS(4549))[0] != hashes[0]


def test_measured_some_at_a_time_parcels_are_measured_alike(square, monkeypatch: pytest.MonkeyPatch) -> None:
    outlines = np.array([square(at, side=10 + at) for at in range(7)])
    names = np.array([f"P{at}" for at in range(7)], dtype=object)
    degrees = gpd.GeoSeries(outlines, crs=4549).to_crs(4490).to_numpy()
    whole = [measure(outlines, names, CRS(4549)), measure(degrees, names, CRS(4490))]
    monkeypatch.setattr(measuring, "AT_ONCE", 3)
    assert measure(outlines, names, CRS(4549)).equals(whole[0])
    assert measure(degrees, names, CRS(4490)).equals(whole[1])
    assert whole[0]["area_m2"].tolist() == [(10 + at) ** 2 for at in range(7)]


def test_no_parcels_are_measured_as_none() -> None:
    empty = measure(np.array([], dtype=object), np.array([], dtype=object), CRS(4549))
    assert list(empty.columns) == ["parcel_id", "geometry", "area_m2", "ellipsoidal_area_m2", "geometry_hash"]
    assert len(empty) == 0
