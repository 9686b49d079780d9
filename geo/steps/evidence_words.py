"""What an evidence pack says, in words: facts, proofs, looks of satellites."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from geo.documents.dossier import Row, Seen, Statement
from geo.law.proof import Proof
from geo.law.render import render
from geo.locale import Language, say, sentences
from geo.model import FACTS, Scene
from geo.steps.assess import SHANGHAI
from geo.steps.explain import say_source

MARKED_DAYS = ("agreed_start_on", "agreed_completion_on", "started_on", "completed_on")
SENTINEL = re.compile(r"(?:^|_)S2([A-D])(?:_|$)|^S2([A-D])_")
LANDSAT = re.compile(r"(?:^|_)L[CEMOT]0?([4-9])")
NAMED_UNITS = ("m", "m2", "ha", "mu", "yuan", "d", "month", "year", "yuan/m2")


def words_of(language: Language) -> dict[str, str]:
    """Return the headings of evidence, by code."""
    found = {
        code.removeprefix("evidence."): text
        for code, text in sentences(language).items()
        if code.startswith("evidence.")
    }
    other: Language = "en" if language == "zh" else "zh"
    clue = f"{found['clue']} · {say('evidence.clue', other)}"  # whoever the paper reaches reads one of the two
    return {**found, "clue": clue, "language": "zh-CN" if language == "zh" else language}


def sensor_of(scene: Scene, language: Language) -> str:
    """Return which instrument took a scene, as far as its name says so, and its level.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> sensor_of(Scene("S2B_MSIL2A_20261018", datetime(2026, 10, 18, tzinfo=UTC), "L2A", ()), "en")
    'Sentinel-2B MSI, L2A'
    """
    level = say("evidence.level_unknown", language) if scene.level == "unknown" else scene.level
    if found := SENTINEL.search(scene.scene_id):
        return f"Sentinel-2{found[1] or found[2]} MSI, {level}"
    if found := LANDSAT.search(scene.scene_id):
        return f"Landsat {found[1]}, {level}"
    return say("evidence.sensor_unknown", language, level=level)


def statements(proofs: Sequence[Proof], found: Collection[str], language: Language) -> tuple[Statement, ...]:
    """Write each proof of a rule that was asked as a label, an outcome and lines; what needs a person first."""
    rank = {"met": 0, "undetermined": 1, "not_met": 2}
    words = sentences(language)
    made = []
    for proof in sorted((one for one in proofs if one.rule_id in found), key=lambda one: rank[one.outcome]):
        lines = render(proof, words, language=language).split("\n")[1:]
        told = tuple(((len(line) - len(line.lstrip())) // 2 - 1, line.strip()) for line in lines)
        article = say("map.article", language, title=proof.title.of(language), article=proof.article)
        label, outcome = words[f"law.label_{proof.label}"], words[f"outcome.{proof.outcome}"]
        made.append(Statement(label, article, proof.outcome, outcome, told))
    return tuple(made)


def fact_rows(values: "pd.Series[Any]", sources: "pd.Series[Any]", language: Language) -> tuple[Row, ...]:
    """Return name, value, bounds and source of every fact that is known of a parcel."""
    rows = []
    for name in FACTS:
        cells = [values.get(column) for column in (name, f"{name}_low", f"{name}_high")]
        value, low, high = (value_text(cell, name, language) for cell in cells)
        if not (value or low or high):
            continue
        bounds = (
            ""
            if low == high == value or not (low or high)
            else say("map.between", language, low=low or "-", high=high or "-")
        )
        source = say_source(sources.get(name), language)
        rows.append(Row((say(f"fact.{name}", language), value or say("map.bracket_only", language), bounds, source)))
    return tuple(rows)


def value_text(cell: Any, name: str, language: Language) -> str:  # noqa: ANN401  # a cell of a frame
    """Write a value of a fact with its unit; empty where it is not known.

    Examples
    --------
    >>> value_text(0.25, "developed_fraction", "en"), value_text(float("inf"), "invested_fraction", "en")
    ('0.25', '∞')
    """
    if cell is None or pd.isna(cell):
        return ""
    kind, unit = FACTS[name].kind, FACTS[name].unit
    if kind == "bool":
        return say("map.yes" if cell else "map.no", language)
    if kind == "date":
        return pd.Timestamp(cell).date().isoformat()
    if kind == "text":
        return sentences(language).get(f"fact.{name}_{cell}", str(cell))
    if math.isinf(cell):
        return "∞" if cell > 0 else "-∞"
    shown = f"{cell:.3f}".rstrip("0").rstrip(".") if unit == "1" else f"{cell:,.2f}".removesuffix(".00")
    return f"{shown} {say(f'map.unit_{unit}', language)}" if unit in NAMED_UNITS else shown


def clock_rows(clocks: pd.DataFrame, language: Language) -> tuple[Row, ...]:
    """Return last day, name and state of deadlines, the nearest first."""
    rows = clocks.sort_values(["due_on", "clock"], kind="stable")
    return tuple(
        Row((pd.Timestamp(one["due_on"]).date().isoformat(), one[f"label_{language}"], state))
        for one in rows.to_dict("records")
        for state in [say(f"clock.state_{one['state']}", language)]
    )


def marks_of(values: "pd.Series[Any]", language: Language) -> tuple[tuple[str, str], ...]:
    """Return the agreed and actual days that are known."""
    days = ((say(f"fact.{name}", language), values.get(name)) for name in MARKED_DAYS)
    return tuple(
        (name, pd.Timestamp(day).date().isoformat()) for name, day in days if day is not None and not pd.isna(day)
    )


def look_rows(seen: pd.DataFrame, scenes: Mapping[str, Scene], language: Language) -> tuple[Row, ...]:
    """Return day, scene, sensor, clear share and built fraction of each observation of a parcel."""
    rows = []
    for one in seen.to_dict("records"):
        scene = scenes.get(one["scene_id"])
        sensor = "" if scene is None else sensor_of(scene, language)
        clear = say("evidence.clear", language, share=percent(one["clear_fraction"]))
        rows.append(Row((look_day(one), one["scene_id"], sensor, clear, _built(one, language)), bool(one["reason"])))
    return tuple(rows)


def _built(one: Mapping[Any, Any], language: Language) -> str:
    if pd.isna(one["built_fraction"]):
        reason = f"observe.reason_{one['reason']}"
        return sentences(language).get(reason, str(one["reason"]))
    value, low, high = (f"{one[f'built_fraction{end}']:.2f}" for end in ("", "_low", "_high"))
    return f"{value} {say('law.between', language, low=low, high=high)}"


def series_of(seen: pd.DataFrame) -> tuple[Seen, ...]:
    """Return the built fraction of each observation."""
    names = ("built_fraction", "built_fraction_low", "built_fraction_high")
    return tuple(
        Seen(look_day(one), *(None if pd.isna(one[name]) else float(one[name]) for name in names))
        for one in seen.to_dict("records")
    )


def look_day(one: Mapping[Any, Any]) -> str:
    """Return the day of an observation in Shanghai."""
    day: str = one["acquired_at"].tz_convert(SHANGHAI).date().isoformat()
    return day


def percent(share: float) -> str:
    """Write a share.

    Examples
    --------
    >>> percent(0.914), percent(float("nan"))
    ('91%', '?')
    """
    return "?" if pd.isna(share) else f"{math.floor(share * 100 + 1e-9)}%"
