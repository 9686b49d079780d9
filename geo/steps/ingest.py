"""Take files into the store: read and check all of them, then commit them one by one, each whole or not at all."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Engine

from geo.errors import SchemaError
from geo.ingest.footprints import read_footprints
from geo.ingest.ledger import read_registers
from geo.ingest.parcels import read_parcels
from geo.ingest.persons import mask_persons
from geo.ingest.report import NOTE_COLUMNS, REFUSED_COLUMNS, Intake, count_rows, hash_files
from geo.ingest.scenes import SceneIntake, find_scenes
from geo.ingest.sources import Reading
from geo.locale import Language, say, say_refusal
from geo.registers import FLAT, REGISTERS
from geo.steps.choices import Kind
from geo.store import (
    FOLDER,
    Added,
    add_footprints,
    add_intake,
    add_ledger,
    add_parcels,
    add_scenes,
    find_intake,
    read_differences,
    take_turn,
)

EVENT_FIELDS = (
    "extension_granted_on",
    "construction_permit_on",
    "started_on",
    "works_seen_on",
    "last_worked_on",
    "resumed_on",
    "completed_on",
)
"""What happens on a parcel and is entered when it does: a blank means "not" in a complete ledger with such a column."""

DIFFERENCES = ("parcel_id", "kind", "before_m2", "after_m2", "columns", "origins", "row")
"""What is said of a difference between a file of parcels and what was known before it."""

SHOWN = 20
"""How many refused rows, and how many notes, are printed of a file; the store keeps all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How files are to be read.

    Attributes
    ----------
    layer, crs, parcel_id
        Layer of a file with several; coordinate system of a file that declares none; column of the identifier.
    encoding, near, transform
        Of outlines: encoding of a file that declares none, some place in the county (longitude, latitude), a file of
        transformation parameters; see `geo.ingest.sources.Reading`.
    reference
        A file of outlines that lie where they should: how far parcels lie beside them is noted.
    columns
        What a header of this bureau holds, by header; goes before the usual names.
    complete_through
        Last day for which the ledger is complete: a blank up to it means "did not happen".
    valid_on
        Day from which the rows hold; None means as long as anybody knows.
    offset
        Reflectance offset of scenes whose files do not say theirs [1].
    is_complete
        The file holds every parcel, or footprint, there is: what it does not name is no more from ``valid_on`` on.
    is_strict
        Refuse everything if one row, or one value of a row, is refused.
    mask_persons
        Mask personal data before anything is kept or said.
    """

    layer: str | None = None
    crs: str | None = None
    parcel_id: str | None = None
    encoding: str | None = None
    near: tuple[float, float] | None = None
    transform: Path | None = None
    reference: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    complete_through: date | None = None
    valid_on: date | None = None
    offset: float | None = None
    is_complete: bool = False
    is_strict: bool = False
    mask_persons: bool = False

    def said(self) -> dict[str, object]:
        """Return what was said of how files are to be read: the same file read the same way says nothing new."""
        files = {name: getattr(self, name) for name in ("transform", "reference")}
        said: dict[str, object] = {name: hash_files([path]) for name, path in files.items() if path is not None}
        for name in ("crs", "parcel_id", "encoding", "near", "complete_through", "valid_on"):
            if (value := getattr(self, name)) is not None:
                said[name] = value.isoformat() if isinstance(value, date) else value
        said |= {"columns": dict(self.columns)} if self.columns else {}
        flags = {name: True for name in ("is_complete", "mask_persons") if getattr(self, name)}
        return said | flags


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """What became of one file.

    Attributes
    ----------
    intake
        What it gave.
    added
        What that added to the store; None where the same file was taken in before, and nothing was changed.
    known_since
        When the same file was taken in before.
    differences
        Of parcels: what the file says otherwise than what was known before (`geo.store.read_differences`), and the
        parcels it does not name; empty where nothing was known.
    """

    intake: Intake
    added: Added | None
    known_since: datetime | None
    differences: pd.DataFrame


def ingest(engine: Engine, kind: Kind, paths: Sequence[Path], *, options: Options, known_at: datetime) -> list[Taken]:
    """Take files of one kind into the store, each in one transaction; scenes all together.

    A file whose bytes were taken in before, read the same way, changes nothing.

    Returns
    -------
    list[Taken]
        What became of each file; the rows it refused are in the store's quarantine with their reasons.

    Raises
    ------
    InputError
        A file cannot be used at all, or ``options.is_strict`` and a row was refused: nothing is written. Or a file is
        said to be complete and nobody can tell what it leaves out.
    """
    if kind == "scenes":
        return [_ingest_scenes(engine, paths, options=options, known_at=known_at)]
    _check_complete(kind, paths, options)
    read, add = _reader(kind, options), adder(kind, options)
    said = options.said()
    files = [[kept(replace(intake, how=said | _place([path])), options) for intake in read(path)] for path in paths]
    intakes = [intake for file in files for intake in file]
    _check_strict(intakes, options)
    return [taken for file in files for taken in _add(engine, add, file, known_at=known_at)]


def _place(paths: Sequence[str | Path]) -> dict[str, object]:
    """Return where files lie: of two files of one name in several folders neither stands in for the other."""
    return {FOLDER: " ".join(sorted({str(Path(path).resolve().parent) for path in paths}))}


def kept(intake: Intake, options: Options) -> Intake:
    """Return what may be kept of an intake."""
    return mask_persons(intake) if options.mask_persons else intake


def _check_complete(kind: Kind, paths: Sequence[Path], options: Options) -> None:
    """Refuse to call complete what cannot be."""
    if options.is_complete and (kind not in ("parcels", "footprints") or len(paths) > 1):
        raise SchemaError("scan.complete_one_file", file=" ".join(path.name for path in paths))


def _add(engine: Engine, add: Callable[..., Added], file: Sequence[Intake], *, known_at: datetime) -> list[Taken]:
    """Add what a file gave, unless it gave it before; several tables of one file all together."""
    for intake in file:
        if intake.how.get("is_complete") and (intake.notes["code"] == "ingest.row_number_taken").any():
            raise SchemaError("scan.complete_unnamed", file=intake.file)
    with engine.begin() as conn:
        take_turn(conn)
        return [_add_one(conn, add, intake, known_at=known_at) for intake in file]


def _add_one(conn: Connection, add: Callable[..., Added], intake: Intake, *, known_at: datetime) -> Taken:
    since = find_intake(conn, intake)
    if since is not None:
        return Taken(intake, None, since, no_differences())
    return add_taken(conn, add, intake, known_at=known_at)


def add_taken(conn: Connection, add: Callable[..., Added], intake: Intake, *, known_at: datetime) -> Taken:
    """Add what was read to the store, and say what it says otherwise than before."""
    added = add(conn, intake, known_at=known_at)
    is_compared = intake.kind == "parcels" and (added.changed or added.unchanged or added.absent)
    if not is_compared:
        return Taken(intake, added, None, no_differences())
    found = read_differences(conn, added.intake_id)
    gone = set(found["parcel_id"])
    absent = pd.DataFrame({"parcel_id": [name for name in added.absent if name not in gone], "kind": "absent"})
    return Taken(intake, added, None, pd.concat([found, absent], ignore_index=True)[list(DIFFERENCES)])


def no_differences() -> pd.DataFrame:
    """Return differences where there are none."""
    return pd.DataFrame(columns=list(DIFFERENCES), dtype=object)


def _reader(kind: Kind, options: Options) -> Callable[[Path], list[Intake]]:
    if kind == "ledger":
        return partial(read_registers, layer=options.layer, columns=options.columns)
    layer, crs = options.layer, options.crs
    how = Reading(columns=options.columns, encoding=options.encoding, near=options.near, transform=options.transform)
    if kind == "footprints":
        return lambda path: [read_footprints(path, layer=layer, crs=crs, **how)]
    reference = read_footprints(options.reference).taken if options.reference else None
    parcel_id = options.parcel_id
    return lambda path: [read_parcels(path, layer=layer, crs=crs, parcel_id=parcel_id, reference=reference, **how)]


def adder(kind: Kind, options: Options) -> Callable[..., Added]:
    """Return what adds an intake of a kind to the store."""
    match kind:
        case "parcels":
            return partial(add_parcels, valid_on=options.valid_on, is_complete=options.is_complete)
        case "footprints":
            return partial(add_footprints, valid_on=options.valid_on, is_complete=options.is_complete)
        case _:
            return partial(add_ledger, valid_on=options.valid_on, complete_through=options.complete_through)


def _check_strict(intakes: Sequence[Intake], options: Options) -> None:
    if options.is_strict and has_refusals(intakes):
        counted = [count_rows(intake) for intake in intakes]
        rows, values = (sum(count[name] for count in counted) for name in ("refused", "values_refused"))
        raise SchemaError("scan.strict", file=" ".join(intake.file for intake in intakes), rows=rows, values=values)


def has_refusals(intakes: Sequence[Intake]) -> bool:
    """Whether a row, or a value of a row that was taken, was refused."""
    return any(count["refused"] or count["values_refused"] for count in map(count_rows, intakes))


def _ingest_scenes(engine: Engine, folders: Sequence[Path], *, options: Options, known_at: datetime) -> Taken:
    found = find_scenes(folders, offset=options.offset)
    intake = replace(scenes_intake(found, folders), how=_place(folders))
    _check_strict([intake], options)
    with engine.begin() as conn:
        take_turn(conn)
        since = find_intake(conn, intake)
        if since is None:
            add_intake(conn, intake, known_at=known_at)
        added = add_scenes(conn, found.scenes, found.sha256, known_at=known_at)  # files may have moved
    return Taken(intake, None if since else added, since, no_differences())


def scenes_intake(found: SceneIntake, folders: Sequence[str | Path]) -> Intake:
    """Say of scenes what an intake says of rows."""
    taken = pd.DataFrame(
        {
            "row": range(1, len(found.scenes) + 1),
            "scene_id": [scene.scene_id for scene in found.scenes],
            "acquired_at": [scene.acquired_at for scene in found.scenes],
            "level": [scene.level for scene in found.scenes],
        }
    )
    together = hashlib.sha256("".join(found.sha256[name] for name in sorted(found.sha256)).encode()).hexdigest()
    names = " ".join(Path(folder).name for folder in folders)
    notes = pd.DataFrame(columns=list(NOTE_COLUMNS), dtype=object)
    return Intake("scenes", names, None, together, taken, notes, found.refused.reindex(columns=list(REFUSED_COLUMNS)))


def absent_events(intake: Intake) -> list[str]:
    """Return the events that a ledger has no column for: nobody can call it complete in them."""
    return [field for field in EVENT_FIELDS if field not in intake.taken]


def _named(intake: Intake, language: Language) -> str:
    """Return what an intake is called: its kind, or the register that it is."""
    if intake.kind == "ledger" and intake.register != FLAT:
        return str(getattr(REGISTERS[intake.register], language))
    return say(f"scan.kind_{intake.kind}", language)


def describe(intakes: Sequence[Intake], language: Language) -> list[str]:
    """Say what each file gave: counts, then each refused row with its reason, then what was mended or guessed."""
    lines = []
    for intake in intakes:
        lines.append(
            say(
                "scan.intake",
                language,
                kind=_named(intake, language),
                file=intake.file,
                **count_rows(intake),
            )
        )
        for said, code in ((intake.refused, "scan.refused_row"), (intake.notes, "scan.note")):
            shown = said.head(SHOWN)
            said_so = zip(shown["code"], shown["params"], strict=True)
            reasons = [say_refusal(code_of, params, language) for code_of, params in said_so]
            lines += ["  " + say(code, language, reason=reason) for reason in reasons]
            if len(said) > SHOWN:
                lines.append("  " + say("scan.more", language, count=len(said) - SHOWN))
        absent = absent_events(intake) if intake.kind == "ledger" and intake.register == FLAT else []
        if absent:
            names = say("law.listed", language).join(say(f"fact.{field}", language) for field in absent)
            lines.append("  " + say("scan.absent_columns", language, columns=names))
    return lines
