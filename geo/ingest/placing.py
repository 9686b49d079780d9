"""In which system the coordinates of a layer are: as declared, as the caller says, or as parameters make them."""

from pathlib import Path
from typing import TypedDict

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import CRSMismatchError
from geo.ingest.crs import choose_crs, describe_crs, find_impossible, is_old_datum, is_same_crs
from geo.ingest.crs_guess import Place, guess_crs
from geo.ingest.layers import Layer
from geo.ingest.report import Journal
from geo.ingest.transforms import check_source, read_transform, transform_outlines


class Placing(TypedDict, total=False):
    """What a caller may say of the coordinates of a file."""

    crs: str | None
    near: Place | None
    transform: str | Path | None


def place(layer: Layer, geometry: np.ndarray, journal: Journal, said: Placing) -> tuple[CRS, np.ndarray]:
    """Return the system of a layer and its geometries in it.

    What the caller says goes before a format's own default (bureaus write projected coordinates into GeoJSON without
    saying so) and before a declaration in which no coordinate of the file is possible. It is noted where it decides.

    Parameters
    ----------
    layer
        The layer.
    geometry
        Array of n geometries as they stand in the file.
    journal
        Receives what is to be said.
    said
        ``crs``, the system of a file that declares none; ``near``, a place in the county, for the guess that is
        offered where there is no system; ``transform``, a file of transformation parameters (see `read_transform`).

    Raises
    ------
    CRSMismatchError
        There is no system (with a guess, where the numbers allow one), the caller contradicts the file, or it is an
        old or local one and no transformation is given.
    SchemaError
        The file of transformation parameters cannot be used.
    """
    where = {"file": str(layer.file), "layer": layer.shown}
    path = said.get("transform")
    transform = read_transform(path) if path is not None else None
    if transform is not None and transform.source is None and said.get("crs") is None and layer.crs is None:
        declared = None
    else:
        declared = _system(layer, geometry, journal, said)
    if transform is None:
        assert declared is not None  # without a transformation there is a system, or an error
        if is_old_datum(declared):
            raise CRSMismatchError("ingest.old_datum", **where, crs=describe_crs(declared))
        return declared, geometry
    check_source(transform, declared, **where)
    for code, params in transform.notes:
        journal.note(code, **params)  # type: ignore[arg-type]  # parameters of a sentence are no row or identifier
    journal.note("ingest.transformed", parameters=Path(str(path)).name, target=describe_crs(transform.target))
    return transform.target, transform_outlines(geometry, transform)


def _system(layer: Layer, geometry: np.ndarray, journal: Journal, said: Placing) -> CRS:
    """Return the system the coordinates are in as they stand."""
    where = {"file": str(layer.file), "layer": layer.shown}
    option = said.get("crs")
    declared = None if layer.is_crs_implied and option else layer.crs
    if declared is not None and option:
        named = choose_crs(None, option, **where)
        if _is_disproved(geometry, declared, named):
            journal.note("ingest.crs_overruled", declared=describe_crs(declared), crs=describe_crs(named))
            return named
    if declared is None and not option:
        _offer(layer, geometry, said.get("near"))
    crs = choose_crs(declared, option, **where)
    if declared is None:
        journal.note("ingest.crs_by_option", crs=describe_crs(crs))
    return crs


def _is_disproved(geometry: np.ndarray, declared: CRS, named: CRS) -> bool:
    """Whether no coordinate can be in the system declared, and every one can be in the one the caller names."""
    usable = geometry[np.isfinite(shapely.bounds(geometry)).all(axis=1)]
    if is_same_crs(declared, named) or not len(usable):
        return False
    return bool(find_impossible(usable, declared).all()) and not find_impossible(usable, named).any()


def _offer(layer: Layer, geometry: np.ndarray, near: Place | None) -> None:
    """Raise for a layer without a system, with what it looks like."""
    where = {"file": str(layer.file), "layer": layer.shown}
    if layer.said_crs and (name := _local_name(layer.said_crs)):
        raise CRSMismatchError("ingest.local_grid", **where, name=name)
    guess = guess_crs(geometry, near)
    if guess.codes:
        raise CRSMismatchError("ingest.no_crs_guess", **where, guess=", ".join(guess.codes), first=guess.codes[0])
    if guess.is_zone_missing:
        raise CRSMismatchError("ingest.no_crs_zone", **where)


def _local_name(text: str) -> str | None:
    """Return the name of a system that places nothing on the Earth, such as a city's own grid."""
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return None
    return str(crs.name) if crs.is_engineering else None
