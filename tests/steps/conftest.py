"""A week of patrols planned for the sample county, and a store that answers may come back into."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geo.settings import Settings
from geo.steps.patrol import Order, plan_patrols
from geo.steps.patrol_files import write_plan
from geo.steps.plan_file import Planned, read_planned
from geo.steps.scan import ScanResult
from geo.store import open_store

WEEK = Order(first_on=date(2026, 11, 9), days=5, seed=1, steps=0)


@dataclass(frozen=True)
class Field:
    """A folder with a store, and plans in ``patrols``."""

    settings: Settings
    folder: Path
    visits: list[Planned]
    run: Callable[..., Any]

    def form(self, visit: Planned) -> tuple[Path, int, dict[str, int]]:
        """Form that a visit stands in, its row from 1, and columns from 0 by header."""
        path = self.folder / "patrols" / "2026-11-09" / visit.visit_id.rpartition("-")[0] / "form.xlsx"
        page = openpyxl.load_workbook(path)["form"]
        row = next(cells[0].row for cells in page.iter_rows(min_row=2) if cells[0].value == visit.visit_id)
        return path, row, {str(cell.value): at for at, cell in enumerate(page[1])}

    def csv(self, name: str, *rows: dict[str, str]) -> Path:
        """Write a CSV of answers."""
        headers = list(dict.fromkeys(header for row in rows for header in row))
        lines = [headers, *([row.get(header, "") for header in headers] for row in rows)]
        path = self.folder / name
        path.write_text("".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines), "utf-8")
        return path


@pytest.fixture(scope="session")
def planned_week(
    sample_settings: Settings, sample_result: ScanResult, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Plans of a week in November 2026, with their papers."""
    folder = tmp_path_factory.mktemp("planned") / "patrols"
    write_plan(plan_patrols(open_store(sample_settings.store), WEEK), folder, "zh")
    return folder


@pytest.fixture
def field(planned_week: Path, sample_settings: Settings, tmp_path: Path, command: Callable[..., Any]) -> Field:
    """Runs ``parcelwatch ...`` on a copy of the scanned sample county, with last week's plans."""
    store = tmp_path / "county.gpkg"
    shutil.copyfile(sample_settings.store, store)
    shutil.copytree(planned_week, tmp_path / "patrols")
    settings = replace(sample_settings, store=str(store), out=str(tmp_path / "maps"))
    return Field(settings, tmp_path, read_planned(planned_week), partial(command, "--store", store))
