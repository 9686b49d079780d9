"""Two scenes on one grid: what both show."""

import numpy as np

from geo.change_detection.together import edge_strength, nearest_clear


def test_a_gap_has_no_edge() -> None:
    band = np.tile(np.array([1.0, 1.0, np.nan, np.nan, 1.0], dtype=np.float32), (5, 1))
    clear = np.isfinite(band)
    assert edge_strength(band, clear, nearest_clear(clear, [np.s_[:, :]])).tolist() == [0] * 15
