"""Whether a paper may be given out on a day, and why not: text, finding, visit, step, remedy, conditions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from geo.documents.papers_kinds import PaperKind
from geo.law.case import CaseKind, State
from geo.law.money import Due
from geo.law.moves import Standing
from geo.law.options import Suggestion
from geo.law.proof import ConditionProof, Proof
from geo.law.render import amount_text
from geo.law.rule import Instrument
from geo.law.standing import Standing as TextStanding
from geo.locale import say, sentences
from geo.steps.case_words import reasons_text, state_name, word
from geo.steps.paper_facts import Matter, Printed, label_of
from geo.steps.paper_words import articles_text

BINDING: frozenset[TextStanding] = frozenset({"in_force", "contract"})
LISTED = "、"


@dataclass(frozen=True, slots=True)
class Step:
    """The step of a case for which a paper is made."""

    standing: Standing
    state: State

    @property
    def kind(self) -> CaseKind:
        """Kind of the case."""
        return self.standing.kind

    @property
    def is_made(self) -> bool:
        """Whether somebody already made it."""
        return self.standing.reached(self.state.id) is not None

    @property
    def is_at_hand(self) -> bool:
        """Whether it was made, or may be made now."""
        return self.is_made or self.state.id in self.standing.open


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a paper rests on: the text and how it stands, the findings, what may follow with its money, the step."""

    instrument: Instrument | None
    standing: TextStanding
    proofs: tuple[Proof, ...]
    suggestions: tuple[Suggestion, ...]
    money: tuple[Due, ...]
    step: Step | None


def steps_of(kind: PaperKind, matter: Matter) -> list[Step]:
    """Return the steps of cases that a kind of paper belongs to; of a proof of service, those whose paper is served."""
    return [
        Step(standing, state)
        for standing in matter.standings.values()
        for state in standing.kind.states.values()
        if (state.is_served if kind.is_service else kind.id in state.papers)
    ]


def conditions_of(proofs: Iterable[Proof]) -> Iterator[ConditionProof]:
    """Yield the conditions of rules, then those of their exceptions."""
    for proof in proofs:
        yield from proof.conditions
        for exception in proof.exceptions:
            yield from exception.conditions


def check_paper(kind: PaperKind, grounds: Grounds, matter: Matter, facts: Sequence[Printed]) -> list[str]:
    """Say why a paper may not be given out; nothing where it may."""
    return [
        *_check_text(grounds),
        *_check_finding(kind, grounds),
        *_check_visit(matter, facts),
        *_check_step(kind, grounds),
        *_check_remedy(kind, grounds),
        *_check_conditions(kind, grounds, matter),
        *_check_sum(kind, grounds),
    ]


def _check_text(grounds: Grounds) -> Iterator[str]:
    """Ask for a text that binds: one in force, or taken over into the parcel's contract."""
    text = grounds.instrument
    if text is not None and grounds.standing not in BINDING:
        yield say("paper.text_unbinding", title=text.title.zh, standing=say(f"law.standing_{grounds.standing}"))


def _check_finding(kind: PaperKind, grounds: Grounds) -> Iterator[str]:
    if kind.outcomes and not any(proof.outcome in kind.outcomes for proof in grounds.proofs):
        labels = LISTED.join(say(f"law.label_{label}") for label in kind.findings)
        yield say("paper.no_finding", labels=labels)


def _check_visit(matter: Matter, facts: Sequence[Printed]) -> Iterator[str]:
    """Ask for a visit not before the first of the scenes that facts rest on: an image is a clue, not evidence."""
    seen = [one for one in facts if one.scenes and one.value is not None]
    if not seen:
        return
    views = matter.assessment.evidence.observations
    scenes = {scene for one in seen for scene in one.scenes}
    taken = pd.to_datetime(views.loc[views["scene_id"].isin(scenes), "acquired_at"], utc=True)
    first = taken.min().tz_convert("Asia/Shanghai").tz_localize(None).normalize() if len(taken) else pd.NaT
    visits = matter.visits()["visited_on"]
    if not len(visits) or visits.max() < first:
        yield say("paper.no_visit", facts=LISTED.join(one.label for one in seen))


def _check_step(kind: PaperKind, grounds: Grounds) -> Iterator[str]:
    step = grounds.step
    if step is None:
        return
    name = state_name(step.kind, step.state.id, "zh")
    if kind.is_service and not step.is_made:
        yield say("paper.nothing_to_serve", title=step.kind.title.zh, state=name)
    elif step.state.id in step.standing.flaws:
        reasons = reasons_text(step.standing.flaws[step.state.id], step.kind, "zh")
        yield say("paper.step_flawed", title=step.kind.title.zh, state=name, reasons=reasons)
    elif not step.is_at_hand:
        why = step.standing.blocked.get(step.state.id)
        reasons = reasons_text(why, step.kind, "zh") if why else say("paper.case_ended")
        yield say("paper.step_closed", title=step.kind.title.zh, state=name, reasons=reasons)


def _check_remedy(kind: PaperKind, grounds: Grounds) -> Iterator[str]:
    """Ask for the remedy that was approved to be the one that the paper decides."""
    if kind.remedy and grounds.step is not None:
        approved = named_last(grounds.step.standing, "remedy")
        if approved != kind.remedy:
            said = [word("remedy", one, "zh") if one else say("case.not_said") for one in (kind.remedy, approved)]
            yield say("paper.other_remedy", wanted=said[0], approved=said[1])


def named_last(standing: Standing, what: str) -> str:
    """Return the cause or the remedy that the last move naming one names; empty where none does."""
    return next((str(getattr(move, what)) for move in reversed(standing.moves) if getattr(move, what)), "")


def _check_conditions(kind: PaperKind, grounds: Grounds, matter: Matter) -> Iterator[str]:
    """Ask for the conditions under which the law lets this be decided, where a text names any."""
    if kind.form != "decision":
        return
    options = [one for text in matter.assessment.pack.instruments for one in text.options if one.document == kind.id]
    suggested = {one.option_id: one for one in grounds.suggestions}
    found = [suggested.get(one.id) for one in options]
    if not options or any(one is not None and one.outcome == "met" for one in found):
        return
    for option, one in zip(options, found, strict=True):
        if one is None:
            yield say("paper.conditions_fail", article=articles_text([option.article]), summary=option.summary.zh)
        else:
            facts = LISTED.join(label_of(fact) for fact in one.missing)
            yield say(
                "paper.conditions_open", article=articles_text([option.article]), summary=option.summary.zh, facts=facts
            )


def _check_sum(kind: PaperKind, grounds: Grounds) -> Iterator[str]:
    """Ask for one sum where the paper asks for money: all of it known, and above zero."""
    if not kind.is_for_money:
        return
    due = due_of(kind, grounds)
    if settled(due) is None:
        yield say("paper.sum_open", why=say("paper.money_open") if due is None else _why_open(due))


def _why_open(due: Due) -> str:
    if due.missing:
        return say("law.money_missing", facts=LISTED.join(map(label_of, due.missing)))
    return amount_text(due, sentences("zh"))


def due_of(kind: PaperKind, grounds: Grounds) -> Due | None:
    """Return the money that the paper asks for: of an option that names the paper, with all its gates open."""
    asked = (one for one in grounds.money if one.option.document == kind.id)
    return next((one for one in asked if one.amount is not None), None)


def settled(due: Due | None) -> Decimal | None:
    """Return the sum [yuan]; None where it is not known exactly, or not above zero."""
    amount = due.amount if due else None
    is_one = amount is not None and amount.low is not None and amount.low == amount.high and amount.low > 0
    return amount.low if amount is not None and is_one else None
