"""A proof as text for people; every word comes from the caller."""

from collections.abc import Iterable, Mapping
from datetime import date

from geo.law.calendar import split_period
from geo.law.money import Amount, Due, Line, Range
from geo.law.options import Suggestion
from geo.law.proof import ConditionProof, ExceptionProof, Plain, Proof
from geo.law.rule import AS_OF, Language
from geo.law.settle import Turn

SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "in": "="}


def render(proof: Proof, words: Mapping[str, str], *, language: Language) -> str:
    """Write a proof as indented lines, the same for the same proof.

    Parameters
    ----------
    words
        Sentences by key. From the table ``law``: ``label_<label>``, ``standing_<standing>``, ``modality_<modality>``,
        ``as_of``, ``yes``, ``no``, ``unknown``, ``between``, ``listed``, ``year``, ``month``, ``day``,
        ``proof_heading``, ``proof_basis``, ``proof_adopted``, ``proof_summary``, ``proof_conditions``,
        ``proof_condition``, ``proof_limit``, ``proof_source``, ``proof_boundary``, ``proof_is_boundary``,
        ``proof_limb_conflict``, ``proof_exception``, ``proof_missing``, ``proof_settles``, ``proof_settles_none``,
        ``truth_yes``, ``truth_unknown``, ``truth_no``, ``proof_clause``, ``proof_turn``, perhaps ``image_<fact>``. From
        elsewhere: ``outcome.<outcome>`` and ``fact.<name>``.
    language
        Which of the two languages of titles and summaries.

    Raises
    ------
    KeyError
        A word is missing.
    """
    return "\n".join(_lines(proof, words, language))


def render_options(suggestions: Iterable[Suggestion], words: Mapping[str, str], *, language: Language) -> str:
    """Write what may follow, each as one line; empty where nothing may.

    Parameters
    ----------
    words
        As for ``render``, and from the table ``law``: ``options_heading``, ``option_line``, ``option_missing``,
        ``option_<kind>``, ``option_state_<outcome>``, ``ground_<ground>``.
    """
    lines = ["  " + _option(one, words, language) for one in suggestions]
    return "\n".join([_say(words, "options_heading"), *lines]) if lines else ""


def _option(one: Suggestion, words: Mapping[str, str], language: Language) -> str:
    missing = _say(words, "option_missing", facts=_names(words, one.missing)) if one.missing else ""
    return _say(
        words,
        "option_line",
        state=_say(words, f"option_state_{one.outcome}"),
        kind=_say(words, f"option_{one.kind}"),
        summary=one.summary.of(language),
        title=one.title.of(language),
        article=one.article,
        modality=_say(words, f"modality_{one.modality}"),
        standing=_say(words, f"standing_{one.standing}"),
        ground=_say(words, f"ground_{one.ground}"),
        missing=missing,
    )


def render_money(due: Iterable[Due], words: Mapping[str, str], *, language: Language) -> str:
    """Write amounts of money, each with its arithmetic; empty where there is none.

    Parameters
    ----------
    words
        As for ``render``, and from the table ``law``: ``ground_<ground>``, ``money_heading``, ``money_line``,
        ``money_yuan``, ``money_between``, ``money_gates``, ``money_missing``, ``money_part``, ``money_share``,
        ``money_known``, ``money_assumes`` and ``money_below_zero``.
    """
    lines = ["  " + line for one in due for line in _money(one, words, language)]
    return "\n".join([_say(words, "money_heading"), *lines]) if lines else ""


def _money(due: Due, words: Mapping[str, str], language: Language) -> Iterable[str]:
    option = due.option
    yield _say(
        words,
        "money_line",
        name=due.formula.summary.of(language),
        amount=amount_text(due, words),
        title=option.title.of(language),
        article=due.formula.article,
        modality=_say(words, f"modality_{option.modality}"),
        standing=_say(words, f"standing_{option.standing}"),
        ground=_say(words, f"ground_{option.ground}"),
    )
    yield from ("  " + line for line in money_lines(due, words, language=language))


def amount_text(due: Due, words: Mapping[str, str]) -> str:
    """Write what an amount comes to, or what is not known of its gates; words as for ``render_money``."""
    if due.amount is None:
        return _say(words, "money_gates", facts=_names(words, due.missing))
    return _yuan(due.amount, words)


def money_lines(due: Due, words: Mapping[str, str], *, language: Language) -> Iterable[str]:
    """Yield the arithmetic of an amount, what is missing for it and what it assumes; words as for ``render_money``."""
    if due.amount is None:
        return
    yield from (part_text(line, words) for line in due.amount.lines)
    if due.missing:
        yield _say(words, "money_missing", facts=_names(words, due.missing))
    if due.amount.is_below_zero:
        yield _say(words, "money_below_zero")
    if due.formula.assumes is not None:
        yield _say(words, "money_assumes", text=due.formula.assumes.of(language))


def part_text(line: Line, words: Mapping[str, str]) -> str:
    """Write one part of a sum as it is computed; words as for ``render_money``."""
    part = line.part
    known = {
        name: _say(words, "money_known", fact=_name(words, name), value=_range(line.known.get(name), words))
        for name in part.named
    }
    facts = " × ".join(known[name] for name in part.facts)
    is_share = part.of is not None and part.less is not None
    share = _say(words, "money_share", of=known[str(part.of)], less=known[str(part.less)]) if is_share else ""
    return _say(words, "money_part", rate=part.text, facts=facts, share=share, amount=_yuan(line, words))


def _yuan(amount: Amount | Line, words: Mapping[str, str]) -> str:
    if amount.low is None or amount.high is None:
        return _say(words, "unknown")
    if amount.low == amount.high:
        return _say(words, "money_yuan", yuan=f"{amount.low:,}")
    return _say(words, "money_between", low=f"{amount.low:,}", high=f"{amount.high:,}")


def _range(known: Range | None, words: Mapping[str, str]) -> str:
    if known is None:
        return _say(words, "unknown")
    low, high = (f"{float(side):,.15g}" for side in known)
    return low if low == high else _say(words, "between", low=low, high=high)


def _lines(proof: Proof, words: Mapping[str, str], language: Language) -> Iterable[str]:
    outcome = words[f"outcome.{proof.outcome}"]
    label = _say(words, f"label_{proof.label}")
    yield _say(words, "proof_heading", parcel_id=proof.parcel_id, as_of=proof.as_of, label=label, outcome=outcome)
    yield "  " + _say(
        words,
        "proof_basis",
        title=proof.title.of(language),
        article=proof.article,
        rule_id=proof.rule_id,
        modality=_say(words, f"modality_{proof.modality}"),
        standing=_say(words, f"standing_{proof.standing}"),
    )
    if proof.adoption is not None:
        by, on = proof.adoption.adopted_by, proof.adoption.adopted_on
        yield "  " + _say(words, "proof_adopted", adopted_by=by, adopted_on=on)
    if proof.clause:
        yield "  " + _say(words, "proof_clause", clause=proof.clause)
    yield "  " + _say(words, "proof_summary", summary=proof.summary.of(language))
    yield "  " + _say(words, "proof_conditions")
    yield from _condition_lines(proof.conditions, words, indent="    ")
    for exception in proof.exceptions:
        yield from _exception_lines(exception, words, language)
    yield from ("  " + line for line in _closing_lines(proof, words))


def _closing_lines(proof: Proof, words: Mapping[str, str]) -> Iterable[str]:
    if proof.is_boundary:
        yield _say(words, "proof_is_boundary")
    if proof.is_limb_conflict:
        yield _say(words, "proof_limb_conflict")
    if proof.missing:
        yield _say(words, "proof_missing", facts=_names(words, proof.missing))
        settles = _names(words, proof.settles)
        yield _say(words, "proof_settles", facts=settles) if settles else _say(words, "proof_settles_none")
    for turn in proof.turns:
        yield _turn(turn, words)


def _turn(turn: Turn, words: Mapping[str, str]) -> str:
    """Write where in its bracket a day settles it; where an image can show that day, which image."""
    outcomes = {"before": words[f"outcome.{turn.before}"], "after": words[f"outcome.{turn.after}"]}
    fact = _name(words, turn.fact)
    said = _say(words, "proof_turn", fact=fact, low=turn.low, high=turn.high, on=turn.on, **outcomes)
    image = f"image_{turn.fact}"
    return said + (_say(words, image, low=turn.low, high=turn.high, on=turn.on) if f"law.{image}" in words else "")


def _exception_lines(exception: ExceptionProof, words: Mapping[str, str], language: Language) -> Iterable[str]:
    yield "  " + _say(
        words,
        "proof_exception",
        article=exception.article,
        rule_id=exception.rule_id,
        summary=exception.summary.of(language),
        truth=_truth(exception.truth, words),
    )
    yield from _condition_lines(exception.conditions, words, indent="    ")


def _condition_lines(conditions: Iterable[ConditionProof], words: Mapping[str, str], *, indent: str) -> Iterable[str]:
    for one in conditions:
        known = _known(one.value, one.low, one.high, words)
        text = _say(
            words,
            "proof_condition",
            truth=_truth(one.truth, words),
            fact=_name(words, one.fact),
            op=SIGNS.get(one.op, one.op),
            limit=_limit(one, words),
            known=known,
            source=_say(words, "proof_source", source=one.source) if one.source else "",
        )
        yield indent + text + (_say(words, "proof_boundary") if one.is_boundary else "")


def _limit(one: ConditionProof, words: Mapping[str, str]) -> str:
    """Write the limit as the rule does and, where it is another fact, what that came to and where it comes from."""
    if one.other is None:
        return {"true": _say(words, "yes"), "false": _say(words, "no")}.get(one.limit, one.limit)
    written = _name(words, one.other) + (f" + {_period(one.plus, words)}" if one.plus else "")
    came_to = _known(None, one.limit_low, one.limit_high, words)
    source = _say(words, "proof_source", source=one.other_source) if one.other_source else ""
    return _say(words, "proof_limit", written=written, known=came_to, source=source)


def _known(value: Plain, low: Plain, high: Plain, words: Mapping[str, str]) -> str:
    if low is None and high is None:
        return _say(words, "unknown") if value is None else _text(value, words)
    if low == high:
        return _text(low, words)
    between = _say(words, "between", low=_text(low, words), high=_text(high, words))
    return between if value is None else f"{_text(value, words)} {between}"


def _text(value: Plain, words: Mapping[str, str]) -> str:
    if value is None:
        return _say(words, "unknown")
    if isinstance(value, bool):
        return _say(words, "yes" if value else "no")
    if isinstance(value, float):
        return f"{value:.6g}"
    return value.isoformat() if isinstance(value, date) else value


def _period(period: str, words: Mapping[str, str]) -> str:
    parts = zip(split_period(period), ("year", "month", "day"), strict=True)
    return " ".join(_say(words, unit, count=count) for count, unit in parts if count)


def _truth(truth: int, words: Mapping[str, str]) -> str:
    return _say(words, {1: "truth_yes", 0: "truth_unknown", -1: "truth_no"}[truth])


def _say(words: Mapping[str, str], key: str, /, **params: object) -> str:
    """One sentence of the table ``law``."""
    return words[f"law.{key}"].format_map(params)


def _name(words: Mapping[str, str], fact: str) -> str:
    return words["law.as_of" if fact == AS_OF else f"fact.{fact}"]


def _names(words: Mapping[str, str], facts: Iterable[str]) -> str:
    return words["law.listed"].join(_name(words, fact) for fact in facts)
