import json
from dataclasses import asdict
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.law.assess import assess
from geo.law.proof import prove
from geo.law.rule import Adoption
from geo.model import FACTS

AS_OF = date(2026, 10, 31)
STOPPED = {
    "is_started": True,
    "developed_fraction": {"value": "0.2", "low": "0.15", "high": "0.25"},
    "invested_fraction": "25%",
    "is_suspended": True,
    "last_worked_on": {"low": date(2025, 9, 6), "high": date(2025, 11, 25)},
}


@pytest.fixture
def proofs(packs, fact_frame):
    """Proofs of one parcel by rule id, all packs asked."""

    def ask(facts, sources=None, adoptions=None):
        frame = fact_frame({"P1": facts})
        said = pd.DataFrame({name: [text] for name, text in (sources or {}).items()}, index=frame.index)
        found = prove(packs.values(), frame, said, as_of=AS_OF, adoptions=adoptions or {}, asked=set(packs))
        return {proof.rule_id: proof for proof in found}

    return ask


def test_a_proof_says_what_was_looked_at_and_where_it_comes_from(proofs):
    proof = proofs(STOPPED, {"developed_fraction": "scene:S1", "last_worked_on": "ledger:row 3"})["order53-idle-2-area"]
    assert (proof.parcel_id, proof.as_of, proof.instrument_id) == ("P1", AS_OF, "idle-land-measures-2012")
    assert (proof.article, proof.label, proof.modality, proof.basis) == ("2(2)", "suspected_idle", "may", "instrument")
    assert (proof.standing, proof.adoption, proof.outcome) == ("in_force", None, "undetermined")
    started, developed, suspended, stopped = proof.conditions
    assert (started.fact, started.op, started.limit, started.value, started.truth) == (
        "is_started",
        "in",
        "true",
        True,
        1,
    )
    assert (started.low, started.high, started.limit_low, started.source) == (None, None, None, "")
    assert (developed.value, developed.low, developed.high, developed.source) == (0.2, 0.15, 0.25, "scene:S1")
    assert (developed.limit, developed.limit_low, developed.limit_high) == ("1/3", 1 / 3, 1 / 3)
    assert suspended.truth == 1
    assert (stopped.fact, stopped.value, stopped.other, stopped.plus) == ("as_of", AS_OF, "last_worked_on", "P1Y")
    assert (stopped.limit, stopped.limit_low, stopped.limit_high) == (
        "last_worked_on + P1Y",
        date(2026, 9, 6),
        date(2026, 11, 25),
    )
    assert (stopped.other_source, stopped.truth) == ("ledger:row 3", 0)


def test_the_one_missing_fact_would_settle_it(proofs):
    proof = proofs(STOPPED)["order53-idle-2-area"]
    assert proof.missing == ("last_worked_on",)
    assert proof.settles == ("last_worked_on",)


def test_of_two_missing_facts_neither_is_sure_to_settle_it(proofs):
    proof = proofs({**STOPPED, "is_suspended": None})["order53-idle-2-area"]
    assert proof.missing == ("is_suspended", "last_worked_on")
    assert proof.settles == ()


def test_one_fact_in_two_conditions_settles_both(proofs):
    proof = proofs({"agreed_completion_on": date(2025, 6, 30)})["dabu-low-2-area-then-area"]
    assert [one.truth for one in proof.conditions] == [1, 0, 0]
    assert proof.settles == ("developed_fraction_at_deadline",)


def test_a_number_against_an_unknown_limit_settles_nothing_alone(proofs):
    known = {"evaluable_from_on": date(2025, 6, 30), "floor_area_ratio_supplied": {"low": "0.9", "high": "1.1"}}
    proof = proofs(known)["dabu-low-3-floor-area-ratio"]
    assert proof.missing == ("floor_area_ratio_supplied", "contract_floor_area_ratio_min")
    assert proof.settles == ()


def test_what_is_decided_needs_no_fact(proofs):
    proof = proofs({"is_started": True})["order53-idle-1"]
    assert (proof.outcome, proof.missing, proof.settles) == ("not_met", (), ())


def test_an_exception_is_proved_inside_its_rule(proofs):
    facts = {"is_started": False, "agreed_start_on": date(2023, 3, 1), "is_built_without_permit": True}
    proof = proofs(facts, {"is_built_without_permit": "ledger:row 9"})["order53-idle-1"]
    (exception,) = proof.exceptions
    assert (proof.outcome, exception.truth, exception.article) == ("not_met", 1, "30")
    assert exception.rule_id == "order53-idle-1-unless-works-without-permit"
    assert [(one.fact, one.value, one.source) for one in exception.conditions] == [
        ("is_built_without_permit", True, "ledger:row 9")
    ]


def test_an_open_exception_is_what_would_settle_it(proofs):
    proof = proofs({"is_started": False, "agreed_start_on": date(2023, 3, 1)})["order53-idle-1"]
    assert (proof.outcome, proof.settles) == ("undetermined", ("is_built_without_permit",))


def test_an_exact_bracket_shows_as_a_value(proofs):
    known = {"invested_fraction": {"low": "0.3", "high": "0.3"}}
    assert proofs({**STOPPED, **known})["order53-idle-2-investment"].conditions[1].value == 0.3


def test_an_adopted_draft_says_by_whom(proofs):
    adoption = Adoption("县局", date(2026, 1, 1))
    proof = proofs(STOPPED, adoptions={"dabu-industrial-land-draft": adoption})["dabu-idle-1"]
    assert (proof.standing, proof.adoption) == ("draft_adopted", adoption)
    proof = proofs(STOPPED, adoptions={"dabu-industrial-land-draft": Adoption("县局", date(2027, 1, 1))})["dabu-idle-1"]
    assert (proof.standing, proof.adoption) == ("draft", None)


def test_a_draft_nobody_adopted_is_not_proved(packs, fact_frame):
    frame = fact_frame({"P1": {}})
    found = prove(packs.values(), frame, pd.DataFrame(index=frame.index), as_of=AS_OF, adoptions={})
    spoken = {proof.instrument_id for proof in found}
    assert {"idle-land-measures-2012", "grant-contract-2008"} < spoken
    assert {"dabu-industrial-land-draft", "taizhou-supervision-draft-note"}.isdisjoint(spoken)


def test_a_lapsed_text_binds_by_the_contract_that_took_it_over_and_carries_the_clause(packs, fact_frame):
    facts = {
        "incorporated_instrument": "guangzhou-performance-2020",
        "incorporated_clause": "第 19 条",
        "land_use": "industrial",
        "supplied_on": date(2021, 1, 1),
        "agreed_start_on": date(2022, 1, 1),
        "is_started": False,
    }
    frame = fact_frame({"P1": facts})
    found = prove(packs.values(), frame, pd.DataFrame(index=frame.index), as_of=AS_OF, adoptions={})
    proof = {one.rule_id: one for one in found}["guangzhou-late-start"]
    assert (proof.standing, proof.basis, proof.clause, proof.outcome) == ("contract", "contract", "第 19 条", "met")
    other = {one.rule_id: one for one in found}["fanxian-late-start"]
    assert (other.standing, other.clause, other.outcome) == ("contract", "", "not_met")


def test_limbs_in_conflict_say_so(proofs):
    facts = {
        **STOPPED,
        "developed_fraction": "0.5",
        "invested_fraction": "10%",
        "last_worked_on": date(2024, 1, 1),
    }
    assert proofs(facts)["order53-idle-2-area"].is_limb_conflict
    assert not proofs(STOPPED)["order53-idle-2-area"].is_limb_conflict


@pytest.mark.parametrize("names", [[], ["P1", "P2"]])
def test_a_proof_is_of_one_parcel(packs, fact_frame, names):
    frame = fact_frame({name: {} for name in names})
    with pytest.raises(SchemaError) as caught:
        prove(packs.values(), frame, frame, as_of=AS_OF, adoptions={})
    assert (caught.value.code, caught.value.params) == ("law.not_one_parcel", {"count": len(names)})


def test_a_proof_is_plain_data(proofs):
    for proof in proofs(STOPPED, {"is_started": "ledger:row 1"}).values():
        text = json.dumps(asdict(proof), default=date.isoformat, ensure_ascii=False)
        assert json.loads(text)["rule_id"] == proof.rule_id


MEASURES = ["developed_fraction", "invested_fraction", "developed_fraction_at_deadline"]
KNOWN = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["is_started", "is_suspended", "is_built_without_permit"], st.booleans()),
        **dict.fromkeys(MEASURES, st.sampled_from(["0.2", "1/3", "0.6", "1"])),
        **dict.fromkeys(
            ["last_worked_on", "agreed_start_on", "agreed_completion_on"],
            st.sampled_from([date(2025, 10, 31), date(2025, 11, 1)]),
        ),
    },
)
ROUGH = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ROUGH
@given(KNOWN)
def test_a_proof_agrees_with_the_finding(packs, fact_frame, facts):
    frame = fact_frame({"P1": facts})
    found = assess(packs.values(), frame, as_of=AS_OF, adoptions={}, asked=set(packs))
    proved = prove(packs.values(), frame, pd.DataFrame(index=frame.index), as_of=AS_OF, adoptions={}, asked=set(packs))
    columns = [name for name in found if name != "missing"]
    assert [[getattr(proof, name) for name in columns] for proof in proved] == found[columns].to_numpy().tolist()
    assert [" ".join(proof.missing) for proof in proved] == found["missing"].tolist()


@ROUGH
@given(KNOWN, st.data())
def test_a_fact_that_settles_does_so_whatever_it_turns_out_to_be(packs, fact_frame, proofs, facts, data):
    options = {
        "text": ["none", "agreement", "industrial"],
        "bool": [True, False],
        "measure": ["0", "1/3", "0.6", "1", "2"],
        "date": [date(2020, 1, 1), date(2025, 10, 31), date(2030, 1, 1)],
    }
    hopes = [(rule_id, name) for rule_id, proof in proofs(facts).items() for name in proof.settles]
    learnt = {
        f"{rule_id} {name}": {**facts, name: data.draw(st.sampled_from(options[FACTS[name].kind]), label=name)}
        for rule_id, name in hopes
    }
    found = assess(packs.values(), fact_frame(learnt), as_of=AS_OF, adoptions={}, asked=set(packs))
    outcomes = found.set_index(["parcel_id", "rule_id"])["outcome"]
    assert not [hope for hope in hopes if outcomes[" ".join(hope), hope[0]] == "undetermined"]
