"""How much of the agreed investment is in: now, and on the last day of the agreed building period."""

from collections.abc import Mapping

import pandas as pd

from geo.facts.column import Fact, estimate, exact, flag, forget
from geo.facts.dates import passed_deadline
from geo.facts.register import Register, amount, is_disputed, where_from
from geo.facts.source import join_sources


def invested_facts(register: Register, happened: Mapping[str, Fact]) -> dict[str, Fact]:
    r"""Return the invested share of the total investment, now and at the agreed completion.

    .. math:: I = Y_{invested} / Y_{total}

    Neither holds the land price (unlike the investment intensity of the 2008 indicators). Investment does not shrink:
    the share now bounds the one at the agreed completion from above. Acceptance of the completed project closes its
    account, so where it came in time the two are the same. Before the agreed completion that share is not known.

    Parameters
    ----------
    happened
        ``completed_on`` and ``agreed_completion_on``.

    Returns
    -------
    dict
        ``invested_fraction`` and ``invested_fraction_at_deadline`` [1].
    """
    total = amount(register, "total_investment_yuan").where(lambda yuan: yuan > 0)
    share = amount(register, "invested_yuan") / total
    missing = join_sources(*(_if_missing(register, field) for field in ("invested_yuan", "total_investment_yuan")))
    source = where_from(register, "invested_yuan").where(missing == "", missing)
    deadline, no_deadline = passed_deadline(register, happened["agreed_completion_on"])
    in_time = happened["completed_on"].value <= deadline
    low = share.where(in_time | share.isna() | (share == 0), 0.0)
    closed = join_sources(source, flag(in_time, "law:account_closed"), flag(~in_time, "law:does_not_shrink"))
    then = estimate(share.where(low == share), low, share, closed.where(share.notna(), source))
    return {
        "invested_fraction": exact(share, source),
        "invested_fraction_at_deadline": forget(then, deadline.isna(), no_deadline),
    }


def _if_missing(register: Register, field: str) -> pd.Series:
    missing = flag(amount(register, field).isna(), f"missing:{field}")
    return missing.mask(is_disputed(register, field), f"contradiction:{field}")


def money_facts(register: Register) -> dict[str, Fact]:
    """Return investment with the land price: for each square metre actually supplied, and as a share of the agreed.

    Where no count with the land price is on record, it is the count without it and the contract's price together; so
    is the agreed total. The intensity of the 2008 indicators holds the land price; the 25 % of idle land does not.

    Returns
    -------
    dict
        ``investment_intensity_yuan_per_m2`` [yuan/m2] and ``invested_fraction_with_land`` [1].
    """
    invested, said = _with_land(register, "invested")
    total, agreed = _with_land(register, "total_investment")
    area = amount(register, "supplied_area_m2").where(lambda land: land > 0)
    on = where_from(register, "supplied_area_m2")
    share = invested / total.where(total > 0)
    return {
        "investment_intensity_yuan_per_m2": exact(invested / area, join_sources(said, on)),
        "invested_fraction_with_land": exact(share, join_sources(said, agreed)),
    }


def _with_land(register: Register, name: str) -> tuple[pd.Series, pd.Series]:
    counted, field = amount(register, f"{name}_with_land_yuan"), f"{name}_with_land_yuan"
    is_open = is_disputed(register, field)
    summed = amount(register, f"{name}_yuan") + amount(register, "price_yuan")
    parts = join_sources(where_from(register, f"{name}_yuan"), where_from(register, "price_yuan"))
    source = parts.mask(counted.notna() | is_open, where_from(register, field))
    return counted.fillna(summed).mask(is_open), source
