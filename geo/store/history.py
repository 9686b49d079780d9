"""What became of a parcel: its versions, what it came out of and what came out of it, and what the ledger said."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, or_, select

from geo.registers import FLAT, REGISTERS
from geo.store import tables
from geo.store.ledger import entry_key
from geo.store.parcels import OPTIONAL
from geo.store.rows import read_frame

Query = Select[tuple[object, ...]]

LINK = "link"
"""The register that says which parcels are under which contracts."""

FOUND = ("renumbered", "merged", "split")
"""Kinds of lineage that say where a parcel with a new identifier comes from, the surest first."""


@dataclass(frozen=True, slots=True, eq=False)
class ParcelHistory:
    """All that is known of a parcel, in the order in which it was said.

    Attributes
    ----------
    versions
        parcel_version, supersedes, valid_on, known_at, area_m2, is_withdrawn, geometry_hash, the attributes, row,
        file, layer, sha256.
    lineage
        kind, from_id, from_version, to_id, to_version, share_of_from, share_of_to [1], known_at: where either is one of
        the versions.
    ledger
        register, entry, field, kind, value, before (the value it takes the place of), valid_on, known_at, row, file,
        sha256: of all registers, the entries about the parcel and those about a contract that it is under.
    """

    versions: pd.DataFrame
    lineage: pd.DataFrame
    ledger: pd.DataFrame


def read_history(conn: Connection, parcel_id: str, *, known_at: datetime | None = None) -> ParcelHistory:
    """Return the history of a parcel as known at a time; empty frames where the store knows nothing of it."""
    rows, intake = tables.parcel.c, tables.intake.c
    names = ("parcel_version", "supersedes", "valid_on", "known_at", "area_m2", "is_withdrawn", "geometry_hash")
    told = [rows[name] for name in (*names, *OPTIONAL)]
    versions = read_frame(
        conn,
        select(*told, rows.source_row.label("row"), intake.file, intake.layer, intake.sha256)
        .join_from(tables.parcel, tables.intake)
        .where(rows.parcel_id == parcel_id, *_known(rows.known_at, known_at))
        .order_by(rows.parcel_version),
    )
    lineage = _lineage(conn, parcel_id, known_at)
    return ParcelHistory(versions, lineage, _ledger(conn, parcel_id, known_at))


def read_differences(conn: Connection, intake_id: int) -> pd.DataFrame:
    """Return what an intake of parcels says otherwise than what was known before it.

    Returns
    -------
    DataFrame
        parcel_id; kind: ``new``, ``renumbered``, ``split`` or ``merged`` (with an identifier not known before),
        ``merged`` or ``geometry`` (drawn otherwise), ``attributes``, ``withdrawn``, ``returned`` (withdrawn before);
        before_m2, after_m2 [m2, NaN where there is none]; columns, what is said otherwise besides; origins, dicts of
        parcel_id, kind and both shares; row in the file.
    """
    new, old = tables.parcel.c, tables.parcel.alias("before").c
    content = ("geometry_hash", "source_crs", "area_m2", "is_withdrawn", *OPTIONAL)
    told: list[ColumnElement[object]] = [new.parcel_id, new.parcel_version, new.supersedes, new.source_row.label("row")]
    told += [new[name] for name in content] + [old[name].label(f"{name}_before") for name in content]
    joined: FromClause = tables.parcel.outerjoin(old.parcel_version.table, old.parcel_version == new.supersedes)
    wanted = select(*told).select_from(joined).where(new.intake_id == intake_id).order_by(new.parcel_version)
    rows = read_frame(conn, cast("Query", wanted))
    origins = _origins(conn, intake_id)
    records = [_difference(row, origins.get(row["parcel_version"], [])) for row in rows.to_dict("records")]
    names = ("parcel_id", "kind", "before_m2", "after_m2", "columns", "origins", "row")
    frame = pd.DataFrame(records, columns=list(names))
    return frame.astype({"before_m2": "float64", "after_m2": "float64", "row": "Int64"})


def _difference(row: Mapping[Hashable, Any], origins: list[dict[str, object]]) -> dict[str, object]:
    """Say what one version says otherwise than the one before it."""
    kinds = {origin["kind"] for origin in origins}
    columns: list[str] = []
    before, after = row["area_m2_before"], row["area_m2"]
    if row["is_withdrawn"]:
        kind, after = "withdrawn", None
    elif pd.isna(row["supersedes"]):
        kind = next((name for name in FOUND if name in kinds), "new")
    else:
        columns = [name for name in ("source_crs", *OPTIONAL) if row[name] != row[f"{name}_before"]]
        is_drawn_anew = row["geometry_hash"] != row["geometry_hash_before"]
        kind = "merged" if "merged" in kinds else "geometry" if is_drawn_anew else "attributes"
        kind = "returned" if row["is_withdrawn_before"] else kind
    numbers = {"before_m2": before, "after_m2": after, "row": row["row"]}
    return {"parcel_id": row["parcel_id"], "kind": kind, "columns": columns, "origins": origins} | numbers


def _origins(conn: Connection, intake_id: int) -> dict[object, list[dict[str, object]]]:
    """Return what the versions of an intake came out of, by version; a parcel's own earlier outline is left out."""
    rows, old = tables.lineage.c, tables.parcel.c
    query = (
        select(rows.to_version, old.parcel_id, rows.kind, rows.share_of_from, rows.share_of_to)
        .join_from(tables.lineage, tables.parcel, rows.from_version == old.parcel_version)
        .where(rows.intake_id == intake_id, rows.kind != "changed")
        .order_by(rows.lineage_id)
    )
    found: dict[object, list[dict[str, object]]] = {}
    for record in read_frame(conn, query).to_dict("records"):
        found.setdefault(record.pop("to_version"), []).append({str(name): value for name, value in record.items()})
    return found


def _lineage(conn: Connection, parcel_id: str, known_at: datetime | None) -> pd.DataFrame:
    rows, intake = tables.lineage.c, tables.intake.c
    old, new = tables.parcel.alias("earlier").c, tables.parcel.alias("later").c
    joined = (
        tables.lineage.join(tables.intake, rows.intake_id == intake.intake_id)
        .join(old.parcel_id.table, old.parcel_version == rows.from_version)
        .join(new.parcel_id.table, new.parcel_version == rows.to_version)
    )
    told = (rows.kind, old.parcel_id.label("from_id"), rows.from_version, new.parcel_id.label("to_id"), rows.to_version)
    query = (
        select(*told, rows.share_of_from, rows.share_of_to, intake.known_at)
        .select_from(joined)
        .where((old.parcel_id == parcel_id) | (new.parcel_id == parcel_id), *_known(intake.known_at, known_at))
        .order_by(rows.lineage_id)
    )
    return read_frame(conn, query)


def _ledger(conn: Connection, parcel_id: str, known_at: datetime | None) -> pd.DataFrame:
    rows, intake = tables.ledger_entry.c, tables.intake.c
    before = tables.ledger_entry.alias("before").c
    joined = tables.ledger_entry.join(tables.intake, rows.intake_id == intake.intake_id).outerjoin(
        before.value.table, before.entry_id == rows.supersedes
    )
    told = (rows.register, rows.entry, rows.field, rows.kind, rows.value, before.value.label("before"))
    query = (
        select(*told, rows.valid_on, rows.known_at, rows.source_row.label("row"), intake.file, intake.sha256)
        .select_from(joined)
        .where(or_(*_about(conn, parcel_id)), *_known(rows.known_at, known_at))
        .order_by(rows.entry_id)
    )
    return read_frame(conn, query)


def _about(conn: Connection, parcel_id: str) -> list[ColumnElement[bool]]:
    """Return the conditions that a cell is about a parcel: by its number, or by that of a contract it is under."""
    rows = tables.ledger_entry.c
    about = [and_(rows.register == FLAT, rows.entry == parcel_id)]
    entries = conn.execute(select(rows.register, rows.entry).where(rows.register != FLAT).distinct()).all()
    keys = [(name, entry, entry_key(REGISTERS[name], entry)) for name, entry in entries if name in REGISTERS]
    linked = {key["contract_number"] for name, _, key in keys if name == LINK and key["parcel_id"] == parcel_id}
    for register, entry, key in keys:
        is_its = key.get("parcel_id") == parcel_id
        is_its |= not key.get("parcel_id") and key.get("contract_number") in linked - {""}
        if is_its:
            about.append(and_(rows.register == register, rows.entry == entry))
    return about


def _known(column: ColumnElement[datetime], known_at: datetime | None) -> list[ColumnElement[bool]]:
    return [] if known_at is None else [column <= known_at]
