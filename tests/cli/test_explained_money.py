"""The idle fee from a bureau's own files, through the command: a sum where all conditions hold, or what is missing."""

from pathlib import Path

import pytest

OK = 0
COMPLETE = ("--complete-through", "2026-10-31")
LEDGER = (
    "宗地号,出让价款,约定动工日期,实际动工日期,施工许可证日期,延误原因,"
    "延期批准日期,现场见施工日期,最后施工日期,复工日期,竣工验收日期\n"
    "甲1,30000000,2025-09-01,无,2025-08-01,,,,,,\n"
)
MOVED = "宗地号,案件类型,案件阶段,办理日期,文书,送达日期,送达回证,延误原因\n"
IDENTIFIED = (
    "甲1,闲置土地,疑似,2026-09-02,立1号,,,\n"
    "甲1,闲置土地,已发调查通知,2026-09-03,调1号,2026-09-03,回证1,\n"
    "甲1,闲置土地,已认定,2026-10-10,认1号,2026-10-12,回证2,企业原因\n"
)
HEARD = "甲1,闲置土地,听证,2026-10-13,听1号,2026-10-14,回证3,\n"


@pytest.fixture
def fee(command, store, write, square):
    """What ``explain`` says of the fee of the only parcel, after the office's files were taken in."""
    assert command("ingest", "parcels", write("p.gpkg", {"甲1": square()})).code == OK

    def told(moves: str, *complete: str) -> list[str]:
        Path("台账.csv").write_text(LEDGER, "utf-8")
        Path("案件办理.csv").write_text(moves, "utf-8")
        assert command("ingest", "ledger", "台账.csv", *COMPLETE).code == OK
        assert command("ingest", "ledger", "案件办理.csv", *complete).code == OK
        said = command("explain", "甲1", "--as-of", "2026-10-31", "--pack", "idle-land-measures-2012")
        assert said.code == OK, said.err
        return [line.strip() for line in said.out.partition("应付金额")[2].splitlines()]

    return told


def test_with_every_condition_on_record_a_fifth_of_the_price_is_told_with_its_arithmetic(fee):
    """Agreed start 2025-09-01, not started on 2026-10-31: 13 full months; 30 million / 5 (rules.md D1 and 1.7)."""
    told = fee(MOVED + IDENTIFIED + HEARD, *COMPLETE)
    assert told[1].startswith("土地闲置费：6,000,000.00 元（")
    assert "20% × 土地出让价款 30,000,000 = 6,000,000.00 元" in told


def test_without_a_word_of_a_hearing_no_sum_is_told_but_that_it_is_missing(fee):
    told = "\n".join(fee(MOVED + IDENTIFIED))
    assert "土地闲置费：未计算" in told
    assert "已告知听证权利" in told
    assert "6,000,000" not in told


def test_where_it_is_on_record_that_no_hearing_was_offered_there_is_no_fee(fee):
    assert "土地闲置费" not in "\n".join(fee(MOVED + IDENTIFIED, *COMPLETE))
