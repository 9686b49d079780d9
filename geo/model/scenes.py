"""A scene and its files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Level = Literal["L2A", "L1C", "unknown"]


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of a scene: a band, where it is, and which layer of the file it is."""

    band: str
    path: str
    layer: int = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """One acquisition (a STAC item): its day and time, product level and bands.

    Attributes
    ----------
    scene_id
        Name of the scene; unique in a store.
    acquired_at
        Time of acquisition [UTC].
    level
        ``L2A`` is surface reflectance, ``L1C`` top of atmosphere.
    assets
        One entry a band, ``B02`` .. ``B12`` and ``SCL``.
    scale, offset
        reflectance = stored number * scale + offset; NaN where the file does not say and its day leaves it open.
    """

    scene_id: str
    acquired_at: datetime
    level: Level
    assets: tuple[Asset, ...]
    scale: float = 1e-4
    offset: float = 0.0
