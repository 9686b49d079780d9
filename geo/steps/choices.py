"""What a command lets people choose, and what stands where they do not; read without what it takes to act on it."""

from typing import Literal

Kind = Literal["parcels", "footprints", "ledger", "scenes"]
"""What files are taken in as."""

Land = Literal["parcel", "contract", "supplied"]
"""What ratios of a parcel are divided by."""

NATIONAL = "national"
"""The counting rule of floor area where no other is named."""

SURFACE_ERROR_M = 1.0
"""Vertical error of surface minus terrain where nobody says another [m]: with it the bounds of all 81 measured heights
of ``docs/indicators.md`` hold the declared ones."""

PATROL_STEPS = 3_000
"""Steps of the search for a plan of patrols unless somebody asks for more."""
