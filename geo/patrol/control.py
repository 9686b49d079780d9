"""The random control share: which parcels and which inspectors, drawn so that anybody can draw them again.

A draw is a hash of the seed and a name. It depends on no library's generator and on no order of the list, and can be
repeated with any tool that computes SHA-256. The seed is drawn when the plan is made, so nobody can foresee it, and it
is written into the plan, so nobody can deny it.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geo.patrol.duties import TIERS

CONTROL_COLUMNS = ("parcel_id", "tier", "probability")


def lot(seed: int, *names: str) -> float:
    """Return the lot that names draw under a seed: uniform in [0, 1), the first 53 bits of a SHA-256.

    Examples
    --------
    >>> lot(1, "parcel", "P1") == lot(1, "parcel", "P1")
    True
    >>> 0 <= lot(1, "parcel", "P1") < 1
    True
    """
    digest = hashlib.sha256("\x1f".join((str(seed), *names)).encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def draw_control(parcels: pd.DataFrame, shares: Mapping[str, float], *, seed: int) -> pd.DataFrame:
    """Draw the control share: in each tier the same chance for every parcel, spread over label, town and size.

    Within a tier the parcels stand in the order of label, town and size class, at random inside each such group, and
    every ``1/probability``-th is drawn from a random start (systematic sampling): each group gets its share to within
    one parcel, and no group can be left out for being small without that being seen.

    Parameters
    ----------
    parcels
        ``parcel_id`` (unique), ``tier``, ``label``, ``town``, ``size`` [texts].
    shares
        Share of each tier [1], and ``fewest``: the least number drawn from a tier that has so many.
    seed
        Of the draw.

    Returns
    -------
    DataFrame
        ``CONTROL_COLUMNS``, by parcel; ``probability`` [1] is the chance it had, which estimates must weigh with.
    """
    drawn = [
        _draw_tier(parcels[parcels["tier"] == tier], tier, _size(parcels, tier, shares), seed=seed) for tier in TIERS
    ]
    return pd.concat(drawn).sort_values("parcel_id", ignore_index=True)[list(CONTROL_COLUMNS)]


def _size(parcels: pd.DataFrame, tier: str, shares: Mapping[str, float]) -> int:
    there = int((parcels["tier"] == tier).sum())
    return min(there, max(int(shares["fewest"]) if shares[tier] > 0 else 0, math.ceil(shares[tier] * there - 1e-9)))


def _draw_tier(parcels: pd.DataFrame, tier: str, count: int, *, seed: int) -> pd.DataFrame:
    lots = parcels["parcel_id"].map(lambda name: lot(seed, "parcel", name)).astype(float)
    ordered = parcels.assign(lot=lots).sort_values(["label", "town", "size", "lot", "parcel_id"])
    there = len(ordered)
    if not there:
        return ordered.assign(probability=pd.Series(dtype=float))
    steps = np.floor((np.arange(there + 1) * count) / there + lot(seed, "start", tier))
    return ordered[np.diff(steps) > 0].assign(probability=count / there)


def draw_inspectors(
    inspectors: Sequence[str], team_days: Sequence[tuple[str, str]], *, each: int, seed: int
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Draw inspectors for team-days: on every day all are shuffled and dealt out, ``each`` a team.

    Parameters
    ----------
    inspectors
        Names or certificate numbers, unique.
    team_days
        Day and team, in any order.

    Returns
    -------
    dict
        Inspectors by day and team; a team that nobody is left for gets none.

    Examples
    --------
    >>> drawn = draw_inspectors(["A", "B", "C"], [("2026-11-02", "1")], each=2, seed=7)
    >>> len(set(drawn["2026-11-02", "1"]))
    2
    """
    dealt: dict[tuple[str, str], tuple[str, ...]] = {}
    for day in sorted({day for day, _ in team_days}):
        shuffled = sorted(inspectors, key=lambda name: (lot(seed, "inspector", day, name), name))
        teams = sorted(team for that_day, team in team_days if that_day == day)
        for number, team in enumerate(teams):
            pair = tuple(shuffled[number * each : (number + 1) * each])
            dealt[day, team] = pair if len(pair) == each else ()
    return dealt
