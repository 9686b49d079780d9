"""Cases through the command, on either store: moves of people are written down, and none that is out of order."""

from pathlib import Path

import pandas as pd
import pytest

from geo.store import open_store, read_registers

OK, UNUSABLE = 0, 3
MOVE = ("--case", "idle", "--by", "张三")


@pytest.fixture
def case(command, store, write, square):
    """The commands of cases, in a store with one parcel."""
    assert command("ingest", "parcels", write("p.gpkg", {"甲1": square()})).code == OK
    return lambda *arguments: command("case", *arguments)


def begin(case) -> None:
    said = case("move", "甲1", *MOVE, "--to", "suspected", "--on", "2026-08-03", "--paper", "立〔2026〕1号")
    assert said.code == OK, said.err
    served = ("--served", "2026-08-07", "--service-paper", "回证1")
    notice = ("--to", "investigation_notice", "--on", "2026-08-05", "--paper", "调〔2026〕1号")
    assert case("move", "甲1", *MOVE, *notice, *served).code == OK


def test_a_case_goes_its_way_move_by_move(case, store) -> None:
    begin(case)
    identify = ("move", "甲1", *MOVE, "--to", "identified", "--paper", "认〔2026〕1号", "--cause", "企业原因")
    early = case(*identify, "--on", "2026-09-07")
    assert early.code == UNUSABLE
    assert "期限至 2026-09-07" in early.err
    assert case(*identify, "--on", "2026-09-08").code == OK
    assert (
        case("serve", "甲1", "--case", "idle", "--to", "identified", "--on", "2026-09-09", "--paper", "回证2").code
        == OK
    )
    shown = case("show", "甲1", "--as-of", "2026-10-31").out
    assert "认定（自 2026-09-08）" in shown
    assert "2026-09-09 送达 回证2" in shown
    assert "原因：企业原因" in shown
    assert "听证告知（hearing）：第 15 条；署名：市、县自然资源主管部门；文书：听证告知书" in shown
    assert "程序不代走任何一步" in shown
    assert "发调查通知（自 2026-08-05）" in case("show", "甲1", "--as-of", "2026-08-31").out
    assert "甲1 闲置土地案件：认定" in case("list", "--as-of", "2026-10-31").out
    with open_store(store).connect() as conn:
        rows = read_registers(conn)["case_move"].set_index("case_stage")
    assert rows.loc["identified", "served_on"] == pd.Timestamp(2026, 9, 9)


def test_a_move_that_is_not_open_writes_nothing(case, store) -> None:
    refused = case("move", "甲1", *MOVE, "--to", "identified", "--on", "2026-09-08", "--paper", "1")
    assert refused.code == UNUSABLE
    assert "现在不能办“认定”" in refused.err
    assert "没有案件记录" in case("show", "甲1", "--as-of", "2026-10-31").out
    assert "没有案件记录" in case("list", "--as-of", "2026-10-31").out
    with open_store(store).connect() as conn:
        assert read_registers(conn)["case_move"].empty


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("乙", *MOVE, "--to", "suspected", "--on", "2026-08-03"), "乙"),
        (("甲1", "--case", "other", "--by", "张三", "--to", "suspected", "--on", "2026-08-03"), "没有“other”这类案件"),
        (("甲1", *MOVE, "--to", "nonsense", "--on", "2026-08-03"), "没有“nonsense”这个状态"),
        (("甲1", *MOVE, "--to", "suspected", "--on", "2999-08-03"), "还没有到"),
        (("甲1", *MOVE, "--to", "suspected", "--on", "2026-08-03", "--served", "2026-08-01"), "早于办理日期"),
        (("甲1", *MOVE, "--to", "suspected", "--on", "2026-08-03", "--cause", "天意"), "不认识“天意”"),
    ],
)
def test_what_cannot_be_a_move_is_refused_with_a_sentence(case, arguments, says) -> None:
    refused = case("move", *arguments, "--paper", "1")
    assert refused.code == UNUSABLE
    assert says in refused.err


def test_a_move_taken_back_is_gone_but_not_forgotten_and_can_be_made_again(case, command) -> None:
    begin(case)
    notice = ("--case", "idle", "--to", "investigation_notice")
    assert case("retract", "甲1", *notice, "--by", "李四", "--paper", "更正1号").code == OK
    assert "疑似（自 2026-08-03）" in case("show", "甲1", "--as-of", "2026-10-31").out
    assert "2026-08-05" in command("history", "甲1").out
    assert case("retract", "甲1", *notice, "--by", "李四", "--paper", "更正2号").code == UNUSABLE
    assert case("serve", "甲1", *notice, "--on", "2026-08-09", "--paper", "回证").code == UNUSABLE
    again = ("--by", "张三", "--on", "2026-08-10", "--paper", "调〔2026〕2号")
    assert case("move", "甲1", *notice, *again).code == OK
    shown = case("show", "甲1", "--as-of", "2026-10-31").out
    assert "2026-08-10 发调查通知；文号 调〔2026〕2号；办理人 张三；尚无送达日期" in shown


def test_moves_of_an_imported_register_are_kept_and_flagged(case, command) -> None:
    rows = "宗地号,案件类型,案件阶段,办理日期,文书\n甲1,闲置,已认定,2026-09-08,认1\n甲1,闲置,疑似,2026-08-03,立1\n"
    Path("案件办理.csv").write_text(rows, "utf-8")
    assert command("ingest", "ledger", "案件办理.csv").code == OK
    shown = case("show", "甲1", "--as-of", "2026-10-31").out
    assert "次序不合：“发调查通知”的文书尚无送达记录（第 5 条）" in shown
    assert "有次序不合的步骤" in case("list", "--as-of", "2026-10-31").out


def test_a_mortgage_on_record_must_be_told_before_the_approval(case, command) -> None:
    begin(case)
    Path("限制.csv").write_text("宗地号,限制类型,限制起始日期\n甲1,抵押,2020-01-01\n", "utf-8")
    assert command("ingest", "ledger", "限制.csv").code == OK
    identify = (
        "--to",
        "identified",
        "--on",
        "2026-09-08",
        "--paper",
        "认1",
        "--served",
        "2026-09-08",
        "--cause",
        "政府原因",
    )
    assert case("move", "甲1", *MOVE, *identify).code == OK
    assert case("move", "甲1", *MOVE, "--to", "filed", "--on", "2026-09-09", "--paper", "备1").code == OK
    approve = ("move", "甲1", *MOVE, "--to", "approval", "--paper", "批1", "--remedy", "延长动工期限")
    refused = case(*approve, "--on", "2026-09-20")
    assert "须先“告知抵押权人”" in refused.err
    assert case("move", "甲1", *MOVE, "--to", "mortgagee_told", "--on", "2026-09-10", "--paper", "抵1").code == OK
    assert case(*approve, "--on", "2026-09-20").code == OK
    english = case("show", "甲1", "--as-of", "2026-10-31")
    assert "处置方式：延长动工期限" in english.out


def test_a_day_of_which_several_are_said_is_named(case, command) -> None:
    rows = "宗地号,案件类型,案件阶段,办理日期,文书\n甲1,闲置,疑似,2026-08-03,立1\n甲1,闲置,疑似,2026-08-04,立1\n"
    Path("案件办理.csv").write_text(rows, "utf-8")
    command("ingest", "ledger", "案件办理.csv")
    shown = case("show", "甲1", "--as-of", "2026-10-31").out
    assert "“疑似”的办理日期说法不一" in shown
    assert "未计入" in shown
