"""How long do all packs take over a large county, and how much memory beyond the facts? Beside a tenth of it.

``python benchmarks/law.py [PARCELS] [SUFFIX]``: facts of made-up parcels, drawn with a seed, every fact known of three
parcels in four; every instrument asked; findings, then clocks, written to ``.parquet`` (default) or ``.csv``.
"""

import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from geo.law.clocks import run_clocks
from geo.law.rule import Instrument
from geo.model import FACTS, fact_columns
from geo.steps.clocks import days_worked, label_clocks, write_clocks
from geo.steps.fact_table import assess_table
from geo.steps.rules import read_texts

AS_OF = date(2022, 10, 31)
KNOWN = 0.75
WORDS = ("enterprise", "government", "industrial", "warehouse", "public_grant", "agreement", "none")
MIB = 1024


def made_up(size: int) -> pd.DataFrame:
    """Return facts of parcels, the same each time."""
    draw = np.random.default_rng(20261122)
    columns: dict[str, object] = {}
    for name, spec in FACTS.items():
        is_known = draw.random(size) < KNOWN
        if spec.kind == "bool":
            columns[name] = pd.array(np.where(is_known, draw.integers(0, 2, size), 0), dtype="Int8").astype("boolean")
            columns[name][~is_known] = pd.NA  # type: ignore[index]  # an array of pandas
        elif spec.kind == "text":
            columns[name] = pd.Series(draw.choice(WORDS, size), dtype="str").where(is_known).array
        else:
            days = np.datetime64("2018-01-01", "s") + draw.integers(0, 2500, size) * np.timedelta64(86400, "s")
            value = days if spec.kind == "date" else draw.random(size) * 1.5
            nothing = np.datetime64("NaT", "s") if spec.kind == "date" else np.nan
            known = np.where(is_known, value, nothing)
            columns |= dict.fromkeys(fact_columns(name), known)
    index = pd.Index([f"P{number:06}" for number in range(size)], dtype="str", name="parcel_id")
    return pd.DataFrame(columns, index=index)


def peak_mib() -> float:
    """Return the most memory this process has held [MiB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def write_findings(instruments: list[Instrument], facts: pd.DataFrame, out: Path) -> int:
    """Assess by every text and write all findings; return how many."""
    asked = {one.id for one in instruments}
    return sum(assess_table(instruments, facts, out, as_of=AS_OF, adoptions={}, asked=asked).values())


def write_all_clocks(instruments: list[Instrument], facts: pd.DataFrame, out: Path) -> int:
    """Run every clock of every text and write all of them; return how many."""
    asked = {one.id for one in instruments}
    rows = run_clocks(instruments, facts, as_of=AS_OF, adoptions={}, asked=asked, table=days_worked())
    clocks = label_clocks(rows, instruments, {})
    write_clocks(clocks.rows, clocks, out, as_of=AS_OF, language="zh")
    return len(rows)


def main() -> None:
    """Print seconds and memory of a tenth of the county, and of all of it."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    suffix = sys.argv[2] if len(sys.argv) > 2 else ".parquet"  # noqa: PLR2004 - the second argument
    instruments = [text.instrument for text in read_texts().values()]
    rules = sum(rule.concludes is not None for one in instruments for rule in one.rules)
    facts = made_up(size)
    clocks = sum(len(one.clocks) for one in instruments)
    print(
        f"{len(instruments)} texts, {rules} rules that conclude, {clocks} clocks; "
        f"facts {facts.memory_usage().sum() / MIB**2:.0f} MiB"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, work in (("findings", write_findings), ("clocks", write_all_clocks)):
            for count in (size // 10, size):
                out, before = Path(folder) / f"{name}{suffix}", peak_mib()
                begun, worked = time.perf_counter(), time.process_time()
                rows = work(instruments, facts.iloc[:count], out)
                seconds, worked = time.perf_counter() - begun, time.process_time() - worked
                print(
                    f"{count} parcels: {seconds:.1f} s ({worked:.1f} s of the processor), "
                    f"peak {peak_mib():.0f} MiB (was {before:.0f}), "
                    f"{rows} {name}, {out.stat().st_size / MIB**2:.0f} MiB written"
                )


if __name__ == "__main__":
    main()
