"""Which column of a file means what, by the names bureaus use, in Chinese and in English."""

import unicodedata
from collections.abc import Mapping, Sequence

from geo.errors import SchemaError
from geo.ingest.report import Journal

PARCEL_IDENTIFIERS = (
    "parcel_id",
    "宗地号",
    "宗地编号",
    "宗地代码",
    "地块编号",
    "地块号",
    "地块代码",
    "不动产单元号",
    "ZDDM",
    "BDCDYH",
    "DKBH",
    "parcel_number",
    "localId",
    "id",
)
"""Names of a parcel's identifier, the surest first. The letters are the register's: ZDDM is 宗地代码."""

PARCEL_COLUMNS = {
    "enterprise": ("enterprise", "企业名称", "企业", "用地单位", "受让人", "土地使用权人"),
    "town": ("town", "乡镇", "乡镇街道", "镇街", "街道"),
    "contract_number": ("contract_number", "合同编号", "合同号"),
    "contract_area_m2": ("contract_area_m2", "合同面积", "出让面积"),
}
"""Names of what a parcel layer may say besides. A bare 面积 is not taken: it does not say which area it is."""

FOOTPRINT_COLUMNS = {
    "footprint_id": ("footprint_id", "建筑编号", "建筑物编号", "幢号", "楼栋编号", "building_id", "localId", "id"),
    "storey_count": (
        "storey_count",
        "层数",
        "地上层数",
        "楼层数",
        "建筑层数",
        "numberOfFloorsAboveGround",
        "lev_above",
        "storeys",
        "floors",
        "floor",
        "levels",
        "building:levels",
    ),
    "storey_height_m": ("storey_height_m", "层高", "storey_height"),
    "height_m": ("height_m", "高度", "建筑高度", "height", "measuredHeight"),
    "part_of": ("part_of", "所属建筑", "所属幢号"),
}
"""Names of what a footprint layer says, the surest first."""

ABOVE_GROUND = frozenset({"numberoffloorsaboveground", "lev_above", "地上层数"})
"""Columns that count storeys above ground: there, 0 is an answer (all of it lies below), not a blank."""

SHAPEFILE_NAME_BYTES = 10


def fold(name: str) -> str:
    """Return a column name as it is compared: width, case and blanks do not matter.

    Examples
    --------
    >>> fold(" Parcel_ＩＤ ")
    'parcel_id'
    """
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def find_column(fields: Sequence[str], names: Sequence[str], *, is_cut: bool = False) -> list[str]:
    """Return the columns that bear one of some names, in the order of the names.

    Parameters
    ----------
    fields
        Columns of the file.
    names
        Known names, the surest first.
    is_cut
        Names in the file may be cut after ten bytes, as a Shapefile does.

    Examples
    --------
    >>> find_column(["gml_id", "localId", "ID"], PARCEL_IDENTIFIERS)
    ['localId', 'ID']
    >>> find_column(["contract_n"], ["contract_number"], is_cut=True)
    ['contract_n']
    """
    folded = {fold(field): field for field in reversed(fields)}
    found = [folded[fold(name)] for name in names if fold(name) in folded]
    if is_cut:
        cut = [fold(_cut(name)) for name in names]
        found += [folded[name] for name in cut if name in folded]
    return list(dict.fromkeys(found))


def _cut(name: str) -> str:
    """Cut a name as a Shapefile does."""
    return name.encode()[:SHAPEFILE_NAME_BYTES].decode(errors="ignore")


def find_columns(
    fields: Sequence[str], known: Mapping[str, Sequence[str]], journal: Journal, *, is_cut: bool = False
) -> dict[str, str]:
    """Return which column of a file holds each of our values; where two could, the surer is taken and that is said."""
    found = {}
    for value, names in known.items():
        columns = find_column(fields, names, is_cut=is_cut)
        if not columns:
            continue
        found[value] = columns[0]
        if len(columns) > 1:
            journal.note("ingest.column_chosen", column=columns[0], others=", ".join(columns[1:]))
    return found


def find_identifier(fields: Sequence[str], named: str | None, journal: Journal, *, is_cut: bool = False) -> str | None:
    """Return the column of the identifier: the one named, or one of the known names; None where there is none.

    Raises
    ------
    SchemaError
        The column named is not in the file; the ones that are there are listed.
    """
    if named is None:
        known = {"parcel_id": PARCEL_IDENTIFIERS}
        return find_columns(fields, known, journal, is_cut=is_cut).get("parcel_id")
    if named not in fields:
        place = {"file": str(journal.path), "layer": journal.layer, "column": named}
        raise SchemaError("ingest.no_column", **place, columns=", ".join(fields) or "-")
    return named
