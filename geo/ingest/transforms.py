"""Parameters a bureau has for its old or local grid: four, seven, or the control points they follow from."""

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.errors import CRSMismatchError, SchemaError
from geo.ingest.crs import describe_crs, is_old_datum, is_same_crs, read_crs

Coordinates = NDArray[np.float64]
"""Array of n rows, east first."""

LOCAL = "local"
"""The source of a grid that has no code."""

PLANE = ("d_north_m", "d_east_m", "rotation_s", "scale_ppm")
HELMERT = ("dx_m", "dy_m", "dz_m", "rx_s", "ry_s", "rz_s", "scale_ppm")
CONVENTIONS = ("position_vector", "coordinate_frame")
POINT = ("source_north", "source_east", "target_north", "target_east")
KEYS = frozenset({"source", "target", "plane", "helmert", "control_point", "max_residual_m"})

FEWEST_POINTS, FEWEST_CHECKED = 2, 3
"""Two control points give four parameters, and nothing that would show a slip of the pen."""

MAX_RESIDUAL_M = 0.1
ARC_SECOND = math.pi / 180 / 3600


@dataclass(frozen=True, slots=True, eq=False)
class Transform:
    """How coordinates of one system become those of another.

    Attributes
    ----------
    source
        The system they are in, or None for a grid without a code.
    target
        The system they come to be in.
    apply
        Turns an array of coordinates, east first, into another.
    notes
        Code and parameters of what is to be said of it.
    """

    source: CRS | None
    target: CRS
    apply: Callable[[Coordinates], Coordinates]
    notes: tuple[tuple[str, Mapping[str, object]], ...]


def read_transform(path: str | Path) -> Transform:
    """Read a file of transformation parameters.

    A TOML file with ``source`` (a code, or ``"local"``), ``target`` (a code on CGCS2000), and one of

    - ``[plane]``: ``d_north_m``, ``d_east_m``, ``rotation_s``, ``scale_ppm``, so that with m = 1 + scale and a the
      rotation, target north = d_north + m (north cos a - east sin a), target east = d_east + m (north sin a + east
      cos a);
    - ``[helmert]``: ``dx_m``, ``dy_m``, ``dz_m``, ``rx_s``, ``ry_s``, ``rz_s``, ``scale_ppm`` and ``convention``,
      ``position_vector`` or ``coordinate_frame`` (the rotations' signs differ; 布尔莎 as taught in China is the
      latter). Heights are taken as 0;
    - two or more ``[[control_point]]``: ``name``, ``source_north``, ``source_east``, ``target_north``,
      ``target_east``, from which the four are found by least squares. ``max_residual_m`` (0.1) is the largest
      residual a point may leave [m].

    Raises
    ------
    SchemaError
        The file cannot be read, or a parameter is missing, unknown or no number.
    CRSMismatchError
        A system is not known, or a control point does not fit the others.
    """
    said = _read(path)
    source = None if said["source"] == LOCAL else _system(said, "source", path)
    target = _system(said, "target", path)
    if is_old_datum(target):
        raise CRSMismatchError("ingest.old_datum", file=str(path), crs=describe_crs(target))
    if "plane" in said:
        return Transform(source, target, _plane(*_numbers(said["plane"], PLANE, path)), ())
    if "helmert" in said:
        if source is None:
            raise SchemaError("ingest.transform_key", file=str(path), key="source")
        return Transform(source, target, _seven(said["helmert"], (source, target), path), ())
    return _by_points(said, (source, target), path)


def check_source(transform: Transform, declared: CRS | None, **place: object) -> None:
    """Check that coordinates are in the system a transformation starts from.

    Raises
    ------
    CRSMismatchError
        They are in another.
    """
    if declared is None and transform.source is None:
        return
    if declared is None or transform.source is None or not is_same_crs(declared, transform.source):
        names = [describe_crs(crs) if crs is not None else LOCAL for crs in (declared, transform.source)]
        raise CRSMismatchError("ingest.transform_source", **place, declared=names[0], source=names[1])


def transform_outlines(geometry: np.ndarray, transform: Transform) -> np.ndarray:
    """Return geometries in the target system; heights are dropped, missing geometries stay missing."""
    moved: np.ndarray = shapely.transform(geometry, transform.apply)
    return moved


def _read(path: str | Path) -> dict[str, object]:
    """Read the file and check its shape."""
    try:
        said = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError("ingest.unreadable", file=str(path), reason=str(error)) from error
    for key in said.keys() - KEYS:
        raise SchemaError("ingest.transform_key", file=str(path), key=key)
    for key in ("source", "target"):
        if not isinstance(said.get(key), str):
            raise SchemaError("ingest.transform_key", file=str(path), key=key)
    if len(said.keys() & {"plane", "helmert", "control_point"}) != 1:
        raise SchemaError("ingest.transform_key", file=str(path), key="plane, helmert, control_point")
    return said


def _system(said: Mapping[str, object], key: str, path: str | Path) -> CRS:
    """Return a system the file names."""
    crs = read_crs(str(said[key]))
    if crs is None:
        raise CRSMismatchError("ingest.unknown_crs", file=str(path), crs=str(said[key]))
    return crs


def _numbers(given: object, names: Sequence[str], path: str | Path) -> list[float]:
    """Return the numbers of a table, in the order of their names."""
    table = given if isinstance(given, dict) else {}
    for key in table.keys() - {*names, "convention", "name"}:
        raise SchemaError("ingest.transform_key", file=str(path), key=str(key))
    numbers = []
    for name in names:
        value = table.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise SchemaError("ingest.transform_key", file=str(path), key=name)
        numbers.append(float(value))
    return numbers


def _plane(d_north: float, d_east: float, rotation_s: float, scale_ppm: float) -> Callable[[Coordinates], Coordinates]:
    """Make the transformation of four parameters."""
    scale, angle = 1 + scale_ppm * 1e-6, rotation_s * ARC_SECOND
    along, across = scale * math.cos(angle), scale * math.sin(angle)

    def apply(coordinates: Coordinates) -> Coordinates:
        east, north = coordinates[:, 0], coordinates[:, 1]
        return np.column_stack([d_east + across * north + along * east, d_north + along * north - across * east])

    return apply


def _seven(given: object, systems: tuple[CRS, CRS], path: str | Path) -> Callable[[Coordinates], Coordinates]:
    """Make the transformation of seven parameters between the ellipsoids of two systems."""
    numbers = _numbers(given, HELMERT, path)
    convention = given.get("convention") if isinstance(given, dict) else None
    if convention not in CONVENTIONS:
        raise SchemaError("ingest.transform_key", file=str(path), key="convention")
    named = zip(("x", "y", "z", "rx", "ry", "rz", "s"), numbers, strict=True)
    parameters = " ".join(f"+{name}={number!r}" for name, number in named)
    geods = [geod for crs in systems if (geod := crs.get_geod()) is not None]
    cart = [f"+proj=cart +a={geod.a!r} +rf={1 / geod.f!r}" for geod in geods]
    between = Transformer.from_pipeline(
        f"+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step {cart[0]} "
        f"+step +proj=helmert {parameters} +convention={convention} +step +inv {cart[1]} "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    source, target = systems
    before = Transformer.from_crs(source, source.geodetic_crs, always_xy=True)
    after = Transformer.from_crs(target.geodetic_crs, target, always_xy=True)

    def apply(coordinates: Coordinates) -> Coordinates:
        lon, lat = before.transform(coordinates[:, 0], coordinates[:, 1])
        lon, lat, _ = between.transform(lon, lat, np.zeros_like(lon))
        return np.column_stack(after.transform(lon, lat))

    return apply


def _by_points(said: Mapping[str, object], systems: tuple[CRS | None, CRS], path: str | Path) -> Transform:
    """Find four parameters from control points, and check that every point agrees with them."""
    given = said["control_point"]
    tables = given if isinstance(given, list) else []
    points = np.array([_numbers(table, POINT, path) for table in tables]).reshape(-1, len(POINT))
    if len(np.unique(points[:, :2], axis=0)) < FEWEST_POINTS:
        raise SchemaError("ingest.transform_key", file=str(path), key="control_point")
    [largest] = _numbers({"max_residual_m": said.get("max_residual_m", MAX_RESIDUAL_M)}, ["max_residual_m"], path)
    apply, residual_m = fit_plane(points[:, [1, 0]], points[:, [3, 2]])
    worst = int(np.argmax(residual_m))
    params = {
        "count": len(points),
        "rms": f"{math.sqrt(float(np.mean(residual_m**2))):.3f}",
        "worst": f"{residual_m[worst]:.3f}",
        "name": str(tables[worst].get("name", worst + 1)),
    }
    if residual_m[worst] > largest:
        raise CRSMismatchError("ingest.control_points_disagree", file=str(path), **params, limit=f"{largest:g}")
    code = "ingest.control_points" if len(points) >= FEWEST_CHECKED else "ingest.control_points_unchecked"
    return Transform(*systems, apply, ((code, params),))


def fit_plane(source: Coordinates, target: Coordinates) -> tuple[Callable[[Coordinates], Coordinates], Coordinates]:
    """Find the four parameters that take control points closest to where they belong, by least squares.

    Returns
    -------
    tuple[Callable, numpy.ndarray]
        The transformation, and how far it leaves each point from where it belongs [m].
    """
    at, to = source.mean(axis=0), target.mean(axis=0)
    turned = (source - at) @ np.array([1, 1j])
    along = np.vdot(turned, (target - to) @ np.array([1, 1j])) / np.vdot(turned, turned).real

    def apply(coordinates: Coordinates) -> Coordinates:
        moved = along * ((coordinates - at) @ np.array([1, 1j]))
        belongs: Coordinates = to + np.column_stack([moved.real, moved.imag])
        return belongs

    return apply, np.hypot(*(apply(source) - target).T)
