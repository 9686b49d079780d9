"""Small problems and a small county for patrols."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pytest

from geo.model import FINDING_COLUMNS
from geo.patrol.duties import Duties, parse_duties
from geo.patrol.reasons import Known
from geo.patrol.routing import Problem, Shift
from geo.steps.patrol import duties_text

HOUR = 3600
Places = Sequence[float]


@pytest.fixture(scope="session")
def duties() -> Duties:
    """The table of the package."""
    return parse_duties(duties_text())


@pytest.fixture(scope="session")
def on_a_line() -> Callable[..., Problem]:
    """Makes a problem whose depot and visits lie on one straight road, at kilometres; a kilometre takes a minute."""

    def make(
        kilometres: Places,
        *,
        value: Sequence[int] | None = None,
        must: Sequence[bool] | None = None,
        shifts: Sequence[Shift] | None = None,
        window: dict[int, tuple[int, int]] | None = None,
    ) -> Problem:
        places = np.array([0.0, *kilometres])
        apart = np.abs(places[:, None] - places[None, :])
        count = len(kilometres)
        earliest, latest = np.zeros(count, dtype=np.int64), np.full(count, 10**6, dtype=np.int64)
        for visit, (opens, closes) in (window or {}).items():
            earliest[visit], latest[visit] = opens, closes
        return Problem(
            metres=np.rint(apart * 1000).astype(np.int64),
            seconds=np.rint(apart * 60).astype(np.int64),
            service_s=np.full(count, 600, dtype=np.int64),
            earliest_s=earliest,
            latest_s=latest,
            value=np.array(value or [10] * count, dtype=np.int64),
            is_must=np.array(must or [False] * count, dtype=bool),
            load=np.ones(count, dtype=np.int64),
            shifts=tuple(shifts or [Shift(depot=0, begin_s=0, end_s=HOUR, most_s=HOUR)]),
        )

    return make


@pytest.fixture(scope="session")
def county() -> Callable[..., Known]:
    """Makes what is known of parcels P1, P2, ...: facts by parcel, findings as (parcel, label, outcome, missing)."""

    def make(
        count: int,
        facts: dict[str, dict[str, object]] | None = None,
        findings: Sequence[tuple[str, str, str, str]] = (),
        **more: pd.DataFrame | None,
    ) -> Known:
        names = [f"P{number}" for number in range(1, count + 1)]
        frame = pd.DataFrame(index=pd.Index(names, name="parcel_id"))
        for day in ("agreed_start_on", "agreed_completion_on", "started_on", "completed_on"):
            for column in (day, f"{day}_low", f"{day}_high"):
                frame[column] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
        for flag in ("is_started", "is_completed"):
            frame[flag] = pd.Series(pd.NA, index=frame.index, dtype="boolean")
        for parcel, cells in (facts or {}).items():
            for column, value in cells.items():
                if column.endswith("_on"):
                    for part in (column, f"{column}_low", f"{column}_high"):
                        frame.loc[parcel, part] = pd.Timestamp(str(value))
                else:
                    frame.loc[parcel, column] = value
        rows = [
            (parcel, "i", f"r-{label}", "1", label, "must", "instrument", outcome, False, False, "in_force", missing)
            for parcel, label, outcome, missing in findings
        ]
        parcels = pd.DataFrame({"parcel_id": names, "town": "甲镇", "area_m2": 30_000.0})
        return Known(
            as_of=date(2026, 10, 31),
            parcels=parcels,
            facts=frame,
            findings=pd.DataFrame(rows, columns=list(FINDING_COLUMNS)),
            **more,
        )

    return make
