"""Rows of the quarantine read again as their file would be: parcels, footprints and rows of the ledger."""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd

from geo.ingest.footprints import check_footprints
from geo.ingest.layers import Layer
from geo.ingest.ledger import read_registers
from geo.ingest.originals import layer_of
from geo.ingest.parcels import check_parcels
from geo.ingest.report import Intake
from geo.steps.ingest import Options

NO_TITLE = re.compile(r"[\[\]:*?/\\]")
"""What the name of a sheet cannot hold."""
TITLE_LENGTH = 31


def text_of(value: object) -> str | None:
    """Return a text of a frame, None where there is none."""
    return value if isinstance(value, str) and value else None


def _layer(rows: pd.DataFrame) -> Layer:
    """Return the rows as a layer of their file."""
    first = rows.iloc[0]
    name = text_of(first["layer"]) or Path(first["file"]).stem
    driver = "GPKG" if text_of(first["layer"]) else ""
    return layer_of(rows, Layer(Path(first["file"]), first["file"], driver, name, (), text_of(first["crs"])))


def _read_parcels(rows: pd.DataFrame, options: Options) -> Intake:
    layer = _layer(rows)
    parcel_id = options.parcel_id if options.parcel_id in layer.fields else None
    how = {"columns": options.columns, "near": options.near, "transform": options.transform}
    return check_parcels(layer, crs=options.crs, parcel_id=parcel_id, **how)  # type: ignore[arg-type]  # typed above


def _read_footprints(rows: pd.DataFrame, options: Options) -> Intake:
    how = {"columns": options.columns, "near": options.near, "transform": options.transform}
    intake = check_footprints(_layer(rows), crs=options.crs, **how)  # type: ignore[arg-type]  # typed above
    before = rows.set_index("row")[["identifier", "occurrence"]]
    taken, refused = (_counted(frame, name, before) for frame, name in _named(intake))
    return replace(intake, taken=taken, refused=refused)


def _named(intake: Intake) -> Iterator[tuple[pd.DataFrame, str]]:
    yield intake.taken, "footprint_id"
    yield intake.refused, "identifier"


def _counted(frame: pd.DataFrame, name: str, before: pd.DataFrame) -> pd.DataFrame:
    """Return rows of footprints counted as in their file; one that was given another identifier is not counted yet."""
    known = before.reindex(frame["row"])
    is_same = known["identifier"].to_numpy() == frame[name].to_numpy()
    return frame.assign(occurrence=known["occurrence"].array).assign(
        occurrence=lambda counted: counted["occurrence"].where(is_same)
    )


def _read_ledger(rows: pd.DataFrame, options: Options) -> Intake:
    """Read rows of a ledger from a workbook of their own."""
    headers = [name for name in dict.fromkeys(n for record in rows["attributes"] for n in record) if name[:1] != "#"]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = NO_TITLE.sub(" ", text_of(rows["layer"].iloc[0]) or "ledger")[:TITLE_LENGTH]
    sheet.append(headers)
    for record in rows["attributes"]:
        sheet.append([record.get(name) for name in headers])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.data_type = "s" if cell.data_type == "f" else cell.data_type  # a text, whatever it begins with
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        book.save(path)
        intake = read_registers(path, columns=options.columns)[0]
    return _renumbered(intake, rows)


def _renumbered(intake: Intake, rows: pd.DataFrame) -> Intake:
    """Return an intake of a workbook of our own with the rows and the file that its rows came from."""
    row_of = dict(enumerate(rows["row"], start=2))
    crs_of = rows.set_index("row")["crs"]
    parts = {}
    for name, frame in (("taken", intake.taken), ("notes", intake.notes), ("refused", intake.refused)):
        numbers = frame["row"].map(row_of).astype("Int64" if name != "taken" else "int64")
        parts[name] = frame.assign(row=numbers)
        if "params" in frame:
            place = {"file": rows["file"].iloc[0], "layer": text_of(rows["layer"].iloc[0])}
            at = zip(frame["params"], numbers, strict=True)
            params = [params | place | ({} if pd.isna(row) else {"row": int(row)}) for params, row in at]
            said = [{name: value for name, value in one.items() if value is not None} for one in params]
            parts[name] = parts[name].assign(params=pd.Series(said, index=frame.index, dtype=object))
    parts["refused"] = parts["refused"].assign(crs=parts["refused"]["row"].map(crs_of))
    return replace(intake, taken=parts["taken"], notes=parts["notes"], refused=parts["refused"])


READERS: Mapping[str, Callable[[pd.DataFrame, Options], Intake]] = {
    "parcels": _read_parcels,
    "footprints": _read_footprints,
    "ledger": _read_ledger,
}
"""How the refused rows of one file are read, by kind."""
