"""Measure size, speed and memory of the triage map beside a plain ``folium.GeoJson``, from a thousand parcels on.

``python benchmarks/maps.py [PARCELS ...]``, by default 1,000 to 200,000. Parcels have 20 corners and 10 attributes
(number, contract, enterprise, town, area, outcome, label, two days, a measure), all of them searched or filtered by in
ours; the plain map has the same attributes in nothing but its data. Both are opened from disk in Chromium with the
network off. Load: from opening the file to a painted map; slow: the same with the processor slowed six times (up to
5,000 parcels); zoom: three levels in, until painted; heap: JavaScript's objects and buffers after a collection. The
plain map stops at 50,000 parcels.
"""

import shutil
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from geo.locale import sentences
from geo.maps import InstrumentNote, MapContent, OfflineMap, triage_map, write_offline
from geo.model import FINDING_COLUMNS

SIZES = (1_000, 5_000, 10_000, 50_000, 100_000, 200_000)
PLAIN_UP_TO = 50_000
SLOW_UP_TO = 5_000
SLOWED = 6
CORNERS = 20
ROUNDS = 3
MEGABYTE = 1_000_000

PAINTED = """async () => {
    await new Promise((settle) => requestAnimationFrame(() => requestAnimationFrame(settle)));
    return performance.now();
}"""
ZOOM = """async (name) => {
    const map = name ? window[name] : parcelwatch.view.map;
    const start = performance.now();
    map.setView(map.getCenter(), map.getZoom() + 3, { animate: false });
    await new Promise((settle) => requestAnimationFrame(() => requestAnimationFrame(settle)));
    return performance.now() - start;
}"""


def parcels(count: int) -> gpd.GeoDataFrame:
    """Return so many parcels of 20 corners, each other one another way round its middle, with 10 attributes."""
    rng = np.random.default_rng(count)
    side = int(np.ceil(count**0.5))
    at = np.arange(count)
    middle = np.column_stack([116 + at % side * 0.0012, 24 + at // side * 0.0009])
    turns = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = rng.uniform(0.8, 1, (count, CORNERS, 1)) * [0.00056, 0.00042]
    corners = middle[:, None, :] + radius * np.column_stack([np.cos(turns), np.sin(turns)])
    start = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 1500, count), unit="D")
    return gpd.GeoDataFrame(
        {
            "parcel_id": [f"4414222026{number:07d}" for number in at],
            "contract_number": [f"441422-2026-{number:07d}" for number in at],
            "enterprise": [f"梅州{'甲乙丙丁'[number % 4]}{number}机械制造有限公司" for number in at],
            "town": np.array(["高陂镇", "湖寮镇", "三河镇", "百侯镇", "青溪镇"])[at % 5],
            "area_m2": np.round(shapely.area(shapely.polygons(corners)) * 1.12e10, 1),
            "outcome": np.array(["not_met", "not_met", "not_met", "undetermined", "met"])[rng.integers(0, 5, count)],
            "label": np.array(["suspected_idle", "suspected_low_efficiency"])[at % 2],
            "agreed_start_on": start,
            "agreed_completion_on": start + pd.to_timedelta(730, unit="D"),
            "developed_fraction": rng.uniform(0, 1, count).round(3),
        },
        geometry=shapely.polygons(corners),
        crs="EPSG:4490",
    )


def ours(frame: gpd.GeoDataFrame) -> folium.Map:
    """Return the triage map of parcels and what is found of them."""
    findings = pd.DataFrame(dict.fromkeys(FINDING_COLUMNS, ""), index=frame.index).assign(
        parcel_id=frame["parcel_id"],
        instrument_id="measures",
        rule_id=frame["label"],
        article="2(1)",
        label=frame["label"],
        modality="must",
        outcome=frame["outcome"],
        is_boundary=False,
        is_limb_conflict=False,
        standing="in_force",
        missing=np.where(frame["outcome"] == "undetermined", "started_on", ""),
    )
    facts = pd.DataFrame(index=pd.Index(frame["parcel_id"]))
    for name in ("agreed_start_on", "agreed_completion_on", "developed_fraction"):
        for column in (name, f"{name}_low", f"{name}_high"):
            facts[column] = frame[name].to_numpy()
    content = MapContent(
        month="2026-10",
        revision=1,
        as_of=date(2026, 10, 31),
        data_through=date(2026, 10, 18),
        parcels=frame[["parcel_id", "contract_number", "enterprise", "town", "area_m2", "geometry"]],
        findings=findings,
        texts={language: sentences(language) for language in ("zh", "en")},
        instruments={"measures": InstrumentNote({"zh": "闲置土地处置办法", "en": "Idle land measures"})},
        fact_values=facts,
    )
    return triage_map(content)


def plain(frame: gpd.GeoDataFrame) -> folium.Map:
    """Return what Folium makes of the same frame by itself, on a map that carries Leaflet."""
    west, south, east, north = frame.total_bounds
    made = OfflineMap(location=((south + north) / 2, (west + east) / 2), zoom_start=10, tiles=None)
    days = {name: frame[name].dt.strftime("%Y-%m-%d") for name in ("agreed_start_on", "agreed_completion_on")}
    folium.GeoJson(frame.assign(**days)).add_to(made)
    made.fit_bounds([[south, west], [north, east]])
    return made


def measure(browser: Browser, path: Path, map_name: str, slowed: int) -> tuple[float, float, float]:
    """Return load [s], zoom [ms] and heap [MB] of one opening."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    page: Page = context.new_page()
    page.set_default_timeout(600_000)
    session: CDPSession = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    page.goto(path.as_uri(), wait_until="load", timeout=600_000)
    load = page.evaluate(PAINTED) / 1000
    zoom = page.evaluate(ZOOM, map_name)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    usage: dict[str, Any] = session.send("Runtime.getHeapUsage")
    context.close()
    return load, zoom, (usage["usedSize"] + usage.get("backingStorageSize", 0)) / MEGABYTE


def report(browser: Browser, made: folium.Map, *, path: Path, count: int, built: float) -> None:
    """Write a map, open it several times and print the middle of what was measured."""
    name = path.stem
    begun = time.perf_counter()
    write_offline(made, path)
    built += time.perf_counter() - begun
    map_name = "" if name == "ours" else _map_name(path)
    rounds = [measure(browser, path, map_name, 1) for _ in range(ROUNDS)]
    load, zoom, heap = (statistics.median(column) for column in zip(*rounds, strict=True))
    slow = f"{measure(browser, path, map_name, SLOWED)[0]:8.1f}" if count <= SLOW_UP_TO else f"{'-':>8}"
    size = path.stat().st_size / MEGABYTE
    print(f"{count:>8,} {name:>6} {built:8.1f} {size:8.1f} {load:8.2f} {slow} {zoom:8.0f} {heap:8.0f}", flush=True)
    path.unlink()


def _map_name(path: Path) -> str:
    """Name of the map's variable in a rendered page."""
    with path.open(encoding="utf-8") as page:
        return next(line.split()[1] for line in page if line.strip().startswith("var map_"))


def main() -> None:
    """Print the table."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    print(
        f"{'parcels':>8} {'map':>6} {'make s':>8} {'MB':>8} {'load s':>8} {'slow s':>8} {'zoom ms':>8} {'heap MB':>8}"
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        for count in sizes:
            frame = parcels(count)
            makers = {"plain": plain, "ours": ours} if count <= PLAIN_UP_TO else {"ours": ours}
            for name, make in makers.items():
                begun = time.perf_counter()
                made = make(frame)
                built = time.perf_counter() - begun
                report(browser, made, path=Path(folder) / f"{name}.html", count=count, built=built)
        browser.close()


if __name__ == "__main__":
    main()
