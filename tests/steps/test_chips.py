from dataclasses import replace
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import CRS
from shapely import box

from geo.change_detection.grid import Grid
from geo.errors import SceneError
from geo.model import OBSERVATION_COLUMNS, Asset, Scene
from geo.steps.chips import chips_of, true_colour

WEST, NORTH = 500_000.0, 2_700_000.0
GRID = Grid(CRS("EPSG:32650").to_wkt(), (10.0, 0.0, WEST, 0.0, -10.0, NORTH), (200, 200))


class Memory:
    """Reader of scenes that hold one number in every pixel of a band; asked for, a file may be broken."""

    def __init__(self, broken=()):
        self.broken = broken

    def grid(self, asset):
        if asset.path in self.broken:
            raise SceneError("observe.image_unreadable", file=asset.path)
        return GRID

    def read(self, asset, window):
        (top, bottom), (left, right) = window
        return np.ma.masked_array(
            np.full((bottom - top, right - left), {"B04": 3000, "B03": 1500, "B02": 300}[asset.band])
        )


def scene(day, bands=("B02", "B03", "B04")):
    at = datetime.combine(day, datetime.min.time(), UTC).replace(hour=20)
    return Scene(f"S{day:%Y%m%d}", at, "L2A", tuple(Asset(band, f"{day}") for band in bands))


DAYS = [date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)]
SCENES = [scene(day) for day in DAYS]
PARCELS = gpd.GeoDataFrame(
    {"parcel_id": ["far", "a", "b"]},
    geometry=[
        box(WEST - 90_000, NORTH - 500, WEST - 89_900, NORTH - 400),
        box(WEST + 1000, NORTH - 1200, WEST + 1200, NORTH - 1100),
        None,
    ],
    crs="EPSG:32650",
)


def observations(clear=1.0, scenes=SCENES):
    rows = [
        dict.fromkeys(OBSERVATION_COLUMNS)
        | {"parcel_id": parcel_id, "scene_id": one.scene_id, "acquired_at": one.acquired_at, "clear_fraction": clear}
        for parcel_id in PARCELS["parcel_id"]
        for one in scenes
    ]
    return pd.DataFrame(rows).astype({"clear_fraction": float})


def chips(reader=None, *, seen=None, most=100, scenes=SCENES):
    return chips_of(PARCELS, scenes, observations() if seen is None else seen, most=most, reader=reader or Memory())


def test_a_parcel_is_shown_in_every_scene_in_which_it_was_clear_with_its_surroundings():
    found = chips()
    assert list(found) == ["a"]  # one lies outside the scenes, one nowhere
    assert [chip.acquired_on for chip in found["a"]] == [
        date(2026, 1, 2),
        date(2026, 3, 2),
        date(2026, 6, 2),
    ]  # in China
    first = found["a"][0]
    # 200 m wide and half of that on each side: 400 m, of 10 m
    assert first.pixels.shape == (40, 40, 3)
    assert first.outline.bounds == (10, 15, 30, 25)
    assert first.metres == (10, 10)


def test_colours_are_reflectance_on_one_scale_whatever_is_on_the_chip():
    [first, *_] = chips()["a"]
    # 0.3 is white; 0.15 and 0.03 are brightened by a power of 1 / 1.6
    expected = [255, round(255 * 0.5 ** (1 / 1.6)), round(255 * 0.1 ** (1 / 1.6))]
    assert (first.pixels == expected).all()


def test_cloudy_scenes_are_not_shown():
    assert chips(seen=observations(clear=0.5)) == {}
    assert chips(seen=observations(clear=np.nan)) == {}


def test_a_scene_that_cannot_be_read_or_is_not_there_any_more_is_left_out():
    broken = Memory(broken=[str(DAYS[1])])
    assert [chip.scene_id for chip in chips(broken)["a"]] == ["S20260101", "S20260601"]
    assert [chip.scene_id for chip in chips(scenes=SCENES[1:])["a"]] == ["S20260301", "S20260601"]


def test_no_more_parcels_are_read_than_chips_are_wanted():
    twice = pd.concat([PARCELS.iloc[[1]], PARCELS.iloc[[1]].assign(parcel_id="second")])
    seen = observations().replace({"parcel_id": {"far": "second"}})
    assert list(chips_of(twice, SCENES, seen, most=3, reader=Memory())) == ["a"]
    assert list(chips_of(twice, SCENES, seen, most=4, reader=Memory())) == ["a", "second"]


@pytest.mark.parametrize("bands", [("B04",), ("B02", "B04")])
def test_a_scene_without_all_three_colours_is_grey(bands):
    [chip] = chips(scenes=[scene(DAYS[0], bands)])["a"]
    assert (chip.pixels == 255).all()


def test_an_offset_is_taken_off_where_it_is_known():
    bands = {"B04": np.full((1, 1), 2000, np.float32)}
    dark = true_colour(bands, replace(SCENES[0], offset=-0.1))
    bright = true_colour(bands, replace(SCENES[0], offset=np.nan))
    assert dark[0, 0, 0] < bright[0, 0, 0]
    assert true_colour({}, SCENES[0]) is None
    assert true_colour({"B04": np.full((1, 1), np.nan, np.float32)}, SCENES[0]) is None


def test_in_degrees_a_chip_is_square_on_the_ground():
    degrees = Grid(CRS("EPSG:4326").to_wkt(), (1e-4, 0.0, 120.0, 0.0, -1e-4, 60.0), (200, 400))

    class InDegrees(Memory):
        def grid(self, asset):
            return degrees

    parcel = gpd.GeoDataFrame({"parcel_id": ["a"]}, geometry=[box(120.01, 59.99, 120.014, 59.992)], crs="EPSG:4326")
    chip = chips_of(parcel, SCENES, observations(), most=1, reader=InDegrees())["a"][0]
    # 0.004 degrees at 60 N are 223 m across, shown with half of that on each side: 446 m each way
    rows, columns, _ = chip.pixels.shape
    across, along = columns * chip.metres[0], rows * chip.metres[1]
    assert across == pytest.approx(446, abs=12)
    assert along == pytest.approx(446, abs=24)
    assert columns > 1.9 * rows  # a degree of longitude is half of one of latitude there


def test_images_of_fine_resolution_are_shown_only_when_asked_for():
    class Fine(Memory):
        def grid(self, asset):
            return Grid(CRS("EPSG:32650").to_wkt(), (2.0, 0.0, WEST, 0.0, -2.0, NORTH), (1000, 1000))

    wanted = {"most": 100, "reader": Fine()}
    assert chips_of(PARCELS, SCENES, observations(), **wanted) == {}
    assert list(chips_of(PARCELS, SCENES, observations(), has_fine=True, **wanted)) == ["a"]
