"""The measured spectra."""

from pathlib import Path

import numpy as np
import pytest

from geo.errors import SchemaError
from geo.ingest.spectra import library_files, read_spectra


def test_the_library_holds_roofs_soils_and_plants_as_reflectance() -> None:
    spectra = read_spectra()
    assert spectra.reflectance.shape == (3_744, 180)
    assert {group: int((spectra.group == group).sum()) for group in ("built", "vegetation", "npv")} == {
        "built": 888,
        "vegetation": 2_000,
        "npv": 104,
    }
    assert 0 <= spectra.reflectance.min() <= spectra.reflectance.max() < 1.05


def test_plants_are_bright_beyond_the_red_edge() -> None:
    spectra = read_spectra()
    canopy = spectra.reflectance[spectra.group == "vegetation"].mean(axis=0)
    red, near = (canopy[np.abs(spectra.wavelengths - nm).argmin()] for nm in (665, 833))
    assert near > 4 * red


def test_files_that_do_not_fit_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("LEVEL_2,LEVEL_3,LAT,LON\nbuilt,metal,,\nbare,soil,30,110\n", encoding="utf-8")
    np.zeros(5, dtype="<f4").tofile(tmp_path / "t.sli")
    with pytest.raises(SchemaError) as caught:
        library_files(tmp_path / "t.csv", tmp_path / "t.sli", version="9")
    assert caught.value.code == "observe.not_the_library"


def test_soils_from_elsewhere_are_left_out(tmp_path: Path) -> None:
    rows = ["built,metal,,", "bare,soil,30,110", "bare,soil,-33,138", "bare,soil,30,-110", "bare,sand,,"]
    (tmp_path / "t.csv").write_text("\n".join(["LEVEL_2,LEVEL_3,LAT,LON", *rows]), encoding="utf-8")
    np.repeat(np.arange(5, dtype="<f4"), 3).tofile(tmp_path / "t.sli")
    spectra = library_files(tmp_path / "t.csv", tmp_path / "t.sli", version="9")
    assert spectra.reflectance[:, 0].tolist() == [0, 1, 4]
    assert spectra.material.tolist() == ["metal", "soil", "sand"]
