"""What is known of parcels of a county beside the image: whether the two agree, and what follows where they do not."""

from dataclasses import dataclass

import pandas as pd

from geo.locale import Language, say

SHOWN = 20
"""How many parcels are named in print."""
COLUMNS = ("parcel_id", "known_by", "known_low", "known_high", "image_low", "image_high")


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """How what is known of parcels agrees with a month's images.

    Attributes
    ----------
    known
        How many parcels could be compared, by what is known of them: ``footprints`` or ``visit``.
    wider_low, wider_high
        By how much bounds from below and from above were drawn out for that; less where all reach 0 or 1 before [1].
    contradicted
        Parcels whose truth lies wholly beyond the band of the image, the farthest first, with `COLUMNS`.
    """

    known: dict[str, int]
    wider_low: float
    wider_high: float
    contradicted: pd.DataFrame


def local_of(monthly: pd.DataFrame, month: str) -> Local:
    """Return how what is known of parcels agrees with the images of a month.

    Parameters
    ----------
    monthly
        Columns of ``geo.model.MONTHLY_COLUMNS``; other months are left out.
    """
    rows = monthly[(monthly["month"] == month) & monthly["image_low"].notna()]
    known = rows[rows["known_low"].notna()]
    far = pd.concat([known["known_low"] - known["image_high"], known["image_low"] - known["known_high"]], axis=1)
    beyond = known.assign(far=far.max(axis=1)).sort_values(["far", "parcel_id"], ascending=[False, True])
    return Local(
        known={str(name): int(count) for name, count in known["known_by"].value_counts().sort_index().items()},
        wider_low=_most(rows["image_low"] - rows["band_low"]),
        wider_high=_most(rows["band_high"] - rows["image_high"]),
        contradicted=beyond.loc[beyond["far"] > 0, list(COLUMNS)].reset_index(drop=True),
    )


def _most(wider: pd.Series) -> float:
    return round(float(wider.max()), 4) if len(wider) else 0.0


def local_json(local: Local) -> dict[str, object]:
    """Return it as JSON holds it."""
    return {
        "known": local.known,
        "wider_low": local.wider_low,
        "wider_high": local.wider_high,
        "contradicted": local.contradicted.round(4).to_dict("records"),
    }


def say_local(local: Local, language: Language) -> list[str]:
    """Say how many parcels were compared, by how much bounds became wider, and which parcels are to be checked."""
    if not local.known:
        return []
    counts = {name: local.known.get(name, 0) for name in ("footprints", "visit")}
    beyond = local.contradicted
    lines = [say("local.compared", language, **counts, beyond=len(beyond))]
    wider = {"local.wider_high": local.wider_high, "local.wider_low": local.wider_low}
    lines += [say(code, language, by=f"{by:.2f}") for code, by in wider.items() if by]
    lines += [say("local.check", language)] if len(beyond) else []
    for row in beyond.head(SHOWN).to_dict("records"):
        numbers = {name: f"{row[name]:.2f}" for name in COLUMNS[2:]}
        lines.append("  " + say(f"local.{row['known_by']}", language, parcel=row["parcel_id"], **numbers))
    return lines + (["  " + say("scan.more", language, count=len(beyond) - SHOWN)] if len(beyond) > SHOWN else [])
