"""What goes in through the command comes out of either store: to 1 mm and 0.01 m2, whatever it is called."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from sqlalchemy import inspect

from geo.ingest import write_boundary_txt
from geo.store import open_store, read_footprints, read_intakes, read_ledger, read_parcels, read_refused
from geo.store.tables import metadata

OK, PARTLY_REFUSED = 0, 4
FAMILIES = {
    4490: "geographic",
    4549: "3 degrees, without zone prefix",
    4528: "3 degrees, with zone prefix",
    4509: "6 degrees, without zone prefix",
    4498: "6 degrees, with zone prefix",
}
MILLIMETRE = 0.001
MILLIMETRE_DEGREES = 8e-9  # of latitude: 0.9 mm
HOSTILE = ["a'; DROP TABLE parcel; --", 'a"; DROP TABLE "parcel', "'); DELETE FROM intake; --", "%s :x $1 ?", "[a];`b`"]


@pytest.fixture
def drawn() -> gpd.GeoDataFrame:
    """A yard with a pond, and a parcel of two parts, where all families can hold them: near 120.02 degrees east."""
    yard = shapely.box(0, 0, 123.4567, 98.7654).difference(shapely.box(10, 10, 20.5, 21.25))
    parts = shapely.MultiPolygon([shapely.box(300, 0, 400, 50), shapely.box(500, 0, 501, 1)])
    corner = np.array([502_000.1234, 3_300_000.4321])
    outlines = [shapely.transform(one, lambda at: at + corner) for one in (yard, parts)]
    return gpd.GeoDataFrame({"宗地号": ["甲-001", "乙"]}, geometry=outlines, crs=4549)


def same(was: gpd.GeoDataFrame, now: gpd.GeoDataFrame) -> bool:
    """Whether outlines are those that were written, corner by corner."""
    tolerance = MILLIMETRE if now.crs.is_projected else MILLIMETRE_DEGREES
    pairs = zip(was.geometry, now.geometry, strict=True)
    return all(
        shapely.hausdorff_distance(one.boundary, other.boundary) < tolerance
        and shapely.get_num_coordinates(one) == shapely.get_num_coordinates(other)
        for one, other in pairs
    )


@pytest.mark.parametrize("code", FAMILIES, ids=str)
def test_a_gbk_shapefile_of_every_family_comes_out_of_the_store_as_it_went_in(command, store, drawn, code):
    was = drawn.to_crs(code)
    was.to_file("地块.shp", encoding="GBK")
    assert command("ingest", "parcels", "地块.shp").code == OK
    with open_store(store).connect() as conn:
        now = read_parcels(conn).set_index("parcel_id").loc[["甲-001", "乙"]]
    assert now.crs == CRS(code)
    assert same(was, now)
    planar = (was if CRS(code).is_projected else drawn).area
    assert np.abs(now["area_m2"].to_numpy() - planar.to_numpy()).max() < 0.01


@pytest.mark.parametrize("code", [code for code in FAMILIES if CRS(code).is_projected], ids=str)
def test_a_boundary_text_of_every_family_does_too(command, store, drawn, code):
    was = drawn.to_crs(code).rename(columns={"宗地号": "parcel_id"})
    write_boundary_txt(was.assign(area_m2=was.area), "界址点.txt")
    assert command("ingest", "parcels", "界址点.txt").code == OK
    with open_store(store).connect() as conn:
        now = read_parcels(conn).set_index("parcel_id").loc[["甲-001", "乙"]]
    assert now.crs == CRS(code)
    assert same(was, now)
    assert np.abs(now["area_m2"].to_numpy() - was.area.to_numpy()).max() < 0.01


def test_names_that_are_sql_are_text_to_every_command(command, store, square):
    layer = HOSTILE[1]
    line = shapely.Polygon([(500_000, 3_300_000), (500_100, 3_300_000), (500_050, 3_300_000)])
    names = [*HOSTILE, "x'; --"]
    columns = {"宗地号": names, "企业名称": names, HOSTILE[0]: names, HOSTILE[2]: range(len(names))}
    outlines = [*(square(200 * at) for at in range(len(HOSTILE))), line]
    frame = gpd.GeoDataFrame(columns, geometry=outlines, crs=4549)
    frame.to_file("p.gpkg", layer=layer)
    Path("p.gpkg").rename("a'; --.gpkg")
    assert command("ingest", "parcels", "a'; --.gpkg", "--layer", layer).code == PARTLY_REFUSED
    frame.iloc[:-1].rename(columns={"宗地号": "幢号"}).to_file("f.gpkg", layer=layer)
    Path("f.gpkg").rename("f;.gpkg")
    assert command("ingest", "footprints", "f;.gpkg", "--layer", layer).code == OK
    Path("l';.csv").write_text(f'宗地号,企业名称\n"{HOSTILE[0]}","{HOSTILE[2]}"\n', "utf-8")
    assert command("ingest", "ledger", "l';.csv").code == OK
    assert HOSTILE[0] in command("history", HOSTILE[0]).out
    assert command("quarantine", "export", "q.gpkg").code == OK
    assert command("quarantine", "retry", "q.gpkg").code == PARTLY_REFUSED
    with open_store(store).connect() as conn:
        assert set(inspect(conn).get_table_names()) >= set(metadata.tables)
        assert set(read_parcels(conn)["parcel_id"]) == set(read_footprints(conn)["footprint_id"]) == set(HOSTILE)
        assert read_ledger(conn)["enterprise"].tolist() == [HOSTILE[2]]
        assert read_intakes(conn)["layer"].tolist()[:2] == [layer, layer]
        (left,) = read_refused(conn).to_dict("records")
    assert left["attributes"] == {"宗地号": "x'; --", "企业名称": "x'; --", HOSTILE[0]: "x'; --", HOSTILE[2]: 5}
