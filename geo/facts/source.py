"""Where a fact comes from, as a short text of coded parts that a reader can be shown in any language.

A source is one or more parts ``kind:detail`` joined by ``"; "``:

======================  ==============================================================================
``ledger:12``           the value stands in that row of the ledger
``register:NAME/7``     the value stands in that row of a register with several entries a parcel
``none:FIELD``           the ledger says "none": nothing agreed, or nothing of the kind
``blank:FIELD``         the cell is blank and the register is complete, so it did not happen
``later:FIELD``         the cell has a day after the day of the act
``missing:FIELD``       the cell is blank or the register is not complete: not known
``scene:ID``            seen on that scene
``month:2026-10``       seen in all looks of the year up to the end of that month
``footprints:mapped``   measured on registered building outlines
``law:NAME``            follows from the law by definition
``assumed:NAME``        an assumption that the reader must know of
``extension:NAME``      what became of an extension
``days:FROM/TO``        the days of a cause
``contradiction:NAME``  two things said of the parcel cannot both hold, or several are said in the field NAME
======================  ==============================================================================
"""

from collections.abc import Iterable

import pandas as pd

JOINT = "; "


def join_sources(*parts: pd.Series | str) -> pd.Series:
    """Join parts into one source, parcel by parcel; empty parts and repetitions are left out.

    Examples
    --------
    >>> join_sources(pd.Series(["ledger:2", ""]), "law:does_not_shrink").tolist()
    ['ledger:2; law:does_not_shrink', 'law:does_not_shrink']
    """
    index = next(part.index for part in parts if isinstance(part, pd.Series))
    columns = [part if isinstance(part, pd.Series) else [part] * len(index) for part in parts]
    joined = [_joined(texts) for texts in zip(*columns, strict=True)]
    return pd.Series(joined, index=index, dtype=object)


def _joined(texts: Iterable[str]) -> str:
    pieces = (piece for text in texts for piece in text.split(JOINT))
    return JOINT.join(dict.fromkeys(piece for piece in pieces if piece))


def parse_source(source: str) -> list[tuple[str, str]]:
    """Split a source into its parts, each a kind and a detail.

    Examples
    --------
    >>> parse_source("scene:S2A_20261003; assumed:parcel_area")
    [('scene', 'S2A_20261003'), ('assumed', 'parcel_area')]
    """
    parts = (part.partition(":") for part in source.split(JOINT) if part)
    return [(kind, detail) for kind, _, detail in parts]
