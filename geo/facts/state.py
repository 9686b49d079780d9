"""In which state an entry of a register is on a day: the last of the days that it goes through, in their order."""

from collections.abc import Sequence
from datetime import date

import pandas as pd


def entry_states(rows: pd.DataFrame, states: Sequence[str], *, as_of: date) -> pd.DataFrame:
    """Return the state of each entry on a day, since when, and which states before it are not on record.

    A later state is reached whether or not the ones before it are on record: an entry that skips a gate is shown as
    what it is, and the gate as missing. A day said not to have come ("none") is not missing.

    Parameters
    ----------
    rows
        Entries of a register.
    states
        The fields of days that they go through, as the register declares them.
    as_of
        The day.

    Returns
    -------
    DataFrame
        On the index of ``rows``: ``state`` (field; None where none is reached), ``since`` (day) and ``skipped`` (fields
        joined by spaces).

    Examples
    --------
    >>> days = {"listed_on": ["2025-01-01"], "applied_on": [None], "repaired_on": ["2026-03-01"]}
    >>> entry = pd.DataFrame(days).apply(pd.to_datetime)
    >>> entry_states(entry, list(days), as_of=date(2026, 2, 28)).loc[0, "state"]
    'listed_on'
    >>> entry_states(entry, list(days), as_of=date(2026, 3, 1)).loc[0, ["state", "skipped"]].tolist()
    ['repaired_on', 'applied_on']
    """
    state = pd.Series(None, index=rows.index, dtype=object)
    since = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    skipped, waiting = (pd.Series("", index=rows.index, dtype=object) for _ in range(2))
    for name in states:
        on = rows[name]
        is_reached = on <= pd.Timestamp(as_of)
        is_none = rows.get(f"{name}_is_none", pd.Series(data=False, index=rows.index)).eq(other=True)
        state, since = state.mask(is_reached, name), since.mask(is_reached, on)
        skipped = skipped.mask(is_reached, waiting)
        waiting = waiting.mask(~is_reached & ~is_none, (waiting + " " + name).str.strip())
    return pd.DataFrame({"state": state.where(since.notna(), None), "since": since, "skipped": skipped})
