"""Real parcels, buildings and images, through the commands as a user would give them."""

import warnings
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely
from rasterio.errors import NotGeoreferencedWarning
from scipy.stats import rankdata

from geo.cli import main
from geo.ingest.footprints import read_footprints
from geo.settings import Settings
from geo.steps.explain import explain
from geo.steps.ingest import Options, ingest
from geo.steps.scan import scan
from geo.store import create_store, open_store

pytestmark = pytest.mark.shared_data

CELL_PX = 12
AS_OF = date(2026, 10, 31)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """Run the command line in this process; return its exit code."""
    monkeypatch.setattr("sys.argv", ["parcelwatch", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.fixture(scope="session")
def tenerife(shared_data: Path) -> Path:
    return shared_data / "buildings" / "catastro_tenerife"


def test_the_indicators_of_a_real_cadastre_are_those_of_its_register(
    tenerife: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, notes = tmp_path / "indicators.csv", tmp_path / "notes.csv"
    files = ("--parcels", tenerife / "parcel.gpkg", "--footprints", tenerife / "cons.gpkg", "--parcel-id", "localId")
    assert run(monkeypatch, "--lang", "en", "indicators", *files, "--out", out, "--notes", notes) == 0
    table = pd.read_csv(out, dtype={"parcel_id": str}).set_index("parcel_id")

    official = pyogrio.read_dataframe(tenerife / "parcel.gpkg").set_index("localId")
    assert len(table) == 186
    assert (table["area_m2"] - official["areaValue"]).abs().max() < 0.5

    dissolved = shapely.union_all(standing_outlines(tenerife))
    expected = official.intersection(dissolved).area / official.area
    assert (table["building_coverage"] - expected).abs().max() < 1e-6

    has_storeys = table["floor_area_ratio"].notna() & (table["building_coverage"] > 1e-4)
    assert has_storeys.sum() == 109
    assert round(table.loc[has_storeys, "floor_area_ratio"].mean(), 3) == 0.937
    assert round(table.loc[has_storeys, "floor_area_ratio"].max(), 2) == 2.30

    said = pd.read_csv(notes, dtype=str)["code"].value_counts()
    assert said["indicators.exact_duplicate"] == 294
    assert said["indicators.outline_without_storeys"] == 134
    printed = capsys.readouterr().out
    assert "294 footprints" in printed
    assert "134 footprints" in printed


def standing_outlines(tenerife: Path) -> np.ndarray:
    """Outlines that are not recorded as having no storey above ground (pools, cellars)."""
    buildings = pyogrio.read_dataframe(tenerife / "cons.gpkg")
    return buildings.geometry[buildings["numberOfFloorsAboveGround"] != 0].to_numpy()


def test_changed_ground_is_told_from_unchanged_on_a_real_pair_of_images(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = shared_data / "timeseries" / "oscd" / "beihai"
    cells, changed = labelled_cells(city)
    grid, out, changes = tmp_path / "grid.gpkg", tmp_path / "observations.csv", tmp_path / "changes.csv"
    cells.to_file(grid)
    folders = ("--scenes", city / "imgs_1", "--scenes", city / "imgs_2")
    parcels = ("--parcels", grid, "--parcel-id", "cell")
    assert run(monkeypatch, "observe", *parcels, *folders, "--out", out, "--changes", changes) == 0

    scores = pd.read_csv(changes, dtype={"parcel_id": str}).set_index("parcel_id")["change_score"]
    judged = (changed == 0) | (changed > 0.2)
    is_changed = (changed > 0.2)[judged]
    score = scores.reindex(cells["cell"][judged]).to_numpy()
    assert is_changed.sum() > 30
    assert area_under_curve(score, is_changed.to_numpy()) >= 0.90

    seen = pd.read_csv(out, dtype={"parcel_id": str})
    assert set(seen["reason"]) == {"toa"}  # L1C: what the ground reflects is not known
    assert seen["built_fraction"].isna().all()
    assert sorted(seen["acquired_at"].str[:10].unique()) == ["2016-12-09", "2018-03-09"]


def labelled_cells(city: Path) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Cells of 12 x 12 pixels, and the share of each that people labelled as changed."""
    band = next((city / "imgs_1").glob("*_B04.tif"))
    with rasterio.open(band) as image:
        transform, crs, (rows, columns) = image.transform, image.crs, image.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # the labels lie on the grid of the images' 10 m bands
        with rasterio.open(city / "cm" / f"{city.name}-cm.tif") as labels:
            label = labels.read(1) == 2
    names, boxes, shares = [], [], []
    for row in range(0, rows - CELL_PX + 1, CELL_PX):
        for column in range(0, columns - CELL_PX + 1, CELL_PX):
            west, north = transform @ (column, row)
            east, south = transform @ (column + CELL_PX, row + CELL_PX)
            names.append(f"{row}-{column}")
            boxes.append(shapely.box(west, south, east, north))
            shares.append(label[row : row + CELL_PX, column : column + CELL_PX].mean())
    return gpd.GeoDataFrame({"cell": names}, geometry=boxes, crs=crs), pd.Series(shares)


def area_under_curve(score: np.ndarray, is_positive: np.ndarray) -> float:
    """ROC-AUC as the share of pairs in the right order (Mann-Whitney U); a missing score is the lowest."""
    ranks = rankdata(np.nan_to_num(score, nan=-np.inf))
    positives, negatives = is_positive.sum(), (~is_positive).sum()
    return float((ranks[is_positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def test_a_real_cadastre_goes_through_store_law_and_map(tenerife: Path, tmp_path: Path) -> None:
    parcels = pyogrio.read_dataframe(tenerife / "parcel.gpkg", read_geometry=False)["localId"].tolist()
    ledger = pd.DataFrame(
        {
            "宗地号": parcels,
            "约定动工日期": "2023-01-10",
            "约定竣工日期": "2024-07-10",
            "实际动工日期": ["2023-02-01", *[None] * 9, *["2023-01-05"] * (len(parcels) - 10)],
            "施工许可证日期": "2022-12-20",
            "现场见施工日期": None,
            "延期批准日期": None,
            "竣工验收日期": [None] * 20 + ["2024-06-30"] * (len(parcels) - 20),
            "实供面积": None,
            "约定容积率下限": 0.9,
        }
    )
    ledger.to_excel(tmp_path / "ledger.xlsx", index=False)
    create_store(tmp_path / "store.gpkg")
    engine = open_store(tmp_path / "store.gpkg")
    known_at = datetime(2026, 11, 5, tzinfo=UTC)
    for kind, file, options in (
        ("parcels", tenerife / "parcel.gpkg", Options(parcel_id="localId")),
        ("footprints", tenerife / "cons.gpkg", Options()),
        ("ledger", tmp_path / "ledger.xlsx", Options(complete_through=AS_OF)),
    ):
        (taken,) = ingest(engine, kind, [file], options=options, known_at=known_at)
        assert taken.intake.refused.empty
    settings = Settings(out=str(tmp_path), lang="en")
    result = scan(engine, settings, "2026-10", known_at=known_at)
    findings = result.assessment.findings.set_index("parcel_id")
    idle = findings[findings["rule_id"] == "order53-idle-1"]["outcome"]
    assert (idle[parcels[1:10]] == "met").all()  # agreed for 2023-01-10, never begun, the register complete
    assert idle[parcels[0]] == "not_met"
    assert (idle[parcels[20:]] == "not_met").all()
    assert result.assessment.evidence.indicators["building_coverage"].gt(1e-4).sum() == 110
    assert "2023-01-10" in explain(result.assessment, parcels[1], language="en")
    page = (result.folder / "map.html").read_text("utf-8")
    assert all(parcel in page for parcel in parcels)


def test_exact_duplicates_of_a_real_file_are_all_taken(tenerife: Path) -> None:
    intake = read_footprints(tenerife / "cons.gpkg")
    assert len(intake.taken) == 722
    assert intake.refused.empty
