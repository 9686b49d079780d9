"""The account of a month: what was open, what came, what went, what is open; and who started in time."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from geo.indicators.intensity import in_mu

STEPS = ("opening", "new", "cleared", "closing")
MEASURES = ("parcels", "mu", "wan_yuan")
YUAN_OF_A_WAN = 10_000
KEY = ["label", "parcel_id"]
START_COLUMNS = ("quarter", "due", "on_time", "late", "unknown", "rate_low", "rate", "rate_high")


def account(before: pd.DataFrame | None, now: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    r"""Sum up what was open last month and is open this month.

    .. math:: opening + new - cleared = closing

    A parcel counts with this month's area, price, town and cause, and with last month's where it is no longer open, so
    that what was measured anew is neither new nor cleared.

    Parameters
    ----------
    before, now
        What was and what is open: ``label``, ``parcel_id``, ``area_m2`` [m2], ``price_yuan`` [yuan] and the columns of
        ``by``; one row a parcel and label. None where nobody knows what was open: then only closing is known.

    Returns
    -------
    DataFrame
        A row a group, sorted: ``by``, every step in every measure, such as ``opening_mu``, and ``unpriced``: parcels
        in any step of which no price is known; their price counts as nothing.

    Examples
    --------
    >>> open_ = pd.DataFrame({"label": ["l"], "parcel_id": ["a"], "area_m2": [2000.0], "price_yuan": [3e4]})
    >>> account(open_, open_.assign(parcel_id="b"), by=["label"])[["opening_mu", "new_mu", "cleared_mu", "closing_mu"]]
       opening_mu  new_mu  cleared_mu  closing_mu
    0         3.0     3.0         3.0         3.0
    """
    every = now if before is None else pd.concat([now, before], ignore_index=True)
    every = every.drop_duplicates(KEY).reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(every[KEY])
    is_now = keys.isin(pd.MultiIndex.from_frame(now[KEY]))
    was = is_now if before is None else keys.isin(pd.MultiIndex.from_frame(before[KEY]))
    steps = {"opening": was, "new": is_now & ~was, "cleared": was & ~is_now, "closing": is_now}
    sizes = {
        "parcels": np.ones(len(every)),
        "mu": in_mu(every["area_m2"].astype(float)).to_numpy(),
        "wan_yuan": every["price_yuan"].fillna(0).to_numpy(float) / YUAN_OF_A_WAN,
    }
    figures = {f"{step}_{name}": size * flags for step, flags in steps.items() for name, size in sizes.items()}
    figures["unpriced"] = every["price_yuan"].isna().to_numpy(float)
    table = every[list(by)].assign(**figures).groupby(list(by), sort=True).sum().reset_index()
    if before is None:
        table[[name for name in figures if name.startswith(("opening", "new", "cleared"))]] = np.nan
    return table


def starts_by_quarter(facts: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Count who started in time, by the quarter of the agreed start, in the year of a day and until that day.

    Parameters
    ----------
    facts
        By parcel: ``agreed_start_on``, ``is_started`` and ``started_on``, the days with their bounds.

    Returns
    -------
    DataFrame
        ``START_COLUMNS``: parcels due, in time, late, and those of which nobody can tell; the share in time [1] among
        those told, and its bounds if all the others were late, or in time. NaN where nobody is told, or due.
    """
    agreed = facts["agreed_start_on"]
    on_time = (facts["started_on_high"] <= facts["agreed_start_on_low"]).to_numpy(bool)
    is_late_start = facts["started_on_low"] > facts["agreed_start_on_high"]
    has_not = facts["is_started"].eq(other=False).fillna(value=False).astype(bool)
    late = (is_late_start | (has_not & (facts["agreed_start_on_high"] < pd.Timestamp(as_of)))).to_numpy(bool) & ~on_time
    is_due = ((agreed.dt.year == as_of.year) & (agreed <= pd.Timestamp(as_of))).to_numpy(bool)
    rows = []
    for quarter in range(1, (as_of.month - 1) // 3 + 2):
        chosen = is_due & (agreed.dt.quarter == quarter).to_numpy(bool)
        due, good, bad = (int(flags.sum()) for flags in (chosen, chosen & on_time, chosen & late))
        told = good + bad
        shares = [_share(good, due), _share(good, told), _share(due - bad, due)]
        rows.append((f"{as_of.year}Q{quarter}", due, good, bad, due - told, *shares))
    return pd.DataFrame(rows, columns=list(START_COLUMNS))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
