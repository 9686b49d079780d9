"""Series of parcels and reference places, read from the kept pixels block by block."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.change_detection.boxes import Box, reference_boxes
from geo.change_detection.series import common_residuals
from geo.change_detection.spectral import NEEDED
from geo.change_detection.stacks import Looks, Stack, look_at, open_dates
from geo.model import Scene
from geo.steps.kept import Kept
from geo.steps.places import Place, Places

PIXELS_AT_ONCE = 40_000
"""Boxes of so many pixels are held in memory at a time, over all of their dates."""
DAY_S, SHANGHAI_S = 86_400, 28_800

Values = NDArray[np.float64]
Image = NDArray[np.float32]


def day_number(moment: datetime) -> float:
    """Return a time as days since 1970 in Shanghai, with fractions [d].

    Examples
    --------
    >>> from datetime import UTC
    >>> day_number(datetime(1970, 1, 1, 22, tzinfo=UTC))
    1.25
    """
    return (moment.timestamp() + SHANGHAI_S) / DAY_S


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Some parcels of a block: their stacks of pixels, and what those show.

    Attributes
    ----------
    place
        The block that they are in, with all of its parcels.
    boxes, stacks, looks
        By ``parcel_id``; each on its own dates.
    """

    place: Place
    boxes: Mapping[str, Box]
    stacks: Mapping[str, Stack]
    looks: Mapping[str, Looks]


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """What all places deviate by from their own seasons on each day: shapes (dates,) and (dates,) [d, 1]."""

    days: Values
    values: Values

    def on(self, days: Values) -> Values:
        """Return it on some days; 0 on days of which it is not known.

        Examples
        --------
        >>> Common(np.array([1.0, 3.0]), np.array([0.1, 0.3])).on(np.array([0.0, 1.0, 3.0, 4.0])).tolist()
        [0.0, 0.1, 0.3, 0.0]
        """
        if len(self.days) == 0:
            return np.zeros(len(days))
        at = np.minimum(np.searchsorted(self.days, days), len(self.days) - 1)
        return np.where(self.days[at] == days, self.values[at], 0.0)


@dataclass(slots=True, eq=False)
class References:
    """Looks at reference places of one grid, by name."""

    looks: dict[str, Looks] = field(default_factory=dict)

    def common(self) -> Common:
        """Return what all of them deviate by from their own seasons."""
        every = np.unique(np.concatenate([np.empty(0), *(look.days for look in self.looks.values())]))
        values = np.full((len(self.looks), len(every)), np.nan)
        for row, look in zip(values, self.looks.values(), strict=True):
            row[np.searchsorted(every, look.days)] = look.green
        return Common(every, common_residuals(every, values) if values.size else np.zeros(len(every)))


def usable_looks(observations: pd.DataFrame, scenes: Mapping[str, Scene], kept: Kept) -> pd.DataFrame:
    """Return the observations whose pixels are kept, with ``day`` [d], ``grid`` and ``box``: a parcel's on one grid.

    A parcel that two tiles show is followed on the one that shows it on most dates; of several passes on one day the
    first counts.

    Parameters
    ----------
    observations
        One a parcel and pass; those of other parcels and scenes are left out.
    scenes
        By ``scene_id``.

    Returns
    -------
    DataFrame
        By parcel_id and day.
    """
    is_asked = observations["scene_id"].isin(list(scenes)) & observations["parcel_id"].isin(kept.keys.index)
    rows = observations[is_asked]
    spots = {name: kept.spots(scene) for name, scene in scenes.items()}
    keys = kept.keys[rows["parcel_id"]]
    found = [spots[name].get(key) for name, key in zip(rows["scene_id"], keys, strict=True)]
    days = {name: day_number(scene.acquired_at) for name, scene in scenes.items()}
    rows = rows.assign(
        day=rows["scene_id"].map(days).astype("float64"),
        grid=pd.Series([spot.grid if spot else None for spot in found], index=rows.index, dtype=object),
        box=pd.Series([spot.box if spot else None for spot in found], index=rows.index, dtype=object),
    )
    rows = rows[[box is not None and box.size > 0 for box in rows["box"]]]
    number = rows["grid"].map({grid: number for number, grid in enumerate(dict.fromkeys(rows["grid"]))})
    rows = rows.assign(number=number, count=rows.groupby(["parcel_id", number], sort=False)["day"].transform("size"))
    best = rows.sort_values(["count", "number"], ascending=[False, True], kind="stable").drop_duplicates("parcel_id")
    rows = rows[rows["number"] == rows["parcel_id"].map(best.set_index("parcel_id")["number"])]
    rows = rows.sort_values(["parcel_id", "day"], kind="stable").assign(on=lambda one: np.floor(one["day"]))
    return rows.drop_duplicates(["parcel_id", "on"]).drop(columns=["number", "count", "on"]).reset_index(drop=True)


def read_pieces(
    places: Places, kept: Kept, scenes: Mapping[str, Scene], rows: pd.DataFrame, references: References
) -> Iterator[Piece]:
    """Yield parcels that are followed on one grid, some at a time, and note what reference places show.

    Parameters
    ----------
    rows
        From `usable_looks`, of one grid.
    references
        Is filled.
    """
    first = rows.drop_duplicates("parcel_id")
    boxes, grid = first.set_index("parcel_id")["box"], first["grid"].iloc[0]
    wanted = rows.groupby("parcel_id", sort=False)["scene_id"].agg(set)
    times = {name: day_number(scene.acquired_at) for name, scene in scenes.items()}
    for place in places.on(grid, places.parcels.index.isin(boxes.index)):
        everywhere = set[str]().union(*wanted[place.pixels.index])
        used = [scenes[name] for name in sorted(everywhere, key=lambda name: (times[name], name))]
        days = np.array([times[scene.scene_id] for scene in used])
        around = _stacks(kept, used, dict.fromkeys(reference_boxes(grid, place.block), everywhere))
        opened = days[open_dates(around, days)]
        references.looks |= {
            name: look_at(one, np.isin(one.days, opened)).of_the_place() for name, one in around.items()
        }
        for ids in _chunks(boxes[place.pixels.index]):
            found = _stacks(kept, used, {kept.keys[parcel]: wanted[parcel] for parcel in ids})
            shares = weights(place, boxes[ids])
            stacks = {
                parcel: replace(found[kept.keys[parcel]], weight=shares[parcel])
                for parcel in ids
                if kept.keys[parcel] in found
            }
            looks = {parcel: look_at(one, np.isin(one.days, opened)) for parcel, one in stacks.items()}
            yield Piece(place, {parcel: boxes[parcel] for parcel in stacks}, stacks, looks)


def _chunks(boxes: pd.Series) -> Iterator[list[str]]:
    """Yield some parcels after the other, of not much more than `PIXELS_AT_ONCE` together."""
    number = np.cumsum([box.size for box in boxes]) // PIXELS_AT_ONCE
    for _, part in boxes.groupby(number, sort=True):
        yield list(part.index)


def _stacks(kept: Kept, scenes: Sequence[Scene], wanted: Mapping[str, Collection[str]]) -> dict[str, Stack]:
    """Return the pixels of keys in the scenes that each is wanted of, by time; every pixel weighs 1."""
    parts: dict[str, list[tuple[float, Image, NDArray[np.bool_]]]] = {}
    for scene in scenes:
        spots = kept.spots(scene)
        asked = {key: spots[key] for key, names in wanted.items() if scene.scene_id in names and key in spots}
        for key, (numbers, clear) in kept.pixels.read(asked, NEEDED).items():
            light = numbers.reshape(len(NEEDED), -1) * np.float32(scene.scale) + np.float32(scene.offset)
            parts.setdefault(key, []).append((day_number(scene.acquired_at), light, clear.ravel()))
    return {
        key: Stack(
            np.array([day for day, _, _ in looks]),
            np.stack([light for _, light, _ in looks]),
            np.stack([clear for _, _, clear in looks]),
            np.ones(looks[0][2].size),
        )
        for key, looks in parts.items()
    }


def weights(place: Place, boxes: pd.Series) -> dict[str, Values]:
    """Return the share of each pixel of parcels' boxes that lies in the parcel, shape (pixels,), by ``parcel_id`` [1].

    Parameters
    ----------
    boxes
        By ``parcel_id``; each holds all pixels of the place that its parcel touches.
    """
    rows, columns = np.divmod(place.coverage.indices, place.grid.shape[1])
    found = {}
    for parcel, box, row in zip(boxes.index, boxes, place.pixels.index.get_indexer(boxes.index), strict=True):
        inside = slice(place.coverage.indptr[row], place.coverage.indptr[row + 1])
        image = np.zeros((box.height, box.width))
        at = rows[inside] + place.corner.top - box.top, columns[inside] + place.corner.left - box.left
        image[at] = place.coverage.data[inside]
        found[parcel] = image.ravel()
    return found
