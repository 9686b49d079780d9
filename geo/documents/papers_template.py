"""The built-in template of a kind of paper: a Word file that a bureau can edit, laid out as offices write."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from geo.documents.papers_kinds import PaperKind, Section

SONG, FANG, HEI = "方正小标宋简体", "仿宋", "黑体"
FALLBACKS = {SONG: "SimSun", FANG: "FangSong", HEI: "SimHei"}
"""Font by the name that offices use, and what a reader without it takes instead."""

RED = RGBColor(0xC0, 0x00, 0x00)
MARGINS_MM = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
TEXT_MM = 210 - MARGINS_MM["left_margin"] - MARGINS_MM["right_margin"]
LABEL_MM, SOURCE_MM, ROW_MM, OPINION_MM = 50, 46, 9, 22
FORM_MARGIN_MM = 24
SEAL_LINES = 2
MOVES = ("day", "state", "paper", "served", "by")
MOVE_WIDTHS_MM = (27, 36, 38, 33, 22)
EVIDENCE = ("name", "value", "source")
EVIDENCE_WIDTHS_MM = (44, 58, 54)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """How a style looks: font and size [pt], line [pt] (0: single), indent of the first line [characters]."""

    font: str = FANG
    size: float = 16
    line: float = 28
    indent: int = 0
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
    is_red: bool = False
    before: float = 0
    after: float = 0
    keeps_next: bool = False


LOOKS = {
    "发文机关": _Look(font=SONG, size=30, line=0, align=WD_ALIGN_PARAGRAPH.CENTER, is_red=True, before=10, after=10),
    "文书标题": _Look(font=SONG, size=22, line=34, align=WD_ALIGN_PARAGRAPH.CENTER, before=16, after=6),
    "文号": _Look(align=WD_ALIGN_PARAGRAPH.CENTER, after=6),
    "抬头": _Look(before=10),
    "正文段": _Look(indent=2),
    "小标题": _Look(font=HEI, indent=2, before=4, after=2, keeps_next=True),
    "理由": _Look(size=12, line=20, align=WD_ALIGN_PARAGRAPH.LEFT),
    "表格字": _Look(size=12, line=18),
    "表间": _Look(size=4, line=8, keeps_next=True),
    "落款": _Look(align=WD_ALIGN_PARAGRAPH.RIGHT, keeps_next=True),
    "附注": _Look(size=12, line=20, before=6),
}


def paper_template(kind: PaperKind, words: Mapping[str, str], labels: Mapping[str, str]) -> bytes:
    """Return a kind of paper as a Word template whose ``{{ }}`` and ``{% %}`` docxtpl fills.

    Parameters
    ----------
    words
        What headings say, by code; all begin with ``word_``.
    labels
        Name of each fact in words.
    """
    paper = Document()
    _set_page(paper, is_form=kind.is_form)
    _set_styles(paper)
    _head(paper, kind)
    for section in kind.sections:
        if section.kind == "rows":
            _rows(paper, section, labels, is_sourced=kind.is_form)
        else:
            _section(paper, section, words)
    if kind.routes:
        _add(paper, words["word_routes"], "小标题")
        _add(paper, f"{kind.routes}（{'、'.join(kind.routes_from)}）", "正文段")
    if not kind.is_form:
        _signature(paper, words)
    _evidence(paper, words, is_annex=not kind.is_form)
    buffer = BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def _set_page(paper: Doc, *, is_form: bool) -> None:
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for side, width in MARGINS_MM.items():
        setattr(page, side, Mm(width))
    if is_form:
        page.top_margin = page.bottom_margin = Mm(FORM_MARGIN_MM)
    number = page.footer.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = number.add_run()
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)  # noqa: SLF001  # python-docx has no fields


def _set_styles(paper: Doc) -> None:
    _look(paper.styles["Normal"], _Look(line=0))
    for name, look in LOOKS.items():
        style = paper.styles.add_style(name, 1)
        style.base_style = paper.styles["Normal"]
        _look(style, look)
    line = _border(paper.styles["发文机关"].element.get_or_add_pPr(), "bottom", color="C00000", size=18)
    line.set(qn("w:space"), "8")


def _look(style: Any, look: _Look) -> None:  # noqa: ANN401  # python-docx gives styles of several kinds
    assert isinstance(style, ParagraphStyle)
    style.font.name, style.font.size = look.font, Pt(look.size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for side in ("w:eastAsia", "w:hAnsi", "w:cs"):
        fonts.set(qn(side), look.font)
    for theme in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    if look.is_red:
        style.font.color.rgb = RED
    form = style.paragraph_format
    form.alignment, form.space_before, form.space_after = look.align, Pt(look.before), Pt(look.after)
    form.first_line_indent = Pt(look.size * look.indent)
    form.keep_with_next, form.widow_control = look.keeps_next, True
    if look.line:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(look.line)


def _border(parent: Any, side: str, *, color: str, size: int) -> Any:  # noqa: ANN401  # elements of lxml
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", "1"), ("color", color)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    parent.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    return line


def _add(paper: Doc | _Cell, text: str, style: str) -> Paragraph:
    return paper.add_paragraph(text, style=style)


def _head(paper: Doc, kind: PaperKind) -> None:
    if not kind.is_form:
        _add(paper, "{{ issuer }}", "发文机关")
    _add(paper, "{{ title }}", "文书标题")
    if not kind.is_form:
        _add(paper, "{{ document_number }}", "文号")
    if kind.to:
        _add(paper, "{{ addressee }}：", "抬头")


def _rows(paper: Doc, section: Section, labels: Mapping[str, str], *, is_sourced: bool) -> None:
    """Write facts as a table, with their sources where no annex gives them."""
    value_mm = TEXT_MM - LABEL_MM - (SOURCE_MM if is_sourced else 0)
    table = _table(paper, (LABEL_MM, value_mm, SOURCE_MM)[: 3 if is_sourced else 2])
    for name in section.items:
        cells = (labels.get(name, name), f"{{{{ {name} }}}}", f"{{{{ source.{name} }}}}")
        _row(table, cells[: 3 if is_sourced else 2], height_mm=ROW_MM)


def _section(paper: Doc, section: Section, words: Mapping[str, str]) -> None:
    if section.kind in ("head", "text"):
        _add(paper, section.items[0], "小标题" if section.kind == "head" else "正文段")
    elif section.kind == "table":
        _TABLES[section.items[0]](paper, words)
    else:
        is_opinion = section.kind == "opinions"
        _add(paper, "", "表间")  # or it would run into the text or the table above
        table = _table(paper, (LABEL_MM, TEXT_MM - LABEL_MM))
        for name in section.items:
            filled = words["word_opinion"] if is_opinion else ""
            _row(table, (name, filled), height_mm=OPINION_MM if is_opinion else ROW_MM)


def _table(paper: Doc, widths_mm: tuple[float, ...]) -> Table:
    table: Table = paper.add_table(rows=0, cols=len(widths_mm), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    return table


def _row(table: Table, texts: tuple[str, ...], *, height_mm: float = 0) -> None:
    row = table.add_row()  # type: ignore[no-untyped-call]  # python-docx leaves it without types
    for cell, column, text in zip(row.cells, table.columns, texts, strict=True):
        cell.width = column.width
        cell.paragraphs[0].style = "表格字"
        cell.paragraphs[0].add_run(text)
    keep = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(keep)  # noqa: SLF001  # python-docx has no such property
    if height_mm:
        row.height, row.height_rule = Mm(height_mm), WD_ROW_HEIGHT_RULE.AT_LEAST


def _loop(paper: Doc, name: str, text: str, style: str) -> None:
    """Write a paragraph for each of the things of a name."""
    _add(paper, f"{{%p for item in {name} %}}", style)
    _add(paper, text, style)
    _add(paper, "{%p endfor %}", style)


def _loop_table(paper: Doc, name: str, columns: Mapping[str, str], widths_mm: tuple[float, ...]) -> None:
    """Write a table with a heading and a row for each of the things of a name."""
    table = _table(paper, widths_mm)
    _row(table, tuple(columns.values()))
    blank = ("",) * (len(widths_mm) - 1)
    _row(table, (f"{{%tr for item in {name} %}}", *blank))
    _row(table, tuple(f"{{{{ item.{column} }}}}" for column in columns))
    _row(table, ("{%tr endfor %}", *blank))


def _none(paper: Doc, name: str, words: Mapping[str, str]) -> None:
    """Say that there is nothing where there is nothing."""
    _add(paper, f"{{%p if not {name} %}}", "理由")
    _add(paper, words["word_nothing"], "理由")
    _add(paper, "{%p endif %}", "理由")


def _grounds(paper: Doc, words: Mapping[str, str]) -> None:
    _loop(paper, "grounds", "{{ item }}", "理由")
    _none(paper, "grounds", words)


def _findings(paper: Doc, words: Mapping[str, str]) -> None:
    _add(paper, "{%p for finding in findings %}", "理由")
    heading = _add(paper, "", "理由")
    heading.add_run("{{ finding.heading }}").bold = True
    _loop(paper, "finding.lines", "{{ item }}", "理由")
    _add(paper, "{%p endfor %}", "理由")
    _none(paper, "findings", words)


def _moves(paper: Doc, words: Mapping[str, str]) -> None:
    _loop_table(paper, "moves", {name: words[f"word_move_{name}"] for name in MOVES}, MOVE_WIDTHS_MM)
    _none(paper, "moves", words)


def _options(paper: Doc, words: Mapping[str, str]) -> None:
    _loop(paper, "options", "{{ item }}", "理由")
    _none(paper, "options", words)


def _money(paper: Doc, words: Mapping[str, str]) -> None:
    _loop(paper, "money", "{{ item }}", "理由")
    _none(paper, "money", words)


_TABLES = {"grounds": _grounds, "findings": _findings, "moves": _moves, "options": _options, "money": _money}


def _signature(paper: Doc, words: Mapping[str, str]) -> None:
    paper.paragraphs[-1].paragraph_format.keep_with_next = True  # no page has a signature alone
    for _ in range(SEAL_LINES):
        _add(paper, "", "落款")
    for text in ("{{ issuer }}", words["word_seal"], "{{ date }}"):
        _add(paper, text, "落款")


def _evidence(paper: Doc, words: Mapping[str, str], *, is_annex: bool) -> None:
    """Write every fact with its source, every article, and what is still missing."""
    if is_annex:
        _add(paper, words["word_annex"], "小标题").paragraph_format.page_break_before = True
    _add(paper, "{%p if evidence %}", "附注")
    if not is_annex:
        _add(paper, words["word_sources"], "小标题")
    columns = {name: words[f"word_evidence_{name}"] for name in EVIDENCE}
    _loop_table(paper, "evidence", columns, EVIDENCE_WIDTHS_MM)
    _add(paper, "{%p endif %}", "附注")
    _add(paper, words["word_grounds"], "附注")
    _grounds(paper, words)
    _add(paper, "{%p if missing %}", "附注")
    _add(paper, words["word_missing"] + "{{ missing }}", "附注")
    _add(paper, "{%p endif %}", "附注")
