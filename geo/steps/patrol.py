"""Plan patrols from the last finished scan: who is visited, why, by which team and when; and why the others are not."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.resources import files
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Engine

from geo.ingest.crs import to_store
from geo.patrol.candidates import combine
from geo.patrol.control import draw_control, draw_inspectors
from geo.patrol.distances import road_metres, seconds_of, straight_metres, table_metres
from geo.patrol.duties import Duties, parse_duties
from geo.patrol.greedy import greedy
from geo.patrol.plan import plan_routes, share_hours, spread_of
from geo.patrol.reasons import Known, find_reasons, span, strata_of
from geo.patrol.routing import Problem, Routes, begins, score
from geo.patrol.schedule import TeamDay, make_problem, stops_of, team_days, unplanned_of
from geo.patrol.teams import Roster, Team, public_days, working_days
from geo.steps.choices import PATROL_STEPS
from geo.store import Scan, last_scan, read_findings, read_parcels, read_registers, read_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a plan is asked for.

    Attributes
    ----------
    first_on, days
        First day, and how many calendar days.
    seed
        Of both draws and of the search; drawn by whoever asks, at that moment.
    roster
        Teams; None takes one team from the middle of the parcels.
    steps
        Steps of the search; 0 takes the built-in plan.
    roads, ways
        A road layer (lines, longitude and latitude) or a table of ways in place of straight lines.
    visits, clocks
        As in ``geo.patrol.reasons.Known``; visits besides those of the store that were made before the first day.
    """

    first_on: date
    days: int
    seed: int
    roster: Roster | None = None
    steps: int = PATROL_STEPS
    roads: gpd.GeoSeries | None = None
    ways: pd.DataFrame | None = None
    visits: pd.DataFrame | None = None
    clocks: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolPlan:
    """A plan and everything it rests on.

    Attributes
    ----------
    parcels
        ``parcel_id``, ``enterprise``, ``town``, ``area_m2``, ``longitude``, ``latitude`` [degrees], outline.
    reasons, candidates, drawn, stops, unplanned
        Frames with the columns that ``geo.patrol`` names; ``unplanned`` tells second visits too.
    inspectors
        By patrol.
    notes
        Codes of what the reader should know, with their parameters.
    """

    order: Order
    scan: Scan
    roster: Roster
    duties: Duties
    days: tuple[date, ...]
    strata: pd.DataFrame
    parcels: gpd.GeoDataFrame
    reasons: pd.DataFrame
    candidates: pd.DataFrame
    drawn: pd.DataFrame
    stops: pd.DataFrame
    unplanned: pd.DataFrame
    inspectors: Mapping[str, tuple[str, ...]]
    hours: Mapping[str, float]
    figures: Mapping[str, float]
    notes: tuple[tuple[str, Mapping[str, object]], ...]

    @property
    def missed(self) -> pd.DataFrame:
        """Must-visits that are not planned."""
        return self.unplanned[self.unplanned["is_must"]]


class _Base(NamedTuple):
    """What a scan left, as far as a plan needs it."""

    scan: Scan
    parcels: gpd.GeoDataFrame
    known: Known


def plan_patrols(engine: Engine, order: Order) -> PatrolPlan:
    """Plan patrols by the last finished scan.

    The control share is drawn before any route is planned, so no route decides who is drawn.

    Raises
    ------
    StoreError
        No scan is finished.
    PackageError
        PyVRP is not installed and the built-in plan was not asked for.
    """
    base, duties = _read(engine, order), parse_duties(duties_text())
    over = span(order.first_on, order.days)
    strata = strata_of(base.known, duties)
    drawn = draw_control(strata, duties.control, seed=order.seed)
    reasons = find_reasons(base.known, drawn, duties, over=over)
    candidates = combine(reasons, duties, over=over)
    roster = order.roster or _default_roster(base.parcels)
    days, notes = _days(order, roster)
    out = team_days(roster.teams, days)
    problem = _problem(order, roster, base.parcels, candidates, out)
    routes = _solve(problem, order, roster, out)
    stops = stops_of(problem, routes, out, candidates)
    each = int(duties.control["inspectors"])
    inspectors, remarks = _inspectors(order, roster, out, each)
    hours = _hours(problem, routes, out)
    return PatrolPlan(
        order=order,
        scan=base.scan,
        roster=roster,
        duties=duties,
        days=days,
        strata=strata,
        parcels=base.parcels,
        reasons=reasons,
        candidates=candidates,
        drawn=drawn,
        stops=stops,
        unplanned=_unplanned(problem, routes, candidates, reasons),
        inspectors=inspectors,
        hours=hours,
        figures=_figures(problem, routes, out, candidates),
        notes=(*_remarks(order, days, candidates), *notes, *remarks),
    )


def duties_text() -> str:
    """Return the table of duties as it stands in the package."""
    return (files("geo.patrol") / "duties.toml").read_text("utf-8")


def _read(engine: Engine, order: Order) -> _Base:
    with engine.connect() as conn:
        scan = last_scan(conn)
        facts, _ = read_snapshot(conn, scan.scan_id)
        findings = read_findings(conn, scan.scan_id)
        stored = to_store(read_parcels(conn, as_of=scan.as_of, known_at=scan.known_at))
        made = read_registers(conn)["visit"]
    inside = stored.geometry.representative_point()
    parcels = stored.assign(longitude=inside.x.round(7), latitude=inside.y.round(7))
    frame = pd.DataFrame(parcels[["parcel_id", "town", "area_m2"]])
    known = Known(
        as_of=scan.as_of,
        parcels=frame,
        facts=facts,
        findings=findings,
        visits=_visits_before(order, made),
        clocks=order.clocks,
    )
    return _Base(scan, parcels, known)


def _visits_before(order: Order, made: pd.DataFrame) -> pd.DataFrame | None:
    """Return the visits made before the first day of a plan, so that its own visits do not change it when replayed."""
    told = made.loc[made["visited_on"] < pd.Timestamp(order.first_on), ["parcel_id", "visited_on"]]
    if told.empty:
        return order.visits
    return told if order.visits is None else pd.concat([told, order.visits[told.columns]], ignore_index=True)


def _default_roster(parcels: gpd.GeoDataFrame) -> Roster:
    middle = (round(float(parcels["longitude"].median()), 6), round(float(parcels["latitude"].median()), 6))
    return Roster(teams=(Team(name="1", depot=middle),))


def _days(order: Order, roster: Roster) -> tuple[tuple[date, ...], list[tuple[str, Mapping[str, object]]]]:
    public, unknown = public_days(order.first_on, order.days)
    days = tuple(working_days(order.first_on, order.days, roster, public=public))
    return days, [("patrol.calendar_unknown", {"years": ", ".join(map(str, unknown))})] if unknown else []


def _problem(
    order: Order, roster: Roster, parcels: gpd.GeoDataFrame, candidates: pd.DataFrame, out: list[TeamDay]
) -> Problem:
    at = parcels.set_index("parcel_id")[["longitude", "latitude"]]
    sites = at.loc[candidates["parcel_id"]].to_numpy(float).reshape(-1, 2)
    places = np.vstack([np.array([team.depot for team in roster.teams], dtype=float), sites])
    if order.ways is not None:
        metres = table_metres(order.ways, [*(team.name for team in roster.teams), *candidates["parcel_id"]])
    elif order.roads is not None:
        metres = road_metres(places, order.roads)
    else:
        metres = straight_metres(places, roster.detour)
    seconds = seconds_of(metres, roster.km_per_hour / 3.6, roster.stop_minutes * 60)
    return make_problem(candidates, out, roster.teams, metres=metres, seconds=seconds)


def _solve(problem: Problem, order: Order, roster: Roster, out: list[TeamDay]) -> Routes:
    solve = partial(plan_routes, seed=order.seed, steps=order.steps) if order.steps else greedy
    teams = [one.team.name for one in out]
    return share_hours(problem, teams, solve, spread_s=round(roster.spread_hours * 3600))


def _inspectors(
    order: Order, roster: Roster, out: list[TeamDay], each: int
) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, Mapping[str, object]]]]:
    if not roster.inspectors:
        return {}, [("patrol.no_inspectors", {})]
    names = [f"{one.name} {one.certificate}".strip() for one in roster.inspectors]
    pairs = [(one.day.isoformat(), one.team.name) for one in out]
    dealt = draw_inspectors(names, pairs, each=each, seed=order.seed)
    drawn = {one.patrol_id: dealt[one.day.isoformat(), one.team.name] for one in out}
    short = sum(not names for names in drawn.values())
    return drawn, [("patrol.few_inspectors", {"count": short, "each": each})] if short else []


def _remarks(order: Order, days: tuple[date, ...], candidates: pd.DataFrame) -> list[tuple[str, Mapping[str, object]]]:
    said = [
        ("patrol.default_team", order.roster is None),
        ("patrol.no_working_day", not days),
        ("patrol.no_candidates", candidates.empty),
    ]
    return [(code, {}) for code, holds in said if holds]


def _unplanned(problem: Problem, routes: Routes, candidates: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    """Candidates that are not planned, and musts of planned ones that one visit cannot serve."""
    left = unplanned_of(problem, routes, candidates).assign(reason="")
    served = dict(zip(candidates["parcel_id"], candidates["reasons"], strict=True))
    musts = reasons[reasons["is_must"] & ~reasons["parcel_id"].isin(left["parcel_id"])]
    pairs = zip(musts["parcel_id"], musts["reason"], strict=True)
    is_second = np.array([name not in served[parcel].split() for parcel, name in pairs], dtype=bool)
    second = musts.loc[is_second, ["parcel_id", "is_must", "reason"]].assign(why="second_visit")
    everybody = pd.concat([left, second[left.columns]], ignore_index=True) if len(second) else left
    return everybody.sort_values(["is_must", "parcel_id"], ascending=[False, True], ignore_index=True)


def _hours(problem: Problem, routes: Routes, out: list[TeamDay]) -> dict[str, float]:
    """Hours of each patrol, travel included and lunch left out [h]."""
    timed = [begins(problem, shift, route) for shift, route in zip(problem.shifts, routes, strict=True)]
    return {
        one.patrol_id: round((times[2] - times[1]) / 3600, 2) if route and times else 0.0
        for one, route, times in zip(out, routes, timed, strict=True)
    }


def _figures(problem: Problem, routes: Routes, out: list[TeamDay], candidates: pd.DataFrame) -> dict[str, float]:
    _, value, metres = score(problem, routes)
    spread = spread_of(problem, [one.team.name for one in out], routes)
    return {
        "value": value,
        "worth": int(candidates["value"].sum()),
        "km": round(metres / 1000, 1),
        "spread": round(spread / 3600, 1),
    }


def list_hash(strata: pd.DataFrame) -> str:
    """Hash of the list that was drawn from: whoever draws again can see that it is the same list."""
    text = strata.sort_values("parcel_id").to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()
