"""Made-up industrial sites: what lies on a parcel and around it, and from which day on.

A site is cleared, its halls get foundations and roofs one after the other; some builders are slow, some stop and never
finish, some tear a hall down. Bare ground is netted, or weeds come up on it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.mixtures import BUILT

Labels = NDArray[np.int8]
Values = NDArray[np.float64]

KINDS = ("roof",) * 3 + ("paved",) * 3 + ("bare", "bare", "npv", "green", "green", "net", "water")
"""Kinds of ground of one site, by class."""
ROOF, OTHER_ROOF, NEAR_ROOF, PAVED, NEAR_PAVED, SLAB, SOIL, OTHER_SOIL, STRAW, CROP, GRASS, NET, WATER = range(
    len(KINDS)
)
IS_ROOF = np.isin(np.arange(len(KINDS)), (ROOF, OTHER_ROOF, NEAR_ROOF))
IS_BUILT = np.isin(KINDS, BUILT)
NEVER = 1e6
SLAB_D = 60.0
"""Foundations lie so long before the roof [d]."""
STEPS = 8
"""Halls and yards are finished in so many steps."""
STORIES: dict[str, tuple[float, tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "old": (0.15, (-4000, -3000), (0, 0), (0, 100)),
    "standing": (0.3, (-1200, -600), (10, 30), (20, 300)),
    "growing": (0.3, (-500, -100), (20, 90), (20, 200)),
    "stopped": (0.15, (-900, -600), (10, 40), (20, 300)),
    "slow": (0.1, (-900, -600), (100, 200), (20, 200)),
}
"""How often; when the first step is finished, days from one to the next, and how long the site lay cleared before [d].
What would be finished after day 0 is not built."""
TORN = 0.03
"""Share of sites that lose their last quarter again."""
AROUND_M = 80.0
"""So much ground around the parcel belongs to the picture [m]."""
OVER = 20.0
"""Pictures are a whole number of pixels of this size on a side [m]."""
HECTARE = 10_000.0


@dataclass(frozen=True, slots=True)
class Site:
    """One parcel in its surroundings.

    Attributes
    ----------
    inside
        Which fine pixels belong to the parcel.
    before, opened, final
        Kind of ground before works, after clearing, and where built over.
    cleared_on
        Day on which the parcel is cleared.
    built_on, gone_on
        Day on which each fine pixel gets its roof or pavement, and loses it again.
    fine_m
        Size of a fine pixel [m].
    sides_m
        Length and width of the parcel [m].

    Days count from the day of which the built share is asked, which is 0.
    """

    inside: NDArray[np.bool_]
    before: Labels
    opened: Labels
    final: Labels
    cleared_on: float
    built_on: Values
    gone_on: Values
    fine_m: float
    sides_m: tuple[float, float]

    def paint(self, day: float) -> Labels:
        """Return the kind of ground of each fine pixel on a day."""
        ground = self.before if day < self.cleared_on else self.opened
        ground = np.where(self.built_on - SLAB_D <= day, np.where(self.built_on <= day, self.final, SLAB), ground)
        return np.where(self.gone_on <= day, self.opened, ground).astype(np.int8)

    def built_share(self, day: float = 0.0) -> float:
        """Return the built share of the parcel on a day [1]."""
        return float(IS_BUILT[self.paint(day)][self.inside].mean())


def draw_site(rng: np.random.Generator, *, area_m2: float, fine_m: float, fullest: float = 0.9) -> Site:
    """Return a parcel of a given size: open, half built, still growing, given up or full, in any surroundings."""
    aspect = rng.uniform(1, 2.4)
    length, width = np.sqrt(area_m2 * aspect), np.sqrt(area_m2 / aspect)
    turn = rng.uniform(0, np.pi)
    reach = [
        abs(length * np.cos(turn)) + abs(width * np.sin(turn)),
        abs(length * np.sin(turn)) + abs(width * np.cos(turn)),
    ]
    rows, columns = (int(np.ceil((side + 2 * AROUND_M) / OVER)) * round(OVER / fine_m) for side in reach[::-1])
    x, y = np.meshgrid(*((np.arange(size) - size / 2 + 0.5) * fine_m for size in (columns, rows)))
    u, v = x * np.cos(turn) + y * np.sin(turn) + length / 2, y * np.cos(turn) - x * np.sin(turn) + width / 2
    inside = (u > 0) & (u < length) & (v > 0) & (v < width)
    around = paint_around(u, v, (length, width), rng)
    before, opened = (np.where(inside, paint_open(u, v, rng, is_cleared=is_cleared), around) for is_cleared in (0, 1))
    final, order = lay_out(u, v, rng)
    share = rng.uniform(0, fullest)
    wanted = inside & (final >= 0) & (order <= fill_to(order[inside], final[inside], share))
    cleared_on, built_on, gone_on = draw_works(order, wanted, rng)
    return Site(
        inside,
        before.astype(np.int8),
        opened.astype(np.int8),
        final.astype(np.int8),
        cleared_on,
        built_on,
        gone_on,
        fine_m,
        (length, width),
    )


def fill_to(order: Values, final: NDArray[np.int_], share: float) -> float:
    """Return up to which place in the order things must be built so that a share of the parcel is built over."""
    placed = np.sort(order[final >= 0])
    wanted = round(share * len(order))
    return float(placed[min(wanted, len(placed)) - 1]) if len(placed) and wanted else -1.0


def draw_works(order: Values, wanted: NDArray[np.bool_], rng: np.random.Generator) -> tuple[float, Values, Values]:
    """Return when the site is cleared, and when each fine pixel is built and torn down again."""
    story = str(rng.choice(list(STORIES), p=[often for often, *_ in STORIES.values()]))
    _, begins, pace, waits = STORIES[story]
    low, high = (float(side) for side in (order[wanted].min(initial=1e3), order[wanted].max(initial=1)))
    steps = np.clip(np.floor(STEPS * (order - low) / max(high - low, 1e-9)), 0, STEPS - 1)
    first, every = rng.uniform(*begins), rng.uniform(*pace)
    cleared = first - SLAB_D - rng.uniform(*waits)
    built = np.where(wanted, first + every * steps, NEVER)
    is_torn = rng.random() < TORN
    return cleared, built, np.where(wanted & is_torn & (steps >= STEPS - 2), rng.uniform(-300, -20), NEVER)


def lay_out(u: Values, v: Values, rng: np.random.Generator) -> tuple[NDArray[np.int_], Values]:
    """Return what would be built where (-1: nothing), and in which order: halls in rows, yards between or none."""
    hall, lane = rng.uniform((25, 20), (120, 60)), rng.uniform(8, 25, 2)
    place = [np.floor(at / (hall[axis] + lane[axis])) for axis, at in enumerate((u, v))]
    is_hall = np.logical_and.reduce(
        [at - place[axis] * (hall[axis] + lane[axis]) < hall[axis] for axis, at in enumerate((u, v))]
    )
    number = place[0] * 37 + place[1] * 101
    which = np.where((number % rng.integers(2, 6)) == 0, OTHER_ROOF, ROOF)
    order = place[0] + place[1] / (np.abs(place[1]).max() + 1) + 0.5 * (~is_hall) * rng.uniform(0, 2)
    if rng.random() < 0.3:  # noqa: PLR2004  # halls here and there
        order = (number * 0.618) % 1 * 4 + 0.3 * (~is_hall)
    yard = rng.choice([PAVED, -1], p=[0.65, 0.35])
    return np.where(is_hall, which, yard), order + 1 + 1e-6 * (u + v)


def paint_open(u: Values, v: Values, rng: np.random.Generator, *, is_cleared: int) -> NDArray[np.int_]:
    """Return ground that is not built on, in two or three patches."""
    often = (
        [(SOIL, 0.45), (OTHER_SOIL, 0.2), (NET, 0.08), (GRASS, 0.17), (STRAW, 0.05), (WATER, 0.05)]
        if is_cleared
        else [(CROP, 0.35), (GRASS, 0.3), (SOIL, 0.2), (OTHER_SOIL, 0.1), (WATER, 0.05)]
    )
    kinds, share = zip(*often, strict=True)
    first, second, third = rng.choice(kinds, 3, p=share)
    lean = rng.uniform(0, 2 * np.pi)
    along = u * np.cos(lean) + v * np.sin(lean)
    cut, spot = np.quantile(along, rng.uniform(0.1, 0.9)), rng.uniform(0.1, 0.9, 2)
    far = np.hypot(u - spot[0] * np.abs(u).max(), v - spot[1] * np.abs(v).max())
    ground: NDArray[np.int_] = np.where(far < rng.uniform(5, 60), third, np.where(along < cut, first, second))
    return ground


def paint_around(u: Values, v: Values, sides: tuple[float, float], rng: np.random.Generator) -> NDArray[np.int_]:
    """Return what lies around a parcel: on each side a road or none, and a field, a works, a pond or bare ground."""
    ground = np.full(u.shape, GRASS)
    for axis, (along, across) in enumerate(((u, v), (v, u))):
        for beyond in (-along, along - sides[axis]):
            is_side = beyond > 0
            kind = int(
                rng.choice([CROP, GRASS, NEAR_ROOF, SOIL, NEAR_PAVED, WATER], p=[0.25, 0.2, 0.3, 0.1, 0.1, 0.05])
            )
            if kind == NEAR_ROOF:
                set_back, wide, gap = rng.uniform(0, 15), rng.uniform(20, 80), rng.uniform(5, 30)
                is_hall = (beyond > set_back) & (beyond < set_back + wide) & (across % (wide + gap) < wide)
                ground = np.where(is_side, np.where(is_hall, NEAR_ROOF, rng.choice([NEAR_PAVED, GRASS, SOIL])), ground)
            else:
                ground = np.where(is_side, kind, ground)
            if rng.random() < 0.5:  # noqa: PLR2004  # a road along every other side
                ground = np.where(is_side & (beyond < rng.uniform(6, 20)), NEAR_PAVED, ground)
    return ground
