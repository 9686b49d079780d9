"""How intensively land is used, from parcels, footprints and money in memory; ``docs/indicators.md`` defines it all."""

from geo.indicators.control import CONTROL_COLUMNS, control_table
from geo.indicators.counting import CountingRule
from geo.indicators.coverage import building_coverage, footprint_area
from geo.indicators.edges import edge_share, widened
from geo.indicators.floor_area import counted_floor_area, floor_area_ratio
from geo.indicators.heights import disagrees, height_from_surface
from geo.indicators.intensity import (
    building_coefficient,
    green_ratio,
    in_mu,
    invested_fraction,
    investment_intensity,
    non_production_floor_share,
    non_production_land_share,
    output_per_mu,
    tax_per_mu,
)
from geo.indicators.overlay import overlay
from geo.indicators.storeys import counted_storeys, storeys_by_height
from geo.indicators.structures import approved_floor_area, underground_floor_area
from geo.indicators.table import indicator_table

__all__ = [
    "CONTROL_COLUMNS",
    "CountingRule",
    "approved_floor_area",
    "building_coefficient",
    "building_coverage",
    "control_table",
    "counted_floor_area",
    "counted_storeys",
    "disagrees",
    "edge_share",
    "floor_area_ratio",
    "footprint_area",
    "green_ratio",
    "height_from_surface",
    "in_mu",
    "indicator_table",
    "invested_fraction",
    "investment_intensity",
    "non_production_floor_share",
    "non_production_land_share",
    "output_per_mu",
    "overlay",
    "storeys_by_height",
    "tax_per_mu",
    "underground_floor_area",
    "widened",
]
