"""What evaluations concluded, what had to be put right, and for how long."""

import numpy as np
import pandas as pd

from geo.facts.column import Fact, bracket, estimate, exact, forget
from geo.facts.register import Register, day_by_now, event_source, is_complete, is_kept, told
from geo.law.calendar import corresponding_day, full_months

AFTER_ATTAINMENT = ("production", "periodic", "before_expiry")
"""Stages at or after attainment, whose failing years count together (Guangzhou art. 13)."""

STAGES = {
    "is_assessed_at_start_and_completion": "start_and_completion",
    "is_assessed_at_attainment": "production",
    "is_assessed_before_expiry": "before_expiry",
    "is_renewal_evaluated": "renewal",
}
"""Facts that say whether the evaluation of a stage was made."""

COMPREHENSIVE = "comprehensive"
PERIODIC = "periodic"
PASSED = {"passed": True, "failed": False}
ORDER = ("evaluated_on", "number")


def evaluation_facts(register: Register) -> dict[str, Fact]:
    """Return what the evaluations up to the day of the act concluded.

    The latest conclusion counts; two on one day that differ leave it open, and the latest without a result too. Years
    with a failing conclusion count once each and need not follow each other; a year without one is not known, so that
    the count is open above unless the register is complete. Periods for putting right add up by the corresponding
    day, days over as a share of the month that they begin.

    Returns
    -------
    dict
        ``is_assessment_passed``, ``is_comprehensive_acceptance_passed``, ``failed_years`` [year],
        those of ``STAGES``, ``periodic_assessment_from_on``, ``is_rectification_ordered``,
        ``rectification_ordered_on``, ``rectification_due_on``, ``rectification_months_total`` [month] and
        ``is_rectified``; nothing where there is no evaluation at all.
    """
    if "assessment" not in register.entries.told:
        return {}
    rows = told(register, "assessment")
    rows = rows[~(rows["evaluated_on"] > register.as_of)]
    stages = rows[rows["evaluation"].isin(AFTER_ATTAINMENT)]
    return {
        "is_assessment_passed": _passed(register, stages),
        "is_comprehensive_acceptance_passed": _passed(register, rows[rows["evaluation"] == COMPREHENSIVE]),
        "failed_years": _failed_years(register, stages),
        **{name: _is_assessed(register, rows, stage) for name, stage in STAGES.items()},
        **_periodic(register, rows),
        **_putting_right(register, rows),
    }


def _periodic(register: Register, rows: pd.DataFrame) -> dict[str, Fact]:
    """Return the day from which the next periodic evaluation counts: attainment, or the last such evaluation.

    Where evaluations may be missing the last may be any day up to that of the act (Guangzhou art. 3).
    """
    if not is_kept(register, "production_attained_on"):
        return {}
    attained, made = day_by_now(register, "production_attained_on"), rows[rows["evaluation"] == PERIODIC]
    is_undated = register.index.isin(made["parcel_id"][made["evaluated_on"].isna()])
    last = made.dropna(subset="evaluated_on").sort_values("evaluated_on", kind="stable")
    last = last.drop_duplicates("parcel_id", keep="last").set_index("parcel_id").reindex(register.index)
    is_later = last["evaluated_on"] > attained
    begins = attained.mask(is_later, last["evaluated_on"])
    is_all = is_complete(register, "assessment") & ~is_undated
    high = begins.where(is_all | begins.isna(), register.as_of)
    source = event_source(register, "production_attained_on").mask(is_later, last["place"])
    return {"periodic_assessment_from_on": bracket(begins, high, source)}


def _is_assessed(register: Register, rows: pd.DataFrame, stage: str) -> Fact:
    """Return whether an evaluation of a stage was made by the day of the act; a row without a day may have been."""
    of_stage = rows[rows["evaluation"] == stage]
    made = of_stage[of_stage["evaluated_on"].notna()].drop_duplicates("parcel_id").set_index("parcel_id")
    place = made["place"].reindex(register.index).astype(object)
    is_open = pd.Series(register.index.isin(of_stage["parcel_id"]), index=register.index) & place.isna()
    is_no = place.isna() & ~is_open & is_complete(register, "assessment")
    answer = place.notna().astype("boolean").mask(place.isna(), pd.NA).mask(is_no, other=False)
    return exact(answer, place.mask(is_no, "blank:assessment").fillna("missing:assessment"))


def latest(rows: pd.DataFrame, day: str, value: str, index: pd.Index) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return the value of each parcel's latest entry, its place, and where several on that day differ."""
    last = rows[rows[day] == rows.groupby("parcel_id")[day].transform("max")]
    by_parcel = last.groupby("parcel_id")
    several = (by_parcel[value].nunique(dropna=False).reindex(index) > 1).fillna(value=False)
    first = last.drop_duplicates("parcel_id").set_index("parcel_id").reindex(index)
    return first[value], first["place"].astype(object), several


def _passed(register: Register, rows: pd.DataFrame) -> Fact:
    value, place, several = latest(rows, "evaluated_on", "result", register.index)
    answer = value.map(PASSED).astype("boolean")
    passed = exact(answer, place.where(answer.notna(), "missing:assessment"))
    return forget(passed, several, "contradiction:assessment")


def _failed_years(register: Register, rows: pd.DataFrame) -> Fact:
    failed = rows[rows["result"] == "failed"].assign(year=lambda one: one["evaluated_on"].dt.year)
    count = failed.groupby("parcel_id")["year"].nunique().reindex(register.index).fillna(0.0).astype(float)
    place = failed.groupby("parcel_id")["place"].first().reindex(register.index).fillna("missing:assessment")
    complete = is_complete(register, "assessment")
    is_known = complete | (count > 0)
    high = count.where(complete, np.inf)
    return estimate(count.where(complete), count.where(is_known), high.where(is_known), place.astype(object))


def _putting_right(register: Register, rows: pd.DataFrame) -> dict[str, Fact]:
    """Return the order to put right given last, whether it was followed, and how long all of them run together."""
    orders = rows[rows["rectify_by_on"].notna()].assign(
        rectify_from_on=lambda one: one["rectify_from_on"].fillna(one["evaluated_on"])
    )
    orders = orders[orders["rectify_from_on"] <= register.as_of].sort_values("rectify_from_on", kind="stable")
    last = orders.drop_duplicates("parcel_id", keep="last").set_index("parcel_id").reindex(register.index)
    complete = is_complete(register, "assessment")
    place = last["place"].fillna("missing:assessment").astype(object)
    done = (last["rectified_on"] <= register.as_of).astype("boolean")
    is_open = last["rectified_on"].isna() & ~complete & ~last["rectified_on_is_none"].eq(other=True)
    months = _months_between(orders["rectify_from_on"], orders["rectify_by_on"]).groupby(orders["parcel_id"]).sum()
    total = months.reindex(register.index).astype(float).fillna(0.0)
    is_known = complete | last["place"].notna()
    is_ordered = last["place"].notna().astype("boolean").mask(last["place"].isna() & ~complete, pd.NA)
    return {
        "is_rectification_ordered": exact(is_ordered, place),
        "rectification_ordered_on": exact(last["rectify_from_on"], place),
        "rectification_due_on": exact(last["rectify_by_on"], place),
        "is_rectified": exact(done.mask(is_open | last["place"].isna(), pd.NA), place),
        "rectification_months_total": estimate(
            total.where(complete), total.where(is_known), total.where(complete, np.inf).where(is_known), place
        ),
    }


def _months_between(begin: pd.Series, end: pd.Series) -> pd.Series:
    """Return months from a day to another, by the corresponding day; days over are a share of their month."""
    whole = full_months(begin, end)
    reached = corresponding_day(begin, whole)
    following = corresponding_day(begin, whole + 1)
    over: pd.Series = (end - reached).dt.days / (following - reached).dt.days
    return whole + over
