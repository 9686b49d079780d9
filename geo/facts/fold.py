"""The registers of the ledger, folded into one row a parcel: what the facts are made of.

Price, days and limits stand on the contract and hold for every parcel under it; areas are the contract's, so that its
parcels are judged together. What two entries say differently is nobody's to choose: the field is disputed, and what
rests on it is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from geo.facts.claims import SETTLED, SUBJECTS, find_links, settle, spread_claims, together
from geo.facts.counted import COUNTED_ON, EXTENSION, counted_claims
from geo.model import TERM_FIELDS

RECURRING = (
    "works_seen_on",
    "last_worked_on",
    "last_seen_working_on",
    "first_seen_stopped_on",
    "resumed_on",
    "production_stopped_on",
    "production_resumed_on",
    "phase_accepted_on",
)
"""Days that come again: the latest counts."""

AREAS = (
    "contract_area_m2", "supplied_area_m2", "should_develop_area_m2", "developed_area_m2", "phase_area_m2",
    "planned_green_area_m2", "planned_reserve_area_m2",
)  # fmt: skip
"""Areas of a contract, which are those of all its parcels together."""

MOVES = ("case_move",)
"""The register of moves of cases; no field of the ledger comes from it."""

INVESTED = ("total_investment_yuan", "invested_yuan")

TOLD = (
    "assessment", "cause_interval", "determination", "lease", "payment_made", "performance", "reserve_blocker",
    "transfer_made",
)  # fmt: skip
"""Registers whose entries count one by one."""


@dataclass(frozen=True, slots=True)
class Entries:
    """What registers with several entries a parcel know.

    Attributes
    ----------
    extensions
        One row an extension of a parcel, the first granted first: ``parcel_id``, the fields of ``EXTENSION`` with
        ``_is_none`` and ``_disputed`` beside them, and ``place``. A parcel that is there has all of its own there.
    complete_through
        By settled field, by register of ``TOLD`` and by ``case_move``, the day through which a register holds every
        entry.
    moves
        The register ``case_move``: what was done in the cases of parcels.
    told
        By register of ``TOLD``, where it has any, one row an entry and parcel that it is about: its fields,
        ``parcel_id`` and ``place``.
    """

    extensions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["parcel_id"]))
    moves: pd.DataFrame = field(default_factory=pd.DataFrame)
    complete_through: Mapping[str, date] = field(default_factory=dict)
    told: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def fold_registers(
    registers: Mapping[str, pd.DataFrame], *, complete_through: Mapping[str, date], as_of: date
) -> tuple[pd.DataFrame, Entries]:
    """Fold the registers into one row a parcel.

    Parameters
    ----------
    registers
        By name, one row an entry: fields, ``<field>_is_none``, ``<field>_disputed`` and ``row``. Where only ``ledger``
        has rows, it is returned as it is.
    complete_through
        By register, the day through which it is complete; other keys are not looked at.
    as_of
        The day of the act: counts and events after it do not go before earlier ones.

    Returns
    -------
    tuple
        The rows, with every field of ``geo.model.LEDGER_FIELDS``, those of ``TERM_FIELDS`` of which a register says
        anything, ``<field>_is_none``, ``<field>_disputed`` (text),
        ``<field>_from`` (source), ``is_flat`` (it has a row of its own in ``ledger``), ``pooled_under`` (the contract
        that it shares with others), ``row`` and ``source``; and the entries of which a parcel can have several.
    """
    flat, moves = registers["ledger"], registers.get(MOVES[0], pd.DataFrame())
    complete = _complete(registers, complete_through)
    if all(rows.empty for name, rows in registers.items() if name not in ("ledger", *MOVES)):
        return flat, Entries(moves=moves, complete_through={name: complete[name] for name in MOVES if name in complete})
    links = find_links(registers)
    pooled = pooled_parcels(links, registers["contract"])
    claims = spread_claims(counted_claims(registers, pd.Timestamp(as_of)), links)
    claims = _same_land(claims, links)
    is_extension = claims["field"].isin(EXTENSION) & claims["place"].notna()  # a row's own stays where it stands
    settled = settle(_latest(_areas(claims[~is_extension], pooled), pd.Timestamp(as_of)))
    settled = _same_investment(settled, claims)
    known = pd.Index(sorted({*flat["parcel_id"], *links["parcel_id"].dropna(), *claims["parcel_id"]}))
    rows = _rows(settled, known, flat, pooled=pooled)
    told = {name: _told(name, registers[name], links) for name in TOLD if not registers[name].empty}
    return rows, Entries(_extensions(registers, links), moves, complete, told)


def pooled_parcels(links: pd.DataFrame, contracts: pd.DataFrame) -> pd.Series:
    """Return the contract by parcel, of contracts over several parcels none of which has another contract."""
    pairs = links[["parcel_id", "contract_number"]].dropna().drop_duplicates()
    pairs = pairs[pairs["contract_number"].isin(contracts["contract_number"])]
    is_single = pairs.groupby("parcel_id")["contract_number"].transform("size") == 1
    of_contract = is_single.groupby(pairs["contract_number"])
    is_pooled = of_contract.transform("all") & (of_contract.transform("size") > 1)
    return pairs[is_pooled].set_index("parcel_id")["contract_number"].sort_index()


def _same_land(claims: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return the claims with a contract that is one parcel's alone, and whose only one it is, called that parcel."""
    pairs = links[["parcel_id", "contract_number"]].dropna().drop_duplicates()
    sizes = [pairs.groupby(name)["parcel_id"].transform("size") for name in ("parcel_id", "contract_number")]
    alone = pairs[(sizes[0] == 1) & (sizes[1] == 1)]
    names = dict(zip("contract_number:" + alone["contract_number"], "parcel:" + alone["parcel_id"], strict=True))
    return claims.assign(subject=claims["subject"].map(lambda subject: names.get(subject, subject)).astype(object))


def _areas(claims: pd.DataFrame, pooled: pd.Series) -> pd.DataFrame:
    """Return the claims with areas of the whole contract only where its parcels are judged as a whole.

    Areas of single parcels add up to the contract's where every one has its own and the contract says none.
    """
    is_area = claims["field"].isin(AREAS)
    is_whole, is_pooled = claims["subject"].str.startswith("contract_number:"), claims["parcel_id"].isin(pooled.index)
    shared = claims[is_area & is_whole & ~is_pooled]
    odd = shared.assign(disputed="area of a contract that is not this parcel's alone", value=None)
    own = claims[is_area & ~is_whole & is_pooled]
    own = own.assign(contract=own["parcel_id"].map(pooled))
    said = claims[is_area & is_whole & is_pooled]
    has_whole = set(zip(said["parcel_id"].map(pooled), said["field"], strict=True))
    summed = [
        _summed(part, members)
        for (contract, field_name), part in own.groupby(["contract", "field"])
        if (contract, field_name) not in has_whole
        and (members := list(pooled.index[pooled == contract])) == sorted(set(part["parcel_id"]))
    ]
    rest = claims[~is_area | (is_whole == is_pooled)]
    return together(rest, odd, *summed)


def _summed(part: pd.DataFrame, members: list[str]) -> pd.DataFrame:
    """Return the sum of the parcels' own areas in one field as a claim about each; disputed where one of them is."""
    each = settle(part.drop(columns="contract"))
    disputed = "; ".join(each["disputed"].dropna()) or None
    total = None if disputed else float(each["value"].sum())
    first = part.drop(columns="contract").iloc[[0] * len(members)]
    return first.assign(parcel_id=members, value=total, disputed=disputed, is_none=False)


def _latest(claims: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the claims with of days that come again only the latest not after the day of the act, else the next."""
    comes_again = claims["field"].isin(RECURRING) & claims["disputed"].isna() & ~claims["is_none"].astype(bool)
    days = claims[comes_again].assign(on=pd.to_datetime(claims["value"][comes_again]))
    days = days.assign(is_past=days["on"] <= as_of).sort_values("on", kind="stable")
    past = days[days["is_past"]].drop_duplicates(["parcel_id", "field"], keep="last")
    coming = days[~days["is_past"]].drop_duplicates(["parcel_id", "field"], keep="first")
    kept = pd.concat([past, coming]).drop_duplicates(["parcel_id", "field"]).drop(columns=["on", "is_past"])
    return together(claims[~comes_again], kept)


def _same_investment(settled: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the settled fields with money invested disputed where the agreed total is of another subject."""
    total, invested = (
        claims[claims["field"] == name].groupby("parcel_id")["subject"].agg(frozenset) for name in INVESTED
    )
    both = total.index.intersection(invested.index)
    apart = [parcel for parcel in both if not total[parcel] & invested[parcel]]
    is_apart = settled["parcel_id"].isin(apart) & (settled["field"] == INVESTED[1])
    return settled.assign(
        value=settled["value"].mask(is_apart, None), disputed=settled["disputed"].mask(is_apart, "other subject")
    )


def _rows(settled: pd.DataFrame, parcels: pd.Index, flat: pd.DataFrame, *, pooled: pd.Series) -> pd.DataFrame:
    """Return settled fields as one row a parcel, typed by kind."""
    parts = {name: part.set_index("parcel_id").reindex(parcels) for name, part in settled.groupby("field")}
    blank = pd.DataFrame(None, index=parcels, columns=["value", "is_none", "disputed", "place"], dtype=object)
    columns: dict[str, object] = {}
    for name, kind in SETTLED.items():
        if name in TERM_FIELDS and name not in parts:
            continue
        part = parts.get(name, blank)
        columns[name] = _TYPED[kind](part["value"])
        columns[f"{name}_from"] = part["place"].to_numpy()
        if part["disputed"].notna().any():
            columns[f"{name}_disputed"] = part["disputed"].to_numpy()
        if kind == "date":
            columns[f"{name}_is_none"] = part["is_none"].eq(other=True).to_numpy(bool)
    at = flat.set_index("parcel_id").reindex(parcels)
    own = {"row": at["row"].array, "source": at["source"].array if "source" in at else None}
    told = {**own, "is_flat": parcels.isin(flat["parcel_id"]), "parcel_id": pd.Series(list(parcels), dtype="str")}
    return pd.DataFrame({**columns, **told, "pooled_under": pooled.reindex(parcels).to_numpy()})


def _extensions(registers: Mapping[str, pd.DataFrame], links: pd.DataFrame) -> pd.DataFrame:
    """Return every extension of each parcel that has an entry of its own, the first granted first."""
    entries = registers["extension"]
    wanted = [name for name in entries.columns if name.startswith(EXTENSION)]
    place = "register:extension/" + entries["row"].astype(str)
    told = entries[["parcel_id", "contract_number", *wanted]]
    rows = spread_claims(told.assign(place=place, project_number=None), links)
    flat = registers["ledger"]
    flat = flat[flat["parcel_id"].isin(rows["parcel_id"]) & (flat["extension_granted_on"].notna())]
    flat = flat.reindex(columns=["parcel_id", *(name for name in flat.columns if name.startswith(EXTENSION))])
    every = pd.concat([rows, flat.assign(place=None)], ignore_index=True) if len(flat) else rows
    every = every.drop_duplicates(["parcel_id", *EXTENSION])
    return every.sort_values(["parcel_id", "extension_granted_on"], kind="stable", ignore_index=True)


def _complete(registers: Mapping[str, pd.DataFrame], complete_through: Mapping[str, date]) -> dict[str, date]:
    """Return through which day registers are complete, by field; of events, those that the register keeps at all."""
    events = registers["happening"]["event"] if "happening" in registers else pd.Series(dtype=object)
    kept = set(events.dropna().astype(str) + "_on") & SETTLED.keys()
    fields = {
        name: _terms_of(registers[name])
        for name in (*COUNTED_ON, "visit", "legalisation", "phase")
        if name in registers
    }
    fields |= {name: {name} for name in TOLD if name in registers and not registers[name].empty}
    fields |= {"happening": kept, "extension": {*EXTENSION, *_terms_of(registers.get("extension", pd.DataFrame()))}}
    fields |= {name: {name} for name in MOVES}
    known = {register: complete_through[register] for register in fields if register in complete_through}
    return {name: through for register, through in known.items() for name in sorted(fields[register])}


def _terms_of(rows: pd.DataFrame) -> set[str]:
    return {str(name) for name in rows.columns if name in TERM_FIELDS}


def entries_of(registers: Mapping[str, pd.DataFrame], name: str, parcel_id: str) -> pd.DataFrame:
    """Return the entries of a register that are about a parcel, itself or through its contract or project."""
    rows = _told(name, registers[name], find_links(registers))
    return rows[rows["parcel_id"] == parcel_id]


def _told(name: str, rows: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return the entries of a register, one row an entry and parcel that it is about."""
    subjects = rows.reindex(columns=list(SUBJECTS)).astype(object)
    entries = rows.drop(columns=[one for one in SUBJECTS if one in rows]).assign(
        **subjects, place=f"register:{name}/" + rows["row"].astype(str)
    )
    return spread_claims(entries, links).reset_index(drop=True)


def _days(values: pd.Series) -> object:
    return pd.to_datetime(values.where(values.notna(), None)).astype("datetime64[s]").array


def _numbers(values: pd.Series) -> object:
    return values.astype("float64").array


def _texts(values: pd.Series) -> object:
    return values.where(values.notna(), None).astype("str").array


_TYPED = {"date": _days, "measure": _numbers, "text": _texts}
