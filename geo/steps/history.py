"""What differs between a file and what was known, and what became of one parcel, said in sentences."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from geo.errors import SchemaError
from geo.facts import entries_of, entry_states
from geo.locale import Language, say
from geo.registers import REGISTERS
from geo.steps.assess import SHANGHAI, end_of
from geo.steps.ingest import SHOWN, Taken
from geo.store import ParcelHistory, read_history, read_parcels, read_registers

KINDS = ("geometry", "split", "merged", "renumbered", "new", "attributes", "returned", "withdrawn", "absent")
"""Kinds of difference, in the order in which they are listed."""
NEAREST = 5
"""How many parcels of a similar name are offered."""
SHORT_HASH = 12

Row = Mapping[Any, Any]


def describe_differences(taken: Sequence[Taken], language: Language) -> list[str]:
    """Say what each file says otherwise than what was known before: counts, then the first differences."""
    return [line for one in taken for line in _of_file(one, language)]


def _of_file(taken: Taken, language: Language) -> list[str]:
    """Say what one file changed; nothing where there was nothing before."""
    if taken.known_since is not None:
        file = {"file": taken.intake.file, "day": day_text(taken.known_since)}
        return [say("history.known_file", language, **file)]
    added = taken.added
    if added is None or taken.intake.kind == "scenes":
        return []
    if not (added.changed or added.unchanged or added.absent):
        return []
    counted = {name: getattr(added, name) for name in ("added", "changed", "unchanged", "withdrawn")}
    absent = len(added.absent) - added.withdrawn
    lines = [say("history.counts", language, **counted, absent=absent)]
    counts = Counter(taken.differences["kind"])
    kinds = [say("history.kind_count", language, kind=kind_text(kind, language), count=counts[kind]) for kind in KINDS]
    lines += ["  " + line for kind, line in zip(KINDS, kinds, strict=True) if counts[kind]]
    shown = sorted_differences(taken.differences)
    lines += ["  " + difference_text(row, language) for row in shown.head(SHOWN).to_dict("records")]
    return lines + (["  " + say("scan.more", language, count=len(shown) - SHOWN)] if len(shown) > SHOWN else [])


def sorted_differences(differences: pd.DataFrame) -> pd.DataFrame:
    """Return differences by kind, then by parcel."""
    order = differences["kind"].map(KINDS.index)
    return differences.assign(order=order).sort_values(["order", "parcel_id"]).drop(columns="order")


def kind_text(kind: str, language: Language) -> str:
    """Return a kind of difference or of lineage as words."""
    return say(f"history.kind_{kind}", language)


def difference_text(row: Row, language: Language) -> str:
    """Say one difference."""
    areas = [row["before_m2"], row["after_m2"]]
    known = [f"{area:.1f}" for area in areas if not pd.isna(area)]
    parts = [say("history.areas", language, areas=" → ".join(known))] if known else []
    if isinstance(row["columns"], list) and row["columns"]:
        parts.append(say("history.columns", language, columns=", ".join(row["columns"])))
    if isinstance(row["origins"], list):
        parts += [origin_text(origin, language) for origin in row["origins"]]
    kind = kind_text(row["kind"], language)
    return say("history.difference", language, kind=kind, parcel=row["parcel_id"], more="".join(parts))


def origin_text(origin: Row, language: Language) -> str:
    """Say of which parcel's land a parcel took how much."""
    shares = {name: f"{100 * origin[name]:.1f}" for name in ("share_of_from", "share_of_to")}
    return say(
        "history.origin", language, kind=kind_text(origin["kind"], language), parcel=origin["parcel_id"], **shares
    )


def differences_table(taken: Sequence[Taken], language: Language) -> pd.DataFrame:
    """One row a difference, file by file."""
    names = ("file", "layer", "row", "parcel_id", "kind", "before_m2", "after_m2", "columns", "origins", "sentence")
    rows = []
    for one in taken:
        for row in sorted_differences(one.differences).to_dict("records"):
            origins = row["origins"] if isinstance(row["origins"], list) else []
            said: dict[Any, Any] = {
                "file": one.intake.file,
                "layer": one.intake.layer,
                "columns": ", ".join(row["columns"]) if isinstance(row["columns"], list) else "",
                "origins": "; ".join(f"{o['kind']} {o['parcel_id']} {o['share_of_from']:.4f}" for o in origins),
                "sentence": difference_text(row, language),
            }
            rows.append({**row, **said})
    return pd.DataFrame(rows, columns=list(names))


def describe_history(
    engine: Engine, parcel: str, *, known_on: date | None, as_of: date, language: Language
) -> list[str]:
    """Say what became of a parcel, as known at the end of a day, None being today; and how its registers stand.

    Parameters
    ----------
    as_of
        The day on which entries of registers are in the state that is said.

    Raises
    ------
    SchemaError
        The store knows nothing of such a parcel; near ones are named.
    """
    known_at = None if known_on is None else end_of(known_on)
    with engine.connect() as conn:
        history = read_history(conn, parcel, known_at=known_at)
        if history.versions.empty and history.ledger.empty:
            names = read_parcels(conn, known_at=known_at)["parcel_id"]
            near = [name for name in names if parcel in name] or list(names)
            raise SchemaError("scan.unknown_parcel", parcel=parcel, near=", ".join(near[:NEAREST]) or "-")
        registers = read_registers(conn, as_of=as_of, known_at=known_at)
    lines = [say("history.heading", language, parcel=parcel)]
    for title, said in (
        ("versions", _versions(history, language)),
        ("lineage", _lineage(history, language)),
        ("intakes", _intakes(history, language)),
        ("ledger", _ledger(history, language)),
        ("states", _states(registers, parcel, as_of, language)),
    ):
        if said:
            lines += [say(f"history.{title}", language), *("  " + line for line in said)]
    return lines


def _versions(history: ParcelHistory, language: Language) -> list[str]:
    lines = []
    for row in history.versions.to_dict("records"):
        code = "history.withdrawn_version" if row["is_withdrawn"] else "history.version"
        place = {"number": row["parcel_version"], "area": f"{row['area_m2']:.1f}", "file": row["file"]}
        lines.append(say(code, language, **place, **_days(row, language)))
    return lines


def _lineage(history: ParcelHistory, language: Language) -> list[str]:
    lines = []
    for row in history.lineage.to_dict("records"):
        shares = {name: f"{100 * row[name]:.1f}" for name in ("share_of_from", "share_of_to")}
        ends = {name: row[name] for name in ("from_id", "from_version", "to_id", "to_version")}
        said = {"kind": kind_text(row["kind"], language), "known": day_text(row["known_at"])}
        lines.append(say("history.descent", language, **ends, **shares, **said))
    return lines


def _intakes(history: ParcelHistory, language: Language) -> list[str]:
    columns = ["file", "sha256", "known_at"]
    both = pd.concat([history.versions[columns], history.ledger[columns]]).drop_duplicates()
    rows = both.sort_values("known_at", kind="stable").to_dict("records")
    said = [
        {"file": row["file"], "sha256": row["sha256"][:SHORT_HASH], "day": day_text(row["known_at"])} for row in rows
    ]
    return [say("history.intake", language, **one) for one in said]


def _ledger(history: ParcelHistory, language: Language) -> list[str]:
    lines = []
    for row in history.ledger.to_dict("records"):
        if row["field"] == "parcel_id":
            continue
        code = "history.ledger_first" if pd.isna(row["before"]) else "history.ledger_change"
        value = {
            "before": row["before"],
            "value": row["value"],
            "field": _field(row["register"], row["field"], language),
        }
        lines.append(say(code, language, **value, file=row["file"], **_days(row, language)))
    return lines


def _states(registers: Mapping[str, pd.DataFrame], parcel: str, as_of: date, language: Language) -> list[str]:
    """Say in which state each entry about a parcel is on a day, of the registers whose entries go through states."""
    lines = []
    for name, register in REGISTERS.items():
        if not register.states or registers[name].empty:
            continue
        rows = entries_of(registers, name, parcel)
        for row in entry_states(rows, register.states, as_of=as_of).to_dict("records"):
            skipped = [register_field(name, field, language) for field in row["skipped"].split()]
            said = {
                "register": getattr(register, language),
                "state": register_field(name, row["state"], language) if row["state"] else "-",
                "since": "-" if pd.isna(row["since"]) else row["since"].date().isoformat(),
            }
            more = say("history.skipped", language, fields=", ".join(skipped)) if skipped else ""
            lines.append(say("history.state", language, **said, day=as_of.isoformat(), more=more))
    return lines


def register_field(register: str, field: str, language: Language) -> str:
    """Return a field of a register in words, without the register."""
    said = REGISTERS[register].fields[field]
    return said.zh[0] if language == "zh" else said.en


def _field(register: str, field: str, language: Language) -> str:
    """Return a field of a register in words; of the sheet with one row a parcel the register goes without saying."""
    known = REGISTERS.get(register)
    if known is None or field not in known.fields:
        return field
    name = register_field(register, field, language)
    return name if known.is_flat else f"{getattr(known, language)} · {name}"


def _days(row: Row, language: Language) -> dict[str, str]:
    """Return from which day a row holds and on which day it was said."""
    since = say("history.always", language) if row["valid_on"] is None else row["valid_on"].isoformat()
    return {"since": since, "known": day_text(row["known_at"])}


def day_text(moment: datetime) -> str:
    """Return the day of a moment in Shanghai."""
    return moment.astimezone(SHANGHAI).date().isoformat()
