from datetime import date

import pandas as pd

from geo.steps.compare import FLIP_COLUMNS, compare, compare_packs, comparison_json, describe_comparison
from geo.store import open_store

AREA = pd.Series({"P": 1000.0, "Q": 2000.0, "R": 4000.0})
PRICE = pd.Series({"P": 10.0, "Q": 20.0})


def outcomes(**by_parcel):
    rows = [(parcel, label, said) for parcel, labels in by_parcel.items() for label, said in labels.items()]
    return pd.DataFrame(rows, columns=["parcel_id", "label", "outcome"])


def test_flips_are_counted_with_their_land_and_their_money():
    one = outcomes(P={"idle": "met"}, Q={"idle": "met"}, R={"idle": "not_met"})
    other = outcomes(P={"idle": "met"}, Q={"idle": "not_met"}, R={"idle": "met", "late": "met"})
    found = compare(one, other, area_m2=AREA, price_yuan=PRICE)
    assert tuple(found.flips.columns) == FLIP_COLUMNS
    assert found.flips[["parcel_id", "label", "outcome_a", "outcome_b"]].to_numpy().tolist() == [
        ["Q", "idle", "met", "not_met"],
        ["R", "idle", "not_met", "met"],
        ["R", "late", "not_said", "met"],
    ]
    totals = found.totals.set_index(["label", "outcome_a", "outcome_b"])
    assert totals.loc[("idle", "met", "not_met")].tolist() == [1, 2000.0, 20.0, 0]
    assert totals.loc[("idle", "not_met", "met")].tolist() == [1, 4000.0, 0.0, 1]  # the price of R is not known


def test_a_pack_compared_with_itself_has_no_flips(sample_settings, known_at):
    engine = open_store(sample_settings.store)
    same = ("idle-land-measures-2012", "idle-land-measures-2012")
    found = compare_packs(engine, sample_settings, *same, as_of=date(2026, 10, 31), known_at=known_at)
    assert found.flips.empty
    assert found.totals.empty


def test_the_draft_and_the_national_measures_agree_on_idle_land_in_the_sample_county(sample_settings, known_at):
    """Dabu art. 5(1) says of idle land what Order 53 says; low efficiency it says alone, of permits it says nothing."""
    engine = open_store(sample_settings.store)
    both = ("idle-land-measures-2012", "cn-441422")
    flips = compare_packs(engine, sample_settings, *both, as_of=date(2026, 10, 31), known_at=known_at).flips
    assert set(flips["label"]) == {"suspected_low_efficiency", "built_without_permit", "extension_after_idle"}
    assert set(flips.loc[flips["label"] == "suspected_low_efficiency", "outcome_a"]) == {"not_said"}
    assert (flips["area_m2"] > 0).all()


def test_money_differs_where_only_one_text_names_a_sum_and_is_told_option_by_option(sample_settings, known_at):
    """The grant contract names damages, of which the idle-land measures say nothing; the fee is never added to them."""
    engine, day = open_store(sample_settings.store), date(2026, 10, 31)
    packs = ("grant-contract-2008", "idle-land-measures-2012")
    found = compare_packs(engine, sample_settings, *packs, as_of=day, known_at=known_at)
    told = found.flips[found.flips["money_a"] + found.flips["money_b"] != ""]
    assert not told.empty
    by_option = {(row.pack, row.instrument_id) for row in found.sums.itertuples()}
    assert by_option == {("a", packs[0]), ("b", packs[1])}
    lines = describe_comparison(found, *packs, "zh")
    assert len(lines) == len(found.totals) + len(found.sums)
    assert "金额（grant-contract-2008）：" in lines[len(found.totals)]
    plain = comparison_json(found, as_of=day)
    assert len(plain["money"]) == len(found.sums)
    assert {type(row["yuan_low"]) for row in plain["money"]} == {str}
    assert all(row["price_yuan"] is None or row["price_yuan"] > 0 for row in plain["flips"])
