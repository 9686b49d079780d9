"""Ledger, observations and indicators become the facts that rules ask for."""

from geo.facts.build import build_facts
from geo.facts.fold import Entries, fold_registers
from geo.facts.register import Periods
from geo.facts.source import parse_source

__all__ = ["Entries", "Periods", "build_facts", "fold_registers", "parse_source"]
