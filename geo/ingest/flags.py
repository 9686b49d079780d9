"""What cannot both be in a register: kept as it stands, and said. Nothing is corrected and nothing guessed."""

from collections.abc import Mapping
from itertools import groupby

import pandas as pd

from geo.ingest.columns import BRACKETED, fold
from geo.ingest.report import Journal
from geo.registers import Register

Records = Mapping[int, dict[str, object]]

LEAST_YUAN_PER_M2 = 1.0
"""Land that costs less was priced in another unit than yuan [yuan/m2]."""


def flag_entries(register: Register, records: Records, headers: Mapping[str, str], journal: Journal) -> None:
    """Note rows whose values cannot both be, and leave out prices whose unit nobody can tell.

    Parameters
    ----------
    register
        What the rows belong to.
    records
        Values by row; a price in an unknown unit is made unknown in them.
    headers
        Header by field, as they stand in the file.
    journal
        Receives what is said.
    """
    for first, second, flag in register.ordered:
        if first in headers and second in headers:
            for row in _reversed_rows(records, first, second):
                said = {"value": _said(records[row][first]), "other_value": _said(records[row][second])}
                place = {"row": row, "identifier": _said(records[row][register.key[0]]), "column": headers[first]}
                journal.note(f"ingest.{flag}", **place, other=headers[second], **said)  # type: ignore[arg-type]  # typed in the place
    _flag_contradictions(register, records, headers, journal)
    _leave_out_prices(records, headers, journal)


def is_reversed(record: Mapping[str, object], first: str, second: str) -> bool:
    """Whether the first of two fields exceeds the second; an unknown one does not.

    Examples
    --------
    >>> is_reversed({"a": 1.2, "b": 0.8}, "a", "b"), is_reversed({"a": 1.2, "b": None}, "a", "b")
    (True, False)
    """
    one, other = record.get(first), record.get(second)
    return bool(not _is_unknown(one) and not _is_unknown(other) and one > other)  # type: ignore[operator]  # of a kind


def _reversed_rows(records: Records, first: str, second: str) -> list[int]:
    return [row for row, record in records.items() if is_reversed(record, first, second)]


def _flag_contradictions(register: Register, records: Records, headers: Mapping[str, str], journal: Journal) -> None:
    """Note rows of one entry that say different things in one field."""
    entries = sorted(records, key=lambda row: (repr(_key(register, records[row])), row))
    for _, rows in groupby(entries, key=lambda row: repr(_key(register, records[row]))):
        same = list(rows)
        for name in headers if len(same) > 1 else ():
            said = {row: records[row][name] for row in same if not _is_unknown(records[row][name])}
            if len(set(map(repr, said.values()))) > 1:
                for row in said:
                    others = ", ".join(str(other) for other in said if other != row)
                    place = {"identifier": _said(records[row].get(register.key[0])), "column": headers[name]}
                    journal.note("ingest.conflicting_rows", row=row, others=others, **place)


def _leave_out_prices(records: Records, headers: Mapping[str, str], journal: Journal) -> None:
    """Leave out the prices of a column without a unit where most cannot be yuan."""
    price, area = "price_yuan", "contract_area_m2"
    if price not in headers or area not in headers or BRACKETED.fullmatch(fold(headers[price])):
        return
    known = [one for one in records.values() if not _is_unknown(one[price]) and not _is_unknown(one[area])]
    paid = [one for one in known if one[price] > 0]  # type: ignore[operator]  # a number
    low = [one for one in paid if one[price] < LEAST_YUAN_PER_M2 * one[area]]  # type: ignore[operator]  # same
    if len(low) * 2 > len(paid):
        for record in records.values():
            record[price] = float("nan")
        journal.note("ingest.price_unit_open", column=headers[price], count=len(low))


def _key(register: Register, record: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(record.get(name) for name in register.key)


def _is_unknown(value: object) -> bool:
    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]  # one value


def _said(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
