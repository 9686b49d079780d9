"""Whether an instrument binds on a day, and which instruments are therefore assessed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal, NamedTuple

from geo.law.rule import INCORPORATED, Adoption, Condition, Instrument

Standing = Literal["in_force", "draft_adopted", "draft", "lapsed", "not_yet", "contract"]


def standing(instrument: Instrument, *, as_of: date, adoption: Adoption | None) -> Standing:
    """Say how an instrument stands on a day; both its first and its last day count as in force.

    Parameters
    ----------
    adoption
        The bureau's, or None; it counts from its own day.

    Examples
    --------
    >>> from geo.law.rule import Bilingual
    >>> measures = Instrument(
    ...     "m", "cn", Bilingual("办法", "measures"), "instrument", False, (), in_force_from=date(2012, 7, 1)
    ... )
    >>> standing(measures, as_of=date(2012, 6, 30), adoption=None)
    'not_yet'
    >>> standing(measures, as_of=date(2012, 7, 1), adoption=None)
    'in_force'
    """
    if instrument.basis == "contract":
        return "contract"
    if instrument.is_draft:
        return "draft_adopted" if adoption is not None and adoption.adopted_on <= as_of else "draft"
    if instrument.in_force_from is not None and as_of < instrument.in_force_from:
        return "not_yet"
    if instrument.last_day_in_force is not None and as_of > instrument.last_day_in_force:
        return "lapsed"
    return "in_force"


class Applied(NamedTuple):
    """An instrument that is assessed on a day, how it stands, and the adoption that counts by then, if any."""

    instrument: Instrument
    standing: Standing
    adoption: Adoption | None


def applied(
    instruments: Iterable[Instrument], *, as_of: date, adoptions: Mapping[str, Adoption], asked: Collection[str]
) -> list[Applied]:
    """Choose the instruments that are assessed on a day, sorted by id.

    Those that bind (in force, or part of contracts), those the bureau adopted by then, and those asked for by id. Of
    the rest, one whose clauses are written into contracts is applied to the parcels whose contract took it over.
    """
    chosen = []
    for instrument in sorted(instruments, key=lambda instrument: instrument.id):
        found = adoptions.get(instrument.id)
        adoption = found if found is not None and found.adopted_on <= as_of else None
        state = standing(instrument, as_of=as_of, adoption=adoption)
        if state in ("in_force", "contract") or adoption is not None or instrument.id in asked:
            chosen.append(Applied(instrument, state, adoption))
        elif instrument.is_contractual:
            chosen.append(Applied(_as_contract(instrument), "contract", None))
    return chosen


def _as_contract(instrument: Instrument) -> Instrument:
    """Return a text that binds a parcel only by its contract."""
    taken_over = Condition(INCORPORATED, "in", instrument.id, limit=(instrument.id,))
    return replace(instrument, basis="contract", applies_to=(taken_over, *instrument.applies_to))
