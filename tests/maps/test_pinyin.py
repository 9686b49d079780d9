import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from geo.maps.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [("重庆长安", "cqca"), ("厦门", "xm"), ("梅水电子（集团）A-3厂", "msdz（jt）a-3c"), ("", ""), ("ABC", "abc")],
)
def test_a_name_is_its_first_letters_as_it_is_read(name, letters):
    assert initials(name) == letters


LETTERS = st.sampled_from("重庆长安行银厦门会计乐清 A3（·") | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@given(st.text(LETTERS))
def test_reading_a_name_word_by_word_is_reading_it_whole(name):
    assert initials(name) == "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
