"""The policy laboratory: which parcels fare otherwise under one pack of rules than under another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Engine

from geo.law.answerable import answerable
from geo.law.assess import assess
from geo.law.rule import Instrument
from geo.settings import Settings
from geo.steps.assess import gather, judge
from geo.steps.rules import ids_asked, read_pack, read_texts
from geo.steps.summary import label_outcomes

NOT_SAID = "not_said"
"""Outcome of a label that a pack does not know."""

FLIP_COLUMNS = ("parcel_id", "label", "outcome_a", "outcome_b", "area_m2", "price_yuan")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes between two packs.

    Attributes
    ----------
    flips
        One row a parcel and label whose outcome differs, with ``FLIP_COLUMNS``: area of the parcel [m2] and price of
        its contract [yuan], NaN where not known.
    totals
        By label and the two outcomes: number of parcels, their area and price, and how many prices are not known.
    """

    flips: pd.DataFrame
    totals: pd.DataFrame


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
    one, other = (
        _outcomes([text for text in pack.instruments if text.id in ids_asked(texts, [name])], facts, as_of)
        for name in (a, b)
    )
    prices = evidence.ledger.set_index("parcel_id").get("price_yuan", pd.Series(dtype=float))
    return compare(
        one, other, area_m2=evidence.parcels.set_index("parcel_id")["area_m2"], price_yuan=prices.astype(float)
    )


def _outcomes(instruments: Collection[Instrument], facts: pd.DataFrame, as_of: date) -> pd.DataFrame:
    asked = {text.id for text in instruments}
    kept, _ = answerable(instruments, facts, as_of=as_of, adoptions={}, asked=asked)
    return label_outcomes(assess(kept, facts, as_of=as_of, adoptions={}, asked=asked))


def compare(one: pd.DataFrame, other: pd.DataFrame, *, area_m2: pd.Series, price_yuan: pd.Series) -> Comparison:
    """Compare outcomes by parcel and label.

    Parameters
    ----------
    one, other
        Columns ``parcel_id``, ``label`` and ``outcome``, one row a parcel and label.
    area_m2, price_yuan
        By ``parcel_id``.

    Examples
    --------
    >>> one = pd.DataFrame({"parcel_id": ["P", "Q"], "label": ["idle", "idle"], "outcome": ["met", "met"]})
    >>> other = one.assign(outcome=["met", "not_met"])
    >>> number = pd.Series({"P": 1.0, "Q": 2.0})
    >>> compare(one, other, area_m2=number, price_yuan=number).flips["parcel_id"].tolist()
    ['Q']
    """
    both = one.merge(other, on=["parcel_id", "label"], how="outer", suffixes=("_a", "_b"))
    both = both.fillna({"outcome_a": NOT_SAID, "outcome_b": NOT_SAID})
    flips = both[both["outcome_a"] != both["outcome_b"]].sort_values(["label", "parcel_id"], kind="stable")
    parcels = flips["parcel_id"]
    flips = flips.assign(area_m2=parcels.map(area_m2).astype(float), price_yuan=parcels.map(price_yuan).astype(float))
    grouped = flips.groupby(["label", "outcome_a", "outcome_b"], sort=True)
    totals = grouped.agg(
        parcels=("parcel_id", "size"),
        area_m2=("area_m2", "sum"),
        price_yuan=("price_yuan", "sum"),
        price_unknown=("price_yuan", lambda prices: int(prices.isna().sum())),
    )
    return Comparison(flips[list(FLIP_COLUMNS)].reset_index(drop=True), totals.reset_index())
