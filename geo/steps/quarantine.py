"""The quarantine: rows that were refused, listed with their reasons, and read again when something has changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from os.path import commonprefix
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
from sqlalchemy import Connection, Engine

from geo.errors import InputError, SchemaError
from geo.ingest.ledger import entry_names
from geo.ingest.report import SAID_COLUMNS, Intake
from geo.locale import Language, say, say_error, say_refusal
from geo.registers import REGISTERS
from geo.steps.corrections import KEY, read_corrections, write_corrections
from geo.steps.ingest import Options, Taken, add_taken, adder, kept
from geo.steps.reading_again import READERS, text_of
from geo.store import FOLDER, read_refused, take_turn

if TYPE_CHECKING:
    from geo.steps.choices import Kind


@dataclass(frozen=True, slots=True, eq=False)
class Retried:
    """What became of the quarantined rows of one file.

    Attributes
    ----------
    file
        Name of the file, with as much of its folder as tells it from others of that name.
    count
        Rows that were in quarantine.
    taken
        What was taken of them; None where nothing came of it and nothing was written.
    error
        Why they could not be read again as a whole.
    """

    file: str
    count: int
    taken: Taken | None
    error: InputError | None = None

    @property
    def left(self) -> int:
        """Rows that are still in quarantine."""
        return self.count if self.taken is None else len(self.taken.intake.refused)


def read_quarantine(engine: Engine, language: Language, *, known_at: datetime | None = None) -> pd.DataFrame:
    """Return the rows that the last intake of each file refused, each with its reason as a sentence."""
    with engine.connect() as conn:
        refused = called_apart(read_refused(conn, known_at=known_at))
    columns = ["intake_id", "kind", "file", "layer", *(name for name in SAID_COLUMNS if name != "params")]
    return refused[columns].assign(reason=reasons(refused, language))


def called_apart(refused: pd.DataFrame) -> pd.DataFrame:
    """Return refused rows with what their files are ``called``: names, and what tells files of one name apart."""
    folders = pd.Series([(how or {}).get(FOLDER, "") for how in refused["how"]], index=refused.index, dtype=object)
    called = refused["file"].astype(object)
    for name, of_name in folders.groupby(called):
        parts = {folder: PurePath(folder).parts for folder in of_name.unique()}
        shared = len(commonprefix(list(parts.values())))  # noqa: RUF071 - of parts, not of letters
        called[of_name.index] = [PurePath(*parts[folder][shared:], name).as_posix() for folder in of_name]
    return refused.assign(called=called)


def reasons(refused: pd.DataFrame, language: Language) -> list[str]:
    """Return why each row of `called_apart` was refused, as a sentence."""
    said = refused[["code", "params", "called"]].to_numpy()
    return [
        say_refusal(code, params | {"file": called} if "file" in params else params, language)
        for code, params, called in said
    ]


def export_quarantine(engine: Engine, out: Path, language: Language) -> int:
    """Write quarantined rows as they stood, with their reasons; the suffix names the format.

    Returns
    -------
    int
        How many rows.

    Raises
    ------
    SchemaError
        The suffix is none of ``.csv``, ``.parquet``, ``.gpkg``.
    """
    with engine.connect() as conn:
        refused = called_apart(read_refused(conn))
    write_corrections(refused.assign(reason=reasons(refused, language)), out)
    return len(refused)


def retry_quarantine(
    engine: Engine, corrected: Sequence[Path], *, options: Mapping[str, Options], known_at: datetime
) -> tuple[list[Retried], dict[str, int]]:
    """Read quarantined rows again and take what is now sound, in one transaction; the rest stays, with its reasons.

    The rows of a file are read together, so that two that contradict each other still do.

    Parameters
    ----------
    engine
        The store.
    corrected
        Exports of the quarantine that somebody has corrected; none: all rows as they stood.
    options
        How files are to be read today, by kind; what is not said is as it was when the rows were refused.
    known_at
        When this is said [UTC].

    Returns
    -------
    tuple[list[Retried], dict[str, int]]
        What became of each file's rows; and how many rows of each export are no longer in quarantine.

    Raises
    ------
    InputError
        An export cannot be used; nothing is written.
    """
    with engine.begin() as conn:
        take_turn(conn)
        rows = called_apart(read_refused(conn))
        gone: dict[str, int] = {}
        if corrected:
            rows, gone = read_corrections(corrected, rows)
        return [_retry(conn, group, options, known_at) for group in _by_file(rows) if _is_asked(group, corrected)], gone


def _by_file(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the rows of each file; scenes are found anew by themselves."""
    readable = rows[rows["kind"] != "scenes"]
    for _, group in readable.groupby(list(KEY), dropna=False, sort=False):
        yield group.reset_index(drop=True)


def _is_asked(group: pd.DataFrame, corrected: Sequence[Path]) -> bool:
    """Whether the rows of a file are to be read again: all, or those of which one was handed back."""
    return not corrected or bool(group["is_handed_back"].any())


def _retry(conn: Connection, group: pd.DataFrame, options: Mapping[str, Options], known_at: datetime) -> Retried:
    """Read the rows of one file again."""
    kind = cast("Kind", group["kind"].iloc[0])
    called, how = str(group["called"].iloc[0]), group["how"].iloc[0] or {}
    is_whole = [_is_whole(row) for row in group.to_dict("records")]
    rows, left = group[is_whole].reset_index(drop=True), group[[not one for one in is_whole]]
    if rows.empty:
        return Retried(called, len(group), None)
    said = _as_before(options[kind], how)
    try:
        if "transform" in how and said.transform is None:
            raise SchemaError("quarantine.needs_transform", file=called)
        intake = _hold_back(kept(READERS[kind](rows, said), said), rows)
    except InputError as error:
        return Retried(called, len(group), None, error)
    refused = pd.concat([intake.refused, left[list(intake.refused.columns)]], ignore_index=True)
    if intake.taken.empty and _is_same(refused, group):
        return Retried(called, len(group), None)
    root = group["retries"].fillna(group["intake_id"]).iloc[0]
    again = {"file": group["file"].iloc[0], "layer": text_of(group["layer"].iloc[0]), "sha256": group["sha256"].iloc[0]}
    intake = replace(intake, **again, refused=refused.sort_values("row", ignore_index=True), retries=int(root))
    intake = replace(intake, how={**how, **said.said()})
    return Retried(called, len(group), add_taken(conn, adder(kind, said), intake, known_at=known_at))


def _is_whole(row: Mapping[Any, Any]) -> bool:
    """Whether a row can be read again: what stood there is known, outline and all."""
    has_outline = row["kind"] == "ledger" or not pd.isna(row["outline"]) or not text_of(row["raw"])
    return isinstance(row["attributes"], dict) and has_outline


def _as_before(today: Options, how: Mapping[str, Any]) -> Options:
    """Return how to read rows: as is said today, else as was said when they were refused; never as a complete file."""
    before: dict[str, Any] = {name: how.get(name) for name in ("crs", "parcel_id", "near")}
    before["valid_on"] = date.fromisoformat(how["valid_on"]) if "valid_on" in how else None
    given = {name: getattr(today, name) for name in before}
    merged = {name: given[name] if given[name] is not None else value for name, value in before.items()}
    columns = today.columns or how.get("columns", {})
    return replace(today, **merged, columns=columns, is_complete=False, complete_through=None)


def _names(intake: Intake) -> list[str | None]:
    """Return what each row taken is called."""
    if intake.kind == "ledger":
        return entry_names(intake.taken, REGISTERS[intake.register])
    names: list[str | None] = intake.taken["parcel_id" if intake.kind == "parcels" else "footprint_id"].tolist()
    return names


def _hold_back(intake: Intake, rows: pd.DataFrame) -> Intake:
    """Refuse rows again under whose identifier another row of their file was taken: nothing comes in twice."""
    before = rows.set_index("row")
    twin_of = {row: twin for row, twin in before["twin"].items() if not pd.isna(twin)}
    refused = intake.refused.assign(
        twin=intake.refused["row"].map(twin_of).fillna(intake.refused["twin"]).astype("Int64")
    )
    names = zip(intake.taken["row"], _names(intake), strict=True)
    held = [row for row, name in names if row in twin_of and name == before.loc[row, "identifier"]]
    if not held:
        return replace(intake, refused=refused)
    again = before.loc[held].reset_index()
    place = {"file": str(rows["file"].iloc[0]), "layer": text_of(rows["layer"].iloc[0])}
    params = [{k: v for k, v in place.items() if v} | {"row": int(row), "others": str(twin_of[row])} for row in held]
    again = again.assign(code="ingest.repeated_identifier", column=None)
    again["params"] = pd.Series(params, index=again.index, dtype=object)
    kept = intake.taken[~intake.taken["row"].isin(held)].reset_index(drop=True)
    together = pd.concat([refused, again[list(refused.columns)]], ignore_index=True)
    return replace(intake, taken=kept, refused=together)


def _is_same(refused: pd.DataFrame, group: pd.DataFrame) -> bool:
    """Whether rows are refused again as they were before."""
    told = [_told(frame) for frame in (refused, group)]
    return told[0] == told[1]


def _told(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    columns = ("row", "code", "params", "attributes", "outline")
    records = [tuple(_comparable(record[name]) for name in columns) for record in frame.to_dict("records")]
    return sorted(records, key=repr)


def _comparable(value: object) -> object:
    if isinstance(value, dict):
        return {name: part for name, part in value.items() if part is not None}
    return None if value is None or value is pd.NA or value != value else value  # noqa: PLR0124 - NaN is no value


def describe_retried(retried: Sequence[Retried], gone: Mapping[str, int], language: Language) -> list[str]:
    """Say what became of quarantined rows."""
    lines = []
    for one in retried:
        if one.error is not None:
            reason = say_error(one.error, language)
            lines.append(say("quarantine.failed", language, file=one.file, count=one.count, reason=reason))
            continue
        inside = 0 if one.taken is None else len(one.taken.intake.taken)
        lines.append(say("quarantine.retried", language, file=one.file, count=one.count, inside=inside, left=one.left))
    return lines + [say("quarantine.gone", language, file=file, count=count) for file, count in gone.items() if count]
