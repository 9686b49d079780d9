"""The declaration of the registers."""

import pytest

from geo.model import LEDGER_FIELDS
from geo.registers import FLAT, REGISTERS


def test_the_flat_ledger_has_the_fields_of_the_model_in_their_order() -> None:
    assert {name: field.kind for name, field in REGISTERS[FLAT].fields.items()} == LEDGER_FIELDS
    assert list(REGISTERS[FLAT].fields) == list(LEDGER_FIELDS)


@pytest.mark.parametrize("register", REGISTERS.values(), ids=lambda register: register.name)
def test_a_register_knows_its_own_fields_by_one_header_each(register) -> None:
    headers = [header for field in register.fields.values() for header in (field.name, *field.zh)]
    assert len(headers) == len(set(headers))
    ordered = [name for first, second, _ in register.ordered for name in (first, second)]
    named = {*register.key, *register.needs, *register.headed_by, *register.stands_in, *ordered}
    assert named <= set(register.fields)
    assert register.headed_by
    for field in register.fields.values():
        words = [word for said in field.words.values() for word in said]
        assert len(words) == len(set(words))


def test_no_register_is_called_like_a_field() -> None:
    """Both name what a file is complete in."""
    assert not set(REGISTERS) & {name for register in REGISTERS.values() for name in register.fields}


def test_money_is_known_by_its_name_in_every_register() -> None:
    """The inspector's view leaves out fields that end so."""
    fields = [field for register in REGISTERS.values() for field in register.fields.values()]
    assert [field.name for field in fields if "yuan" in field.unit and not field.name.endswith("_yuan")] == []
    assert [field.name for field in fields if field.name.endswith("_yuan") and "yuan" not in field.unit] == []


def test_names_of_sheets_are_no_two_registers() -> None:
    names = [name for register in REGISTERS.values() for name in set(register.sheet_names)]
    assert len(names) == len(set(names))
