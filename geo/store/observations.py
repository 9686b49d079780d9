"""Observations and changes: kept from scan to scan, by parcel version, scene version and method."""

from datetime import date, datetime

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from geo.change_detection.passes import pass_numbers
from geo.errors import StoreError
from geo.model import CHANGE_COLUMNS, OBSERVATION_COLUMNS
from geo.store import tables
from geo.store.parcels import PARCELS
from geo.store.rows import add_missing_rows, day_texts, days_of, read_frame, to_rows, typed
from geo.store.scenes import SCENES
from geo.store.versions import among_current

MEASURED = tuple(name for name in OBSERVATION_COLUMNS if name not in ("parcel_id", "scene_id", "acquired_at", "reason"))


def add_observations(conn: Connection, frame: pd.DataFrame, *, method: str) -> None:
    """Keep observations; those that are kept already stay as they are.

    Parameters
    ----------
    conn
        A connection in a transaction.
    frame
        ``OBSERVATION_COLUMNS`` and ``parcel_version``. The time is the scene's and is not stored again.
    method
        What made them, with its version and parameters: another method's observations stand beside these.

    Raises
    ------
    StoreError
        If a scene is not in the store, or the database refuses a row.
    """
    rows = frame[["parcel_version", *MEASURED, "reason"]].assign(
        scene_version=_scene_versions(conn, frame["scene_id"]), method=method
    )
    add_missing_rows(conn, tables.observation, to_rows(rows))


def count_observed(conn: Connection, *, method: str, as_of: date, known_at: datetime) -> dict[str, int]:
    """Return by scene_id how many of the parcels that count were observed in it."""
    table, scene = tables.observation, tables.scene.c
    query = (
        select(scene.scene_id, func.count())
        .join_from(table, tables.scene)
        .where(
            table.c.method == method,
            _is_current_scene(table.c.scene_version, None),
            _is_current_parcel(table, as_of, known_at),
        )
        .group_by(scene.scene_id)
    )
    return {row.scene_id: row[1] for row in conn.execute(query)}


def observed_versions(conn: Connection, scene_id: str, *, method: str) -> set[int]:
    """Return the parcel versions that need not be observed again in a scene."""
    table, scene = tables.observation.c, tables.scene.c
    query = (
        select(table.parcel_version)
        .join_from(tables.observation, tables.scene)
        .where(table.method == method, scene.scene_id == scene_id, _is_current_scene(table.scene_version, None))
    )
    return set(conn.execute(query).scalars())


def mean_clear(conn: Connection, *, method: str, until: datetime) -> dict[str, tuple[float, int]]:
    """Return by scene_id how clear the parcels were on average [1], and of how many that is the average."""
    table, scene = tables.observation, tables.scene.c
    query = (
        select(scene.scene_id, func.avg(table.c.clear_fraction), func.count())
        .join_from(table, tables.scene)
        .where(
            table.c.method == method,
            scene.acquired_at <= until,
            table.c.clear_fraction.is_not(None),
            _is_current_scene(table.c.scene_version, None),
            _is_current_parcel(table, None, None),
        )
        .group_by(scene.scene_id)
    )
    return {row.scene_id: (float(row[1]), row[2]) for row in conn.execute(query)}


def read_observations(
    conn: Connection, *, method: str, until: datetime, as_of: date | None = None, known_at: datetime | None = None
) -> pd.DataFrame:
    """Return the observations of current parcel versions in scenes acquired by ``until`` [UTC].

    Of a parcel's observations in one pass the one made last counts: it was made because a better scene came.

    Parameters
    ----------
    conn
        A connection.
    method
        What made them.
    until
        Last time of acquisition [UTC].
    as_of, known_at
        Which versions of the parcels and of the scenes count; None is no limit.

    Returns
    -------
    DataFrame
        ``OBSERVATION_COLUMNS`` and parcel_version, sorted by parcel_id, acquired_at [UTC] and scene_id.
    """
    table, scene = tables.observation, tables.scene
    query: Select[tuple[object, ...]] = (
        select(tables.parcel.c.parcel_id, scene.c.scene_id, scene.c.acquired_at, table)
        .join_from(table, scene)
        .join(tables.parcel)
        .where(
            table.c.method == method,
            scene.c.acquired_at <= until,
            _is_current_scene(table.c.scene_version, known_at),
            _is_current_parcel(table, as_of, known_at),
        )
    )
    frame = typed(read_frame(conn, query), texts=("parcel_id", "scene_id", "reason"), numbers=MEASURED)
    frame["acquired_at"] = pd.to_datetime(frame["acquired_at"], utc=True).astype("datetime64[us, UTC]")
    frame["parcel_version"] = frame["parcel_version"].astype("int64")
    last = frame.assign(number=pass_numbers(frame["acquired_at"])).sort_values("observation_id")
    one = last.drop_duplicates(["parcel_version", "number"], keep="last")
    ordered = one.sort_values(["parcel_id", "acquired_at", "scene_id"], ignore_index=True)
    return ordered[[*OBSERVATION_COLUMNS, "parcel_version"]]


def add_changes(conn: Connection, frame: pd.DataFrame, *, method: str) -> None:
    """Keep changes; those that are kept already stay as they are.

    Parameters
    ----------
    conn
        A connection in a transaction.
    frame
        ``CHANGE_COLUMNS`` and ``parcel_version``; not_before and not_after are days.
    method
        What made them.

    Raises
    ------
    StoreError
        If a scene is not in the store, or the database refuses a row.
    """
    rows = frame[["parcel_version", "kind", "change_score"]].assign(
        before_version=_scene_versions(conn, frame["before_scene"]),
        after_version=_scene_versions(conn, frame["after_scene"]),
        not_before=day_texts(frame["not_before"]).map(date.fromisoformat, na_action="ignore"),
        not_after=day_texts(frame["not_after"]).map(date.fromisoformat, na_action="ignore"),
        method=method,
    )
    add_missing_rows(conn, tables.change, to_rows(rows))


def read_changes(
    conn: Connection, *, method: str, until: datetime, as_of: date | None = None, known_at: datetime | None = None
) -> pd.DataFrame:
    """Return the changes of current parcel versions between scenes acquired by ``until`` [UTC].

    Parameters
    ----------
    conn, method, until, as_of, known_at
        As in ``read_observations``.

    Returns
    -------
    DataFrame
        ``CHANGE_COLUMNS`` and parcel_version, sorted by parcel_id, after_scene, before_scene and kind.
    """
    table = tables.change
    before, after = tables.scene.alias("before"), tables.scene.alias("after")
    query: Select[tuple[object, ...]] = (
        select(
            tables.parcel.c.parcel_id,
            before.c.scene_id.label("before_scene"),
            after.c.scene_id.label("after_scene"),
            table,
        )
        .join_from(table, before, table.c.before_version == before.c.scene_version)
        .join(after, table.c.after_version == after.c.scene_version)
        .join(tables.parcel, table.c.parcel_version == tables.parcel.c.parcel_version)
        .where(
            table.c.method == method,
            before.c.acquired_at <= until,
            after.c.acquired_at <= until,
            _is_current_scene(table.c.before_version, known_at),
            _is_current_scene(table.c.after_version, known_at),
            _is_current_parcel(table, as_of, known_at),
        )
    )
    texts = ("parcel_id", "before_scene", "after_scene", "kind")
    frame = typed(read_frame(conn, query), texts=texts, numbers=("change_score",)).astype({"parcel_version": "int64"})
    days = {name: days_of(frame[name]) for name in ("not_before", "not_after")}
    ordered = frame.assign(**days).sort_values(["parcel_id", "after_scene", "before_scene", "kind"], ignore_index=True)
    return ordered[[*CHANGE_COLUMNS, "parcel_version"]]


def _scene_versions(conn: Connection, scene_ids: pd.Series) -> pd.Series:
    table = tables.scene.c
    query = select(table.scene_id, table.scene_version).where(_is_current_scene(table.scene_version, None))
    versions = {row.scene_id: row.scene_version for row in conn.execute(query)}
    unknown = set(scene_ids) - set(versions)
    if unknown:
        raise StoreError("store.unknown_scene", scene_id=", ".join(sorted(map(str, unknown))))
    return scene_ids.map(versions)


def _is_current_scene(version: ColumnElement[int], known_at: datetime | None) -> ColumnElement[bool]:
    return among_current(version, SCENES, as_of=None, known_at=known_at)


def _is_current_parcel(table: Table, as_of: date | None, known_at: datetime | None) -> ColumnElement[bool]:
    return among_current(table.c.parcel_version, PARCELS, as_of=as_of, known_at=known_at)
