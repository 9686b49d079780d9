"""Papers from templates: hostile texts stay what they are, no template reaches anything, two renders are equal."""

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from docx import Document

from geo.documents.papers_kinds import parse_papers
from geo.documents.papers_render import packed, render_paper
from geo.documents.papers_template import EVIDENCE, MOVES, paper_template
from geo.errors import SchemaError

HOSTILE = """甲&乙<b>"丙'丁"</b>{{ 7*7 }}{% for x in y %}{# z #}{_{ a }_} {_% b %_} &lt; &#95; _{{parcel_id}}"""
DAY = date(2026, 10, 31)
KIND = """
[[paper]]
id = "a-notice"
form = "FORM"
signed_by = "bureau"
to = "holder"
sections = [
    { head = "一、事实" },
    { text = "你单位{{ enterprise }}：" },
    { rows = ["enterprise"] },
    { blanks = ["电话"] },
    { opinions = ["经办人"] },
    { table = "findings" },
    { table = "moves" },
    { table = "options" },
    { table = "grounds" },
]
"""
ROUTES = 'routes = "可以向{{ review_body }}申请复议"\nroutes_from = ["《法》第一条"]\n'


class Words(dict):
    """Every heading, called by its code."""

    def __missing__(self, code: str) -> str:
        return code


@pytest.fixture
def template() -> Callable[..., bytes]:
    def template(form: str = "notice") -> bytes:
        text = ROUTES + KIND.replace('"FORM"', f'"{form}"\nact = "决定"')
        kind = parse_papers(text, name="p.toml", known=["enterprise"])["a-notice"]
        return packed(paper_template(kind, Words(), {"enterprise": "企业名称"}))

    return template


@pytest.fixture
def context() -> dict[str, object]:
    names = ("title", "issuer", "addressee", "document_number", "date", "review_body", "enterprise", "missing")
    return {
        **dict.fromkeys(names, HOSTILE),
        "source": {"enterprise": HOSTILE},
        "grounds": [HOSTILE],
        "options": [HOSTILE],
        "findings": [{"heading": HOSTILE, "lines": [HOSTILE, "第二行"]}],
        "moves": [dict.fromkeys(MOVES, HOSTILE)],
        "evidence": [dict.fromkeys(EVIDENCE, HOSTILE)],
    }


def printed(content: bytes) -> tuple[list[str], list[str]]:
    paper = Document(BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return [one.text for one in paper.paragraphs], cells


def render(template: bytes, context: dict[str, object], stamp: tuple[str, ...] = ()) -> bytes:
    return render_paper(template, context, stamp=stamp, made_on=DAY, file="a.docx")


@pytest.mark.parametrize("form", ["notice", "decision", "record", "internal"])
def test_hostile_texts_stay_what_they_are_wherever_they_stand(template, context, form) -> None:
    paragraphs, cells = printed(render(template(form), context))
    assert f"你单位{HOSTILE}：" in paragraphs
    assert paragraphs.count(HOSTILE) >= 5
    assert HOSTILE in cells
    assert "49" not in "".join(paragraphs + cells)
    assert not [one for one in paragraphs + cells if "{%p" in one or "{%tr" in one]


def test_a_line_break_in_a_text_is_one_and_control_characters_are_gone(template, context) -> None:
    context["enterprise"] = "甲\x07\x0c厂\r\n二行"
    paragraphs, _ = printed(render(template(), context))
    assert "你单位甲厂\n二行：" in paragraphs


def test_two_renders_are_equal_to_the_byte_and_bear_the_day_of_the_paper(template, context) -> None:
    content = render(template(), context)
    assert content == render(template(), context)
    about = Document(BytesIO(content)).core_properties
    assert about.created.date() == about.modified.date() == DAY
    assert about.title == HOSTILE
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert 'altName w:val="FangSong"' in archive.read("word/fontTable.xml").decode()


def test_what_is_stamped_stands_first_whatever_the_template_says(context) -> None:
    own = BytesIO()
    Document().save(own)
    paragraphs, _ = printed(render(own.getvalue(), context, ("【特别印制】", f"理由：{HOSTILE}")))
    assert paragraphs == ["【特别印制】", f"理由：{HOSTILE}"]


def edited(text: str) -> bytes:
    own, paper = BytesIO(), Document()
    paper.add_paragraph(text)
    paper.save(own)
    return own.getvalue()


def test_a_bureau_may_word_its_own_template(context) -> None:
    context["enterprise"] = "甲厂"
    assert printed(render(edited("致{{ enterprise }}{% if missing %}（缺）{% endif %}"), context))[0] == [
        "致甲厂（缺）"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{{ nobody }}",
        "{{ enterprise.__class__.__mro__ }}",
        "{% for x in %}",
        "{{ cycler.__init__.__globals__ }}",
        "{% include 'x' %}",
    ],
)
def test_a_template_that_names_what_there_is_not_or_reaches_out_is_refused(context, text) -> None:
    with pytest.raises(SchemaError) as caught:
        render(edited(text), context)
    assert caught.value.code == "paper.bad_template"
    assert caught.value.params["file"] == "a.docx"


def test_what_is_no_word_file_is_refused(context) -> None:
    with pytest.raises(SchemaError) as caught:
        render(b"PK no", context)
    assert caught.value.code == "paper.not_word"
