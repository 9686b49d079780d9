"""Compare heights from a surface model with those on record.

``python benchmarks/heights.py FOLDER [--error METRES]``, where FOLDER holds ``buildings.shp`` with a column HEIGHT, and
``dsm.tif`` and ``dtm.tif``. Printed are, for several quantiles of the surface inside the eroded footprint, correlation,
bias (measured minus recorded), root mean square and median absolute error; then how often the bounds of the height that
``parcelwatch indicators --dsm --dtm`` takes hold the recorded one. The table in ``docs/indicators.md`` comes from here.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio

from geo.indicators import height_from_surface
from geo.indicators.heights import ROOF_QUANTILE
from geo.ingest.reader import RasterioReader
from geo.ingest.surface import read_above_ground

QUANTILES = (0.25, 0.5, 0.6, 0.75, 0.9, 0.95)


def show(name: str, measured: pd.Series, declared: pd.Series) -> None:
    """Print how two columns of heights agree."""
    both = measured.notna() & declared.notna()
    off = (measured - declared)[both]
    together = np.corrcoef(measured[both], declared[both])[0, 1]
    figures = (
        f"{both.sum():4d} {together:8.3f} {off.mean():8.2f} {np.sqrt((off**2).mean()):8.2f} {off.abs().median():8.2f}"
    )
    print(f"{name:10s} {figures}")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--error", type=float, default=1.0)
    asked = parser.parse_args()
    buildings = pyogrio.read_dataframe(asked.folder / "buildings.shp")
    models = asked.folder / "dsm.tif", asked.folder / "dtm.tif"
    outline, above = read_above_ground(RasterioReader(), *models, buildings.geometry)
    told = height_from_surface(outline, above, count=len(buildings), error_m=asked.error)
    declared = buildings["HEIGHT"]
    print(f"{len(buildings)} buildings; heights are told of {told['height_m'].notna().sum()}")
    print(f"{'quantile':14s} {'n':>4s} {'corr':>8s} {'bias m':>8s} {'rmse m':>8s} {'mae m':>8s}")
    for quantile in QUANTILES:
        name = f"{quantile:.2f}" + (" (taken)" if quantile == ROOF_QUANTILE else "")
        height = pd.Series(above).groupby(outline).quantile(quantile).reindex(buildings.index)
        show(name, height.where(told["height_m"].notna()), declared)
    both = told["height_m"].notna() & declared.notna()
    held = declared.between(told["height_m_low"], told["height_m_high"])[both]
    wide = (told["height_m_high"] - told["height_m_low"])[both].median()
    print(
        f"with an error of {asked.error} m, {held.mean():.3f} of the bounds hold the height on record; "
        f"median width {wide:.1f} m"
    )


if __name__ == "__main__":
    main()
