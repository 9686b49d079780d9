"""Write tables: CSV, Parquet or GeoPackage by suffix, whole or not at all, the same bytes each time."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.errors import SchemaError

SUFFIXES = (".csv", ".parquet", ".gpkg")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it takes the name of ``path`` only when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.stem}.part{path.suffix}")
    fresh.unlink(missing_ok=True)
    try:
        yield fresh
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def check_suffix(path: Path) -> None:
    """Refuse a name whose ending names no table format, before any work is done."""
    if path.suffix.lower() not in SUFFIXES:
        raise SchemaError("scan.unknown_suffix", file=str(path), known=" ".join(SUFFIXES))


def write_table(table: pd.DataFrame, path: Path, *, shapes: gpd.GeoSeries | None = None) -> None:
    """Write a table; its suffix names the format.

    A text in a CSV that a spreadsheet would take for a formula gets an apostrophe before it.

    Parameters
    ----------
    shapes
        Geometries by ``parcel_id``; only a GeoPackage takes them.

    Raises
    ------
    SchemaError
        The suffix is none of ``.csv``, ``.parquet``, ``.gpkg``.
    """
    check_suffix(path)
    with replacing(path) as fresh:
        match path.suffix.lower():
            case ".csv":
                disarmed(table).to_csv(fresh, index=False, encoding="utf-8-sig", lineterminator="\n")
            case ".parquet":
                pd.DataFrame(table).to_parquet(fresh, index=False)
            case _:
                _write_geopackage(table, fresh, shapes, layer=path.stem)


def disarmed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before every text that a spreadsheet would run.

    Examples
    --------
    >>> disarmed(pd.DataFrame({"holder": ["=1+1", "甲厂"], "n": [1, 2]}))["holder"].tolist()
    ["'=1+1", '甲厂']
    """
    return table.map(
        lambda value: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
    )


def _write_geopackage(table: pd.DataFrame, path: Path, shapes: gpd.GeoSeries | None, *, layer: str) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00Z"})
    try:
        if shapes is None:
            pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG")
        else:
            geometry = gpd.GeoSeries(shapes.reindex(table["parcel_id"]).array, index=table.index, crs=shapes.crs)
            pyogrio.write_dataframe(gpd.GeoDataFrame(table, geometry=geometry), path, layer=layer, driver="GPKG")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_json(content: Mapping[str, object], path: Path) -> None:
    """Write sorted, indented JSON in UTF-8."""
    with replacing(path) as fresh:
        fresh.write_text(to_json(content) + "\n", "utf-8")


def to_json(content: Mapping[str, object]) -> str:
    """Return sorted, indented JSON."""
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
