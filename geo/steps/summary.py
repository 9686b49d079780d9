"""What a scan says in short: counts that add up, and the parcels to look at first."""

from typing import cast

import pandas as pd

from geo.locale import Language, say
from geo.steps.assess import Assessment
from geo.steps.local import local_of, say_local
from geo.steps.map import LABEL_ORDER

OUTCOMES = ("met", "undetermined", "not_met")
SHOWN = 20
"""How many suspected parcels the printed summary names."""


def counts(assessment: Assessment) -> dict[str, object]:
    """Count parcels by label and outcome; every line adds up to the number of parcels that its rules looked at.

    A parcel counts once a label: met if one of the label's rules is met, else undetermined if one is, else not met.
    """
    by_label = label_outcomes(assessment.findings)
    table = pd.crosstab(by_label["label"], by_label["outcome"]).reindex(columns=list(OUTCOMES), fill_value=0)
    overall = by_label.groupby("parcel_id")["outcome"].agg(weightiest)
    total = overall.value_counts().reindex(list(OUTCOMES), fill_value=0)
    return {
        "parcels": len(assessment.evidence.parcels),
        "footprints": len(assessment.evidence.footprints),
        "observations": len(assessment.evidence.observations),
        "findings": len(assessment.findings),
        "boundary": int(assessment.findings["is_boundary"].sum()),
        "parcels_by_outcome": {name: int(total[name]) for name in OUTCOMES},
        "labels": {str(label): {name: int(row[name]) for name in OUTCOMES} for label, row in table.iterrows()},
    }


def label_outcomes(findings: pd.DataFrame) -> pd.DataFrame:
    """Return one row a parcel and label: the weightiest outcome of the label's rules."""
    grouped = findings.groupby(["parcel_id", "label"], sort=True)["outcome"]
    return grouped.agg(weightiest).reset_index()


def weightiest(outcomes: pd.Series) -> str:
    """Return the outcome that a person should see first.

    Examples
    --------
    >>> weightiest(pd.Series(["not_met", "undetermined"]))
    'undetermined'
    """
    return min(map(str, outcomes), key=OUTCOMES.index)


def summarise(run: dict[str, object], assessment: Assessment, *, language: Language) -> str:
    """Write the summary that a scan prints."""
    numbers = cast("dict[str, dict[str, dict[str, int]]]", run["counts"])
    scenes = cast("dict[str, object]", run["scenes"])
    refused = sum(cast("int", entry["refused"]) for entry in cast("list[dict[str, object]]", run["inputs"]))
    lines = [
        say("scan.heading", language, month=run["month"], revision=run["revision"], as_of=run["as_of"]),
        say(
            "scan.inputs",
            language,
            parcels=numbers["parcels"],
            footprints=numbers["footprints"],
            scenes=scenes["used"],
            observations=numbers["observations"],
        ),
    ]
    if refused:
        lines.append(say("scan.rows_refused", language, count=refused))
    if scenes["refused"]:
        lines.append(say("scan.scenes_refused", language, count=len(cast("list[object]", scenes["refused"]))))
    lines += say_local(local_of(assessment.evidence.monthly, str(run["month"])), language)
    return "\n".join([*lines, summarise_findings(assessment, language)])


def summarise_findings(assessment: Assessment, language: Language) -> str:
    """Write what the rules found: counts by label, the parcels to look at first, and which drafts were applied."""
    numbers = cast("dict[str, dict[str, dict[str, int]]]", counts(assessment))
    lines = [say("scan.by_outcome", language, **numbers["parcels_by_outcome"])]
    for label in sorted(numbers["labels"], key=_weight):
        named = say(f"law.label_{label}", language)
        lines.append("  " + say("scan.by_label", language, label=named, **numbers["labels"][label]))
    lines += _suspects(assessment.findings, language)
    lines += _adopted(assessment, language)
    lines += _lacking(assessment, language)
    return "\n".join([*lines, say("scan.clue", language)])


def _lacking(assessment: Assessment, language: Language) -> list[str]:
    """Name the rules that were not asked, and what they lack."""
    labels = {rule.id: rule.concludes for one in assessment.pack.instruments for rule in one.rules}
    return [
        *([say("scan.lacking_heading", language)] if assessment.lacking else []),
        *(
            "  "
            + say(
                "scan.lacking",
                language,
                label=say(f"law.label_{labels[rule]}", language),
                rule=rule,
                facts=say("law.listed", language).join(say(f"fact.{name}", language) for name in facts),
            )
            for rule, facts in assessment.lacking.items()
        ),
    ]


def _weight(label: str) -> tuple[int, str]:
    return (LABEL_ORDER.index(label) if label in LABEL_ORDER else len(LABEL_ORDER), label)


def _suspects(findings: pd.DataFrame, language: Language) -> list[str]:
    met = label_outcomes(findings[findings["outcome"] == "met"])
    labels = met.groupby("parcel_id")["label"].agg(lambda names: sorted(names, key=_weight))
    ordered = sorted(labels.items(), key=lambda item: (_weight(item[1][0]), str(item[0])))
    lines = [say("scan.suspects", language)] if ordered else []
    for parcel, names in ordered[:SHOWN]:
        said = say("law.listed", language).join(say(f"law.label_{name}", language) for name in names)
        lines.append(f"  {parcel}  {said}")
    if len(ordered) > SHOWN:
        lines.append("  " + say("scan.more", language, count=len(ordered) - SHOWN))
    return lines


def _adopted(assessment: Assessment, language: Language) -> list[str]:
    titles = {one.id: one.title for one in assessment.pack.instruments}
    return [
        say(
            "scan.adopted",
            language,
            title=titles[name].of(language),
            adopted_by=entry.adopted_by,
            adopted_on=entry.adopted_on,
        )
        for name, entry in assessment.pack.adoptions.items()
    ]
