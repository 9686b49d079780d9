"""What formulas of money multiply: prices, payments, the term and its use, as the registers have them."""

import numpy as np
import pandas as pd

from geo.facts.column import Fact, bracket, estimate, exact, forget
from geo.facts.register import Register, amount, day, day_by_now, is_complete, is_kept, told, where_from
from geo.facts.source import join_sources

AGREED = (
    "earnest_money_yuan", "incentives_paid_yuan", "buildings_value_yuan", "appraised_price_yuan",
    "agreed_interest_yuan", "late_start_damages_rate", "late_completion_damages_rate",
)  # fmt: skip
"""Facts that are a number of the contract's row, in its unit."""

PAID = {
    "is_idle_fee_paid": "idle_fee",
    "is_start_deposit_paid": "start_deposit",
    "is_completion_deposit_paid": "completion_deposit",
}
"""Facts that say whether all instalments of a payment were paid."""

REGISTER = "payment_made"


def amount_facts(register: Register) -> dict[str, Fact]:
    """Return amounts that formulas of the rule files read, and which payments are due and made.

    Returns
    -------
    dict
        ``price_yuan`` [yuan]: the price of the contract, never an appraisal (rules.md D1); the facts of ``AGREED``;
        ``term_d`` and ``term_used_d`` [d]; ``price_paid_yuan`` [yuan]; ``payment_due_on`` and ``is_payment_made``; and
        those of ``PAID``, as far as registers keep them.
    """
    facts = {"price_yuan": exact(amount(register, "price_yuan"), where_from(register, "price_yuan"))}
    facts |= {
        name: exact(amount(register, name), where_from(register, name)) for name in AGREED if is_kept(register, name)
    }
    if is_kept(register, "term_ends_on"):
        facts |= _term(register)
    if REGISTER in register.entries.told:
        facts |= _payments(register)
    return facts


def _term(register: Register) -> dict[str, Fact]:
    """Return the days of the term and those used of it: both run from delivery, and both count their first and last."""
    begins, ends = day_by_now(register, "delivered_on"), day(register, "term_ends_on")
    source = join_sources(where_from(register, "delivered_on"), where_from(register, "term_ends_on"))
    is_reversed, why = ends < begins, "contradiction:term_ends_before_delivery"
    whole = (ends - begins).dt.days + 1.0
    used = ((register.as_of - begins).dt.days + 1.0).clip(upper=whole)
    return {
        "term_d": forget(exact(whole, source), is_reversed, why),
        "term_used_d": forget(exact(used.where(whole.notna()), source), is_reversed, why),
    }


def _payments(register: Register) -> dict[str, Fact]:
    rows = told(register, REGISTER)
    is_complete_now = rows["parcel_id"].map(is_complete(register, REGISTER)).astype(bool)
    made = (rows["paid_on"] <= register.as_of).astype("boolean")
    is_open = rows["paid_on"].isna() & ~rows["paid_on_is_none"] & ~is_complete_now
    rows = rows.assign(made=made.mask(is_open, pd.NA).mask(rows["paid_yuan"] < rows["due_yuan"], other=False))
    price = rows[rows["payment"] == "price"]
    return {
        "price_paid_yuan": _sum_paid(register, price),
        **_due(register, price),
        **{name: _all_paid(register, rows[rows["payment"] == payment]) for name, payment in PAID.items()},
    }


def _sum_paid(register: Register, rows: pd.DataFrame) -> Fact:
    """Return what was paid of the price by the day of the act, less refunds; other entries may be missing."""
    is_paid, may_be = rows["paid_on"] <= register.as_of, rows["paid_on"].isna() & ~rows["paid_on_is_none"]
    is_back, back = rows["refunded_on"] <= register.as_of, rows["refunded_yuan"].fillna(0.0)
    may_be_back = rows["refunded_on"].isna() & ~rows["refunded_on_is_none"]
    paid = rows["paid_yuan"]
    low = paid.fillna(0.0).where(is_paid, 0.0) - back.where(is_back | may_be_back, 0.0)
    high = paid.fillna(np.inf).where(is_paid, paid.fillna(0.0).where(may_be, 0.0)) - back.where(is_back, 0.0)
    by_parcel = pd.DataFrame({"low": low, "high": high}).groupby(rows["parcel_id"]).sum().reindex(register.index)
    place, complete = _place(register, rows), is_complete(register, REGISTER)
    is_known = complete | by_parcel["low"].notna()
    low, high = by_parcel["low"].fillna(0.0).clip(lower=0.0), by_parcel["high"].fillna(0.0).where(complete, np.inf)
    return estimate(low.where(low == high), low.where(is_known), high.where(is_known), place)


def _due(register: Register, rows: pd.DataFrame) -> dict[str, Fact]:
    """Return the first due instalment of the price that is not known to be paid, else the last, and whether it is."""
    dated = rows[rows["due_on"].notna()].assign(is_made=lambda one: one["made"].fillna(value=False).astype(bool))
    unpaid = dated[~dated["is_made"]].sort_values("due_on", kind="stable").drop_duplicates("parcel_id")
    paid = dated[dated["is_made"]].sort_values("due_on", kind="stable").drop_duplicates("parcel_id", keep="last")
    next_one = pd.concat([unpaid, paid]).drop_duplicates("parcel_id").set_index("parcel_id").reindex(register.index)
    place = _place(register, rows)
    return {
        "payment_due_on": exact(next_one["due_on"], place),
        "is_payment_made": exact(next_one["made"].astype("boolean"), place),
    }


def _all_paid(register: Register, rows: pd.DataFrame) -> Fact:
    """Return whether every instalment was paid; none on record is "no" only where the register is complete."""

    def having(where: pd.Series) -> pd.Series:
        return pd.Series(register.index.isin(rows["parcel_id"][where.to_numpy(dtype=bool)]), index=register.index)

    is_unpaid, is_open = having((~rows["made"]).fillna(value=False)), having(rows["made"].isna())
    is_there, complete = having(rows["parcel_id"].notna()), is_complete(register, REGISTER)
    answer = pd.Series(pd.NA, index=register.index, dtype="boolean")
    answer = answer.mask(is_there & ~is_unpaid & ~is_open, other=True)
    return exact(answer.mask(is_unpaid | (~is_there & complete), other=False), _place(register, rows))


def _place(register: Register, rows: pd.DataFrame) -> pd.Series:
    """Return the first entry of each parcel as the source, or what it means that there is none."""
    place = rows.drop_duplicates("parcel_id").set_index("parcel_id")["place"].reindex(register.index).astype(object)
    none = pd.Series(f"missing:{REGISTER}", index=register.index).mask(
        is_complete(register, REGISTER), f"blank:{REGISTER}"
    )
    return place.where(place.notna(), none).astype(object)


def visit_facts(register: Register) -> dict[str, Fact]:
    """Return the day of the last visit and the one planned after it; where visits may be missing, it may be later.

    Returns
    -------
    dict
        ``last_visited_on`` and ``next_visit_on``, as far as registers keep them.
    """
    facts: dict[str, Fact] = {}
    if is_kept(register, "visited_on"):
        last, source = day(register, "visited_on"), where_from(register, "visited_on")
        is_all = bool(register.through_entries("visited_on") >= register.as_of)
        high = last if is_all else pd.Series(register.as_of, index=register.index).where(last.notna())
        facts["last_visited_on"] = bracket(last, high.astype("datetime64[s]"), source)
        if is_kept(register, "next_visit_on"):
            planned, said = day(register, "next_visit_on"), where_from(register, "next_visit_on")
            facts["next_visit_on"] = exact(planned.where(planned > last), said)
    return facts
