"""Scenes: which there are, where their files are, and what the files' bytes are."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from geo.model import Asset, Scene
from geo.store import tables
from geo.store.intakes import refuse_earlier
from geo.store.rows import add_row, add_rows
from geo.store.versions import Added, History, among_current

SCENES = History(tables.scene, ("scene_id",), ("sha256",))


def add_scenes(conn: Connection, scenes: Sequence[Scene], hashes: Mapping[str, str], *, known_at: datetime) -> Added:
    """Add the scenes that are not known, and those whose files or reading have changed.

    Parameters
    ----------
    conn
        A connection in a transaction.
    scenes
        The scenes found.
    hashes
        SHA-256 of each scene's files by ``scene_id``. A scene with another hash than the one known, or another time,
        level, scale or offset, is a new version: what was observed in the old one no longer counts. Where only the
        files have moved, their place is set right and nothing is added.
    known_at
        When this is said [UTC].

    Raises
    ------
    StoreError
        If something later is already known, or the database refuses a row.
    """
    refuse_earlier(conn, known_at)
    table = tables.scene.c
    rows = conn.execute(
        select(tables.scene).where(among_current(table.scene_version, SCENES, as_of=None, known_at=None))
    )
    known = {row["scene_id"]: row for row in rows.mappings()}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for scene in scenes:
        before = known.get(scene.scene_id)
        values = _values(scene, hashes[scene.scene_id])
        if before is not None and all(before[name] == value for name, value in values.items()):
            counts["unchanged"] += 1
            version = before["scene_version"]
        else:
            counts["added" if before is None else "changed"] += 1
            supersedes = None if before is None else before["scene_version"]
            version = add_row(conn, tables.scene, **values, known_at=known_at, supersedes=supersedes)
        _place(conn, version, scene.assets)
    return Added(0, counts["added"], counts["changed"], counts["unchanged"])


def read_scenes(conn: Connection, *, until: datetime, known_at: datetime | None = None) -> list[Scene]:
    """Return the scenes acquired by ``until`` [UTC], as known at a time, by time of acquisition and name."""
    table = tables.scene.c
    query = select(tables.scene).where(
        table.acquired_at <= until, among_current(table.scene_version, SCENES, as_of=None, known_at=known_at)
    )
    rows = conn.execute(query).mappings().all()
    assets: dict[int, list[Asset]] = {row["scene_version"]: [] for row in rows}
    for place in conn.execute(select(tables.asset).order_by(tables.asset.c.asset_id)).mappings():
        if place["scene_version"] in assets:
            assets[place["scene_version"]].append(Asset(place["band"], place["path"], place["layer"]))
    scenes = [
        Scene(
            scene_id=row["scene_id"],
            acquired_at=row["acquired_at"],
            level=row["level"],
            assets=tuple(assets[row["scene_version"]]),
            scale=math.nan if row["scale"] is None else row["scale"],
            offset=math.nan if row["offset"] is None else row["offset"],
        )
        for row in rows
    ]
    return sorted(scenes, key=lambda scene: (scene.acquired_at, scene.scene_id))


def read_scene_hashes(conn: Connection, *, known_at: datetime | None = None) -> dict[str, str]:
    """Return the SHA-256 of the files of each scene by ``scene_id``, as known at a time."""
    table = tables.scene.c
    current = among_current(table.scene_version, SCENES, as_of=None, known_at=known_at)
    rows = conn.execute(select(table.scene_id, table.sha256).where(current).order_by(table.scene_id))
    return {row.scene_id: row.sha256 for row in rows}


def _values(scene: Scene, sha256: str) -> dict[str, object]:
    return {
        "scene_id": scene.scene_id,
        "acquired_at": scene.acquired_at,
        "level": scene.level,
        "scale": None if math.isnan(scene.scale) else scene.scale,
        "offset": None if math.isnan(scene.offset) else scene.offset,
        "sha256": sha256,
    }


def _place(conn: Connection, version: int, assets: Sequence[Asset]) -> None:
    """Say where a scene's files are now; a place is not history."""
    table = tables.asset
    conn.execute(delete(table).where(table.c.scene_version == version))
    rows = [{"scene_version": version, "band": a.band, "path": a.path, "layer": a.layer} for a in assets]
    add_rows(conn, table, rows)
