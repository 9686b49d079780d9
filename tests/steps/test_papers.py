"""Papers about parcels of a store: what they say and from where, and when they are refused."""

import re
import subprocess
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from docx import Document

from geo.documents.papers_kinds import FIXED, PaperKind, Section
from geo.documents.papers_render import render_paper
from geo.documents.papers_template import EVIDENCE, MOVES
from geo.errors import SchemaError
from geo.law.money import Amount, Due
from geo.law.moves import Move
from geo.locale import sentences
from geo.settings import Settings
from geo.steps.case_moves import Said, record_move
from geo.steps.cases import read_case_kinds
from geo.steps.ingest import Options, ingest
from geo.steps.paper_facts import Printed, label_of
from geo.steps.paper_gates import check_paper
from geo.steps.papers import Wanted, built_in, read_paper_kinds, write_paper, write_templates
from geo.store import create_store, open_store

KNOWN_AT = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
DAY = date(2026, 10, 31)
HOSTILE = "甲&乙<b>{{ 7*7 }}{% raw %}{_{x}_}有限公司"
COLUMNS = (
    "宗地号,合同编号,企业名称,出让价款（元）,实供面积（平方米）,约定动工日期,约定竣工日期,延期批准日期,"
    "实际动工日期,施工许可证日期,现场见施工日期,竣工验收日期,最后施工日期,最后见施工日期,首次见停工日期,复工日期"
)
LEDGER = f"""{COLUMNS}
甲1,合1,{HOSTILE},12345678,10000,2025-03-01,2027-03-01,无,,,无,,无,无,无,无
甲2,合2,乙厂,1000000,10000,2025-03-01,2027-03-01,无,2025-02-01,2025-01-15,2025-02-03,,2026-09-01,,,
"""
CAUSES = "宗地号,延误原因,原因起始日期,原因终止日期,原因证明文件\n甲2,企业原因,2025-03-01,2025-04-01,证1\n"
VISITS = "宗地号,核查日期,核查人员,企业说明\n甲1,2026-05-20,张三、李四,资金未到位\n"
FLOW = [
    Move(state="suspected", on=date(2026, 6, 1), by="张三", paper="立1"),
    Move(
        state="investigation_notice", on=date(2026, 6, 3), by="张三", paper="调〔2026〕1号", served_on=date(2026, 6, 5)
    ),
    Move(state="answered", on=date(2026, 6, 20), by="张三", paper="答1"),
    Move(
        state="identified",
        on=date(2026, 7, 10),
        by="张三",
        paper="认1",
        served_on=date(2026, 7, 12),
        cause="enterprise",
    ),
    Move(state="filed", on=date(2026, 7, 15), by="张三", paper="备1"),
    Move(state="hearing", on=date(2026, 7, 20), by="张三", paper="听1", served_on=date(2026, 7, 21)),
    Move(state="heard", on=date(2026, 7, 28), by="张三", paper="笔1"),
    Move(state="approval", on=date(2026, 8, 20), by="张三", paper="批1", remedy="fee"),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    """A store with two parcels, and the case of the first one up to the approval of a fee."""
    folder = tmp_path_factory.mktemp("papers")
    squares = [shapely.box(500_000 + x, 3_300_000, 500_100 + x, 3_300_100) for x in (0, 200)]
    gpd.GeoDataFrame({"宗地号": ["甲1", "甲2"]}, geometry=squares, crs=4549).to_file(folder / "p.gpkg")
    (folder / "台账.csv").write_text(LEDGER, "utf-8")
    (folder / "延误原因.csv").write_text(CAUSES, "utf-8")
    (folder / "现场核查.csv").write_text(VISITS, "utf-8")
    address = str(folder / "parcelwatch.gpkg")
    create_store(address)
    engine = open_store(address)
    ingest(engine, "parcels", [folder / "p.gpkg"], options=Options(), known_at=KNOWN_AT)
    for name in ("台账", "现场核查", "延误原因"):
        ingest(engine, "ledger", [folder / f"{name}.csv"], options=Options(complete_through=DAY), known_at=KNOWN_AT)
    for move in FLOW:
        record_move(engine, Said(parcel="甲1", case="idle", move=move), known_at=KNOWN_AT, language="zh")
    return Settings(store=address, bureau="某县自然资源局", government="某县人民政府")


@pytest.fixture
def write(settings, tmp_path) -> Callable[..., tuple[str, object]]:
    """Writes a paper about the first parcel; gives its text and what was written."""

    def write(kind: str, *, as_of: date = DAY, parcel: str = "甲1", using: Settings = settings, **more: str):
        wanted = Wanted(kind=kind, parcel=parcel, as_of=as_of, **more)
        written = write_paper(open_store(using.store), using, wanted, tmp_path, known_at=KNOWN_AT)
        return read(written.path), written

    return write


def read(path: Path) -> str:
    paper = Document(BytesIO(path.read_bytes()))
    cells = [" | ".join(cell.text for cell in row.cells) for table in paper.tables for row in table.rows]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def refusal(write, kind: str, **more: object) -> str:
    with pytest.raises(SchemaError) as caught:
        write(kind, **more)
    assert caught.value.code == "paper.refused"
    return str(caught.value.params["reasons"])


def test_an_investigation_notice_says_facts_with_sources_articles_with_numbers_and_who_signs(write) -> None:
    text, written = write("idle-investigation-notice")
    assert text.startswith("某县自然资源局\n闲置土地调查通知书\n调〔2026〕1号\n")
    assert f"{HOSTILE}：" in text
    assert "《闲置土地处置办法》（国土资源部令第53号）第五条、第六条、第七条" in text
    assert "第二条（一）：疑似闲置" in text
    assert "约定动工日（含延期） | 2025年3月1日 | 台账第 2 行" in text
    assert "某县自然资源局\n（盖章）\n2026年10月31日" in text
    assert "49" not in text
    assert not written.missing
    assert not written.spite


def test_a_decision_states_review_and_suit_with_their_periods(write) -> None:
    text, _ = write("idle-identification")
    assert "六十日内依法向某县人民政府申请行政复议" in text
    assert "六个月内依法向有管辖权的人民法院提起行政诉讼" in text
    assert "《中华人民共和国行政复议法》第二十条" in text
    assert "闲置的原因为：企业原因。" in text


def test_what_is_not_known_is_a_visible_blank_and_is_listed(write, settings) -> None:
    text, written = write("idle-identification", using=replace(settings, bureau="", government=""))
    assert "〔待补：统一社会信用代码〕" in text
    assert "尚待补正：" in text
    assert {"统一社会信用代码", "发文机关", "行政复议机关"} <= set(written.missing)


def test_a_paper_whose_move_is_not_open_is_refused_and_says_what_is_missing(write) -> None:
    why = refusal(write, "idle-identification", as_of=date(2026, 6, 10))
    assert "现在不能办“认定”" in why
    assert "期限至" in why
    assert "须先“疑似”" in refusal(write, "idle-investigation-notice", as_of=date(2026, 5, 1))


def test_an_override_is_printed_on_the_paper_with_every_reason(write) -> None:
    text, written = write("idle-identification", as_of=date(2026, 6, 10), override="局长批示 <1> & {{ x }}")
    assert text.startswith("【特别印制】")
    assert "仍予印制的理由：局长批示 <1> & {{ x }}" in text
    assert all(f"{why}。" in text for why in written.spite)
    assert "仍予印制" not in write("idle-identification", override="多余")[0]
    refusal(write, "idle-identification", as_of=date(2026, 6, 10), override="  ")


def test_a_paper_without_a_finding_is_refused(write) -> None:
    assert "没有可据以出具的认定（疑似闲置）" in refusal(write, "idle-identification", parcel="甲2")


def test_no_paper_rests_on_a_draft_adopted_or_not_unless_the_contract_took_it_over(write) -> None:
    why = refusal(write, "low-efficiency-identification-notice")
    assert "送审稿）》草案，无约束力，不能作为对外文书的依据" in why
    text, _ = write("low-efficiency-identification-notice", override="试用")
    assert "送审稿）》草案，无约束力" in text.split("理由：试用")[0]


def test_a_fee_is_decided_only_where_the_conditions_of_the_article_are_known_to_hold(write) -> None:
    early = refusal(write, "idle-fee-decision", as_of=date(2026, 7, 15))
    assert "批准的处置方式是未写明，不是征缴土地闲置费" in early
    assert "第十四条（一）" in early
    text, written = write("idle-fee-decision")
    assert not written.spite
    assert "计2,469,135.60元（大写：贰佰肆拾陆万玖仟壹佰叁拾伍元陆角；计算：20% × " in text
    assert "土地出让价款 12,345,678 = 2,469,135.60 元）" in text


def test_land_on_which_works_began_is_never_charged_a_fee(write) -> None:
    why = refusal(write, "idle-fee-decision", parcel="甲2")
    assert "不具备第十四条（一）的条件" in why
    assert "不列金额" in why
    text, written = write("idle-fee-decision", parcel="甲2", override="试印")
    assert "计〔待补：金额〕（大写：〔待补：大写金额〕；计算：〔待补：金额的算式〕）" in text
    assert {"金额", "大写金额", "金额的算式"} <= set(written.missing)


def test_a_plan_shows_money_with_its_arithmetic_or_what_is_not_known_of_its_conditions(write) -> None:
    text, _ = write("disposal-plan", case="idle")
    assert "· 土地闲置费（第十四条（一））：2,469,135.60 元\n20% × 土地出让价款 12,345,678 = 2,469,135.60 元\n" in text
    early, _ = write("disposal-plan", case="idle", as_of=date(2026, 7, 15))
    assert "· 土地闲置费（第十四条（一））：未计算，条件尚待查明：" in early
    assert "2,469,135" not in early


def sum_of(low: str | None, high: str | None, missing: tuple[str, ...] = ()) -> SimpleNamespace:
    bounds = [None if side is None else Decimal(side) for side in (low, high)]
    due = Due(SimpleNamespace(document="x"), SimpleNamespace(), Amount(*bounds, (), missing))
    return SimpleNamespace(instrument=None, standing="in_force", proofs=(), suggestions=(), step=None, money=(due,))


@pytest.mark.parametrize(
    ("money", "why"),
    [
        (sum_of(None, None, ("price_yuan",)), "算不出，缺：土地出让价款"),
        (sum_of("1.00", "2.00"), "1.00 至 2.00 元"),
        (sum_of("-1.00", "-1.00"), "-1.00 元"),
        (sum_of("1.00", "1.00"), ""),
    ],
)
def test_a_paper_for_money_asks_for_one_sum_above_zero(money, why) -> None:
    asks = Section("text", ("计{{ sum_yuan }}",))
    kind = PaperKind(id="x", form="notice", instrument="", articles=(), signed_by="bureau", sections=(asks,))
    assert check_paper(kind, money, clue([]), []) == ([f"金额还定不下来：{why}"] if why else [])


def test_a_paper_of_another_remedy_than_the_one_approved_is_refused(write) -> None:
    assert "批准的处置方式是征缴土地闲置费，不是无偿收回" in refusal(write, "idle-reclaim-decision")


def test_a_proof_of_service_names_the_paper_that_it_proves(write) -> None:
    text, _ = write("proof-of-service", case="idle", state="hearing")
    assert "《听证告知书》；文号：听1。" in text
    assert "没有可送达的文书" in refusal(write, "proof-of-service", case="low_efficiency", state="disposal")


def test_an_internal_sheet_is_never_refused_but_says_what_is_not_so_yet(write) -> None:
    text, _ = write("file-index", case="idle", state="closed")
    assert text.startswith("【审核提示】")
    assert "须先“处置”" in text
    assert "2026年7月10日 | 闲置土地案件：认定 | 认1 | 2026年7月12日 | 张三" in text


def test_which_step_is_asked_where_there_are_several(write) -> None:
    with pytest.raises(SchemaError) as caught:
        write("interview-record")
    assert caught.value.code == "paper.which_step"
    assert "--case idle --to heard" in str(caught.value.params["known"])
    with pytest.raises(SchemaError) as caught:
        write("hearing-notice", case="low_efficiency")
    assert caught.value.code == "paper.no_step"


@pytest.mark.parametrize(
    ("kind", "parcel", "code"), [("x", "甲1", "paper.unknown_kind"), ("file-index", "甲", "scan.unknown_parcel")]
)
def test_what_there_is_not_is_said_so(write, kind, parcel, code) -> None:
    with pytest.raises(SchemaError) as caught:
        write(kind, parcel=parcel, case="idle" if kind != "x" else "")
    assert caught.value.code == code


def test_two_papers_are_equal_to_the_byte(write) -> None:
    first = write("idle-identification")[1].path.read_bytes()
    assert first == write("idle-identification")[1].path.read_bytes()


def test_a_bureaus_own_template_goes_before_the_built_in_and_the_override_is_printed_on_it_too(
    write, settings, tmp_path
) -> None:
    own = tmp_path / "own"
    assert len(write_templates(own)) == len(read_paper_kinds())
    with pytest.raises(SchemaError):
        write_templates(own)
    paper = Document()
    paper.add_paragraph("本局自拟：{{ enterprise }}")
    paper.save(own / "idle-identification.docx")
    using = replace(settings, paper_templates=str(own))
    assert write("idle-identification", using=using)[0] == f"本局自拟：{HOSTILE}"
    stamped, _ = write("idle-identification", using=using, as_of=date(2026, 6, 10), override="试印")
    assert "理由：试印" in stamped
    assert write("approval-sheet", using=using, case="idle", state="approval")[0].startswith("内部审批表")


def clue(visits: list[str]) -> SimpleNamespace:
    views = pd.DataFrame({"scene_id": ["S1"], "acquired_at": pd.to_datetime(["2026-05-01T02:59:00Z"])})
    frame = pd.DataFrame({"visited_on": pd.to_datetime(visits)})
    evidence = SimpleNamespace(observations=views)
    return SimpleNamespace(assessment=SimpleNamespace(evidence=evidence), visits=lambda: frame)


@pytest.mark.parametrize(
    ("visits", "source", "is_refused"),
    [
        ([], "scene:S1", True),
        (["2026-04-30"], "scene:S1; ledger:1", True),
        (["2026-05-01"], "scene:S1", False),
        ([], "ledger:1", False),
    ],
)
def test_a_clue_from_images_needs_a_visit_since_the_image(visits, source, is_refused) -> None:
    kind = PaperKind(id="x", form="notice", instrument="", articles=(), signed_by="bureau", sections=())
    grounds = SimpleNamespace(instrument=None, standing="in_force", proofs=(), suggestions=(), step=None)
    facts = [Printed("developed_fraction", "已开发面积占应开发面积", "10%", source)]
    why = check_paper(kind, grounds, clue(visits), facts)
    assert bool(why) is is_refused
    assert not why or "影像只是线索" in why[0]


def test_every_paper_of_a_case_exists_is_signed_by_who_signs_its_step_and_has_a_title() -> None:
    kinds, names = read_paper_kinds(), sentences("zh")
    for case in read_case_kinds().values():
        for state in case.states.values():
            for paper in state.papers:
                kind = kinds[paper]
                assert kind.is_form or kind.signed_by == state.signed_by, (state.id, paper)
    titles = {name for name in names if name.startswith("paper.kind_")}
    assert titles == {f"paper.kind_{name}" for name in kinds}
    for kind in kinds.values():
        assert all(label_of(fact) != fact for fact in kind.facts), kind.id


def test_every_paper_is_printed_by_a_real_office_with_its_fonts(office, tmp_path) -> None:
    texts: dict[str, object] = dict.fromkeys(FIXED | {"missing"}, HOSTILE)
    lists = {
        "grounds": [HOSTILE],
        "options": [HOSTILE],
        "money": [HOSTILE],
        "findings": [{"heading": HOSTILE, "lines": [HOSTILE]}],
    }
    rows = {"moves": [dict.fromkeys(MOVES, HOSTILE)], "evidence": [dict.fromkeys(EVIDENCE, HOSTILE)]}
    paths = [tmp_path / f"{name}.docx" for name in read_paper_kinds()]
    for path, kind in zip(paths, read_paper_kinds().values(), strict=True):
        facts = dict.fromkeys(kind.facts, HOSTILE)
        said = {**texts, **lists, **rows, **facts, "source": facts}
        path.write_bytes(render_paper(built_in(kind), said, stamp=[HOSTILE], made_on=DAY, file=path.name))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    program = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
    subprocess.run([*program, *paths], check=True, capture_output=True, timeout=180)
    for path in paths:
        content = path.with_suffix(".pdf").read_bytes()
        assert b"/FontFile" in content, path.name
        assert set(HOSTILE) - {" "} <= glyphs(content), path.name


def glyphs(pdf: bytes) -> set[str]:
    """Return the characters that the embedded fonts of a PDF have and name."""
    found: set[str] = set()
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            text = zlib.decompress(stream)
            if b"begincmap" in text:
                said = re.findall(rb"<[0-9A-F]+>\s*<([0-9A-F]+)>", text)
                found |= {one for code in said for one in bytes.fromhex(code.decode()).decode("utf-16-be", "replace")}
    return found
