"""How much of the land that should be developed is: now, and on the last day of the agreed building period."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.facts.column import Fact, choose, estimate, flag, forget, holds, larger, smaller
from geo.facts.dates import passed_deadline
from geo.facts.land import TOLERANCE, Land, stand_on
from geo.facts.register import Register, place_of
from geo.facts.series import BuiltShare
from geo.facts.source import join_sources
from geo.facts.views import Share, Span, last_half_year, latest_estimate, share_at_least, share_at_most, stronger


def developed_facts(
    register: Register, views: pd.DataFrame, land: Land, happened: Mapping[str, Fact], *, built: BuiltShare
) -> dict[str, Fact]:
    r"""Return the developed share of the land that should be developed, now and at the agreed completion.

    .. math:: D = A_{developed} / A_{should}

    Both are land (国土资厅函〔2002〕101号), never roofs over parcel. A survey in the ledger gives the share. Without
    one, registered buildings and the roofs and hard ground in images of the last half year, or in all looks of a year
    taken together, bound it from below; all
    but the plants and water in images since works stand still bound it from above. Development of land does not
    shrink, so an image bounds what is there later from below and what was there earlier from above. Where a survey and
    this evidence exclude each other, the bounds hold both. A project not started has developed nothing.

    Where the area that should be developed is not known it is at most the parcel's, less what the plan keeps free: the
    share of that bounds from below and nothing bounds from above (``assumed:parcel_area``, ``assumed:planned_area``),
    so that no assumption accuses anybody.

    At the agreed completion the share is 1 or more if the project was completed by then; otherwise images before and
    after that day bracket it, and the share now where works stand still since. Before that day it is not known.

    Parameters
    ----------
    happened
        ``is_started``, ``is_suspended``, ``last_worked_on``, ``completed_on`` and ``agreed_completion_on``.
    built
        From `series.built_share`; where a month says nothing of a parcel, single views bound alone.

    Returns
    -------
    dict
        ``developed_fraction`` and ``developed_fraction_at_deadline`` [1].
    """
    now = _now(register, views, land, happened, built=built)
    is_nothing = _has_nothing(land, happened)
    then = _at_deadline(register, views, land, {**happened, "developed_fraction": now})
    now = stand_on(now, land, unless=is_nothing)
    is_impossible, why = land.should > land.parcel * (1 + TOLERANCE), "contradiction:should_develop_more_than_parcel"
    return {
        "developed_fraction": forget(now, is_impossible, why),
        "developed_fraction_at_deadline": forget(then, is_impossible, why),
    }


def weigh(claim: pd.Series, claim_source: pd.Series, seen: Fact) -> Fact:
    """Return what is said where evidence allows it, bounds that hold both where it does not, else the evidence."""
    is_refuted = (claim < seen.low) | (claim > seen.high)
    low = claim.mask(is_refuted, smaller(claim, seen.low)).fillna(seen.low)
    high = claim.mask(is_refuted, larger(claim, seen.high)).fillna(seen.high)
    contradicted = join_sources(claim_source, seen.source, "contradiction:ledger_and_evidence")
    source = choose([(is_refuted, contradicted), (claim.notna(), claim_source)], seen.source)
    return estimate(claim.fillna(seen.value), low, high, source)


def _now(
    register: Register, views: pd.DataFrame, land: Land, happened: Mapping[str, Fact], *, built: BuiltShare
) -> Fact:
    today = pd.Series(register.as_of, index=register.index)
    least = stronger(share_at_least(views, last_half_year(today)), built.least)
    most = share_at_most(views, Span(_still_since(happened), today))
    buildings = land.buildings / land.base
    low = larger(_from_below(least, land), buildings)
    under_roof = flag(buildings > _from_below(least, land).fillna(0), "footprints:mapped")
    seen = _evidence(
        built.value.fillna(latest_estimate(views, last_half_year(today))) * land.parcel / land.base,
        low,
        _from_above(most, land),
        join_sources(least.source, most.source, under_roof),
    )
    is_nothing = _has_nothing(land, happened)
    claim = (land.developed / land.base).mask(is_nothing, 0.0)
    return weigh(claim, place_of(register, "developed_area_m2").mask(is_nothing, happened["is_started"].source), seen)


def _at_deadline(register: Register, views: pd.DataFrame, land: Land, happened: Mapping[str, Fact]) -> Fact:
    now = happened["developed_fraction"]
    deadline, no_deadline = passed_deadline(register, happened["agreed_completion_on"])
    today = pd.Series(register.as_of, index=register.index)
    least = share_at_least(views, last_half_year(deadline))
    most = share_at_most(views, Span(deadline, today, is_newest=False))
    is_still = _still_since(happened) <= deadline
    low = larger(_from_below(least, land), now.low.where(is_still))
    high = smaller(_from_above(most, land), now.high)
    sources = join_sources(least.source, most.source, now.source)
    seen = _evidence(now.value.where(is_still), low, high.mask(land.due_on > deadline), sources)
    seen = stand_on(seen, land, unless=_has_nothing(land, happened))
    done = _done_by_then(seen, happened["completed_on"].source)
    in_time = happened["completed_on"].value <= deadline
    value, low, high, source = (
        one.where(in_time, other)
        for one, other in zip(
            (done.value, done.low, done.high, done.source), (seen.value, seen.low, seen.high, seen.source), strict=True
        )
    )
    return forget(Fact(value, low, high, source), deadline.isna(), no_deadline)


def _has_nothing(land: Land, happened: Mapping[str, Fact]) -> pd.Series:
    """Return where works have not begun and no survey says otherwise: nothing is developed, of whatever area."""
    return holds(~happened["is_started"].value) & land.developed.isna()


def _done_by_then(seen: Fact, accepted: pd.Series) -> Fact:
    """Return a share of 1 or more, as acceptance says; bounds that hold both where the evidence excludes it.

    Evidence that contradicts itself is told beside the acceptance: more of it may say another thing.
    """
    is_refuted = seen.high < 1
    low = larger(seen.low, pd.Series(1.0, index=seen.low.index)).mask(is_refuted, seen.low)
    high = larger(seen.high.fillna(np.inf), low).mask(is_refuted, np.inf)
    doubted = join_sources(accepted, seen.source, "contradiction:ledger_and_evidence")
    is_torn = seen.source.str.contains("contradiction:", regex=False)
    source = choose([(is_refuted, doubted), (is_torn, join_sources(accepted, seen.source))], accepted)
    return estimate(seen.value.fillna(1.0), low, high, source)


def _evidence(value: pd.Series, low: pd.Series, high: pd.Series, source: pd.Series) -> Fact:
    """Return bounds from what was seen; bounds that cross hold each other, and bounds that say nothing are none."""
    low, high = low.fillna(0.0), high.fillna(np.inf)
    is_empty = (low == 0) & np.isinf(high) & value.isna()
    source = join_sources(source, flag(low > high, "contradiction:evidence_differs"))
    return estimate(value, smaller(low, high).mask(is_empty), larger(low, high).mask(is_empty), source)


def _from_below(least: Share, land: Land) -> pd.Series:
    return least.share * land.parcel / land.base


def _from_above(most: Share, land: Land) -> pd.Series:
    """Return the upper bound of views; none where the area that should be developed is not known."""
    return most.share * (land.parcel / land.should).clip(lower=1.0)


def _still_since(happened: Mapping[str, Fact]) -> pd.Series:
    """Return the day since which works stand still for certain; NaT where they may not."""
    return happened["last_worked_on"].high.where(holds(happened["is_suspended"].value))
