import pytest

from geo.errors import SchemaError
from geo.indicators.counting import CountingRule
from geo.locale import say_error


@pytest.mark.parametrize("minimum", [0.0, -1.0, 4.1])
def test_a_lowest_storey_that_makes_no_sense_is_refused(minimum):
    with pytest.raises(SchemaError) as refused:
        CountingRule(double_above_m=8, minimum_storey_m=minimum)
    assert refused.value.code == "indicators.minimum_storey"
    assert all(say_error(refused.value, language) for language in ("zh", "en"))


@pytest.mark.parametrize("half", [-0.1, 2.3])
def test_a_half_storey_above_the_lowest_one_is_refused(half):
    with pytest.raises(SchemaError) as refused:
        CountingRule(double_above_m=8, minimum_storey_m=2.2, half_below_m=half)
    assert refused.value.code == "indicators.half_storey"
    assert all(say_error(refused.value, language) for language in ("zh", "en"))
