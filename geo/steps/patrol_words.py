"""A plan in words: why a parcel is visited, what is looked at there, and what a plan says in short."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from geo.locale import Language, say, sentences
from geo.patrol.duties import Duties
from geo.steps.patrol import PatrolPlan

Row = Mapping[Any, Any]

SHOWN = 30
"""How many must-visits that are not planned the printed summary names."""

HAS_OTHER_WORDS = {"suspected": "reason_suspected_until", "routine": "reason_routine_due"}
"""Reasons that are said otherwise where they have a day."""


class Errand(NamedTuple):
    """What a visit is for, in words."""

    why: tuple[str, ...]
    checks: tuple[str, ...]
    photos: tuple[str, ...]


def errands(plan: PatrolPlan, language: Language) -> dict[str, Errand]:
    """Say for every candidate why it is there, and what is looked at and photographed for that."""
    return {
        str(parcel): _errand(part.to_dict("records"), plan.duties, language)
        for parcel, part in plan.reasons.groupby("parcel_id", sort=False)
    }


def _errand(reasons: Sequence[Row], duties: Duties, language: Language) -> Errand:
    facts = " ".join(row["facts"] for row in reasons if row["facts"])
    asked = _listed((f"fact.{name}" for name in facts.split()), language)
    names = [str(row["reason"]) for row in reasons]
    checks = _once(code for name in names for code in duties.reasons[name].checks)
    photos = _once(code for name in names for code in duties.reasons[name].photos)
    signing = [code for code in checks if code != "signature"] + ["signature"] * ("signature" in checks)
    return Errand(
        why=tuple(say_reason(row, language) for row in reasons),
        checks=tuple(say(f"patrol.check_{code}", language, facts=asked) for code in signing),
        photos=tuple(say(f"patrol.photo_{code}", language) for code in photos),
    )


def _once(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def say_reason(row: Row, language: Language) -> str:
    """Say why a parcel is visited: one row of ``REASON_COLUMNS``."""
    name, due = str(row["reason"]), row["due_on"]
    on: str = "" if pd.isna(due) else str(pd.Timestamp(due).date())
    code: str = HAS_OTHER_WORDS.get(name, f"reason_{name}") if on else f"reason_{name}"
    about, facts = str(row["about"]), str(row["facts"])
    labels = about if name == "clock" else _listed((f"law.label_{label}" for label in about.split()), language)
    return say(f"patrol.{code}", language, on=on, about=labels, facts=_listed(_facts(facts), language))


def _facts(names: str) -> Iterable[str]:
    return (f"fact.{name}" for name in names.split())


def _listed(codes: Iterable[str], language: Language) -> str:
    words = sentences(language)
    return say("law.listed", language).join(words.get(code, code.split(".")[-1]) for code in dict.fromkeys(codes))


def say_why(why: str, reason: str, language: Language) -> str:
    """Say why a candidate is not planned."""
    return say(f"patrol.why_{why}", language, reason=say(f"patrol.name_{reason}", language) if reason else "")


def summarise_plan(plan: PatrolPlan, language: Language) -> str:
    """Write what a plan says in short: counts that add up, remarks, and every must-visit that is not planned."""
    order, missed = plan.order, plan.missed
    lines = [
        say(
            "patrol.heading",
            language,
            first=order.first_on,
            last=plan.days[-1] if plan.days else order.first_on,
            month=plan.scan.month,
            revision=plan.scan.revision,
            as_of=plan.scan.as_of,
            seed=order.seed,
        ),
        say(
            "patrol.counts",
            language,
            candidates=len(plan.candidates),
            musts=int(plan.candidates["is_must"].sum()),
            planned=len(plan.stops),
            patrols=plan.stops["patrol_id"].nunique(),
            missed=len(missed),
        ),
        say("patrol.work", language, hours=round(sum(plan.hours.values()), 1), **plan.figures),
        say("patrol.drawn", language, count=len(plan.drawn), parcels=len(plan.strata)),
        *(say(code, language, **params) for code, params in plan.notes),
    ]
    if len(missed):
        lines.append(say("patrol.missed_heading", language))
        lines += [
            "  "
            + say(
                "patrol.missed_line",
                language,
                parcel=row["parcel_id"],
                why=say_why(row["why"], row["reason"], language),
            )
            for row in missed.head(SHOWN).to_dict("records")
        ]
    if len(missed) > SHOWN:
        lines.append("  " + say("scan.more", language, count=len(missed) - SHOWN))
    return "\n".join([*lines, say("patrol.clue", language)])
