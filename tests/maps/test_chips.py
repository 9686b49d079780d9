import base64
import io
from datetime import date

import numpy as np
from PIL import Image
from shapely import MultiPolygon, Polygon, box

from geo.maps.chips import Chip, chips_payload, jpeg


def chip(shade=90, outline=None):
    pixels = np.full((4, 6, 3), shade, dtype=np.uint8)
    return Chip("S1", date(2026, 10, 18), pixels, outline or box(1, 1, 5, 3), (10.0, 10.0))


def test_a_chip_is_a_picture_with_its_day_scene_size_and_outline():
    outline = MultiPolygon(
        [box(0, 0, 1, 1), Polygon(box(2, 2, 6, 4).exterior.coords, [box(3, 2.5, 4, 3).exterior.coords])]
    )
    [told] = chips_payload({"a": [chip(outline=outline)]}, ["a"], 10_000)["of"]["0"]
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(told["image"]))))
    assert np.abs(picture.astype(int) - 90).max() <= 2
    assert (told["day"], told["scene"], told["size"], told["metres"]) == ("2026-10-18", "S1", [6, 4], [10, 10])
    assert len(told["outline"]) == 3
    assert sorted(told["outline"][0][:8:2]) == [0, 0, 10, 10]


def test_parcels_get_chips_in_the_order_of_the_list_until_the_budget_is_used_up():
    size = len(base64.b64encode(jpeg(chip().pixels)))
    given = {"a": [chip()], "b": [chip(), chip()], "c": [chip()]}
    told = chips_payload(given, ["c", "none", "b", "a"], 2 * size)
    assert list(told["of"]) == ["0", "3"]  # both chips of b would have been too much, that of a is not
    assert told["left_out"] == [2]


def test_the_same_picture_gives_the_same_bytes():
    noise = np.random.default_rng(1).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    assert jpeg(noise) == jpeg(noise.copy())
