"""``plan.json``: what a plan rests on and whom it visits, written once and read by what comes after."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geo.documents.forms import given_cells, row_hash
from geo.documents.sheet import Sheet, Stop
from geo.errors import SchemaError
from geo.steps.patrol import PatrolPlan, duties_text, list_hash

PLAN_SCHEMA = 2
"""Version of the form of ``plan.json``."""

PLAN = "plan.json"


def plan_content(plan: PatrolPlan, sheets: Sequence[Sheet]) -> dict[str, object]:
    """Return what ``plan.json`` holds: all that draws and search can be repeated from, and what answers are told by."""
    reasons = dict(zip(plan.candidates["parcel_id"], plan.candidates["reasons"], strict=True))
    return {
        "schema_version": PLAN_SCHEMA,
        "made_by": {"parcelwatch": version("parcelwatch"), "planner": _planner(plan), "steps": plan.order.steps},
        "scan": {"month": plan.scan.month, "revision": plan.scan.revision, "as_of": plan.scan.as_of.isoformat()},
        "first_on": plan.order.first_on.isoformat(),
        "days": plan.order.days,
        "working_days": [day.isoformat() for day in plan.days],
        "seed": plan.order.seed,
        "duties_sha256": hashlib.sha256(duties_text().encode()).hexdigest(),
        "drawn_from": {"parcels": len(plan.strata), "sha256": list_hash(plan.strata)},
        "control": plan.drawn.merge(plan.strata.drop(columns="tier"), on="parcel_id").to_dict("records"),
        "inspectors": {patrol: list(names) for patrol, names in plan.inspectors.items()},
        "hours": dict(plan.hours),
        "figures": {**plan.figures, "must_visits_not_planned": len(plan.missed)},
        "stops": [
            {**row, "day": row["day"].isoformat(), "reasons": reasons[row["parcel_id"]].split()}
            for row in plan.stops.to_dict("records")
        ],
        "visits": [_visit(stop) for sheet in sheets for stop in sheet.stops],
        "unplanned": plan.unplanned.to_dict("records"),
        "notes": [{"code": code, **params} for code, params in plan.notes],
    }


def _planner(plan: PatrolPlan) -> str:
    return f"pyvrp {version('pyvrp')}" if plan.order.steps else "built-in"


def _visit(stop: Stop) -> dict[str, object]:
    """Return by what the answers of a visit are known when they come back."""
    named = {"visit_id": stop.visit_id, "parcel_id": stop.parcel_id, "why": list(stop.why)}
    return {**named, "row_hash": row_hash(given_cells(stop)), "photos": len(stop.photos)}


def read_plan(path: Path) -> Mapping[str, Any]:
    """Read a ``plan.json``.

    Raises
    ------
    SchemaError
        It is missing, or no plan of this version of the form.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise SchemaError("ingest.missing_file", file=str(path)) from error
    except (OSError, ValueError) as error:
        raise SchemaError("patrol.not_a_plan", file=str(path)) from error
    if not isinstance(content, dict) or content.get("schema_version") != PLAN_SCHEMA or "control" not in content:
        raise SchemaError("patrol.not_a_plan", file=str(path))
    return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A visit as a plan has it.

    Attributes
    ----------
    row_hash
        Of what the papers said of it.
    why
        Sentences.
    photos
        How many kinds of photos were asked for.
    inspectors
        Who was drawn.
    plan
        The file of the plan.
    """

    visit_id: str
    parcel_id: str
    row_hash: str
    why: tuple[str, ...]
    photos: int
    inspectors: tuple[str, ...]
    plan: Path


def read_planned(folder: Path) -> list[Planned]:
    """Read the visits of every plan in a folder of plans, or of the one plan that it is.

    Raises
    ------
    SchemaError
        There is no plan, or one cannot be read.
    """
    paths = sorted({*folder.glob(PLAN), *folder.glob(f"*/{PLAN}")})
    if not paths:
        raise SchemaError("patrol.no_plans", file=str(folder))
    planned = []
    for path in paths:
        plan = read_plan(path)
        patrol_of = {stop["parcel_id"]: stop["patrol_id"] for stop in plan["stops"]}
        for visit in plan["visits"]:
            names = plan["inspectors"].get(patrol_of[visit["parcel_id"]], [])
            lists = {"why": tuple(visit["why"]), "inspectors": tuple(names)}
            planned.append(Planned(**{**visit, **lists}, plan=path))
    return planned
