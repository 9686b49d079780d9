from datetime import date, timedelta

import pytest

from geo.law.rule import Adoption
from geo.law.standing import applied, standing

DAY = timedelta(days=1)
FIRST, LAST = date(2019, 5, 20), date(2022, 12, 31)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (FIRST - DAY, "not_yet"),
        (FIRST, "in_force"),
        (LAST, "in_force"),
        (LAST + DAY, "lapsed"),
    ],
)
def test_the_first_and_the_last_day_are_in_force(instrument, as_of, expected):
    text = instrument([], in_force_from=FIRST, last_day_in_force=LAST)
    assert standing(text, as_of=as_of, adoption=None) == expected


def test_a_text_without_a_last_day_stays_in_force(instrument):
    assert standing(instrument([]), as_of=date(2999, 1, 1), adoption=None) == "in_force"


def test_an_adoption_counts_from_its_own_day(instrument):
    draft, adoption = instrument([], is_draft=True, in_force_from=None), Adoption("县局", date(2026, 3, 1))
    assert standing(draft, as_of=date(2026, 2, 28), adoption=adoption) == "draft"
    assert standing(draft, as_of=date(2026, 3, 1), adoption=adoption) == "draft_adopted"
    assert standing(draft, as_of=date(2026, 3, 1), adoption=None) == "draft"


def test_a_clause_taken_into_a_contract_binds_whatever_became_of_the_text(instrument):
    form = instrument([], basis="contract", last_day_in_force=LAST)
    assert standing(form, as_of=LAST + DAY, adoption=None) == "contract"
    assert standing(instrument([], basis="contract", in_force_from=None), as_of=FIRST, adoption=None) == "contract"


@pytest.fixture
def texts(instrument):
    return [
        instrument([], id="lapsed", last_day_in_force=LAST),
        instrument([], id="in-force"),
        instrument([], id="draft", is_draft=True),
        instrument([], id="coming", in_force_from=date(2030, 1, 1)),
        instrument([], id="contract", basis="contract"),
    ]


def names(chosen):
    return [(one.instrument.id, one.standing, one.adoption) for one in chosen]


def test_only_what_binds_is_applied_sorted_by_id(texts):
    chosen = applied(texts, as_of=date(2026, 10, 31), adoptions={}, asked=())
    assert names(chosen) == [("contract", "contract", None), ("in-force", "in_force", None)]


def test_what_the_bureau_adopted_by_then_is_applied_and_says_what_it_is(texts):
    adoptions = {name: Adoption("县局", date(2026, 3, 1)) for name in ("draft", "lapsed", "coming")}
    before = applied(texts, as_of=date(2026, 2, 28), adoptions=adoptions, asked=())
    assert [one.instrument.id for one in before] == ["contract", "in-force"]
    chosen = applied(texts, as_of=date(2026, 3, 1), adoptions=adoptions, asked=())
    assert names(chosen) == [
        ("coming", "not_yet", adoptions["coming"]),
        ("contract", "contract", None),
        ("draft", "draft_adopted", adoptions["draft"]),
        ("in-force", "in_force", None),
        ("lapsed", "lapsed", adoptions["lapsed"]),
    ]


def test_what_is_asked_for_is_applied_with_its_true_standing(texts):
    adoptions = {"draft": Adoption("县局", date(2027, 1, 1))}
    chosen = applied(texts, as_of=date(2026, 10, 31), adoptions=adoptions, asked={"draft", "lapsed"})
    assert [entry for entry in names(chosen) if entry[0] in ("draft", "lapsed")] == [
        ("draft", "draft", None),
        ("lapsed", "lapsed", None),
    ]


def test_a_lapsed_text_that_contracts_take_over_is_applied_to_those_that_did(instrument):
    text = instrument([], id="lapsed", last_day_in_force=LAST, is_contractual=True)
    (chosen,) = applied([text], as_of=date(2026, 10, 31), adoptions={}, asked=())
    assert (chosen.standing, chosen.instrument.basis, chosen.adoption) == ("contract", "contract", None)
    (condition,) = chosen.instrument.applies_to
    assert (condition.fact, condition.limit) == ("incorporated_instrument", ("lapsed",))
    (asked,) = applied([text], as_of=date(2026, 10, 31), adoptions={}, asked={"lapsed"})
    assert (asked.standing, asked.instrument) == ("lapsed", text)
    (bound,) = applied([text], as_of=LAST, adoptions={}, asked=())
    assert (bound.standing, bound.instrument) == ("in_force", text)
