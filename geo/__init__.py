"""parcelwatch: watching industrial land after it has been supplied.

Without a store::

    geo.compute_indicators("parcels.gpkg", "footprints.gpkg", parcel_id="localId").table
    geo.observe("parcels.gpkg", ["scenes/20250301", "scenes/20260301"]).observations

With one, the steps that the commands call: ``create_store``, ``open_store``, ``observe_store``, ``assess_day``,
``explain``, ``scan``, ``map_month``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.settings import Settings, read_settings
    from geo.steps.assess import assess_day
    from geo.steps.explain import explain
    from geo.steps.indicators import compute_indicators
    from geo.steps.map import map_content, map_month
    from geo.steps.observe import observe, observe_store
    from geo.steps.scan import scan
    from geo.store import create_store, open_store

__all__ = [
    "Settings",
    "assess_day",
    "compute_indicators",
    "create_store",
    "explain",
    "map_content",
    "map_month",
    "observe",
    "observe_store",
    "open_store",
    "read_settings",
    "scan",
]

_PLACES = {
    "Settings": "geo.settings",
    "assess_day": "geo.steps.assess",
    "compute_indicators": "geo.steps.indicators",
    "create_store": "geo.store",
    "explain": "geo.steps.explain",
    "map_content": "geo.steps.map",
    "map_month": "geo.steps.map",
    "observe": "geo.steps.observe",
    "observe_store": "geo.steps.observe",
    "open_store": "geo.store",
    "read_settings": "geo.settings",
    "scan": "geo.steps.scan",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: a pure room is loaded without the rooms above it."""
    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(import_module(_PLACES[name]), name)
