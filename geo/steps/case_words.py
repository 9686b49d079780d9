"""Cases in sentences: how one stands, which moves are open, and why others are not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pandas as pd

from geo.law.case import CaseKind
from geo.law.moves import Move, Reason, Standing
from geo.law.rule import Adoption
from geo.law.standing import standing as standing_of
from geo.locale import Language, say
from geo.model import FIRST_CASE
from geo.registers import REGISTERS
from geo.steps.cases import read_case_kinds
from geo.steps.rules import read_texts

FIELDS = REGISTERS["case_move"].fields


def state_name(kind: CaseKind, state: str, language: Language) -> str:
    """Return a state in words; the code itself where the case has none of that name."""
    return kind.states[state].name.of(language) if state in kind.states else state


def word(field: str, code: str, language: Language) -> str:
    """Return a coded word of the register, such as a cause or a remedy."""
    said = FIELDS[field].words.get(code)
    return code if said is None or language == "en" else said[0]


def reasons_text(reasons: Iterable[Reason], kind: CaseKind, language: Language) -> str:
    """Say why a move is not open."""
    return say("law.listed", language).join(_reason(one, kind, language) for one in reasons)


def _reason(reason: Reason, kind: CaseKind, language: Language) -> str:
    params = {name: _said(name, value, kind, language) for name, value in reason.params.items()}
    return say(reason.code, language, **params)


def _said(name: str, value: object, kind: CaseKind, language: Language) -> str:
    """Return a parameter of a reason as a person reads it: states and causes by their names."""
    values = value if isinstance(value, tuple) else (value,)
    if name in ("state", "states", "unless"):
        said = [state_name(kind, str(one), language) for one in values if one]
    elif name in ("cause", "causes"):
        said = [word("cause", str(one), language) for one in values if one]
    else:
        said = [one.isoformat() if isinstance(one, date) else str(one) for one in values]
    return say("case.or", language).join(said) or say("case.not_said", language)


def describe_case(
    parcel: str, standing: Standing, *, as_of: date, adoptions: Mapping[str, Adoption], language: Language
) -> list[str]:
    """Say how a case stands on a day, move by move, and what may follow."""
    kind = standing.kind
    number = "" if standing.number == FIRST_CASE else say("case.number", language, number=standing.number)
    names = {"parcel": parcel, "title": kind.title.of(language), "number": number, "day": as_of.isoformat()}
    lines = [
        say("case.heading", language, **names, **_state(standing, language)),
        _basis(kind, as_of, adoptions, language),
    ]
    for move in standing.moves:
        lines.append("  " + _move(move, kind, language))
        if move.state in standing.flaws:
            reasons = reasons_text(standing.flaws[move.state], kind, language)
            lines.append("    " + say("case.flawed", language, reasons=reasons))
    if standing.open:
        lines.append(say("case.open", language))
        lines += ["  " + _open(state, standing, language) for state in standing.open]
    if standing.blocked:
        lines.append(say("case.blocked", language))
        for state, why in standing.blocked.items():
            said = {"state": state_name(kind, state, language), "reasons": reasons_text(why, kind, language)}
            lines.append("  " + say("case.blocked_line", language, **said))
    return lines


def _state(standing: Standing, language: Language) -> dict[str, str]:
    if standing.state is None or standing.since_on is None:
        return {"state": say("case.none", language), "since": "-"}
    return {"state": state_name(standing.kind, standing.state, language), "since": standing.since_on.isoformat()}


def _basis(kind: CaseKind, as_of: date, adoptions: Mapping[str, Adoption], language: Language) -> str:
    text = next(one.instrument for one in read_texts().values() if one.instrument.id == kind.instrument)
    how = standing_of(text, as_of=as_of, adoption=adoptions.get(text.id))
    return say("case.basis", language, title=text.title.of(language), standing=say(f"law.standing_{how}", language))


def _move(move: Move, kind: CaseKind, language: Language) -> str:
    more = [
        say("case.served", language, day=move.served_on.isoformat(), paper=move.service_paper).rstrip()
        if move.served_on
        else "",
        say("case.cause", language, cause=word("cause", move.cause, language)) if move.cause else "",
        say("case.remedy", language, remedy=word("remedy", move.remedy, language)) if move.remedy else "",
    ]
    if kind.states[move.state].is_served and not move.served_on:
        more.insert(0, say("case.not_served", language))
    said = {"day": move.on.isoformat(), "state": state_name(kind, move.state, language), "by": move.by or "-"}
    return say("case.move", language, **said, paper=move.paper or "-", more="".join(more))


def _open(name: str, standing: Standing, language: Language) -> str:
    state = standing.kind.states[name]
    papers = say("law.listed", language).join(say(f"paper.kind_{one}", language) for one in state.papers)
    due = standing.due.get(name)
    more = say("case.due", language, day=due.isoformat()) if due else ""
    who = say(f"case.by_{state.signed_by}", language)
    return say(
        "case.open_line", language, state=state.name.of(language), code=name, article=state.article, who=who,
        papers=papers or "-", more=more,
    )  # fmt: skip


def describe_disputed(case: str, state: str, field: str, said: str, *, language: Language) -> str:
    """Say that several days are said of a move, so that none of them counts."""
    kind = read_case_kinds().get(case)
    names = FIELDS[field]
    return say(
        "case.disputed",
        language,
        state=state_name(kind, state, language) if kind else state,
        field=names.zh[0] if language == "zh" else names.en,
        said=said,
    )


def list_cases(frame: pd.DataFrame, kinds: Mapping[str, CaseKind], language: Language) -> list[str]:
    """Say how each case stands, one line a case."""
    return [_listed(row, kinds[str(row["case"])], language) for row in frame.to_dict("records")]


def _listed(row: Mapping[object, object], kind: CaseKind, language: Language) -> str:
    names = {
        name: _names(str(row[name]).split(), kind, language)
        for name in ("next_moves", "blocked")
        if row[name] is not None
    }
    flawed = say("case.has_flaw", language) if row["is_flawed"] else ""
    due = say("case.due", language, day=row["due_on"]) if isinstance(row["due_on"], date) else ""
    said = {"parcel": row["parcel_id"], "title": kind.title.of(language), "since": row["since_on"]}
    state = state_name(kind, str(row["state"]), language)
    return say("case.listed", language, **said, state=state, next=names["next_moves"] or "-", more=due + flawed)


def _names(states: Sequence[str], kind: CaseKind, language: Language) -> str:
    return say("law.listed", language).join(state_name(kind, state, language) for state in states)
