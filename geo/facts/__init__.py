"""Ledger, observations and indicators become the facts that rules ask for."""

from geo.facts.build import build_facts
from geo.facts.fold import Entries, entries_of, fold_registers
from geo.facts.register import Periods
from geo.facts.source import parse_source
from geo.facts.state import entry_states

__all__ = ["Entries", "Periods", "build_facts", "entries_of", "entry_states", "fold_registers", "parse_source"]
