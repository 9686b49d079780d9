"""Refused rows: kept as they stood, written out, corrected, read again; nothing lost, nothing doubled."""

import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.store import open_store, read_footprints, read_intakes, read_ledger, read_notes, read_parcels, read_refused

OK, UNUSABLE, PARTLY_REFUSED = 0, 3, 4


@pytest.fixture
def refused(store, command, write, square, bow_tie):
    """Take in four rows of which three are refused: no area, nobody knows which, and A once more."""
    path = write(
        "宗地.gpkg",
        {"A": square(0), "B": bow_tie, None: square(200), "D": shapely.box(0, 0, 1, 1)},
        企业名称=["甲", "乙", "丙", "丁"],
        面积=[10000.0, np.nan, 10000.0, 1.0],
        附注=["x", "y", "z", None],
    )
    assert command("ingest", "parcels", path).code == PARTLY_REFUSED
    return path


def rows(store):
    with open_store(store).connect() as conn:
        return read_refused(conn)


def names(store):
    with open_store(store).connect() as conn:
        return read_parcels(conn)["parcel_id"].tolist()


def test_a_refused_row_is_kept_with_every_column_and_its_outline(store, refused):
    kept = rows(store).set_index("row")
    source = gpd.read_file(refused)
    assert kept.index.tolist() == [2, 3, 4]
    for row, record in kept.iterrows():
        stood = source.iloc[row - 1]
        assert record["attributes"] == {
            name: None if pd.isna(stood[name]) else stood[name] for name in ("宗地号", "企业名称", "面积", "附注")
        }
        assert shapely.from_wkb(record["outline"]) == stood.geometry
        assert record["crs"] == "EPSG:4549"


@pytest.mark.parametrize("suffix", ["gpkg", "csv", "parquet"])
def test_an_export_that_is_handed_back_as_it_is_changes_nothing(command, store, refused, suffix):
    before = rows(store)
    assert command("quarantine", "export", f"q.{suffix}").code == OK
    said = command("quarantine", "retry", f"q.{suffix}")
    assert said.code == PARTLY_REFUSED
    assert "重读 3 行，收入 0 行，仍隔离 3 行" in said.out
    assert rows(store).equals(before)
    assert names(store) == ["A"]


def correct(path, changes: dict[int, dict[str, object]]) -> None:
    """Change an export as somebody would."""
    if path.endswith("csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    else:
        table = gpd.read_parquet(path) if path.endswith("parquet") else pyogrio.read_dataframe(path)
    numbers = table["quarantine_row"].astype(int)
    for row, change in changes.items():
        for name, value in change.items():
            is_outline = isinstance(value, shapely.Geometry)
            if is_outline and path.endswith("csv"):
                value = value.wkt  # noqa: PLW2901
            column = (table.geometry.name if not path.endswith("csv") else "quarantine_outline") if is_outline else name
            table.loc[table.index[numbers == row][0], column] = value
    if path.endswith("csv"):
        table.to_csv(path, index=False)
    elif path.endswith("parquet"):
        table.to_parquet(path)
    else:
        pyogrio.write_dataframe(table, path, layer=pyogrio.list_layers(path)[0][0])


@pytest.mark.parametrize("suffix", ["gpkg", "csv", "parquet"])
def test_what_was_corrected_is_taken_and_the_rest_stays(command, store, refused, square, suffix):
    command("quarantine", "export", f"q.{suffix}")
    correct(f"q.{suffix}", {2: {"outline": square(300)}, 3: {"宗地号": "C"}})
    said = command("quarantine", "retry", f"q.{suffix}")
    assert said.code == PARTLY_REFUSED
    assert "重读 3 行，收入 2 行，仍隔离 1 行" in said.out
    assert names(store) == ["A", "B", "C"]
    assert rows(store)["row"].tolist() == [4]
    with open_store(store).connect() as conn:
        parcels = read_parcels(conn).set_index("parcel_id")
        assert parcels.loc["B", "enterprise"] == "乙"
        assert parcels.geometry["B"].equals(square(300))
        assert read_intakes(conn)["retries"].fillna(0).tolist() == [0, 1]


def test_a_corrected_export_handed_back_twice_doubles_nothing(command, store, refused, square):
    command("quarantine", "export", "q.gpkg")
    correct("q.gpkg", {2: {"outline": square(300)}})
    command("quarantine", "retry", "q.gpkg")
    again = command("quarantine", "retry", "q.gpkg")
    assert "1 行已不在隔离区" in again.out
    assert names(store) == ["A", "B"]
    with open_store(store).connect() as conn:
        assert len(read_intakes(conn)) == 2


def test_what_is_refused_again_has_its_new_reason(command, store, refused):
    command("quarantine", "export", "q.gpkg")
    correct("q.gpkg", {2: {"outline": shapely.Point(500_000, 3_300_000)}})
    command("quarantine", "retry", "q.gpkg")
    assert rows(store)["code"].tolist() == ["ingest.not_polygon", "ingest.no_identifier_value", "ingest.impossible_row"]


def test_rows_with_their_axes_swapped_are_not_swapped_because_they_are_read_by_themselves(
    command, store, write, square
):
    swapped = shapely.transform(square(200), lambda at: at[:, ::-1])
    command("ingest", "parcels", write("p.gpkg", {"A": square(0), "B": swapped}))
    assert command("quarantine", "retry").code == PARTLY_REFUSED
    assert names(store) == ["A"]


def test_rows_in_another_system_are_taken_when_it_is_named(command, store, write, square):
    far = shapely.transform(square(0), lambda at: at + np.array([40_000_000.0, 0]))
    command("ingest", "parcels", write("p.gpkg", {"A": square(0), "B": far}))
    assert names(store) == ["A"]
    said = command("quarantine", "retry", "--crs", "EPSG:4528")
    assert said.code == OK, said
    assert names(store) == ["A", "B"]
    assert "隔离区是空的" in command("quarantine", "list").out


def test_rows_that_cannot_be_read_so_stay_as_they_are(command, store, refused):
    before = rows(store)
    said = command("quarantine", "retry", "--crs", "EPSG:4528")
    assert said.code == PARTLY_REFUSED
    assert "EPSG:4528" in said.out
    assert rows(store).equals(before)


def test_todays_settings_are_applied(command, store, tmp_path, square):
    frame = gpd.GeoDataFrame({"id": ["A", None], "图斑": ["T1", "T2"]}, geometry=[square(0), square(200)], crs=4549)
    frame.to_file("p.gpkg")
    command("ingest", "parcels", "p.gpkg")
    assert rows(store)["row"].tolist() == [2]
    (tmp_path / "parcelwatch.toml").write_text('[parcel_columns]\n"图斑" = "parcel_id"\n', "utf-8")
    assert command("quarantine", "retry").code == OK
    assert names(store) == ["A", "T2"]


def test_a_row_whose_identifier_another_row_has_does_not_come_in(command, store, write, square):
    path = write("p.gpkg", {"A": square(0), "B": square(200)})
    frame = gpd.read_file(path)
    frame.loc[1, "宗地号"] = "A"
    frame.to_file(path)
    command("ingest", "parcels", path)
    before = rows(store)
    assert command("quarantine", "retry").code == PARTLY_REFUSED
    assert rows(store).equals(before)
    command("quarantine", "export", "q.gpkg")
    correct("q.gpkg", {2: {"宗地号": "B"}})
    assert command("quarantine", "retry", "q.gpkg").code == OK
    assert names(store) == ["A", "B"]


def test_a_footprint_put_right_is_the_one_it_was(command, store, square, bow_tie):
    def take(name: str, *outlines) -> None:
        frame = gpd.GeoDataFrame({"幢号": ["F"] * 3, "层数": [1, 2, 3]}, geometry=list(outlines), crs=4549)
        frame.to_file(name)
        command("ingest", "footprints", name)

    take("f1.gpkg", square(0), square(200), square(400))
    take("f2.gpkg", square(0), bow_tie, square(400))
    command("quarantine", "export", "q.gpkg")
    correct("q.gpkg", {2: {"outline": square(200, side=50)}})
    assert command("quarantine", "retry", "q.gpkg").code == OK
    with open_store(store).connect() as conn:
        back = read_footprints(conn)
    assert back["storey_count"].tolist() == [1, 2, 3]
    assert back.area.tolist() == [10_000, 2_500, 10_000]


def test_rows_of_a_ledger_are_put_right_too(command, store, tmp_path):
    text = "宗地号,约定动工日期,出让价款\nP1,2024-02-30,5\nP2,2024-03-01,6\n=P3,昨天,7\n"
    (tmp_path / "l.csv").write_text(text, "utf-8")
    assert command("ingest", "ledger", "l.csv").code == PARTLY_REFUSED
    command("quarantine", "export", "q.csv")
    correct("q.csv", {2: {"约定动工日期": "2024-02-29"}})
    said = command("quarantine", "retry", "q.csv")
    assert "收入 1 行，仍隔离 1 行" in said.out
    (left,) = rows(store).to_dict("records")
    assert (left["row"], left["identifier"], left["code"]) == (4, "=P3", "ingest.not_a_date")
    assert left["params"]["file"] == "l.csv"
    assert left["attributes"] == {"宗地号": "=P3", "约定动工日期": "昨天", "出让价款": "7"}
    with open_store(store).connect() as conn:
        ledger = read_ledger(conn).set_index("parcel_id")
        assert str(ledger.loc["P1", "agreed_start_on"])[:10] == "2024-02-29"
        assert ledger.loc["P1", "row"] == 2


def test_what_was_noted_of_a_file_stays_noted_after_a_retry(command, store, refused, square):
    with open_store(store).connect() as conn:
        before = read_notes(conn)["code"].tolist()
    command("quarantine", "export", "q.gpkg")
    correct("q.gpkg", {2: {"outline": square(300)}})
    command("quarantine", "retry", "q.gpkg")
    with open_store(store).connect() as conn:
        assert read_notes(conn)["code"].tolist()[: len(before)] == before


def test_a_file_that_is_no_export_is_refused(command, store, refused):
    said = command("quarantine", "retry", refused)
    assert said.code == UNUSABLE
    assert "quarantine_row" in said.err


def test_an_export_handed_back_in_another_system_is_refused(command, store, refused):
    command("quarantine", "export", "q.gpkg")
    table = pyogrio.read_dataframe("q.gpkg").to_crs(4490)
    pyogrio.write_dataframe(table, "q.gpkg", layer="x")
    said = command("quarantine", "retry", "q.gpkg")
    assert said.code == UNUSABLE
    assert "CGCS2000" in said.err


def test_an_export_of_nothing_is_written(command, store):
    for suffix in ("gpkg", "csv", "parquet"):
        assert command("quarantine", "export", f"q.{suffix}").code == OK
        assert command("quarantine", "retry", f"q.{suffix}").code == OK
    assert command("quarantine", "export", "q.docx").code == UNUSABLE


@pytest.fixture
def towns(store, command, tmp_path):
    """Take in two ledgers of one name from two folders; the first row of each is refused."""
    for town in ("东镇", "西镇"):
        (tmp_path / town).mkdir()
        text = f"宗地号,约定动工日期,出让价款\n{town}1,2024-02-30,5\n{town}2,2024-03-01,6\n"
        (tmp_path / town / "台账.csv").write_text(text, "utf-8")
        assert command("ingest", "ledger", f"{town}/台账.csv").code == PARTLY_REFUSED
    return tmp_path


def listed(command) -> list[str]:
    return [line.split("，")[0] for line in command("quarantine", "list").out.splitlines()]


def test_files_of_one_name_from_two_folders_are_listed_both_and_told_apart(command, towns):
    assert listed(command) == ["文件 东镇/台账.csv", "文件 西镇/台账.csv"]


@pytest.mark.parametrize("suffix", ["gpkg", "csv", "parquet"])
def test_files_of_one_name_from_two_folders_are_exported_and_read_again_each_by_itself(command, store, towns, suffix):
    assert "已导出 2 行" in command("quarantine", "export", f"q.{suffix}").out
    said = command("quarantine", "retry", f"q.{suffix}")
    assert said.out.splitlines() == [f"{town}/台账.csv：重读 1 行，收入 0 行，仍隔离 1 行" for town in ("东镇", "西镇")]
    if suffix == "csv":
        table = pd.read_csv("q.csv", dtype=str)
        table.loc[table["宗地号"] == "东镇1", "约定动工日期"] = "2024-02-29"
        table.to_csv("q.csv", index=False)
        assert command("quarantine", "retry", "q.csv").code == PARTLY_REFUSED
        assert listed(command) == ["文件 台账.csv"]
        assert rows(store)["identifier"].tolist() == ["西镇1"]


def test_a_file_sent_again_stands_in_for_that_of_its_own_folder_alone(command, store, towns):
    path = towns / "东镇" / "台账.csv"
    path.write_text(path.read_text("utf-8").replace("02-30", "02-29"), "utf-8")
    assert command("ingest", "ledger", path).code == OK
    assert rows(store)["identifier"].tolist() == ["西镇1"]


def test_a_copy_in_another_folder_is_the_same_file(command, store, towns):
    shutil.copytree(towns / "东镇", towns / "北镇")
    command("ingest", "ledger", "北镇/台账.csv")
    with open_store(store).connect() as conn:
        assert len(read_intakes(conn)) == 2
    command("ingest", "ledger", "北镇/台账.csv", "--valid-on", "2024-05-01")
    assert listed(command) == ["文件 西镇/台账.csv", "文件 北镇/台账.csv"]
