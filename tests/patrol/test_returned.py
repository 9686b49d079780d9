"""Rows that came back, merged as three versions are."""

from hypothesis import given
from hypothesis import strategies as st

from geo.patrol.returned import Said, merge

SENT = {("E", "x"): "1", ("E", "y"): "2"}


def said(place="a:2", **values):
    return Said(place, "E", values)


def test_a_cell_as_it_was_sent_is_no_edit_whatever_the_store_says_since():
    [verdict] = merge([said(x="1")], sent=SENT, known={("E", "x"): "9"}, places={})
    assert (verdict.edits, verdict.conflicts) == ((), ())


def test_an_edit_of_what_nobody_changed_since_is_taken():
    [verdict] = merge([said(x="5", y="2")], sent=SENT, known=SENT, places={})
    assert (verdict.edits, verdict.conflicts) == (("x",), ())


def test_an_edit_of_what_changed_since_is_a_conflict_that_names_both_and_where_the_other_stands():
    known = SENT | {("E", "x"): "9"}
    [verdict] = merge([said(x="5")], sent=SENT, known=known, places={"E": "book:7"})
    [conflict] = verdict.conflicts
    assert (conflict.field, conflict.said, conflict.other, conflict.place) == ("x", "5", "9", "book:7")


def test_who_says_what_the_store_says_already_agrees():
    [verdict] = merge([said(x="9")], sent=SENT, known={("E", "x"): "9"}, places={})
    assert (verdict.edits, verdict.conflicts) == ((), ())


def test_two_rows_that_differ_are_both_conflicts_and_two_that_agree_are_none():
    one, two, three = merge(
        [said("a:2", x="5"), said("b:2", x="6"), said("c:2", y="7")], sent=SENT, known=SENT, places={}
    )
    assert (one.conflicts[0].place, two.conflicts[0].place) == ("b:2", "a:2")
    assert three.conflicts == ()
    assert all(
        not one.conflicts for one in merge([said("a:2", x="5"), said("b:2", x="5")], sent=SENT, known=SENT, places={})
    )


cells = st.dictionaries(st.sampled_from("xyz"), st.sampled_from("123"))


@given(st.lists(cells, max_size=4), cells, cells)
def test_every_row_is_taken_or_in_conflict_and_no_two_rows_taken_contradict(rows, sent, known):
    place = [Said(str(number), "E", row) for number, row in enumerate(rows)]
    verdicts = merge(
        place, sent={("E", k): v for k, v in sent.items()}, known={("E", k): v for k, v in known.items()}, places={}
    )
    taken = [row for row, verdict in zip(rows, verdicts, strict=True) if not verdict.conflicts]
    for name in "xyz":
        news = {row[name] for row in taken if name in row and row[name] != sent.get(name)}
        assert len(news) <= 1
        if news and name in known and known[name] != sent.get(name):
            assert news == {known[name]}
