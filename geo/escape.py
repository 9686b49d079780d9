"""The one way for text to enter a page: as HTML through ``escape_text``, as data through ``json_block``."""

import html
import json
import re

_BEYOND_HTML = str.maketrans({"`": "&#96;", "$": "&#36;", "\\": "&#92;", "{": "&#123;", "}": "&#125;"})
_IN_A_SCRIPT = "<>&\u2028\u2029"
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    r"""Show signs that hide other text or turn it round as what they are, as ``page/texts.js`` does.

    Examples
    --------
    >>> visible("甲\u202e厂")
    '甲[U+202E]厂'
    """
    return _UNSEEN.sub(lambda sign: " " if sign[0] in "\n\t" else f"[U+{ord(sign[0]):04X}]", text)


def escape_text(text: str) -> str:
    """Make a text safe inside an HTML template, in an element or a quoted attribute.

    Folium puts texts into Jinja templates, JavaScript template literals and HTML alike, so backticks, dollar signs,
    backslashes and braces go too. Data needs none of this: it travels as JSON and becomes text nodes.

    Examples
    --------
    >>> escape_text("<b>`${1}`</b>")
    '&lt;b&gt;&#96;&#36;&#123;1&#125;&#96;&lt;/b&gt;'
    """
    return html.escape(text, quote=True).translate(_BEYOND_HTML)


def json_block(value: object) -> str:
    r"""Write data as JSON that no text can break out of a ``<script type="application/json">`` with.

    Chinese stays as it is; ``NaN`` and infinities, which JSON has not, are refused.

    Raises
    ------
    ValueError
        A number is NaN or infinite.

    Examples
    --------
    >>> json_block({"enterprise": "</script>"})
    '{"enterprise":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in _IN_A_SCRIPT:
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
