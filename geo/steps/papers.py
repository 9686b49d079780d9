"""Notices and papers: gather what is known of a parcel, decide whether the paper may be given out, write it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

from sqlalchemy import Engine

from geo.documents.papers_kinds import PaperKind, parse_papers
from geo.documents.plain import file_name
from geo.errors import PackageError, SchemaError
from geo.law.moves import Around, fold_case, last_cases, moves_by_case
from geo.law.options import suggest
from geo.law.proof import Proof, prove
from geo.law.rule import INCORPORATED, Instrument
from geo.law.standing import standing as standing_of
from geo.locale import Language, say, sentences
from geo.model import FACTS
from geo.settings import Settings
from geo.steps.assess import Law, gather, judge
from geo.steps.cases import REGISTER, is_working, mortgaged_parcels, read_case_kinds
from geo.steps.explain import say_source
from geo.steps.paper_facts import FIELDS, Dossier, Printed, label_of, value_text
from geo.steps.paper_gates import Grounds, Step, check_paper, conditions_of, named_last, steps_of
from geo.steps.paper_words import article_text, cited, coded, finding_text, move_rows, option_text, sum_text
from geo.steps.rules import adoptions_of, read_pack, read_texts
from geo.store import read_registers

SUFFIX = ".docx"
NEAREST = 5
SHOWN = frozenset({"met", "undetermined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which paper about which parcel on which day; for which case and state, where that is not plain; and in spite."""

    kind: str
    parcel: str
    as_of: date
    case: str = ""
    state: str = ""
    override: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A paper that was written: where, what is blank in it, and what it was written in spite of."""

    path: Path
    missing: tuple[str, ...]
    spite: tuple[str, ...]


@cache
def read_paper_kinds() -> dict[str, PaperKind]:
    """Read the kinds of paper that the program brings along, by id.

    Raises
    ------
    RuleFormatError
        A file cannot be understood.
    """
    folder = files("geo.law") / "papers"
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    known = [*FACTS, *FIELDS]
    parsed = [parse_papers(entry.read_text("utf-8"), name=entry.name, known=known) for entry in found]
    return {name: kind for kinds in parsed for name, kind in kinds.items()}


def write_templates(out: Path) -> list[Path]:
    """Write the built-in template of every kind of paper into a folder, for a bureau to edit.

    Raises
    ------
    SchemaError
        A template of that name is there already: it may have been edited.
    """
    paths = {kind.id: out / f"{kind.id}{SUFFIX}" for kind in read_paper_kinds().values()}
    for path in paths.values():
        if path.exists():
            raise SchemaError("paper.template_exists", file=str(path))
    out.mkdir(parents=True, exist_ok=True)
    for name, path in paths.items():
        path.write_bytes(built_in(read_paper_kinds()[name]))
    return list(paths.values())


def built_in(kind: PaperKind) -> bytes:
    """Return the built-in template of a kind of paper."""
    try:
        from geo.documents.papers_render import packed  # noqa: PLC0415  # of the extra `patrol`
        from geo.documents.papers_template import paper_template  # noqa: PLC0415  # same
    except ModuleNotFoundError as error:
        raise PackageError("patrol.extra_missing", extra="patrol") from error
    prefix = "paper."
    words = {name.removeprefix(prefix): text for name, text in sentences("zh").items() if name.startswith(prefix)}
    return packed(paper_template(kind, words, {name: label_of(name) for name in kind.facts}))


def write_paper(engine: Engine, settings: Settings, wanted: Wanted, out: Path, *, known_at: datetime) -> Written:
    """Write a paper about a parcel.

    Raises
    ------
    SchemaError
        There is no such kind, parcel or step; or the paper may not be given out and no override says why it should.
    PackageError
        The extra is not installed.
    """
    kind = _kind(wanted.kind)
    dossier = _dossier(engine, settings, kind, wanted, known_at=known_at)
    grounds = _grounds(kind, dossier, settings, wanted)
    facts = _facts(kind, dossier, grounds.proofs)
    spite = tuple(check_paper(kind, grounds, dossier, facts))
    if spite and not kind.is_internal and not wanted.override.strip():
        reasons = "".join(f"\n  {number}. {why}" for number, why in enumerate(spite, 1))
        raise SchemaError("paper.refused", paper=_title(kind), parcel=wanted.parcel, reasons=reasons)
    context, missing = _context(kind, dossier, grounds, facts, settings)
    name = file_name(f"{wanted.parcel}_{_title(kind)}_{wanted.as_of.isoformat()}") + SUFFIX
    content = _print(kind, context, _notes(kind, spite, wanted.override), settings, made_on=wanted.as_of)
    out.mkdir(parents=True, exist_ok=True)
    (out / name).write_bytes(content)
    return Written(out / name, tuple(missing), spite)


def _kind(name: str) -> PaperKind:
    kinds = read_paper_kinds()
    if name not in kinds:
        by_title = {_title(kind): kind for kind in kinds.values()}
        if name not in by_title:
            raise SchemaError("paper.unknown_kind", paper=name, known=" ".join(kinds))
        return by_title[name]
    return kinds[name]


def _title(kind: PaperKind) -> str:
    return say(f"paper.kind_{kind.id}")


def _dossier(engine: Engine, settings: Settings, kind: PaperKind, wanted: Wanted, *, known_at: datetime) -> Dossier:
    """Read everything that the paper may say; its text is asked even where it does not bind."""
    asked = frozenset(filter(None, [kind.instrument, *_case_texts(kind, wanted)]))
    pack = read_pack(settings, as_of=wanted.as_of, asked=asked)
    with engine.connect() as conn:
        evidence = gather(conn, as_of=wanted.as_of, known_at=known_at)
        registers = read_registers(conn, as_of=wanted.as_of, known_at=known_at)
    known = evidence.parcels["parcel_id"]
    if wanted.parcel not in set(known):
        near = [name for name in known if wanted.parcel in name][:NEAREST]
        raise SchemaError("scan.unknown_parcel", parcel=wanted.parcel, near=" ".join(near) or "-")
    around = Around(
        is_mortgaged=wanted.parcel in mortgaged_parcels(registers["restriction"], wanted.as_of), is_working=is_working
    )
    moves, kinds = moves_by_case(registers[REGISTER]), read_case_kinds()
    standings = {}
    for name, case in kinds.items():
        number, made = last_cases(moves, name, as_of=wanted.as_of).get(wanted.parcel, ("1", ()))
        standings[name] = fold_case(case, made, as_of=wanted.as_of, number=number, around=around)
    return Dossier(
        parcel=wanted.parcel,
        assessment=judge(evidence, pack, asked=asked),
        registers=registers,
        standings=standings,
        kinds=kinds,
    )


def _case_texts(kind: PaperKind, wanted: Wanted) -> Iterable[str]:
    """Return the text of the case that the paper is asked for, where the paper has none of its own."""
    kinds = read_case_kinds()
    return [kinds[wanted.case].instrument] if not kind.instrument and wanted.case in kinds else []


def _grounds(kind: PaperKind, dossier: Dossier, settings: Settings, wanted: Wanted) -> Grounds:
    step = _step(kind, dossier, wanted)
    name = kind.instrument or (step.kind.instrument if step else "")
    text = next((one.instrument for one in read_texts().values() if one.instrument.id == name), None)
    how = _how(text, dossier, settings) if text else "in_force"
    labels = kind.findings or ((step.kind.label,) if step and not kind.is_service else ())
    assessment = dossier.assessment
    facts, sources = (frame.loc[[dossier.parcel]] for frame in (assessment.facts, assessment.fact_sources))
    law: Law = {
        "as_of": dossier.as_of, "adoptions": assessment.pack.adoptions, "asked": assessment.asked,
    }  # fmt: skip
    instruments = [one for one in assessment.pack.instruments if not name or one.id == name]
    proofs = [one for one in prove(instruments, facts, sources, **law) if one.label in labels and one.outcome in SHOWN]
    if any(one.outcome == "met" for one in proofs):  # what is only perhaps so adds nothing to what is so
        proofs = [one for one in proofs if one.outcome == "met"]
    found = assessment.findings[assessment.findings["parcel_id"] == dossier.parcel]
    suggestions = suggest(instruments, facts, found, **law).get(dossier.parcel, [])
    return Grounds(
        instrument=text, standing=how, proofs=tuple(proofs), suggestions=tuple(suggestions), step=step
    )


def _how(text: Instrument, dossier: Dossier, settings: Settings) -> str:
    """Say how a text stands; one that the parcel's contract took over binds by it."""
    facts = dossier.assessment.facts
    if INCORPORATED in facts and text.is_contractual and facts.at[dossier.parcel, INCORPORATED] == text.id:
        return "contract"
    return standing_of(text, as_of=dossier.as_of, adoption=adoptions_of(settings).get(text.id))


def _step(kind: PaperKind, dossier: Dossier, wanted: Wanted) -> Step | None:
    """Return the step of a case that the paper is for; the one asked for, else the only one that can be."""
    every = steps_of(kind, dossier)
    fitting = [
        one
        for one in every
        if wanted.case in ("", one.kind.id) and wanted.state in ("", one.state.id)
    ]
    if every and not fitting:
        known = " ".join(f"--case {one.kind.id} --to {one.state.id};" for one in every)
        raise SchemaError("paper.no_step", paper=_title(kind), known=known)
    at_hand = [one for one in fitting if (one.is_made if kind.is_service else one.is_at_hand)] or fitting
    if len(at_hand) > 1:
        known = " ".join(f"--case {one.kind.id} --to {one.state.id};" for one in at_hand)
        raise SchemaError("paper.which_step", paper=_title(kind), known=known)
    return at_hand[0] if at_hand else None


def _facts(kind: PaperKind, dossier: Dossier, proofs: Iterable[Proof]) -> list[Printed]:
    """Return every fact that the paper prints or rests on, each once."""
    named = [one for each in conditions_of(proofs) for one in (each.fact, each.other)]
    names = dict.fromkeys([*kind.facts, *(name for name in named if name and name in FACTS)])
    return [dossier.printed(name) for name in names]


def _context(
    kind: PaperKind, dossier: Dossier, grounds: Grounds, facts: Sequence[Printed], settings: Settings
) -> tuple[dict[str, object], list[str]]:
    """Return what the template is filled with, and what is missing of it."""
    values = {one.name: one.value for one in facts}
    fixed = {**_names(kind, dossier, values, settings), **_of_case(grounds), **_money(kind, dossier)}
    said = {**{name: values[name] for name in values}, **fixed}
    labels = {name: label_of(name) if name in values else say(f"paper.name_{name}") for name in said}
    used = _used(kind)
    missing = [labels[name] for name, value in said.items() if not value and name in used]
    filled: dict[str, object] = {
        name: value or say("paper.blank", name=labels[name]) for name, value in said.items()
    }
    in_rows = {item for one in kind.sections if one.kind == "rows" and kind.is_form for item in one.items}
    listed = {
        "grounds": _cited(kind, grounds),
        "findings": [finding_text(one, _rule_title(one, grounds)) for one in grounds.proofs],
        "moves": move_rows(one for one in dossier.standings.values() if one.moves),
        "options": [option_text(one) for one in grounds.suggestions],
        "evidence": [_evidence(one) for one in facts if one.name not in in_rows],
        "source": {one.name: _source(one) for one in facts},
        "missing": say("law.listed").join(missing),
        "grounds_text": _grounds_text(kind, grounds),
        "title": _title(kind),
        "act": kind.act,
        "date": value_text("as_of", dossier.as_of),
        "parcel_id": dossier.parcel,
    }
    return {**filled, **listed}, missing


def _used(kind: PaperKind) -> frozenset[str]:
    """Names that the built-in template of a kind prints, so that a blank among them is to be listed."""
    content = " ".join(item for section in kind.sections if section.kind == "text" for item in section.items)
    named = {name for name in ("bureau", "government", "review_body", *_CASE_NAMES, "sum_yuan", "sum_words")
             if name in content + kind.routes}  # fmt: skip
    heads = set() if kind.is_form else {"document_number", "issuer"}
    return frozenset({*kind.facts, *named, *heads, *({"addressee"} if kind.to else ())})


_CASE_NAMES = ("move_cause", "move_remedy", "served_title", "served_number", "step")


def _names(
    kind: PaperKind, dossier: Dossier, values: Mapping[str, str | None], settings: Settings
) -> dict[str, str | None]:
    holder = dossier.printed("enterprise").value
    signs = {"holder": holder, "government": settings.government, "bureau": settings.bureau, "section": settings.bureau}
    return {
        "issuer": signs[kind.signed_by],
        "addressee": {"holder": holder, "mortgagee": None, "": None}[kind.to],
        "bureau": settings.bureau,
        "government": settings.government,
        "review_body": settings.government if kind.signed_by == "bureau" else None,
    }


def _of_case(grounds: Grounds) -> dict[str, str | None]:
    """Return what the step of the case says: number, cause, remedy, the paper that was served."""
    step = grounds.step
    move = step.standing.reached(step.state.id) if step else None
    standing = step.standing if step else None
    papers = [say(f"paper.kind_{one}") for one in step.state.papers] if step else []
    return {
        "document_number": move.paper if move else None,
        "move_cause": coded("cause", named_last(standing, "cause")) if standing else None,
        "move_remedy": coded("remedy", named_last(standing, "remedy")) if standing else None,
        "served_title": "／".join(papers) or None,
        "served_number": move.paper if move else None,
        "step": step.state.name.zh if step else None,
    }


def _money(kind: PaperKind, dossier: Dossier) -> dict[str, str | None]:
    """Return the sum that a paper asks for, in figures and in characters."""
    if kind.sum is None:
        return {"sum_yuan": None, "sum_words": None}
    rows = dossier.assessment.evidence.ledger
    here = rows.loc[rows["parcel_id"] == dossier.parcel, kind.sum.base].dropna()
    if here.empty or dossier.printed(kind.sum.base).value is None:
        return {"sum_yuan": None, "sum_words": None}
    share = kind.sum.share
    amount = Decimal(str(here.iloc[0])) * share.numerator / share.denominator
    return {"sum_yuan": value_text(kind.sum.base, float(amount)), "sum_words": sum_text(amount)}


def _grounds_text(kind: PaperKind, grounds: Grounds) -> str:
    if grounds.instrument is None:
        return ""
    article = kind.articles or ((grounds.step.state.article,) if grounds.step else ())
    return cited(grounds.instrument, article)


def _cited(kind: PaperKind, grounds: Grounds) -> list[str]:
    """Return every article that the paper rests on, with how its text stands."""
    lines = []
    if grounds.instrument is not None:
        rules = [one.article for one in grounds.proofs]
        own = kind.articles or ((grounds.step.state.article,) if grounds.step else ())
        how = say(f"law.standing_{grounds.standing}")
        lines.append(f"{cited(grounds.instrument, [*own, *rules])}（{how}）")
    if grounds.step is not None:
        step = grounds.step
        lines.append(say("paper.step", title=step.kind.title.zh, state=step.state.name.zh,
                         article=article_text(step.state.article)))  # fmt: skip
    return [*lines, *kind.routes_from]


def _rule_title(proof: Proof, grounds: Grounds) -> str:
    return cited(grounds.instrument, [proof.article]) if grounds.instrument else f"《{proof.title.zh}》"


def _evidence(one: Printed) -> dict[str, str]:
    value = one.value if one.value is not None else say("paper.blank", name=one.label)
    return {"name": one.label, "value": value, "source": _source(one)}


def _source(one: Printed) -> str:
    return say_source(one.source, "zh") if one.source else say("paper.not_on_record")


def _notes(kind: PaperKind, spite: Sequence[str], override: str) -> list[str]:
    """Return what is printed on top: why the paper ought not to be given out, and why it is nevertheless."""
    if not spite:
        return []
    lines = [say("paper.not_ready" if kind.is_internal else "paper.overridden")]
    lines += [say("paper.spite", number=number, why=why) for number, why in enumerate(spite, 1)]
    return lines if kind.is_internal else [*lines, say("paper.override_reason", reason=override.strip())]


def _print(
    kind: PaperKind, context: Mapping[str, object], notes: Sequence[str], settings: Settings, *, made_on: date
) -> bytes:
    """Fill the bureau's own template where it has one, else the built-in."""
    built = built_in(kind)
    from geo.documents.papers_render import render_paper  # noqa: PLC0415  # of the extra `patrol`, which is there

    own = Path(settings.paper_templates) / f"{kind.id}{SUFFIX}" if settings.paper_templates else None
    template, name = (own.read_bytes(), str(own)) if own is not None and own.is_file() else (built, kind.id)
    return render_paper(template, context, stamp=notes, made_on=made_on, file=name)


def list_papers(language: Language) -> list[str]:
    """Say which kinds of paper there are, who signs each, and which step of a case it belongs to."""
    steps: dict[str, list[str]] = {}
    for case in read_case_kinds().values():
        for state in case.states.values():
            for paper in state.papers:
                steps.setdefault(paper, []).append(f"{case.title.of(language)}·{state.name.of(language)}")
    between = say("law.listed", language)
    return [
        say(
            "paper.listed", language, code=kind.id, title=say(f"paper.kind_{kind.id}", language),
            who=say(f"case.by_{kind.signed_by}", language), steps=between.join(steps.get(kind.id, [])) or "-",
        )  # fmt: skip
        for kind in read_paper_kinds().values()
    ]


