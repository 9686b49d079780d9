"""Why works are late, as far as somebody said and when it held."""

from geo.facts.column import Fact, choose, exact, flag
from geo.facts.register import Register, day, day_by_now, is_disputed, place_of, text, where_from
from geo.facts.source import join_sources


def cause_fact(register: Register) -> Fact:
    """Return the cause of delay that had begun by the day of the act; a remedy turns on it, idleness does not.

    A cause keeps its days and its paper in the source. One without a paper is named, and ``missing:cause_paper`` says
    that it is not proven.
    """
    said, begun, until = text(register, "cause"), day_by_now(register, "cause_from_on"), day(register, "cause_to_on")
    is_future = day(register, "cause_from_on") > register.as_of
    is_backwards = until < begun
    has_paper = text(register, "cause_paper").notna()
    begins, ends = (on.dt.strftime("%Y-%m-%d").fillna("") for on in (begun, until))
    days = ("days:" + begins + "/" + ends).where(begun.notna() | until.notna(), "")
    source = choose(
        [
            (is_disputed(register, "cause"), where_from(register, "cause")),
            (said.isna(), "missing:cause"),
            (is_backwards, "contradiction:cause_ends_before_it_begins"),
            (is_future, "missing:cause"),
        ],
        join_sources(place_of(register, "cause"), days, flag(~has_paper, "missing:cause_paper")),
    )
    return exact(said.mask(is_future | is_backwards, None), source)
