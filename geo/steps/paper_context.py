"""What a paper says: names and texts that its template is filled with, and which of them are not known."""

from collections.abc import Iterable, Sequence

from geo.documents.papers_kinds import PaperKind
from geo.law.proof import Proof
from geo.law.render import part_text
from geo.locale import say, sentences
from geo.model import FACTS
from geo.settings import Settings
from geo.steps.explain import say_source
from geo.steps.paper_facts import Matter, Printed, label_of, value_text
from geo.steps.paper_gates import Grounds, conditions_of, due_of, named_last, settled
from geo.steps.paper_words import (
    articles_text,
    cited,
    coded,
    finding_text,
    money_text,
    move_rows,
    option_text,
    sum_text,
)

CASE_NAMES = ("move_cause", "move_remedy", "served_title", "served_number", "step")
SUM_NAMES = ("sum_yuan", "sum_words", "sum_arithmetic")


def facts_of(kind: PaperKind, matter: Matter, proofs: Iterable[Proof]) -> list[Printed]:
    """Return every fact that the paper prints or rests on, each once."""
    named = [one for each in conditions_of(proofs) for one in (each.fact, each.other)]
    names = dict.fromkeys([*kind.facts, *(name for name in named if name and name in FACTS)])
    return [matter.printed(name) for name in names]


def context_of(
    kind: PaperKind, matter: Matter, grounds: Grounds, facts: Sequence[Printed], settings: Settings
) -> tuple[dict[str, object], list[str]]:
    """Return what the template is filled with, and what is missing of it."""
    values = {one.name: one.value for one in facts}
    fixed = {**_names(kind, matter, settings), **_of_case(grounds), **_sum(kind, grounds)}
    said = {**{name: values[name] for name in values}, **fixed}
    labels = {name: label_of(name) if name in values else say(f"paper.name_{name}") for name in said}
    used = _used(kind)
    missing = [labels[name] for name, value in said.items() if not value and name in used]
    filled: dict[str, object] = {name: value or say("paper.blank", name=labels[name]) for name, value in said.items()}
    in_rows = {item for one in kind.sections if one.kind == "rows" and kind.is_form for item in one.items}
    listed = {
        "grounds": _cited(kind, grounds),
        "findings": [finding_text(one, _rule_title(one, grounds)) for one in grounds.proofs],
        "moves": move_rows(one for one in matter.standings.values() if one.moves),
        "options": [option_text(one) for one in grounds.suggestions],
        "money": [line for one in grounds.money for line in money_text(one)],
        "evidence": [_evidence(one) for one in facts if one.name not in in_rows],
        "source": {one.name: _source(one) for one in facts},
        "missing": say("law.listed").join(missing),
        "grounds_text": _grounds_text(kind, grounds),
        "title": title_of(kind),
        "act": kind.act,
        "date": value_text("as_of", matter.as_of),
        "parcel_id": matter.parcel,
    }
    return {**filled, **listed}, missing


def _used(kind: PaperKind) -> frozenset[str]:
    """Names that the built-in template of a kind prints, so that a blank among them is to be listed."""
    content = " ".join(item for section in kind.sections if section.kind == "text" for item in section.items)
    named = {name for name in ("bureau", "government", "review_body", *CASE_NAMES, *SUM_NAMES)
             if name in content + kind.routes}  # fmt: skip
    heads = set() if kind.is_form else {"document_number", "issuer"}
    return frozenset({*kind.facts, *named, *heads, *({"addressee"} if kind.to else ())})


def _names(kind: PaperKind, matter: Matter, settings: Settings) -> dict[str, str | None]:
    holder = matter.printed("enterprise").value
    signs = {"holder": holder, "government": settings.government, "bureau": settings.bureau, "section": settings.bureau}
    return {
        "issuer": signs[kind.signed_by],
        "addressee": {"holder": holder, "mortgagee": None, "": None}[kind.to],
        "bureau": settings.bureau,
        "government": settings.government,
        "review_body": settings.government if kind.signed_by == "bureau" else None,
    }


def _of_case(grounds: Grounds) -> dict[str, str | None]:
    """Return what the step of the case says: number, cause, remedy, the paper that was served."""
    step = grounds.step
    move = step.standing.reached(step.state.id) if step else None
    standing = step.standing if step else None
    papers = [say(f"paper.kind_{one}") for one in step.state.papers] if step else []
    return {
        "document_number": move.paper if move else None,
        "move_cause": coded("cause", named_last(standing, "cause")) if standing else None,
        "move_remedy": coded("remedy", named_last(standing, "remedy")) if standing else None,
        "served_title": "／".join(papers) or None,
        "served_number": move.paper if move else None,
        "step": step.state.name.zh if step else None,
    }


def _sum(kind: PaperKind, grounds: Grounds) -> dict[str, str | None]:
    """Return the sum that a paper asks for, in figures and in characters, and how it is computed."""
    due = due_of(kind, grounds)
    yuan = settled(due)
    if due is None or due.amount is None or yuan is None:
        return dict.fromkeys(SUM_NAMES)
    words = sentences("zh")
    arithmetic = "；".join(part_text(line, words) for line in due.amount.lines)
    said = f"{yuan:,}{words['paper.unit_yuan']}", sum_text(yuan), arithmetic
    return dict(zip(SUM_NAMES, said, strict=True))


def _grounds_text(kind: PaperKind, grounds: Grounds) -> str:
    if grounds.instrument is None:
        return ""
    article = kind.articles or ((grounds.step.state.article,) if grounds.step else ())
    return cited(grounds.instrument, article)


def _cited(kind: PaperKind, grounds: Grounds) -> list[str]:
    """Return every article that the paper rests on, with how its text stands."""
    lines = []
    if grounds.instrument is not None:
        rules = [one.article for one in grounds.proofs]
        own = kind.articles or ((grounds.step.state.article,) if grounds.step else ())
        how = say(f"law.standing_{grounds.standing}")
        lines.append(f"{cited(grounds.instrument, [*own, *rules])}（{how}）")
    if grounds.step is not None:
        step = grounds.step
        lines.append(say("paper.step", title=step.kind.title.zh, state=step.state.name.zh,
                         article=articles_text([step.state.article])))  # fmt: skip
    return [*lines, *kind.routes_from]


def _rule_title(proof: Proof, grounds: Grounds) -> str:
    return cited(grounds.instrument, [proof.article]) if grounds.instrument else f"《{proof.title.zh}》"


def _evidence(one: Printed) -> dict[str, str]:
    value = one.value if one.value is not None else say("paper.blank", name=one.label)
    return {"name": one.label, "value": value, "source": _source(one)}


def _source(one: Printed) -> str:
    return say_source(one.source, "zh") if one.source else say("paper.not_on_record")


def title_of(kind: PaperKind) -> str:
    """Return what a paper is called."""
    return say(f"paper.kind_{kind.id}")
