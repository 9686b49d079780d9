"""The page of the sample county holds: what it derives by hand is what the scan finds."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from geo.steps.monthly import METHOD
from geo.store import open_store, read_monthly

CHECKOUT = Path(__file__).resolve().parents[1]
PAGE = CHECKOUT / "docs" / "sample-county.md"
SAMPLE = CHECKOUT / "data" / "sample_parcels.gpkg"
LAYERS = ("parcels", "footprints", "ledger", "surfaces")
OUTCOMES = {"met": "met", "undetermined": "undetermined", "-": "not_met"}
WEIGHT = {"not_met": 0, "undetermined": 1, "met": 2}


def read_table(heading):
    """The table of the page whose first heading is this one, as texts."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    cells = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        cells.append([cell.strip() for cell in line.strip("|").split("|")])
    return pd.DataFrame(cells[2:], columns=cells[0]).set_index(heading)


@pytest.fixture(scope="module")
def rules():
    """Prefix of rule ids by heading of the page."""
    return read_table("heading")["rules whose id begins with"].to_dict()


@pytest.fixture(scope="module")
def expected(rules):
    return read_table("parcel")[list(rules)].map(OUTCOMES.__getitem__)


@pytest.fixture(scope="module")
def found(sample_scan, rules):
    """The weightiest outcome of each parcel under each heading."""
    columns = {
        heading: sample_scan[sample_scan["rule_id"].str.startswith(prefix)]
        .groupby("parcel_id")["outcome"]
        .agg(lambda outcomes: max(outcomes, key=WEIGHT.__getitem__))
        for heading, prefix in rules.items()
    }
    return pd.DataFrame(columns)


def test_the_scan_finds_of_every_parcel_what_the_page_says(found, expected):
    assert sorted(found.index) == sorted(expected.index)
    aligned = found.loc[expected.index, expected.columns]
    wrong = [
        (parcel, heading, aligned.loc[parcel, heading], outcome)
        for heading in expected
        for parcel, outcome in expected[heading].items()
        if aligned.loc[parcel, heading] != outcome
    ]
    assert wrong == []


@pytest.fixture(scope="module")
def works(sample_result, sample_settings):
    """What the images say of works on each parcel."""
    with open_store(sample_settings.store).connect() as conn:
        return read_monthly(conn, method=METHOD).set_index("parcel_id")


def test_the_images_say_of_works_that_stopped_what_the_page_says(works):
    said = read_table("stopped parcel")
    assert set(said["works"]) == {"still", "unknown"}
    assert "cloud_gap" in set(said["reason"])
    found = works.loc[said.index, ["works", "works_reason"]].fillna("")
    assert found["works"].tolist() == said["works"].tolist()
    assert found["works_reason"].tolist() == said["reason"].tolist()


def test_the_images_accuse_no_parcel_that_works(works, county):
    """None is still on which something was built within a year, and none not started that has buildings."""
    built = {
        parcel["id"]: [str(building.get("since", "")) for building in parcel.get("buildings", [])] for parcel in county
    }
    still = works.index[works["works"].isin(["still", "overgrown"])]
    assert len(still)
    assert not [parcel for parcel in still if any(day > "2025-10-31" for day in built[parcel])]
    assert not [parcel for parcel in works.index[works["start"] == "not_started"] if built[parcel]]


@pytest.fixture(scope="module")
def county():
    """The parcels as they are drawn."""
    return tomllib.loads((CHECKOUT / "tools" / "sample_county.toml").read_text("utf-8"))["parcel"]


def test_every_rule_of_the_county_stands_under_one_heading(sample_scan, rules):
    prefixes = tuple(rules.values())
    assert not [rule for rule in sample_scan["rule_id"].unique() if sum(map(rule.startswith, prefixes)) != 1]


def test_nearly_half_of_the_county_is_unremarkable(expected):
    plain = (expected == "not_met").all(axis="columns")
    said = re.search(r"Nearly half of them, (\d+) of (\d+), are unremarkable", PAGE.read_text("utf-8"))
    assert said is not None
    assert (int(plain.sum()), len(expected)) == (int(said[1]), int(said[2]))


def test_the_rules_that_no_register_can_answer_are_named(sample_result, sample_scan):
    part = PAGE.read_text("utf-8").partition("## What is not asked")[2].partition("\n## ")[0]
    said = set(re.findall(r"`((?:dabu|patrol)[a-z0-9-]+)`", part))
    assert said == set(sample_result.assessment.lacking)
    assert said.isdisjoint(sample_scan["rule_id"])


def test_every_heading_has_parcels_of_each_outcome(expected):
    assert all(set(expected[heading]) == set(OUTCOMES.values()) for heading in expected)


def test_findings_on_the_limit_and_limbs_that_disagree_are_marked(sample_scan):
    by_finding = sample_scan.set_index(["parcel_id", "rule_id"])
    marks = read_table_of_marks()
    assert len(marks) > 10
    assert not [place for place, mark in marks.items() if not by_finding.loc[place, mark]]


def test_nothing_else_is_marked(sample_scan):
    """But art. 6(1)2: "all of it or more", as acceptance says, touches the limit of "not all of it"."""
    marks = read_table_of_marks()
    for mark in ("is_boundary", "is_limb_conflict"):
        marked = sample_scan[sample_scan[mark]]
        places = marked[["parcel_id", "rule_id"]].itertuples(index=False, name=None)
        assert {place for place in places if marks.get(place) != mark} == set()


def read_table_of_marks():
    """Marks by parcel and rule, from the table after the parcels'."""
    rest = PAGE.read_text("utf-8").partition("## On the limit")[2]
    rows = [line.strip("|").split("|") for line in rest.splitlines() if line.startswith("| 云麓")]
    return {(parcel.strip(), rule): mark.strip() for parcel, rules, mark in rows for rule in rules.split()}


@pytest.fixture(scope="module")
def made_again(tmp_path_factory):
    """The county made once more from its description, twice."""
    files = [tmp_path_factory.mktemp("sample") / "sample_parcels.gpkg" for _ in range(2)]
    for file in files:
        subprocess.run([sys.executable, CHECKOUT / "tools" / "make_sample.py", file], check=True, capture_output=True)
    return files


def test_the_county_is_made_the_same_every_time(made_again):
    first, second = (file.read_bytes() for file in made_again)
    assert first == second
    assert len(first) < 500_000


@pytest.mark.parametrize("layer", LAYERS)
def test_the_committed_county_is_the_one_its_description_makes(made_again, layer):
    committed, fresh = (pyogrio.read_dataframe(file, layer=layer) for file in (SAMPLE, made_again[0]))
    pd.testing.assert_frame_equal(pd.DataFrame(committed), pd.DataFrame(fresh))


def test_every_enterprise_says_that_it_is_invented():
    names = pyogrio.read_dataframe(SAMPLE, layer="parcels", columns=["企业名称"])["企业名称"]
    assert len(names) == 64
    assert names.str.contains("虚构").all()
    assert names.is_unique
