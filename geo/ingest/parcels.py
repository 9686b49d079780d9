"""Parcels from a vector file: identified, with a sound outline, measured."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geo.ingest.areas import AREAS_AGREE, Stated, compare_areas, compare_prices
from geo.ingest.attributes import read_positive, read_texts
from geo.ingest.columns import (
    COMPARED_COLUMNS,
    PARCEL_COLUMNS,
    find_columns,
    find_factor,
    find_identifier,
    name_columns,
)
from geo.ingest.files import hashed_files
from geo.ingest.layers import Layer
from geo.ingest.measuring import hash_outlines, measure
from geo.ingest.neighbours import note_neighbours
from geo.ingest.originals import keep_originals, note_twins
from geo.ingest.outlines import Outlines, check_outlines, start_outlines
from geo.ingest.placing import place
from geo.ingest.report import Intake, Journal, hash_files
from geo.ingest.shift import note_shift
from geo.ingest.sources import Reading, open_source
from geo.ingest.values import parse_column, parse_number, parse_text
from geo.ingest.vectors import read_rows

SHAPEFILE = "ESRI Shapefile"
"""The format that cuts names of columns."""

USUAL_LAYERS = frozenset({"parcels", "parcel", "宗地", "地块"})


class ParcelReading(Reading, total=False):
    """What a caller may say of a file of parcels besides.

    Attributes
    ----------
    reference
        Outlines known to lie where they should. If the parcels lie beside them, that is noted, and by how much.
    """

    reference: gpd.GeoDataFrame | None


def read_parcels(
    path: str | Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    parcel_id: str | None = None,
    **how: Unpack[ParcelReading],
) -> Intake:
    """Read and check parcels.

    Every row is either taken, mended with the change noted, or refused with its reason. Of rows with one identifier
    the first is taken. Overlaps, gaps, slivers, and areas and prices that contradict the outlines are noted.

    Parameters
    ----------
    path
        A file in one of ``geo.ingest.sources.SUFFIXES``, or an archive that holds one.
    layer
        Its layer; left out, the only one, or the one with a usual name.
    crs
        The coordinate system of a file that declares none, or one in which none of its coordinates can be.
    parcel_id
        The column of the identifier. Left out, a known name is looked for; without one the row number is the
        identifier, and that is noted.
    **how
        ``columns``, ``encoding``, ``near``, ``transform``, ``reference``: see `geo.ingest.sources.Reading` and
        `ParcelReading`.

    Returns
    -------
    Intake
        ``taken``: parcel_id, geometry in the file's own system, or the target of the transformation (polygons, valid,
        flat), area_m2 (planar), ellipsoidal_area_m2, geometry_hash, and where the file has them enterprise, town,
        contract_number, contract_area_m2, supplied_area_m2, registered_area_m2; row.

    Raises
    ------
    SchemaError
        The file, its layer or one of its columns cannot be used.
    CRSMismatchError
        It has no coordinate system, or another than the caller says, or an old or local one.
    GeometryError
        None of its coordinates can be in that system.
    """
    with open_source(path, layer=layer, usual=USUAL_LAYERS, encoding=how.get("encoding")) as opened:
        intake = check_parcels(opened, crs=crs, parcel_id=parcel_id, **how)
        return replace(intake, sha256=hash_files(hashed_files(opened.file)))


def check_parcels(
    opened: Layer, *, crs: str | None = None, parcel_id: str | None = None, **how: Unpack[ParcelReading]
) -> Intake:
    """Read and check the parcels of a layer that is open; see `read_parcels`. The intake has no hash."""
    journal = Journal(opened.file, opened.shown)
    found = _plan(opened, parcel_id, how.get("columns") or {}, journal)
    others = [field for field in opened.fields if field not in found.values()]
    compared = find_columns(others, COMPARED_COLUMNS, Journal(opened.file), is_cut=opened.driver == SHAPEFILE)
    wanted = list(dict.fromkeys([*found.values(), *compared.values()]))
    frame, drawn = read_rows(opened, wanted, journal, identifier=found.get("parcel_id"))
    named = found.get("parcel_id")
    declared, geometry = place(
        opened, drawn.copy(), journal, {"crs": crs, "near": how.get("near"), "transform": how.get("transform")}
    )
    identifier = found.pop("parcel_id", None)
    if parcel_id is None and identifier and frame[identifier].isna().all():
        identifier = None
    outlines = _identify(frame, geometry, identifier, journal)
    check_outlines(outlines, declared, near=how.get("near"), is_part=opened.is_part)
    _refuse_repeated(outlines, frame, declared)
    taken = measure(outlines.geometry[outlines.kept], outlines.identifiers[outlines.kept], declared)
    for name, values in _attributes(outlines, frame, found).items():
        taken[name] = pd.Series(values[outlines.kept], dtype=values.dtype)
    taken["row"] = outlines.rows[outlines.kept]
    _note_oddities(outlines, taken, frame, found | compared)
    reference = how.get("reference")
    if reference is not None:
        note_shift(taken, reference, journal)
    notes, refused = journal.frames()
    refused = keep_originals(refused, opened, dict(zip(frame.index, drawn, strict=True)), identifier=named)
    refused = note_twins(refused, taken["parcel_id"], taken["row"])
    return Intake("parcels", opened.file.name, opened.shown, "", taken, notes, refused)


def _plan(opened: Layer, parcel_id: str | None, named: Mapping[str, str], journal: Journal) -> dict[str, str]:
    """Tell which column holds which value: as the caller says, then by the known names."""
    is_cut = opened.driver == SHAPEFILE
    found = name_columns(opened.fields, named, ("parcel_id", *PARCEL_COLUMNS), journal)
    others = [field for field in opened.fields if field not in found.values()]
    known = {value: names for value, names in PARCEL_COLUMNS.items() if value not in found}
    if parcel_id is not None or "parcel_id" not in found:
        identifier = find_identifier(opened.fields if parcel_id else others, parcel_id, journal, is_cut=is_cut)
        found |= {"parcel_id": identifier} if identifier else {}
    return {**found, **find_columns(others, known, journal, is_cut=is_cut)}


def _identify(frame: pd.DataFrame, geometry: np.ndarray, column: str | None, journal: Journal) -> Outlines:
    """Give every row its identifier; refuse rows without."""
    if column is None:
        journal.note("ingest.row_number_taken")
        return start_outlines(geometry, [str(row) for row in frame.index], journal, list(frame.index))
    identifiers, errors = parse_column(frame[column].tolist(), parse_text)
    outlines = start_outlines(geometry, identifiers, journal, list(frame.index))
    for at, error in errors.items():
        outlines.refuse_one(at, error.code, column=column, **error.params)
    outlines.refuse(pd.isna(outlines.identifiers), "ingest.no_identifier_value", column=column)
    return outlines


def _refuse_repeated(outlines: Outlines, frame: pd.DataFrame, crs: CRS) -> None:
    """Refuse rows whose identifier an earlier row has, saying whether they merely repeat it."""
    at = np.flatnonzero(outlines.kept)
    names = outlines.identifiers[at]
    first = dict(zip(names[::-1], at[::-1].tolist(), strict=True))
    for row in at[pd.Series(names, dtype=object).duplicated().to_numpy()]:
        original = first[outlines.identifiers[row]]
        one, other = hash_outlines(outlines.geometry[[original, row]], crs)
        is_same = one == other and frame.iloc[[original, row]].duplicated().any()
        code = "ingest.repeated_row" if is_same else "ingest.repeated_identifier"
        outlines.refuse_one(int(row), code, others=str(outlines.rows[original]))


def _attributes(outlines: Outlines, frame: pd.DataFrame, found: Mapping[str, str]) -> dict[str, np.ndarray]:
    """Return what the columns found say of all rows, areas in square metres."""
    values = {}
    for name, column in found.items():
        cells = frame[column].tolist()
        is_area = name.endswith("_m2")
        read = read_positive(outlines, cells, column) if is_area else read_texts(outlines, cells, column)
        values[name] = read * find_factor(column, name) if is_area else read
    return values


def _note_oddities(outlines: Outlines, taken: gpd.GeoDataFrame, frame: pd.DataFrame, found: Mapping[str, str]) -> None:
    """Say where the file contradicts its outlines, and where the outlines contradict each other."""
    _note_projection(taken, outlines.journal)
    measured = {name: np.full(len(frame), np.nan) for name in ("area_m2", "ellipsoidal_area_m2")}
    for name, areas in measured.items():
        areas[outlines.kept] = taken[name]
    for name, column in found.items():
        if name.endswith(("_m2", "_yuan")):
            cells, _ = parse_column(frame[column].tolist(), parse_number)
            factor = find_factor(column, name)
            stated = Stated(column, np.array(cells, dtype=float) * factor)
            if name.endswith("_m2"):
                compare_areas(outlines, stated, measured["area_m2"], measured["ellipsoidal_area_m2"])
            else:
                compare_prices(outlines, stated, measured["area_m2"])
    note_neighbours(taken, outlines.journal)


def _note_projection(taken: gpd.GeoDataFrame, journal: Journal) -> None:
    """Say where the declared projection distorts areas so much that they should not be relied on."""
    difference = (taken["area_m2"] / taken["ellipsoidal_area_m2"] - 1).abs().max()
    if difference > AREAS_AGREE:
        journal.note("ingest.projection_distorts", percent=f"{100 * difference:.1f}")
