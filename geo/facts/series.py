"""What the series of images say of works, where the ledger does not say: a clue, bracketed by looks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from geo.facts.column import Fact, bracket, exact, holds
from geo.facts.register import Register, day_by_now, happened
from geo.facts.source import JOINT
from geo.facts.views import BUILT_FRACTION_SURE, Share
from geo.model import MONTHLY_COLUMNS

SUPPLIED = ("delivered_on", "supplied_on", "deal_closed_on", "agreement_signed_on")
"""Days of the ledger before which nobody could begin on the project; the first of them counts."""
STALE = pd.Timedelta(days=60)
"""A series whose last look is older says nothing of the day of the act."""
STANDING = ("still", "overgrown")


@dataclass(frozen=True, slots=True)
class Seen:
    """What series say of each parcel: the last month known of it, columns of ``geo.model.MONTHLY_COLUMNS``."""

    months: pd.DataFrame

    def scenes(self, column: str) -> pd.Series:
        """Return the scenes of a column as sources."""
        names = self.months[column].fillna("").astype(object)
        return names.map(lambda text: JOINT.join(f"scene:{name}" for name in text.split())).astype(object)

    def says(self, column: str, *answers: str) -> pd.Series:
        """Return where a column has one of some answers."""
        return self.months[column].isin(answers)


def last_seen(register: Register, monthly: pd.DataFrame | None, pooled: pd.Series) -> Seen:
    """Return the last month of each parcel that is not stale on the day of the act; blank where there is none.

    Of parcels that are judged together nothing is taken: what one of them shows is not what the whole contract does.

    Parameters
    ----------
    monthly
        Columns of ``geo.model.MONTHLY_COLUMNS``; None where nothing is known.
    pooled
        The contract by parcel, of parcels that share one.
    """
    rows = pd.DataFrame(columns=list(MONTHLY_COLUMNS)) if monthly is None else monthly
    through = pd.to_datetime(rows["looked_through_on"])
    is_used = (through <= register.as_of) & (through >= register.as_of - STALE) & ~rows["parcel_id"].isin(pooled.index)
    last = rows[is_used].sort_values("month").drop_duplicates("parcel_id", keep="last")
    return Seen(last.set_index("parcel_id").reindex(register.index))


@dataclass(frozen=True, slots=True)
class BuiltShare:
    """The built share of each parcel by a year of looks: the best guess, and the least it may be; NaN where unknown."""

    value: pd.Series
    least: Share


def built_share(seen: Seen) -> BuiltShare:
    """Return the built share that the last month shows; none of land that was cleared again within its year.

    It is no bound from above: ground that is dug up, netted or made up may be developed and is not built.
    """
    months = seen.months
    is_known = (months["reason"].fillna("") == "") & months["built_fraction_low"].notna()
    is_known &= ~seen.says("works", "demolished")
    value, low = (months[name].astype(float).where(is_known) for name in ("built_fraction", "built_fraction_low"))
    source = ("month:" + months["month"].astype(object)).where(is_known, "").astype(object)
    return BuiltShare(value, Share(low.mask(low <= BUILT_FRACTION_SURE, 0.0), source))


def fill_from_series(register: Register, known: Mapping[str, Fact], seen: Seen) -> dict[str, Fact]:
    """Return the facts of works with what series say in the places that the ledger leaves blank.

    Parameters
    ----------
    known
        From `works.work_facts`; what is left open there because two things contradict each other stays open.

    Returns
    -------
    dict
        All of `known`, with ``is_started``, ``started_on``, ``is_suspended`` and ``last_worked_on`` filled.
    """
    filled = dict(known) | _start(register, known, seen)
    return filled | _stand(filled, seen)


def _start(register: Register, known: Mapping[str, Fact], seen: Seen) -> dict[str, Fact]:
    """Return whether and when works started.

    Structure that arose under the series is a start if a permit is recorded: without one, works are no start in the
    sense of Order 53. Ground that was undisturbed from before it was supplied until now is not started; what lay there
    when the series began may have been started and overgrown. A start shows as cleared ground first and is certain
    when structure is visible, so it lies between the two; it is not before the permit.
    """
    is_blank = known["is_started"].value.isna() & known["is_started"].source.str.startswith("missing:")
    days = {
        name: pd.to_datetime(seen.months[name]).astype("datetime64[s]")
        for name in ("start_not_before", "start_not_after", "looked_from_on")
    }
    arose = seen.says("start", "started") & days["start_not_before"].notna()
    is_yes = is_blank & arose & holds(happened(register, "construction_permit_on"))
    supplied = pd.concat([day_by_now(register, name) for name in SUPPLIED], axis=1).min(axis=1)
    is_no = is_blank & seen.says("start", "not_started") & (days["looked_from_on"] <= supplied)
    value = known["is_started"].value.mask(is_yes, other=True).mask(is_no, other=False)
    scenes = seen.scenes("start_scenes")
    started = exact(value, known["is_started"].source.mask(is_yes | is_no, scenes))
    dated = known["started_on"]
    is_undated = holds(value) & arose & dated.low.isna() & dated.high.isna()
    high = pd.concat([days["start_not_after"], day_by_now(register, "construction_permit_on")], axis=1).max(axis=1)
    found = bracket(
        dated.low.mask(is_undated, days["start_not_before"]),
        dated.high.mask(is_undated, high),
        dated.source.mask(is_undated, scenes),
    )
    return {"is_started": started, "started_on": replace(found, value=dated.value.fillna(found.value))}


def _stand(known: Mapping[str, Fact], seen: Seen) -> dict[str, Fact]:
    """Return whether works stand still, and since when, of a project that has started and is not completed."""
    still, dated = known["is_suspended"], known["last_worked_on"]
    is_blank = still.value.isna() & still.source.str.startswith("missing:")
    is_asked = is_blank & holds(known["is_started"].value) & holds(~known["is_completed"].value)
    stopped_by = pd.to_datetime(seen.months["next_look_on"]).astype("datetime64[s]")
    last_change = pd.to_datetime(seen.months["last_change_on"]).astype("datetime64[s]")
    low = pd.concat([dated.low, last_change, known["started_on"].low], axis=1).max(axis=1)
    high = pd.concat([dated.high, stopped_by], axis=1).min(axis=1)
    is_yes = is_asked & seen.says("works", *STANDING) & stopped_by.notna() & ~(low > high)
    is_no = is_asked & seen.says("works", "working")
    value = still.value.mask(is_yes, other=True).mask(is_no, other=False)
    scenes = seen.scenes("works_scenes")
    return {
        "is_suspended": exact(value, still.source.mask(is_yes | is_no, scenes)),
        "last_worked_on": Fact(
            dated.value.mask(is_yes, low.where(low == high)),
            dated.low.mask(is_yes, low),
            dated.high.mask(is_yes, high),
            dated.source.mask(is_yes, scenes),
        ),
    }
