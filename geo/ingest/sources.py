"""Any file of outlines: which reader opens it, out of an archive or not."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypedDict

from geo.errors import SchemaError
from geo.ingest import boundary_txt, csv_outlines, geoparquet, kml
from geo.ingest.archives import ARCHIVES, unpacked
from geo.ingest.crs_guess import Place
from geo.ingest.files import check_file
from geo.ingest.layers import DRIVERS, Layer, open_layer

OPENERS: dict[str, Callable[..., Layer]] = {
    kml.SUFFIX: kml.open_kml,
    csv_outlines.SUFFIX: csv_outlines.open_csv,
    boundary_txt.SUFFIX: boundary_txt.open_boundary_txt,
    **dict.fromkeys(geoparquet.SUFFIXES, geoparquet.open_geoparquet),
}
"""What opens the formats that no driver reads; they have one layer."""

SUFFIXES = (*DRIVERS, *OPENERS)


class Reading(TypedDict, total=False):
    """What a caller may say of a file of outlines besides.

    Attributes
    ----------
    columns
        What a header holds, by header: ``parcel_id``, ``enterprise`` and so on; goes before the known names.
    encoding
        Encoding of a Shapefile's table or of a boundary text that declares none, or the wrong one.
    near
        Longitude and latitude of some place in the county [degree], for the guess offered with the error where eastings
        without zone prefix have no system.
    transform
        A file of transformation parameters for an old or local grid (`geo.ingest.transforms.read_transform`).
    """

    columns: Mapping[str, str] | None
    encoding: str | None
    near: Place | None
    transform: str | Path | None


@contextmanager
def open_source(
    path: str | Path, *, layer: str | None, usual: Collection[str], encoding: str | None = None
) -> Iterator[Layer]:
    """Open one layer of a file of outlines, for as long as it is read.

    Parameters
    ----------
    path
        A local file in one of ``SUFFIXES``, a folder that is a file geodatabase, or an archive that holds one of them.
    layer
        Its layer. Left out, it is the only one, or the only one with a usual name.
    usual
        Names under which such a layer is usually found.
    encoding
        Encoding of a Shapefile's table or of a boundary text; left out, it is found out.

    Raises
    ------
    SchemaError
        The file cannot be opened, or the layer cannot be told.
    CRSMismatchError
        It names its system by an address.
    """
    with unpacked(path, SUFFIXES) as found:
        suffix = Path(found).suffix.lower()
        if suffix in DRIVERS:
            opened = open_layer(found, layer=layer, usual=usual, encoding=encoding)
        else:
            check_file(found, (*SUFFIXES, *ARCHIVES))
            if layer is not None:
                raise SchemaError("ingest.unknown_layer", file=str(path), layer=layer, layers="-")
            takes_encoding = suffix == boundary_txt.SUFFIX
            opener = partial(OPENERS[suffix], encoding=encoding) if takes_encoding else OPENERS[suffix]
            opened = opener(found)
        is_archive = found != path
        yield replace(opened, file=Path(path).absolute()) if is_archive else opened
