"""Which column of a file means what, by the names bureaus use, in Chinese and in English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from geo.errors import SchemaError
from geo.ingest.report import Journal

UNITS = {
    "_per_mu_yuan": {"元/亩": 1.0, "yuan/mu": 1.0, "万元/亩": 1e4},
    "_yuan": {"元": 1.0, "yuan": 1.0, "万元": 1e4, "亿元": 1e8},
    "_m2": {"平方米": 1.0, "m2": 1.0, "公顷": 1e4, "ha": 1e4, "亩": 10_000 / 15},
    "_m": {"米": 1.0, "m": 1.0},
    "_coverage_min": {"%": 0.01},
    "_damages_rate": {"%": 0.01, "‰": 0.001},
}
"""Units named in brackets behind a header, by the end of our name of the value: what one of them is in ours."""

BRACKETED = re.compile(r"(.*?)\((.*)\)")

PARCEL_IDENTIFIERS = (
    "parcel_id",
    "宗地号",
    "宗地编号",
    "宗地代码",
    "地块编号",
    "地块号",
    "地块代码",
    "不动产单元号",
    "不动产单元代码",
    "ZDDM",
    "BDCDYH",
    "DKBH",
    "parcel_number",
    "localId",
    "id",
)
"""Names of a parcel's identifier, the surest first. The letters are the register's: ZDDM is 宗地代码."""

CONTRACT_IDENTIFIERS = ("电子监管号", "supervision_number")
"""Names of what identifies a contract, and so a parcel where nothing else does."""

PARCEL_COLUMNS = {
    "enterprise": ("enterprise", "企业名称", "企业", "用地单位", "受让人", "土地使用权人"),
    "town": ("town", "乡镇", "乡镇街道", "镇街", "街道"),
    "contract_number": ("contract_number", "合同编号", "合同号", "出让合同编号"),
    "contract_area_m2": ("contract_area_m2", "合同面积", "出让面积"),
    "supplied_area_m2": ("supplied_area_m2", "实供面积", "实际供地面积", "供地面积"),
    "registered_area_m2": ("registered_area_m2", "登记面积", "宗地面积", "发证面积", "ZDMJ"),
}
"""Names of what a parcel layer may say besides."""

COMPARED_COLUMNS = {
    "area_m2": ("面积", "地块面积", "图斑面积", "TBMJ", "areaValue"),
    "price_yuan": ("price_yuan", "出让价款", "成交价款", "土地出让价款", "成交价", "成交价格"),
}
"""Names of what is compared with the outlines and not taken: a bare 面积 does not say which area it is. What programs
compute themselves (Shape_Area) proves nothing."""

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
    "underground_storey_count": (
        "underground_storey_count",
        "地下层数",
        "numberOfFloorsBelowGround",
        "lev_below",
        "building:levels:underground",
    ),
    "kind": ("kind", "设施类别", "设施类型", "建筑类别"),
    "approval": ("approval", "计容批准文号"),
}
"""Names of what a footprint layer says, the surest first."""

ABOVE_GROUND = frozenset({"numberoffloorsaboveground", "lev_above", "地上层数"})
"""Columns that count storeys above ground: there, 0 is an answer (all of it lies below), not a blank."""

KIND_WORDS = {
    "building": ("厂房", "生产用房", "仓库", "建筑物"),
    "non_production": (
        "办公楼",
        "办公",
        "宿舍",
        "食堂",
        "非生产用房",
        "行政办公及生活服务设施",
        "行政办公",
        "生活服务",
    ),
    "underground": ("地下室", "地下建筑"),
    "structure": ("构筑物", "生产用构筑物"),
    "yard": ("堆场", "露天堆场", "露天操作场", "露天操作场地"),
    "vessel": ("储罐", "容器", "罐区"),
    "reactor": ("反应器", "反应釜", "反应塔"),
    "pipeline": ("管廊", "管道", "管线"),
    "non_production_land": ("行政办公及生活服务设施用地", "非生产用地"),
    "green": ("绿地", "绿化"),
}
"""What a footprint layer may say a footprint is, by our word for it; our word itself is understood as well."""

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
    """Return the columns that bear one of some names, in the order of the names; a unit in brackets may stand behind.

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
    >>> find_column(["合同面积（亩）"], ["合同面积"])
    ['合同面积（亩）']
    """
    folded = {_without_unit(fold(field)): field for field in reversed(fields)}
    folded |= {fold(field): field for field in reversed(fields)}
    found = [folded[fold(name)] for name in names if fold(name) in folded]
    if is_cut:
        cut = [fold(short) for name in names for short in _cut(name)]
        found += [folded[name] for name in cut if name in folded]
    return list(dict.fromkeys(found))


def _without_unit(folded: str) -> str:
    """Return a header without the unit in brackets behind it."""
    bracketed = BRACKETED.fullmatch(folded)
    is_unit = bracketed and any(bracketed[2] in units for units in UNITS.values())
    return bracketed[1] if bracketed and is_unit else folded


def find_factor(column: str, field: str) -> float:
    """Return what one unit of a column is in ours, by the unit in brackets behind its name.

    Examples
    --------
    >>> find_factor("出让面积(公顷)", "contract_area_m2"), find_factor("出让面积", "contract_area_m2")
    (10000.0, 1.0)
    """
    bracketed = BRACKETED.fullmatch(fold(column))
    units = next((units for ending, units in UNITS.items() if field.endswith(ending)), {})
    return units.get(bracketed[2], 1.0) if bracketed else 1.0


def _cut(name: str) -> list[str]:
    """Cut a name as a Shapefile does, in UTF-8 and in GBK."""
    return [name.encode(code)[:SHAPEFILE_NAME_BYTES].decode(code, errors="ignore") for code in ("utf-8", "gbk")]


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


def name_columns(
    fields: Sequence[str], named: Mapping[str, str], known: Sequence[str], journal: Journal
) -> dict[str, str]:
    """Return which column of a file holds which of our values by what the caller says of its headers.

    Parameters
    ----------
    fields
        Columns of the file.
    named
        Our value by header.
    known
        Our values that a header may be said to hold.
    journal
        Receives the headers that are not in the file.

    Raises
    ------
    SchemaError
        A header is said to hold something we do not know, or two of them the same.
    """
    place = {"file": str(journal.path), "layer": journal.layer}
    present = {fold(field): field for field in reversed(fields)}
    found: dict[str, str] = {}
    for header, value in named.items():
        if value not in known:
            raise SchemaError("ingest.unknown_value", **place, column=header, value=value, known=", ".join(known))
        column = present.get(fold(header))
        if column is None:
            journal.note("ingest.named_column_absent", column=header)
        elif found.setdefault(value, column) != column:
            raise SchemaError("ingest.ambiguous_columns", **place, field=value, columns=f"{found[value]}, {column}")
    return found


def find_identifier(fields: Sequence[str], named: str | None, journal: Journal, *, is_cut: bool = False) -> str | None:
    """Return the column of the identifier: the one named, or one of the known names; None where there is none.

    Raises
    ------
    SchemaError
        The column named is not in the file; the ones that are there are listed.
    """
    if named is None:
        known = {"parcel_id": PARCEL_IDENTIFIERS, "contract": CONTRACT_IDENTIFIERS}
        found = find_columns(fields, known, journal, is_cut=is_cut)
        return found.get("parcel_id") or found.get("contract")
    if named not in fields:
        place = {"file": str(journal.path), "layer": journal.layer, "column": named}
        raise SchemaError("ingest.no_column", **place, columns=", ".join(fields) or "-")
    return named
