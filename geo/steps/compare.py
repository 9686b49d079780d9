"""The policy laboratory: which parcels fare otherwise under one pack of rules than under another."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from geo.law.answerable import answerable
from geo.law.assess import assess
from geo.law.money import Due, amounts_due
from geo.law.options import suggest
from geo.law.rule import Instrument
from geo.locale import Language, say
from geo.settings import Settings
from geo.steps.assess import Law, gather, judge
from geo.steps.compare_money import PackMoney, money_sums, money_texts
from geo.steps.rules import ids_asked, read_pack, read_texts
from geo.steps.summary import label_outcomes

NO_MONEY = PackMoney()
NOT_SAID = "not_said"
"""Outcome of a label that a pack does not know."""

FLIP_COLUMNS = ("parcel_id", "label", "outcome_a", "outcome_b", "area_m2", "price_yuan", "money_a", "money_b")
COMPARE_SCHEMA = 1
"""Version of the form of the JSON."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes between two packs.

    Attributes
    ----------
    flips
        One row a parcel and label whose outcome or money differs, with ``FLIP_COLUMNS``: area of the parcel [m2] and
        price of its contract [yuan], NaN where not known; the money that either pack names with that label, where it
        differs, as ``money_texts`` writes it.
    totals
        By label and the two outcomes: number of parcels, their area and price, and how many prices are not known.
    sums
        What ``money_sums`` adds up: by pack, text and option.
    """

    flips: pd.DataFrame
    totals: pd.DataFrame
    sums: pd.DataFrame


def compare_packs(  # noqa: PLR0913 - a store, two packs, a day and a state of knowledge
    engine: Engine, settings: Settings, a: str, b: str, *, as_of: date, known_at: datetime
) -> Comparison:
    """Assess every parcel of a store by two packs, whatever their standing, and say where they differ.

    Parameters
    ----------
    a, b
        Id of an instrument, or a jurisdiction with all it has.

    Raises
    ------
    SchemaError
        Nothing has such a name, or the store holds no parcel.
    """
    pack = read_pack(settings, as_of=as_of, asked=(a, b))
    with engine.connect() as conn:
        evidence = gather(conn, as_of=as_of, known_at=known_at)
    facts = judge(evidence, pack).facts
    texts = read_texts()
    (one, money_a), (other, money_b) = (
        _told([text for text in pack.instruments if text.id in ids_asked(texts, [name])], facts, as_of)
        for name in (a, b)
    )
    prices = evidence.ledger.set_index("parcel_id").get("price_yuan", pd.Series(dtype=float))
    area_m2 = evidence.parcels.set_index("parcel_id")["area_m2"]
    money = PackMoney(money_a, money_b)
    return compare(one, other, area_m2=area_m2, price_yuan=prices.astype(float), money=money)


def comparison_json(found: Comparison, *, as_of: date) -> dict[str, object]:
    """Return a comparison as plain data; money as texts, so that nothing is lost, and what is not known as null."""
    tables = {
        "flips": found.flips,
        "totals": found.totals,
        "money": found.sums.astype({"yuan_low": str, "yuan_high": str}),
    }
    plain = {name: table.astype(object).where(table.notna(), None).to_dict("records") for name, table in tables.items()}
    return {"schema_version": COMPARE_SCHEMA, "as_of": as_of.isoformat(), **plain}


def describe_comparison(found: Comparison, a: str, b: str, language: Language) -> list[str]:
    """Write how many parcels, how much land and what prices differ by label, and the money by option of each text."""
    if found.flips.empty:
        return [say("scan.no_flips", language)]
    lines = [
        say(
            "scan.flips",
            language,
            label=say(f"law.label_{row['label']}", language),
            a=say(f"outcome.{row['outcome_a']}", language),
            b=say(f"outcome.{row['outcome_b']}", language),
            parcels=row["parcels"],
            area=f"{row['area_m2']:,.0f}",
            price=f"{row['price_yuan']:,.0f}",
            unknown=row["price_unknown"],
        )
        for row in found.totals.to_dict("records")
    ]
    texts = {text.instrument.id: text.instrument for text in read_texts().values()}
    packs = {"a": a, "b": b}
    return lines + [
        _sum_line(row, packs[row["pack"]], texts[row["instrument_id"]], language)
        for row in found.sums.to_dict("records")
    ]


def _sum_line(row: Mapping[Hashable, Any], pack: str, text: Instrument, language: Language) -> str:
    option = next(one for one in text.options if one.id == row["option_id"])
    low, high = row["yuan_low"], row["yuan_high"]
    return say(
        "scan.flips_money",
        language,
        pack=pack,
        title=text.title.of(language),
        article=option.article,
        option=option.summary.of(language),
        parcels=row["parcels"],
        yuan=f"{low:,}" if low == high else f"{low:,} - {high:,}",
        unsettled=row["unsettled"],
    )


def _told(
    instruments: Collection[Instrument], facts: pd.DataFrame, as_of: date
) -> tuple[pd.DataFrame, dict[str, list[Due]]]:
    """Return what some texts say of every parcel, by label, and the money that their options name."""
    asked = {text.id for text in instruments}
    law: Law = {"as_of": as_of, "adoptions": {}, "asked": asked}
    kept, _ = answerable(instruments, facts, **law)
    findings = assess(kept, facts, **law)
    return label_outcomes(findings), amounts_due(instruments, facts, suggest(instruments, facts, findings, **law))


def compare(
    one: pd.DataFrame,
    other: pd.DataFrame,
    *,
    area_m2: pd.Series,
    price_yuan: pd.Series,
    money: PackMoney = NO_MONEY,
) -> Comparison:
    """Compare outcomes and money by parcel and label.

    Parameters
    ----------
    one, other
        Columns ``parcel_id``, ``label`` and ``outcome``, one row a parcel and label.
    area_m2, price_yuan
        By ``parcel_id``.
    money
        What either pack names.

    Examples
    --------
    >>> one = pd.DataFrame({"parcel_id": ["P", "Q"], "label": ["idle", "idle"], "outcome": ["met", "met"]})
    >>> other = one.assign(outcome=["met", "not_met"])
    >>> number = pd.Series({"P": 1.0, "Q": 2.0})
    >>> compare(one, other, area_m2=number, price_yuan=number).flips["parcel_id"].tolist()
    ['Q']
    """
    both = one.merge(other, on=["parcel_id", "label"], how="outer", suffixes=("_a", "_b"))
    both = both.merge(money_texts(money).assign(is_money=True), on=["parcel_id", "label"], how="outer")
    both = both.fillna({"outcome_a": NOT_SAID, "outcome_b": NOT_SAID, "money_a": "", "money_b": ""})
    is_flip = (both["outcome_a"] != both["outcome_b"]) | both["is_money"].notna()
    flips = both[is_flip].sort_values(["label", "parcel_id"], kind="stable")
    parcels = flips["parcel_id"]
    flips = flips.assign(area_m2=parcels.map(area_m2).astype(float), price_yuan=parcels.map(price_yuan).astype(float))
    grouped = flips.groupby(["label", "outcome_a", "outcome_b"], sort=True)
    totals = grouped.agg(
        parcels=("parcel_id", "size"),
        area_m2=("area_m2", "sum"),
        price_yuan=("price_yuan", "sum"),
        price_unknown=("price_yuan", lambda prices: int(prices.isna().sum())),
    )
    return Comparison(flips[list(FLIP_COLUMNS)].reset_index(drop=True), totals.reset_index(), money_sums(money))
