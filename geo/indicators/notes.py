"""What has to be said of footprints: used once, shared out, or resting on an assumption."""

import numpy as np
import numpy.typing as npt
import pandas as pd


def footprint_notes(
    used: pd.DataFrame,
    pieces: pd.DataFrame,
    shares: pd.DataFrame,
    *,
    instead: npt.NDArray[np.intp],
    sliver_m2: float,
) -> pd.DataFrame:
    """Say of every footprint what a reader of its parcel's numbers has to know, in the order of the footprints.

    Parameters
    ----------
    used
        By position among the footprints that are used: ``at``, the position among all; ``area_m2`` and
        ``carried_area_m2`` [m2]; ``code`` of the storeys.
    pieces
        From :func:`geo.indicators.overlay.overlay` of these, without slivers.
    shares
        From :func:`geo.indicators.sharing.floor_shares`.
    instead
        From :func:`geo.indicators.parts.used_instead`, for all footprints.
    sliver_m2
        Area outside the parcels up to this size is not worth saying [m2].

    Returns
    -------
    DataFrame
        ``at``, position of the footprint among all; ``parcel``, position of the parcel on which most of it lies, or
        -1; ``code``. A footprint on several parcels has one row for each.
    """
    home = _home(pd.concat([pieces, shares]), len(used))
    has_storey_note = (used["code"] != "") & (used["carried_area_m2"] > 0)
    has_no_storeys = used["code"] == "indicators.outline_without_storeys"
    beyond = used["area_m2"] - pieces.groupby("footprint_id")["area_m2"].sum().reindex(used.index, fill_value=0.0)
    said = {
        "indicators.outline_with_parts": used["carried_area_m2"] < used["area_m2"],
        "indicators.reaches_beyond_parcels": (beyond > sliver_m2) & (home >= 0),
        "indicators.on_no_parcel": pd.Series(home < 0),
    }
    noted = [_rows(used, home, has_storey_note | has_no_storeys, used["code"])]
    noted += [_rows(used, home, where, code) for code, where in said.items()]
    straddling = pieces.loc[pieces["footprint_id"].duplicated(keep=False)]
    noted.append(
        pd.DataFrame(
            {
                "at": used["at"].to_numpy()[straddling["footprint_id"]],
                "parcel": straddling["parcel_id"].to_numpy(),
                "code": "indicators.straddles_parcels",
            }
        )
    )
    copies = np.flatnonzero(instead != np.arange(len(instead)))
    home_of_first = home[np.searchsorted(used["at"], instead[copies])]
    noted.append(pd.DataFrame({"at": copies, "parcel": home_of_first, "code": "indicators.exact_duplicate"}))
    return pd.concat(noted, ignore_index=True).sort_values("at", kind="stable", ignore_index=True)


def _home(lying: pd.DataFrame, count: int) -> npt.NDArray[np.intp]:
    """Position of the parcel on which most of each footprint lies; -1 for none."""
    largest = lying.sort_values("area_m2", ascending=False, kind="stable").drop_duplicates("footprint_id")
    home = np.full(count, -1, dtype=np.intp)
    home[largest["footprint_id"]] = largest["parcel_id"]
    return home


def _rows(used: pd.DataFrame, home: npt.NDArray[np.intp], where: pd.Series, code: pd.Series | str) -> pd.DataFrame:
    """One row for each footprint of which something is to be said."""
    rows = pd.DataFrame({"at": used["at"], "parcel": home, "code": code})
    return rows.loc[where.to_numpy()]
