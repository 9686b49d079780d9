"""What is known of one parcel, name by name, as a paper prints it: the value, and where it comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from geo.facts import parse_source
from geo.law.case import CaseKind
from geo.law.moves import Standing
from geo.locale import say, sentences
from geo.model import FACTS, LEDGER_FIELDS
from geo.registers import REGISTERS, Field
from geo.steps.assess import Assessment
from geo.steps.cases import MORTGAGE

SEARCHED = ("contract", "project", "payment_made", "restriction", "visit", "assessment")
"""Registers that are searched for a field which neither the facts nor the folded ledger have, in this order."""

FIELDS: Mapping[str, Field] = {
    name: field for register in reversed(list(REGISTERS.values())) for name, field in register.fields.items()
}
"""Every field of the registers; of several of one name the one of the first register."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A fact as it is printed; ``value`` is None where it is not known. ``source`` is coded."""

    name: str
    label: str
    value: str | None
    source: str

    @property
    def scenes(self) -> tuple[str, ...]:
        """Satellite scenes that it rests on."""
        return tuple(detail for kind, detail in parse_source(self.source) if kind == "scene")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Everything that a paper about one parcel may say.

    Attributes
    ----------
    registers
        As the store gives them, for the day of the paper.
    standings
        The parcel's latest case of each kind; one that was never begun is there too.
    """

    parcel: str
    assessment: Assessment
    registers: Mapping[str, pd.DataFrame]
    standings: Mapping[str, Standing]
    kinds: Mapping[str, CaseKind]

    @property
    def as_of(self) -> date:
        """The day of the paper."""
        return self.assessment.evidence.as_of

    def printed(self, name: str) -> Printed:
        """Return a fact, else a field of the ledger, else one of an entry; where several are said, none counts."""
        for look in (_fact, _ledger, _entry):
            found = look(self, name)
            if found is not None:
                return _printed(name, *found)
        return _printed(name, None, "")

    def visits(self) -> pd.DataFrame:
        """Return the visits to the parcel up to the day, the last one last."""
        rows = self.registers["visit"]
        rows = rows[(rows["parcel_id"] == self.parcel) & (rows["visited_on"] <= pd.Timestamp(self.as_of))]
        return rows.sort_values("visited_on", kind="stable")


Found = tuple[str | None, str] | None


def _printed(name: str, value: str | None, source: str) -> Printed:
    """Return a fact; where a complete register has a blank, that it did not happen is known."""
    parts = parse_source(source)
    kinds = {kind for kind, _ in parts}
    if value is None and parts == [("blank", name)]:
        return Printed(name, label_of(name), say("paper.not_happened"), source)
    return Printed(name, label_of(name), value, "" if kinds <= {"missing"} and value is None else source)


def label_of(name: str) -> str:
    """Return the name of a fact or field in Chinese: papers are Chinese in any language of the program."""
    said = sentences("zh").get(f"fact.{name}")
    return said if said is not None else FIELDS[name].zh[0] if name in FIELDS else name


def value_text(name: str, value: Any, low: Any = None, high: Any = None) -> str | None:  # noqa: ANN401  # a cell of a frame
    """Write a value with its unit; between its bounds where they differ, None where it is not known.

    Examples
    --------
    >>> value_text("agreed_start_on", date(2024, 6, 1))
    '2024年6月1日'
    >>> value_text("price_yuan", 1250000.5)
    '1,250,000.5元'
    >>> value_text("developed_fraction", None, 0.1, 0.25)
    '10%至25%之间'
    """
    if low is not None and high is not None and not (pd.isna(low) or pd.isna(high)):
        return _one(name, low) if low == high else f"{_one(name, low)}至{_one(name, high)}之间"
    return None if value is None or pd.isna(value) else _one(name, value)


def _one(name: str, value: Any) -> str:  # noqa: ANN401  # a cell of a frame
    words = sentences("zh")
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return words["law.yes" if value else "law.no"]
    if isinstance(value, date) or type(value).__name__ == "datetime64":
        day = pd.Timestamp(value)
        return f"{day.year}年{day.month}月{day.day}日"
    field = FIELDS.get("cause" if name == "identified_cause" else name)
    if isinstance(value, str):
        return field.words[value][0] if field is not None and value in field.words else value
    if "fraction" in name:
        return f"{100 * float(value):.4g}%"
    unit = FACTS[name].unit if name in FACTS else field.unit if field is not None else ""
    number = f"{float(value):,.2f}".rstrip("0").rstrip(".")
    return number + words.get(f"paper.unit_{unit.replace('/', '_per_')}", "")


def _fact(matter: Matter, name: str) -> Found:
    facts = matter.assessment.facts
    if name not in facts.columns:
        return None
    row, sources = facts.loc[matter.parcel], matter.assessment.fact_sources.loc[matter.parcel]
    source = sources.get(name)
    said = value_text(name, row[name], row.get(f"{name}_low"), row.get(f"{name}_high"))
    return said, source if isinstance(source, str) else f"missing:{name}"


def _ledger(matter: Matter, name: str) -> Found:
    rows = matter.assessment.evidence.ledger
    if name not in LEDGER_FIELDS or name not in rows.columns:
        return None
    here = rows[rows["parcel_id"] == matter.parcel]
    if here.empty:
        return None, f"missing:{name}"
    row = here.iloc[0]
    if _is_said(row.get(f"{name}_disputed")):
        return None, f"contradiction:{name}"
    place = row.get(f"{name}_from")
    if not _is_said(place):
        place = f"ledger:{int(row['row'])}" if _is_said(row.get("row")) else "ledger:unnumbered"
    if _is_said(row.get(f"{name}_is_none")) and row[f"{name}_is_none"]:
        return sentences("zh")["paper.none_agreed"], f"none:{name}"
    said = value_text(name, row[name])
    return said, str(place) if said is not None else f"missing:{name}"


def _entry(matter: Matter, name: str) -> Found:
    for register in SEARCHED:
        if name not in REGISTERS[register].fields:
            continue
        rows = _ENTRIES[register](matter)
        said = rows[rows[name].notna()]
        if len(said[name].unique()) > 1:
            return None, f"contradiction:{name}"
        if len(said):
            row = said.iloc[0]["row"]
            return value_text(name, said.iloc[0][name]), f"register:{register}/{'-' if pd.isna(row) else int(row)}"
    return None


def _is_said(value: Any) -> bool:  # noqa: ANN401  # a cell of a frame
    return value is not None and not pd.isna(value)


def _contracts(matter: Matter) -> frozenset[str]:
    """Return the numbers of the parcel's contracts."""
    ledger, links = matter.assessment.evidence.ledger, matter.registers["link"]
    rows = [one[one["parcel_id"] == matter.parcel]["contract_number"] for one in (ledger, links)]
    return frozenset(str(number) for part in rows for number in part.dropna())


def _of_contracts(register: str) -> Callable[[Matter], pd.DataFrame]:
    def rows_of(matter: Matter) -> pd.DataFrame:
        rows = matter.registers[register]
        return rows[rows["contract_number"].isin(_contracts(matter))]

    return rows_of


def _projects(matter: Matter) -> pd.DataFrame:
    links = matter.registers["link"]
    numbers = links[links["parcel_id"] == matter.parcel]["project_number"].dropna()
    rows = matter.registers["project"]
    return rows[rows["project_number"].isin(numbers)]


def _next_payment(matter: Matter) -> pd.DataFrame:
    """Return the instalment of the land price that is due first of those not paid."""
    rows = _of_contracts("payment_made")(matter)
    unpaid = rows[(rows["payment"] == "price") & rows["paid_on"].isna() & rows["due_on"].notna()]
    return unpaid.sort_values("due_on", kind="stable").head(1)


def _mortgages(matter: Matter) -> pd.DataFrame:
    rows, day = matter.registers["restriction"], pd.Timestamp(matter.as_of)
    is_on = ~(rows["locked_from_on"] > day) & ~(rows["locked_to_on"] < day)
    return rows[(rows["parcel_id"] == matter.parcel) & (rows["lock"] == MORTGAGE) & is_on]


def _last_evaluation(matter: Matter) -> pd.DataFrame:
    rows = _of_contracts("assessment")(matter)
    return rows[rows["evaluated_on"] <= pd.Timestamp(matter.as_of)].sort_values("evaluated_on").tail(1)


_ENTRIES: Mapping[str, Callable[[Matter], pd.DataFrame]] = {
    "contract": _of_contracts("contract"),
    "project": _projects,
    "payment_made": _next_payment,
    "restriction": _mortgages,
    "visit": lambda matter: matter.visits().tail(1),
    "assessment": _last_evaluation,
}
