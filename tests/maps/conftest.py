"""A made-up county of twelve parcels in which every outcome, flag and odd shape occurs."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from shapely import MultiPolygon, Polygon, affinity, box

from geo.locale import sentences
from geo.maps import InstrumentNote, MapContent, write_offline
from geo.maps.content import LANGUAGES
from geo.model import CHANGE_COLUMNS, CLASS_FRACTIONS, FACTS, FINDING_COLUMNS, OBSERVATION_COLUMNS, fact_columns

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

WEST, SOUTH = 116.69, 24.34
EAST_STEP, NORTH_STEP = 0.0032, 0.0026

NAMES = (
    "翠岭陶瓷有限公司",
    "金溪机械制造有限公司",
    "大岭山茶业加工厂",
    "梅水电子科技股份有限公司",
    "青田印染有限公司",
    "河口新型建材有限公司",
    "三河食品有限公司",
    "高陂瓷业集团有限公司",
    "百侯竹木制品厂",
    "枫朗药业有限公司",
    "光德五金有限公司",
    "桃源环保设备有限公司",
)
TOWNS = ("高陂镇", "湖寮镇", "三河镇", "百侯镇")
OVERALL = ("met", "met", "undetermined", "not_met", "not_met", "met", "undetermined", "not_met", "none", "not_met")


def texts() -> dict[str, dict[str, str]]:
    return {language: dict(sentences(language)) for language in LANGUAGES}


def shapes() -> list[Any]:
    """Twelve outlines: one with a hole, one in two parts, one empty, one missing, one of about a square metre."""
    rng = np.random.default_rng(20261031)
    made: list[Any] = []
    for place in range(12):
        west = WEST + (place % 4) * EAST_STEP
        south = SOUTH + (place // 4) * NORTH_STEP
        wide, high = rng.uniform(0.0017, 0.0028), rng.uniform(0.0013, 0.0022)
        made.append(affinity.rotate(box(west, south, west + wide, south + high), rng.uniform(-8, 8)))
    hole = affinity.scale(made[3], 0.4, 0.4)
    made[3] = Polygon(made[3].exterior.coords, [hole.exterior.coords])
    corners = (WEST, SOUTH + NORTH_STEP), (WEST + 0.0024, SOUTH + NORTH_STEP)
    made[4] = MultiPolygon([affinity.scale(made[4], 0.45, 0.9, origin=corner) for corner in corners])
    made[9] = None
    made[10] = Polygon()
    east, north = WEST + 3.4 * EAST_STEP, SOUTH + 2.4 * NORTH_STEP
    made[11] = box(east, north, east + 1e-5, north + 1e-5)
    return made


def parcels() -> gpd.GeoDataFrame:
    outlines = shapes()
    areas = [round(outline.area * 111_000 * 101_000, 1) if outline else None for outline in outlines]
    frame = gpd.GeoDataFrame(
        {
            "parcel_id": [f"441422-{2021 + place % 4}-{place + 1:03d}" for place in range(12)],
            "enterprise": list(NAMES),
            "town": [TOWNS[place % 4] for place in range(12)],
            "contract_number": [f"粤地合{place + 1:04d}" for place in range(12)],
            "area_m2": areas,
        },
        geometry=outlines,
        crs="EPSG:4490",
    )
    frame.loc[8, "enterprise"] = None
    return frame


def finding(parcel_id: str, rule: str, outcome: str, **more: object) -> dict[str, object]:
    """One finding; rules whose names begin with ``d`` are the draft's."""
    is_draft = rule.startswith("d")
    made: dict[str, object] = {
        "parcel_id": parcel_id,
        "instrument_id": "dabu-draft" if is_draft else "measures",
        "rule_id": rule,
        "article": "6(1)2" if is_draft else "2(1)",
        "label": "suspected_low_efficiency" if is_draft else "suspected_idle",
        "modality": "must",
        "basis": "instrument",
        "outcome": outcome,
        "is_boundary": False,
        "is_limb_conflict": False,
        "standing": "draft_adopted" if is_draft else "in_force",
        "missing": "started_on developed_fraction" if outcome == "undetermined" else "",
        "summary_zh": "工期届满仍未达到应开发总面积。" if is_draft else "约定动工日之后满一年仍未动工开发。",
        "summary_en": None if is_draft else "A full year has passed since the agreed start without a start.",
    }
    return made | more


def findings() -> pd.DataFrame:
    ids = parcels()["parcel_id"]
    rows = []
    for place, overall in enumerate(OVERALL):
        if overall == "none":
            continue
        rows.append(finding(ids[place], "measures-2-1", overall, is_boundary=place == 1))
        rows.append(finding(ids[place], "dabu-6-2", "undetermined" if overall == "undetermined" else "not_met"))
    rows.append(finding(ids[5], "dabu-6-3", "met", is_limb_conflict=True))
    rows.append(finding(ids[10], "dabu-6-2", "met"))
    rows.append(finding(ids[11], "measures-2-1", "undetermined"))
    return pd.DataFrame(rows, columns=[*FINDING_COLUMNS, "summary_zh", "summary_en"])


def facts() -> tuple[pd.DataFrame, pd.DataFrame]:
    index = pd.Index(parcels()["parcel_id"], name="parcel_id")
    values = pd.DataFrame(
        index=index, columns=[column for name in FACTS for column in fact_columns(name)], dtype=object
    )
    sources = pd.DataFrame(index=index, columns=list(FACTS), dtype=object)
    for name, day in (("agreed_start_on", "2024-09-01"), ("agreed_completion_on", "2026-06-30")):
        values[list(fact_columns(name))] = pd.Timestamp(day)
        sources[name] = "ledger:12"
    values["is_started"] = pd.array([False, True, None] * 4, dtype="boolean")
    sources["is_started"] = "ledger:12"
    values["developed_fraction"] = [0.31, 1 / 3, np.nan] * 4
    values["developed_fraction_low"] = [0.27, 1 / 3, 0.10] * 4
    values["developed_fraction_high"] = [0.36, 1 / 3, 0.62] * 4
    sources["developed_fraction"] = "scene:S2B_MSIL2A_20261018; assumed:parcel_area"
    values["invested_fraction_low"] = [0.25] * 12
    values["invested_fraction_high"] = [np.inf] * 12
    sources["invested_fraction"] = "ledger:12"
    values["last_worked_on_low"] = pd.Timestamp("2025-08-02")
    values["last_worked_on_high"] = pd.Timestamp("2025-09-13")
    sources["last_worked_on"] = "scene:S2A_MSIL2A_20250913"
    values["cause"] = ["enterprise", None, "mystery"] * 4
    sources["cause"] = "ledger:12"
    return values, sources


def observations() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    days = pd.date_range("2024-11-03", "2026-10-18", freq="17D", tz="UTC")
    rows = []
    for place, parcel_id in enumerate(parcels()["parcel_id"][:10]):
        for number, day in enumerate(days):
            is_seen = rng.uniform() > 0.3
            built = min(0.05 + max(0, number - 12) * 0.02 * (place % 4), 0.9) + rng.normal(0, 0.01)
            spread = rng.uniform(0.03, 0.09)
            row = dict.fromkeys(OBSERVATION_COLUMNS, np.nan) | dict.fromkeys(CLASS_FRACTIONS, np.nan)
            row |= {"parcel_id": parcel_id, "scene_id": f"S{number}", "acquired_at": day}
            row |= {"clear_fraction": float(is_seen), "reason": "" if is_seen else "cloudy"}
            if is_seen:
                bounds = {"built_fraction_low": max(built - spread, 0), "built_fraction_high": built + spread}
                row |= {"built_fraction": max(built, 0)} | bounds
            rows.append(row)
    return pd.DataFrame(rows, columns=list(OBSERVATION_COLUMNS))


def changes() -> pd.DataFrame:
    """Two pairs of scenes; in the later one the fourth parcel changed most, and the sixth could not be seen."""
    early, middle, late = (pd.Timestamp(day) for day in ("2024-10-03", "2025-10-08", "2026-10-18"))
    scores = [1.2, 0.9, 3.1, 14.6, 1.1, np.nan, 0.8, 5.2, 2.4, 1.3, 1.4, 1.0]
    rows = []
    for parcel_id, score in zip(parcels()["parcel_id"], scores, strict=True):
        rows.append((parcel_id, "S0", "S1", "change", early, middle, 20.0))
        rows.append((parcel_id, "S1", "S2", "change", middle, late, score))
    return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))


def footprints() -> gpd.GeoDataFrame:
    made = []
    for place, outline in enumerate(shapes()):
        if outline is None or outline.is_empty or place in (0, 8, 11):
            continue
        west, south, east, north = outline.bounds
        wide, high = (east - west) / 8, (north - south) / 8
        made.append((box(west + 1.5 * wide, south + 2 * high, west + 3.2 * wide, north - 2 * high), 1 + place % 6))
        made.append((box(west + 4 * wide, south + 2 * high, west + 6.3 * wide, south + 3.8 * high), None))
    counts = {"storey_count": [count for _, count in made]}
    return gpd.GeoDataFrame(counts, geometry=[outline for outline, _ in made], crs="EPSG:4490")


def county(**other: Any) -> MapContent:
    """The whole made-up county; keyword arguments replace parts of it."""
    values, sources = facts()
    parts: dict[str, Any] = {
        "month": "2026-10",
        "revision": 1,
        "as_of": date(2026, 10, 31),
        "data_through": date(2026, 10, 18),
        "parcels": parcels(),
        "findings": findings(),
        "texts": texts(),
        "instruments": {
            "measures": InstrumentNote({"zh": "闲置土地处置办法", "en": "Measures for the Disposal of Idle Land"}),
            "dabu-draft": InstrumentNote(
                {
                    "zh": "大埔县工业项目用地管理暂行规定（送审稿）",
                    "en": "Dabu County interim rules (draft for review)",
                },
                adopted_by="示例县自然资源局",
                adopted_on=date(2026, 1, 1),
            ),
        },
        "fact_values": values,
        "fact_sources": sources,
        "footprints": footprints(),
        "observations": observations(),
        "changes": changes(),
        "label_order": ("suspected_idle", "suspected_low_efficiency"),
    }
    return MapContent(**(parts | other))


@pytest.fixture
def make_county() -> Callable[..., MapContent]:
    return county


@pytest.fixture
def make_finding() -> Callable[..., dict[str, object]]:
    return finding


@pytest.fixture
def content() -> MapContent:
    return county()


def chromium_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail(
            "there is no Chromium to test the maps with. Run: make browser (sh tools/install_browser.sh)", pytrace=False
        )
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


class Opened(NamedTuple):
    """A page opened from disk, and everything it complained of or asked for."""

    page: Page
    problems: list[str]

    def row_of(self, parcel_id: str) -> int:
        return self.page.evaluate("(id) => parcelwatch.view.data.parcels.id.indexOf(id)", parcel_id)

    def card_text(self) -> str:
        return self.page.locator(".pw-card").inner_text()

    def click_row(self, row: int) -> None:
        """Scroll the list to a row and click it."""
        self.page.evaluate("(row) => parcelwatch.view.list.mark(row)", row)
        self.page.click(f"#pw-row-{row}")

    def shown(self) -> int:
        """How many parcels the filter leaves."""
        return self.page.evaluate("parcelwatch.view.list.walk().length")

    def click_on_map(self, row: int) -> None:
        """Click where the label of a row's parcel stands."""
        where = self.page.evaluate(
            """(row) => {
                const { map } = parcelwatch.view;
                const at = map.latLngToContainerPoint(parcelwatch.shapes.anchorOf(row));
                const box = map.getContainer().getBoundingClientRect();
                return [at.x + box.x, at.y + box.y];
            }""",
            row,
        )
        self.page.mouse.click(*where)


def is_of_page(url: str, path: Path) -> bool:
    """Whether a request is for the page itself, or for what the page made of its own."""
    return url.partition("#")[0] == path.as_uri() or url.startswith("blob:")


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Opened]]:
    """Open a file with the network off, and afterwards refuse any error and any request but for the file."""
    opened: list[tuple[BrowserContext, Opened]] = []

    def open_one(path: Path, *, size: tuple[int, int] = (1280, 800), touch: bool = False, address: str = "") -> Opened:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, offline=True, has_touch=touch)
        page = context.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("request", lambda request: None if is_of_page(request.url, path) else problems.append(request.url))
        page.goto(path.as_uri() + address, wait_until="load")
        opened.append((context, Opened(page, problems)))
        return opened[-1][1]

    yield open_one
    for context, one in opened:
        context.close()
        assert one.problems == []


@pytest.fixture
def open_map(open_page: Callable[..., Opened], tmp_path: Path) -> Callable[..., Opened]:
    """Write a map and open it as ``open_page`` does."""

    def open_one(folium_map: folium.Map, **how: Any) -> Opened:
        path = tmp_path / "线索图.html"
        write_offline(folium_map, path)
        return open_page(path, **how)

    return open_one
