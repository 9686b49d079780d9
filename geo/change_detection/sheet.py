"""The surroundings of parcels cut out of an image and laid side by side: work on them costs what parcels cost."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Mask = NDArray[np.bool_]
Positions = NDArray[np.intp]
Part = tuple[slice, slice]

WIDTH_PX = 1024
"""Boxes are laid in rows of about this width [pixels]."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Boxes of an image side by side.

    Attributes
    ----------
    places
        Position in the image of each pixel of the sheet, shape (rows, columns); boxes that run off the image repeat
        its edge.
    is_box
        Which pixels of the sheet belong to a box.
    boxes
        Where each lies on the sheet.
    coverage
        Parcels by pixels of the sheet.
    """

    places: Positions
    is_box: Mask
    boxes: list[Part]
    coverage: csr_array


def whole_sheet(shape: tuple[int, int]) -> Sheet:
    """Return an image of rows and columns as a sheet of one box, without parcels."""
    size = shape[0] * shape[1]
    box = slice(0, shape[0]), slice(0, shape[1])
    return Sheet(np.arange(size).reshape(shape), np.ones(shape, dtype=np.bool_), [box], csr_array((0, size)))


def lay_sheet(coverage: csr_array, shape: tuple[int, int], around_px: int) -> Sheet:
    """Cut out a box around each parcel and lay all of them side by side.

    Parameters
    ----------
    coverage
        Parcels by pixels of the image.
    shape
        Rows and columns of the image.
    around_px
        How far a box reaches beyond the pixels that its parcel touches [pixels].

    Examples
    --------
    >>> cover = csr_array([[0.0, 0.5, 0.0, 0.0, 0.0, 1.0]])
    >>> sheet = lay_sheet(cover, (2, 3), 1)
    >>> sheet.places.tolist(), sheet.boxes, sheet.coverage.toarray().nonzero()[1].tolist()
    ([[0, 1, 2, 2], [0, 1, 2, 2], [3, 4, 5, 5], [3, 4, 5, 5]], [(slice(0, 4, None), slice(0, 4, None))], [5, 10])
    """
    there = np.flatnonzero(np.diff(coverage.indptr))
    rows, columns = np.divmod(coverage.indices.astype(np.intp), shape[1])
    ends = np.array([_ends(line, coverage.indptr[there], around_px) for line in (rows, columns)])
    corners, sizes = ends[:, 0].T, (ends[:, 1] - ends[:, 0]).T
    laid, size = _laid(sizes)
    places, is_box = np.zeros(size, dtype=np.intp), np.zeros(size, dtype=np.bool_)
    boxes = []
    for (top, left), (height, width), (row, column) in zip(
        *map(np.ndarray.tolist, (corners, sizes, laid)), strict=True
    ):
        part = slice(row, row + height), slice(column, column + width)
        down = np.clip(np.arange(top, top + height), 0, shape[0] - 1)
        along = np.clip(np.arange(left, left + width), 0, shape[1] - 1)
        places[part] = down[:, None] * shape[1] + along
        is_box[part] = True
        boxes.append(part)
    moves = np.repeat(laid - corners, np.diff(coverage.indptr)[there], axis=0)
    indices = (rows + moves[:, 0]) * size[1] + columns + moves[:, 1]
    laid_out = csr_array((coverage.data, indices, coverage.indptr), shape=(coverage.shape[0], size[0] * size[1]))
    return Sheet(places, is_box, boxes, laid_out)


def _ends(line: Positions, begins: Positions, around_px: int) -> tuple[Positions, Positions]:
    """Return the first and the end of the rows, or columns, of each box."""
    if len(begins) == 0:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    return np.minimum.reduceat(line, begins) - around_px, np.maximum.reduceat(line, begins) + around_px + 1


def _laid(sizes: Positions) -> tuple[Positions, tuple[int, int]]:
    """Lay boxes of heights and widths in rows, the highest first; return their corners and the size of the sheet."""
    corners = np.zeros_like(sizes)
    wide = max(WIDTH_PX, int(sizes[:, 1].max(initial=1)))
    top = left = height = 0
    for box in np.argsort(-sizes[:, 0], kind="stable"):
        if left + sizes[box, 1] > wide:
            top, left, height = top + height, 0, 0
        corners[box] = top, left
        left, height = left + int(sizes[box, 1]), max(height, int(sizes[box, 0]))
    across = int((corners[:, 1] + sizes[:, 1]).max(initial=1))
    return corners, (max(top + height, 1), across)
