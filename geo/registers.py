"""The registers of the ledger as they are declared in ``registers.toml``: which there are and what their fields are."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from geo.model import Kind

FLAT = "ledger"
"""The register with one row a parcel and everything in it, as most bureaus keep it."""

SUBJECTS = ("parcel_id", "contract_number", "project_number")
"""Fields that say what an entry is about; the first one filled counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What may stand in a column of a register; the attributes are those of ``registers.toml``.

    Attributes
    ----------
    zh
        Headers by which it is known, the template's first.
    words
        Code by word, for a text that has codes; both in Chinese and as the code itself.
    """

    name: str
    kind: Kind
    zh: tuple[str, ...]
    en: str
    unit: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    zero_is_blank: bool = False
    most: float | None = None
    is_person: bool = False
    may_name_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One register.

    Attributes
    ----------
    key, needs
        What names an entry, and which fields every row must fill.
    headed_by
        Fields whose columns must be there for a table to be this register.
    stands_in
        Fields that take the place of the key where it is blank.
    fields
        By name, in the order of the template.
    ordered
        Pairs of fields of which the first must not exceed the second, with the flag where it does.
    states
        Days in the order in which an entry goes through them.
    """

    name: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    key: tuple[str, ...]
    needs: tuple[str, ...]
    headed_by: tuple[str, ...]
    stands_in: tuple[str, ...]
    fields: Mapping[str, Field]
    ordered: tuple[tuple[str, str, str], ...]
    sheet_names: tuple[str, ...]
    states: tuple[str, ...] = ()

    @property
    def is_flat(self) -> bool:
        """Whether it is the one row a parcel."""
        return self.name == FLAT


def parse_registers(text: str) -> dict[str, Register]:
    """Return the registers that a text declares, by name.

    Examples
    --------
    >>> list(REGISTERS)[:3]
    ['ledger', 'contract', 'link']
    >>> REGISTERS["contract"].fields["price_yuan"].zh[0]
    '出让价款'
    """
    declared = tomllib.loads(text)
    words = {name: {code: tuple(said) for code, said in codes.items()} for name, codes in declared["words"].items()}
    known = {name: _field(name, spec, words) for name, spec in declared["field"].items()}
    return {name: _register(name, spec, known) for name, spec in declared["register"].items()}


def _field(name: str, spec: Mapping[str, Any], words: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Field:
    coded = words[spec["words"]] if "words" in spec else {}
    return Field(**{**spec, "name": name, "zh": tuple(spec["zh"]), "words": coded})


def _register(name: str, spec: Mapping[str, Any], known: Mapping[str, Field]) -> Register:
    needs = tuple(spec.get("needs", ()))
    own = {field_name: _own(known[field_name], spec) for field_name in spec["fields"]}
    return Register(
        name=name,
        zh=spec["zh"],
        en=spec["en"],
        about_zh=spec["about_zh"],
        about_en=spec["about_en"],
        key=tuple(spec["key"]),
        needs=needs,
        headed_by=tuple(spec.get("headed_by", needs)),
        stands_in=tuple(spec.get("stands_in", ())),
        fields=own,
        ordered=tuple(tuple(entry) for entry in spec.get("ordered", ())),
        sheet_names=(name, spec["zh"], spec["en"], *spec.get("names", ())),
        states=tuple(spec.get("states", ())),
    )


def _own(shared: Field, spec: Mapping[str, Any]) -> Field:
    """Return a field as it is in one register, with the headers that are known only there."""
    more = tuple(spec.get("headers", {}).get(shared.name, ()))
    is_blank = shared.zero_is_blank or shared.name in spec.get("zero_is_blank", ())
    values = {name: getattr(shared, name) for name in Field.__dataclass_fields__}
    return Field(**{**values, "zh": shared.zh + more, "zero_is_blank": is_blank})


REGISTERS: Mapping[str, Register] = parse_registers((files("geo") / "registers.toml").read_text("utf-8"))
"""Every register by name."""
