"""What a layer says of its outlines besides."""

from pathlib import Path

import numpy as np
import pytest

from geo.ingest.attributes import read_positive, read_texts
from geo.ingest.outlines import Outlines, start_outlines
from geo.ingest.report import Journal


@pytest.fixture
def outlines() -> Outlines:
    started = start_outlines(np.full(4, None), ["A", "B", "C", "D"], Journal(Path("a.gpkg")))
    started.kept[3] = False
    return started


def noted(outlines: Outlines) -> list[tuple[object, object, object, object]]:
    return [
        (note["row"], note["identifier"], note["code"], note["params"]["column"]) for note in outlines.journal.notes
    ]


def test_numbers_that_cannot_be_are_unknown_and_noted_with_their_row(outlines: Outlines) -> None:
    values = read_positive(outlines, [12.5, -3, "高", -1], "高度")
    assert values.tolist()[0] == 12.5
    assert np.isnan(values[1:]).all()
    assert noted(outlines) == [
        (3, "C", "ingest.value_not_number", "高度"),
        (2, "B", "ingest.value_not_positive", "高度"),
    ]
    assert outlines.kept.tolist() == [True, True, True, False]


@pytest.mark.parametrize(("may_be_zero", "expected"), [(True, [0.0]), (False, [])])
def test_zero_is_an_answer_only_where_the_column_says_so(
    outlines: Outlines, *, may_be_zero: bool, expected: list[float]
) -> None:
    values = read_positive(outlines, [0, None, None, None], "层数", may_be_zero=may_be_zero)
    assert values[~np.isnan(values)].tolist() == expected
    assert [code for _, _, code, _ in noted(outlines)] == ([] if may_be_zero else ["ingest.value_not_positive"])


def test_a_word_may_stand_behind_a_number_of_storeys_only(outlines: Outlines) -> None:
    cells = ["3层", "6F", "２ 层", None]
    assert read_positive(outlines, cells, "层数", is_count=True)[:3].tolist() == [3, 6, 2]
    assert not outlines.journal.notes
    assert np.isnan(read_positive(outlines, cells, "高度")).all()


def test_texts_are_taken_as_they_stand_and_rounded_ones_left_out(outlines: Outlines) -> None:
    assert read_texts(outlines, ["甲", None, 1e18, 1e18], "合同编号").tolist() == ["甲", None, None, None]
    assert noted(outlines) == [(3, "C", "ingest.value_rounded", "合同编号")]
