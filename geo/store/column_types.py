"""Column types that hold the same thing in a GeoPackage and in PostGIS: geometry, day, instant and JSON."""

import json
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import geoalchemy2
import numpy as np
import shapely
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from geo.store import blob


class GeoPackageGeometry(UserDefinedType[bytes]):
    """A geometry column of a GeoPackage: declared by its geometry type, holding blobs."""

    cache_ok = True

    def __init__(self, geometry_type: str) -> None:
        self.geometry_type = geometry_type

    def get_col_spec(self, **_: object) -> str:
        """Name of the type in CREATE TABLE."""
        return self.geometry_type


class Geometry(TypeDecorator[BaseGeometry]):
    """A shapely geometry: GeoPackage blob on SQLite, PostGIS geometry on PostgreSQL.

    Parameters
    ----------
    geometry_type
        Such as ``MULTIPOLYGON``.
    srid
        EPSG number of the coordinates, longitude first.
    """

    impl = LargeBinary
    cache_ok = True
    spatial_index = False  # GeoAlchemy2 reads this off every column; the index is declared with the table

    def __init__(self, geometry_type: str, srid: int) -> None:
        self.geometry_type, self.srid = geometry_type, srid
        super().__init__()

    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        """Column type of a dialect; GeoAlchemy2 also asks with none."""
        if dialect is None:
            return LargeBinary()
        if dialect.name == "postgresql":
            return dialect.type_descriptor(geoalchemy2.Geometry(self.geometry_type, self.srid, spatial_index=False))
        return dialect.type_descriptor(GeoPackageGeometry(self.geometry_type))

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> object:
        """Turn a geometry into what the driver takes."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return from_shape(value, srid=self.srid, extended=True)
        return blob.encode(value, self.srid)

    def process_result_value(
        self,
        value: bytes | geoalchemy2.WKBElement | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's form
    ) -> BaseGeometry | None:
        """Turn what the driver gives into a geometry."""
        if value is None:
            return None
        if isinstance(value, bytes):
            return blob.decode(value)
        geometry: BaseGeometry = shapely.set_srid(to_shape(value), 0)
        return geometry


class Day(TypeDecorator[date]):
    """A day as ``2026-10-31``: text of one width, so that order of text is order of time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - same
        """Turn a day into text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002 - same
        """Turn text into a day."""
        return None if value is None else date.fromisoformat(value)


class Instant(TypeDecorator[datetime]):
    """A time in UTC as ``2026-10-31T16:00:00.000000Z``: text of one width, so that order of text is order of time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - same
        """Turn a time into text."""
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - same
        """Turn text into a time."""
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[object]):
    """Plain data as JSON text: sorted keys, so that equal data is equal text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002 - same
        """Turn data into text."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:  # noqa: ARG002 - same
        """Turn text into data."""
        return None if value is None else json.loads(value)


@lru_cache(maxsize=256)  # the rows of one intake share theirs
def instant_text(value: datetime) -> str:
    """Return a time as the text that is stored.

    Raises
    ------
    ValueError
        If the time has no zone: nobody can say which instant it is.

    Examples
    --------
    >>> from datetime import timedelta, timezone
    >>> instant_text(datetime(2026, 11, 1, tzinfo=timezone(timedelta(hours=8))))
    '2026-10-31T16:00:00.000000Z'
    """
    if value.tzinfo is None:
        raise ValueError("a time without zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def json_text(value: object) -> str:
    """Return plain data as JSON; numpy numbers become numbers, days and times ISO text, other things their text.

    Examples
    --------
    >>> json_text({"b": np.float64(0.5), "a": date(2026, 10, 31)})
    '{"a": "2026-10-31", "b": 0.5}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else str(value)
