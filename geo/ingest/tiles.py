"""Images read by the tiles they are kept in: each tile is unpacked once, however many windows ask for a part of it."""

from collections import OrderedDict
from itertools import product

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import MaskFlags
from rasterio.windows import Window

from geo.change_detection.grid import Span

KEPT_BYTES = 512 << 20
"""So much of unpacked tiles is kept [bytes]: two rows of tiles of every band of a Sentinel-2 tile."""
LEAST_ROWS = 256
"""Files that keep single rows together are read so many rows at a time."""

Stored = np.ma.MaskedArray[tuple[int, ...], np.dtype[np.generic]]
Key = tuple[str, int, int, int]


class TileKeeper:
    """Unpacked tiles of several images, the ones used last.

    Parameters
    ----------
    most
        So much is kept [bytes].
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most = most
        self._kept: OrderedDict[Key, NDArray[np.generic]] = OrderedDict()
        self._bytes = 0

    def read(self, image: rasterio.DatasetReader, layer: int, window: tuple[Span, Span]) -> Stored:
        """Return rows and columns of a layer as stored.

        Masked is what the file declares to be no data, by a number or by a mask; where it declares nothing, 0.
        """
        (top, bottom), (left, right) = window
        array = np.empty((bottom - top, right - left), dtype=image.dtypes[layer - 1])
        high, wide = tile_shape(image, layer)
        for i, j in product(range(top // high, -(-bottom // high)), range(left // wide, -(-right // wide))):
            tile = self._tile(image, layer, i, j)
            rows, columns = max(top, i * high), max(left, j * wide)
            last_row, last_column = min(bottom, (i + 1) * high), min(right, (j + 1) * wide)
            part = tile[rows - i * high : last_row - i * high, columns - j * wide : last_column - j * wide]
            array[rows - top : last_row - top, columns - left : last_column - left] = part
        return np.ma.array(array, mask=_no_data(image, layer, array, window))

    def clear(self) -> None:
        """Forget all tiles."""
        self._kept.clear()
        self._bytes = 0

    def _tile(self, image: rasterio.DatasetReader, layer: int, i: int, j: int) -> NDArray[np.generic]:
        key = image.name, layer, i, j
        tile = self._kept.pop(key, None)
        if tile is None:
            high, wide = tile_shape(image, layer)
            rows = i * high, min((i + 1) * high, image.height)
            columns = j * wide, min((j + 1) * wide, image.width)
            tile = image.read(layer, window=Window.from_slices(rows, columns))
            self._bytes += tile.nbytes
        self._kept[key] = tile
        while self._bytes > self.most and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return tile


def tile_shape(image: rasterio.DatasetReader, layer: int) -> tuple[int, int]:
    """Return rows and columns of what is read at a time."""
    high, wide = image.block_shapes[layer - 1]
    return (high * -(-LEAST_ROWS // high) if high < LEAST_ROWS and wide >= image.width else high), wide


def _no_data(
    image: rasterio.DatasetReader, layer: int, array: NDArray[np.generic], window: tuple[Span, Span]
) -> NDArray[np.bool_]:
    nodata = image.nodatavals[layer - 1]
    flags = image.mask_flag_enums[layer - 1]
    if MaskFlags.per_dataset in flags or MaskFlags.alpha in flags:
        nothing: NDArray[np.bool_] = image.read_masks(layer, window=Window.from_slices(*window)) == 0
    else:
        nothing = array == (0 if nodata is None else nodata)
    return nothing | ~np.isfinite(array) if array.dtype.kind == "f" else nothing
