"""Open images: by the one driver that may, with nothing beside them read, and looked over before they are used."""

import math
import warnings
from dataclasses import dataclass
from pathlib import Path

import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from geo.change_detection.grid import Grid
from geo.errors import InputError, SceneError

DRIVERS = {".tif": "GTiff", ".tiff": "GTiff", ".jp2": "JP2OpenJPEG"}
"""The only readers let near an image, by the end of its name: others could follow links out of it."""
ENVI = "ENVI"
ENVI_SUFFIXES = ("", ".dat", ".img", ".bsq", ".bil", ".bip")
HEADER_BYTES = 1 << 20
SURROUNDINGS = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO"}
"""Nothing beside an image is read but an ENVI header: what is hashed is all that counts."""
LIBRARY_MB = 64
"""So much of unpacked images the library underneath keeps: `geo.ingest.tiles` does it better [MB]."""
QUANTUM = 1e-4


@dataclass(frozen=True, slots=True)
class Layer:
    """What an image says of one of its layers.

    Attributes
    ----------
    description
        Its name; empty where it has none.
    wavelength_um
        Middle of its band; NaN where it does not say [micrometres].
    """

    description: str
    wavelength_um: float


def driver_of(path: Path) -> str | None:
    """Return the name of the only driver that may read a file, or None where there is none."""
    known = DRIVERS.get(path.suffix.lower())
    return known or (ENVI if envi_header(path) else None)


def envi_header(path: Path) -> Path | None:
    """Return the ENVI header of a file of numbers, or None."""
    if path.suffix.lower() not in ENVI_SUFFIXES:
        return None
    beside = (path.with_name(path.name + end) for end in (".hdr", ".HDR"))
    instead = (path.with_suffix(end) for end in (".hdr", ".HDR") if path.suffix)
    return next((header for header in (*beside, *instead) if is_envi_header(header)), None)


def is_envi_header(path: Path) -> bool:
    """Whether a file is an ENVI header of a sane size."""
    try:
        if path.suffix.lower() != ".hdr" or path.stat().st_size > HEADER_BYTES:
            return False
        with path.open("rb") as stream:
            return stream.read(4) == b"ENVI"
    except OSError:
        return False


def files_of(path: Path) -> list[Path]:
    """Return all files that an image is made of."""
    header = envi_header(path)
    return [path, header] if header else [path]


def keeping_little() -> rasterio.Env:
    """Return surroundings in which the library underneath keeps little of what it unpacks: only while they last."""
    return rasterio.Env(GDAL_CACHEMAX=LIBRARY_MB)


def open_image(path: Path) -> rasterio.DatasetReader:
    """Open an image.

    Raises
    ------
    SceneError
        ``observe.image_unreadable``.
    """
    driver = driver_of(path)
    if driver is None or not path.is_file():
        raise SceneError("observe.image_unreadable", file=str(path))
    # an ENVI header is found by listing its folder; no other driver is let do that
    options = SURROUNDINGS | ({"GDAL_DISABLE_READDIR_ON_OPEN": "FALSE"} if driver == ENVI else {})
    with warnings.catch_warnings(), rasterio.Env(**options):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            return rasterio.open(path, driver=driver)
        except RasterioError as error:
            raise SceneError("observe.image_unreadable", file=str(path)) from error


def grid_of(image: rasterio.DatasetReader) -> Grid:
    """Return the grid of an open image.

    Raises
    ------
    SceneError
        It has none that parcels can be laid over.
    """
    if image.crs is None:
        raise SceneError("observe.image_without_crs", file=image.name)
    try:
        return Grid(image.crs.to_wkt(), tuple(image.transform)[:6], image.shape)
    except InputError as error:
        raise SceneError(error.code, **error.params | {"file": image.name}) from error


def read_layers(path: Path) -> list[Layer]:
    """Return what an image says of its layers, in their order.

    Raises
    ------
    SceneError
        ``observe.image_empty`` or ``observe.image_unreadable``.
    """
    check_size(path)
    with open_image(path) as image:
        return [
            Layer(description or "", _micrometres(image.tags(number)))
            for number, description in enumerate(image.descriptions, start=1)
        ]


def _micrometres(tags: dict[str, str]) -> float:
    try:
        length = float(tags.get("wavelength", "nan"))
    except ValueError:
        return math.nan
    is_nanometres = tags.get("wavelength_units", "").lower().startswith("nano")
    return length / 1000 if is_nanometres else length


def check_size(path: Path) -> None:
    """Raise SceneError unless a file is there and holds something."""
    if not path.is_file():
        raise SceneError("observe.image_missing", file=str(path))
    if path.stat().st_size == 0:
        raise SceneError("observe.image_empty", file=str(path))


def look_into(path: Path, layer: int | None = None) -> tuple[float, float, Grid]:
    """Return scale, offset and grid of a layer that can be used; the offset is NaN where it does not say.

    The corners and the middle are decoded: in a file cut short some of them are missing.

    Parameters
    ----------
    path
        The image.
    layer
        Number of the layer; None for the only one.

    Raises
    ------
    SceneError
        What is wrong with it.
    """
    check_size(path)
    with open_image(path) as image:
        if image.count < (layer or 1) or (layer is None and image.count > 1):
            raise SceneError("observe.image_many_layers", file=str(path), count=image.count)
        grid, number = grid_of(image), layer or 1
        try:
            for row in (0, image.height // 2, image.height - 1):
                for column in (0, image.width // 2, image.width - 1):
                    image.read(number, window=Window(column, row, 1, 1))
        except RasterioError as error:
            raise SceneError("observe.image_truncated", file=str(path)) from error
        scale, offset = float(image.scales[number - 1]), float(image.offsets[number - 1])
        if (scale, offset) != (1.0, 0.0):
            return scale, offset, grid
        return (1.0 if image.dtypes[number - 1].startswith("float") else QUANTUM), math.nan, grid
