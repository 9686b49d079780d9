"""A sheet whose texts try everything."""

from collections.abc import Callable
from datetime import date, time

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geo.documents.dossier import Dossier, Link, Picture, Row, Seen, Site, Statement
from geo.documents.sheet import Sheet, Stop
from geo.locale import sentences
from geo.maps.chips import jpeg
from geo.steps.patrol_files import words_of

SQUARE_100 = shapely.box(0, 0, 100, 100)

NASTY = '=HYPERLINK("http://x")&<b>"甲\'厂"</b>\x07'


@pytest.fixture
def sheet() -> Sheet:
    """Two stops; the holder of the first is called something that formulas, XML and HTML would act on."""
    square = shapely.box(120.0, 30.0, 120.001, 30.001)
    both = shapely.MultiPolygon([square, shapely.box(120.01, 30.0, 120.011, 30.001)])
    stops = tuple(
        Stop(
            visit_id=f"2026-11-02-一组-{number:02d}",
            number=number,
            parcel_id=f"33020000012345678{number}",
            enterprise=holder,
            town="甲镇",
            longitude=120.0005 + number / 100,
            latitude=30.0005,
            arrives=time(8 + number, 30),
            leaves=time(9 + number, 0),
            is_must=number == 1,
            why=("随机抽中（双随机）", "线索待核查：<疑似闲置>"),
            checks=("公示牌", "+1"),
            photos=("大门",),
            outline=outline,
        )
        for number, holder, outline in ((1, NASTY, both), (2, "", None))
    )
    return Sheet(
        patrol_id="2026-11-02-一组",
        title="2026-11-02 一组 & 巡查",
        team="一组",
        day=date(2026, 11, 2),
        inspectors=("张三 A1", "李四 <A2>"),
        depot=(120.0, 30.0),
        stops=stops,
        made_on=date(2026, 10, 31),
        source="2026-10 / 1 · 7",
        clue="线索不是结论。",
        words=words_of("zh"),
    )


def dossier_of(text: str, outline: BaseGeometry | None = SQUARE_100) -> Dossier:
    """A dossier of two chips and three days, with a text wherever the data has one."""
    words = {k.removeprefix("evidence."): v for k, v in sentences("zh").items() if k.startswith("evidence.")}
    pixels = np.full((40, 40, 3), 90, dtype=np.uint8)
    on_chip = shapely.box(10, 10, 30, 30)
    pictures = tuple(
        Picture(jpeg(pixels + shade), (40, 40), (10.0, 10.0), on_chip, day, (text, "无云 100%"))
        for shade, day in ((0, "2025-01-01"), (60, "2026-01-01"))
    )
    notes = () if outline is not None else ("这宗地没有可画的图形，只列在清单里。",)
    around = () if outline is None else (shapely.box(110, 0, 210, 100),)
    lines = ((0, text), (1, f"成立：{text}"))
    return Dossier(
        parcel_id=text,
        name=text,
        town=text,
        as_of="2026-10-31",
        outcome="met",
        outcome_text="疑似",
        about=((words["parcel"], text), (words["area"], "10,000 平方米"), (words["geometry_hash"], "ab" * 32)),
        site=Site(outline, around, around, f"CGCS2000 {text}", notes),
        pictures=pictures,
        pictures_note=words["pictures_note"],
        findings=(
            Statement("疑似闲置", text, "met", "疑似", lines),
            Statement("疑似低效", text, "not_met", "不构成", lines),
        ),
        findings_note=f"另有 1 条规则：{text}",
        clocks=(Row(("2026-11-30", text, "进行中")),),
        series=(
            Seen("2025-01-01", 0.2, 0.1, 0.3),
            Seen("2025-06-01", None, None, None),
            Seen("2026-01-01", 0.5, 0.4, 0.6),
        ),
        marks=(("约定动工日", "2025-06-01"), ("约定竣工日", "1990-01-01")),
        facts=(Row((text, "是", "", text)),),
        looks=(
            Row(("2025-01-01", text, text, "无云 100%", "0.20")),
            Row(("2025-06-01", text, text, "无云 0%", text), is_quiet=True),
        ),
        chain=(Link("宗地文件", text, "12" * 32), Link("程序", text, "")),
        digest="34" * 32,
        links={},
        words={**words, "language": "zh-CN"},
    )


@pytest.fixture
def make_dossier() -> Callable[..., Dossier]:
    return dossier_of


@pytest.fixture
def dossier() -> Dossier:
    return dossier_of("甲厂")
