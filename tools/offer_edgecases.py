"""Offer every file below a folder to the reader that matches it, and print what became of each.

``python tools/offer_edgecases.py FOLDER [--lang en] [--seconds 60]``. The totals at the end stand in
``docs/intake.md``. A file that is part of another (the table of a Shapefile) is counted as such. What is no data is
offered too: it must be refused by name and cause.
"""

import argparse
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geo.errors import GeoError
from geo.ingest import count_rows, read_parcels, read_registers
from geo.ingest.images import DRIVERS as IMAGES
from geo.ingest.reader import RasterioReader
from geo.ingest.report import Intake
from geo.locale import Language, say_error, say_refusal
from geo.model import Asset

OUTCOMES = ("taken", "mended", "part refused", "refused", "part of another", "crashed")
SHAPEFILE_COMPANIONS = (".dbf", ".shx", ".prj", ".cpg")
IMAGE_COMPANION = ".ovr"
SHOWN = 110


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: which reader had it, how it went, its rows, and why the first of them was refused."""

    path: Path
    reader: str
    outcome: str
    rows: dict[str, int]
    reason: str


def offer_folder(folder: Path, *, language: Language = "en", seconds: float = 60) -> Iterator[Outcome]:
    """Offer the files below a folder, in the order of their names."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield offer(path, language=language, seconds=seconds)


def offer(path: Path, *, language: Language, seconds: float) -> Outcome:
    """Offer one file to the reader that matches it."""
    whole = _whole(path)
    if whole is not None:
        return Outcome(path, "-", "part of another", {}, whole.name)
    reader = _reader(path)
    try:
        with _limit(seconds):
            if reader == "scenes":
                return _offer_image(path)
            intake = read_registers(path)[0] if reader == "ledger" else read_parcels(path)
    except GeoError as error:
        reason = say_error(error, language)
        named = path.name in reason
        return Outcome(path, reader, "refused" if named else "crashed", {}, reason)
    except Exception as error:  # noqa: BLE001  # whatever gets through is what this looks for
        return Outcome(path, reader, "crashed", {}, f"{type(error).__name__}: {error}")
    return _judge(path, reader, intake, language)


def _whole(path: Path) -> Path | None:
    """Return the file that a file is only a part of."""
    if path.suffix.lower() == IMAGE_COMPANION:
        return path.with_suffix("")
    if path.suffix.lower() in SHAPEFILE_COMPANIONS:
        return next((whole for whole in (path.with_suffix(".shp"), path.with_suffix(".SHP")) if whole.exists()), None)
    return None


def _reader(path: Path) -> str:
    """Tell which reader matches a file."""
    suffix = path.suffix.lower()
    if suffix in IMAGES:
        return "scenes"
    if suffix == ".xlsx":
        return "ledger"
    if suffix == ".csv":
        try:
            read_parcels(path)
        except GeoError as error:
            return "ledger" if error.code == "ingest.no_outline_columns" else "parcels"
    return "parcels"


def _judge(path: Path, reader: str, intake: Intake, language: Language) -> Outcome:
    """Say how it went by the rows."""
    rows = count_rows(intake)
    outcome = "mended" if rows["mended"] else "taken"
    if rows["refused"]:
        outcome = "part refused" if rows["taken"] + rows["mended"] else "refused"
    reasons = zip(intake.refused["code"], intake.refused["params"], strict=True)
    reason = next((say_refusal(code, params, language) for code, params in reasons), "")
    return Outcome(path, reader, outcome, rows, reason)


def _offer_image(path: Path) -> Outcome:
    """Read an image as a band of a scene is read."""
    reader, asset = RasterioReader(), Asset("B04", str(path))
    try:
        rows, columns = reader.grid(asset).shape
        reader.read(asset, ((0, rows), (0, columns)))
    except GeoError as error:
        error.params.setdefault("file", str(path))  # as a scene's images are named where they are found
        raise
    return Outcome(path, "scenes", "taken", {}, "")


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Stop what takes longer, where the system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"over {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def totals(outcomes: Sequence[Outcome]) -> str:
    """Return the totals as a Markdown table: files by outcome and reader, and rows."""
    readers = ("parcels", "ledger", "scenes", "-")
    counts = Counter((outcome.outcome, outcome.reader) for outcome in outcomes)
    lines = ["| outcome | parcels | ledger | scenes | no reader | files |", "|---|---:|---:|---:|---:|---:|"]
    for name in OUTCOMES:
        row = [counts[name, reader] for reader in readers]
        lines.append(f"| {name} | {' | '.join(map(str, row))} | {sum(row)} |")
    sums = [sum(counts[name, reader] for name in OUTCOMES) for reader in readers]
    lines.append(f"| **all** | {' | '.join(map(str, sums))} | {len(outcomes)} |")
    counted = ("read", "taken", "mended", "refused")
    rows = {name: sum(outcome.rows.get(name, 0) for outcome in outcomes) for name in counted}
    parts = " + ".join(f"{rows[name]} {name}" for name in counted[1:])
    lines += ["", f"Rows: {rows['read']} read = {parts}, beside the files refused whole."]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lang", choices=("zh", "en"), default="en")
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    outcomes = []
    for outcome in offer_folder(options.folder, language=options.lang, seconds=options.seconds):
        outcomes.append(outcome)
        rows = " ".join(f"{name} {count}" for name, count in outcome.rows.items() if count)
        place = outcome.path.relative_to(options.folder)
        print(f"{outcome.outcome:15} {outcome.reader:8} {place}  {rows}  {outcome.reason[:SHOWN]}".rstrip(), flush=True)
    print(f"\n{totals(outcomes)}")


if __name__ == "__main__":
    main()
