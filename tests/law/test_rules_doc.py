import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "rules_doc.py"


@pytest.fixture
def rules_doc():
    spec = importlib.util.spec_from_file_location("rules_doc", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_for_lawyers_is_current(rules_doc):
    assert rules_doc.main(["--check"]) == 0


def test_a_stale_or_missing_page_is_noticed_and_written_anew(rules_doc, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(rules_doc, "PAGE", tmp_path / "rules.md")
    assert rules_doc.main(["--check"]) == 1
    assert rules_doc.main([]) == 0
    assert rules_doc.main(["--check"]) == 0
    with (tmp_path / "rules.md").open("a", encoding="utf-8") as page:
        page.write("by hand\n")
    assert rules_doc.main(["--check"]) == 1
    assert "stale" in capsys.readouterr().err


def test_the_page_names_every_rule_and_its_conditions(rules_doc, packs):
    page = rules_doc.page(list(packs.values()))
    for text in packs.values():
        assert text.title.zh in page
        for rule in text.rules:
            assert f"`{rule.id}`" in page
            assert rule.summary.zh in page
    assert "`as_of > agreed_start_on + P1Y`" in page
    assert "`developed_fraction < 1/3`" in page


def test_the_page_says_what_a_text_replaces_and_applies_to(rules_doc, instrument, packs):
    (scope, *_) = packs["idle-land-measures-2012"].rules[0].when
    page = rules_doc.page([instrument([], replaces=("old",), applies_to=(scope,))])
    assert "废止 replaces: old" in page
    assert "适用 applies to: `is_started in false`" in page
