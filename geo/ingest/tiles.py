"""Images read by the tiles they are kept in: each tile is unpacked once, however many windows ask for a part of it."""

from collections import OrderedDict
from itertools import product
from typing import NamedTuple, Self

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import MaskFlags
from rasterio.windows import Window

from geo.change_detection.grid import Span, Stored

KEPT_BYTES = 512 << 20
"""So much of unpacked tiles is kept at most [bytes]."""
KEPT_ROWS = 1536
"""Windows go down an image block by block: what lies so far above a tile that is unpacked is forgotten [pixels]. Memory
that is used again soon lies near the processor."""
LEAST_ROWS = 256
"""Files that keep single rows together are read so many rows at a time."""

Key = tuple[str, int, int, int]


class Layer(NamedTuple):
    """A layer of an image.

    Attributes
    ----------
    image
        An open image.
    number
        Which of its layers.
    high, wide
        Rows and columns of what is read at a time.
    nothing
        What is no data; None where the file holds a mask.
    """

    image: rasterio.DatasetReader
    number: int
    high: int
    wide: int
    nothing: float | None

    @classmethod
    def of(cls, image: rasterio.DatasetReader, number: int) -> Self:
        """Look at how a file keeps a layer."""
        high, wide = image.block_shapes[number - 1]
        if high < LEAST_ROWS and wide >= image.width:
            high *= -(-LEAST_ROWS // high)
        flags = image.mask_flag_enums[number - 1]
        if MaskFlags.per_dataset in flags or MaskFlags.alpha in flags:
            return cls(image, number, high, wide, None)
        nothing = image.nodatavals[number - 1] or 0
        is_whole = np.dtype(image.dtypes[number - 1]).kind in "iu" and float(nothing).is_integer()
        return cls(image, number, high, wide, int(nothing) if is_whole else nothing)  # integers are compared faster

    def no_data(self, array: NDArray[np.generic], window: tuple[Span, Span]) -> NDArray[np.bool_]:
        """Return which pixels of a window hold no data."""
        if self.nothing is None:
            hidden: NDArray[np.bool_] = self.image.read_masks(self.number, window=Window.from_slices(*window)) == 0
        else:
            hidden = array == self.nothing
        return hidden | ~np.isfinite(array) if array.dtype.kind == "f" else hidden


class Tile(NamedTuple):
    """An unpacked tile, and whether none of its pixels is without data."""

    numbers: NDArray[np.generic]
    is_full: bool


class TileKeeper:
    """Unpacked tiles of several images, the ones used last.

    Parameters
    ----------
    most
        So much is kept [bytes].
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most = most
        self._layers: dict[tuple[str, int], Layer] = {}
        self._kept: OrderedDict[Key, Tile] = OrderedDict()
        self._bytes = 0

    def read(self, image: rasterio.DatasetReader, number: int, window: tuple[Span, Span]) -> Stored:
        """Return rows and columns of a layer as stored.

        Masked is what the file declares to be no data, by a number or by a mask; where it declares nothing, 0. Where
        all tiles are full of data there is no mask.
        """
        (top, bottom), (left, right) = window
        layer = self._layers.get((image.name, number)) or self._layers.setdefault(
            (image.name, number), Layer.of(image, number)
        )
        array = np.empty((bottom - top, right - left), dtype=image.dtypes[number - 1])
        high, wide = layer.high, layer.wide
        is_full = True
        for i, j in product(range(top // high, -(-bottom // high)), range(left // wide, -(-right // wide))):
            tile = self._tile(layer, i, j)
            is_full &= tile.is_full
            rows, columns = max(top, i * high), max(left, j * wide)
            last_row, last_column = min(bottom, (i + 1) * high), min(right, (j + 1) * wide)
            part = tile.numbers[rows - i * high : last_row - i * high, columns - j * wide : last_column - j * wide]
            array[rows - top : last_row - top, columns - left : last_column - left] = part
        return np.ma.MaskedArray(array, np.ma.nomask if is_full else layer.no_data(array, window))

    def clear(self) -> None:
        """Forget all tiles."""
        self._layers.clear()
        self._kept.clear()
        self._bytes = 0

    def _tile(self, layer: Layer, i: int, j: int) -> Tile:
        image, number, high, wide, _ = layer
        key = image.name, number, i, j
        tile = self._kept.get(key)
        if tile is not None:
            self._kept.move_to_end(key)
            return tile
        self._forget((image.name, number, i - -(-KEPT_ROWS // high), j))
        window = (i * high, min((i + 1) * high, image.height)), (j * wide, min((j + 1) * wide, image.width))
        numbers = image.read(number, window=Window.from_slices(*window))
        tile = self._kept[key] = Tile(numbers, not layer.no_data(numbers, window).any())
        self._bytes += numbers.nbytes
        while self._bytes > self.most and len(self._kept) > 1:
            self._forget(next(iter(self._kept)))
        return tile

    def _forget(self, key: Key) -> None:
        if key in self._kept:
            self._bytes -= self._kept.pop(key).numbers.nbytes
