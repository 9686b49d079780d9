import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.escape import escape_text, json_block

# the four kinds that broke out of Folium 0.20: an element, the end of a script, a template literal, a backtick
PAYLOADS = (
    '<img src=x onerror="window.pwned=1">',
    "</script><script>window.pwned=1</script>",
    "${window.pwned=1}",
    "`;window.pwned=1;`",
    "{{ 7 * 7 }}{% raw %}",
    'O\'Brien \\ "quoted" & co',
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_escaped_payload_shows_as_it_was_written(payload):
    assert html.unescape(escape_text(payload)) == payload


@given(st.text())
def test_nothing_that_html_a_template_or_a_script_knows_survives_escaping(text):
    escaped = escape_text(text)
    assert not set(escaped) & set("<>\"'`$\\{}")
    assert html.unescape(escaped) == html.unescape(html.escape(text))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_data_block_gives_back_every_payload(payload):
    assert json.loads(json_block({"enterprise": payload})) == {"enterprise": payload}


@given(st.text())
def test_no_text_ends_the_script_element_of_a_data_block(text):
    block = json_block([text, {text: text}])
    assert not set(block) & set("<>&\u2028\u2029")
    assert json.loads(block) == [text, {text: text}]


def test_chinese_stays_readable_in_a_data_block():
    assert json_block("翠岭陶瓷") == '"翠岭陶瓷"'


def test_a_number_that_json_has_not_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_block(float("nan"))
