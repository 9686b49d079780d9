"""Words of papers: articles and sums of money in Chinese, the reasons of findings, the moves of a case."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from geo.law.calendar import split_period
from geo.law.money import Due
from geo.law.moves import Standing
from geo.law.options import Suggestion
from geo.law.proof import ConditionProof, Proof
from geo.law.render import SIGNS, amount_text, money_lines
from geo.law.rule import AS_OF, Instrument
from geo.locale import say, sentences
from geo.model import FACTS
from geo.steps.case_words import state_name, word
from geo.steps.explain import say_source
from geo.steps.paper_facts import label_of, value_text

DIGITS = "零一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"
ARTICLE = re.compile(r"(\d+)(.*)")
INNER = re.compile(r"\((\d+)\)")


def article_text(article: str) -> str:
    """Write an article as laws are cited; what is not a number stays as it is.

    Examples
    --------
    >>> article_text("14(1)"), article_text("6(4)2"), article_text("preamble")
    ('第十四条（一）', '第六条（四）2', 'preamble')
    """
    found = ARTICLE.fullmatch(article.strip())
    if found is None:
        return article
    inner = INNER.sub(lambda one: f"（{numeral(int(one[1]))}）", found[2])
    return f"第{numeral(int(found[1]))}条{inner}"


def numeral(number: int) -> str:
    """Write a whole number below 1000 in Chinese.

    Examples
    --------
    >>> numeral(5), numeral(10), numeral(16), numeral(120), numeral(308)
    ('五', '十', '十六', '一百二十', '三百零八')
    """
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = (f"{DIGITS[hundreds]}百" if hundreds else "") + ("零" if hundreds and not tens and ones else "")
    if tens:
        text += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    return text + (DIGITS[ones] if ones or not number else "")


def cited(text: Instrument, articles: Iterable[str]) -> str:
    """Write a text with its number and articles."""
    number = f"（{text.number}）" if text.number else ""
    return f"《{text.title.zh}》{number}{articles_text(articles)}"


def articles_text(articles: Iterable[str]) -> str:
    """Write articles, each once; one may itself name several.

    Examples
    --------
    >>> articles_text(["13, 14", "14", "2(1)"])
    '第十三条、第十四条、第二条（一）'
    """
    each = [part for article in articles for part in article.split(", ")]
    return say("law.listed").join(map(article_text, dict.fromkeys(each)))


def sum_text(amount: Decimal) -> str:
    """Write a sum [yuan] in the characters that cannot be altered.

    Examples
    --------
    >>> sum_text(Decimal("2400000")), sum_text(Decimal("10050.30")), sum_text(Decimal("0.05"))
    ('贰佰肆拾万元整', '壹万零伍拾元叁角', '零元伍分')
    """
    cents = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    yuan, rest = divmod(cents, 100)
    text = _formal(yuan) + "元"
    if not rest:
        return text + "整"
    tenths, hundredths = divmod(rest, 10)
    zero = "零" if yuan and not tenths else ""
    return text + (f"{FORMAL[tenths]}角" if tenths else zero) + (f"{FORMAL[hundredths]}分" if hundredths else "")


def _formal(number: int) -> str:
    if not number:
        return FORMAL[0]
    text, is_gap = "", False
    groups = [number // 10 ** (4 * place) % 10**4 for place in range((len(str(number)) - 1) // 4, -1, -1)]
    for left, group in zip(range(len(groups) - 1, -1, -1), groups, strict=True):
        for place, unit in zip((1000, 100, 10, 1), ("仟", "佰", "拾", ""), strict=True):
            digit = group // place % 10
            if digit:
                text, is_gap = text + ("零" if is_gap and text else "") + FORMAL[digit] + unit, False
            else:
                is_gap = True
        text += ("", "万", "亿", "万亿")[left] if group else ""
    return text


def finding_text(proof: Proof, title: str) -> dict[str, object]:
    """Write what one rule says and every condition with its source."""
    outcome = say(f"outcome.{proof.outcome}")
    label = say(f"law.label_{proof.label}")
    heading = say("paper.finding", title=title, label=label, outcome=outcome)
    lines = [proof.summary.zh, *(_condition(one, proof) for one in proof.conditions)]
    if proof.missing:
        lines.append(say("paper.finding_missing", facts=say("law.listed").join(map(label_of, proof.missing))))
    return {"heading": heading, "lines": lines}


def _condition(one: ConditionProof, proof: Proof) -> str:
    truth = say({1: "law.truth_yes", 0: "law.truth_unknown", -1: "law.truth_no"}[one.truth])
    if one.fact == AS_OF and one.other is not None:
        limit = value_text(one.other, None, one.limit_low, one.limit_high) or say("law.unknown")
        source = say_source(one.other_source, "zh")
        named = {"truth": truth, "fact": label_of(one.other) + _period(one.plus), "limit": limit, "source": source}
        return say("paper.condition_day", **named, day=value_text(AS_OF, proof.as_of))
    known = value_text(one.fact, one.value, one.low, one.high) or say("law.unknown")
    is_bounded = FACTS[one.fact].kind == "measure" if one.fact in FACTS else False
    limit = say("paper.condition_limit", op=SIGNS.get(one.op, one.op), limit=_limit(one)) if is_bounded else ""
    source = say_source(one.source, "zh")
    return say("paper.condition", truth=truth, fact=label_of(one.fact), known=known, limit=limit, source=source)


def _limit(one: ConditionProof) -> str:
    """Write the limit of a measure; where it is another fact, its name and what it came to."""
    if one.other is None:
        return one.limit
    return f"{label_of(one.other)} {value_text(one.other, None, one.limit_low, one.limit_high) or say('law.unknown')}"


def _period(period: str | None) -> str:
    """Write the period after a day; nothing where there is none."""
    if not period:
        return ""
    parts = zip(split_period(period), ("year", "month", "day"), strict=True)
    return say("paper.after", period="".join(say(f"law.{unit}", count=count) for count, unit in parts if count))


def move_rows(standings: Iterable[Standing]) -> list[dict[str, str]]:
    """Write the moves of cases as rows of a table."""
    return [
        {
            "day": value_text("moved_on", move.on) or "",
            "state": f"{standing.kind.title.zh}：{state_name(standing.kind, move.state, 'zh')}",
            "paper": move.paper,
            "served": (value_text("served_on", move.served_on) or "") + (f" {move.service_paper}".rstrip()),
            "by": move.by,
        }
        for standing in standings
        for move in standing.moves
    ]


def option_text(one: Suggestion) -> str:
    """Write what may follow, and what is not known of its conditions."""
    missing = say("law.option_missing", facts=say("law.listed").join(map(label_of, one.missing))) if one.missing else ""
    state = say(f"law.option_state_{one.outcome}")
    return say("paper.option", state=state, summary=one.summary.zh, article=article_text(one.article)) + missing


def money_text(due: Due) -> list[str]:
    """Write what is to be paid, line by line: the amount or what is missing for it, and the arithmetic."""
    words = sentences("zh")
    named = {"name": due.formula.summary.zh, "article": article_text(due.formula.article)}
    heading = say("paper.money", **named, amount=amount_text(due, words))
    return [heading, *money_lines(due, words, language="zh")]


def coded(field: str, code: str) -> str | None:
    """Return a cause or a remedy in words; None where none is said."""
    return word(field, code, "zh") if code else None
