"""Which register a table is: by its name, else by its headers."""

from collections.abc import Sequence

from geo.ingest.columns import fold
from geo.ingest.headers import Named, count_columns
from geo.registers import FLAT, REGISTERS, Register

BY_NAME = {fold(name): register for register in REGISTERS.values() for name in register.sheet_names}


def recognise(name: str | None, cells: Sequence[object], *, named: Named) -> Register | None:
    """Return the register that a row of cells is the header of; None where it is none.

    A table called like a register is that one, if it has the columns that it cannot do without. Otherwise it is the
    one that knows most of its columns. Where parcels are named, that is the ledger unless another register has a
    column that the ledger does not know and cannot do without.

    Examples
    --------
    >>> recognise("2026", ["宗地号", "合同编号"], named={}).name
    'ledger'
    >>> recognise("宗地与合同", ["宗地号", "合同编号"], named={}).name
    'link'
    >>> recognise("2026", ["宗地号", "核查日期"], named={}).name
    'visit'
    """
    called = BY_NAME.get(fold(name or ""))
    if called is not None and count_columns(cells, named=named, register=called):
        return called
    counts = {one.name: count_columns(cells, named=named, register=one) for one in REGISTERS.values()}
    if counts[FLAT]:
        flat = REGISTERS[FLAT].fields.keys()
        counts |= {one.name: 0 for one in REGISTERS.values() if not one.is_flat and set(one.headed_by) <= flat}
    best = max(counts, key=lambda one: counts[one])
    return REGISTERS[best] if counts[best] else None
