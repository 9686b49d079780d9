"""A number that knows its bounds, its unit and where it comes from."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that knows its bounds, its unit and where it comes from.

    ``low`` and ``high`` are the bounds a decision may rest on: each is passed with at most 1 % probability, or is a
    hard bracket. ``value`` may be NaN where only a bracket is known.

    Examples
    --------
    >>> Measure(0.4, 0.3, 0.5, "1", "survey").low
    0.3
    """

    value: float
    low: float
    high: float
    unit: str
    source: str

    def __post_init__(self) -> None:
        if math.isnan(self.low) != math.isnan(self.high):
            raise ValueError("one bound is unknown and the other is not")
        if self.low > self.high or not (math.isnan(self.value) or self.low <= self.value <= self.high):
            raise ValueError("bounds must hold the value")
