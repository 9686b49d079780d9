"""Storey heights that a lawyer can read and add to: storey_cases.toml, exactly 8.0 m among them."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from geo.indicators.floor_area import counted_floor_area
from geo.indicators.storeys import counted_storeys
from geo.steps.rules import read_counting_rule

CASES = tomllib.loads((Path(__file__).parent / "storey_cases.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_floor_area_counts_as_the_lawyer_says(case):
    areas, counts, heights = (list(column) for column in zip(*case["storeys"], strict=True))
    storeys = counted_storeys(
        pd.DataFrame({"storey_count": counts, "storey_height_m": heights}), read_counting_rule("national")
    )
    counted = counted_floor_area(pd.Series(areas, dtype=float), storeys)
    for side in ("", "_low", "_high"):
        assert counted[f"counted_floor_area_m2{side}"].sum() / case["land"] == float(case["far"])
