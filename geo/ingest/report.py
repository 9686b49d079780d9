"""What one file gave: the rows taken, what was mended or guessed, and every row refused with its reason."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

IntakeKind = Literal["parcels", "footprints", "ledger", "scenes"]

NOTE_COLUMNS = ("row", "identifier", "code", "params")
SAID_COLUMNS = ("row", "identifier", "column", "code", "params", "raw")
REFUSED_COLUMNS = (*SAID_COLUMNS, "attributes", "outline", "crs", "twin", "occurrence")

MENDED_CODES = frozenset({"ingest.mended", "ingest.ring_closed", "ingest.polygons_kept", "ingest.axes_swapped"})
"""Notes that say an outline was changed before it was taken; without a row, that all were."""

VALUE_REFUSED_CODES = frozenset(
    {
        "ingest.cell_error",
        "ingest.unknown_kind",
        "ingest.value_not_number",
        "ingest.value_not_positive",
        "ingest.value_rounded",
    }
)
"""Notes that say one value of a row was refused and left unknown, while the row itself was taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """What one file gave, once checked.

    Attributes
    ----------
    kind
        What the file was offered as.
    file
        Name of the file, without its folder.
    layer
        Layer, table or sheet, where the file has several kinds of them; otherwise None.
    sha256
        Hash of the file's bytes (of all its parts, for a Shapefile).
    taken
        Checked rows; the column ``row`` says where each stood in the file.
    notes
        What was mended or guessed: ``row`` (empty for the whole file), ``identifier``, ``code``, ``params``.
    refused
        Rows not taken: ``row``, ``identifier``, ``column``, ``code``, ``params`` and ``raw``, what stood in the file
        as text (WKT of an outline, JSON of a record); then what it takes to write the row into a file again:
        ``attributes`` (a dict by column), ``outline`` (WKB, None where it cannot be built), ``crs`` (as declared), and
        ``twin``, the row of the one that was taken under the same identifier; of footprints ``occurrence``, which
        of the rows with its identifier this is. One line a row, with the first reason
        found; a row is either taken or refused, never both and never neither.
    how
        How the file was to be read, as far as somebody said so, and in which ``folder`` it lay.
    retries
        Number of the stored intake whose refused rows these are, read again; None for a file.
    register
        Of a ledger: which of its registers (``geo.registers``).
    """

    kind: IntakeKind
    file: str
    layer: str | None
    sha256: str
    taken: pd.DataFrame
    notes: pd.DataFrame
    refused: pd.DataFrame
    register: str = "ledger"
    how: Mapping[str, object] = field(default_factory=dict)
    retries: int | None = None


@dataclass(slots=True)
class Journal:
    """Notes and refusals gathered while one file is read.

    Every entry carries its place (file, layer, row, column) in its parameters, so that ``geo.locale.say_refusal`` can
    say it as it stands.
    """

    path: Path
    layer: str | None = None
    notes: list[dict[str, object]] = field(default_factory=list)
    refused: list[dict[str, object]] = field(default_factory=list)

    def note(self, code: str, /, *, row: int | None = None, identifier: str | None = None, **params: object) -> None:
        """Say that something was mended or guessed, in one row or (``row`` left out) in the whole file."""
        self.notes.append({"row": row, "identifier": identifier, "code": code, "params": self._placed(row, params)})

    def refuse(self, code: str, /, *, row: int, identifier: str | None, raw: str, **params: object) -> None:
        """Say that a row was not taken, why, and what stood there; ``column`` may be among the parameters."""
        self.refused.append(
            {
                "row": row,
                "identifier": identifier,
                "column": params.get("column"),
                "code": code,
                "params": self._placed(row, params),
                "raw": raw,
            }
        )

    def _placed(self, row: int | None, params: Mapping[str, object]) -> dict[str, object]:
        """Parameters with the place in front, without the parts of it that are not known."""
        place = {"file": self.path.name, "layer": self.layer, "row": row}
        return {name: value for name, value in (place | dict(params)).items() if value is not None}

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the notes and the refusals as frames, in the order of the rows."""
        return _frame(self.notes, NOTE_COLUMNS), _frame(self.refused, REFUSED_COLUMNS)


def _frame(entries: list[dict[str, object]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Entries as a frame sorted by row, those about the whole file first."""
    frame = pd.DataFrame(entries, columns=list(columns), dtype=object)
    numbers = [name for name in ("row", "twin", "occurrence") if name in columns]
    frame[numbers] = frame[numbers].astype("Int64")
    return frame.sort_values("row", kind="stable", na_position="first", ignore_index=True)


def count_rows(intake: Intake) -> dict[str, int]:
    """Count what became of the rows of a file.

    Returns
    -------
    dict[str, int]
        ``read`` = ``taken`` + ``mended`` + ``refused``: rows taken as they stood, rows taken after their outline was
        changed, and rows not taken. ``values_refused`` are single values left unknown in rows that were taken.
    """
    changed = intake.notes.loc[intake.notes["code"].isin(MENDED_CODES), "row"]
    inside, refused = len(intake.taken), len(intake.refused)
    mended = inside if changed.isna().any() else int(intake.taken["row"].isin(changed).sum())
    return {
        "read": inside + refused,
        "taken": inside - mended,
        "mended": mended,
        "refused": refused,
        "values_refused": int(intake.notes["code"].isin(VALUE_REFUSED_CODES).sum()),
    }


def hash_files(paths: Iterable[Path]) -> str:
    """Return the sha256 of the bytes of files, one after the other, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
