"""Write the workbook of the ledger's registers, blank or with what a store knows."""

from pathlib import Path

from sqlalchemy import Engine

from geo.errors import SchemaError
from geo.ingest.template import write_template
from geo.steps.export import replacing
from geo.store import read_registers


def make_template(path: Path, engine: Engine | None = None) -> None:
    """Write the template workbook.

    Parameters
    ----------
    path
        A name that ends in ``.xlsx``; what is there is replaced.
    engine
        A store, whose registers as they are known now are filled in; left out, the sheets are blank.

    Raises
    ------
    SchemaError
        The name ends otherwise.
    """
    if path.suffix.lower() != ".xlsx":
        raise SchemaError("scan.unknown_suffix", file=str(path), known=".xlsx")
    registers = None
    if engine is not None:
        with engine.connect() as conn:
            registers = read_registers(conn)
    with replacing(path) as fresh:
        write_template(fresh, registers)
