"""The evidence of one parcel as a page: no script runs in it, and it asks for nothing."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

from geo.documents.dossier import Dossier, Row, Statement
from geo.documents.drawing import Drawing, svg
from geo.documents.figures import chip_figure, series_figure, site_plan
from geo.escape import escape_text, visible

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
PLAN, CHIP, SERIES = (460.0, 340.0), 300.0, (640.0, 210.0)
"""Sizes of drawings [points]."""
INDENT_EM = 1.4


def evidence_page(dossier: Dossier) -> str:
    """Write the evidence of a parcel as one page of HTML that needs nothing beside it; equal dossiers, equal bytes."""
    words = dossier.words
    body = [
        f'<div class="clue">{_safe(words["clue"])}</div><main>',
        _head(dossier),
        _section(words["plan"], _plan(dossier)),
        _section(words["pictures"], _pictures(dossier)),
        _section(
            words["findings"],
            *map(_finding, dossier.findings),
            _quiet("" if dossier.findings else words["no_findings"]),
            _quiet(dossier.findings_note),
        ),
        _section(words["clocks"], _table(words, "clocks", dossier.clocks)),
        _section(words["series"], _series(dossier)),
        _section(words["looks"], _table(words, "looks", dossier.looks)),
        _section(words["facts"], _table(words, "facts", dossier.facts)),
        _section(words["chain"], _chain(dossier)),
        "</main>",
    ]
    title = _safe(f"{words['title']} {dossier.parcel_id}")
    style = files("geo.documents").joinpath("evidence.css").read_text("utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="{_safe(words["language"])}">\n<head>\n<meta charset="utf-8"/>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def _safe(text: str) -> str:
    return escape_text(visible(text))


def _section(heading: str, *parts: str) -> str:
    return f"<section><h2>{_safe(heading)}</h2>{''.join(parts)}</section>"


def _quiet(text: str) -> str:
    return f'<p class="quiet">{_safe(text)}</p>' if text else ""


def _head(dossier: Dossier) -> str:
    words = dossier.words
    outcome = f'<span class="outcome {_safe(dossier.outcome)}">{_safe(dossier.outcome_text)}</span>'
    links = " ".join(
        f'<a rel="noreferrer" href="{_safe(link)}">{_safe(name)}</a>' for name, link in dossier.links.items()
    )
    return (
        f'<header><p class="quiet">{_safe(words["title"])}</p><h1>{_safe(dossier.name)}{outcome}</h1>'
        f"{_list(dossier.about)}{f'<p>{links}</p>' if links else ''}</header>"
    )


def _list(pairs: Sequence[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{_safe(name)}</dt><dd>{_safe(value)}</dd>" for name, value in pairs) + "</dl>"


def _figure(drawing: Drawing, *lines: str) -> str:
    said = "<br/>".join(_safe(line) for line in lines)
    return f"<figure>{svg(drawing)}<figcaption>{said}</figcaption></figure>"


def _plan(dossier: Dossier) -> str:
    drawing = site_plan(dossier.site, dossier.words, *PLAN)
    return _figure(drawing, dossier.site.crs, dossier.words["plan_note"], *dossier.site.notes)


def _pictures(dossier: Dossier) -> str:
    shown = "".join(_figure(chip_figure(one, CHIP), one.day, *one.lines) for one in dossier.pictures)
    return f'<div class="figures">{shown}</div>{_quiet(dossier.pictures_note)}'


def _finding(one: Statement) -> str:
    lines = "".join(f'<p style="padding-left:{depth * INDENT_EM:g}em">{_safe(line)}</p>' for depth, line in one.lines)
    outcome = f'<span class="outcome {_safe(one.outcome)}">{_safe(one.outcome_text)}</span>'
    return f'<article class="finding {_safe(one.outcome)}"><h3>{_safe(one.label)}{outcome}</h3>{lines}</article>'


def _series(dossier: Dossier) -> str:
    drawing = series_figure(dossier, *SERIES)
    return _quiet(dossier.words["no_series"]) if drawing is None else _figure(drawing, dossier.words["series_note"])


def _table(words: Mapping[str, str], name: str, rows: Sequence[Row]) -> str:
    if not rows:
        return _quiet(words[f"no_{name}"])
    head = "".join(f"<th>{_safe(cell)}</th>" for cell in words[f"{name}_head"].split("|"))
    lines = "".join(
        f'<tr class="{"quiet" if row.is_quiet else ""}">'
        + "".join(f"<td>{_safe(cell)}</td>" for cell in row.cells)
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll"><table class="stack"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def _chain(dossier: Dossier) -> str:
    words = dossier.words
    lines = "".join(
        f"<tr><td>{_safe(link.kind)}</td><td>{_safe(link.name)}</td>"
        f"<td><code>{_safe(link.sha256 or '-')}</code></td></tr>"
        for link in dossier.chain
    )
    head = "".join(f"<th>{_safe(cell)}</th>" for cell in words["chain_head"].split("|"))
    return (
        f'{_quiet(words["chain_note"])}<div class="scroll"><table class="stack"><thead><tr>{head}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div><p>{_safe(words['digest'])} <code>{_safe(dossier.digest)}</code></p>"
    )
