"""Counting rules: which storey counts how often, and which structures count as floor area."""

from dataclasses import dataclass

from geo.errors import SchemaError


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingRule:
    """How floor area is counted for the floor area ratio; the numbers stand in ``counting.toml`` with their sources.

    Attributes
    ----------
    double_above_m
        A storey higher than this counts twice; one of exactly this height does not [m].
    minimum_storey_m
        The lowest storey thought possible when a height is divided [m]; at most half of ``double_above_m``.
    half_below_m
        A storey lower than this counts half [m]; 0 halves none. At most ``minimum_storey_m``.
    counted_when_approved
        Kinds of structure that count as one storey once an approval is on record.
    doubled_when_approved
        Those of them that count twice when higher than ``double_above_m``.

    Raises
    ------
    SchemaError
        The heights contradict each other.
    """

    double_above_m: float
    minimum_storey_m: float
    half_below_m: float = 0.0
    counted_when_approved: frozenset[str] = frozenset()
    doubled_when_approved: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not 0 < 2 * self.minimum_storey_m <= self.double_above_m:
            limits = {"minimum": self.minimum_storey_m, "limit": self.double_above_m}
            raise SchemaError("indicators.minimum_storey", **limits)
        if not 0 <= self.half_below_m <= self.minimum_storey_m:
            raise SchemaError("indicators.half_storey", half=self.half_below_m, minimum=self.minimum_storey_m)
