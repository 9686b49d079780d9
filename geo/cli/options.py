"""What the commands share: the program itself, its settings, and options that several take."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from geo.locale import Language, say
from geo.settings import Settings

if TYPE_CHECKING:
    from geo.store import Engine

PARTLY_REFUSED = 4

T = TypeVar("T")

errors = Console(stderr=True)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Watch industrial land after it has been supplied. 工业用地批后监管。",
)


@dataclass(frozen=True, slots=True)
class Context:
    """What every command needs."""

    settings: Settings
    is_quiet: bool

    @property
    def lang(self) -> Language:
        """Language of everything that is printed."""
        return self.settings.lang

    def store(self) -> "Engine":
        """Open the store."""
        from geo.store import open_store

        return open_store(self.settings.store)

    def progress(self, things: Iterable[T], what: str) -> Iterable[T]:
        """Show a bar while things are gone through, on a terminal only."""
        shown = not self.is_quiet and errors.is_terminal
        return track(
            list(things), description=say(f"scan.progress_{what}", self.lang), console=errors, disable=not shown
        )


File = Annotated[Path, typer.Option(help="File. 文件。")]
Day = Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Day of the act, as 2026-10-31. 认定日。")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for results. 输出文件夹。")]
ParcelId = Annotated[str | None, typer.Option("--parcel-id", help="Column that names the parcels. 宗地编号所在列。")]
Crs = Annotated[str | None, typer.Option("--crs", help="System of files that declare none, as EPSG:4549. 坐标系。")]
Layer = Annotated[str | None, typer.Option("--layer", help="Layer or sheet of a file with several. 图层或工作表。")]


def day_of(value: datetime | None) -> date | None:
    """Return the day of an option."""
    return None if value is None else value.date()
