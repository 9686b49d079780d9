"""The store: the only room that speaks SQL. Functions take a connection in a transaction that the caller began."""

from sqlalchemy import Engine

from geo.store.coverage import CoverageCache
from geo.store.engine import cache_folder, create_store, open_store, store_name
from geo.store.findings import read_findings, write_findings
from geo.store.footprints import add_footprints, read_footprints
from geo.store.history import ParcelHistory, read_differences, read_history
from geo.store.indicators import add_indicators, read_indicators
from geo.store.intakes import FOLDER, add_intake, find_intake, read_intakes, read_notes, read_refused
from geo.store.ledger import add_ledger, complete_through, read_ledger, read_registers
from geo.store.monthly import add_monthly, monthly_versions, read_monthly
from geo.store.observations import (
    add_changes,
    add_observations,
    count_observed,
    mean_clear,
    observed_versions,
    read_changes,
    read_observations,
)
from geo.store.parcels import add_parcels, parcels_in_bbox, read_parcels
from geo.store.pixels import PixelStore, parcel_keys, scene_stamp
from geo.store.roles import grant_roles
from geo.store.scans import Scan, begin_scan, finish_scan, last_scan, read_scan
from geo.store.scenes import add_scenes, read_scene_hashes, read_scenes
from geo.store.snapshots import read_snapshot, write_snapshot
from geo.store.turn import take_turn
from geo.store.upgrade import upgrade
from geo.store.versions import Added

__all__ = [
    "FOLDER",
    "Added",
    "CoverageCache",
    "Engine",
    "ParcelHistory",
    "PixelStore",
    "Scan",
    "add_changes",
    "add_footprints",
    "add_indicators",
    "add_intake",
    "add_ledger",
    "add_monthly",
    "add_observations",
    "add_parcels",
    "add_scenes",
    "begin_scan",
    "cache_folder",
    "complete_through",
    "count_observed",
    "create_store",
    "find_intake",
    "finish_scan",
    "grant_roles",
    "last_scan",
    "mean_clear",
    "monthly_versions",
    "observed_versions",
    "open_store",
    "parcel_keys",
    "parcels_in_bbox",
    "read_changes",
    "read_differences",
    "read_findings",
    "read_footprints",
    "read_history",
    "read_indicators",
    "read_intakes",
    "read_ledger",
    "read_monthly",
    "read_notes",
    "read_observations",
    "read_parcels",
    "read_refused",
    "read_registers",
    "read_scan",
    "read_scene_hashes",
    "read_scenes",
    "read_snapshot",
    "scene_stamp",
    "store_name",
    "take_turn",
    "upgrade",
    "write_findings",
    "write_snapshot",
]
