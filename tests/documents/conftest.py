"""A sheet whose texts try everything."""

from datetime import date, time

import pytest
import shapely

from geo.documents.sheet import Sheet, Stop
from geo.locale import sentences

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
    words = {k.removeprefix("patrol.word_"): v for k, v in sentences("zh").items() if k.startswith("patrol.word_")}
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
        words=words,
    )
