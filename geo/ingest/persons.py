"""Personal data masked at the door: what is masked here reaches neither the store nor a report."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial

import pandas as pd

from geo.ingest.columns import fold
from geo.ingest.report import NOTE_COLUMNS, Intake
from geo.registers import FLAT, REGISTERS, Field

MASK = "***"
PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])(?:[1-9]\d{5}(\d{8})\d{3}[0-9Xx]|[1-9]\d{5}(\d{6})\d{3})(?![0-9A-Za-z])")
"""Numbers of identity cards, of 18 and of 15 digits, with the day of birth in them."""
PERSON_HEADERS = re.compile("姓名|身份证|证件号|联系人|法定代表人|法人|电话|手机|联系方式|经办人|签字人|phone|mobile")
"""Headers of columns that name persons, whether we read them or not."""
PERSON_NAME = re.compile("[\u4e00-\u9fff·]{2,4}")
NO_PERSON = ("厂", "社", "店", "司", "行", "部", "所", "院", "会", "局", "企", "坊", "场", "站", "园", "中心", "集团")
"""How names of enterprises end that are as short as a person's."""


def mask_text(text: str) -> str:
    """Return a text without numbers of identity cards and mobile telephones.

    Examples
    --------
    >>> mask_text("张三 330211198001012345，电话 13800001234；合同 330211202601011")
    '张三 ***，电话 ***；合同 330211202601011'
    """
    return PHONE.sub(MASK, IDENTITY.sub(lambda found: MASK if _has_birthday(found) else found[0], text))


def _has_birthday(found: re.Match[str]) -> bool:
    digits = found[1] or f"19{found[2]}"
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= 1900  # noqa: PLR2004  # nobody alive was born before


def mask_persons(intake: Intake) -> Intake:
    """Return an intake without personal data.

    Numbers of identity cards and mobile telephones are masked in every text; whole values are masked in fields that
    name persons, and where the name of an enterprise is one of a person. What names a parcel, a contract or another
    entry is left, for it is no person's. How many values were masked is noted, and nothing else of them.
    """
    fields = _fields(intake)
    keys = REGISTERS[intake.register].key if intake.kind == "ledger" else ("parcel_id", "footprint_id")
    taken, counts = intake.taken.copy(), {}
    for name in taken.columns:
        if name in keys or name == "geometry" or pd.api.types.is_numeric_dtype(taken[name].dtype):
            continue
        is_text = taken[name].map(lambda value: isinstance(value, str)).astype(bool)
        masked = taken[name][is_text].map(partial(_masked, fields.get(name)))
        changed = int((masked != taken[name][is_text]).sum())
        if changed:
            taken.loc[is_text, name] = masked
            counts[name] = changed
    notes = intake.notes.assign(params=intake.notes["params"].map(partial(_params, fields)))
    params = intake.refused["params"].map(partial(_params, fields))
    raw = intake.refused["raw"].map(partial(_raw, fields))
    counts["raw"] = sum(one != other for one, other in zip(raw, intake.refused["raw"], strict=True))
    attributes = intake.refused["attributes"].map(partial(_attributes, fields))
    refused = {"raw": raw, "params": params, "attributes": attributes.astype(object)}
    said = {"file": intake.file, "layer": intake.layer, "count": sum(counts.values())}
    if said["count"]:
        place = {key: value for key, value in said.items() if value is not None}
        note = {"row": None, "identifier": None, "code": "ingest.persons_masked", "params": place}
        more = pd.DataFrame([note], columns=list(NOTE_COLUMNS), dtype=object).astype({"row": "Int64"})
        notes = pd.concat([more, notes], ignore_index=True) if len(notes) else more
    return replace(intake, taken=taken, notes=notes, refused=intake.refused.assign(**refused))


def _fields(intake: Intake) -> dict[str, Field]:
    """Return the fields of an intake, by name and by header."""
    register = REGISTERS[intake.register if intake.kind == "ledger" else FLAT]
    named = {fold(header): field for field in register.fields.values() for header in field.zh}
    return named | dict(register.fields)


def _masked(field: Field | None, value: str) -> str:
    if field is not None and field.is_person:
        return MASK
    is_name = PERSON_NAME.fullmatch(value.strip()) and not value.strip().endswith(NO_PERSON)
    return MASK if field is not None and field.may_name_person and is_name else mask_text(value)


def _under(header: str, value: str, fields: Mapping[str, Field]) -> str:
    """Return what stood under a header."""
    folded = fold(header)
    field = fields.get(folded) or fields.get(folded.partition("(")[0])
    if field is None and PERSON_HEADERS.search(folded):
        return MASK
    return (
        value
        if field is not None and field.kind != "text" and not re.search("[一-鿿]", value)
        else _masked(field, value)
    )


def _params(fields: Mapping[str, Field], params: Mapping[str, object]) -> dict[str, object]:
    header = str(params.get("column", ""))
    said = {"value", "other_value", "raw", "text", "name"}
    return {
        name: _under(header, value, fields) if name in said and isinstance(value, str) else value
        for name, value in params.items()
    }


def _attributes(fields: Mapping[str, Field], record: object) -> object:
    """Return a refused row by header, without personal data."""
    if not isinstance(record, dict):
        return record
    return {
        header: _under(header, value, fields) if isinstance(value, str) else _number(header, value)
        for header, value in record.items()
    }


def _number(header: str, value: object) -> object:
    """Return what is no text, masked where it is a telephone or an identity card written as a number."""
    if value is None or isinstance(value, bool):
        return value
    shown = f"{value:.0f}" if isinstance(value, float) else str(value)
    return MASK if PERSON_HEADERS.search(fold(header)) or mask_text(shown) != shown else value


def _raw(fields: Mapping[str, Field], raw: object) -> object:
    """Return a refused row as it stood, without personal data; of a row that fits no header, nothing is left."""
    if not isinstance(raw, str):
        return raw
    try:
        cells = json.loads(raw)
    except ValueError:
        return mask_text(raw)
    match cells:
        case dict():
            shown: object = {header: _under(header, str(cell), fields) for header, cell in cells.items()}
        case list():
            shown = [MASK for _ in cells]
        case _:
            return mask_text(raw)
    return json.dumps(shown, ensure_ascii=False)
