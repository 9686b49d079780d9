"""What people determined, and what single entries show: a price paid, a plant leased, a blocker, a sale by a court."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from geo.facts.column import Fact, exact, forget
from geo.facts.evaluation import latest
from geo.facts.register import Register, amount, is_complete, told, where_from
from geo.facts.source import join_sources

ACTS = frozenset(
    {
        "decision_unheeded",
        "malicious_hoarding_found", "other_low_efficiency_found", "uncooperative", "use_changed",
        "unlawfully_transferred", "breach_serious", "pollution_found", "phasing_in_minutes", "new_use_processed",
    }
)  # fmt: skip
"""Matters that are acts or findings: without an entry in a complete register there was none. Others are opinions, and
without one nobody has said anything."""

OPINIONS = frozenset(
    {
        "pollution_treated", "holder_willing", "holder_able", "transferable", "insolvent", "project_funded",
        "plan_lawfully_changed", "plan_conforming", "admission_met", "title_clear", "net_land",
        "existing_industrial_land", "running_well", "yield_good", "performing", "hard_to_stand_alone", "on_public_need",
    }
)  # fmt: skip

REASONED = "other_low_efficiency_found"
"""A finding that counts only with its reason written down (Dabu art. 6(1)9)."""

Maker = Callable[[Register], Fact]
HAZARDS = frozenset({"contamination", "relics", "minerals", "flood", "geological"})
TITLE = frozenset({"unlawful_acquisition", "unpaid", "title_unclear", "unregistered"})
CENT = 0.005
"""Sums are compared to the cent [yuan]."""


def determined_facts(register: Register) -> dict[str, Fact]:
    """Return what people determined up to the day of the act, by the latest determination of each matter.

    Only matters of which there is any entry have a fact. Two determinations of one day that differ leave it open. What
    the office does in a case is no determination but a move (rules D8).

    Returns
    -------
    dict
        ``is_`` and each matter.
    """
    if "determination" not in register.entries.told:
        return {}
    rows = told(register, "determination")
    rows = rows[~(rows["determined_on"] > register.as_of)]
    is_reasoned = (rows["matter"] != REASONED) | rows["reason"].notna() | (rows["answer"] == "no")
    rows = rows[is_reasoned]
    kept = set(register.entries.told["determination"]["matter"]) & (ACTS | OPINIONS)
    return {f"is_{matter}": _determined(register, rows, matter) for matter in sorted(kept)}


def _determined(register: Register, rows: pd.DataFrame, matter: str) -> Fact:
    about = rows[rows["matter"] == matter]
    value, place, several = latest(about, "determined_on", "answer", register.index)
    answer = value.map({"yes": True, "no": False}).astype("boolean")
    if matter in ACTS:
        answer = answer.mask(place.isna() & is_complete(register, "determination"), other=False)
    determined = exact(answer, place.fillna("missing:determination").astype(object))
    return forget(determined, several, "contradiction:determination")


def entry_facts(register: Register) -> dict[str, Fact]:
    """Return what single entries show: price paid, plant wholly leased, sold by a court, blockers of the reserve.

    Returns
    -------
    dict
        ``is_price_fully_paid``, ``is_plant_wholly_leased``, ``is_judicial_disposal``, ``is_hazard_untreated`` and
        ``is_title_defective``, as far as there are such entries.
    """
    makers: dict[str, tuple[str, Maker]] = {
        "is_price_fully_paid": ("payment_made", _paid),
        "is_plant_wholly_leased": ("lease", _wholly_leased),
        "is_judicial_disposal": ("transfer_made", _judicial),
        "is_hazard_untreated": ("reserve_blocker", partial(_blocked, kinds=HAZARDS)),
        "is_title_defective": ("reserve_blocker", partial(_blocked, kinds=TITLE)),
    }
    return {name: make(register) for name, (kept, make) in makers.items() if kept in register.entries.told}


def _any(register: Register, name: str, certain: pd.Series, possible: pd.Series) -> Fact:
    """Return whether some entry holds: yes where one does, no where none may and the register is complete."""
    rows = told(register, name)
    yes, maybe = (
        pd.Series(register.index.isin(rows["parcel_id"][where]), index=register.index) for where in (certain, possible)
    )
    answer = pd.Series(pd.NA, index=register.index, dtype="boolean").mask(yes, other=True)
    answer = answer.mask(~yes & ~maybe & is_complete(register, name), other=False)
    place = rows[certain].drop_duplicates("parcel_id").set_index("parcel_id")["place"].reindex(register.index)
    return exact(
        answer,
        place.astype(object).where(place.notna(), answer.map({False: f"blank:{name}"}).fillna(f"missing:{name}")),
    )


def _paid(register: Register) -> Fact:
    rows = told(register, "payment_made")
    rows = rows[rows["payment"] == "price"]
    is_paid, is_open = rows["paid_on"] <= register.as_of, rows["paid_on"].isna() & ~rows["paid_on_is_none"]
    low, high = (
        rows[where].groupby("parcel_id")["paid_yuan"].sum().reindex(register.index).fillna(0.0)
        for where in (is_paid, is_paid | is_open)
    )
    price = amount(register, "price_yuan")
    answer = pd.Series(pd.NA, index=register.index, dtype="boolean").mask(low >= price - CENT, other=True)
    is_short = (high < price - CENT) & is_complete(register, "payment_made")
    place = rows.groupby("parcel_id")["place"].first().reindex(register.index)
    source = join_sources(place.fillna("missing:payment_made").astype(object), where_from(register, "price_yuan"))
    return exact(answer.mask(is_short, other=False).mask(price.isna(), pd.NA), source)


def _wholly_leased(register: Register) -> Fact:
    rows = told(register, "lease")
    begins, ends, said = rows["leased_from_on"], rows["leased_to_on"], rows["is_wholly_leased"]
    is_over = (begins > register.as_of) | (ends < register.as_of)
    is_in_force = (begins <= register.as_of) & ((ends >= register.as_of) | rows["leased_to_on_is_none"])
    return _any(register, "lease", is_in_force & (said == "yes"), ~is_over & (said != "no"))


def _judicial(register: Register) -> Fact:
    rows = told(register, "transfer_made")
    is_sold = (rows["transfer"] == "judicial") & (rows["transferred_on"] <= register.as_of)
    return _any(register, "transfer_made", is_sold, (rows["transfer"] == "judicial") & rows["transferred_on"].isna())


def _blocked(register: Register, *, kinds: frozenset[str]) -> Fact:
    rows = told(register, "reserve_blocker")
    found, cleared = rows["blocker_found_on"], rows["blocker_cleared_on"]
    stands = rows["blocker"].isin(kinds) & ~(found > register.as_of) & ~(cleared <= register.as_of)
    is_sure = (
        cleared.notna()
        | rows["blocker_cleared_on_is_none"]
        | bool(register.through_entries("reserve_blocker") >= register.as_of)
    )
    return _any(register, "reserve_blocker", stands & is_sure, stands)
