"""What a file says of areas and prices, beside what its outlines measure."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.ingest.areas import LISTED, Stated, compare_areas, compare_prices
from geo.ingest.outlines import Outlines, start_outlines
from geo.ingest.report import Journal
from geo.locale import say_refusal

MU_M2 = 10_000 / 15


def rows(count: int) -> Outlines:
    return start_outlines(
        np.array([shapely.Point()] * count), [f"P{at}" for at in range(count)], Journal(Path("a.gpkg"))
    )


def said(outlines: Outlines) -> list[tuple[object, str]]:
    for note in outlines.journal.notes:
        assert all(say_refusal(str(note["code"]), note["params"], language) for language in ("zh", "en"))  # type: ignore[arg-type]
    return [(note["row"], str(note["code"]).removeprefix("ingest.")) for note in outlines.journal.notes]


def areas(stated: list[float], measured: list[float], ellipsoidal: list[float] | None = None) -> Outlines:
    outlines = rows(len(stated))
    by = np.array(measured), np.array(ellipsoidal or measured)
    compare_areas(outlines, Stated("面积", np.array(stated)), *by)
    return outlines


def prices(stated: list[float], measured: list[float]) -> Outlines:
    outlines = rows(len(stated))
    compare_prices(outlines, Stated("成交价款", np.array(stated)), np.array(measured))
    return outlines


@pytest.mark.parametrize("stated", [10_000, 10_099, 9_901])
def test_an_area_within_one_percent_agrees(stated: float) -> None:
    assert said(areas([stated], [10_000])) == []


def test_an_area_that_agrees_with_either_of_the_two_measured_agrees() -> None:
    assert said(areas([10_300], [10_000], [10_300])) == []
    assert said(areas([10_200], [10_000], [10_400])) == [(1, "area_differs")]


def test_whole_square_metres_of_a_shed_agree() -> None:
    assert said(areas([8], [7.51])) == []


@pytest.mark.parametrize(("one", "unit"), [(MU_M2, "亩 mu"), (10_000, "公顷 ha"), (1e6, "平方公里 km2")])
def test_a_column_in_another_unit_is_said_once_with_its_unit(one: float, unit: str) -> None:
    measured = [9_000.0, 12_000.0, 30_000.0, 15_000.0, 7_000.0]
    outlines = areas([area / one for area in measured[:4]] + [7_000], measured)
    assert said(outlines) == [(None, "areas_in_unit")]
    assert outlines.journal.notes[0]["params"] == {"file": "a.gpkg", "column": "面积", "unit": unit, "count": 4}


def test_single_rows_in_another_unit_are_said_by_row_with_both_numbers() -> None:
    outlines = areas([15, 20_000, 30_000, 4, 50_000], [10_000, 20_000, 30_000, 40_000, 60_000])
    assert said(outlines) == [(1, "area_in_unit"), (4, "area_in_unit"), (5, "area_differs")]
    params = [note["params"] for note in outlines.journal.notes]
    assert (params[0]["unit"], params[1]["unit"]) == ("亩 mu", "公顷 ha")
    assert (params[0]["stated"], params[0]["measured"]) == ("15", "10000")


def test_many_rows_that_differ_are_said_as_a_number() -> None:
    count = LISTED + 1
    outlines = areas([1.5e4] * count + [1e4], [1e4] * (count + 1))
    assert said(outlines) == [(None, "areas_differ")]
    assert outlines.journal.notes[0]["params"]["count"] == count


def test_blanks_zeros_and_refused_rows_are_passed_over() -> None:
    assert said(areas([float("nan"), 0, 5], [10_000, 10_000, float("nan")])) == []


@given(st.lists(st.tuples(st.floats(1, 1e7), st.floats(1, 1e7)), min_size=1, max_size=80))
def test_every_row_that_differs_by_more_than_a_hundredth_and_a_metre_is_said(pairs: list[tuple[float, float]]) -> None:
    outlines = areas([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    differing = sum(abs(one - two) > 1 and abs(one / two - 1) > 0.01 for one, two in pairs)
    counted = sum(int(note["params"].get("count", 1)) for note in outlines.journal.notes)  # type: ignore[attr-defined]
    assert counted == differing


def test_prices_of_land_are_what_land_costs() -> None:
    assert said(prices([3_000_000, 6_500_000], [10_000, 20_000])) == []  # 300 and 325 yuan/m2


def test_a_column_of_prices_in_wan_is_said_once() -> None:
    outlines = prices([300, 650, 480, 500], [10_000, 20_000, 15_000, 16_000])
    assert said(outlines) == [(None, "prices_in_wan")]
    assert outlines.journal.notes[0]["params"]["count"] == 4


def test_a_single_price_in_wan_is_said_by_row() -> None:
    outlines = prices([3_000_000, 650, 4_800_000], [10_000, 20_000, 15_000])
    assert said(outlines) == [(2, "price_odd")]
    assert outlines.journal.notes[0]["params"]["per_m2"] == "0.0325"


def test_a_price_a_thousand_times_the_middle_one_is_said() -> None:
    assert said(prices([3_000_000] * 3 + [3_000_000_000], [10_000] * 4)) == [(4, "price_odd")]


def test_many_odd_prices_are_said_as_a_number() -> None:
    outlines = prices([3_000_000] * 60 + [300] * 55, [10_000] * 115)
    assert said(outlines) == [(None, "prices_odd")]
    assert outlines.journal.notes[0]["params"]["count"] == 55


def test_no_price_is_no_oddity() -> None:
    assert said(prices([0, float("nan")], [10_000, 10_000])) == []
