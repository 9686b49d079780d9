"""What is to be paid, exactly: formulas of the rule files as sums of fractions, rounded once, to the fen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor, isfinite
from typing import NamedTuple, cast

import pandas as pd

from geo.law.options import Suggestion
from geo.law.rule import Formula, Instrument, Part
from geo.model import fact_columns

HALF = Fraction("0.5")
FEN = Decimal("0.01")


class Range(NamedTuple):
    """A number between two bounds, both possible."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a sum as it came out.

    Attributes
    ----------
    known
        By fact, what is known of it; facts that are not known are left out.
    low, high
        What the part comes to, to the fen, half up [yuan]; None where a fact is missing.
    missing
        Facts that are not known, or not bounded; and the whole of a share that is not above zero.
    """

    part: Part
    known: Mapping[str, Range]
    low: Decimal | None
    high: Decimal | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """What a formula comes to.

    Attributes
    ----------
    low, high
        Bounds, to the fen, half up [yuan]; equal where all facts are known exactly, None where one is missing.
    lines
        The arithmetic, part by part; only the sum is rounded, so that lines may differ from it by a fen.
    missing
        Facts that are not known.
    """

    low: Decimal | None
    high: Decimal | None
    lines: tuple[Line, ...]
    missing: tuple[str, ...]

    @property
    def is_below_zero(self) -> bool:
        """Whether it may come out below zero: shown as it is, for a person to judge, never cut off at zero."""
        return self.low is not None and self.low < 0


@dataclass(frozen=True, slots=True)
class Due:
    """The money of one option of one parcel.

    Attributes
    ----------
    amount
        None where the option's gates are not all open; ``option.missing`` says what is not known of them.
    """

    option: Suggestion
    formula: Formula
    amount: Amount | None

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not known: of the gates, or of the sum."""
        return self.option.missing if self.amount is None else self.amount.missing


def amounts_due(
    instruments: Iterable[Instrument], facts: pd.DataFrame, suggestions: Mapping[str, Iterable[Suggestion]]
) -> dict[str, list[Due]]:
    """Compute the money of every option that names a formula, where its gates are open.

    The gates are the options' alone: whoever may not be asked for a fee has no such option, and of whom that is not
    known no amount is named.

    Parameters
    ----------
    instruments, facts
        As for ``geo.law.options.suggest``.
    suggestions
        What that suggests, by parcel.

    Returns
    -------
    dict
        By ``parcel_id``, in the order of the suggestions; parcels without such an option are left out.
    """
    formulas = {(text.id, formula.id): formula for text in instruments for formula in text.formulas}
    asked = [
        (parcel, one, formulas[one.instrument_id, one.formula])
        for parcel, options in suggestions.items()
        for one in options
        if one.formula is not None
    ]
    rows = _rows(facts, [(parcel, formula) for parcel, one, formula in asked if one.outcome == "met"])
    found: dict[str, list[Due]] = {}
    for parcel, one, formula in asked:
        amount = amount_of(formula, rows[parcel]) if one.outcome == "met" else None
        found.setdefault(parcel, []).append(Due(one, formula, amount))
    return found


def amount_of(formula: Formula, facts: Mapping[str, object]) -> Amount:
    r"""Compute a formula from the facts of one parcel, whatever the gates of the options that name it.

    .. math:: A = \sum_i r_i \prod_j f_{ij} \frac{o_i - l_i}{o_i}

    Parameters
    ----------
    facts
        One row of a fact frame: by column, ``x_low`` and ``x_high`` of each fact. A column that is not there is not
        known. Numbers count as the shortest decimal that is written the same.

    Examples
    --------
    >>> from geo.law.rule import Bilingual
    >>> part = Part(Fraction(1), "1", ("price_yuan",), "contract_floor_area_ratio_min", "floor_area_ratio_supplied")
    >>> formula = Formula("damages", "35", Bilingual("违约金", "damages"), (part,))
    >>> row = {"price_yuan_low": 3000.0, "price_yuan_high": 3000.0}
    >>> row |= {"contract_floor_area_ratio_min_low": 1.2, "contract_floor_area_ratio_min_high": 1.2}
    >>> row |= {"floor_area_ratio_supplied_low": 0.9, "floor_area_ratio_supplied_high": 1.0}
    >>> amount = amount_of(formula, row)
    >>> str(amount.low), str(amount.high)
    ('500.00', '750.00')
    """
    found = [_known(part, facts) for part in formula.parts]
    ranges = [None if missing else _range(part, known) for part, known, missing in found]
    lines = tuple(
        Line(part, known, *_in_fen(one), missing) for one, (part, known, missing) in zip(ranges, found, strict=True)
    )
    missing = tuple(dict.fromkeys(name for line in lines for name in line.missing))
    whole = [one for one in ranges if one is not None]
    total = None if missing else Range(*(sum(sides, Fraction()) for sides in zip(*whole, strict=True)))
    return Amount(*_in_fen(total), lines, missing)


def _rows(facts: pd.DataFrame, wanted: list[tuple[str, Formula]]) -> dict[str, Mapping[str, object]]:
    """Take the bounds that some formulas read, by parcel."""
    names = dict.fromkeys(name for _, formula in wanted for part in formula.parts for name in part.named)
    columns = [column for name in names for column in fact_columns(name) if column in facts]
    parcels = list(dict.fromkeys(parcel for parcel, _ in wanted))
    return cast("dict[str, Mapping[str, object]]", facts.loc[parcels, columns].to_dict("index"))


def _known(part: Part, facts: Mapping[str, object]) -> tuple[Part, dict[str, Range], tuple[str, ...]]:
    ranges: dict[str, Range] = {}
    for name in part.named:
        low, high = (cast("float | None", facts.get(column)) for column in fact_columns(name)[1:])
        if low is not None and high is not None and isfinite(low) and isfinite(high):
            ranges[name] = Range(Fraction(repr(float(low))), Fraction(repr(float(high))))
    is_no_whole = part.of in ranges and ranges[part.of].low <= 0
    return part, ranges, tuple(name for name in part.named if name not in ranges or (is_no_whole and name == part.of))


def _range(part: Part, known: Mapping[str, Range]) -> Range:
    """Multiply bounds: a product of independent factors has its least and its most where each is at a bound."""
    one = Range(part.rate, part.rate)
    for name in part.facts:
        one = _span(left * right for left, right in product(one, known[name]))
    if part.of is None or part.less is None:
        return one
    share = _span((of - less) / of for of, less in product(known[part.of], known[part.less]))
    return _span(left * right for left, right in product(one, share))


def _span(corners: Iterable[Fraction]) -> Range:
    found = list(corners)
    return Range(min(found), max(found))


def _in_fen(one: Range | None) -> tuple[Decimal | None, Decimal | None]:
    return (None, None) if one is None else (round_to_fen(one.low), round_to_fen(one.high))


def round_to_fen(yuan: Fraction) -> Decimal:
    """Round to the fen, half up, away from zero.

    Examples
    --------
    >>> str(round_to_fen(Fraction("0.125"))), str(round_to_fen(Fraction("-2.345"))), str(round_to_fen(Fraction(1, 3)))
    ('0.13', '-2.35', '0.33')
    """
    fen = (Decimal(floor(abs(yuan) * 100 + HALF)) / 100).quantize(FEN)
    return -fen if yuan < 0 else fen
