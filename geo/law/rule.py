"""What the law is made of here: an instrument, its rules, their conditions; and who adopted what."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
Modality = Literal["must", "may", "in_principle"]
Basis = Literal["instrument", "contract"]
Operator = Literal["<=", "<", ">=", ">", "==", "in"]

AS_OF = "as_of"
"""The day of the act, which a condition may name like a fact."""


class Bilingual(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in one language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: a fact against a fixed limit, or against another fact and perhaps a period after it.

    Attributes
    ----------
    fact, op
        Name in ``geo.model.FACTS`` or ``as_of``; one of six operators.
    limit
        Exact number, day, or the values of ``in``; None where ``other`` is the limit.
    other, plus
        Another fact, and the period after it.
    text
        The limit as the rule file writes it.
    """

    fact: str
    op: Operator
    text: str
    limit: Fraction | date | tuple[bool, ...] | tuple[str, ...] | None = None
    other: str | None = None
    plus: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One limb of one article: when all conditions hold it concludes a label, or defeats the rule it names.

    Attributes
    ----------
    concludes, exception_to
        A label, or the id of a rule of the same instrument: one of the two, the other is None.
    limb_group
        Rules of one group are limbs that ought to agree; where they do not, findings say so.
    """

    id: str
    article: str
    summary: Bilingual
    modality: Modality
    when: tuple[Condition, ...]
    concludes: str | None = None
    exception_to: str | None = None
    limb_group: str | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """One legal document, or one form of contract, as the engine reads it.

    Attributes
    ----------
    basis
        ``contract`` where a clause binds because the parcel's contract holds it, whatever became of the form.
    number, published_on, in_force_from, last_day_in_force
        None where there is none; only a draft or a form of contract has no first day.
    replaces
        Ids of instruments that this one ends.
    applies_to
        Conditions on the parcel that hold for every rule.
    verified_on
        Day on which a person last compared it with the text.
    """

    id: str
    jurisdiction: str
    title: Bilingual
    basis: Basis
    is_draft: bool
    verified_on: date
    rules: tuple[Rule, ...]
    number: str | None = None
    published_on: date | None = None
    in_force_from: date | None = None
    last_day_in_force: date | None = None
    replaces: tuple[str, ...] = ()
    applies_to: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Adoption:
    """Who decided to apply an instrument that does not bind by itself, and since when."""

    adopted_by: str
    adopted_on: date
