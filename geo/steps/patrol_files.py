"""What a plan leaves: a folder a plan, with papers for every patrol, a map, and one zip with hashes."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import time
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from geo.documents.bundle import bundle
from geo.documents.calendar import ics
from geo.documents.forms import ASKED, excel_form, xls_form
from geo.documents.geopackage import write_geopackage
from geo.documents.plain import file_name
from geo.documents.route_book import route_book
from geo.documents.sheet import Sheet, Stop
from geo.documents.tracks import gpx, kml
from geo.errors import SchemaError
from geo.locale import Language, say, sentences
from geo.maps.offline import write_offline
from geo.maps.routes import Left, Line, route_map
from geo.steps.export import write_json, write_table
from geo.steps.patrol import PatrolPlan
from geo.steps.patrol_words import Errand, Row, errands, say_why
from geo.steps.plan_file import PLAN, plan_content
from geo.web_coordinates import to_gcj02

PAPERS: Mapping[str, Callable[[Sheet], bytes]] = {
    "route.gpx": gpx,
    "route.kml": kml,
    "visits.ics": ics,
    "route_book.pdf": route_book,
    "form.xlsx": excel_form,
    "xlsform.xlsx": xls_form,
}


def write_plan(plan: PatrolPlan, out: Path, language: Language, *, has_links: bool = False) -> Path:
    """Write a plan into ``out/FIRST_DAY``: all of it or nothing; an earlier plan of that day is replaced.

    Parameters
    ----------
    has_links
        Put navigation links into the papers: whoever follows one tells the maker of a map where he is going.

    Raises
    ------
    SchemaError
        The folder is there and holds no plan.
    """
    folder = out / plan.order.first_on.isoformat()
    if folder.exists() and not (folder / PLAN).is_file():
        raise SchemaError("patrol.not_our_folder", file=str(folder))
    fresh = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    said = errands(plan, language)
    sheets = sheets_of(plan, said, language, has_links=has_links)
    for sheet in sheets:
        _write_papers(sheet, fresh / file_name(sheet.patrol_id))
    _write_tables(plan, said, language, fresh)
    _write_map(plan, sheets, said, language, fresh / "map.html")
    write_json(plan_content(plan, sheets), fresh / PLAN)
    contents = {path.relative_to(fresh).as_posix(): path.read_bytes() for path in fresh.rglob("*") if path.is_file()}
    about = {"plan": plan.order.first_on.isoformat(), "scan": f"{plan.scan.month}/{plan.scan.revision}"}
    (fresh / "patrols.zip").write_bytes(bundle(contents, about))
    if folder.exists():
        shutil.rmtree(folder)
    fresh.replace(folder)
    return folder


def _write_papers(sheet: Sheet, folder: Path) -> None:
    folder.mkdir()
    for name, write in PAPERS.items():
        (folder / name).write_bytes(write(sheet))
    with tempfile.TemporaryDirectory() as scratch:  # SQLite likes no slow disks
        path = Path(scratch) / "visits.gpkg"
        write_geopackage(sheet, path)
        (folder / "visits.gpkg").write_bytes(path.read_bytes())


def sheets_of(plan: PatrolPlan, said: Mapping[str, Errand], language: Language, *, has_links: bool) -> list[Sheet]:
    """Make a sheet of every patrol that visits somebody."""
    words = words_of(language)
    depots = {team.name: team.depot for team in plan.roster.teams}
    parcels = plan.parcels.set_index("parcel_id")
    musts = set(plan.candidates.loc[plan.candidates["is_must"], "parcel_id"])
    sheets = []
    for (patrol, day, team), part in plan.stops.groupby(["patrol_id", "day", "team"], sort=False):
        stops = [
            _stop(
                row,
                parcels.loc[row["parcel_id"]],
                said[row["parcel_id"]],
                is_must=row["parcel_id"] in musts,
                has_links=has_links,
            )
            for row in part.to_dict("records")
        ]
        sheets.append(
            Sheet(
                patrol_id=str(patrol),
                title=say("patrol.title", language, day=day, team=team),
                team=str(team),
                day=pd.Timestamp(str(day)).date(),
                inspectors=plan.inspectors.get(str(patrol), ()),
                depot=depots[str(team)],
                stops=tuple(stops),
                made_on=plan.scan.as_of,
                source=f"{plan.scan.month} / {plan.scan.revision} · {plan.order.seed}",
                clue=say("patrol.clue", language),
                words=words,
            )
        )
    return sheets


def words_of(language: Language) -> dict[str, str]:
    """Return what headings and choices of papers say, by code; those of answers are the register's own."""
    said = {
        code.removeprefix("patrol.word_"): text
        for code, text in sentences(language).items()
        if code.startswith("patrol.word_")
    }
    for field in ASKED:
        said[field.name] = field.zh[0] if language == "zh" else field.en
        said |= {f"{field.name}.{code}": names[0] if language == "zh" else code for code, names in field.words.items()}
    return said


def _stop(row: Row, parcel: pd.Series, errand: Errand, *, is_must: bool, has_links: bool) -> Stop:
    name = _text(parcel["enterprise"])
    longitude, latitude = float(parcel["longitude"]), float(parcel["latitude"])
    patrol, number, parcel_id = str(row["patrol_id"]), int(row["number"]), str(row["parcel_id"])
    return Stop(
        visit_id=f"{patrol}-{number:02d}",
        number=number,
        parcel_id=parcel_id,
        enterprise=name,
        town=_text(parcel["town"]),
        longitude=longitude,
        latitude=latitude,
        arrives=time.fromisoformat(str(row["arrives"])),
        leaves=time.fromisoformat(str(row["leaves"])),
        is_must=is_must,
        why=errand.why,
        checks=errand.checks,
        photos=errand.photos,
        outline=parcel["geometry"],
        links=navigation_links(f"{parcel_id} {name}".strip(), longitude, latitude) if has_links else None,
    )


def navigation_links(name: str, longitude: float, latitude: float) -> dict[str, str]:
    """Return links that start navigation on a phone, by map.

    Amap's app shifts the coordinates itself (``dev=1``), and so does Baidu (``coord_type=wgs84``); Amap's web page has
    no such parameter and gets GCJ-02.

    Examples
    --------
    >>> sorted(navigation_links("P1", 120.0, 30.0))
    ['amap', 'amap_web', 'baidu']
    """
    shown = quote(name, safe="")
    east, north = (float(value) for value in to_gcj02(longitude, latitude))
    return {
        "amap": f"amapuri://route/plan/?dlat={latitude:.6f}&dlon={longitude:.6f}&dname={shown}&dev=1&t=0",
        "amap_web": f"https://uri.amap.com/navigation?to={east:.6f},{north:.6f},{shown}&mode=car&callnative=1",
        "baidu": "http://api.map.baidu.com/direction?destination="
        f"latlng:{latitude:.6f},{longitude:.6f}|name:{shown}&mode=driving&coord_type=wgs84&output=html&src=parcelwatch",
    }


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]  # a cell


def _write_tables(plan: PatrolPlan, said: Mapping[str, Errand], language: Language, folder: Path) -> None:
    why = [say_why(row["why"], row["reason"], language) for row in plan.unplanned.to_dict("records")]
    reasons = [" / ".join(said[parcel].why) for parcel in plan.unplanned["parcel_id"]]
    left = plan.unplanned.rename(columns={"why": "code"}).assign(why=why, reasons=reasons)
    write_table(left, folder / "unplanned.csv")
    write_table(
        plan.stops.assign(reasons=[" / ".join(said[one].why) for one in plan.stops["parcel_id"]]), folder / "stops.csv"
    )
    write_table(plan.candidates, folder / "candidates.csv")
    write_table(plan.drawn.merge(plan.strata.drop(columns="tier"), on="parcel_id"), folder / "control.csv")


def _write_map(
    plan: PatrolPlan, sheets: list[Sheet], said: Mapping[str, Errand], language: Language, path: Path
) -> None:
    at = plan.parcels.set_index("parcel_id")[["longitude", "latitude"]]
    lines = [
        Line(
            sheet.title,
            sheet.track(),
            ["\n".join([f"{stop.arrives:%H:%M} {sheet.label(stop)}", *stop.why]) for stop in sheet.stops],
        )
        for sheet in sheets
    ]
    left = [
        Left(
            tuple(at.loc[row["parcel_id"]].tolist()),
            "\n".join([row["parcel_id"], *said[row["parcel_id"]].why, say_why(row["why"], row["reason"], language)]),
            is_must=bool(row["is_must"]),
        )
        for row in plan.unplanned.to_dict("records")
    ]
    name = say("patrol.word_unplanned", language)
    write_offline(route_map(lines, left, left_name=name, table=_coverage(plan, language)), path)


def _coverage(plan: PatrolPlan, language: Language) -> list[list[str]]:
    """Planned, candidates, musts and overdue ones by town."""
    towns = plan.strata.set_index("parcel_id")["town"]
    table = plan.candidates.assign(
        town=plan.candidates["parcel_id"].map(towns), planned=plan.candidates["parcel_id"].isin(plan.stops["parcel_id"])
    )
    names = ("town", "candidates", "planned", "musts", "overdue")
    rows = [
        [str(town), str(len(part)), *(str(int(part[column].sum())) for column in ("planned", "is_must", "is_overdue"))]
        for town, part in table.groupby("town", sort=True)
    ]
    return [[say(f"patrol.word_{name}", language) for name in names], *rows]
