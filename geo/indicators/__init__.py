"""How much is built: building coverage and floor area ratio, from parcels and footprints in memory."""

from geo.indicators.coverage import building_coverage, footprint_area
from geo.indicators.counting import CountingRule
from geo.indicators.floor_area import counted_floor_area, floor_area_ratio
from geo.indicators.overlay import overlay
from geo.indicators.storeys import counted_storeys
from geo.indicators.table import indicator_table

__all__ = [
    "CountingRule",
    "building_coverage",
    "counted_floor_area",
    "counted_storeys",
    "floor_area_ratio",
    "footprint_area",
    "indicator_table",
    "overlay",
]
