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
