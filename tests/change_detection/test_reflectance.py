"""Stored numbers into reflectance."""

import math
from dataclasses import replace

import numpy as np

from geo.change_detection.reflectance import reflectance
from geo.model import Scene


def test_scale_and_offset_are_applied_to_light_and_not_to_classes(scene: Scene) -> None:
    stored = {"B02": np.array([1500.0], dtype=np.float32), "SCL": np.array([4.0], dtype=np.float32)}
    found = reflectance(stored, replace(scene, scale=1e-4, offset=-0.1))
    assert list(found) == ["B02"]
    np.testing.assert_allclose(found["B02"], 1500 * 0.0001 - 0.1, atol=1e-7)


def test_an_unknown_offset_makes_every_number_unknown(scene: Scene) -> None:
    stored = {"B02": np.array([1500.0, 2.0], dtype=np.float32)}
    assert np.isnan(reflectance(stored, replace(scene, offset=math.nan))["B02"]).all()


def test_a_gap_stays_a_gap(scene: Scene) -> None:
    assert np.isnan(reflectance({"B02": np.array([np.nan], dtype=np.float32)}, scene)["B02"]).all()
