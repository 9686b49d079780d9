"""Papers through the command: written, listed, refused with the reasons, and the templates."""

from pathlib import Path

import pytest

OK, UNUSABLE = 0, 3


@pytest.mark.parametrize("store", ["embedded"], indirect=True)
def test_a_paper_is_written_or_refused_by_its_code_or_its_title(command, store, write, square) -> None:
    assert command("ingest", "parcels", write("p.gpkg", {"甲1": square()})).code == OK
    made = command("paper", "tracking-card", "甲1", "--as-of", "2026-10-31", "--out", "o")
    assert made.code == OK, made.err
    assert Path("o/甲1_建设项目用地跟踪管理卡_2026-10-31.docx").is_file()
    assert "待补正（已在文书中标出）：" in made.out
    refused = command("paper", "闲置土地认定书", "甲1", "--as-of", "2026-10-31", "--out", "o")
    assert refused.code == UNUSABLE
    assert "--override" in refused.err
    assert "现在不能办“认定”" in refused.err
    over = command("paper", "idle-identification", "甲1", "--as-of", "2026-10-31", "--out", "o", "--override", "试印")
    assert over.code == OK
    assert "已印在文书上" in over.out
    unknown = command("paper", "nonsense", "甲1", "--as-of", "2026-10-31")
    assert unknown.code == UNUSABLE
    assert "没有“nonsense”这种文书" in unknown.err


def test_the_kinds_are_listed_and_their_templates_written_once(command) -> None:
    listed = command("paper", "list").out
    assert "idle-fee-decision：征缴土地闲置费决定书；署名：市、县自然资源主管部门" in listed
    assert len(listed.splitlines()) == 21
    assert "已写出 21 个模板" in command("paper", "templates", "--out", "t").out
    assert command("paper", "templates", "--out", "t").code == UNUSABLE
    assert len(list(Path("t").glob("*.docx"))) == 21
