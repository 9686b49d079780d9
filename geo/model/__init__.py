"""The nouns: what a fact, a measure and a scene are, and which columns the frames between rooms carry."""

from geo.model.facts import FACTS, FactSpec, Kind, fact_columns, has_fact
from geo.model.frames import (
    CHANGE_COLUMNS,
    CLASS_FRACTIONS,
    CLOCK_COLUMNS,
    FINDING_COLUMNS,
    INDICATOR_COLUMNS,
    MONTHLY_COLUMNS,
    OBSERVATION_COLUMNS,
)
from geo.model.ledger import FIRST_CASE, LEDGER_FIELDS, NONE_AGREED, TERM_FIELDS
from geo.model.measure import Measure
from geo.model.scenes import Asset, Level, Scene

__all__ = [
    "CHANGE_COLUMNS",
    "CLASS_FRACTIONS",
    "CLOCK_COLUMNS",
    "FACTS",
    "FINDING_COLUMNS",
    "FIRST_CASE",
    "INDICATOR_COLUMNS",
    "LEDGER_FIELDS",
    "MONTHLY_COLUMNS",
    "NONE_AGREED",
    "OBSERVATION_COLUMNS",
    "TERM_FIELDS",
    "Asset",
    "FactSpec",
    "Kind",
    "Level",
    "Measure",
    "Scene",
    "fact_columns",
    "has_fact",
]
