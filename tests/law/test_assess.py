from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.law.assess import assess
from geo.law.parse import parse_instrument
from geo.law.rule import Adoption, Condition
from geo.model import FACTS, FINDING_COLUMNS

AS_OF = date(2026, 10, 31)
STARTED = Condition("is_started", "in", "true", limit=(True,))
NOT_STARTED = Condition("is_started", "in", "false", limit=(False,))
SHORT_OF_LAND = Condition("developed_fraction", "<", "1/3", limit=Fraction(1, 3))
SHORT_OF_MONEY = Condition("invested_fraction", "<", "25%", limit=Fraction(1, 4))


@pytest.fixture
def limbs(instrument, rule):
    """An instrument of two limbs and one rule apart."""
    return instrument(
        [
            rule("land", STARTED, SHORT_OF_LAND, limb_group="g"),
            rule("money", STARTED, SHORT_OF_MONEY, limb_group="g", modality="may"),
            rule("late", NOT_STARTED, concludes="late_start", article="16"),
        ]
    )


def test_every_parcel_gets_one_row_for_each_rule_in_order(limbs, instrument, rule, fact_frame):
    other = instrument([rule("first", STARTED), rule("unless", SHORT_OF_LAND, exception_to="first")], id="another")
    facts = fact_frame({"P2": {"is_started": False}, "P10": {"is_started": True, "developed_fraction": "0.2"}})
    found = assess([limbs, other], facts, as_of=AS_OF, adoptions={})
    assert tuple(found.columns) == FINDING_COLUMNS
    assert found[["parcel_id", "instrument_id", "rule_id", "outcome"]].to_numpy().tolist() == [
        ["P10", "another", "first", "not_met"],
        ["P10", "small", "land", "met"],
        ["P10", "small", "money", "undetermined"],
        ["P10", "small", "late", "not_met"],
        ["P2", "another", "first", "not_met"],
        ["P2", "small", "land", "not_met"],
        ["P2", "small", "money", "not_met"],
        ["P2", "small", "late", "met"],
    ]
    assert found.loc[3].to_dict() == {
        "parcel_id": "P10",
        "instrument_id": "small",
        "rule_id": "late",
        "article": "16",
        "label": "late_start",
        "modality": "must",
        "basis": "instrument",
        "outcome": "not_met",
        "is_boundary": False,
        "is_limb_conflict": False,
        "standing": "in_force",
        "missing": "",
    }
    assert found["missing"].tolist() == ["", "", "invested_fraction", "", "", "", "", ""]
    assert found["modality"].tolist()[2] == "may"


def test_missing_facts_are_joined_by_spaces(limbs, fact_frame):
    found = assess([limbs], fact_frame({"P1": {}}), as_of=AS_OF, adoptions={})
    assert found["missing"].tolist() == [
        "is_started developed_fraction",
        "is_started invested_fraction",
        "is_started",
    ]


@pytest.mark.parametrize(
    ("land", "money", "expected"),
    [
        ("0.5", "10%", [True, True, False]),  # one limb met, one not
        ("0.2", "50%", [True, True, False]),
        ("0.2", "10%", [False, False, False]),
        ("0.5", "50%", [False, False, False]),
        ("0.5", None, [False, False, False]),  # nobody knows yet
    ],
)
def test_limbs_that_disagree_are_in_conflict(limbs, fact_frame, land, money, expected):
    facts = fact_frame({"P1": {"is_started": True, "developed_fraction": land, "invested_fraction": money}})
    assert assess([limbs], facts, as_of=AS_OF, adoptions={})["is_limb_conflict"].tolist() == expected


def test_a_limb_group_named_like_a_rule_is_not_that_rule(instrument, rule, fact_frame):
    text = instrument([rule("land", SHORT_OF_LAND), rule("money", SHORT_OF_MONEY, limb_group="land")])
    facts = fact_frame({"P1": {"developed_fraction": "0.5", "invested_fraction": "10%"}})
    assert not assess([text], facts, as_of=AS_OF, adoptions={})["is_limb_conflict"].any()


def test_a_draft_speaks_only_when_adopted_or_asked(instrument, rule, fact_frame):
    draft = instrument([rule("r1", STARTED)], id="draft", is_draft=True)
    facts = fact_frame({"P1": {"is_started": True}})
    adopted = {"draft": Adoption("县局", AS_OF)}
    assert assess([draft], facts, as_of=AS_OF, adoptions={}).empty
    assert assess([draft], facts, as_of=AS_OF - timedelta(days=1), adoptions=adopted).empty
    assert assess([draft], facts, as_of=AS_OF, adoptions=adopted)["standing"].tolist() == ["draft_adopted"]
    assert assess([draft], facts, as_of=AS_OF, adoptions={}, asked={"draft"})["standing"].tolist() == ["draft"]


def test_no_parcels_and_no_instruments_give_an_empty_frame_of_the_same_columns(limbs, fact_frame):
    full = assess([limbs], fact_frame({"P1": {}}), as_of=AS_OF, adoptions={})
    for empty in (
        assess([limbs], fact_frame({"P1": {}}).iloc[:0], as_of=AS_OF, adoptions={}),
        assess([], fact_frame({"P1": {}}), as_of=AS_OF, adoptions={}),
    ):
        assert len(empty) == 0
        pd.testing.assert_series_equal(empty.dtypes, full.dtypes)


def test_a_parcel_in_two_rows_is_refused(limbs, fact_frame):
    facts = fact_frame({"P1": {}, "P2": {}})
    with pytest.raises(SchemaError) as caught:
        assess([limbs], pd.concat([facts, facts.iloc[1:]]), as_of=AS_OF, adoptions={})
    assert (caught.value.code, caught.value.params) == ("law.repeated_parcel", {"parcel_id": "P2"})


def test_the_compact_frame_says_the_same(limbs, fact_frame):
    facts = fact_frame({"P2": {"is_started": False}, "P10": {"is_started": True}})
    plain, compact = (assess([limbs], facts, as_of=AS_OF, adoptions={}, is_compact=size) for size in (False, True))
    assert compact["missing"].dtype == "category"
    pd.testing.assert_frame_equal(compact.astype(plain.dtypes), plain)


# ---- properties, on the packs as shipped ----


def words_of_packs():
    """Every word that a rule or an option of a pack knows, by the fact that may say it."""
    files = sorted((Path(__file__).resolve().parents[2] / "geo" / "law" / "rules").rglob("*.toml"))
    texts = [parse_instrument(file.read_text("utf-8"), name=file.name) for file in files]
    words = {name: {text.id for text in texts} for name in ("incorporated_instrument",)}
    for text in texts:
        for condition in (*text.applies_to, *(one for part in (*text.rules, *text.options) for one in part.when)):
            if condition.op == "in" and FACTS[condition.fact].kind == "text":
                words.setdefault(condition.fact, set()).update(condition.limit)
    return {name: sorted(found) for name, found in words.items()}


BOOLS = sorted(name for name, spec in FACTS.items() if spec.kind == "bool")
DATES = sorted(name for name, spec in FACTS.items() if spec.kind == "date")
MEASURES = sorted(name for name, spec in FACTS.items() if spec.kind == "measure")
SHARES = st.sampled_from([0.0, 0.2, 0.25, 0.3, 1 / 3, 0.34, 0.6, 1.0, 1.2])
TEXTS = {name: ["none", *words] for name, words in words_of_packs().items()}
# a year before the day of the act and its neighbours, and days well on either side
DAYS = st.sampled_from([date(2024, 2, 29), *(date(2025, 10, day) for day in (30, 31)), date(2025, 11, 1), AS_OF])
TRUTHS = st.fixed_dictionaries(
    {
        **dict.fromkeys(BOOLS, st.booleans()),
        **dict.fromkeys(DATES, DAYS),
        **dict.fromkeys(MEASURES, SHARES),
        **{name: st.sampled_from(words) for name, words in TEXTS.items()},
    }
)
HOW_MUCH = st.sampled_from(["exactly", "bracket", "nothing"])
KNOWLEDGE = st.fixed_dictionaries(dict.fromkeys((*BOOLS, *DATES, *MEASURES, *TEXTS), HOW_MUCH))


def known(truth, knowledge):
    """What somebody knows who knows of each fact all, a bracket or nothing."""
    facts = {}
    for name, value in truth.items():
        if knowledge[name] == "exactly":
            facts[name] = value
        elif knowledge[name] == "bracket" and name not in (*BOOLS, *TEXTS):
            width = timedelta(days=30) if name in DATES else 0.05
            facts[name] = {"low": value - width, "high": value + width}
    return facts


def less(knowledge, other):
    """The poorer of two states of knowledge, fact by fact."""
    order = ["exactly", "bracket", "nothing"]
    return {name: max(knowledge[name], other[name], key=order.index) for name in knowledge}


@pytest.fixture(scope="module")
def everything(packs):
    """Assess by all packs, the draft included."""
    return lambda facts: assess(packs.values(), facts, as_of=AS_OF, adoptions={}, asked=set(packs))


SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(TRUTHS, KNOWLEDGE, KNOWLEDGE)
def test_knowing_less_never_flips_a_decided_outcome(everything, fact_frame, truth, knowledge, other):
    poor, poorer = known(truth, knowledge), known(truth, less(knowledge, other))
    found = everything(fact_frame({"all": truth, "poor": poor, "poorer": poorer})).set_index("parcel_id")["outcome"]
    for richer, lesser in (("all", "poor"), ("poor", "poorer")):
        pairs = zip(found.loc[richer], found.loc[lesser], strict=True)
        assert all(knows_less in ("undetermined", knows_more) for knows_more, knows_less in pairs)


@SLOW
@given(TRUTHS)
def test_full_knowledge_is_never_undetermined(everything, fact_frame, truth):
    found = everything(fact_frame({"P1": truth}))
    assert set(found["outcome"]) <= {"met", "not_met"}
    assert (found["missing"] == "").all()


@SLOW
@given(TRUTHS, KNOWLEDGE)
def test_exactly_the_undetermined_say_what_is_missing_and_learning_it_decides(everything, fact_frame, truth, knowledge):
    facts = known(truth, knowledge)
    found = everything(fact_frame({"P1": facts}))
    assert ((found["missing"] != "") == (found["outcome"] == "undetermined")).all()
    missing = found.set_index("rule_id")["missing"]
    learnt = {rule_id: {**facts, **{name: truth[name] for name in names.split()}} for rule_id, names in missing.items()}
    found = everything(fact_frame(learnt))
    assert "undetermined" not in set(found.loc[found["rule_id"] == found["parcel_id"], "outcome"])


@SLOW
@given(TRUTHS, KNOWLEDGE)
def test_works_without_a_permit_are_never_suspected_idle(everything, fact_frame, truth, knowledge):
    """By Order 53 a start needs the permit, so what has none may be "not started" or open, but is not "started"."""
    facts = {**known(truth, knowledge), "is_built_without_permit": True}
    facts["is_started"] = None if facts.get("is_started") else facts.get("is_started")
    found = everything(fact_frame({"P1": facts})).set_index("label")
    assert "met" not in set(found.loc["suspected_idle", "outcome"])
    assert found.loc["built_without_permit", "outcome"] == "met"


@settings(SLOW, max_examples=15)
@given(st.lists(st.tuples(TRUTHS, KNOWLEDGE), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_parcels_and_instruments_does_not_matter(packs, fact_frame, parcels, random):
    facts = fact_frame({f"P{number}": known(*one) for number, one in enumerate(parcels)})
    texts, rows = list(packs.values()), list(range(len(facts)))
    found = assess(texts, facts, as_of=AS_OF, adoptions={}, asked=set(packs))
    random.shuffle(texts)
    random.shuffle(rows)
    shuffled = assess(texts, facts.iloc[rows], as_of=AS_OF, adoptions={}, asked=set(packs))
    pd.testing.assert_frame_equal(shuffled, found)


def test_the_columns_give_the_answers_of_a_thousand_parcels_one_by_one(packs, everything, fact_frame):
    draw = np.random.default_rng(20261122)
    shares, days = [0.0, 0.2, 0.25, 0.3, 1 / 3, 0.6, 1.0], [date(2024, 2, 29), date(2025, 10, 31), date(2025, 11, 1)]
    values = {
        name: {"bool": [True, False], "date": days, "measure": shares}.get(FACTS[name].kind) or TEXTS[name]
        for name in (*BOOLS, *DATES, *MEASURES, *TEXTS)
    }
    parcels = {
        f"P{number:03}": known(
            {name: options[draw.integers(len(options))] for name, options in values.items()},
            {name: ["exactly", "exactly", "bracket", "nothing"][draw.integers(4)] for name in values},
        )
        for number in range(1000)
    }
    facts = fact_frame(parcels)
    together = everything(facts)
    by_place = together.groupby(["parcel_id", "instrument_id"])
    texts = sorted(packs)
    for number, parcel in enumerate(facts.index):  # each alone, by one of the packs in turn
        text = texts[number % len(texts)]
        alone = assess([packs[text]], facts.iloc[[number]], as_of=AS_OF, adoptions={}, asked={text})
        among = by_place.get_group((parcel, text)) if not alone.empty else together.iloc[:0]
        pd.testing.assert_frame_equal(among.reset_index(drop=True), alone)
    assert together["outcome"].value_counts().min() > 1000  # every outcome occurs often enough to mean something
