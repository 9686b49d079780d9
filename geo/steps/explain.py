"""Why something is said of a parcel, and what may follow, as text or as JSON; the same bytes for the same file."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from geo.errors import SchemaError
from geo.facts import parse_source
from geo.law.money import Due, amounts_due
from geo.law.options import Suggestion, suggest
from geo.law.proof import Proof, prove
from geo.law.render import render, render_money, render_options
from geo.locale import Language, say, sentences
from geo.registers import REGISTERS
from geo.steps.assess import Assessment, Law

EXPLAIN_SCHEMA = 1
"""Version of the form of the JSON."""


def explain(assessment: Assessment, parcel_id: str, *, language: Language) -> str:
    """Write the proof of everything that is said of one parcel, the rules that lack a fact included.

    Raises
    ------
    SchemaError
        There is no such parcel.
    """
    proofs, suggestions = reasons(assessment, parcel_id, language)
    words = sentences(language)
    parts = [render(proof, words, language=language) for proof in proofs]
    options = render_options(suggestions, words, language=language)
    money = render_money(money_of(assessment, parcel_id, suggestions), words, language=language)
    return "\n\n".join([*parts, *filter(None, [options, money]), say("scan.clue", language)])


def money_of(assessment: Assessment, parcel_id: str, suggestions: list[Suggestion]) -> list[Due]:
    """Compute the money of what is suggested for one parcel: of each an amount, or what is missing for it."""
    return amounts_due(assessment.pack.instruments, assessment.facts, {parcel_id: suggestions}).get(parcel_id, [])


def explain_json(assessment: Assessment, parcel_id: str, *, language: Language) -> str:
    """Write the same as JSON, with sorted keys: for other programs, and to be compared byte by byte.

    Raises
    ------
    SchemaError
        There is no such parcel.
    """
    proofs, suggestions = reasons(assessment, parcel_id, language)
    content = {
        "schema_version": EXPLAIN_SCHEMA,
        "parcel_id": parcel_id,
        "as_of": assessment.evidence.as_of,
        "instruments": assessment.pack.hashes,
        "proofs": [_plain(proof, language) for proof in proofs],
        "options": [_plain(one, language) for one in suggestions],
        "money": [_plain_money(one) for one in money_of(assessment, parcel_id, suggestions)],
        "note": say("scan.clue", language),
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=date.isoformat)


def reasons(assessment: Assessment, parcel_id: str, language: Language) -> tuple[list[Proof], list[Suggestion]]:
    """Prove everything that is said of one parcel, and suggest what may follow; sources are in words.

    Raises
    ------
    SchemaError
        There is no such parcel.
    """
    if parcel_id not in assessment.facts.index:
        near = [name for name in assessment.facts.index if parcel_id in name][:5]
        raise SchemaError("scan.unknown_parcel", parcel=parcel_id, near=" ".join(near) or "-")
    facts, findings = assessment.facts.loc[[parcel_id]], assessment.findings
    law: Law = {
        "as_of": assessment.evidence.as_of,
        "adoptions": assessment.pack.adoptions,
        "asked": assessment.asked,
    }
    sources = assessment.fact_sources.loc[[parcel_id]].map(lambda source: say_source(source, language))
    proofs = prove(assessment.pack.instruments, facts, sources, **law)
    found = findings[findings["parcel_id"] == parcel_id]
    return proofs, suggest(assessment.pack.instruments, facts, found, **law).get(parcel_id, [])


def _plain(reason: Proof | Suggestion, language: Language) -> Mapping[str, object]:
    """Return a proof or a suggestion as plain data, with the sentence of its labels beside them."""
    labels = [reason.label] if isinstance(reason, Proof) else list(reason.labels)
    return {**asdict(reason), "label_names": [say(f"law.label_{label}", language) for label in labels]}


def _plain_money(due: Due) -> Mapping[str, object]:
    """Return an amount as plain data; yuan as texts, so that nothing is lost."""
    amount = due.amount
    parts = [
        {
            "rate": line.part.text,
            "facts": list(line.part.facts),
            "of": line.part.of,
            "less": line.part.less,
            "known": {name: [float(side) for side in known] for name, known in line.known.items()},
            "yuan_low": _text(line.low),
            "yuan_high": _text(line.high),
        }
        for line in (amount.lines if amount else ())
    ]
    return {
        "instrument_id": due.option.instrument_id,
        "option_id": due.option.option_id,
        "formula": due.formula.id,
        "article": due.formula.article,
        "name": due.formula.summary._asdict(),
        "assumes": due.formula.assumes._asdict() if due.formula.assumes else None,
        "yuan_low": _text(amount.low) if amount else None,
        "yuan_high": _text(amount.high) if amount else None,
        "is_below_zero": bool(amount and amount.is_below_zero),
        "sum": parts,
        "missing": list(due.missing),
    }


def _text(yuan: Decimal | None) -> str | None:
    return None if yuan is None else str(yuan)


def say_source(source: str | None, language: Language) -> str:
    """Write a fact's source as people read it."""
    parts = parse_source(source) if isinstance(source, str) else []
    return say("law.listed", language).join(_say_part(kind, detail, language) for kind, detail in parts)


def _say_part(kind: str, detail: str, language: Language) -> str:
    words = sentences(language)
    if kind == "register":
        name, _, row = detail.partition("/")
        return say("source.register", language, register=getattr(REGISTERS[name], language), row=row)
    named = words.get(f"source.{kind}_{detail}")
    shown = words.get(f"fact.{detail}") or _of_registers(detail, language)
    return words[f"source.{kind}"].format_map({"detail": shown}) if named is None else named


def _of_registers(name: str, language: Language) -> str:
    """Return a register or a field of one in words; the text itself where it is neither."""
    if name in REGISTERS:
        return str(getattr(REGISTERS[name], language))
    fields = (register.fields[name] for register in REGISTERS.values() if name in register.fields)
    field = next(fields, None)
    if field is None:
        return name
    return field.zh[0] if language == "zh" else field.en


def suggestions_of(assessment: Assessment) -> dict[str, list[Suggestion]]:
    """Suggest what may follow the findings of every parcel."""
    return suggest(
        assessment.pack.instruments,
        assessment.facts,
        assessment.findings,
        as_of=assessment.evidence.as_of,
        adoptions=assessment.pack.adoptions,
        asked=assessment.asked,
    )
