"""Money in the policy laboratory: what two packs let an office ask or pay, option by option, and where that differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd

from geo.law.money import Due

TEXT_COLUMNS = ("parcel_id", "label", "money_a", "money_b")
SUM_COLUMNS = ("pack", "instrument_id", "option_id", "parcels", "yuan_low", "yuan_high", "unsettled")
OPEN = "?"
"""Stands for a sum that is not settled: a gate of the option, or a fact of the formula, is not known."""

Key = tuple[str, str]
"""A parcel and a label."""


@dataclass(frozen=True, slots=True)
class PackMoney:
    """The money that either pack names, by parcel."""

    a: Mapping[str, list[Due]] = field(default_factory=dict)
    b: Mapping[str, list[Due]] = field(default_factory=dict)


def money_texts(money: PackMoney) -> pd.DataFrame:
    """Return where money differs, parcel by parcel and label by label, as ``option: yuan`` joined by semicolons.

    The same sum under another option is no difference; a settled sum and one that is not settled are one.

    Returns
    -------
    DataFrame
        ``TEXT_COLUMNS``; of an option with several labels once each.
    """
    rows = [
        (*key, "; ".join(map(due_text, a)), "; ".join(map(due_text, b))) for key, (a, b) in _differing(money).items()
    ]
    return pd.DataFrame(rows, columns=list(TEXT_COLUMNS), dtype=str)


def money_sums(money: PackMoney) -> pd.DataFrame:
    """Add up the money that differs, by option within each text: sums of different texts are not added together.

    Returns
    -------
    DataFrame
        ``SUM_COLUMNS``: ``pack`` is "a" or "b"; parcels with a sum, its bounds [yuan] as exact decimals, and how many
        more have one that is not settled.
    """
    found: dict[tuple[str, str, str], dict[str, Due]] = {}
    for (parcel, _), sides in _differing(money).items():
        for pack, dues in zip("ab", sides, strict=True):
            for due in dues:
                found.setdefault((pack, due.option.instrument_id, due.option.option_id), {})[parcel] = due
    rows = []
    for key, by_parcel in sorted(found.items()):
        settled = [bounds for bounds in map(_bounds, by_parcel.values()) if bounds is not None]
        low, high = (sum((bounds[side] for bounds in settled), Decimal("0.00")) for side in (0, 1))
        rows.append((*key, len(settled), low, high, len(by_parcel) - len(settled)))
    return pd.DataFrame(rows, columns=list(SUM_COLUMNS))


def due_text(due: Due) -> str:
    """Write an option and what it comes to, without words: for tables that people and programs read."""
    bounds = _bounds(due)
    yuan = OPEN if bounds is None else " - ".join(map(str, dict.fromkeys(bounds)))
    return f"{due.option.option_id}: {yuan}"


def _bounds(due: Due) -> tuple[Decimal, Decimal] | None:
    amount = due.amount
    return None if amount is None or amount.low is None or amount.high is None else (amount.low, amount.high)


def _differing(money: PackMoney) -> dict[Key, tuple[list[Due], list[Due]]]:
    a, b = (_by_label(side) for side in (money.a, money.b))
    both = {key: (a.get(key, []), b.get(key, [])) for key in sorted({*a, *b})}
    return {key: sides for key, sides in both.items() if _sums(sides[0]) != _sums(sides[1])}


def _by_label(by_parcel: Mapping[str, Iterable[Due]]) -> dict[Key, list[Due]]:
    found: dict[Key, list[Due]] = {}
    for parcel, dues in by_parcel.items():
        for due in dues:
            for label in due.option.labels:
                found.setdefault((parcel, label), []).append(due)
    return found


def _sums(dues: Iterable[Due]) -> list[str]:
    return sorted(str(_bounds(due)) for due in dues)
