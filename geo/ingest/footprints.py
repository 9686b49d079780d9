"""Footprints of buildings from a vector file: outlines, storeys, heights, and which are parts of which."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.ingest.attributes import read_positive, read_texts
from geo.ingest.columns import (
    ABOVE_GROUND,
    FOOTPRINT_COLUMNS,
    KIND_WORDS,
    find_columns,
    find_factor,
    fold,
    name_columns,
)
from geo.ingest.files import hashed_files
from geo.ingest.layers import Layer
from geo.ingest.originals import keep_originals
from geo.ingest.outlines import Outlines, check_outlines, start_outlines
from geo.ingest.placing import place
from geo.ingest.report import Intake, Journal, hash_files
from geo.ingest.sources import Reading, open_source
from geo.ingest.values import parse_column, parse_text
from geo.ingest.vectors import read_rows

USUAL_LAYERS = frozenset({"footprints", "footprint", "buildings", "building", "建筑", "建筑物", "房屋", "房屋建筑"})

PART = re.compile(r"(.+)_part\d+")
"""Identifier of a part in INSPIRE building data as the Spanish cadastre writes it: the whole's, and ``_partN``."""


def read_footprints(
    path: str | Path, *, layer: str | None = None, crs: str | None = None, **how: Unpack[Reading]
) -> Intake:
    """Read and check footprints.

    An outline on the ground counts for coverage whatever is said of it. So a row whose storeys or height cannot be
    (negative, zero, no number) is taken with that value unknown, and the value is noted as refused
    (``VALUE_REFUSED_CODES``): refusing the row would make a built parcel look empty. Only outlines that cannot be used
    are refused. Zero storeys are an answer in a column that counts storeys above ground.

    Rows that repeat another exactly are taken as well; the indicators use them once and list them. An identifier may
    stand in several rows, where one building has several outlines.

    Parameters
    ----------
    path
        A file in one of ``geo.ingest.sources.SUFFIXES``, or an archive that holds one.
    layer
        Its layer; left out, the only one, or the one with a usual name.
    crs
        The coordinate system of a file that declares none, or one in which none of its coordinates can be.
    **how
        ``columns``, ``encoding``, ``near``, ``transform``: see `geo.ingest.sources.Reading`.

    Returns
    -------
    Intake
        ``taken``: footprint_id, geometry in the file's own system, or the target of the transformation (polygons,
        valid, flat), storey_count, storey_height_m, height_m (NaN unknown), part_of (identifier of the whole, or
        None), underground_storey_count (NaN unknown), kind (one of ``KIND_WORDS``, or None), approval (number of the
        paper by which it counts as floor area, or None), row, occurrence (which of the rows with this identifier it is,
        refused ones counted).

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
        intake = check_footprints(opened, crs=crs, **how)
        return replace(intake, sha256=hash_files(hashed_files(opened.file)))


def check_footprints(opened: Layer, *, crs: str | None = None, **how: Unpack[Reading]) -> Intake:
    """Read and check the footprints of a layer that is open; see `read_footprints`. The intake has no hash."""
    journal = Journal(opened.file, opened.shown)
    found = _plan(opened, how.get("columns") or {}, journal)
    wanted = list(dict.fromkeys(found.values()))
    frame, drawn = read_rows(opened, wanted, journal, identifier=found.get("footprint_id"))
    declared, geometry = place(
        opened, drawn.copy(), journal, {"crs": crs, "near": how.get("near"), "transform": how.get("transform")}
    )
    outlines = _identify(frame, geometry, found.get("footprint_id"), journal)
    check_outlines(outlines, declared, near=how.get("near"), is_part=opened.is_part)
    _note_shared(outlines)
    kept = outlines.kept
    identifiers = pd.Series(outlines.identifiers[kept], dtype=object)
    taken = gpd.GeoDataFrame({"footprint_id": identifiers}, geometry=outlines.geometry[kept], crs=declared)
    for name in ("storey_count", "storey_height_m", "height_m"):
        taken[name] = _numbers(outlines, frame, name, found.get(name))[kept]
    taken["part_of"] = pd.Series(_wholes(outlines, frame, found.get("part_of"))[kept], dtype=object)
    taken["underground_storey_count"] = _numbers(
        outlines, frame, "underground_storey_count", found.get("underground_storey_count")
    )[kept]
    for name, read in (("kind", _kinds), ("approval", _texts)):
        taken[name] = pd.Series(read(outlines, frame, found.get(name))[kept], dtype=object)
    taken["row"] = outlines.rows[kept]
    occurrence = pd.Series(outlines.identifiers).groupby(outlines.identifiers).cumcount().to_numpy() + 1
    taken["occurrence"] = occurrence[kept]
    notes, refused = journal.frames()
    drawn_by_row = dict(zip(frame.index, drawn, strict=True))
    refused = keep_originals(refused, opened, drawn_by_row, identifier=found.get("footprint_id"))
    refused["occurrence"] = refused["row"].map(dict(zip(outlines.rows, occurrence, strict=True))).astype("Int64")
    return Intake("footprints", opened.file.name, opened.shown, "", taken, notes, refused)


def _plan(opened: Layer, named: Mapping[str, str], journal: Journal) -> dict[str, str]:
    """Tell which column holds which value: as the caller says, then by the known names."""
    found = name_columns(opened.fields, named, tuple(FOOTPRINT_COLUMNS), journal)
    others = [field for field in opened.fields if field not in found.values()]
    known = {value: names for value, names in FOOTPRINT_COLUMNS.items() if value not in found}
    return {**found, **find_columns(others, known, journal, is_cut=opened.driver == "ESRI Shapefile")}


def _identify(frame: pd.DataFrame, geometry: np.ndarray, column: str | None, journal: Journal) -> Outlines:
    """Give every row its identifier, and those without one a stand-in made from the row number."""
    if column is None:
        journal.note("ingest.row_number_taken")
        return start_outlines(geometry, [str(row) for row in frame.index], journal, list(frame.index))
    identifiers, _ = parse_column(frame[column].tolist(), parse_text)
    for at, row in enumerate(frame.index):
        if identifiers[at] is None:
            identifiers[at] = f"#{row}"
            journal.note("ingest.stand_in_taken", row=int(row), column=column, stand_in=identifiers[at])
    return start_outlines(geometry, identifiers, journal, list(frame.index))


def _note_shared(outlines: Outlines) -> None:
    """Say in how many rows an identifier stands again with another outline."""
    named = pd.DataFrame({"identifier": outlines.identifiers, "outline": shapely.to_wkb(outlines.geometry)})
    distinct = named[outlines.kept].drop_duplicates()
    again = distinct.loc[distinct["identifier"].duplicated(), "identifier"]
    if len(again):
        outlines.journal.note("ingest.identifier_shared", count=len(again), example=again.iloc[0])


def _numbers(outlines: Outlines, frame: pd.DataFrame, name: str, column: str | None) -> np.ndarray:
    """Numbers of a column, NaN where unknown; all of them where there is no such column."""
    if column is None:
        return np.full(len(frame), np.nan)
    is_count = name.endswith("storey_count")
    may_be_zero = name == "underground_storey_count" or (is_count and fold(column) in ABOVE_GROUND)
    cells = frame[column].tolist()
    numbers = read_positive(outlines, cells, column, may_be_zero=may_be_zero, is_count=is_count)
    return numbers * find_factor(column, name)


def _texts(outlines: Outlines, frame: pd.DataFrame, column: str | None) -> np.ndarray:
    """Texts of a column; none where there is no such column."""
    return np.full(len(frame), None) if column is None else read_texts(outlines, frame[column].tolist(), column)


def _kinds(outlines: Outlines, frame: pd.DataFrame, column: str | None) -> np.ndarray:
    """Our word for what each footprint is said to be; a word that is not known is noted, and left out."""
    words = {fold(word): kind for kind, words in KIND_WORDS.items() for word in (kind, *words)}
    said = _texts(outlines, frame, column)
    kinds = np.full(len(said), None)
    for at in np.flatnonzero(~pd.isna(said)):
        kinds[at] = words.get(fold(said[at]))
        if kinds[at] is None and outlines.kept[at]:
            outlines.note_one(int(at), "ingest.unknown_kind", column=column, value=said[at], known=" ".join(KIND_WORDS))
    return kinds


def _wholes(outlines: Outlines, frame: pd.DataFrame, column: str | None) -> np.ndarray:
    """Tell the whole each footprint is a part of: from its column, or from an identifier like ``X_part2``."""
    wholes = _texts(outlines, frame, column)
    for at in np.flatnonzero(pd.isna(wholes)):
        part = PART.fullmatch(outlines.identifiers[at])
        wholes[at] = part[1] if part else None
    wholes[wholes == outlines.identifiers] = None
    return wholes
