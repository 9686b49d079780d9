"""Write docs/rules.md from the rule files, for lawyers; with --check only say whether it is current."""

from pathlib import Path

from generated import keep

from geo.law.inventory import check_inventory
from geo.steps.rules import read_texts
from geo.steps.rules_page import rules_page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules.md"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or check it: 1 where it is stale."""
    instruments = [text.instrument for text in read_texts().values()]
    check_inventory(instruments)
    return keep(PAGE, rules_page(instruments), about=__doc__, arguments=arguments)


if __name__ == "__main__":
    raise SystemExit(main())
