"""Make data/sample_parcels.gpkg, the county 云麓县, from tools/sample_county.toml: the same bytes on every run.

Layers: ``parcels``, ``footprints`` and ``ledger`` as a bureau would have them, and ``surfaces``, what really covered
the ground from which day on, from which scenes are simulated. Where surfaces overlap, the one of the highest level
that has begun shows.

    python tools/make_sample.py [OUT]
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geo.model import LEDGER_FIELDS

ROOT = Path(__file__).resolve().parents[1]
LANE_M, STREET_M, PAVEMENT_M = 12.0, 24.0, 12.0
"""Grass between two parcels of a row; the street between two rows; the paved middle of it."""
LEVELS = {"county": 0, "surroundings": 1, "town": 10, "street": 11, "base": 20, "ground": 30, "patches": 40, "roof": 60}
"""What lies over what; entries of one sort lie in the order of the file."""

Spec = Mapping[str, Any]
Surface = dict[str, Any]


def main(arguments: list[str]) -> None:
    """Write the GeoPackage."""
    out = Path(arguments[0]) if arguments else ROOT / "data" / "sample_parcels.gpkg"
    county: Spec = tomllib.loads(Path(__file__).with_name("sample_county.toml").read_text("utf-8"))
    layers = county_layers(county)
    write_layers(layers, out)
    print(f"{out}: " + ", ".join(f"{len(table)} {name}" for name, table in layers.items()))


def county_layers(county: Spec) -> dict[str, pd.DataFrame]:
    """Return the four layers by name; all but the ledger with geometry."""
    crs = county["county"]["crs"]
    places = dict(parcel_corners(county))
    headers: dict[str, str] = county["ledger_headers"]
    parcels = [{**county["defaults"], **parcel, "place": places[parcel["id"]]} for parcel in county["parcel"]]
    surfaces = [*country(county), *(surface for parcel in parcels for surface in ground_of(parcel))]
    footprints = [footprint for parcel in parcels for footprint in footprints_of(parcel)]
    rows = [ledger_row(parcel) for parcel in parcels if parcel.get("has_ledger_row", True)]
    ledger = pd.DataFrame(rows, columns=list(LEDGER_FIELDS)).rename(columns=headers)
    return {
        "parcels": gpd.GeoDataFrame([parcel_row(parcel) for parcel in parcels], crs=crs).rename(columns=headers),
        "footprints": gpd.GeoDataFrame(footprints, crs=crs),
        "ledger": ledger,
        "surfaces": gpd.GeoDataFrame(surfaces, crs=crs),
    }


def parcel_corners(county: Spec) -> Iterator[tuple[str, tuple[str, float, float]]]:
    """Yield of each parcel its town and lower left corner: rows of a town lie one above the other."""
    by_number = {parcel["id"][-3:]: parcel for parcel in county["parcel"]}
    west, south = county["county"]["corner"]
    for town in county["town"]:
        y = south + town["corner"][1]
        for row in town["rows"]:
            x = west + town["corner"][0]
            for number in row:
                yield by_number[number]["id"], (town["name"], x, y)
                x += by_number[number]["size"][0] + LANE_M
            y += max(by_number[number]["size"][1] for number in row) + STREET_M


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    """Return a rectangle from its lower left corner and size [m], counter-clockwise."""
    return shapely.box(x, y, x + width, y + height)


def outline(parcel: Spec) -> BaseGeometry:
    """Return a parcel's outline with its lower left corner at the origin."""
    whole: BaseGeometry = box(0, 0, *parcel["size"])
    for part in ("cut", "hole"):
        if part in parcel:
            whole = shapely.difference(whole, box(*parcel[part]))
    return shapely.normalize(whole)


def placed(parcel: Spec, shape: BaseGeometry) -> BaseGeometry:
    """Move a shape from the parcel's own corner to its place in the county."""
    _, x, y = parcel["place"]
    return translate(shape, x, y)


def country(county: Spec) -> Iterator[Surface]:
    """Yield what lies around the parcels: fields, the surroundings, and each town's grass and streets."""
    west, south = county["county"]["corner"]
    yield surface(None, "crop", "", LEVELS["county"], box(west, south, *county["county"]["size"]))
    for number, entry in enumerate(county["surroundings"]):
        shape = translate(shapely.Polygon(entry["outline"]), west, south)
        yield surface(None, entry["surface"], "", LEVELS["surroundings"] + number, shape)
    sizes = {parcel["id"][-3:]: parcel["size"] for parcel in county["parcel"]}
    for town in county["town"]:
        x, y = west + town["corner"][0], south + town["corner"][1]
        widths = [sum(sizes[number][0] + LANE_M for number in row) - LANE_M for row in town["rows"]]
        heights = [max(sizes[number][1] for number in row) + STREET_M for row in town["rows"]]
        around = box(x - LANE_M, y - STREET_M, max(widths) + 2 * LANE_M, sum(heights) + STREET_M)
        yield surface(None, "grass", "", LEVELS["town"], around)
        for number in range(len(heights) + 1):
            middle = y + sum(heights[:number]) - STREET_M / 2
            street = box(x - LANE_M, middle - PAVEMENT_M / 2, max(widths) + 2 * LANE_M, PAVEMENT_M)
            yield surface(None, "paved", "", LEVELS["street"], street)


def ground_of(parcel: Spec) -> Iterator[Surface]:
    """Yield what covers a parcel, from its ground before the contract to the roofs."""
    whole = outline(parcel)
    yield surface(parcel["id"], parcel["base"], "", LEVELS["base"], placed(parcel, whole))
    for number, (kind, since) in enumerate(parcel.get("ground", [])):
        yield surface(parcel["id"], kind, since, LEVELS["ground"] + number, placed(parcel, whole))
    for number, (kind, *rectangle, since) in enumerate(parcel.get("patches", [])):
        inside = shapely.intersection(box(*rectangle), whole)
        yield surface(parcel["id"], kind, since, LEVELS["patches"] + number, placed(parcel, inside))
    for number, building in enumerate(parcel.get("buildings", [])):
        roof = placed(parcel, box(*building["at"]))
        yield surface(parcel["id"], building["roof"], building.get("since", ""), LEVELS["roof"] + number, roof)


def surface(parcel_id: str | None, kind: str, since: str, level: int, shape: BaseGeometry) -> Surface:
    """Return one row of the surfaces; none of them ends, another is written over it."""
    return {
        "parcel_id": parcel_id,
        "surface": kind,
        "from_on": since or None,
        "to_on": None,
        "level": level,
        "geometry": shapely.normalize(shape),
    }


def footprints_of(parcel: Spec) -> Iterator[dict[str, Any]]:
    """Yield the registered outlines of a parcel's buildings, each with its parts behind it."""
    registered = [building for building in parcel.get("buildings", []) if building.get("is_registered", True)]
    for number, building in enumerate([*registered, *parcel.get("more_footprints", [])], start=1):
        identifier = f"{parcel['id']}-{number}幢"
        yield footprint_row(parcel, building, identifier)
        for part_number, part in enumerate(building.get("parts", []), start=1):
            yield {**footprint_row(parcel, part, f"{identifier}-{part_number}"), "part_of": identifier}


def footprint_row(parcel: Spec, building: Spec, identifier: str) -> dict[str, Any]:
    """Return one outline with what is known of its storeys."""
    return {
        "footprint_id": identifier,
        "storey_count": building.get("storeys"),
        "storey_height_m": building.get("storey_height"),
        "height_m": building.get("height"),
        "part_of": None,
        "geometry": shapely.normalize(placed(parcel, box(*building["at"]))),
    }


def parcel_row(parcel: Spec) -> dict[str, Any]:
    """Return a row of the parcel layer, with the headers of a bureau."""
    return {
        "parcel_id": parcel["id"],
        "enterprise": enterprise(parcel),
        "town": parcel["place"][0],
        "contract_number": contract_number(parcel),
        "contract_area_m2": outline(parcel).area,
        "geometry": shapely.normalize(placed(parcel, outline(parcel))),
    }


def ledger_row(parcel: Spec) -> dict[str, Any]:
    """Return a row of the ledger: what the file says of the parcel, before that what follows from its area."""
    area = outline(parcel).area
    usual = {
        "parcel_id": parcel["id"],
        "contract_number": contract_number(parcel),
        "supervision_number": f"999999{parcel['id'][2:6]}B{parcel['id'][-3:]:0>5}",
        "enterprise": enterprise(parcel),
        "town": parcel["place"][0],
        "contract_area_m2": area,
        "supplied_area_m2": area,
        "should_develop_area_m2": round(parcel["should_develop_share"] * area, 2),
        "price_yuan": float(parcel["price_yuan_per_m2"] * area),
        "contract_floor_area_ratio_min": parcel["contract_floor_area_ratio_min"],
        "contract_building_coverage_min": parcel["contract_building_coverage_min"],
    }
    said = {**usual, **parcel["ledger"]}
    return {field: None if value == "" else value for field, value in said.items()}


def enterprise(parcel: Spec) -> str:
    """Return a name that no enterprise bears."""
    return f"云麓{parcel['enterprise']}（虚构）有限公司"


def contract_number(parcel: Spec) -> str:
    """Return the number of the parcel's contract."""
    return f"云麓让（{parcel['id'][2:6]}）{parcel['id'][-3:]}号"


def write_layers(layers: Mapping[str, pd.DataFrame], out: Path) -> None:
    """Write the layers into a new file, dated by a fixed day, and put it in place when it is whole."""
    fresh = out.with_name(f".{out.stem}.part.gpkg")
    fresh.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-10-31T00:00:00.000Z"})
    for name, table in layers.items():
        pyogrio.write_dataframe(table, fresh, layer=name, driver="GPKG")
    fresh.replace(out)


if __name__ == "__main__":
    main(sys.argv[1:])
