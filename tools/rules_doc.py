"""Write docs/rules.md from the rule files, for lawyers; with --check only say whether it is current."""

import argparse
import sys
from pathlib import Path

from geo.law.inventory import check_inventory
from geo.steps.rules import read_texts
from geo.steps.rules_page import rules_page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules.md"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or check it: 1 where it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is stale")
    is_check = parser.parse_args(arguments).check
    instruments = [text.instrument for text in read_texts().values()]
    check_inventory(instruments)
    text = rules_page(instruments)
    if not is_check:
        PAGE.write_text(text, "utf-8", newline="\n")
        return 0
    if PAGE.is_file() and PAGE.read_text("utf-8") == text:
        return 0
    print("docs/rules.md is stale: run python tools/rules_doc.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
