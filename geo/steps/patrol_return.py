"""What came back from the field, in one go: answers, photos, and what is said of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from geo.ingest.report import Intake
from geo.locale import Language, say, say_refusal
from geo.steps.merging import Back
from geo.steps.plan_file import read_planned
from geo.steps.returns import Answer, return_visits
from geo.steps.visit_photos import Checked, check_folder, check_photos

SHOWN = 50
"""How many lines of a kind are printed; the store and the JSON have all."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldReturn:
    """What a command took back: tables, answers, and photos where a folder of them was given."""

    backs: tuple[Back, ...]
    answers: tuple[Answer, ...]
    photos: Checked | None

    @property
    def has_refusals(self) -> bool:
        """Whether a row was refused."""
        return any(len(back.intake.refused) for back in self.backs)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What somebody hands in: files with answers, the folder of the plans that they answer, and of photos.

    Attributes
    ----------
    masks_persons
        Whether personal data is masked before anything is kept.
    """

    paths: Sequence[Path]
    plans: Path
    photos: Path | None = None
    masks_persons: bool = False


def take_back(engine: Engine, handed: HandedIn, *, known_at: datetime) -> FieldReturn:
    """Take visits and photos back; see `geo.steps.returns.return_visits` and `geo.steps.visit_photos.check_photos`.

    Raises
    ------
    SchemaError
        A file cannot be used at all, or there is no plan or no folder of photos.
    """
    planned = read_planned(handed.plans)
    if handed.photos is not None:
        check_folder(handed.photos)
    backs, answers = return_visits(
        engine, handed.paths, planned=planned, known_at=known_at, masks_persons=handed.masks_persons
    )
    checked = None
    if handed.photos is not None:
        checked = check_photos(engine, handed.photos, answers, planned, known_at=known_at)
    return FieldReturn(tuple(backs), tuple(answers), checked)


def describe_return(result: FieldReturn, language: Language) -> list[str]:
    """Say what became of every table, row by row where something is odd, and of the photos."""
    lines: list[str] = []
    for back in result.backs:
        lines.append(say("patrol.back", language, file=_named(back.intake), **_counts(back)))
        if back.known_since is not None:
            lines.append("  " + say("patrol.back_again", language, since=f"{back.known_since:%Y-%m-%d %H:%M}"))
        for frame, code in ((back.intake.refused, "scan.refused_row"), (back.intake.notes, "scan.note")):
            said = [say_refusal(code_of, params, language) for code_of, params in frame[["code", "params"]].to_numpy()]
            lines += ["  " + say(code, language, reason=reason) for reason in said[:SHOWN]]
            lines += ["  " + say("scan.more", language, count=len(said) - SHOWN)] * (len(said) > SHOWN)
    return lines + ([] if result.photos is None else _describe_photos(result.photos, language))


def _named(intake: Intake) -> str:
    return f"{intake.file} ({intake.layer})" if intake.layer else intake.file


def _counts(back: Back) -> dict[str, int]:
    read = len(back.intake.taken) + len(back.intake.refused) + back.blank
    formulas = int((back.intake.refused["code"] == "ingest.formula").sum())
    unknown = int((back.intake.refused["code"] == "patrol.visit_unknown").sum())
    return {
        "read": read,
        "edited": back.edited,
        "unchanged": back.unchanged,
        "blank": back.blank,
        "refused": len(back.intake.refused),
        "conflicts": back.conflicts,
        "unknown": unknown,
        "formulas": formulas,
    }


def _describe_photos(checked: Checked, language: Language) -> list[str]:
    odd = checked.marked[checked.marked["marks"] != ""]
    counts = {"photos": len(checked.marked), "odd": len(odd), "unmatched": len(checked.unmatched)}
    lines = [say("patrol.photos", language, **counts)]
    for row in odd.to_dict("records"):
        marks = say("law.listed", language).join(say(f"patrol.mark_{mark}", language) for mark in row["marks"].split())
        lines.append("  " + say("patrol.photo_marked", language, visit=row["visit_id"], file=row["file"], marks=marks))
    for visit, (short, absent) in checked.missing.items():
        names = say("law.listed", language).join(absent) or "-"
        lines.append("  " + say("patrol.photos_missing", language, visit=visit, count=short, files=names))
    return lines + ["  " + say("patrol.photo_unmatched", language, file=file) for file in checked.unmatched]


def return_content(result: FieldReturn, language: Language) -> dict[str, object]:
    """Return the same as plain data, whole."""
    content: dict[str, object] = {"tables": [_back_content(back, language) for back in result.backs]}
    if result.photos is not None:
        missing = {visit: {"count": short, "files": files} for visit, (short, files) in result.photos.missing.items()}
        photos = result.photos.marked.assign(marks=result.photos.marked["marks"].str.split())
        content["photos"] = {
            "marked": photos.to_dict("records"),
            "missing": missing,
            "unmatched": result.photos.unmatched,
        }
    return content


def _back_content(back: Back, language: Language) -> dict[str, object]:
    since = None if back.known_since is None else back.known_since.isoformat()
    said = [
        {
            "row": None if row["row"] is None else int(row["row"]),
            "identifier": row["identifier"],
            "code": row["code"],
            "reason": say_refusal(row["code"], row["params"], language),
        }
        for row in back.intake.refused.to_dict("records")
    ]
    about = {"file": back.intake.file, "layer": back.intake.layer, "sha256": back.intake.sha256}
    return {**about, **_counts(back), "known_since": since, "refusals": said}
