"""What the names of images and folders tell."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from geo.errors import SceneError
from geo.ingest.scene_names import parse_moment, read_dates, read_level, read_name, read_time, scene_name


@pytest.mark.parametrize(
    ("name", "scene", "band", "metres"),
    [
        ("T49QCD_20161209T031122_B8A.tif", "T49QCD_20161209T031122", "B8A", 0),
        ("T50RMK_20241103T025941_SCL_20m.jp2", "T50RMK_20241103T025941", "SCL", 20),
        ("T50RMK_20241103T025941_b02_10m.TIF", "T50RMK_20241103T025941", "B02", 10),
        ("B12.tiff", "", "B12", 0),
        ("A_B01_B02.tif", "A_B01", "B02", 0),  # the last one is the band
    ],
)
def test_a_name_ends_in_its_band(name: str, scene: str, band: str, metres: int) -> None:
    found = read_name(Path(name))
    assert found is not None
    assert (found.scene, found.band, found.metres) == (scene, band, metres)


@pytest.mark.parametrize("name", ["beihai-cm.tif", "B13.tif", "x_B02_30m.tif", "B02_rgb.tif", "T50_B00.tif"])
def test_a_name_without_a_band_tells_none(name: str) -> None:
    assert read_name(Path(name)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T50RMK_20241103T025941_B02", datetime(2024, 11, 3, 2, 59, 41, tzinfo=UTC)),
        ("20241103", datetime(2024, 11, 3, tzinfo=UTC)),
        ("S2A_20241399_20241103", datetime(2024, 11, 3, tzinfo=UTC)),  # there is no month 13
        ("202411031", None),  # nine digits are no day
        ("imgs_1", None),
    ],
)
def test_the_first_possible_time_in_a_text_is_taken(text: str, expected: datetime | None) -> None:
    assert parse_moment(text) == expected


@pytest.mark.parametrize(
    ("text", "bands", "level"),
    [
        ("x T50_L2A", {"B10"}, "L2A"),  # a name is believed before bands
        ("x t50_l1c", {"SCL"}, "L1C"),
        ("x", {"B02", "SCL"}, "L2A"),
        ("x", {"B02", "B10"}, "L1C"),
        ("x", {"B02"}, "unknown"),
    ],
)
def test_the_level_is_told_by_names_or_by_bands(text: str, bands: set[str], level: str) -> None:
    assert read_level(text, bands) == level


def test_a_scene_name_holds_day_and_level_once() -> None:
    moment = datetime(2015, 8, 21, tzinfo=UTC)
    assert scene_name("S2A_OPER_MSI_L1C_TL", moment, "L1C") == "S2A_OPER_MSI_L1C_TL_20150821"
    assert scene_name("T30_20150821T110000", moment, "unknown") == "T30_20150821T110000"
    assert scene_name("imgs_1", moment, "L2A") == "imgs_1_20150821_L2A"


def folder_with_dates(root: Path, text: str, name: str = "imgs_1") -> Path:
    (root / "dates.txt").write_text(text, "utf-8")
    (root / name).mkdir()
    return root / name


def test_dates_beside_a_folder_tell_its_day_by_number(tmp_path: Path) -> None:
    folder = folder_with_dates(tmp_path, "date_1: 20150821\ndate_2: 20171014\n")
    (tmp_path / "imgs_2").mkdir()
    assert read_dates(folder) == date(2015, 8, 21)
    assert read_dates(tmp_path / "imgs_2") == date(2017, 10, 14)
    assert read_dates(tmp_path / "imgs_12") is None
    assert read_dates(tmp_path / "imgs") is None


def test_dates_override_a_name_that_contradicts_them(tmp_path: Path) -> None:
    folder = folder_with_dates(tmp_path, "date_1: 20150821")
    assert read_time(folder, "S2A_OPER_MSI_L1C_TL_EPA__20160706T155721_A000849") == datetime(2015, 8, 21, tzinfo=UTC)
    assert read_time(folder, "T30UWU_20150821T110651") == datetime(2015, 8, 21, 11, 6, 51, tzinfo=UTC)
    assert read_time(folder, "") == datetime(2015, 8, 21, tzinfo=UTC)


def test_an_old_name_alone_tells_the_time_of_processing_and_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SceneError) as caught:
        read_time(tmp_path, "S2A_OPER_MSI_L1C_TL_EPA__20160706T155721_A000849_T30UWU")
    assert caught.value.code == "observe.processing_time"


def test_the_folder_tells_the_time_where_the_name_does_not(tmp_path: Path) -> None:
    assert read_time(tmp_path / "20241103T025941", "") == datetime(2024, 11, 3, 2, 59, 41, tzinfo=UTC)
    with pytest.raises(SceneError) as caught:
        read_time(tmp_path / "spring", "field")
    assert caught.value.code == "observe.no_date"


def test_a_damaged_list_of_dates_tells_nothing(tmp_path: Path) -> None:
    assert read_dates(folder_with_dates(tmp_path, "date_1: soon\n\x00")) is None
