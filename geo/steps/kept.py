"""Which pixels of which scenes are kept, and which are wanted yet."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.change_detection.blocks import Block
from geo.change_detection.boxes import Box, parcel_boxes, reference_boxes
from geo.change_detection.grid import Grid
from geo.change_detection.observation import scene_reason
from geo.change_detection.spectral import NEEDED
from geo.ingest.scene_names import MASKS
from geo.model import Scene
from geo.store import PixelStore, parcel_keys, scene_stamp
from geo.store.pixels import Draft, Spot

Mask = NDArray[np.bool_]


class Kept:
    """Pixels of parcels kept from scene to scene.

    Parameters
    ----------
    pixels
        Where they are kept.
    parcels
        Geometries by ``parcel_id``.
    hashes
        SHA-256 of each scene's files by ``scene_id``; of other scenes nothing is kept.
    """

    def __init__(self, pixels: PixelStore, parcels: gpd.GeoSeries, hashes: Mapping[str, str]) -> None:
        self.pixels = pixels
        self.keys = pd.Series(parcel_keys(parcels), index=parcels.index, dtype=object)
        self._hashes = hashes
        self._spots: dict[str, dict[str, Spot]] = {}

    def wants(self, scene: Scene) -> bool:
        """Whether pixels of a scene are kept at all: fractions can be made of it."""
        bands = {asset.band for asset in scene.assets}
        stored = dict.fromkeys([*bands, *(["SCL"] if bands.intersection(MASKS) else [])], np.empty(0, np.float32))
        return scene.scene_id in self._hashes and not scene_reason(scene, stored)

    def spots(self, scene: Scene) -> Mapping[str, Spot]:
        """Return where the boxes of a scene stand, by key."""
        if scene.scene_id not in self._spots:
            self._spots[scene.scene_id] = self.pixels.spots(self.stamp(scene))
        return self._spots[scene.scene_id]

    def missing(self, scene: Scene) -> Mask:
        """Return which parcels have no pixels of a scene that should be kept."""
        if not self.wants(scene):
            return np.zeros(len(self.keys), dtype=np.bool_)
        there = self.spots(scene)
        return np.array([key not in there for key in self.keys], dtype=np.bool_)

    def boxes(self, scene: Scene, shapes: gpd.GeoSeries, whole: Grid, block: Block) -> dict[str, Box]:
        """Return the boxes to keep of some parcels of a block, by key, and of its reference places not kept yet.

        Parameters
        ----------
        shapes
            Geometries by ``parcel_id`` in the system of the whole grid; those of no block get empty boxes.
        """
        empty = Box(0, 0, 0, 0)
        found = parcel_boxes(shapes, whole) if block.number >= 0 else [empty] * len(shapes)
        references = reference_boxes(whole, block).items()
        boxes = dict(zip(self.keys[shapes.index], found, strict=True))
        return boxes | {key: box for key, box in references if key not in self.spots(scene)}

    @contextmanager
    def writing(self, scene: Scene, grid: Grid) -> Iterator[Draft]:
        """Keep pixels of a scene; nothing is kept if an error ends it."""
        with self.pixels.writing(self.stamp(scene), scene, grid, NEEDED) as draft:
            yield draft
        self._spots.pop(scene.scene_id, None)

    def stamp(self, scene: Scene) -> str:
        """Return what names a scene as it is now."""
        return scene_stamp(scene, self._hashes[scene.scene_id])
