"""What one file gave."""

import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest
import shapely

import geo.ingest
from geo.ingest.parcels import read_parcels
from geo.ingest.report import (
    MENDED_CODES,
    REFUSED_COLUMNS,
    VALUE_REFUSED_CODES,
    Intake,
    Journal,
    count_rows,
    hash_files,
)
from geo.locale import say_refusal, sentences


@pytest.fixture
def journal() -> Journal:
    return Journal(Path("folder/a.gpkg"), "parcels")


def test_a_refusal_carries_its_place_and_is_said_as_it_stands(journal: Journal) -> None:
    journal.refuse("ingest.not_a_date", row=3, identifier="A", raw="{}", column="交地日期", value="昨天")
    _, refused = journal.frames()
    params = refused["params"][0]
    assert say_refusal("ingest.not_a_date", params, "en").startswith(
        "file a.gpkg, layer parcels, row 3, column 交地日期: "
    )
    assert say_refusal("ingest.not_a_date", params, "zh").startswith(
        "文件 a.gpkg，图层 parcels，第 3 行，“交地日期”列："
    )
    assert refused["column"].tolist() == ["交地日期"]


def test_notes_about_the_whole_file_come_first_and_the_others_by_row(journal: Journal) -> None:
    journal.note("ingest.ring_closed", row=7, identifier="B")
    journal.note("ingest.ring_closed", row=2, identifier="A")
    journal.note("ingest.row_number_taken")
    notes, refused = journal.frames()
    assert notes["row"].tolist() == [pd.NA, 2, 7]
    assert refused.empty
    assert list(refused.columns) == list(REFUSED_COLUMNS)


def test_counts_add_up_and_a_row_mended_twice_is_one_mended_row(journal: Journal) -> None:
    journal.note("ingest.ring_closed", row=1)
    journal.note("ingest.mended", row=1, reason="", percent="0")
    journal.note("ingest.mended", row=3, reason="", percent="0")  # and refused afterwards
    journal.note("ingest.value_not_positive", row=2, column="层数", value="-1")
    journal.refuse("ingest.zero_area", row=3, identifier=None, raw="")
    notes, refused = journal.frames()
    taken = pd.DataFrame({"row": [1, 2]})
    counts = count_rows(Intake("footprints", "a.gpkg", None, "", taken, notes, refused))
    assert counts == {"read": 3, "taken": 1, "mended": 1, "refused": 1, "values_refused": 1}


def test_the_hash_is_that_of_the_bytes_in_the_order_of_the_names(tmp_path: Path) -> None:
    (tmp_path / "a.shp").write_bytes(b"second")
    (tmp_path / "a.dbf").write_bytes(b"first")
    expected = hashlib.sha256(b"firstsecond").hexdigest()
    assert hash_files([tmp_path / "a.shp", tmp_path / "a.dbf"]) == expected


def test_every_code_of_this_room_has_its_sentence_and_every_sentence_its_code() -> None:
    folder = Path(geo.ingest.__file__).parent
    text = "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))
    used = set(re.findall(r'"(ingest\.[a-z_0-9]+)"', text))
    assert len(used) > 50
    assert used <= set(sentences("zh"))
    assert used >= MENDED_CODES | VALUE_REFUSED_CODES


def test_a_layer_whose_axes_were_swapped_is_mended_in_every_row(write_layer, square) -> None:
    swapped = [shapely.transform(square(at), lambda corners: corners[:, ::-1]) for at in range(3)]
    counted = count_rows(read_parcels(write_layer([*swapped, None], id=list("ABCD"))))
    assert counted == {"read": 4, "taken": 0, "mended": 3, "refused": 1, "values_refused": 0}
