"""Names that are programs to somebody: they are text, go in and come out, and do nothing."""

from dataclasses import replace
from datetime import timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from sqlalchemy import inspect, text

from geo.model import CHANGE_COLUMNS, FINDING_COLUMNS, Asset
from geo.store import (
    add_changes,
    add_footprints,
    add_ledger,
    add_observations,
    add_parcels,
    add_scenes,
    begin_scan,
    parcels_in_bbox,
    read_changes,
    read_findings,
    read_footprints,
    read_intakes,
    read_ledger,
    read_notes,
    read_observations,
    read_parcels,
    read_refused,
    read_scenes,
    read_snapshot,
    write_findings,
    write_snapshot,
)
from geo.store.tables import metadata

NAMES = [
    "a'; DROP TABLE parcel; --",
    "'); DELETE FROM intake; --",
    'a"; DROP TABLE "parcel',
    "a' OR '1'='1",
    "a;b",
    "a''b",
    "`a`",
    "[a]",
    "\\'",
    "\\",
    "\\N",
    "\\.",
    "NULL",
    "%s %(name)s %",
    ":name ::text",
    "$1 $$x$$ ?",
    "{name}",
    "/* a */ -- b",
    "a\tb\nc\r\nd",
    " a ",
    "E'\\x41'",
    "宗地“甲”；删除",
    "👷\u200f\u202e",
    "x" * 10_000,
]


@pytest.fixture(autouse=True)
def _nothing_is_lost(store):
    yield
    with store.connect() as conn:
        assert set(inspect(conn).get_table_names()) >= set(metadata.tables)


@pytest.fixture
def named(store, intake, squares, day) -> gpd.GeoDataFrame:
    """Take in parcels of which everything that is text is a hostile name."""
    texts = dict.fromkeys(("enterprise", "town", "contract_number", "geometry_hash"), NAMES)
    taken = squares(NAMES).assign(**texts)
    said = {"row": 1, "identifier": NAMES[0], "code": NAMES[1], "params": {name: name for name in NAMES}}
    refused = [said | {"column": NAMES[2], "raw": name} for name in NAMES]
    with store.begin() as conn:
        add_parcels(conn, intake("parcels", taken, file=NAMES[0], notes=[said], refused=refused), known_at=day(1))
    return taken


def test_parcels_and_what_was_said_of_them_keep_their_names(store, named):
    with store.connect() as conn:
        parcels = read_parcels(conn).set_index("parcel_id").loc[NAMES]
        for column in ("enterprise", "town", "contract_number", "geometry_hash"):
            assert parcels[column].tolist() == NAMES
        assert set(parcels_in_bbox(conn, (-180, -90, 180, 90))["parcel_id"]) == set(NAMES)
        assert set(conn.scalars(text("SELECT parcel_id FROM current_parcel"))) == set(NAMES)
        assert read_intakes(conn)["file"].tolist() == NAMES[:1]
        assert read_notes(conn)["params"].tolist() == [{name: name for name in NAMES}]
        refused = read_refused(conn)
        assert refused["raw"].tolist() == NAMES
        assert refused[["identifier", "code", "column"]].iloc[0].tolist() == NAMES[:3]


def test_a_second_file_of_the_same_names_says_nothing_new(store, named, intake, day):
    with store.begin() as conn:
        added = add_parcels(conn, intake("parcels", named, file=NAMES[3]), known_at=day(2))
        assert (added.added, added.changed, added.unchanged) == (0, 0, len(NAMES))


def test_footprints_and_ledger_keep_their_names(store, intake, squares, day, as_of):
    roofs = squares(NAMES).rename(columns={"parcel_id": "footprint_id"})[["footprint_id", "row", "geometry"]]
    blank = dict.fromkeys(("storey_count", "storey_height_m", "height_m"), np.nan)
    ledger = pd.DataFrame({"parcel_id": NAMES, "enterprise": NAMES, "cause_paper": NAMES, "row": range(len(NAMES))})
    with store.begin() as conn:
        add_footprints(conn, intake("footprints", roofs.assign(**blank, part_of=NAMES), file=NAMES[4]), known_at=day(1))
        add_ledger(conn, intake("ledger", ledger, file=NAMES[2]), known_at=day(2), complete_through=as_of)
        back = read_footprints(conn).set_index("footprint_id").loc[NAMES]
        assert back["part_of"].tolist() == NAMES
        said = read_ledger(conn).set_index("parcel_id").loc[NAMES]
        assert said["enterprise"].tolist() == said["cause_paper"].tolist() == NAMES
        assert set(said["source"]) == {NAMES[2]}


def test_scenes_and_what_was_seen_in_them_keep_their_names(county, scene, observed, day):
    scenes = [  # each in a pass of its own
        replace(scene(3, scene_id=name, assets=(Asset(name, name),)), acquired_at=day(3) + timedelta(hours=hour))
        for hour, name in enumerate(NAMES)
    ]
    seen = pd.concat([observed({"a": 1}, one).assign(reason=one.scene_id) for one in scenes], ignore_index=True)
    change = dict.fromkeys(CHANGE_COLUMNS, None) | {"parcel_id": "a", "kind": NAMES, "parcel_version": 1}
    pairs = {"before_scene": NAMES, "after_scene": NAMES[::-1], "change_score": 0.5}
    days = dict.fromkeys(("not_before", "not_after"), pd.to_datetime("2026-01-03"))
    with county.begin() as conn:
        add_scenes(conn, scenes, dict.fromkeys(NAMES, NAMES[0]), known_at=day(20))
        assert {one.scene_id: one.assets for one in read_scenes(conn, until=day(9)) if one.scene_id in NAMES} == {
            one.scene_id: one.assets for one in scenes
        }
        add_observations(conn, seen, method=NAMES[0])
        back = read_observations(conn, method=NAMES[0], until=day(31))
        assert set(zip(back["scene_id"], back["reason"], strict=True)) == {(name, name) for name in NAMES}
        add_changes(conn, pd.DataFrame(change | pairs | days), method=NAMES[1])
        assert set(read_changes(conn, method=NAMES[1], until=day(31))["kind"]) == set(NAMES)


def test_facts_and_findings_keep_their_names(store, as_of, day):
    index = pd.Index(NAMES, name="parcel_id")
    facts = pd.DataFrame({"cause": NAMES}, index=index)
    texts = {
        column: NAMES for column in FINDING_COLUMNS if column not in ("outcome", "is_boundary", "is_limb_conflict")
    }
    findings = pd.DataFrame(texts).assign(outcome="met", is_boundary=False, is_limb_conflict=False)
    with store.begin() as conn:
        scan = begin_scan(conn, "2026-01", as_of=as_of, known_at=day(20), inputs={name: name for name in NAMES})
        assert scan.inputs == {name: name for name in NAMES}
        write_snapshot(conn, scan.scan_id, facts, facts)
        assert read_snapshot(conn, scan.scan_id)[1]["cause"].tolist() == NAMES
        write_findings(conn, scan.scan_id, findings)
        back = read_findings(conn, scan.scan_id)
        assert all(back[column].tolist() == NAMES for column in texts)
