"""A paper from its template: facts put in as they are, the reason of an override printed on top, the same bytes."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.opc.exceptions import OpcError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from geo.documents.bundle import pack
from geo.documents.papers_template import FALLBACKS, HEI
from geo.documents.plain import plain
from geo.errors import SchemaError

CONTENT_TYPES, FONT_TABLE = "[Content_Types].xml", "word/fontTable.xml"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STAMP_PT = 12


def render_paper(
    template: bytes, context: Mapping[str, object], *, stamp: Sequence[str], made_on: date, file: str
) -> bytes:
    """Return a paper as a Word file.

    Parameters
    ----------
    template
        A Word file; of a bureau, or built in. It can name only what the context has, and calls nothing.
    context
        Texts by name, and lists of them; nothing in them is taken as markup or as part of the template.
    stamp
        Lines that are printed at the top whatever the template says.
    made_on
        Day that the file bears as its date.
    file
        Name of the template, for errors.

    Raises
    ------
    SchemaError
        The template is no Word file, cannot be understood, or names something that there is not.
    """
    paper = _filled(template, context, file)
    for line in reversed(stamp):
        _stamp(paper, line)
    _date(paper, made_on, str(context["title"]))
    buffer = BytesIO()
    paper.save(buffer)
    return packed(buffer.getvalue())


def _filled(template: bytes, context: Mapping[str, object], file: str) -> Doc:
    """Return the template with everything put in."""
    rules = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_as_it_is)
    try:
        Document(BytesIO(template))
    except (OpcError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise SchemaError("paper.not_word", file=file) from error
    paper = DocxTemplate(BytesIO(template))
    try:
        paper.render(dict(context), rules, autoescape=True)
    except Exception as error:  # a template is the bureau's own program: whatever it fails with is its fault
        raise SchemaError("paper.bad_template", file=file, why=str(error)) from error
    document: Doc = paper.docx
    return document


def _as_it_is(value: object) -> Markup:
    """Return a value as XML that stands for exactly its text.

    Low lines are written as references: docxtpl makes braces of ``{_{`` and its like.
    """
    text = plain(str(value)).replace("\r\n", "\n").replace("\r", "\n")
    return Markup(str(escape(text)).replace("_", "&#95;"))  # noqa: S704  # escaped in the same line


def _stamp(paper: Doc, text: str) -> None:
    element = OxmlElement("w:p")
    paper.element.body.insert(0, element)
    line = Paragraph(element, paper)
    run = line.add_run(plain(text))
    run.font.bold, run.font.size, run.font.name = True, Pt(STAMP_PT), HEI
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEI)  # noqa: SLF001  # python-docx has no such font
    borders = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", "000000")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    element.get_or_add_pPr().append(borders)


def _date(paper: Doc, made_on: date, title: str) -> None:
    about: Any = paper.core_properties
    day = datetime.combine(made_on, datetime.min.time())
    about.created = about.modified = about.last_printed = day
    about.author = about.last_modified_by = about.comments = about.subject = about.keywords = about.category = ""
    about.title, about.revision = plain(title), 1


def packed(written: bytes) -> bytes:
    """Return a Word file whose parts have fixed dates and order, and whose fonts name what to take instead."""
    with zipfile.ZipFile(BytesIO(written)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if FONT_TABLE in parts:
        parts[FONT_TABLE] = _font_table()
    first = {CONTENT_TYPES: parts.pop(CONTENT_TYPES)}
    return pack({**first, **dict(sorted(parts.items()))})


def _font_table() -> bytes:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{MAIN}">{fonts}</w:fonts>'.encode()
    )
