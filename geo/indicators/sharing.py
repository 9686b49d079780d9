"""How the floor area of a building is shared out among the parcels it stands on."""

import pandas as pd

from geo.indicators.parts import ROUNDING


def floor_shares(
    overlaid: pd.DataFrame, carried: pd.DataFrame, footprints: pd.DataFrame, *, sliver_m2: float
) -> pd.DataFrame:
    """Share out what carries floor area: by area, and what lies on no parcel with its building.

    A piece of at most ``sliver_m2`` is where two drawn edges cross, and counts with the rest of its footprint. Where
    more than half of a building stands on the parcels, what of it lies on none of them (an upper storey over the
    street, an edge drawn too far) goes to these parcels in proportion; no other area outside the parcels counts.

    Parameters
    ----------
    overlaid
        From :func:`geo.indicators.overlay.overlay` of the whole footprints, by position.
    carried
        The same of what carries floor area (:func:`geo.indicators.parts.carrying`).
    footprints
        Indexed by position: ``area_m2``, ``carried_area_m2`` [m2], ``building`` and ``is_part`` from
        :func:`geo.indicators.parts.buildings`.
    sliver_m2
        Largest piece that is a drawing inaccuracy [m2].

    Returns
    -------
    DataFrame
        ``parcel_id``, ``footprint_id``, ``area_m2`` [m2] and ``is_certain``, False for area that lies on no parcel.
    """
    own = carried.loc[carried["area_m2"] > sliver_m2]
    on_parcels = own.groupby("footprint_id")["area_m2"].sum().reindex(footprints.index, fill_value=0.0)
    beyond = footprints["carried_area_m2"] - on_parcels
    beyond = beyond[beyond > ROUNDING * footprints["carried_area_m2"]]
    left = pd.DataFrame(
        {
            "footprint_id": beyond.index,
            "building": footprints["building"].reindex(beyond.index).to_numpy(),
            "beyond_m2": beyond.to_numpy(),
        }
    ).merge(_standing(overlaid, footprints, sliver_m2=sliver_m2), on="building")
    followed = pd.DataFrame(
        {
            "parcel_id": left["parcel_id"],
            "footprint_id": left["footprint_id"],
            "area_m2": left["beyond_m2"] * left["share"],
            "is_certain": left["beyond_m2"] <= sliver_m2,
        }
    )
    return pd.concat([own.assign(is_certain=True), followed], ignore_index=True)


def _standing(overlaid: pd.DataFrame, footprints: pd.DataFrame, *, sliver_m2: float) -> pd.DataFrame:
    """Shares of parcels in the buildings of which more than half stands on parcels: building, parcel_id, share."""
    outlines = footprints.loc[~footprints["is_part"]]
    pairs = overlaid.loc[overlaid["footprint_id"].isin(outlines.index)]
    building = outlines["building"].reindex(pairs["footprint_id"]).to_numpy()
    on = pairs.assign(building=building).groupby(["building", "parcel_id"], as_index=False)["area_m2"].sum()
    half = outlines.groupby("building")["area_m2"].sum().reindex(on["building"]).to_numpy() / 2
    stood = on.groupby("building")["area_m2"].transform("sum")
    main = on.loc[(stood > half * (1 + ROUNDING)) & (on["area_m2"] > sliver_m2)]
    share = main["area_m2"] / main.groupby("building")["area_m2"].transform("sum")
    return pd.DataFrame({"building": main["building"], "parcel_id": main["parcel_id"], "share": share})
