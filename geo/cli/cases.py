"""Commands of cases: how one stands, a move that was made, its paper's service, a move that was not made after all."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import Context, Day, app
from geo.errors import SchemaError
from geo.locale import say
from geo.model import FIRST_CASE

if TYPE_CHECKING:
    from geo.steps.case_moves import Said

case = typer.Typer(no_args_is_help=True, help="案件 Cases: how they stand, and the moves that people made.")
app.add_typer(case, name="case")

Parcel = Annotated[str, typer.Argument(help="Parcel. 宗地编号。")]
Kind = Annotated[str, typer.Option("--case", help="idle or low_efficiency. 案件类型。")]
To = Annotated[str, typer.Option("--to", help="State, as identified. 走到哪一步。")]
On = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Day, as 2026-10-31. 日期。")]
By = Annotated[str, typer.Option("--by", help="Who did it. 办理人。")]
Paper = Annotated[str, typer.Option("--paper", help="Number of the paper. 文号。")]
Number = Annotated[str, typer.Option("--number", help="Which case of the parcel, as 2. 第几案。")]


@case.command("show")
def show_command(ctx: typer.Context, parcel: Parcel, as_of: Day) -> None:
    """查看 Say how a parcel's cases stand on a day: moves made, moves that are open, and why others are not."""
    from geo.steps.case_words import describe_case, describe_disputed
    from geo.steps.cases import read_cases, read_disputed_days
    from geo.steps.rules import adoptions_of

    context: Context = ctx.obj
    engine, day, known_at = context.store(), as_of.date(), datetime.now(UTC)
    cases = read_cases(engine, as_of=day, known_at=known_at)
    adoptions = adoptions_of(context.settings)
    for standing in cases.get(parcel, {}).values():
        for line in describe_case(parcel, standing, as_of=day, adoptions=adoptions, language=context.lang):
            typer.echo(line)
    for case_name, state, field, said in read_disputed_days(engine, parcel, as_of=day, known_at=known_at):
        typer.echo(describe_disputed(case_name, state, field, said, language=context.lang))
    code = "case.note" if parcel in cases else "case.no_case"
    typer.echo(say(code, context.lang, parcel=parcel))


@case.command("list")
def list_command(ctx: typer.Context, as_of: Day) -> None:
    """列出 List how all cases stand on a day."""
    from geo.steps.case_words import list_cases
    from geo.steps.cases import case_frame, read_case_kinds, read_cases

    context: Context = ctx.obj
    cases = read_cases(context.store(), as_of=as_of.date(), known_at=datetime.now(UTC))
    for line in list_cases(case_frame(cases), read_case_kinds(), context.lang):
        typer.echo(line)
    if not cases:
        typer.echo(say("case.no_cases", context.lang))


@case.command("move")
def move_command(
    ctx: typer.Context,
    parcel: Parcel,
    kind: Kind,
    to: To,
    on: On,
    by: By,
    paper: Paper,
    served: Annotated[
        datetime | None, typer.Option("--served", formats=["%Y-%m-%d"], help="Day of service. 送达日期。")
    ] = None,
    service_paper: Annotated[str, typer.Option("--service-paper", help="Proof of service. 送达回证文号。")] = "",
    cause: Annotated[str, typer.Option("--cause", help="Cause that an identification names. 认定的原因。")] = "",
    remedy: Annotated[str, typer.Option("--remedy", help="Remedy that is approved. 处置方式。")] = "",
    number: Number = FIRST_CASE,
) -> None:
    """办理 Write down a move that was made; one that is out of order is refused with the reason."""
    from geo.law.moves import Move
    from geo.steps.case_moves import Said, record_move
    from geo.steps.case_words import describe_case
    from geo.steps.rules import adoptions_of

    context: Context = ctx.obj
    move = Move(
        state=to,
        on=on.date(),
        by=by,
        paper=paper,
        served_on=None if served is None else served.date(),
        service_paper=service_paper,
        cause=_code("cause", cause),
        remedy=_code("remedy", remedy),
    )
    said = Said(parcel=parcel, case=kind, move=move, number=number)
    standing = record_move(context.store(), said, known_at=datetime.now(UTC), language=context.lang)
    day, adoptions = (served or on).date(), adoptions_of(context.settings)
    for line in describe_case(parcel, standing, as_of=day, adoptions=adoptions, language=context.lang):
        typer.echo(line)


@case.command("serve")
def serve_command(
    ctx: typer.Context, parcel: Parcel, kind: Kind, to: To, on: On, paper: Paper, number: Number = FIRST_CASE
) -> None:
    """送达 Write down when the paper of a move was served, and the proof of it."""
    from geo.law.moves import Move
    from geo.steps.case_moves import Said, record_service

    context: Context = ctx.obj
    said = Said(parcel=parcel, case=kind, move=Move(state=to, on=on.date(), paper=paper), number=number)
    record_service(context.store(), said, known_at=datetime.now(UTC), language=context.lang)
    typer.echo(_written("case.service_written", context, said))


@case.command("retract")
def retract_command(
    ctx: typer.Context, parcel: Parcel, kind: Kind, to: To, by: By, paper: Paper, number: Number = FIRST_CASE
) -> None:
    """更正 Write down that a move was not made after all; what was said before stays in the history."""
    from geo.law.moves import Move
    from geo.steps.case_moves import Said, record_retraction

    context: Context = ctx.obj
    known_at = datetime.now(UTC)
    said = Said(parcel=parcel, case=kind, move=Move(state=to, on=known_at.date(), by=by, paper=paper), number=number)
    record_retraction(context.store(), said, known_at=known_at, language=context.lang)
    typer.echo(_written("case.retraction_written", context, said))


def _written(code: str, context: Context, said: "Said") -> str:
    from geo.steps.case_words import state_name
    from geo.steps.cases import read_case_kinds

    state = state_name(read_case_kinds()[said.case], said.move.state, context.lang)
    return say(code, context.lang, parcel=said.parcel, state=state, day=said.move.on.isoformat())


def _code(field: str, text: str) -> str:
    """Return the code of a word of the register, given as the code or in Chinese."""
    from geo.steps.case_words import FIELDS, word

    words = FIELDS[field].words
    found = next((code for code, said in words.items() if text in (code, *said)), None)
    if text and found is None:
        known = " ".join(word(field, code, "zh") for code in words) + " " + " ".join(words)
        raise SchemaError("case.unknown_word", value=text, known=known)
    return found or ""
