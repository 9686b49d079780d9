import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "rules_doc.py"


@pytest.fixture
def rules_doc(monkeypatch):
    monkeypatch.syspath_prepend(SCRIPT.parent)
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
