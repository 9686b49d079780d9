"""Whether what is known of parcels agrees with the image, on a copy of the scanned sample county."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import Engine

from geo.settings import Settings
from geo.steps.assess import end_of
from geo.steps.ingest import Options, ingest
from geo.steps.local import local_json, local_of, say_local
from geo.steps.monthly import METHOD
from geo.steps.observe import Observed, observe_store
from geo.steps.scan import ScanResult
from geo.store import open_store, read_monthly, read_parcels

AS_OF = date(2026, 10, 31)
LATER = datetime(2026, 11, 6, tzinfo=UTC)
EMPTY = "云麓2024-006"
"""Nothing was ever started on it."""
BOUNDS = ["built_fraction_low", "band_low", "image_low", "image_high", "band_high", "built_fraction_high"]


@pytest.fixture
def county(sample_settings: Settings, sample_result: ScanResult, tmp_path: Path) -> Engine:
    """A copy of the sample county's store, scanned once, with its kept pixels."""
    assert sample_result.scan.month == "2026-10"
    store = Path(sample_settings.store)
    shutil.copyfile(store, tmp_path / store.name)
    shutil.copytree(f"{store}.cache", f"{tmp_path / store.name}.cache")
    return open_store(tmp_path / store.name)


def observe(county: Engine, *, known_at: datetime = LATER) -> Observed:
    return observe_store(county, until=end_of(AS_OF), as_of=AS_OF, known_at=known_at)


def months(county: Engine, **known: Any) -> pd.DataFrame:
    with county.connect() as conn:
        return read_monthly(conn, method=METHOD, **known).set_index("parcel_id")


def plan_buildings(county: Engine, folder: Path, parcels: list[str]) -> None:
    """Take footprints of halls that were never built."""
    with county.connect() as conn:
        land = read_parcels(conn).set_index("parcel_id").loc[parcels]
    halls = gpd.GeoDataFrame({"footprint_id": [f"plan-{one}" for one in land.index]}, geometry=land.buffer(-10).array)
    halls.set_crs(land.crs).to_file(folder / "planned.gpkg")
    ingest(county, "footprints", [folder / "planned.gpkg"], options=Options(), known_at=LATER)


def test_footprints_that_agree_with_the_image_change_nothing_and_are_counted(county: Engine) -> None:
    seen = observe(county)
    assert (seen.months, seen.rows) == (0, 0)
    assert seen.local is not None
    assert seen.local.known["footprints"] > 30
    assert (seen.local.wider_low, seen.local.wider_high) == (0, 0)
    said = months(county)
    pd.testing.assert_series_equal(said["band_high"], said["image_high"], check_names=False)


def test_planned_buildings_are_named_and_draw_out_the_bounds_of_the_month_they_became_known(
    county: Engine, tmp_path: Path
) -> None:
    before = months(county)
    empty = list(before.index[before["start"] == "not_started"][:10])
    plan_buildings(county, tmp_path, empty)
    earlier = observe(county, known_at=LATER - timedelta(hours=1))
    assert earlier.months == 0, "it was not known then"
    assert earlier.local is not None
    already = set(earlier.local.contradicted["parcel_id"])
    assert already.isdisjoint(empty)
    seen = observe(county)
    assert (seen.months, seen.rows) == (64, 0)
    local = seen.local
    assert local is not None
    assert set(local.contradicted["parcel_id"]) == already | set(empty)
    assert local.wider_high > 0 == local.wider_low
    now = months(county)
    assert (now["revision"] == 2).all()
    image = now["reason"] == ""
    assert (now.loc[image, BOUNDS].diff(axis=1).iloc[:, 1:] >= -1e-9).all(axis=None)
    assert (now["built_fraction_high"] >= before["built_fraction_high"])[image].all()
    for name in ("built_fraction", "built_fraction_low", "band_low", "image_high"):
        pd.testing.assert_series_equal(now[name], before[name])
    assert observe(county).months == 0, "the same is known: nothing new is said"
    pd.testing.assert_frame_equal(months(county, known_at=LATER - timedelta(hours=1)), before)
    said = say_local(local, "zh")
    assert all(any(parcel in line for line in said) for parcel in empty)


def test_a_visit_that_contradicts_the_image_is_named_and_is_no_evidence_against_a_county(
    county: Engine, tmp_path: Path
) -> None:
    rows = pd.DataFrame({"宗地号": [EMPTY], "核查日期": "2026-10-30", "实测建成占比": "90%"})
    rows.to_csv(tmp_path / "核查.csv", index=False)
    ingest(county, "ledger", [tmp_path / "核查.csv"], options=Options(), known_at=LATER)
    local = observe(county).local
    assert local is not None
    assert local.known["visit"] == 1
    assert (local.wider_low, local.wider_high) == (0, 0)
    (row,) = (row for row in local.contradicted.to_dict("records") if row["known_by"] == "visit")
    assert (row["parcel_id"], row["known_low"]) == (EMPTY, pytest.approx(0.85))


def frame(**rows: tuple[float | None, ...]) -> pd.DataFrame:
    """Month 2026-10 of parcels: what is known, the band of the image and the one that counts."""
    names = ["known_low", "known_high", "image_low", "image_high", "band_low", "band_high"]
    said = pd.DataFrame.from_dict(rows, orient="index", columns=names, dtype=float)
    return said.rename_axis("parcel_id").reset_index().assign(month="2026-10", known_by="footprints")


def test_parcels_are_named_that_lie_beyond_the_image_alone_the_farthest_first() -> None:
    rows = {
        "over": (0.5, 1, 0.1, 0.3, 0.1, 0.5),
        "under": (0.0, 0.1, 0.4, 0.6, 0.4, 0.8),
        "between": (0.3, 1, 0.1, 0.3, 0.1, 0.5),
        "unseen": (0.9, 1, None, None, None, None),
        "unknown": (None, None, 0.1, 0.3, 0.1, 0.5),
    }
    local = local_of(pd.concat([frame(**rows), frame(old=(0.9, 1, 0, 0.1, 0, 0.1)).assign(month="2026-09")]), "2026-10")
    assert local.contradicted["parcel_id"].tolist() == ["under", "over"]
    assert (local.known, local.wider_low, local.wider_high) == ({"footprints": 3}, 0.0, 0.2)
    (raised,) = [line for line in say_local(local, "en") if "county" in line]
    assert "bounds from above of the built fraction are raised by 0.20" in raised
    told = local_json(local)
    assert told["known"] == {"footprints": 3}
    assert [row["parcel_id"] for row in told["contradicted"]] == ["under", "over"]


def test_where_nothing_is_known_nothing_is_said() -> None:
    local = local_of(frame(), "2026-10")
    assert (local.known, local.wider_low, len(local.contradicted)) == ({}, 0.0, 0)
    assert say_local(local, "zh") == []


def test_of_many_parcels_the_rest_are_counted() -> None:
    local = local_of(frame(**{f"P{number:02}": (0.5, 1, 0.1, 0.3, 0.1, 0.3) for number in range(23)}), "2026-10")
    said = say_local(local, "en")
    assert "23 do not agree" in said[0]
    assert [line.split()[0] for line in said[2:-1]] == [f"P{number:02}" for number in range(20)]
    assert "3" in said[-1]


def test_the_command_says_it_too(county: Engine, command: Callable[..., Any]) -> None:
    store = str(county.url.database)
    told = command("--store", store, "observe", "--json")
    assert told.code == 0
    assert json.loads(told.out)["local"].keys() == {"known", "wider_low", "wider_high", "contradicted"}
    assert command("--store", store, "observe").code == 0
