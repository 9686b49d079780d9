"""Parcels of odd shapes through a whole run: shown on map, evidence and atlas, or refused with a reason."""

import json
import re

import geopandas as gpd
import pytest
from shapely import MultiPolygon, Polygon, box

STEP = 1e-5
ZONE_EDGE, SOUTH = 115.5, 24.34


def block(west, south, wide, high):
    return box(west, south, west + wide * STEP, south + high * STEP)


ODD = {
    "孔洞": Polygon(block(115.48, SOUTH, 200, 150).exterior, [block(115.4806, SOUTH + 4e-4, 60, 50).exterior]),
    "多块": MultiPolygon([block(115.484, SOUTH, 90, 100), block(115.4855, SOUTH + 3e-4, 80, 90)]),
    "一平米": block(115.49, SOUTH, 1, 0.9),
    "跨带": block(ZONE_EDGE - 80 * STEP, SOUTH + 3e-3, 200, 120),
}


@pytest.fixture
def scanned(command, tmp_path):
    """A county of odd parcels, one of them without a shape, as a bureau takes it in and scans it."""
    shapes = [*ODD.values(), None]
    frame = gpd.GeoDataFrame({"宗地号": [*ODD, "无图形"], "镇街": "高陂镇"}, geometry=shapes, crs=4490)
    frame.to_file(tmp_path / "parcels.gpkg")
    assert command("init").code == 0
    assert command("ingest", "parcels", "parcels.gpkg").code == 4
    assert command("scan", "2026-10").code == 0
    return tmp_path


def test_odd_parcels_stand_on_map_evidence_and_atlas_and_what_has_no_shape_is_refused_with_a_reason(scanned, command):
    page = (scanned / "maps" / "2026-10" / "revision-1" / "map.html").read_text("utf-8")
    block = re.search(r'<script type="application/json" id="pw-data">(.*?)</script>', page, re.DOTALL).group(1)
    assert sorted(json.loads(block)["parcels"]["id"]) == sorted(ODD)
    assert command("evidence", *ODD, "--as-of", "2026-10-31").code == 0
    said = {name: (scanned / "evidence" / f"{name}.html").read_text("utf-8") for name in ODD}
    assert all("宗地位置图" in text and "<path" in text for text in said.values())
    assert "EPSG:4548" in said["跨带"]
    assert "EPSG:4547" in said["孔洞"]
    assert "1 平方米" in said["一平米"]
    assert command("atlas", "高陂镇", "--as-of", "2026-10-31").code == 0
    assert len(re.findall(rb"/Type /Page\b(?!s)", (scanned / "atlas.pdf").read_bytes())) == 1 + len(ODD)
    assert "没有图形" in command("quarantine", "list").out
    refused = command("evidence", "无图形", "--as-of", "2026-10-31")
    assert refused.code == 3
    assert "quarantine list" in refused.err
