"""Image chips: what a parcel looked like on a day, as small pictures within a budget of bytes."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image
from shapely.geometry.base import BaseGeometry

JPEG_QUALITY = 82
TENTHS = 10
"""Outlines on chips are whole tenths of a pixel."""


@dataclass(frozen=True, slots=True, eq=False)
class Chip:
    """A parcel and its surroundings in one scene.

    Attributes
    ----------
    scene_id, acquired_on
        Which scene, and its day.
    pixels
        Red, green and blue, shape (rows, columns, 3), 0 to 255; black where there is nothing.
    outline
        The parcel on the chip: columns to the right and rows down from the corner of the first pixel [pixels].
    metres
        Width and height of a pixel [m]: unequal where a scene is in degrees.
    """

    scene_id: str
    acquired_on: date
    pixels: NDArray[np.uint8]
    outline: BaseGeometry
    metres: tuple[float, float]


def chips_payload(chips: Mapping[str, Sequence[Chip]], parcel_ids: Sequence[str], budget: int) -> dict[str, Any]:
    """Write chips as JPEG, parcel by parcel in the order of the list, until the budget is used up.

    Returns
    -------
    dict
        ``of``: by row, the chips of a parcel: ``day``, ``scene``, ``size`` [pixels], ``metres`` (width and height of a
        pixel), ``image`` (base64) and ``outline`` (rings of x and y [tenths of a pixel]); ``left_out``: rows whose
        chips would have been too much.
    """
    of: dict[str, Any] = {}
    left_out: list[int] = []
    spent = 0
    for row, parcel_id in enumerate(parcel_ids):
        own = chips.get(parcel_id)
        if not own:
            continue
        written = [_written(chip) for chip in own]
        size = sum(len(chip["image"]) for chip in written)
        if spent + size > budget:
            left_out.append(row)
        else:
            spent += size
            of[str(row)] = written
    return {"of": of, "left_out": left_out}


def _written(chip: Chip) -> dict[str, Any]:
    """Write one chip."""
    rows, columns, _ = chip.pixels.shape
    rings = shapely.get_rings(shapely.get_parts(chip.outline))
    return {
        "day": chip.acquired_on.isoformat(),
        "scene": chip.scene_id,
        "size": [columns, rows],
        "metres": [round(side, 2) for side in chip.metres],
        "image": base64.b64encode(jpeg(chip.pixels)).decode(),
        "outline": [np.rint(shapely.get_coordinates(ring) * TENTHS).astype(int).ravel().tolist() for ring in rings],
    }


def jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """Write a picture as JPEG; the same bytes for the same picture."""
    written = BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return written.getvalue()
