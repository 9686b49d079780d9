import pytest

from geo.maps.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [("重庆长安", "cqca"), ("厦门", "xm"), ("梅水电子（集团）A-3厂", "msdz（jt）a-3c"), ("", ""), ("ABC", "abc")],
)
def test_a_name_is_its_first_letters_as_it_is_read(name, letters):
    assert initials(name) == letters
