"""The ledger as a register: one row a parcel, and what a blank cell means on the day of the act."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from geo.errors import SchemaError
from geo.facts.counted import EXTENSION
from geo.facts.fold import Entries
from geo.facts.source import JOINT

NEEDED_BY_ALL = frozenset({"started_on", "construction_permit_on"})
"""A register in which no project ever started or got a permit does not keep such days: its blanks are not "no"."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of law that stand inside the definitions of facts. They come from the pack, as ISO periods.

    Attributes
    ----------
    start_after_delivery
        From delivery of the land to its start, where no start is agreed (自然资源 Order 53 art. 22; Dabu art. 5(1)1).
    idle_after
        From the agreed start to idleness (Order 53 art. 2): an extension granted later comes after it.
    """

    start_after_delivery: str
    idle_after: str


@dataclass(frozen=True, slots=True)
class Register:
    """The ledger on one day.

    Attributes
    ----------
    rows
        One row a parcel, indexed by ``parcel_id``, every parcel there; columns are fields of the ledger.
    as_of
        The day of the act.
    complete_through
        By field, the day through which everything that happened was entered; a field nobody says so of is not there,
        nor is one of `NEEDED_BY_ALL` without a single entry.
    periods
        Periods of law.
    entries
        What registers with several entries a parcel know.
    """

    rows: pd.DataFrame
    as_of: pd.Timestamp
    complete_through: Mapping[str, date]
    periods: Periods
    entries: Entries = field(default_factory=Entries)

    @property
    def index(self) -> pd.Index:
        """The parcels."""
        return self.rows.index

    def through(self, name: str) -> pd.Timestamp:
        """Return the day through which a field is complete for parcels with a row; NaT where nobody says so."""
        said = [through[name] for through in (self.complete_through, self.entries.complete_through) if name in through]
        return pd.Timestamp(max(said) if said else "NaT")

    def through_entries(self, name: str) -> pd.Timestamp:
        """Return the day through which a register of entries is complete in a field; NaT where nobody says so."""
        return pd.Timestamp(self.entries.complete_through.get(name, "NaT"))


def open_register(  # noqa: PLR0913  # the ledger, and the days and periods it is read with
    ledger: pd.DataFrame,
    parcel_ids: pd.Index,
    *,
    as_of: date,
    complete_through: Mapping[str, date],
    periods: Periods,
    entries: Entries | None = None,
) -> Register:
    """Put the ledger's rows on the parcels; a parcel without a row has only blanks, and they mean nothing.

    Raises
    ------
    SchemaError
        A parcel has two rows.
    """
    twice = ledger["parcel_id"][ledger["parcel_id"].duplicated()]
    if not twice.empty:
        raise SchemaError("fact.two_rows", column="parcel_id", parcel=twice.iloc[0])
    indexed = ledger.set_index("parcel_id")
    told = pd.concat([indexed, pd.Series(data=True, index=indexed.index, name="has_row")], axis=1)
    rows = told.reindex(pd.Index(parcel_ids, name="parcel_id"))
    unused = {field for field in NEEDED_BY_ALL if field not in ledger or not _has_entry(ledger, field).any()}
    complete = {field: through for field, through in complete_through.items() if field not in unused}
    return Register(rows, pd.Timestamp(as_of), complete, periods, entries or Entries())


def extension_rounds(register: Register) -> list[Register]:
    """Return the ledger once for each extension that a parcel can have, the first granted first.

    In the first round stands the extension of the parcel's own row, or its first entry; in the n-th the n-th entry,
    and where there is none, none was granted.
    """
    entries = register.entries.extensions
    turn = entries.groupby("parcel_id").cumcount()
    rounds = []
    for number in range(max(1, int(turn.max()) + 1 if len(turn) else 1)):
        one = entries[turn == number].set_index("parcel_id").reindex(register.index)
        here = register.index.to_series().isin(entries["parcel_id"][turn == number])
        replaced = here if number == 0 else pd.Series(data=True, index=register.index)
        rounds.append(replace(register, rows=_with_extension(register.rows, one, replaced, here)))
    return rounds


def _with_extension(rows: pd.DataFrame, one: pd.DataFrame, replaced: pd.Series, here: pd.Series) -> pd.DataFrame:
    columns: dict[str, pd.Series] = {}
    blank = pd.Series(None, index=rows.index, dtype=object)
    for name in EXTENSION:
        columns[name] = rows.get(name, blank).astype(object).mask(replaced, one.get(name, blank).astype(object))
        is_none = one.get(f"{name}_is_none", blank).eq(other=True) | ~here
        columns[f"{name}_is_none"] = _says_none(rows, name).mask(replaced, is_none).astype(bool)
        for said, new in ((f"{name}_disputed", one.get(f"{name}_disputed")), (f"{name}_from", one.get("place"))):
            known = rows.get(said, blank).astype(object)
            columns[said] = known.mask(replaced, blank if new is None else new.astype(object))
    kept = rows[[name for name in rows.columns if name not in columns]]
    return pd.concat([kept, pd.DataFrame(columns, index=rows.index)], axis="columns")


def _has_entry(ledger: pd.DataFrame, field: str) -> pd.Series:
    return ledger[field].notna() | _says_none(ledger, field)


def _says_none(ledger: pd.DataFrame, field: str) -> pd.Series:
    said = ledger.get(f"{field}_is_none")
    nowhere = pd.Series(data=False, index=ledger.index)
    return nowhere if said is None else said.astype("boolean").fillna(value=False).astype(bool)


def day(register: Register, field: str) -> pd.Series:
    """Return a day of the ledger; NaT where blank."""
    blank = pd.Series(pd.NaT, index=register.index, dtype="datetime64[s]")
    return register.rows[field].astype("datetime64[s]") if field in register.rows else blank


def amount(register: Register, field: str) -> pd.Series:
    """Return a number of the ledger; NaN where blank."""
    blank = pd.Series(float("nan"), index=register.index)
    return register.rows[field].astype("float64") if field in register.rows else blank


def text(register: Register, field: str) -> pd.Series:
    """Return a text of the ledger; None where blank."""
    blank = pd.Series(None, index=register.index, dtype=object)
    found = register.rows[field].astype(object) if field in register.rows else blank
    return found.where(found.notna(), None)


def is_kept(register: Register, field: str) -> bool:
    """Whether a register keeps a field at all: some parcel has a value, or it says that it holds every one."""
    return field in register.rows or field in register.entries.complete_through


def told(register: Register, name: str) -> pd.DataFrame:
    """Return the entries of a register of ``fold.TOLD`` about the parcels that are looked at."""
    entries = register.entries.told[name]
    return entries[entries["parcel_id"].isin(register.index)]


def is_complete(register: Register, name: str) -> pd.Series:
    """Return of which parcels a register of ``fold.TOLD`` holds every entry through the day of the act."""
    return has_row(register) & bool(register.through_entries(name) >= register.as_of)


def is_none(register: Register, field: str) -> pd.Series:
    """Return where the ledger says "none": nothing agreed, or nothing of the kind happened."""
    return _says_none(register.rows, field)


def has_row(register: Register) -> pd.Series:
    """Return which parcels the ledger knows."""
    return register.rows["has_row"].notna()


def is_blank_meaningful(register: Register, field: str) -> pd.Series:
    """Return where a blank says "no": the parcel is in the ledger, and the field is complete through the act.

    A parcel without a row of its own is known to registers of entries only, and only theirs says "no" of it.
    """
    flat = register.rows.get("is_flat")
    is_flat = has_row(register) if flat is None else flat.eq(other=True)
    by_rows, by_entries = register.through(field), register.through_entries(field)
    is_complete = (is_flat & bool(by_rows >= register.as_of)) | bool(by_entries >= register.as_of)
    return has_row(register) & is_complete & ~is_disputed(register, field)


def is_disputed(register: Register, field: str) -> pd.Series:
    """Return where several things are said of a field: none of them counts."""
    said = register.rows.get(f"{field}_disputed")
    return pd.Series(data=False, index=register.index) if said is None else said.notna()


def happened(register: Register, field: str) -> pd.Series:
    """Return whether what a day of the ledger stands for had happened by the day of the act.

    A later day says "not yet" if the register was complete on it, and nothing if it is a forecast.

    Returns
    -------
    pandas.Series
        Of type ``boolean``; unknown where a blank says nothing.
    """
    on = day(register, field)
    is_later = (on > register.as_of) & (on <= register.through(field))
    is_no = is_none(register, field) | is_later | (on.isna() & is_blank_meaningful(register, field))
    answer = pd.Series(pd.NA, index=register.index, dtype="boolean")
    return answer.mask(is_no, other=False).mask(on <= register.as_of, other=True)


def day_by_now(register: Register, field: str) -> pd.Series:
    """Return a day of the ledger that is not after the day of the act; NaT elsewhere."""
    on = day(register, field)
    return on.where(on <= register.as_of)


def place(register: Register) -> pd.Series:
    """Return the source text of values that stand in the parcel's row of the ledger."""
    number = register.rows.get("row")
    if number is None:
        return pd.Series("ledger:unnumbered", index=register.index, dtype=object)
    return number.map(lambda row: "ledger:unnumbered" if pd.isna(row) else f"ledger:{int(row)}").astype(object)


def place_of(register: Register, field: str) -> pd.Series:
    """Return the source text of a value: the entry of the register that it stands in, or the parcel's row."""
    entry = register.rows.get(f"{field}_from")
    return place(register) if entry is None else place(register).mask(entry.notna(), entry)


def where_from(register: Register, field: str) -> pd.Series:
    """Return the source of a field: the row it stands in, or what its blank means.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-03-01", None])
    >>> ledger = pd.DataFrame({"parcel_id": ["a", "b"], "started_on": days, "row": [2, 3]})
    >>> periods = Periods(start_after_delivery="P1Y", idle_after="P1Y")
    >>> day = date(2026, 10, 31)
    >>> through = {"started_on": day}
    >>> register = open_register(
    ...     ledger, pd.Index(["a", "b"]), as_of=day, complete_through=through, periods=periods
    ... )
    >>> where_from(register, "started_on").tolist()
    ['ledger:2', 'blank:started_on']
    >>> happened(register, "started_on").tolist()
    [True, False]
    """
    has_value = register.rows[field].notna() if field in register.rows else pd.Series(data=False, index=register.index)
    source = pd.Series(f"missing:{field}", index=register.index, dtype=object)
    source = source.mask(is_blank_meaningful(register, field), f"blank:{field}")
    source = source.mask(~has_row(register), "missing:parcel_id")
    source = source.mask(is_none(register, field), _none_source(register, field)).mask(
        has_value, place_of(register, field)
    )
    return source.mask(is_disputed(register, field), f"contradiction:{field}")


def _none_source(register: Register, field: str) -> pd.Series:
    """Return the source of "none", with the entry in which it stands where that is not the parcel's row."""
    said = pd.Series(f"none:{field}", index=register.index, dtype=object)
    entry = register.rows.get(f"{field}_from")
    return said if entry is None else said.mask(entry.notna(), entry.astype(object) + f"{JOINT}none:{field}")


def event_source(register: Register, field: str) -> pd.Series:
    """Return the source of whether something happened: as :func:`where_from`, and a later day is named as one."""
    return where_from(register, field).mask(day(register, field) > register.as_of, f"later:{field}")
