"""A page that is made from data: written anew, or compared with what stands in the checkout."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def keep(page: Path, text: str, *, about: str | None, arguments: Sequence[str] | None = None) -> int:
    """Write a page, or with ``--check`` only say whether it is current: 1 where it is stale."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is stale")
    if not parser.parse_args(arguments).check:
        page.write_text(text, "utf-8", newline="\n")
        return 0
    if page.is_file() and page.read_text("utf-8") == text:
        return 0
    print(f"docs/{page.name} is stale: run `make docs`", file=sys.stderr)
    return 1
