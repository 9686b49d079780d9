"""Refused rows as they stood in their file: every column and the outline, enough to write them into a file again."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time

import numpy as np
import pandas as pd
import shapely

from geo.ingest.layers import Layer
from geo.ingest.vectors import read_attributes

Attributes = dict[str, object]


def keep_originals(
    refused: pd.DataFrame, layer: Layer, drawn: Mapping[int, shapely.Geometry | None], *, identifier: str | None
) -> pd.DataFrame:
    """Return refused rows with all that stood in the file.

    Parameters
    ----------
    refused
        Of ``Journal.frames``.
    layer
        The layer they stand in, still open.
    drawn
        Geometry as it was read, by row; nothing mended, moved or left out.
    identifier
        The column that tells to which outline a line of the file belongs, where an outline takes several.

    Returns
    -------
    DataFrame
        The same rows with ``attributes``, ``outline`` and ``crs``.
    """
    if refused.empty:
        return refused
    rows = refused["row"].astype(int).tolist()
    read = read_attributes(layer, rows, identifier=identifier)
    outlines = [drawn.get(row) for row in rows]
    kept = {
        "attributes": [plain_record(read[row]) if row in read else None for row in rows],
        "outline": [None if outline is None else shapely.to_wkb(outline, byte_order=1) for outline in outlines],
    }
    columns = {name: pd.Series(values, index=refused.index, dtype=object) for name, values in kept.items()}
    return refused.assign(**columns, crs=layer.said_crs)


def note_twins(refused: pd.DataFrame, names: Iterable[object], rows: Iterable[int]) -> pd.DataFrame:
    """Return refused rows with the row of the one that was taken under the same identifier, where there is one."""
    row_of = dict(zip(names, rows, strict=True))
    twins = [row_of.get(name, before) for name, before in zip(refused["identifier"], refused["twin"], strict=True)]
    return refused.assign(twin=pd.array([None if pd.isna(twin) else int(twin) for twin in twins], dtype="Int64"))


def plain_record(record: Mapping[str, object]) -> Attributes:
    """Return a record as what JSON can hold.

    Examples
    --------
    >>> plain_record({"a": np.int32(3), "b": float("nan"), "c": date(2026, 1, 31), "d": b"x"})
    {'a': 3, 'b': None, 'c': '2026-01-31', 'd': '78'}
    """
    return {name: _plain(value) for name, value in record.items()}


def _plain(value: object) -> object:
    """Return a value as what JSON can hold; bytes in hexadecimal, days and times as ISO text."""
    plain: object = None
    match value:
        case np.generic():
            plain = _plain(value.item())
        case bool() | int() | str():
            plain = value
        case float():
            plain = value if math.isfinite(value) else None if math.isnan(value) else str(value)
        case bytes():
            plain = value.hex()
        case dict():
            plain = {str(name): _plain(part) for name, part in value.items()}
        case np.ndarray() | list() | tuple():
            plain = [_plain(part) for part in value]
        case date() | time():
            plain = value.isoformat()
        case _ if value is not None and value is not pd.NA:
            plain = str(value)
    return None if value is pd.NaT else plain


def layer_of(rows: pd.DataFrame, file: Layer) -> Layer:
    """Return refused rows as a layer, to be read and checked like any file.

    Parameters
    ----------
    rows
        ``row``, ``attributes``, ``outline``, ``raw``.
    file
        What is known of the file they stood in: its name, system and layer.
    """

    def read(columns: Sequence[str], _: str | None, journal: object) -> tuple[pd.DataFrame, np.ndarray]:
        del journal
        values = {name: [record.get(name) for record in rows["attributes"]] for name in columns}
        index = rows["row"].astype(int).tolist()
        geometry = np.full(len(rows), None)
        geometry[:] = [None if pd.isna(wkb) else shapely.from_wkb(wkb) for wkb in rows["outline"]]
        return pd.DataFrame(values, index=index, columns=list(columns), dtype=object), geometry

    fields = tuple(dict.fromkeys(name for record in rows["attributes"] for name in record))
    return Layer(file.file, file.source, file.driver, file.name, fields, file.said_crs, read=read, is_part=True)
