"""What the registers claim of parcels, one row a claim, and which parcels a contract or a project is about."""

from collections.abc import Mapping

import pandas as pd

from geo.model import LEDGER_FIELDS, TERM_FIELDS

SETTLED = {**LEDGER_FIELDS, **TERM_FIELDS}
"""Fields of which a parcel has one value on a day, by kind."""

SUBJECTS = ("parcel_id", "contract_number", "project_number")
"""What an entry can be about; the first that it names counts."""

PLACED = ("field", "value", "is_none", "disputed", "place")
"""What a claim says: of which field, what, whether "none", what else was said with it, and where it stands."""


def find_links(registers: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return which parcel belongs to which contract and project: parcel_id, contract_number, project_number.

    A ledger row that names a contract links its parcel to it, and a contract that names a project all its parcels.
    """
    parts = [registers[name].reindex(columns=list(SUBJECTS)) for name in ("ledger", "link") if name in registers]
    links = pd.concat(parts, ignore_index=True).astype(object)
    links = links.where(links.notna(), None)
    contracts = registers.get("contract", pd.DataFrame(columns=list(SUBJECTS)))
    of_contract = contracts.dropna(subset="project_number").set_index("contract_number")["project_number"]
    named = links["contract_number"].map(of_contract)
    more = links.assign(project_number=named.where(named.notna(), None))
    return pd.concat([links, more], ignore_index=True).drop_duplicates(ignore_index=True)


NO_CLAIMS = pd.DataFrame(columns=[*SUBJECTS, "subject", *PLACED], dtype=object)


def together(*parts: pd.DataFrame) -> pd.DataFrame:
    """Return claims one below the other; empty parts would only muddle the types of the others."""
    filled = [part for part in parts if not part.empty]
    return pd.concat(filled, ignore_index=True) if filled else NO_CLAIMS


def claims_of(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the filled cells of a register that are settled fields, one row each.

    Returns
    -------
    DataFrame
        The subjects, and the columns of ``PLACED``.
    """
    subjects = rows.reindex(columns=list(SUBJECTS)).astype(object)
    place = [None if name == "ledger" or pd.isna(row) else f"register:{name}/{row}" for row in rows["row"]]
    blocks = []
    for field in SETTLED:
        if field not in rows or (field in SUBJECTS and name != "ledger"):
            continue
        is_none = rows.get(f"{field}_is_none", pd.Series(data=False, index=rows.index)).eq(other=True)
        disputed = rows.get(f"{field}_disputed", pd.Series(None, index=rows.index, dtype=object)).astype(object)
        disputed = disputed.where(disputed.notna(), None)
        block = subjects.assign(field=field, value=rows[field].astype(object), is_none=is_none, disputed=disputed)
        is_said = rows[field].notna() | is_none | disputed.notna()
        blocks.append(block.assign(place=pd.Series(place, index=rows.index, dtype=object))[is_said])
    return together(*blocks)


def spread_claims(claims: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return each claim for every parcel that it is about.

    Returns
    -------
    DataFrame
        ``parcel_id``, ``subject`` (what the claim is about) and the other columns of the claims.
    """
    said = [name for name in claims.columns if name not in (*SUBJECTS, "subject")]
    left, parts = claims, []
    for name in SUBJECTS:
        about = left[left[name].notna()]
        left = left[left[name].isna()]
        if name == "parcel_id":
            parts.append(about.assign(subject="parcel:" + about[name].astype(str)))
            continue
        pairs = links[["parcel_id", name]].dropna().drop_duplicates()
        joined = about[[name, *said]].merge(pairs, on=name)
        parts.append(joined.assign(subject=f"{name}:" + joined[name].astype(str)))
    return together(*parts).reindex(columns=["parcel_id", "subject", *said])


def settle(claims: pd.DataFrame) -> pd.DataFrame:
    """Return one row a parcel and field: the value where all claims agree, else what was said, and nobody decides.

    Returns
    -------
    DataFrame
        ``parcel_id``, ``field``, ``value``, ``is_none``, ``disputed`` (text) and ``place``; of claims that agree, the
        place of the first.
    """
    if claims.empty:
        return claims
    said = claims["disputed"].where(claims["disputed"].notna(), [_shown(*pair) for pair in _pairs(claims)])
    told = claims.assign(said=said)
    same = told.drop_duplicates(["parcel_id", "field", "said"])
    grouped = same.groupby(["parcel_id", "field"], sort=True)
    every = grouped["said"].agg(" / ".join)
    is_open = (grouped.size() > 1) | (grouped["disputed"].count() > 0)
    first = told.drop_duplicates(["parcel_id", "field"]).set_index(["parcel_id", "field"]).reindex(every.index)
    settled = first.drop(columns="said").assign(
        disputed=every.where(is_open, None),
        value=first["value"].where(~is_open, None),
        is_none=first["is_none"].astype(bool) & ~is_open,
    )
    return settled.reset_index()


def _pairs(claims: pd.DataFrame) -> list[tuple[object, bool]]:
    return list(zip(claims["value"], claims["is_none"], strict=True))


def _shown(value: object, is_none: bool) -> str:  # noqa: FBT001  # a pair of one cell
    if is_none:
        return "none"
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
