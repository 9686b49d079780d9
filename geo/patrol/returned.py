"""What came back against what was sent and what is known since: edits, and conflicts that people must settle."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = tuple[str, str]
"""An entry and a field of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one row of one file says of one entry.

    Attributes
    ----------
    place
        Where it stands, for people.
    values
        By field, as canonical texts; what is blank is not there, for a blank takes nothing back.
    """

    place: str
    entry: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that two sides say differently: what this row says, what the other says, and where that stands."""

    field: str
    said: str
    other: str
    place: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row.

    Attributes
    ----------
    edits
        Fields in which it says something new.
    conflicts
        Cells that nobody but people can settle; then none of the row is taken.
    """

    edits: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


def merge(
    rows: Sequence[Said], *, sent: Mapping[Cell, str], known: Mapping[Cell, str], places: Mapping[str, str]
) -> list[Verdict]:
    """Merge rows that came back with what is known, as three versions are merged.

    A cell is edited where it says otherwise than was sent. It is a conflict where the store has said something else
    since, or another row says another thing of it.

    Parameters
    ----------
    sent
        What stood in each cell when the papers were sent.
    known
        What the store knows now.
    places
        Where what the store knows of an entry was said, for people.

    Returns
    -------
    list
        A verdict a row, in their order.

    Examples
    --------
    >>> rows = [Said("a:2", "V1", {"x": "1"}), Said("b:2", "V1", {"x": "2"})]
    >>> [one.conflicts[0].other for one in merge(rows, sent={}, known={}, places={})]
    ['2', '1']
    """
    changed = [
        {name: value for name, value in row.values.items() if value != sent.get((row.entry, name))} for row in rows
    ]
    claims: dict[Cell, list[tuple[str, str]]] = defaultdict(list)
    for row, edits in zip(rows, changed, strict=True):
        for name, value in edits.items():
            claims[row.entry, name].append((value, row.place))
    verdicts = []
    for row, edits in zip(rows, changed, strict=True):
        conflicts: list[Conflict] = []
        news: list[str] = []
        for name, value in edits.items():
            cell = (row.entry, name)
            now = known.get(cell)
            others = [(now, places.get(row.entry, ""))] if now is not None and now != sent.get(cell) else []
            others += claims[cell]
            conflicts += [Conflict(name, value, other, place) for other, place in others if other != value][:1]
            news += [name] if now != value else []
        verdicts.append(Verdict(tuple(news), tuple(conflicts)))
    return verdicts
