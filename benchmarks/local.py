"""What do known parcels do for a county? Writes the block ``local`` of ``docs/accuracy.md``.

``python benchmarks/local.py``. A county of made-up parcels is built of few materials on few soils, so that its parcels
err alike. Of some of its parcels more is known than the image tells; the figures are of the others. ``COUNTIES`` in the
environment sets how many counties are simulated of the materials learnt, and of each fold of those never seen.
"""

import os
import time
from collections.abc import Iterator
from copy import deepcopy

import numpy as np
import pandas as pd
from accuracy import NEAR, THIRD, as_markdown, score, write_block

from geo.change_detection.bounds import answer
from geo.change_detection.calibration import LARGEST_HA, SMALLEST_HA, draw_example, learn
from geo.change_detection.local import Margins, Truths, drawn_out, local_margins
from geo.change_detection.mixtures import FOLDS, Library, make_library
from geo.change_detection.monthly import Foretold, Learnt, built_fractions
from geo.change_detection.schedule import HECTARE, IS_ROOF, Site, draw_site
from geo.change_detection.traits import NOVELTY, parcel_traits
from geo.ingest.spectra import read_spectra
from geo.steps.truths import CLICKED, EDGE_M

COUNTIES = int(os.environ.get("COUNTIES", "5"))
PARCELS, PIXELS, FINE_M = 100, 600, 5.0
FEW = {"roof": 1, "paved": 1, "bare": 2}
"""So many spectra a county is made of."""
DRAWS = 20
"""So often other parcels of a county are the known ones."""
POINTS = 100
SEED = 2_000
BROKEN = 0.1
TRUTHS = ((), ("visits", 10), ("visits", 30), ("footprints", 10), ("footprints", 30), ("footprints", 60))


def few_materials(library: Library, rng: np.random.Generator) -> Library:
    """Return a library of which a county is made; materials are as frequent as for any made-up site."""
    kept = {}
    for name, count in FEW.items():
        often = library.often[name]
        chosen = rng.choice(len(often), count, replace=False, p=often)
        kept[name] = np.isin(np.arange(len(often)), chosen)
    return library.part(kept)


def roofs_at_least(site: Site) -> float:
    """Return the share of a parcel under its roofs, drawn in as outlines of footprints are [1]."""
    roof = IS_ROOF[site.paint(0.0)] & site.inside
    edges = sum(int((np.diff(roof, axis=axis) != 0).sum()) for axis in (0, 1))
    area = roof.sum() * site.fine_m**2 - edges * site.fine_m * EDGE_M
    return float(max(area, 0.0) / (site.inside.sum() * site.fine_m**2))


def observe_county(learnt: Learnt, library: Library, rng: np.random.Generator) -> pd.DataFrame:
    """Return what a year of looks says of the parcels of a county, beside what is true and what their roofs tell."""
    under, rows = [], []
    for _ in range(PARCELS):
        area_ha = float(np.exp(rng.uniform(np.log(SMALLEST_HA), np.log(LARGEST_HA))))
        site = draw_site(deepcopy(rng), area_m2=area_ha * HECTARE, fine_m=FINE_M)
        example = draw_example(rng, pixels=PIXELS, fine_m=FINE_M, area_ha=area_ha)
        traits = parcel_traits(learnt.regression, example.features(library, rng), example.weights, example.edge)
        under.append(learnt.calibration.foretell(traits)[0])
        rows.append({"truth": example.truth, "roofs": roofs_at_least(site), "novelty": traits[0, NOVELTY]})
    county = pd.DataFrame(rows)
    foretold = Foretold(np.array(under), county["novelty"].to_numpy(), np.full(len(county), "", dtype=object))
    said = pd.DataFrame(built_fractions(foretold, learnt.calibration)).drop(columns=["novelty", "reason"])
    return county.join(said)


def others(
    county: pd.DataFrame, kind: str, count: int, rng: np.random.Generator
) -> Iterator[tuple[pd.DataFrame, Margins]]:
    """Yield the parcels of a county beside some known ones, their bounds drawn out for those, and by how much."""
    for _ in range(DRAWS if count else 1):
        chosen = np.isin(np.arange(len(county)), rng.choice(len(county), count, replace=False))
        known = county[chosen]
        clicked = rng.binomial(POINTS, known["truth"]) / POINTS
        truths = (
            Truths(clicked - CLICKED, clicked + CLICKED)
            if kind == "visits"
            else Truths(known["roofs"].to_numpy(), np.ones(count))
        )
        margins = local_margins(truths, known["band_low"].to_numpy(), known["band_high"].to_numpy())
        rest = county[~chosen]
        wide = drawn_out({str(name): rest[name].to_numpy() for name in rest}, margins)
        yield pd.DataFrame(wide), margins


def score_counties(counties: list[pd.DataFrame]) -> pd.DataFrame:
    """Return figures of the other parcels of some counties, by what is known."""
    columns = {}
    for kind, count in (one or ("none", 0) for one in TRUTHS):
        rng, parts, moved = np.random.default_rng(SEED), [], []
        for county in counties:
            for rest, margins in others(county, kind, count, rng):
                parts.append(rest)
                moved.append(margins)
        rows = pd.concat(parts, ignore_index=True)
        low, high = (rows[f"built_fraction_{side}"].to_numpy() for side in ("low", "high"))
        figures = score(
            rows.rename(columns={"built_fraction_low": "low", "built_fraction_high": "high"}).assign(
                built=rows["built_fraction"], said=answer(low, high, THIRD)
            )
        )
        columns[f"{count} {kind}" if count else "none known"] = {
            "widened": float(np.mean([max(one.low, one.high) > 0 for one in moved])),
            "truth in the 90 % band": figures["truth in the 90 % band"],
            "truth over the band": float((rows["truth"] > rows["band_high"] + NEAR).mean()),
            "truth under the band": float((rows["truth"] < rows["band_low"] - NEAR).mean()),
            "mean width of the band": figures["mean width of the band"],
            "truth beyond a bound that decides": figures["truth over the bound that decides"]
            + figures["truth under the bound that decides"],
            "one third or more, called below": figures["one third or more, called below"],
            "undecided, fractions even in 0-0.8": figures["undecided, fractions even in 0-0.8"],
        }
    return pd.DataFrame(columns)


def is_broken(county: pd.DataFrame) -> bool:
    """Return whether the truth lies over the band of more than one parcel in ten, or under it."""
    over, under = county["truth"] > county["band_high"] + NEAR, county["truth"] < county["band_low"] - NEAR
    return bool(max(over.mean(), under.mean()) > BROKEN)


def simulate() -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """Return counties of materials learnt, and of materials that neither regression nor bounds ever saw."""
    library = make_library(read_spectra())
    first, second = library.share(0), library.share(1)
    tests = [(first, second)]
    tests += [(first.built_of(fold, left_out=True), second.built_of(fold, left_out=False)) for fold in FOLDS]
    found = []
    for number, (taught, strange) in enumerate(tests):
        begun = time.process_time()
        learnt = learn(taught)
        for county in range(COUNTIES if number else 2 * COUNTIES):
            rng = np.random.default_rng([SEED, number, county])
            found.append((number, observe_county(learnt, few_materials(strange, rng), rng)))
        print(f"{number}: {time.process_time() - begun:.0f} s of processor", flush=True)
    return [one for number, one in found if not number], [one for number, one in found if number]


def main() -> None:
    """Write the block."""
    known, unseen = simulate()
    groups = {
        "Counties of materials that were learnt": known,
        "Counties of materials never seen": unseen,
        "Of both, counties where the truth lies over the band of more than one parcel in ten, or under it": [
            county for county in known + unseen if is_broken(county)
        ],
        "The other counties of both": [county for county in known + unseen if not is_broken(county)],
    }
    made = [f"{name} ({len(some)}):\n\n{as_markdown(score_counties(some))}" for name, some in groups.items() if some]
    write_block("local", "\n\n".join(made))


if __name__ == "__main__":
    main()
