"""Measured spectra of roofs, roads, soils and plants, from the package earthlib."""

from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pandas as pd

from geo.change_detection.mixtures import Spectra
from geo.errors import SchemaError

FIRST_NM, STEP_NM = 400.0, 10.0
"""Wavelength of the first column, and from one to the next [nm]."""
SOILS_FROM = (90.0, -12.0, 150.0, 54.0)
"""Soils from East and South-East Asia are used: west, south, east and north [degree]."""


def read_spectra() -> Spectra:
    """Return the spectral library of the package earthlib: 7,261 spectra from 400 nm on.

    Built are 888, most of them from Santa Barbara; there is no Chinese coloured steel among them and no dust net. Soils
    are of the ICRAF-ISRIC library from all over the world; canopies are modelled (PROSAIL).

    Raises
    ------
    SchemaError
        ``observe.not_the_library`` if the files are not those expected.

    Notes
    -----
    earthlib 1.1 (Anderson), MIT licence; read as files, none of its code runs.
    """
    found = distribution("earthlib")
    table, light = (Path(str(found.locate_file(f"earthlib/data/spectra.{end}"))) for end in ("csv", "sli"))
    return library_files(table, light, version=found.version)


def library_files(table: Path, light: Path, *, version: str) -> Spectra:
    """Return the spectra of two files: names as CSV, and 4-byte numbers, one row a spectrum."""
    names = pd.read_csv(table, usecols=["LEVEL_2", "LEVEL_3", "LAT", "LON"], keep_default_na=False)
    values = np.fromfile(light, dtype="<f4")
    if len(values) % len(names):
        raise SchemaError("observe.not_the_library", file=table.name, version=version)
    reflectance = values.reshape(len(names), -1).astype(np.float64)
    wavelengths = FIRST_NM + STEP_NM * np.arange(reflectance.shape[1], dtype=np.float64)
    west, south, east, north = SOILS_FROM
    longitude, latitude = (pd.to_numeric(names[name], errors="coerce") for name in ("LON", "LAT"))
    is_near = longitude.between(west, east) & latitude.between(south, north)
    kept = (is_near | (names["LEVEL_3"] != "soil")).to_numpy()
    names = names[kept]
    return Spectra(names["LEVEL_2"].to_numpy(), names["LEVEL_3"].to_numpy(), reflectance[kept], wavelengths)
