"""The data of a page: columns of short codes, ready to be written as JSON, and outlines."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from geo.indicators.parts import buildings, used_instead
from geo.maps.changes import STEP_ENDS, rank_changes
from geo.maps.chips import chips_payload
from geo.maps.columns import coded, column_of, day, days, number
from geo.maps.content import LANGUAGES, PAGE_TEXTS, MapContent
from geo.maps.findings import (
    clocks_payload,
    facts_payload,
    findings_payload,
    months_payload,
    rules_payload,
    series_payload,
)
from geo.maps.listing import due_days, facet_classes, in_list_order
from geo.maps.outlines import encode_outlines, origin_of
from geo.maps.pinyin import initials

SCHEMA_VERSION = 3


def build_payload(content: MapContent) -> dict[str, Any]:
    """Turn a map's content into plain JSON values.

    Parcels stand in the order of the list: by outcome, by the weight of the label that gives it, by area, by
    identifier. What repeats is written once; places are whole numbers.

    Returns
    -------
    dict
        Keys ``schema_version``, ``scan``, ``texts``, ``instruments``, ``origin``, ``parcels``, ``facets``,
        ``footprints``, ``overlays``, ``outlines`` (of parcels, footprints and each overlay), ``rules``, ``findings``,
        ``facts``, ``series``, ``months``, ``changes``, ``clocks``, ``chips``, ``evidence``. ``page/data.js`` reads it.
    """
    parcels = in_list_order(content)
    parcel_ids = parcels["parcel_id"]
    due = due_days(content, parcel_ids).set_axis(parcels.index)
    footprints = _drawn_once(content.footprints)
    frames = [parcels, footprints, *(overlay.frame for overlay in content.overlays)]
    origin = origin_of([geometry for frame in frames if frame is not None for geometry in frame.geometry])
    return {
        "schema_version": SCHEMA_VERSION,
        "scan": {
            "month": content.month,
            "revision": content.revision,
            "as_of": content.as_of.isoformat(),
            "data_through": day(content.data_through),
        },
        "texts": {language: _page_texts(content.texts[language]) for language in LANGUAGES},
        "instruments": _instruments(content),
        "origin": list(origin) if origin else None,
        "parcels": _parcels(parcels, due),
        "facets": {name: coded(classes) for name, classes in facet_classes(content, parcels, due).items()},
        "footprints": _footprints(footprints),
        "overlays": [
            {
                "title": dict(overlay.title),
                "colour": overlay.colour,
                "is_on": overlay.is_on,
                "is_area": bool(overlay.frame.geom_type.isin(["Polygon", "MultiPolygon"]).all()),
                "name": coded(column_of(overlay.frame, "name")),
            }
            for overlay in content.overlays
        ],
        "outlines": ["" if frame is None else encode_outlines(frame.geometry.to_numpy(), origin) for frame in frames],
        "rules": rules_payload(content.rules),
        "findings": findings_payload(content, parcel_ids),
        "facts": facts_payload(content, parcel_ids),
        "series": series_payload(content.observations, parcel_ids),
        "months": months_payload(content.months, parcel_ids),
        "changes": _changes(content.changes, parcel_ids),
        "clocks": clocks_payload(content.clocks, parcel_ids),
        "chips": chips_payload(content.chips, parcel_ids.tolist(), content.chip_bytes),
        "evidence": {str(row): content.evidence[one] for row, one in enumerate(parcel_ids) if one in content.evidence},
    }


def _page_texts(sentences: Mapping[str, str]) -> dict[str, str]:
    """Choose the sentences that a page needs."""
    return {code: text for code, text in sentences.items() if code.startswith(PAGE_TEXTS)}


def _instruments(content: MapContent) -> dict[str, Any]:
    """Write the notes on instruments, by identifier."""
    return {
        identifier: {
            "title": dict(note.title),
            "adopted_by": note.adopted_by or None,
            "adopted_on": day(note.adopted_on),
        }
        for identifier, note in sorted(content.instruments.items())
    }


def _parcels(parcels: GeoDataFrame, due: Series) -> dict[str, Any]:
    """Write the columns of the parcels."""
    enterprise, town = coded(column_of(parcels, "enterprise")), coded(column_of(parcels, "town"))
    for names in (enterprise, town):
        names["initials"] = [initials(name) for name in names["text"]]
    return {
        "id": [str(identifier) for identifier in parcels["parcel_id"]],
        "enterprise": enterprise,
        "town": town,
        "contract_number": coded(column_of(parcels, "contract_number")),
        "area_m2": [number(area, 8) for area in column_of(parcels, "area_m2")],
        "due_on": coded(days(due)),
        "outcome": coded(parcels["outcome"]),
    }


def _drawn_once(footprints: GeoDataFrame | None) -> GeoDataFrame | None:
    """Footprints without exact duplicates; where one has parts that are there too, ``has_parts`` says so."""
    if footprints is None:
        return None
    frame = footprints[footprints.geometry.notna() & ~footprints.geometry.is_empty]
    once = frame[used_instead(frame) == np.arange(len(frame))]
    has_parts = buildings(once)["has_parts"] if "footprint_id" in once.columns else False
    return once.assign(has_parts=has_parts)


def _footprints(footprints: GeoDataFrame | None) -> dict[str, Any]:
    """Write the columns of the footprints; ``whole`` are the rows of those that have parts."""
    if footprints is None:
        return {"storeys": [], "whole": []}
    return {
        "storeys": [number(count) for count in column_of(footprints, "storey_count")],
        "whole": np.flatnonzero(footprints["has_parts"]).tolist(),
    }


def _changes(changes: DataFrame | None, parcel_ids: Series) -> dict[str, Any] | None:
    """Write each parcel's change score, rank and step of shading; None where no parcel has a score."""
    ranking = None if changes is None else rank_changes(changes, parcel_ids)
    if ranking is None:
        return None
    columns = ranking.parcels.reindex(parcel_ids)
    return {
        "before": day(ranking.not_before),
        "after": day(ranking.not_after),
        "count": len(ranking.parcels),
        "step_ends": list(STEP_ENDS),
        **{name: [number(value, 9) for value in columns[name]] for name in ("rank", "step")},
        "score": [number(score, 4) for score in columns["score"]],
    }
