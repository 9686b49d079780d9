"""The commands: parse, call a step, print. No decisions here, and the only place that asks for the time."""

import os
import sys
from dataclasses import replace
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import Annotated, Literal

import typer

from geo.cli import (  # noqa: F401 - each adds its commands
    analysis,
    cases,
    evidence,
    intake,
    law,
    month,
    papers,
    patrol,
    quarantine,
    workbook,
)
from geo.cli.options import Context, app, errors
from geo.errors import GeoError
from geo.locale import Language, say, say_error
from geo.settings import read_settings

UNUSABLE, NOT_INSTALLED, INTERRUPTED = 3, 5, 130


def main() -> None:
    """Run the command line; an error of ours becomes one sentence and an exit code."""
    try:
        app()
    except GeoError as error:
        errors.print(say_error(error, _spoken()), markup=False, highlight=False, soft_wrap=True)
        sys.exit(NOT_INSTALLED if error.code.endswith(".extra_missing") else UNUSABLE)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            errors.print(say("scan.interrupted", _spoken()), markup=False, highlight=False, soft_wrap=True)
        raise


def _spoken() -> Language:
    """Return the language in which to say that something failed, settings included."""
    return "en" if os.environ.get("PARCELWATCH_LANG") == "en" else "zh"


@app.callback()
def prepare(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Settings file. 设置文件。")] = None,
    store: Annotated[str | None, typer.Option(help="Store: file or database URL. 库。")] = None,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option(help="Language of messages. 语言。")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar. 不显示进度。")] = False,
) -> None:
    """Read the settings and let options go before them."""
    if lang:
        os.environ["PARCELWATCH_LANG"] = lang
    settings = read_settings(config)
    given = {name: value for name, value in (("store", store), ("lang", lang)) if value}
    settings = replace(settings, **given)  # type: ignore[arg-type]  # both are of the field's kind
    os.environ["PARCELWATCH_LANG"] = settings.lang
    ctx.obj = Context(settings, quiet)


@app.command()
def version() -> None:
    """版本 Print the program's version."""
    typer.echo(distribution_version("parcelwatch"))
