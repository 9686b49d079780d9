"""What the law is made of here: an instrument, its rules, their conditions; and who adopted what."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
Modality = Literal["must", "may", "in_principle"]
Basis = Literal["instrument", "contract"]
Operator = Literal["<=", "<", ">=", ">", "==", "in"]
OptionKind = Literal["remedy", "measure", "lock", "procedure"]
Ground = Literal["statute", "contract", "none"]
ClauseKind = Literal["rule", "option", "fact", "clock", "formula", "register", "document", "instrument", "left_out"]

AS_OF = "as_of"
"""The day of the act, which a condition may name like a fact."""

INCORPORATED, CLAUSE = "incorporated_instrument", "incorporated_clause"
"""The facts that say which instrument a parcel's contract took over, and in which of its clauses."""


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
class Option:
    """What a text lets or makes an office do: a suggestion beside a finding, which no rule reads.

    Attributes
    ----------
    kind
        A remedy, a measure, a lock on registration, or a step of procedure.
    labels
        The labels beside which it is shown.
    ground
        What it rests on: ``statute``, ``contract`` (ask for the clause), or ``none``: it never leaves the office.
    when
        Gates, all of which must hold; acts of people are facts.
    formula, document
        The text's amount of money, and name of the paper to be written; None where there is none.
    """

    id: str
    article: str
    kind: OptionKind
    labels: tuple[str, ...]
    ground: Ground
    modality: Modality
    summary: Bilingual
    when: tuple[Condition, ...]
    formula: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A day of a clock: a fact, or a period after it, before it, or so many working days after it."""

    fact: str
    plus: str | None = None
    minus: str | None = None
    working_days: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline or warning of one article.

    Attributes
    ----------
    acts
        Role of whoever has to act: a word of the locale.
    starts, due
        First and last day; None where the text sets none.
    yearly
        Month and day of a date that comes back every year and concerns the office, no parcel; then it has no other day.
    warns
        Period before ``due`` in which somebody has to be told.
    when
        Whether it runs for a parcel at all.
    done
        All hold once what it asks for has happened; nothing where no record can say so.
    suspended
        All hold while it stands still; nothing where it never does.
    is_act
        A deadline to pay or to file something, whose last day moves to the next working day (Civil Code art. 203).
    is_visit
        It asks for somebody on site.
    is_reminder
        It tells of its last day, or warns of it: once that day is over there is nothing left to tell.
    document
        Name of the paper that is due.
    """

    id: str
    article: str
    summary: Bilingual
    modality: Modality
    acts: str
    starts: Moment | None = None
    due: Moment | None = None
    yearly: str | None = None
    warns: str | None = None
    when: tuple[Condition, ...] = ()
    done: tuple[Condition, ...] = ()
    suspended: tuple[Condition, ...] = ()
    is_act: bool = False
    is_visit: bool = False
    is_reminder: bool = False
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sum of money: a rate times facts, and perhaps the share ``(of - less) / of``.

    Attributes
    ----------
    rate, text
        Exact number, below zero where the part is taken off; as the rule file writes it.
    """

    rate: Fraction
    text: str
    facts: tuple[str, ...]
    of: str | None = None
    less: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Every fact it reads."""
        return (*self.facts, *(name for name in (self.of, self.less) if name is not None))


@dataclass(frozen=True, slots=True)
class Formula:
    """An amount of money in yuan as a text sets it; the options that name it are its gates.

    Attributes
    ----------
    assumes
        What the text leaves open and is taken here to mean; None where it leaves nothing open.
    """

    id: str
    article: str
    summary: Bilingual
    parts: tuple[Part, ...]
    assumes: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """What became of one article of the text.

    Attributes
    ----------
    ids
        What it became: ids of rules, options or instruments, names of facts, or short names of a clock, a formula, a
        register or a document.
    why
        Why it was left out; None where it was not.
    """

    article: str
    kind: ClauseKind
    ids: tuple[str, ...] = ()
    why: Bilingual | None = None


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
        Day on which a person last compared it with the text; None where nobody has.
    is_contractual
        Its clauses are written into contracts: where a parcel's contract took them over, they bind by it, even when the
        text itself is a draft or has lapsed.
    options
        What follows a finding, as suggestions.
    clocks
        Its deadlines and warnings.
    formulas
        Its amounts of money.
    articles, clauses
        Every article of the text, and what became of each; empty where the text is not at hand.
    """

    id: str
    jurisdiction: str
    title: Bilingual
    basis: Basis
    is_draft: bool
    rules: tuple[Rule, ...]
    verified_on: date | None = None
    number: str | None = None
    published_on: date | None = None
    in_force_from: date | None = None
    last_day_in_force: date | None = None
    replaces: tuple[str, ...] = ()
    applies_to: tuple[Condition, ...] = ()
    is_contractual: bool = False
    options: tuple[Option, ...] = ()
    clocks: tuple[Clock, ...] = ()
    formulas: tuple[Formula, ...] = ()
    articles: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Adoption:
    """Who decided to apply an instrument that does not bind by itself, and since when."""

    adopted_by: str
    adopted_on: date
