"""What an evidence pack, a check sheet and a page of an atlas say of one parcel, in words that are ready to print."""

from collections.abc import Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A chip.

    Attributes
    ----------
    image
        JPEG.
    size
        Columns and rows [pixels].
    metres
        Width and height of a pixel [m].
    outline
        The parcel on it [pixels]: columns to the right and rows down.
    lines
        Day, sensor, how clear: what stands below it.
    """

    image: bytes
    size: tuple[int, int]
    metres: tuple[float, float]
    outline: BaseGeometry
    day: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A parcel and what lies around it in one plane [m], x to the east.

    Attributes
    ----------
    outline
        None where there is nothing to draw.
    notes
        Why there is nothing to draw, that it crosses the edge of a zone.
    """

    outline: BaseGeometry | None
    footprints: tuple[BaseGeometry, ...]
    neighbours: tuple[BaseGeometry, ...]
    crs: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one rule says: its label, article and outcome, then the proof as lines, each with how far it is indented."""

    label: str
    article: str
    outcome: str
    outcome_text: str
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[str, ...]
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """The parcel on one day: built fraction and bounds [1], all None where it could not be seen."""

    day: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Link:
    """One input: what it is, its name, and the SHA-256 of its bytes; empty where it has none but its name."""

    kind: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One parcel on one day.

    Attributes
    ----------
    about
        Names and values: number, area, coordinate system, version of the geometry.
    outcome
        Code of what is said of it altogether, and in words.
    marks
        Names of days that the series shows, and the days.
    findings_note
        What was not asked.
    clocks
        Last day, deadline and state of what is open and has a day.
    chain
        Inputs in their order, their kinds in words.
    digest
        SHA-256 over all of them.
    links
        Navigation links by name; empty unless somebody asked for them.
    words
        What headings say, by code.
    """

    parcel_id: str
    name: str
    town: str
    as_of: str
    outcome: str
    outcome_text: str
    about: tuple[tuple[str, str], ...]
    site: Site
    pictures: tuple[Picture, ...]
    pictures_note: str
    findings: tuple[Statement, ...]
    findings_note: str
    clocks: tuple[Row, ...]
    series: tuple[Seen, ...]
    marks: tuple[tuple[str, str], ...]
    facts: tuple[Row, ...]
    looks: tuple[Row, ...]
    chain: tuple[Link, ...]
    digest: str
    links: Mapping[str, str]
    words: Mapping[str, str]
