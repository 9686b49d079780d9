"""The page for lawyers: every fact, label, text, rule, option and article, from the rule files."""

from collections.abc import Iterator, Sequence

from geo.law.rule import Clock, Condition, Formula, Instrument, Moment, Option, Part, Rule
from geo.locale import sentences
from geo.model import FACTS

ZH, EN = sentences("zh"), sentences("en")

HEADING = """# 规则 Rules

<!-- 由 parcelwatch rules doc 根据 geo/law/rules 生成，请勿手改。Generated from geo/law/rules; do not edit. -->

每条规则：全部条件成立，且没有例外成立，即得出结论。结论只是供人核查的线索。缺少的事实使结论“待查”，不作推定。
摘要是我们自己的话；法律效力以公布的条文和宗地自己的合同为准。

A rule concludes its label when all its conditions hold and none of its exceptions does. A label is an indication for a
person to check. A missing fact leaves the outcome undetermined; nothing is presumed. Summaries are in our own words:
what binds is the published text and the parcel's own contract.

`+ P1Y`, `+ P3M`, `+ P30D`: 按对应日计算的年、月、日（没有对应日的，为月末）。
Years, months and days by the corresponding day (the last day of the month where it has none).

`<`, `>` 不含本数，`<=`, `>=` 含本数。`<`, `>` exclude the limit, `<=`, `>=` include it.
"""


def rules_page(instruments: Sequence[Instrument]) -> str:
    """Return the whole page: facts, labels, and every text with its rules, its options and what became of its articles.

    Raises
    ------
    KeyError
        A fact or a label has no name in one of the languages.
    """
    parts = [HEADING, *_facts(), *_labels(instruments), *_left_out(instruments)]
    for instrument in instruments:
        parts += _instrument(instrument)
    return "\n".join(parts) + "\n"


def _left_out(instruments: Sequence[Instrument]) -> Iterator[str]:
    yield "\n## 没有收入的条文，和为什么 Left out, and why\n\n| text | article | 中文 | English |\n|---|---|---|---|"
    for one in instruments:
        for clause in one.clauses:
            if clause.why is not None:
                yield f"| `{one.id}` | {clause.article} | {clause.why.zh} | {clause.why.en} |"


def _facts() -> Iterator[str]:
    yield "## 事实 Facts\n\n| fact | kind | unit | 中文 | English |\n|---|---|---|---|---|"
    yield f"| `as_of` | date | | {ZH['law.as_of']} | {EN['law.as_of']} |"
    for name, spec in FACTS.items():
        yield f"| `{name}` | {spec.kind} | {spec.unit} | {ZH[f'fact.{name}']} | {EN[f'fact.{name}']} |"


def _labels(instruments: Sequence[Instrument]) -> Iterator[str]:
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
    if one.verified_on is None:
        yield "- 未与官方文本核对 not compared with the official text"
    if one.is_contractual:
        yield "- 写入合同的，按合同约束 binds by the contract where that took it over: `incorporated_instrument`"
    if not one.rules:
        yield "- 没有规则 no rules"
    if one.replaces:
        yield f"- 废止 replaces: {', '.join(one.replaces)}"
    if one.applies_to:
        yield f"- 适用 applies to: {_conditions(one.applies_to)}"
    for rule in one.rules:
        if rule.concludes is not None:
            yield from _rule(rule, [other for other in one.rules if other.exception_to == rule.id])
    yield from _options(one.options)
    yield from _formulas(one.formulas)
    yield from _clocks(one.clocks)
    yield from _clauses(one)


def _options(options: Sequence[Option]) -> Iterator[str]:
    if options:
        yield "\n### 处置方式、措施和登记限制 Options and locks\n"
        yield "| option | 条 art. | kind | ground | 要点 summary | labels | when |\n|---|---|---|---|---|---|---|"
    for one in options:
        labels = ", ".join(f"`{label}`" for label in one.labels)
        kind, ground = (f"{ZH[key]} {EN[key]}" for key in (f"law.option_{one.kind}", f"law.ground_{one.ground}"))
        modality = f"{ZH[f'law.modality_{one.modality}']} {EN[f'law.modality_{one.modality}']}"
        named = "".join(
            f" {kind}: `{name}`" for kind, name in (("formula", one.formula), ("paper", one.document)) if name
        )
        yield (
            f"| `{one.id}` | {one.article} | {kind}; {modality} | {ground} | {one.summary.zh} {one.summary.en}{named} "
            f"| {labels} | {_conditions(one.when)} |"
        )


def _formulas(formulas: Sequence[Formula]) -> Iterator[str]:
    if formulas:
        yield "\n### 应付金额 Amounts of money\n"
        yield "| formula | 条 art. | 名称 name | 元 yuan | 说明 taken to mean |\n|---|---|---|---|---|"
    for one in formulas:
        sum_of = " + ".join(_part(part) for part in one.parts)
        assumes = f"{one.assumes.zh} {one.assumes.en}" if one.assumes else ""
        yield f"| `{one.id}` | {one.article} | {one.summary.zh} {one.summary.en} | `{sum_of}` | {assumes} |"


def _part(part: Part) -> str:
    share = f" * ({part.of} - {part.less}) / {part.of}" if part.of else ""
    return " * ".join([part.text, *part.facts]) + share


def _clocks(clocks: Sequence[Clock]) -> Iterator[str]:
    if clocks:
        yield "\n### 期限和提醒 Clocks\n"
        yield "| clock | 条 art. | 要点 summary | 由谁 for | 自 from | 至 due | when | done |"
        yield "|---|---|---|---|---|---|---|---|"
    for one in clocks:
        modality = f"{ZH[f'law.modality_{one.modality}']} {EN[f'law.modality_{one.modality}']}"
        role = f"{ZH[f'clock.role_{one.acts}']} {EN[f'clock.role_{one.acts}']}; {modality}"
        due = [f"`{one.yearly}`" if one.yearly else _moment(one.due)]
        due += [f"提前 warned `{one.warns}` before"] if one.warns else []
        due += ["遇休息日顺延 moved to the next working day"] if one.is_act else []
        due += ["过期不再提醒 no longer told of afterwards"] if one.is_reminder else []
        ends = [_conditions(one.done)] + ([f"中止 suspended: {_conditions(one.suspended)}"] if one.suspended else [])
        paper = f" paper: `{one.document}`" if one.document else ""
        yield (
            f"| `{one.id}` | {one.article} | {one.summary.zh} {one.summary.en}{paper} | {role} | {_moment(one.starts)} "
            f"| {'; '.join(due)} | {_conditions(one.when)} | {'; '.join(ends)} |"
        )


def _moment(moment: Moment | None) -> str:
    if moment is None:
        return ""
    moved = {"+ ": moment.plus, "- ": moment.minus, "+ 工作日 working days ": moment.working_days}
    return f"`{moment.fact}{''.join(f' {sign}{period}' for sign, period in moved.items() if period)}`"


def _clauses(one: Instrument) -> Iterator[str]:
    if one.clauses:
        yield "\n### 逐条去向 What became of each article\n\n| 条 article | kind | became |\n|---|---|---|"
    for clause in one.clauses:
        became = ", ".join(f"`{name}`" for name in clause.ids) or "见上 see above"
        yield f"| {clause.article} | {clause.kind} | {became} |"


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
