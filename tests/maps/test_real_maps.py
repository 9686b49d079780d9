"""Real parcels, buildings and images on the map."""

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import rasterio
from shapely import box

from geo.ingest.crs import to_store
from geo.ingest.footprints import read_footprints
from geo.ingest.parcels import read_parcels
from geo.maps import triage_map
from geo.maps.outlines import numbers
from geo.maps.payload import build_payload
from geo.model import FINDING_COLUMNS
from geo.steps.observe import observe

pytestmark = pytest.mark.shared_data

CELL_PX = 12


@pytest.fixture
def bare(make_county):
    """Parcels that no rule spoke of, with what else is given."""

    def made(**parts):
        nothing = dict.fromkeys(("fact_values", "fact_sources", "footprints", "observations", "changes"))
        findings = pd.DataFrame(columns=list(FINDING_COLUMNS))
        return make_county(**(nothing | {"findings": findings, "instruments": {}, "label_order": ()} | parts))

    return made


def cells_of(image):
    """Squares of 12 x 12 pixels over a whole image."""
    with rasterio.open(image) as source:
        transform, crs, (rows, columns) = source.transform, source.crs, source.shape
    names, boxes = [], []
    for row in range(0, rows - CELL_PX + 1, CELL_PX):
        for column in range(0, columns - CELL_PX + 1, CELL_PX):
            names.append(f"{row}-{column}")
            corners = (transform @ (column, row), transform @ (column + CELL_PX, row + CELL_PX))
            boxes.append(box(*corners[0], *corners[1]))
    return gpd.GeoDataFrame({"cell": names}, geometry=boxes, crs=crs)


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_thousands_of_cells_without_a_finding_are_shaded_by_change(shared_data, tmp_path, bare, open_map):
    city = shared_data / "timeseries" / "oscd" / "beihai"
    cells = cells_of(next((city / "imgs_1").glob("*_B04.tif")))
    cells.to_file(tmp_path / "cells.gpkg")
    seen = observe(tmp_path / "cells.gpkg", [city / "imgs_1", city / "imgs_2"], parcel_id="cell")
    content = bare(
        month="2018-03",
        as_of=date(2018, 3, 31),
        data_through=date(2018, 3, 9),
        parcels=to_store(seen.parcels.taken),
        observations=seen.observations,
        changes=seen.changes,
    )
    view = open_map(triage_map(content))
    assert view.shown() == len(cells) == 4800
    assert view.page.locator(".pw-row").count() < 40  # only the rows in sight are there
    assert view.page.locator(".pw-change-switch input").is_checked()
    assert "比较 2016-12-09 与 2018-03-09 两天的影像" in view.page.locator(".pw-legend").inner_text()
    assert sorted(fills_drawn(view).values()) == [240, 240, 720, 1200, 2400]  # 5, 5, 15, 25 and 50 % of the cells
    most = seen.changes.loc[seen.changes["change_score"].idxmax(), "parcel_id"]
    view.click_on_map(view.row_of(most))
    assert "第 1 / 4800" in view.card_text()
    view.page.uncheck(".pw-change-switch input")
    assert list(fills_drawn(view).values()) == [4800]


def fills_drawn(view):
    """Count parcels by the colour of their fill."""
    fills = view.page.evaluate(
        "parcelwatch.view.data.parcels.id.map((_, row) => parcelwatch.shapes.styleOf(row).fillColor)"
    )
    return pd.Series(fills).value_counts().to_dict()


def test_of_a_real_cadastre_exact_duplicates_are_drawn_once(shared_data, bare):
    folder = shared_data / "buildings" / "catastro_tenerife"
    parcels = read_parcels(folder / "parcel.gpkg", parcel_id="localId").taken
    footprints = read_footprints(folder / "cons.gpkg").taken
    payload = build_payload(bare(parcels=to_store(parcels), footprints=to_store(footprints)))
    assert len(footprints) - len(payload["footprints"]["storeys"]) == 294
    count, *lines = numbers(payload["outlines"][0])[: len(parcels) + 1]
    assert count == len(parcels)
    assert min(lines) >= 1
