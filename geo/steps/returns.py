"""Take visits back: answers matched with the plan, compared with what is known, and kept as the register of visits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from geo.documents.forms import ASKED, GIVEN, literal, row_hash
from geo.errors import SchemaError
from geo.ingest.ledger import frame_of
from geo.ingest.persons import mask_persons
from geo.ingest.report import Intake, hash_files
from geo.ingest.returned import Returned, Row, read_answers, read_returned
from geo.locale import sentences
from geo.patrol.returned import Said, Verdict, merge
from geo.registers import REGISTERS
from geo.steps.merging import Back, canonical, conflict_cells, keep_back
from geo.steps.plan_file import Planned
from geo.store import read_registers, take_turn

VISITS = REGISTERS["visit"]
SHANGHAI = ZoneInfo("Asia/Shanghai")
ANSWERS = (*ASKED, VISITS.fields["visit_place"])
ANSWERED = {field.name: field for field in ANSWERS}
OTHER_NAMES = {
    "visit_id": "visit",
    "parcel_id": "parcel",
    "position": "visit_place",
    "photo": "photo",
    "row_hash": "hash",
    "_uuid": "uuid",
    "instanceID": "uuid",
    "KEY": "uuid",
}
"""Columns as GeoPackages and questionnaires name them."""

Record = dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One row that can be matched with a visit.

    Attributes
    ----------
    record
        Fields of the register of visits, typed.
    verdict
        What becomes of it.
    photos, uuid
        Files that it names, and what a questionnaire's server calls it.
    """

    planned: Planned
    returned: Returned
    row: Row
    record: Record
    verdict: Verdict | None = None

    @property
    def visited_on(self) -> date:
        """Day of the visit."""
        day = self.record["visited_on"]
        assert isinstance(day, date)
        return day

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.returned.file.name}:{self.row.row}"


def headers_back() -> dict[str, str]:
    """Return the code of every column that may come back, by its header in both languages or its own name."""
    known = dict(OTHER_NAMES)
    for language in ("zh", "en"):
        known |= {sentences(language)[f"patrol.word_{name}"]: name for name in (*GIVEN, "hash")}
    for field in ANSWERS:
        known |= dict.fromkeys((field.name, field.en, *field.zh), field.name)
    return known


def return_visits(
    engine: Engine,
    paths: Sequence[Path],
    *,
    planned: Sequence[Planned],
    known_at: datetime,
    masks_persons: bool = False,
) -> tuple[list[Back], list[Answer]]:
    """Take answers back into the register of visits, all files in one transaction.

    A row is taken where its visit is planned, the papers' own cells are as they were sent, its answers can be read and
    contradict nothing: neither the store nor another row. Other rows are refused with their reason and whole, in the
    quarantine. The same answers again change nothing.

    Parameters
    ----------
    planned
        The visits that plans have.
    known_at
        When this is said [UTC]; a visit after that day is refused.

    Returns
    -------
    tuple
        What became of each table; and the answers that were taken or known already.

    Raises
    ------
    SchemaError
        A file cannot be used at all; nothing is written.
    """
    tables = [table for path in paths for table in read_returned(path, headers=headers_back(), key="visit")]
    with engine.begin() as conn:
        take_turn(conn)
        matched, blanks = [], []
        for table in tables:
            answers, blank = _match(table, planned, today=known_at.astimezone(SHANGHAI).date())
            matched.append(answers)
            blanks.append(blank)
        judged = _judge(conn, [answer for answers in matched for answer in answers])
        digest = hash_files({one.plan for one in planned})
        backs, kept = [], []
        for table, blank in zip(tables, blanks, strict=True):
            own = [answer for answer in judged if answer.returned is table]
            kept += [answer for answer in own if not _conflicts(answer)]
            intake = _intake(table, own, how={"returned": "visits", "plans": digest})
            intake = mask_persons(intake) if masks_persons else intake
            verdicts = [answer.verdict for answer in own if answer.verdict is not None]
            backs.append(keep_back(conn, intake, verdicts, blank=blank, known_at=known_at))
    return backs, kept


def _match(table: Returned, planned: Sequence[Planned], *, today: date) -> tuple[list[Answer], int]:
    """Return the rows that answer a planned visit, and how many are blank; the others are refused in the journal."""
    answers, blank = [], 0
    for row in table.rows:
        if not any(field.name in row.cells for field in ANSWERS):
            blank += 1
            continue
        try:
            visit = _find(row, planned)
            answers.append(Answer(visit, table, row, _record(table, row, visit, today)))
        except SchemaError as error:
            identifier = str(row.cells.get("visit", "")) or None
            table.journal.refuse(error.code, row=row.row, identifier=identifier, raw=row.raw, **error.params)
    return answers, blank


def _find(row: Row, planned: Sequence[Planned]) -> Planned:
    """Return the visit that a row answers.

    Raises
    ------
    SchemaError
        No plan has it; or what the papers said of it is not what the plan said.
    """
    said = str(row.cells.get("visit", ""))
    same = [one for one in planned if said in (one.visit_id, literal(one.visit_id))]
    if not same:
        raise SchemaError("patrol.visit_unknown", visit=said or "-")
    if "hash" in row.cells:
        same = [one for one in same if one.row_hash == str(row.cells["hash"])]
        is_whole = not _is_altered(row)
    else:
        same = [one for one in same if str(row.cells.get("parcel", one.parcel_id)) == one.parcel_id]
        is_whole = len({one.parcel_id for one in same}) == 1
    if not same or not is_whole:
        raise SchemaError("patrol.visit_altered", visit=said)
    return same[0]


def _is_altered(row: Row) -> bool:
    """Whether cells that were given are no longer what their hash says; where only some are there, nobody can tell."""
    if not {"visit", "parcel", "why", "position"} <= row.cells.keys():
        return False
    return row_hash(tuple(str(row.cells.get(name, "")).replace("\r\n", "\n") for name in GIVEN)) != row.cells["hash"]


def _record(table: Returned, row: Row, visit: Planned, today: date) -> Record:
    record = read_answers(table, row, ANSWERS)
    on = record.get("visited_on")
    if not isinstance(on, date):
        raise SchemaError("ingest.no_identifier_value", column=VISITS.fields["visited_on"].zh[0])
    days = ("visited_on", "started_on", "last_worked_on", "completed_on")
    late = [
        name
        for name in days
        if isinstance(day := record.get(name), date) and day > (today if name == "visited_on" else on)
    ]
    if late:
        raise SchemaError("patrol.day_to_come", column=table.headers.get(late[0], late[0]), value=str(record[late[0]]))
    said: Record = {"parcel_id": visit.parcel_id, "number": visit.visit_id, "visit_reason": "\n".join(visit.why)}
    return said | ({"inspectors": "\n".join(visit.inspectors)} if visit.inspectors else {}) | record


def _judge(conn: Connection, answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers with what becomes of each, beside the store and one another; conflicts are refused."""
    visits = read_registers(conn)["visit"].to_dict("records")
    known = {(str(one["number"]), name): value for one in visits for name, value in canonical(one, ANSWERED).items()}
    places = {str(one["number"]): f"{one['source']}:{one['row']}" for one in visits}
    rows = [Said(answer.place, answer.planned.visit_id, canonical(answer.record, ANSWERED)) for answer in answers]
    verdicts = merge(rows, sent={}, known=known, places=places)
    judged = [replace(answer, verdict=verdict) for answer, verdict in zip(answers, verdicts, strict=True)]
    for answer in filter(_conflicts, judged):
        _refuse(answer)
    return judged


def _conflicts(answer: Answer) -> bool:
    return answer.verdict is not None and bool(answer.verdict.conflicts)


def _refuse(answer: Answer) -> None:
    assert answer.verdict is not None
    cells = conflict_cells(answer.returned, answer.verdict, VISITS.fields)
    visit = answer.planned.visit_id
    answer.returned.journal.refuse(
        "patrol.visit_conflict", row=answer.row.row, identifier=visit, raw=answer.row.raw, visit=visit, cells=cells
    )


def _intake(table: Returned, answers: Sequence[Answer], *, how: Mapping[str, object]) -> Intake:
    records = {answer.row.row: answer.record for answer in answers if not _conflicts(answer)}
    notes, refused = table.journal.frames()
    digest = hash_files([table.file])
    patrols = sorted({answer.planned.visit_id.rpartition("-")[0] for answer in answers})
    layer = " ".join(filter(None, [table.layer, *patrols])) or None
    return Intake("ledger", table.file.name, layer, digest, frame_of(records, VISITS), notes, refused, "visit", how)
