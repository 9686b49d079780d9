"""How much of each parcel is built at the end of a month, from the kept pixels of a year."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.change_detection.bounds import Calibration
from geo.change_detection.boxes import Box
from geo.change_detection.history import STRUCTURE
from geo.change_detection.local import Truths, drawn_out, local_margins
from geo.change_detection.monthly import AROUND_PX, Foretold, all_of, built_fractions, foretell, outline_of
from geo.change_detection.stacks import Looks, Stack
from geo.steps.series import Piece
from geo.steps.training import learnt, learnt_key

__all__ = ["built_columns", "foretell", "foretell_piece", "learnt", "learnt_key", "vacant_days"]

YEAR_D = 365.0
MOST_LOOKS = 24
"""Of a year with more looks so many are taken, evenly spread and always the last: more cost time and say little."""
MIN_EARLIER = 3
"""From fewer looks it is not known that nothing stood."""
NAMES = (
    *("built_fraction", "built_fraction_low", "built_fraction_high", "band_low", "band_high"),
    *("image_low", "image_high", "reason"),
)

Image = NDArray[np.float32]
Values = NDArray[np.float64]
Measure = Callable[..., Foretold]
"""As ``monthly.foretell``, but for what is learnt."""


def vacant_days(rows: pd.DataFrame, ledger: pd.DataFrame) -> dict[str, Values]:
    """Return the days of looks at parcels on which nothing stood, of those of which that is known [d].

    They lie after the day of delivery and before the day of the start, both as the ledger gives them. Land may be
    handed over with buildings, and a start may be entered late: where any look between the two shows structure, or
    under `MIN_EARLIER` of them show anything, none counts.

    Parameters
    ----------
    rows
        From `series.usable_looks`.
    ledger
        ``delivered_on`` and ``started_on`` by ``parcel_id``; NaT where unknown.

    Examples
    --------
    >>> days = pd.DataFrame({"delivered_on": ["1970-01-11"], "started_on": ["1970-02-10"]}, index=["a"])
    >>> rows = pd.DataFrame({"parcel_id": "a", "day": [10.5, 11, 20, 30, 40], "built_fraction_low": 0.0})
    >>> vacant_days(rows, days.astype("datetime64[s]"))["a"].tolist()
    [11.0, 20.0, 30.0]
    """
    spans = ledger[["delivered_on", "started_on"]].dropna()
    delivered, started = (
        rows["parcel_id"].map((days - pd.Timestamp(0)) / pd.Timedelta(days=1)) for _, days in spans.items()
    )
    between = rows[(rows["day"] >= delivered + 1) & (rows["day"] < started) & rows["built_fraction_low"].notna()]
    showing = between.loc[between["built_fraction_low"] > STRUCTURE, "parcel_id"]
    kept = between[~between["parcel_id"].isin(showing)].groupby("parcel_id")["day"]
    return {str(parcel): days.to_numpy() for parcel, days in kept if len(days) >= MIN_EARLIER}


def foretell_piece(
    piece: Piece, measure: Measure, *, until: float, vacant: Mapping[str, Values]
) -> Iterator[tuple[list[str], Foretold]]:
    """Yield parcels of a piece, and what is foretold of how much of them is built.

    Parameters
    ----------
    measure
        ``monthly.foretell`` by what this machine learnt.
    until
        Day number of the end of the month [d]; looks of the year before it count.
    vacant
        From `vacant_days`; those before that year are what the ground was like when nothing stood.
    """
    by_dates: dict[int, dict[str, Image]] = {}
    for parcel, stack in piece.stacks.items():
        light = light_on(stack, piece.looks[parcel], piece.looks[parcel].days > until - YEAR_D)
        by_dates.setdefault(len(light), {})[parcel] = light
    for images in by_dates.values():
        parcels = list(images)
        boxes, weights = [piece.boxes[one] for one in parcels], [piece.stacks[one].weight for one in parcels]
        laid, shape, coverage = lay(list(images.values()), boxes, weights)
        outline = outline_of(in_metres(piece.place.shapes[parcels]))
        before = _before(piece, parcels, vacant, until=until)
        earlier = None if before is None else lay(before, boxes, weights)[0]
        yield parcels, measure(laid, shape, coverage, outline, earlier=earlier)


def built_columns(
    parts: Sequence[tuple[list[str], Foretold]], calibration: Calibration, known: pd.DataFrame
) -> pd.DataFrame:
    """Return how much of parcels is built, with bounds drawn out as far as what is known of some of them asks for.

    Parameters
    ----------
    parts
        From `foretell_piece`, of a whole county.
    known
        From `truths.known_shares`.

    Returns
    -------
    DataFrame
        Columns `NAMES` by ``parcel_id``; ``image_low`` and ``image_high`` are the band before it is drawn out.
    """
    parcels = [parcel for some, _ in parts for parcel in some]
    found = built_fractions(all_of([one for _, one in parts]), calibration)
    low, high = (known[name].reindex(parcels).to_numpy(dtype=np.float64) for name in ("known_low", "known_high"))
    margins = local_margins(Truths(low, high), found["band_low"], found["band_high"])
    image = {"image_low": found["band_low"], "image_high": found["band_high"]}
    columns = drawn_out(found, margins) | image
    return pd.DataFrame({name: columns[name] for name in NAMES}, index=pd.Index(parcels, name="parcel_id"))


def _before(piece: Piece, parcels: Sequence[str], vacant: Mapping[str, Values], *, until: float) -> list[Image] | None:
    """Return the light of looks when nothing stood, as many dates of each parcel, NaN for none; None if all have none.

    Those of the year itself are left out: nothing was learnt of sites whose earlier looks are also later ones.
    """
    images = []
    for parcel in parcels:
        days = piece.looks[parcel].days
        is_before = np.isin(days, vacant.get(parcel, np.empty(0))) & (days <= until - YEAR_D)
        images.append(light_on(piece.stacks[parcel], piece.looks[parcel], is_before))
    if not any(np.isfinite(image).any() for image in images):
        return None
    most = max(map(len, images))
    return [np.pad(one, ((0, most - len(one)), (0, 0), (0, 0)), constant_values=np.nan) for one in images]


def light_on(stack: Stack, looks: Looks, is_asked: NDArray[np.bool_]) -> Image:
    """Return the light of the looks asked for, oldest first, NaN where it cannot be used; at least one date."""
    chosen = np.flatnonzero(np.isfinite(looks.green) & is_asked)
    if len(chosen) > MOST_LOOKS:
        chosen = chosen[np.linspace(0, len(chosen) - 1, MOST_LOOKS).round().astype(np.intp)]
    if len(chosen) == 0:
        return np.full((1, *stack.light.shape[1:]), np.nan, dtype=np.float32)
    return np.where(looks.clear[chosen][:, None], stack.light[chosen], np.float32(np.nan))


def lay(
    images: Sequence[Image], boxes: Sequence[Box], weights: Sequence[Values]
) -> tuple[Image, tuple[int, int], csr_array]:
    """Lay boxes below each other on one image, so far apart that none sees the next.

    Parameters
    ----------
    images
        Shape (dates, bands, pixels), as many dates each.
    boxes
        The height and width of each.
    weights
        Share of each pixel that lies in the parcel [1].

    Returns
    -------
    stack, shape, coverage
        Shape (dates, bands, rows * columns); rows and columns; parcels by pixels.

    Examples
    --------
    >>> one = np.ones((1, 1, 2), dtype=np.float32)
    >>> stack, shape, coverage = lay([one, 2 * one], [Box(0, 0, 1, 2), Box(5, 5, 2, 1)], [np.array([1.0, 0.5])] * 2)
    >>> shape, stack.shape == (1, 1, shape[0] * 2), coverage.sum(axis=1).tolist()
    ((9, 2), True, [1.5, 1.5])
    """
    rows = np.cumsum([0, *(box.height + AROUND_PX for box in boxes)])
    shape = int(rows[-1]), max(box.width for box in boxes)
    stack = np.full((*images[0].shape[:2], *shape), np.nan, dtype=np.float32)
    places, shares, counts = [], [], [0]
    for image, box, weight, top in zip(images, boxes, weights, rows[:-1], strict=True):
        stack[:, :, top : top + box.height, : box.width] = image.reshape(*image.shape[:2], box.height, box.width)
        (inside,) = np.nonzero(weight)
        places.append((top + inside // box.width) * shape[1] + inside % box.width)
        shares.append(weight[inside])
        counts.append(len(inside))
    size = len(boxes), shape[0] * shape[1]
    coverage = csr_array((np.concatenate(shares), np.concatenate(places), np.cumsum(counts)), shape=size)
    return stack.reshape(*stack.shape[:2], -1), shape, coverage


def in_metres(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return shapes in a system of metres; a scene's may be one of degrees."""
    return shapes.to_crs(shapes.estimate_utm_crs()) if shapes.crs.is_geographic else shapes
