"""Quarantined rows as a file that people can correct, and such a file handed back."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import CRSMismatchError, SchemaError
from geo.ingest.files import check_file
from geo.ingest.layers import open_layer
from geo.steps.export import SUFFIXES, check_suffix, disarmed, replacing

PREFIX = "quarantine_"
"""What the columns begin with that are not the file's own."""
KEY = ("kind", "file", "layer", "sha256")
"""What names a file that was taken in."""
ABOUT = (*KEY, "row", "identifier", "column", "code", "reason", "crs", "raw")
OUTLINE = f"{PREFIX}outline"
NEEDED = tuple(f"{PREFIX}{name}" for name in (*KEY, "row"))
EXACT = 2**53
"""Whole numbers up to this are the same as floating-point numbers."""

Record = dict[Any, Any]


def write_corrections(rows: pd.DataFrame, path: Path) -> None:
    """Write quarantined rows with all that stood in them, their outlines as they stood, and their reasons.

    A GeoPackage has a layer for each file, in that file's own system; CSV and Parquet have one table, with the outlines
    as well-known text and as GeoParquet.

    Parameters
    ----------
    rows
        Of ``geo.store.read_refused``, with ``reason``.
    path
        Its suffix names the format.

    Raises
    ------
    SchemaError
        The suffix is none of ``.csv``, ``.parquet``, ``.gpkg``.
    """
    check_suffix(path)
    with replacing(path) as fresh:
        match path.suffix.lower():
            case ".csv":
                table = _table(rows)
                table[OUTLINE] = pd.Series([_wkt(wkb) for wkb in rows["outline"]], dtype=object)
                disarmed(table).to_csv(fresh, index=False, encoding="utf-8-sig", lineterminator="\n")
            case ".parquet":
                _drawn(rows).to_parquet(fresh, index=False)
            case _:
                _write_layers(rows, fresh)


def _write_layers(rows: pd.DataFrame, path: Path) -> None:
    """Write a layer for each file."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00Z"})
    taken: set[str] = set()
    try:
        groups = [group for _, group in rows.groupby(list(KEY), dropna=False, sort=False)] or [rows]
        for group in groups:
            name = _layer_name(group, taken)
            options: Record = {"layer": name, "driver": "GPKG", "FID": f"{PREFIX}fid", "append": bool(taken)}
            taken.add(name.casefold())
            if group["kind"].isin(["parcels", "footprints"]).any():
                options |= {"geometry_type": "Unknown", "GEOMETRY_NAME": OUTLINE}
                pyogrio.write_dataframe(_distinct(_drawn(group.reset_index(drop=True))), path, **options)
            else:
                pyogrio.write_dataframe(_distinct(_table(group.reset_index(drop=True))), path, **options)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _layer_name(group: pd.DataFrame, taken: set[str]) -> str:
    """Return a name for the layer of a file that no layer has yet."""
    parts = (
        [Path(str(name)).stem for name in group[["file", "layer"]].iloc[0] if isinstance(name, str)]
        if len(group)
        else []
    )
    stem = "_".join(dict.fromkeys(parts)) or "quarantine"
    number = 1
    while (name := stem if number == 1 else f"{stem}_{number}").casefold() in taken:
        number += 1
    return name


def _distinct(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without columns that a GeoPackage takes for others, because it does not tell A from a."""
    folded = pd.Series([str(name).casefold() for name in table.columns])
    reserved = {f"{PREFIX}fid"}
    return table.loc[:, (~folded.duplicated() & ~folded.isin(reserved)).to_numpy()]


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what is said of the rows, and their attributes, one column each."""
    about = {f"{PREFIX}{name}": rows[name].array for name in ABOUT}
    records = [record if isinstance(record, dict) else {} for record in rows["attributes"]]
    names = [name for name in dict.fromkeys(name for record in records for name in record) if name not in about]
    own = {name: _column([record.get(name) for record in records]) for name in names}
    return pd.DataFrame(about | own)


def _drawn(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the same with outlines, in their system where they all have one."""
    systems = {text if isinstance(text, str) else None for text in rows["crs"]}
    crs = _crs(systems.pop()) if len(systems) == 1 else None
    outlines = [None if pd.isna(wkb) else shapely.from_wkb(wkb) for wkb in rows["outline"]]
    return gpd.GeoDataFrame(
        _table(rows), geometry=gpd.GeoSeries(outlines, crs=crs, index=range(len(rows)))
    ).rename_geometry(OUTLINE)


def _crs(text: str | None) -> CRS | None:
    try:
        return None if text is None else CRS.from_user_input(text)
    except CRSError:
        return None


def _wkt(wkb: object) -> str | None:
    return None if not isinstance(wkb, bytes) else shapely.to_wkt(shapely.from_wkb(wkb), rounding_precision=-1)


def _column(values: list[object]) -> pd.Series:
    """Return values as numbers if they all are, else as texts."""
    said = [value for value in values if value is not None]
    if said and all(_is_number(value) and abs(float(str(value))) < EXACT for value in said):
        return pd.Series([math.nan if value is None else float(str(value)) for value in values])
    return pd.Series([_shown(value) for value in values], dtype=object)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def read_corrections(paths: Sequence[Path], rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return quarantined rows as corrected in exports that are handed back.

    Parameters
    ----------
    paths
        Exports, in any of their formats.
    rows
        The rows that are in quarantine.

    Returns
    -------
    tuple[DataFrame, dict[str, int]]
        The rows, with ``is_handed_back``; and by file how many rows handed back are no longer in quarantine.

    Raises
    ------
    SchemaError
        A file is no export of the quarantine.
    CRSMismatchError
        It is in another system than it was exported in.
    """
    index = {_key(row): at for at, row in enumerate(rows.to_dict("records"))}
    corrected = rows.assign(is_handed_back=False)
    records = corrected.to_dict("records")
    gone: dict[str, int] = {}
    for path in paths:
        gone.setdefault(path.name, 0)
        for table in _tables(path):
            for said in table.to_dict("records"):
                at = index.get(_key({name: said[f"{PREFIX}{name}"] for name in (*KEY, "row")}))
                if at is None:
                    gone[path.name] += 1
                else:
                    records[at] = _corrected(records[at], {str(name): value for name, value in said.items()}, path)
    for name in ("attributes", "outline", "crs", "is_handed_back"):
        corrected[name] = pd.Series([record[name] for record in records], index=rows.index, dtype=object)
    return corrected, gone


def _key(row: Mapping[Any, Any]) -> tuple[str, ...]:
    number = str(int(float(row["row"])))
    return (*("" if pd.isna(row[name]) else str(row[name]) for name in KEY), number)


def _tables(path: Path) -> list[pd.DataFrame]:
    """Read an export; outlines are geometries or None, what is not there is None."""
    file = check_file(path, SUFFIXES)
    match file.suffix.lower():
        case ".csv":
            tables = [pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")]
            tables[0] = tables[0].replace({"": None})
            if OUTLINE in tables[0]:
                tables[0][OUTLINE] = _outlines(tables[0][OUTLINE], file)
        case ".parquet":
            tables = [gpd.read_parquet(file)]
        case _:
            names = [str(name) for name, _ in pyogrio.list_layers(file)]
            for name in names:
                open_layer(file, layer=name, usual=(), is_table=True)
            tables = [pyogrio.read_dataframe(file, layer=name) for name in names]
    for table in tables:
        missing = [name for name in NEEDED if name not in table]
        if missing:
            raise SchemaError("quarantine.not_an_export", file=str(path), columns=", ".join(missing))
    return [_plain(table) for table in tables]


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as objects, None for what is unknown, its outlines under one name with their system beside."""
    crs = table.crs if isinstance(table, gpd.GeoDataFrame) else None
    if isinstance(table, gpd.GeoDataFrame):
        table = pd.DataFrame(table.rename_geometry(OUTLINE) if table.geometry.name != OUTLINE else table)
    plain = table.astype(object)
    return plain.where(plain.notna(), None).assign(
        layer_crs=pd.Series([crs] * len(plain), index=plain.index, dtype=object)
    )


def _outlines(texts: pd.Series, file: Path) -> pd.Series:
    outlines = []
    for row, text in enumerate(texts, start=2):
        try:
            outlines.append(None if text is None else shapely.from_wkt(text))
        except shapely.errors.ShapelyError as error:
            raise SchemaError("ingest.bad_geometry", file=str(file), row=row, reason=str(error)) from error
    return pd.Series(outlines, index=texts.index, dtype=object)


def _corrected(record: Record, said: Record, path: Path) -> Record:
    """Return a quarantined row with what was corrected in it."""
    attributes = dict(record["attributes"]) if isinstance(record["attributes"], dict) else {}
    for name, value in said.items():
        if name.startswith(PREFIX) or name == "layer_crs":
            continue
        if not _is_same(attributes.get(name), value):
            attributes[name] = value
    changed: Record = {"attributes": attributes, "is_handed_back": True}
    if OUTLINE in said:
        changed |= _redrawn(record, said, path)
    return {**record, **changed}


def _redrawn(record: Record, said: Record, path: Path) -> Record:
    """Return the outline that was handed back, as it stood if nobody touched it."""
    drawn, before = said[OUTLINE], record["outline"]
    expected, found = _crs(record["crs"] if isinstance(record["crs"], str) else None), said["layer_crs"]
    if expected is not None and found is not None and found != expected:
        names = {"crs": str(found.name), "expected": str(expected.name)}
        raise CRSMismatchError("quarantine.moved", file=str(path), **names)
    if drawn is None:
        return {"outline": None}
    if isinstance(before, bytes) and shapely.from_wkb(before) == drawn:
        return {}
    crs = {"crs": found.to_wkt()} if expected is None and found is not None else {}
    return {"outline": shapely.to_wkb(drawn, byte_order=1)} | crs


def _is_same(before: object, value: object) -> bool:
    """Whether a value that was handed back is the one that was exported."""
    if before is None or value is None:
        return before is value
    if _is_number(before):
        try:
            return float(str(before)) == float(str(value))
        except ValueError:
            return False
    return str(value) in (text := str(_shown(before)), f"'{text}")
