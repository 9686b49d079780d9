"""How well are starts and standstills dated? Simulated series of sites, with noise as it is left on real ones.

``python benchmarks/works.py [SITES]``. Series, not scenes, are simulated: greenness and built share of a site by date,
with noise of 0.02 (the robust residual of the real NDVI series after the common-mode step is 0.019, see
`false_alarms`), missed clouds, partial and slow clearing, slow builders and cloud gaps.
"""

import sys

import numpy as np
import pandas as pd
from false_alarms import upper_bound
from numpy.typing import NDArray

from geo.change_detection.series import YEAR_D
from geo.change_detection.start import find_step
from geo.change_detection.suspension import active_looks, find_standstill, growth_that_matters

Values = NDArray[np.float64]

NOISE, MISSED, BARE_GREEN = 0.02, 0.03, 0.1
"""Noise of a date; share of missed clouds; greenness of earth."""
PREVALENCE, FULL, QUIET_ACTIVITY = 0.2, 0.85, 0.004


def greenness(days: Values, rng: np.random.Generator, *, started: float, cleared: float, takes: float) -> Values:
    """Return greenness of a site that is cleared from a day on, in part and over a while, with missed clouds."""
    middle, swing = rng.uniform(0.35, 0.6), rng.uniform(0.05, 0.25)
    green = middle - swing * np.cos(2 * np.pi * (days / YEAR_D) + rng.uniform(-0.6, 0.6))
    share = cleared * np.clip((days - started) / takes, 0, 1)
    clouded = np.where(rng.random(len(days)) < MISSED, rng.uniform(-0.3, -0.05, len(days)), 0.0)
    return (1 - share) * green + share * BARE_GREEN + rng.normal(0, NOISE, len(days)) + clouded


def score_starts(sites: int, *, cadence: float) -> dict[str, float]:
    """Return errors of start days of sites cleared in part over up to 40 days, and false calls of quiet ones."""
    rng = np.random.default_rng(17)
    days = np.arange(0.0, 3 * YEAR_D, cadence)
    errors, held, called = [], 0, 0
    for _ in range(sites):
        started, cleared, takes = rng.uniform(400, 850), rng.uniform(0.3, 1), rng.uniform(1, 40)
        step = find_step(days, greenness(days, rng, started=started, cleared=cleared, takes=takes))
        if step is not None:
            errors.append(abs(step.on - started))
            held += step.not_before <= started <= step.not_after
        called += find_step(days, greenness(days, rng, started=np.inf, cleared=0.0, takes=1.0)) is not None
    return {
        "sites": sites,
        "found": len(errors) / sites,
        "median error [d]": float(np.median(errors)),
        "90 % error [d]": float(np.quantile(errors, 0.9)),
        "start within the bracket": held / len(errors),
        "quiet sites called started": called / sites,
        "upper 95 % bound": upper_bound(called, sites),
    }


def score_standstills(sites: int, *, gap_d: float, sigma: float = NOISE) -> dict[str, float]:
    """Return precision and recall of standstills of a year at 20 % prevalence, on sites of 2 to 10 ha.

    Works grow by 3 to 40 % of the site a year, so some are slow; on a third of their looks ground is being moved. A
    quiet look shows activity of a folded normal distribution; moved ground adds 0.02 to 0.2 of the site.
    """
    rng = np.random.default_rng(23)
    days = np.arange(0.0, 3 * YEAR_D, 8)
    quiet = np.abs(rng.normal(0, QUIET_ACTIVITY, 20_000))
    right = wrong = stopped_sites = unknown = 0
    for _ in range(sites):
        is_stopped = rng.random() < PREVALENCE
        stop = days[-1] - rng.uniform(YEAR_D + 60, 700) if is_stopped else np.inf
        growth = rng.uniform(0.03, 0.4)
        built = np.minimum(0.05 + growth * np.clip(np.minimum(days, stop) - 200, 0, None) / YEAR_D, 0.9)
        moved = (days < stop) & (built < FULL) & (rng.random(len(days)) < 1 / 3)
        activity = np.abs(rng.normal(0, QUIET_ACTIVITY, len(days))) + moved * rng.uniform(0.02, 0.2, len(days))
        seen = built + rng.normal(0, sigma, len(days))
        begun = days[-1] - rng.uniform(100, 300)
        seen[(days > begun) & (days < begun + gap_d)] = np.nan
        active = active_looks(np.where(np.isfinite(seen), activity, np.nan), quiet=quiet)
        found = find_standstill(days, seen, active, growth=growth_that_matters(rng.uniform(2, 10) * 10_000))
        is_called = found.state in ("still", "overgrown") and found.least_d >= YEAR_D
        is_truly = is_stopped or built[days >= days[-1] - YEAR_D][0] >= FULL
        right += is_called and is_truly
        wrong += is_called and not is_truly
        stopped_sites += is_truly
        unknown += found.state == "unknown"
    return {
        "sites": sites,
        "stopped": stopped_sites,
        "precision": right / (right + wrong) if right + wrong else np.nan,
        "recall": right / max(stopped_sites, 1),
        "unknown": unknown / sites,
    }


def main() -> None:
    """Print the tables."""
    sites = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    starts = {f"every {cadence} d": score_starts(sites, cadence=cadence) for cadence in (5, 8, 15)}
    print(pd.DataFrame(starts).round(3).to_string())
    still = {f"gap of {gap} d": score_standstills(3 * sites, gap_d=gap) for gap in (0, 30, 60)}
    print(pd.DataFrame(still).round(3).to_string())


if __name__ == "__main__":
    main()
