"""Notices and papers: gather what is known of a parcel, decide whether the paper may be given out, write it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from geo.documents.papers_kinds import PaperKind, parse_papers
from geo.documents.plain import file_name
from geo.errors import PackageError, SchemaError
from geo.law.moves import Around, fold_case, last_cases, moves_by_case
from geo.law.options import suggest
from geo.law.proof import prove
from geo.law.rule import INCORPORATED, Instrument
from geo.law.standing import Standing
from geo.law.standing import standing as standing_of
from geo.locale import Language, say, sentences
from geo.model import FACTS
from geo.settings import Settings
from geo.steps.assess import Law, gather, judge
from geo.steps.cases import REGISTER, is_working, mortgaged_parcels, read_case_kinds
from geo.steps.explain import money_of
from geo.steps.paper_context import context_of, facts_of, title_of
from geo.steps.paper_facts import FIELDS, Matter, label_of
from geo.steps.paper_gates import Grounds, Step, check_paper, steps_of
from geo.steps.rules import adoptions_of, law_files, read_pack, read_texts
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
    known = [*FACTS, *FIELDS]
    parsed = [parse_papers(text, name=name, known=known) for name, text in law_files("papers")]
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
    matter = _matter(engine, settings, kind, wanted, known_at=known_at)
    grounds = _grounds(kind, matter, settings, wanted)
    facts = facts_of(kind, matter, grounds.proofs)
    spite = tuple(check_paper(kind, grounds, matter, facts))
    if spite and not kind.is_internal and not wanted.override.strip():
        reasons = "".join(f"\n  {number}. {why}" for number, why in enumerate(spite, 1))
        raise SchemaError("paper.refused", paper=title_of(kind), parcel=wanted.parcel, reasons=reasons)
    context, missing = context_of(kind, matter, grounds, facts, settings)
    name = file_name(f"{wanted.parcel}_{title_of(kind)}_{wanted.as_of.isoformat()}") + SUFFIX
    content = _print(kind, context, _notes(kind, spite, wanted.override), settings, made_on=wanted.as_of)
    out.mkdir(parents=True, exist_ok=True)
    (out / name).write_bytes(content)
    return Written(out / name, tuple(missing), spite)


def _kind(name: str) -> PaperKind:
    kinds = read_paper_kinds()
    if name not in kinds:
        by_title = {title_of(kind): kind for kind in kinds.values()}
        if name not in by_title:
            raise SchemaError("paper.unknown_kind", paper=name, known=" ".join(kinds))
        return by_title[name]
    return kinds[name]


def _matter(engine: Engine, settings: Settings, kind: PaperKind, wanted: Wanted, *, known_at: datetime) -> Matter:
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
    return Matter(
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


def _grounds(kind: PaperKind, matter: Matter, settings: Settings, wanted: Wanted) -> Grounds:
    step = _step(kind, matter, wanted)
    name = kind.instrument or (step.kind.instrument if step else "")
    text = next((one.instrument for one in read_texts().values() if one.instrument.id == name), None)
    how: Standing = _how(text, matter, settings) if text else "in_force"
    labels = kind.findings or ((step.kind.label,) if step and not kind.is_service else ())
    assessment = matter.assessment
    facts, sources = (frame.loc[[matter.parcel]] for frame in (assessment.facts, assessment.fact_sources))
    law: Law = {
        "as_of": matter.as_of, "adoptions": assessment.pack.adoptions, "asked": assessment.asked,
    }  # fmt: skip
    instruments = [one for one in assessment.pack.instruments if not name or one.id == name]
    proofs = [one for one in prove(instruments, facts, sources, **law) if one.label in labels and one.outcome in SHOWN]
    if any(one.outcome == "met" for one in proofs):  # what is only perhaps so adds nothing to what is so
        proofs = [one for one in proofs if one.outcome == "met"]
    found = assessment.findings[assessment.findings["parcel_id"] == matter.parcel]
    suggestions = suggest(instruments, facts, found, **law).get(matter.parcel, [])
    return Grounds(
        instrument=text,
        standing=how,
        proofs=tuple(proofs),
        suggestions=tuple(suggestions),
        money=tuple(money_of(assessment, matter.parcel, suggestions)),
        step=step,
    )


def _how(text: Instrument, matter: Matter, settings: Settings) -> Standing:
    """Say how a text stands; one that the parcel's contract took over binds by it."""
    facts = matter.assessment.facts
    if INCORPORATED in facts and text.is_contractual and facts.at[matter.parcel, INCORPORATED] == text.id:
        return "contract"
    return standing_of(text, as_of=matter.as_of, adoption=adoptions_of(settings).get(text.id))


def _step(kind: PaperKind, matter: Matter, wanted: Wanted) -> Step | None:
    """Return the step of a case that the paper is for; the one asked for, else the only one that can be."""
    every = steps_of(kind, matter)
    fitting = [one for one in every if wanted.case in ("", one.kind.id) and wanted.state in ("", one.state.id)]
    if every and not fitting:
        known = " ".join(f"--case {one.kind.id} --to {one.state.id};" for one in every)
        raise SchemaError("paper.no_step", paper=title_of(kind), known=known)
    at_hand = [one for one in fitting if (one.is_made if kind.is_service else one.is_at_hand)] or fitting
    if len(at_hand) > 1:
        known = " ".join(f"--case {one.kind.id} --to {one.state.id};" for one in at_hand)
        raise SchemaError("paper.which_step", paper=title_of(kind), known=known)
    return at_hand[0] if at_hand else None


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
            "paper.listed",
            language,
            code=kind.id,
            title=say(f"paper.kind_{kind.id}", language),
            who=say(f"case.by_{kind.signed_by}", language),
            steps=between.join(steps.get(kind.id, [])) or "-",
        )
        for kind in read_paper_kinds().values()
    ]
