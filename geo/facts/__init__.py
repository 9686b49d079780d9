"""Ledger, observations and indicators become the facts that rules ask for."""

from geo.facts.build import build_facts
from geo.facts.register import Periods
from geo.facts.source import parse_source

__all__ = ["Periods", "build_facts", "parse_source"]
