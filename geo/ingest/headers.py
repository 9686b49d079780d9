"""Which column of a ledger holds which field, and in which unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import SchemaError
from geo.ingest.columns import BRACKETED, UNITS, fold
from geo.ingest.tables import Table
from geo.model import LEDGER_FIELDS

LEDGER_COLUMNS = {
    "parcel_id": ("宗地号", "宗地编号", "宗地代码", "地块编号", "地块号"),
    "contract_number": ("合同编号", "合同号"),
    "supervision_number": ("电子监管号",),
    "enterprise": ("企业名称", "用地单位", "受让人", "土地使用权人"),
    "town": ("乡镇", "乡镇街道", "镇街"),
    "contract_area_m2": ("合同面积", "出让面积"),
    "supplied_area_m2": ("实供面积", "实际供地面积"),
    "should_develop_area_m2": ("应动工开发面积",),
    "developed_area_m2": ("已动工开发面积",),
    "price_yuan": ("出让价款", "成交价款", "土地出让价款"),
    "delivered_on": ("实际交地日期", "实际交地时间"),
    "agreed_start_on": ("约定动工日期", "约定开工日期", "约定动工时间", "约定开工时间"),
    "agreed_completion_on": ("约定竣工日期", "约定竣工时间"),
    "extension_granted_on": ("延期批准日期",),
    "extension_basis": ("延期依据",),
    "extended_start_on": ("延期后动工日期",),
    "extended_completion_on": ("延期后竣工日期",),
    "construction_permit_on": ("施工许可证日期",),
    "started_on": ("实际动工日期", "实际开工日期", "实际动工时间", "实际开工时间"),
    "works_seen_on": ("现场见施工日期",),
    "last_worked_on": ("最后施工日期",),
    "last_seen_working_on": ("最后见施工日期",),
    "first_seen_stopped_on": ("首次见停工日期",),
    "resumed_on": ("复工日期",),
    "completed_on": ("竣工验收日期", "实际竣工日期"),
    "total_investment_yuan": ("总投资额",),
    "invested_yuan": ("已投资额",),
    "contract_floor_area_ratio_min": ("约定容积率下限",),
    "contract_building_coverage_min": ("约定建筑密度下限",),
    "cause": ("延误原因",),
    "cause_from_on": ("原因起始日期",),
    "cause_to_on": ("原因终止日期",),
    "cause_paper": ("原因证明文件",),
}
"""Chinese headers of the ledger, the sample's first; our own field names are known too."""

KNOWN = {fold(name): field for field, names in LEDGER_COLUMNS.items() for name in (field, *names)}
"""Field by known header, as headers are compared."""


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


def read_named_columns(columns: Mapping[str, str], path: str | Path) -> dict[str, str]:
    """Check the caller's own headers; return the field of each, by the header as it is compared."""
    for header, field in columns.items():
        if field not in LEDGER_FIELDS:
            raise SchemaError("ingest.unknown_field", file=str(path), column=header, field=field)
    return {fold(header): field for header, field in columns.items()}


def is_header(cells: Sequence[object], *, named: Mapping[str, str]) -> bool:
    """Whether a row names the identifier of parcels."""
    return any(isinstance(cell, str) and find_field(cell, named)[0] == "parcel_id" for cell in cells)


def find_field(header: str, named: Mapping[str, str]) -> tuple[str | None, float]:
    """Return the field of a header, and what one unit of it is in ours."""
    folded = fold(header)
    bracketed = BRACKETED.fullmatch(folded)
    field = named.get(folded) or KNOWN.get(folded) or KNOWN.get(bracketed[1] if bracketed else "")
    units = next((units for ending, units in UNITS.items() if (field or "").endswith(ending)), {})
    factor = units.get(bracketed[2]) if bracketed else 1.0
    if factor is None and folded not in named and folded not in KNOWN:
        return None, 1.0
    return field, 1.0 if factor is None else factor


def plan_columns(table: Table, named: Mapping[str, str]) -> list[Column]:
    """Tell which column holds which field; the caller's own headers go before the known ones.

    Columns without a meaning, and headers of the caller's that are not there, are noted.

    Parameters
    ----------
    table
        The table.
    named
        Field by header, as headers are compared.

    Raises
    ------
    SchemaError
        Two columns could hold one field.
    """
    found: dict[str, list[Column]] = {}
    for at, header in enumerate(table.headers):
        field, factor = find_field(header, named)
        if field is not None:
            found.setdefault(field, []).append(Column(field, at, header, factor))
    for field, columns in found.items():
        own = [column for column in columns if fold(column.header) in named]
        found[field] = own or columns
        if len(found[field]) > 1:
            headers = ", ".join(column.header for column in found[field])
            place = {"file": str(table.file), "layer": table.layer}
            raise SchemaError("ingest.ambiguous_columns", **place, field=field, columns=headers)
    plan = [found[field][0] for field in LEDGER_FIELDS if field in found]
    used = {column.header for column in plan}
    for header in table.headers:
        if header and header not in used:
            table.journal.note("ingest.unmapped_column", column=header)
    for header in sorted(named.keys() - set(map(fold, table.headers))):
        table.journal.note("ingest.named_column_absent", column=header)
    return plan
