"""Which column of a register holds which field, and in which unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import SchemaError
from geo.ingest.columns import BRACKETED, UNITS, fold
from geo.ingest.tables import Table
from geo.registers import REGISTERS, Register

KNOWN = {
    name: {fold(header): field.name for field in register.fields.values() for header in (field.name, *field.zh)}
    for name, register in REGISTERS.items()
}
"""By register: field by known header, as headers are compared."""

Named = Mapping[str, tuple[str, float]]
"""Field, and what one unit of it is in ours, by the caller's own header as headers are compared."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a value of ours stands in a table.

    Attributes
    ----------
    field
        Our name of the value.
    at
        Position of the cell.
    header
        The header as it stands.
    factor
        What one unit of the column is in ours.
    """

    field: str
    at: int
    header: str
    factor: float


def read_named_columns(columns: Mapping[str, str], path: str | Path) -> dict[str, tuple[str, float]]:
    """Check the caller's own headers; return the field of each and its unit, by the header as it is compared.

    A unit may stand in brackets behind the field, as in ``price_yuan(万元)``; else the header's own unit counts.
    """
    known = {field for register in REGISTERS.values() for field in register.fields}
    named = {}
    for header, said in columns.items():
        bracketed = BRACKETED.fullmatch(fold(said))
        field, unit = (bracketed[1], bracketed[2]) if bracketed else (said, None)
        factor = _factor(field, unit or _unit_of(header))
        if field not in known or (unit is not None and factor is None):
            raise SchemaError("ingest.unknown_field", file=str(path), column=header, field=said)
        named[fold(header)] = (field, 1.0 if factor is None else factor)
    return named


def is_header(cells: Sequence[object], *, named: Named, register: Register) -> bool:
    """Whether a row names what tables of a register must have a column for."""
    found = _fields_of(cells, named, register)
    return set(register.headed_by) <= found or bool(found & set(register.stands_in))


def count_columns(cells: Sequence[object], *, named: Named, register: Register) -> int:
    """Count the cells of a row that are headers of a register; 0 where it is no header of it."""
    return len(_fields_of(cells, named, register)) if is_header(cells, named=named, register=register) else 0


def _fields_of(cells: Sequence[object], named: Named, register: Register) -> set[str | None]:
    return {find_field(cell, named, register)[0] for cell in cells if isinstance(cell, str)} - {None}


def find_field(header: str, named: Named, register: Register) -> tuple[str | None, float]:
    """Return the field of a header in a register, and what one unit of it is in ours."""
    folded = fold(header)
    if folded in named and named[folded][0] in register.fields:
        return named[folded]
    known = KNOWN[register.name]
    if folded in known:
        return known[folded], 1.0
    bracketed = BRACKETED.fullmatch(folded)
    field = known.get(bracketed[1]) if bracketed else None
    factor = _factor(field, bracketed[2]) if field and bracketed else None
    return (None, 1.0) if factor is None else (field, factor)


def _unit_of(header: str) -> str | None:
    bracketed = BRACKETED.fullmatch(fold(header))
    return bracketed[2] if bracketed else None


def _factor(field: str, unit: str | None) -> float | None:
    """Return what one unit is in ours; None where the field has no such unit."""
    units = next((units for ending, units in UNITS.items() if field.endswith(ending)), {})
    return units.get(unit) if unit else None


def plan_columns(table: Table, named: Named, register: Register) -> list[Column]:
    """Tell which column holds which field; the caller's own headers go before the known ones.

    Columns without a meaning, and headers of the caller's that are not there, are noted.

    Parameters
    ----------
    table
        The table.
    named
        The caller's own headers.
    register
        What the table is.

    Raises
    ------
    SchemaError
        Two columns could hold one field.
    """
    found: dict[str, list[Column]] = {}
    for at, header in enumerate(table.headers):
        field, factor = find_field(header, named, register)
        if field is not None:
            found.setdefault(field, []).append(Column(field, at, header, factor))
    for field, columns in found.items():
        own = [column for column in columns if fold(column.header) in named]
        found[field] = own or columns
        if len(found[field]) > 1:
            headers = ", ".join(column.header for column in found[field])
            place = {"file": str(table.file), "layer": table.layer}
            raise SchemaError("ingest.ambiguous_columns", **place, field=field, columns=headers)
    plan = [found[field][0] for field in register.fields if field in found]
    used = {column.header for column in plan}
    for header in table.headers:
        if header and header not in used:
            table.journal.note("ingest.unmapped_column", column=header)
    for header in sorted(named.keys() - set(map(fold, table.headers))):
        table.journal.note("ingest.named_column_absent", column=header)
    return plan
