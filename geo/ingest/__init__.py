"""The outside world in: vector files, ledgers and scenes, checked once, with every refusal kept."""

from geo.ingest.boundary_txt import write_boundary_txt
from geo.ingest.footprints import read_footprints
from geo.ingest.ledger import read_ledger, read_registers
from geo.ingest.parcels import read_parcels
from geo.ingest.report import Intake, count_rows
from geo.ingest.shift import systematic_shift

__all__ = [
    "Intake",
    "count_rows",
    "read_footprints",
    "read_ledger",
    "read_parcels",
    "read_registers",
    "systematic_shift",
    "write_boundary_txt",
]
