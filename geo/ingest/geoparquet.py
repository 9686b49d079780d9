"""Outlines in a GeoParquet file."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo.errors import SchemaError
from geo.ingest.files import MEBIBYTE, check_file
from geo.ingest.layers import Layer, Rows, quiet
from geo.ingest.report import Journal

SUFFIXES, DRIVER = (".parquet", ".geoparquet"), "GeoParquet"
DEFAULT_SYSTEM = "OGC:CRS84"
"""What the format means where it says nothing."""

LARGEST_MIB = 4096
"""A file that says it unpacks to more is not unpacked [MiB]."""

UNREADABLE = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, AttributeError)


def open_geoparquet(path: str | Path) -> Layer:
    """Open a GeoParquet file with one column of outlines, or the one it calls the primary one.

    Raises
    ------
    SchemaError
        The file is damaged, too large, or says nothing of geometry.
    """
    file = check_file(path, SUFFIXES)
    try:
        metadata, schema = pq.read_metadata(file), pq.read_schema(file)
        said = json.loads((schema.metadata or {}).get(b"geo", b"null"))
    except UNREADABLE as error:
        raise SchemaError("ingest.unreadable", file=str(file), reason=str(error)) from error
    size_mib = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups)) / MEBIBYTE
    if size_mib > LARGEST_MIB:
        raise SchemaError("ingest.too_large", file=str(file), size=f"{size_mib:.0f}", limit=str(LARGEST_MIB))
    column, about = _primary(said, schema, file)
    fields = tuple(name for name in schema.names if name not in said["columns"])
    crs = about.get("crs", DEFAULT_SYSTEM)
    said_crs = json.dumps(crs) if isinstance(crs, dict) else crs
    read = partial(_read, file, column, about)
    return Layer(file, str(file), DRIVER, file.stem, fields, said_crs, is_crs_implied="crs" not in about, read=read)


def _primary(said: object, schema: pa.Schema, file: Path) -> tuple[str, Mapping[str, Any]]:
    """Return the column of outlines and what is said of it."""
    try:
        column = said["primary_column"]  # type: ignore[index]  # what is no such thing is refused below
        about = said["columns"][column]  # type: ignore[index]  # same
        if column in schema.names and isinstance(about, dict):
            return column, about
    except (TypeError, KeyError):
        pass
    raise SchemaError("ingest.no_outline_columns", file=str(file), columns=", ".join(schema.names) or "-")


def _read(
    file: Path, column: str, about: Mapping[str, Any], columns: Sequence[str], _: str | None, journal: Journal
) -> Rows:
    """Return the rows; an outline that cannot be built is refused."""
    wanted = list(dict.fromkeys([*columns, column]))
    try:
        if about.get("encoding") == "WKB":
            table = pq.read_table(file, columns=wanted)
            encoded = np.array(table.column(column).to_pylist(), dtype=object)
            with quiet():
                geometry = shapely.from_wkb(encoded, on_invalid="warn")
            frame = table.drop_columns([column]).to_pandas() if columns else pd.DataFrame(index=range(len(encoded)))
        else:
            whole = gpd.read_parquet(file, columns=wanted)
            frame, geometry = pd.DataFrame(whole.drop(columns=column)), whole[column].to_numpy()
            encoded = shapely.to_wkb(geometry)
    except UNREADABLE as error:
        raise SchemaError("ingest.damaged", file=str(file), reason=str(error)) from error
    frame = frame.reset_index(drop=True).set_axis(range(1, len(geometry) + 1))
    for at, (outline, content) in enumerate(zip(geometry, encoded, strict=True)):
        if outline is None and content is not None:
            raw = {"raw": bytes(content).hex(), "reason": "WKB"}
            journal.refuse("ingest.bad_geometry", row=at + 1, identifier=None, **raw)
    return frame[list(columns)], geometry
