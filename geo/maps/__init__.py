"""Maps that open anywhere: frames and sentences in, one self-contained HTML file out."""

from geo.maps.basemap import Basemap
from geo.maps.content import InstrumentNote, MapContent
from geo.maps.offline import OfflineMap, render_offline, write_offline
from geo.maps.viewer import triage_map

__all__ = ["Basemap", "InstrumentNote", "MapContent", "OfflineMap", "render_offline", "triage_map", "write_offline"]
