"""What the control share of earlier plans teaches, as a card for people; nothing is changed by it."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine

from geo.locale import Language, say, sentences
from geo.patrol.learning import count_rejections, learn
from geo.steps.export import replacing, write_table
from geo.steps.patrol_inputs import read_outcomes
from geo.steps.plan_file import read_plan
from geo.store import read_findings, read_registers, read_scan

HALF = 0.5
PRECISION = "precision"
TOLD = ("found", "not_found")
"""Answers of a visit that say whether a clue is right."""
STYLE = (
    "body{font:15px/1.6 sans-serif;max-width:60em;margin:2em auto}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:2px 8px;text-align:left}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Precision and recall by label and group, why clues were rejected, and labels whose precision is in doubt."""

    learned: pd.DataFrame
    rejected: pd.DataFrame
    doubtful: tuple[str, ...]


def learn_from_plans(engine: Engine, plans: Sequence[Path], outcomes: Path | None = None) -> Lesson:
    """Learn from what visits to drawn parcels found.

    What a scan said of a parcel is read from the store. What the visit found comes from the register of visits: is the
    clue right is one answer for every label that the parcel was flagged with, so it tells precision alone; what was
    missed, and so recall, is told by a table of outcomes only. There every drawn parcel that was visited must have a
    row for each label that the visit answered. A parcel drawn in several plans counts by the first.

    Parameters
    ----------
    outcomes
        A table in place of the register of visits.

    Raises
    ------
    SchemaError
        A file is no plan, or an outcome is of a parcel that was not drawn.
    StoreError
        The scan of a plan is not in the store.
    """
    drawn = pd.concat([_drawn(engine, path) for path in plans], ignore_index=True)
    drawn = drawn.drop_duplicates("parcel_id")
    found = _visited(engine, plans, drawn) if outcomes is None else read_outcomes(outcomes, set(drawn["parcel_id"]))
    answers = found.drop_duplicates(["parcel_id", "label"], keep="last")
    flags = dict(zip(drawn["parcel_id"], drawn["flagged"], strict=True))
    pairs = zip(answers["parcel_id"], answers["label"], strict=True)
    labels = answers.assign(is_flagged=[label in flags[parcel] for parcel, label in pairs])
    learned = learn(drawn, labels)
    if outcomes is None:
        learned = learned[learned["quantity"] == PRECISION].reset_index(drop=True)
    overall = learned[(learned["by"] == "all") & (learned["quantity"] == PRECISION)]
    return Lesson(
        learned=learned,
        rejected=count_rejections(labels),
        doubtful=tuple(overall.loc[overall["high"] < HALF, "label"]),
    )


def _drawn(engine: Engine, path: Path) -> pd.DataFrame:
    plan = read_plan(path)
    with engine.connect() as conn:
        findings = read_findings(conn, read_scan(conn, plan["scan"]["month"], plan["scan"]["revision"]).scan_id)
    met = findings[findings["outcome"] == "met"].groupby("parcel_id")["label"].agg(set)
    drawn = pd.DataFrame(plan["control"], columns=["parcel_id", "tier", "town", "size", "probability"])
    return drawn.assign(flagged=[met.get(parcel, set()) for parcel in drawn["parcel_id"]])


def _visited(engine: Engine, plans: Sequence[Path], drawn: pd.DataFrame) -> pd.DataFrame:
    """Return what the visits of plans found of drawn parcels: ``parcel_id``, ``label``, ``is_true``, ``reason``."""
    with engine.connect() as conn:
        visits = read_registers(conn)["visit"]
    planned = {visit["visit_id"] for path in plans for visit in read_plan(path)["visits"]}
    told = visits[visits["number"].isin(planned) & visits["visit_result"].isin(TOLD)]
    flagged = drawn[["parcel_id", "flagged"]].rename(columns={"flagged": "label"})
    answers = told.merge(flagged.assign(label=flagged["label"].map(sorted)), on="parcel_id").explode("label")
    answers = answers[answers["label"].notna()].sort_values("visited_on", kind="stable")
    reason = answers["rejection_reason"].fillna("")
    answers = answers.assign(is_true=answers["visit_result"] == TOLD[0], reason=reason)
    return answers[["parcel_id", "label", "is_true", "reason"]].reset_index(drop=True)


def write_lesson(lesson: Lesson, out: Path, language: Language) -> Path:
    """Write the card as ``card.md`` and ``card.html``, and its figures as ``learned.csv``."""
    write_table(lesson.learned, out / "learned.csv")
    for name, text in (("card.md", markdown(lesson, language)), ("card.html", page(lesson, language))):
        with replacing(out / name) as fresh:
            fresh.write_text(text, "utf-8")
    return out / "card.html"


def tables(lesson: Lesson, language: Language) -> list[list[list[str]]]:
    """Return the two tables of the card as cells, headings first."""
    words = sentences(language)

    def named(prefix: str, value: object) -> str:
        return words.get(f"{prefix}_{value}", str(value))

    heads = ("label", "quantity", "by", "group", "value", "interval", "count")
    rows = [
        [
            named("law.label", row["label"]),
            named("patrol.quantity", row["quantity"]),
            named("patrol.by", row["by"]),
            named(f"patrol.{row['by']}", row["group"]),
            _share(row["value"]),
            f"{_share(row['low'])} – {_share(row['high'])}",
            str(row["count"]),
        ]
        for row in lesson.learned.to_dict("records")
    ]
    reasons = [
        [named("law.label", r["label"]), str(r["reason"]), str(r["count"])] for r in lesson.rejected.to_dict("records")
    ]
    first = [[words[f"patrol.word_{head}"] for head in heads], *rows]
    return [first, [[words[f"patrol.word_{head}"] for head in ("label", "reason", "count")], *reasons]]


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.0%}"


def _advice(lesson: Lesson, language: Language) -> list[str]:
    doubtful = [
        say("patrol.doubtful", language, label=say(f"law.label_{label}", language)) for label in lesson.doubtful
    ]
    return [say("patrol.card_advice", language), *doubtful]


def markdown(lesson: Lesson, language: Language) -> str:
    """Write the card as Markdown."""
    first, second = (_markdown_table(table) for table in tables(lesson, language))
    parts = [f"# {say('patrol.card_title', language)}", say("patrol.card_method", language), first]
    return (
        "\n\n".join([*parts, f"## {say('patrol.word_rejected', language)}", second, *_advice(lesson, language)]) + "\n"
    )


def _markdown_table(table: list[list[str]]) -> str:
    rows = [
        "| " + " | ".join(html.escape(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
        for row in table
    ]
    return "\n".join([rows[0], "|" + "---|" * len(table[0]), *rows[1:]])


def page(lesson: Lesson, language: Language) -> str:
    """Write the card as one HTML page that asks for nothing from elsewhere."""
    title = html.escape(say("patrol.card_title", language))
    first, second = (_html_table(table) for table in tables(lesson, language))
    said = [f"<p>{html.escape(text)}</p>" for text in _advice(lesson, language)]
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head>\n'
        f"<body><h1>{title}</h1>\n<p>{html.escape(say('patrol.card_method', language))}</p>\n{first}\n"
        f"<h2>{html.escape(say('patrol.word_rejected', language))}</h2>\n{second}\n{''.join(said)}</body></html>\n"
    )


def _html_table(table: list[list[str]]) -> str:
    rows = [
        "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row) + "</tr>"
        for tag, row in zip(["th", *["td"] * (len(table) - 1)], table, strict=True)
    ]
    return f"<table>{''.join(rows)}</table>"
