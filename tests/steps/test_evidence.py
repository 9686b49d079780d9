import json
import re
from datetime import UTC, date, datetime
from hashlib import sha256

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.documents.dossier import Link
from geo.errors import SchemaError
from geo.model import Scene
from geo.steps.demo import scene_days
from geo.steps.evidence import Asked, digest_of, dossiers_of, write_atlas, write_evidence
from geo.steps.evidence_words import fact_rows, sensor_of, value_text
from geo.steps.site import about, site_of
from geo.store import open_store

DAY = date(2026, 10, 31)
IDLE = "云麓2023-025"
SCENES = list(scene_days())
NONE = gpd.GeoDataFrame({"parcel_id": []}, geometry=[], crs="EPSG:4490")


@pytest.fixture(scope="module")
def asked(known_at):
    return Asked(as_of=DAY, known_at=known_at, language="zh")


@pytest.fixture(scope="module")
def dossier(sample_settings, asked):
    return dossiers_of(open_store(sample_settings.store), sample_settings, [IDLE], asked)[0]


def test_evidence_holds_images_dates_sensor_clouds_boundary_version_and_findings(dossier, sample_scan):
    assert dossier.outcome_text == "疑似"
    assert dossier.pictures[0].day == SCENES[0].isoformat()
    assert all("无云" in one.lines[1] and "像元 10 米" in one.lines[1] for one in dossier.pictures)
    assert len({one.image for one in dossier.pictures}) == len(dossier.pictures) > 1
    said = dict(dossier.about)
    assert said["面积"] == "75,000 平方米（112.50 亩）"
    assert "EPSG:4549" in said["坐标系"]
    assert len(said["图形哈希"]) == 64
    assert said["图形版本"].isdigit()
    own = sample_scan[sample_scan["parcel_id"] == IDLE]
    assert sorted(one.outcome for one in dossier.findings) == sorted(own["outcome"])
    first = dossier.findings[0]
    assert first.outcome == "met"
    assert any("来源 台账第 25 行" in line for _, line in first.lines)
    assert dossier.findings_note.startswith("另有 11 条规则")


def test_every_look_of_a_satellite_is_listed_clouded_ones_too(dossier):
    hidden = [row for row in dossier.looks if row.is_quiet]
    assert len(dossier.looks) == len(dossier.series) == len(SCENES)
    assert all(row.cells[4] == "宗地晴空部分不足六成" for row in hidden)
    assert sum(one.value is None for one in dossier.series) == len(hidden) > 0


def test_the_chain_names_files_scenes_facts_law_and_program_and_one_digest_covers_them(dossier):
    kinds = [link.kind for link in dossier.chain]
    assert list(dict.fromkeys(kinds)) == [
        *("宗地文件", "台账文件", "建筑文件", "影像", "本宗事实", "本宗评定", "规则文件", "程序"),
    ]
    assert kinds.count("影像") == len(SCENES)
    assert all(len(link.sha256) == 64 for link in dossier.chain[:-1])


def test_the_digest_is_a_chain_that_anybody_can_repeat():
    chain = [Link("scene", "甲", "00"), Link("program", "parcelwatch", "")]
    first = sha256('["", "scene", "甲", "00"]'.encode()).hexdigest()
    second = sha256(f'["{first}", "program", "parcelwatch", ""]'.encode()).hexdigest()
    assert digest_of(chain) == second
    assert digest_of(chain[::-1]) != second


def test_two_runs_write_the_same_bytes_and_the_hashes_of_what_they_wrote(sample_settings, asked, tmp_path):
    written = [write_evidence(sample_settings, [IDLE], asked, tmp_path / name) for name in "ab"]
    assert [path.name for path in written[0]] == [f"{IDLE}{end}" for end in (".html", ".pdf", "_check.pdf", ".json")]
    assert [path.read_bytes() for path in written[0]] == [path.read_bytes() for path in written[1]]
    listed = json.loads(written[0][3].read_text("utf-8"))
    for path in written[0][:3]:
        assert listed["files"][path.name]["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert listed["digest"] in written[0][0].read_text("utf-8")


def test_links_stand_in_the_evidence_only_when_asked_for(sample_settings, asked, known_at):
    linked = Asked(as_of=DAY, known_at=known_at, language="zh", has_links=True)
    one = dossiers_of(open_store(sample_settings.store), sample_settings, [IDLE], linked)[0]
    assert sorted(one.links) == ["amap", "amap_web", "baidu"]


def test_an_unknown_parcel_is_refused_with_those_of_a_similar_name(sample_settings, asked, tmp_path):
    with pytest.raises(SchemaError) as caught:
        write_evidence(sample_settings, ["2023-02"], asked, tmp_path)
    assert caught.value.code == "scan.unknown_parcel"
    assert IDLE in str(caught.value.params["near"])


def test_an_unknown_town_is_refused_with_those_that_there_are(sample_settings, asked, tmp_path):
    with pytest.raises(SchemaError) as caught:
        write_atlas(sample_settings, "无此镇", asked, tmp_path / "a.pdf")
    assert caught.value.code == "evidence.unknown_town"
    assert "望舟镇" in str(caught.value.params["towns"])


def test_the_commands_write_evidence_and_an_atlas_in_either_language(command, sample_settings, tmp_path):
    common = ("--config", f"{sample_settings.out}/parcelwatch.toml", "--lang", "en")
    assert command(*common, "evidence", IDLE, "--as-of", "2026-10-31", "--out", tmp_path).code == 0
    page = (tmp_path / f"{IDLE}.html").read_text("utf-8")
    assert "A clue to be checked on site, not proof" in page
    assert '<html lang="en">' in page
    path = tmp_path / "atlas.pdf"
    said = command(*common, "atlas", "望舟镇", "--as-of", "2026-10-31", "--out", path)
    assert said.code == 0
    assert "(23 parcels)" in said.out
    # the index, then a page a parcel
    assert len(re.findall(rb"/Type /Page\b(?!s)", path.read_bytes())) == 24


def parcel_at(shape, crs="EPSG:4490"):
    columns = {"parcel_id": ["P"], "town": [None], "contract_number": [None], "area_m2": [float("nan")]}
    columns |= {"parcel_version": [1], "geometry_hash": ["00"]}
    return gpd.GeoDataFrame(columns, geometry=[shape], crs=crs)


@pytest.mark.parametrize("shape", [None, shapely.Polygon()])
def test_a_parcel_without_a_shape_has_a_site_that_says_why(shape):
    parcel = parcel_at(shape)
    site = site_of(parcel, parcel, NONE, "zh")
    assert site.outline is None
    assert "没有可画的图形" in site.notes[0]
    assert dict(about(parcel, DAY, "zh"))["位置（CGCS2000，经度、纬度）"] == "没有可画的图形"


def test_a_parcel_across_the_edge_of_a_zone_is_drawn_whole_and_says_so():
    across = parcel_at(shapely.box(121.499, 29.9, 121.502, 29.902))  # the edge of two 3-degree zones is 121.5
    site = site_of(across, across, NONE, "zh")
    assert "跨投影带" in site.notes[0]
    assert "EPSG:4550" in site.crs  # its middle lies in the eastern one
    west, south, east, north = site.outline.bounds
    assert 288 < east - west < 294  # 0.003 degrees at 29.9 N are 290 m, here a little turned
    assert 221 < north - south < 227
    inside = parcel_at(shapely.box(121.6, 29.9, 121.602, 29.902))
    assert site_of(inside, inside, NONE, "zh").notes == ()


def test_neighbours_and_footprints_around_a_parcel_are_on_its_plan_and_those_far_away_are_not():
    parcels = gpd.GeoDataFrame(
        {"parcel_id": ["P", "near", "far"]},
        geometry=[shapely.box(x, 0, x + 100, 100) for x in (0, 120, 5000)],
        crs="EPSG:4549",
    )
    site = site_of(parcels.iloc[[0]], parcels, parcels.iloc[[1]], "zh")
    assert [shape.bounds[0] for shape in site.neighbours] == [120]
    assert [shape.bounds[0] for shape in site.footprints] == [120]


def test_values_of_facts_are_written_with_unit_and_bounds():
    values = pd.Series({"developed_fraction_low": 0.1, "developed_fraction_high": 0.4, "is_started": True})
    sources = pd.Series({"is_started": "ledger:12"})
    assert [row.cells for row in fact_rows(values, sources, "zh")] == [
        ("已动工开发", "是", "", "台账第 12 行"),
        ("已开发面积占应开发面积", "只知范围", "0.1 至 0.4", ""),
    ]
    assert value_text(float("-inf"), "invested_fraction", "zh") == "-∞"
    assert value_text(None, "is_started", "zh") == ""


def test_the_sensor_is_what_the_name_of_the_scene_says():
    def named(scene_id, level="L2A"):
        return sensor_of(Scene(scene_id, datetime(2026, 1, 1, tzinfo=UTC), level, ()), "zh")

    assert named("S2C_MSIL2A_20260101T025941") == "Sentinel-2C MSI, L2A"
    assert named("LC81210402026001LGN00", "L1C") == "Landsat 8, L1C"
    assert named("T50RMK_20260101", "unknown") == "传感器未载明，产品级别不明"
