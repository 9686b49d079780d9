"""A kind of case as data: its states, what each needs first, by which paper it is reached and who signs that."""

import tomllib
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from geo.law.calendar import is_period
from geo.law.keys import Place, bilingual, check_identifier, check_keys, check_texts, check_word
from geo.law.rule import Bilingual

Signatory = Literal["holder", "section", "bureau", "government"]
NeedKind = Literal["reached", "served", "waited", "cause"]

CASE_KEYS = {"id": str, "title": dict, "instrument": str, "label": str, "state": list}
STATE_KEYS = {
    "id": str,
    "name": dict,
    "article": str,
    "signed_by": str,
    "papers": list,
    "is_served": bool,
    "is_end": bool,
    "before": list,
    "due": dict,
    "needs": list,
}
DUE_KEYS = {"after": str, "period": str, "article": str}
NEED_KEYS = {
    "reached": list,
    "served": str,
    "waited": str,
    "cause": list,
    "period": str,
    "working_days": int,
    "unless": str,
    "when_cause": list,
    "when_remedy": list,
    "when_mortgaged": bool,
    "article": str,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What must be so before a state is reached.

    Attributes
    ----------
    kind
        ``reached``: one of ``states`` was; ``served``: the paper of the one state was; ``waited``: it was, and the
        period (``period``, or ``working_days``) has passed since, or ``unless`` was reached; ``cause``: the cause that
        was identified is one of ``causes``.
    when_cause, when_remedy, when_mortgaged
        It is needed only then. A cause or a remedy that nobody has said yet counts as one of them.
    """

    kind: NeedKind
    article: str
    states: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    period: str = ""
    working_days: int = 0
    unless: str = ""
    when_cause: tuple[str, ...] = ()
    when_remedy: tuple[str, ...] = ()
    when_mortgaged: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Within which period of another state, or of the service of its paper, a state is to be reached."""

    after: str
    period: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a case.

    Attributes
    ----------
    papers
        Kinds of paper by which it is reached; none where only a number of another office's paper is kept.
    is_served
        The paper is served, and periods run from its service.
    before
        States after any of which this one can no longer be reached.
    """

    id: str
    name: Bilingual
    article: str
    signed_by: Signatory
    papers: tuple[str, ...]
    is_served: bool
    is_end: bool
    before: tuple[str, ...]
    due: Due | None
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKind:
    """A kind of case: the instrument it follows, the label it begins with, its states by id in their usual order."""

    id: str
    title: Bilingual
    instrument: str
    label: str
    states: dict[str, State]


def parse_case(text: str, *, name: str) -> CaseKind:
    """Return the kind of case that a file describes.

    Parameters
    ----------
    name
        Of the file, for errors.

    Raises
    ------
    RuleFormatError
        The text is not TOML, has an unknown key or word, or names a state that it does not declare.
    """
    place = Place(name)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise place.refuse("law.not_toml", why=str(error)) from error
    table = check_keys(found, CASE_KEYS, "id title instrument label state", place, name="")
    check_identifier(table, "id", place)
    states = [_state(one, Place(name, f"[[state]] {n}")) for n, one in enumerate(table["state"], 1)]
    kind = CaseKind(
        id=table["id"],
        title=bilingual(table, "title", place),
        instrument=table["instrument"],
        label=table["label"],
        states={state.id: state for state in states},
    )
    if len(kind.states) < len(states):
        raise place.refuse("law.repeated_rule")
    for state in states:
        _check_named(state, kind, Place(name, state.id))
    return kind


def _state(found: object, place: Place) -> State:
    table = check_keys(found, STATE_KEYS, "id name article signed_by needs", place, name="state")
    check_identifier(table, "id", place)
    return State(
        id=table["id"],
        name=bilingual(table, "name", place),
        article=table["article"],
        signed_by=cast("Signatory", check_word(table, "signed_by", get_args(Signatory), place)),
        papers=check_texts(table, "papers", place),
        is_served=table.get("is_served", False),
        is_end=table.get("is_end", False),
        before=check_texts(table, "before", place),
        due=_due(table["due"], place) if "due" in table else None,
        needs=tuple(_need(one, place) for one in table["needs"]),
    )


def _due(found: object, place: Place) -> Due:
    table = check_keys(found, DUE_KEYS, "after period article", place, name="due")
    _check_period(table, place)
    return Due(table["after"], table["period"], table["article"])


def _need(found: object, place: Place) -> Need:
    table = check_keys(found, NEED_KEYS, "article", place, name="needs")
    kinds = [kind for kind in get_args(NeedKind) if kind in table]
    if len(kinds) != 1:
        raise place.refuse("law.missing_key", key=" / ".join(get_args(NeedKind)))
    kind = cast("NeedKind", kinds[0])
    if kind == "waited" and ("period" in table) == ("working_days" in table):
        raise place.refuse("law.missing_key", key="period / working_days")
    _check_period(table, place)
    return Need(
        kind=kind,
        article=table["article"],
        states=_states(table, kind, place),
        causes=check_texts(table, "cause", place),
        period=table.get("period", ""),
        working_days=table.get("working_days", 0),
        unless=table.get("unless", ""),
        when_cause=check_texts(table, "when_cause", place),
        when_remedy=check_texts(table, "when_remedy", place),
        when_mortgaged=table.get("when_mortgaged", False),
    )


def _states(table: dict[str, Any], kind: NeedKind, place: Place) -> tuple[str, ...]:
    return check_texts(table, kind, place) if kind == "reached" else (table[kind],) if kind != "cause" else ()


def _check_period(table: dict[str, Any], place: Place) -> None:
    if "period" in table and not is_period(table["period"]):
        raise place.refuse("law.not_a_period", period=table["period"])


def _check_named(state: State, kind: CaseKind, place: Place) -> None:
    """Refuse a state that names one that is not there, or waits for the service of a paper that is not served."""
    due = (state.due.after,) if state.due else ()
    needed = [(need, name) for need in state.needs for name in (*need.states, *filter(None, [need.unless]))]
    for name in (*state.before, *due, *(name for _, name in needed)):
        if name not in kind.states:
            raise place.refuse("law.unknown_word", key="state", value=name, known=", ".join(kind.states))
    for need, name in needed:
        if need.kind in ("served", "waited") and name in need.states and not kind.states[name].is_served:
            raise place.refuse("law.unknown_word", key=need.kind, value=name, known="is_served")
