CAUSE = {"cause": "government", "cause_from_on": "2024-12-01", "cause_to_on": "2025-09-30"}


def test_a_cause_keeps_its_days_and_is_proven_by_its_paper(build):
    values, sources = build(**CAUSE, cause_paper="函〔2025〕8号")
    assert values["cause"] == "government"
    assert sources["cause"] == "ledger:2; days:2024-12-01/2025-09-30"


def test_a_cause_without_a_paper_is_named_and_not_proven(build):
    values, sources = build(**CAUSE)
    assert values["cause"] == "government"
    assert sources["cause"].endswith("; missing:cause_paper")


def test_a_cause_may_go_on_or_be_undated(build):
    _, sources = build(cause="enterprise", cause_from_on="2024-12-01", cause_paper="x")
    assert sources["cause"] == "ledger:2; days:2024-12-01/"
    _, sources = build(cause="enterprise", cause_paper="x")
    assert sources["cause"] == "ledger:2"


def test_no_cause_is_unknown_and_never_the_enterprises(build):
    values, sources = build()
    assert values["cause"] is None
    assert sources["cause"] == "missing:cause"


def test_a_cause_that_has_not_begun_is_none_yet(build):
    values, _ = build(cause="government", cause_from_on="2026-11-01")
    assert values["cause"] is None


def test_a_cause_that_ends_before_it_begins_is_a_contradiction(build):
    values, sources = build(cause="government", cause_from_on="2025-09-30", cause_to_on="2024-12-01")
    assert values["cause"] is None
    assert sources["cause"] == "contradiction:cause_ends_before_it_begins"
