"""Write docs/rules.md from the rule files, for lawyers; with --check only say whether it is current."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from geo.law.parse import parse_instrument
from geo.law.rule import Condition, Instrument, Rule
from geo.locale import sentences
from geo.model import FACTS

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "geo" / "law" / "rules"
PAGE = ROOT / "docs" / "rules.md"
ZH, EN = sentences("zh"), sentences("en")

HEADING = """# 规则 Rules

<!-- 由 tools/rules_doc.py 根据 geo/law/rules 生成，请勿手改。Generated from geo/law/rules by tools/rules_doc.py. -->

每条规则：全部条件成立，且没有例外成立，即得出结论。结论只是供人核查的线索。缺少的事实使结论“待查”，不作推定。
摘要是我们自己的话；法律效力以公布的条文和宗地自己的合同为准。

A rule concludes its label when all its conditions hold and none of its exceptions does. A label is an indication for a
person to check. A missing fact leaves the outcome undetermined; nothing is presumed. Summaries are in our own words:
what binds is the published text and the parcel's own contract.

`+ P1Y`, `+ P3M`, `+ P30D`: 按对应日计算的年、月、日（没有对应日的，为月末）。
Years, months and days by the corresponding day (the last day of the month where it has none).

`<`, `>` 不含本数，`<=`, `>=` 含本数。`<`, `>` exclude the limit, `<=`, `>=` include it.
"""


def page(instruments: list[Instrument]) -> str:
    """Return the whole page."""
    parts = [HEADING, *_facts(), *_labels(instruments)]
    for instrument in instruments:
        parts += _instrument(instrument)
    return "\n".join(parts) + "\n"


def _facts() -> Iterator[str]:
    yield "## 事实 Facts\n\n| fact | kind | unit | 中文 | English |\n|---|---|---|---|---|"
    yield f"| `as_of` | date | | {ZH['law.as_of']} | {EN['law.as_of']} |"
    for name, spec in FACTS.items():
        yield f"| `{name}` | {spec.kind} | {spec.unit} | {ZH[f'fact.{name}']} | {EN[f'fact.{name}']} |"


def _labels(instruments: list[Instrument]) -> Iterator[str]:
    yield "\n## 结论 Labels\n\n| label | 中文 | English |\n|---|---|---|"
    for label in sorted({rule.concludes for one in instruments for rule in one.rules if rule.concludes is not None}):
        yield f"| `{label}` | {ZH[f'law.label_{label}']} | {EN[f'law.label_{label}']} |"


def _instrument(one: Instrument) -> Iterator[str]:
    kind = "草案 draft" if one.is_draft else f"{ZH[f'law.basis_{one.basis}']} {EN[f'law.basis_{one.basis}']}"
    yield f"\n## {one.title.zh} {one.title.en}\n"
    yield f"- `{one.id}` ({one.jurisdiction}); {kind}; {one.number or '无文号 no number'}"
    days = {
        "公布 published": one.published_on,
        "施行 in force from": one.in_force_from,
        "失效前最后一日 last day in force": one.last_day_in_force,
        "核对 verified": one.verified_on,
    }
    yield "- " + "; ".join(f"{name} {day}" for name, day in days.items() if day is not None)
    if one.replaces:
        yield f"- 废止 replaces: {', '.join(one.replaces)}"
    if one.applies_to:
        yield f"- 适用 applies to: {_conditions(one.applies_to)}"
    for rule in one.rules:
        if rule.concludes is not None:
            yield from _rule(rule, [other for other in one.rules if other.exception_to == rule.id])


def _rule(rule: Rule, exceptions: list[Rule]) -> Iterator[str]:
    modality = f"{ZH[f'law.modality_{rule.modality}']} {EN[f'law.modality_{rule.modality}']}"
    yield f"\n### `{rule.id}`: 第 {rule.article} 条 art. {rule.article}\n"
    yield f"{rule.summary.zh}\n{rule.summary.en}\n"
    yield f"- 结论 concludes: `{rule.concludes}` ({modality})"
    yield f"- 条件 when: {_conditions(rule.when)}"
    if rule.limb_group is not None:
        yield f"- 同组标准 limb of: `{rule.limb_group}`"
    for exception in exceptions:
        article = f"第 {exception.article} 条 art. {exception.article}"
        yield f"- 除非 unless `{exception.id}` ({article}): {_conditions(exception.when)}"
        yield f"  {exception.summary.zh} {exception.summary.en}"


def _conditions(conditions: tuple[Condition, ...]) -> str:
    return "; ".join(f"`{one.fact} {one.op} {one.text}`" for one in conditions)


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or check it: 1 where it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is stale")
    is_check = parser.parse_args(arguments).check
    files = sorted(RULES.rglob("*.toml"), key=lambda file: (len(file.parent.name), file.as_posix()))
    text = page([parse_instrument(file.read_text("utf-8"), name=file.name) for file in files])
    if not is_check:
        PAGE.write_text(text, "utf-8", newline="\n")
        return 0
    if PAGE.is_file() and PAGE.read_text("utf-8") == text:
        return 0
    print("docs/rules.md is stale: run python tools/rules_doc.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
