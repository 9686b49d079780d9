"""What footprints and visits tell of how much is built."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.steps.truths import CLICKED, COLUMNS, known_shares, least_built, still_known

AS_OF = date(2026, 10, 31)
SQUARE = shapely.box(500_000, 3_400_000, 500_100, 3_400_100)


def parcels(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame({"parcel_id": list(shapes)}, geometry=list(shapes.values()), crs=4549)
    return frame.assign(area_m2=frame.area)


def footprints(*rows: tuple[shapely.Geometry, str | None], **columns: list[float]) -> gpd.GeoDataFrame:
    shapes, kinds = [shape for shape, _ in rows], [kind for _, kind in rows]
    blank = dict.fromkeys(("storey_count", "storey_height_m", "height_m"), np.nan)
    frame = gpd.GeoDataFrame({"kind": kinds, "part_of": None}, geometry=shapes, crs=4549)
    return frame.assign(footprint_id=[f"F{number}" for number in range(len(rows))], **(blank | columns))


def visits(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["parcel_id", "visited_on", "built_fraction_seen"])
    return frame.assign(visited_on=pd.to_datetime(frame["visited_on"]).astype("datetime64[s]"), number="")


def hall(side: float, left: float = 10, up: float = 10) -> shapely.Geometry:
    return shapely.box(500_000 + left, 3_400_000 + up, 500_000 + left + side, 3_400_000 + up + side)


def test_an_outline_bounds_what_is_built_from_below_by_what_is_left_a_metre_inside() -> None:
    least = least_built(parcels(p=SQUARE), footprints((hall(42), None)))
    assert least["p"] == pytest.approx(40 * 40 / 10_000)


@pytest.mark.parametrize("off", [(1.0, 0.0), (0.0, -1.0), (0.6, 0.8)])
def test_a_building_over_the_border_that_lies_off_its_place_is_still_more_than_its_bound(
    off: tuple[float, float],
) -> None:
    true = hall(40, left=-20)
    drawn = shapely.transform(true, lambda points: points + np.array(off))
    least = least_built(parcels(p=SQUARE), footprints((drawn, None)))
    assert 0 < least["p"] <= true.intersection(SQUARE).area / SQUARE.area


def test_only_buildings_above_ground_count() -> None:
    rows = [(hall(20, left), kind) for left, kind in ((5, "yard"), (30, "structure"), (55, "underground"))]
    pool = footprints(*rows, (hall(20, 75, 70), None), storey_count=[np.nan, np.nan, np.nan, 0])
    assert least_built(parcels(p=SQUARE), pool)["p"] == 0


def test_what_overlaps_counts_once_and_what_is_too_thin_not_at_all() -> None:
    thin = shapely.box(500_060, 3_400_010, 500_061.5, 3_400_090)
    least = least_built(parcels(p=SQUARE), footprints((hall(22), None), (hall(12), "non_production"), (thin, None)))
    assert least["p"] == pytest.approx(20 * 20 / 10_000)


def test_a_visit_bounds_on_both_sides_and_goes_before_footprints() -> None:
    land = parcels(both=SQUARE, far=shapely.transform(SQUARE, lambda points: points + 500))
    known = known_shares(land, footprints((hall(42), None)), visits(("both", "2026-10-20", 0.3)), as_of=AS_OF)
    assert known.index.tolist() == ["both"]
    assert known.loc["both", list(COLUMNS[:3])].tolist() == ["visit", 0.3 - CLICKED, 0.3 + CLICKED]
    without = known_shares(land, footprints((hall(42), None)), visits(), as_of=AS_OF)
    assert without.loc["both", list(COLUMNS[:3])].tolist() == ["footprints", 0.16, 1.0]


def test_a_share_stays_a_share() -> None:
    said = visits(("p", "2026-10-20", 0.98), ("q", "2026-10-20", 0.02))
    known = known_shares(parcels(p=SQUARE, q=SQUARE), footprints(), said, as_of=AS_OF)
    assert known["known_high"].tolist() == [1.0, 0.02 + CLICKED]
    assert known["known_low"].tolist() == [0.98 - CLICKED, 0.0]


@pytest.mark.parametrize("on", ["2026-08-31", "2026-11-01"])
def test_a_visit_that_is_old_or_after_the_day_tells_nothing_nor_one_elsewhere_or_without_a_measure(on: str) -> None:
    said = visits(("p", on, 0.3), ("p", "2026-10-20", np.nan), ("elsewhere", "2026-10-20", 0.3))
    assert known_shares(parcels(p=SQUARE), footprints(), said, as_of=AS_OF).empty


def shown(change: str | None, works: str = "unknown") -> pd.DataFrame:
    return pd.DataFrame({"last_change_on": pd.to_datetime([change]), "works": works}, index=["p"])


@pytest.mark.parametrize(
    ("change", "works", "left"),
    [
        (None, "unknown", ["p"]),
        ("2026-10-20", "working", ["p"]),
        ("2026-10-21", "working", []),
        (None, "demolished", []),
    ],
)
def test_a_visit_tells_nothing_once_something_changed_after_it(change: str | None, works: str, left: list[str]) -> None:
    said = visits(("p", "2026-10-20", 0.3), ("unseen", "2026-10-20", 0.3))
    known = known_shares(parcels(p=SQUARE, unseen=SQUARE), footprints(), said, as_of=AS_OF)
    assert still_known(known, shown(change, works)).index.tolist() == left


def test_footprints_hold_while_something_is_built_on_and_not_once_the_land_was_cleared() -> None:
    known = known_shares(parcels(p=SQUARE), footprints((hall(42), None)), visits(), as_of=AS_OF)
    assert still_known(known, shown("2026-10-28", "working")).loc["p", "known_low"] == 0.16
    assert still_known(known, shown(None, "demolished")).empty
