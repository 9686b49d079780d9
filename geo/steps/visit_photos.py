"""Photos of visits: matched with the visit, hashed, checked against parcel and day, and kept as a register."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path, PurePosixPath

import pandas as pd
from sqlalchemy import Connection, Engine

from geo.documents.forms import literal
from geo.documents.plain import file_name
from geo.errors import SchemaError
from geo.ingest.crs import to_store
from geo.ingest.ledger import frame_of
from geo.ingest.photos import Photo, read_photos
from geo.ingest.report import Intake, Journal
from geo.patrol.duties import parse_duties
from geo.patrol.photos import Occasion, find_marks
from geo.registers import REGISTERS
from geo.steps.patrol import duties_text
from geo.steps.plan_file import Planned
from geo.steps.returns import Answer
from geo.store import add_ledger, find_intake, read_parcels, read_registers, take_turn

PHOTOS = REGISTERS["photo"]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What is known of the photos of a command.

    Attributes
    ----------
    marked
        One row a photo that belongs to a visit: ``visit_id``, ``file``, ``sha256``, ``marks``.
    unmatched
        Files that belong to no visit.
    missing
        By visit: how many photos were asked for and are not there; and files that answers name and nobody sent.
    """

    marked: pd.DataFrame
    unmatched: tuple[str, ...]
    missing: Mapping[str, tuple[int, tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """A visit as far as photos need it."""

    visit_id: str
    parcel_id: str
    occasion: Occasion
    asked: int = 0
    names: tuple[str, ...] = ()
    uuid: str = ""


def check_folder(folder: Path) -> None:
    """Raise before anything is written where there is no such folder.

    Raises
    ------
    SchemaError
        There is none.
    """
    if not folder.is_dir():
        raise SchemaError("ingest.missing_file", file=str(folder))


def check_photos(
    engine: Engine, folder: Path, answers: Sequence[Answer], planned: Sequence[Planned], *, known_at: datetime
) -> Checked:
    """Check the photos in a folder and keep what cameras say of them; the photos themselves stay where they are.

    A photo belongs to a visit whose number stands in its path (as a folder, or at the beginning of its name), whose
    answers name its file, or whose questionnaire has the number that stands in its path.
    """
    photos = read_photos(folder)
    with engine.begin() as conn:
        take_turn(conn)
        visits = _visits(conn, answers, planned)
        before = read_registers(conn)["photo"]
        owner = {photo.file: _owner(photo.file, visits) for photo in photos}
        marks = _marks(photos, owner, before)
        _keep(conn, photos, owner, marks, folder, known_at=known_at)
    rows = [
        (visit.visit_id, photo.file, photo.sha256, " ".join(marks[photo.file]))
        for photo in photos
        if (visit := owner[photo.file]) is not None
    ]
    marked = pd.DataFrame(rows, columns=["visit_id", "file", "sha256", "marks"])
    unmatched = tuple(photo.file for photo in photos if owner[photo.file] is None)
    back = {answer.planned.visit_id for answer in answers}
    return Checked(marked, unmatched, _missing([one for one in visits if one.visit_id in back], photos, owner))


def _visits(conn: Connection, answers: Sequence[Answer], planned: Sequence[Planned]) -> list[_Visit]:
    """Return the visits that were made, those that came back just now with what their answers name."""
    stored = to_store(read_parcels(conn))
    outlines = dict(zip(stored["parcel_id"], stored.geometry, strict=True))
    asked = {one.visit_id: one.photos for one in planned}
    named = {answer.planned.visit_id: answer for answer in answers}
    made = read_registers(conn)["visit"].dropna(subset=["number"])
    visits = []
    for row in made[made["parcel_id"].isin(list(outlines))].to_dict("records"):
        number, answer = str(row["number"]), named.get(str(row["number"]))
        cells = {} if answer is None else answer.row.cells
        occasion = Occasion(
            visited_on=row["visited_on"].date(),
            outline=outlines[row["parcel_id"]],
            arrived=_time(row["arrived_at_said"]),
            left=_time(row["left_at_said"]),
        )
        names = tuple(str(cells.get("photo", "")).split())
        uuid = str(cells.get("uuid", "")).removeprefix("uuid:")
        visits.append(
            _Visit(
                visit_id=number,
                parcel_id=str(row["parcel_id"]),
                occasion=occasion,
                asked=asked.get(number, 0),
                names=names,
                uuid=uuid,
            )
        )
    return visits


def _time(said: object) -> time | None:
    """Return a time of day as people note it; None where they did not, or otherwise."""
    try:
        return time.fromisoformat(str(said).strip().replace("：", ":").zfill(5))
    except ValueError:
        return None


def _owner(file: str, visits: Sequence[_Visit]) -> _Visit | None:
    path = PurePosixPath(file)
    for visit in visits:
        names = {visit.visit_id, literal(visit.visit_id), file_name(visit.visit_id)}
        is_named = path.name in visit.names or any(path.name.startswith(f"{name}_") for name in names)
        if is_named or names & {*path.parts, path.stem} or (visit.uuid and visit.uuid in path.parts):
            return visit
    return None


def _marks(
    photos: Sequence[Photo], owner: Mapping[str, _Visit | None], before: pd.DataFrame
) -> dict[str, tuple[str, ...]]:
    """Return what is odd about each photo that belongs to a visit."""
    tolerance = parse_duties(duties_text()).photos
    used: dict[str, set[str]] = defaultdict(set)
    for sha256, number in zip(before["photo_sha256"], before["number"], strict=True):
        used[str(sha256)].add(str(number))
    for photo in photos:
        if (visit := owner[photo.file]) is not None:
            used[photo.sha256].add(visit.visit_id)
    known = {
        (str(row["number"]), str(row["photo_file"])): str(row["photo_sha256"]) for row in before.to_dict("records")
    }
    found = {}
    for photo in photos:
        visit = owner[photo.file]
        if visit is None:
            continue
        marks = list(find_marks(photo, visit.occasion, tolerance))
        marks += ["used_twice"] * (len(used[photo.sha256]) > 1)
        marks += ["altered"] * (known.get((visit.visit_id, photo.file), photo.sha256) != photo.sha256)
        found[photo.file] = tuple(marks)
    return found


def _keep(  # noqa: PLR0913  # one argument a part of what is kept
    conn: Connection,
    photos: Sequence[Photo],
    owner: Mapping[str, _Visit | None],
    marks: Mapping[str, tuple[str, ...]],
    folder: Path,
    *,
    known_at: datetime,
) -> None:
    records = {}
    for number, photo in enumerate(photos, 1):
        visit = owner[photo.file]
        if visit is not None:
            records[number] = _record(photo, visit, marks[photo.file])
    if not records:
        return
    digest = hashlib.sha256("".join(f"{one.file}\n{one.sha256}\n" for one in photos).encode()).hexdigest()
    notes, refused = Journal(folder).frames()
    how = {"visits": sorted({str(record["number"]) for record in records.values()})}
    taken = frame_of(records, PHOTOS)
    intake = Intake("ledger", folder.name, None, digest, taken, notes, refused, PHOTOS.name, how)
    if find_intake(conn, intake) is None:
        add_ledger(conn, intake, known_at=known_at)


def _record(photo: Photo, visit: _Visit, marks: tuple[str, ...]) -> dict[str, object]:
    place = None if photo.longitude is None else f"{photo.longitude}, {photo.latitude}"
    return {
        "parcel_id": visit.parcel_id,
        "number": visit.visit_id,
        "photo_sha256": photo.sha256,
        "photo_file": photo.file,
        "photo_taken": None if photo.taken_at is None else photo.taken_at.isoformat(),
        "photo_place": place,
        "photo_heading": None if photo.heading is None else f"{photo.heading:g}",
        "photo_marks": " ".join(marks) or "none",
    }


def _missing(
    visits: Sequence[_Visit], photos: Sequence[Photo], owner: Mapping[str, _Visit | None]
) -> dict[str, tuple[int, tuple[str, ...]]]:
    there = defaultdict(list)
    for photo in photos:
        if (visit := owner[photo.file]) is not None:
            there[visit.visit_id].append(PurePosixPath(photo.file).name)
    found = {}
    for visit in visits:
        short = max(0, visit.asked - len(there[visit.visit_id]))
        absent = tuple(name for name in visit.names if name not in there[visit.visit_id])
        if short or absent:
            found[visit.visit_id] = (short, absent)
    return found
