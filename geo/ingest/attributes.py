"""What a layer says of its outlines besides: texts and numbers that may be wrong without costing the outline."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from geo.ingest.outlines import Outlines
from geo.ingest.values import parse_column, parse_number, parse_text, tidy

T = TypeVar("T")

STOREY_WORDS = ("层", "f", "storeys", "floors")
"""What may stand behind a number of storeys."""


def read_texts(outlines: Outlines, cells: Sequence[object], column: str) -> np.ndarray:
    """Return texts, None where there is none; one that lost its digits is left out and noted.

    Returns
    -------
    numpy.ndarray
        Array of n texts or None.
    """
    values = np.full(len(cells), None)
    values[:] = _parse(outlines, cells, column, parse_text)
    return values


def read_positive(
    outlines: Outlines, cells: Sequence[object], column: str, *, may_be_zero: bool = False, is_count: bool = False
) -> np.ndarray:
    """Return numbers above zero, NaN where there is none; others are left out and noted.

    Parameters
    ----------
    outlines
        The rows; what is noted names them.
    cells
        What stands in the column.
    column
        Name of the column.
    may_be_zero
        Zero is an answer.
    is_count
        A word for storeys may stand behind the number.

    Returns
    -------
    numpy.ndarray
        Array of n numbers.
    """
    parsed = _parse(outlines, cells, column, _parse_count if is_count else parse_number)
    values = np.array([np.nan if value is None else value for value in parsed], dtype=float)
    refused = (values < 0) | ((values == 0) & (not may_be_zero))
    for at in np.flatnonzero(refused & outlines.kept):
        outlines.note_one(int(at), "ingest.value_not_positive", column=column, value=f"{values[at]:g}")
    values[refused] = np.nan
    return values


def _parse(
    outlines: Outlines, cells: Sequence[object], column: str, parse: Callable[[object], T | None]
) -> list[T | None]:
    """Parse a column; note what is refused in rows that are kept."""
    values, errors = parse_column(cells, parse)
    for at, error in errors.items():
        if outlines.kept[at]:
            outlines.note_one(at, error.code, column=column, **error.params)
    return values


def _parse_count(value: object) -> float | None:
    """Parse a number behind which a word for storeys may stand."""
    if isinstance(value, str):
        text = tidy(value).casefold()
        value = next((text.removesuffix(word) for word in STOREY_WORDS if text.endswith(word)), value)
    return parse_number(value)
