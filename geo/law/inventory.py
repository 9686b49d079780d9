"""Whether every article of a text has become something that exists, or says why it was left out."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from geo.errors import RuleFormatError
from geo.law.rule import Clause, Clock, Formula, Instrument, Option, Rule
from geo.model import FACTS

SEPARATOR = ", "
"""Between the articles of a rule that rests on several."""


def check_inventory(instruments: Iterable[Instrument], named: Mapping[str, Collection[str]] | None = None) -> None:
    """Refuse texts of which an article is missing, or one that became something that does not exist.

    A text without a list of articles is not at hand and is not checked.

    Parameters
    ----------
    instruments
        All of them: a clause may name another text.
    named
        By kind (``register``, ``document``) what there is; a kind that is not there is taken at
        its word.

    Raises
    ------
    RuleFormatError
        It names the text, the article and what is wrong with it.
    """
    together = list(instruments)
    for text in together:
        if text.articles:
            _check_text(text, {**(named or {}), **_existing(text, together)})


def _existing(text: Instrument, together: Iterable[Instrument]) -> dict[str, Collection[str]]:
    return {
        "rule": {rule.id for rule in text.rules},
        "option": {option.id for option in text.options},
        "clock": {clock.id for clock in text.clocks},
        "formula": {formula.id for formula in text.formulas},
        "instrument": {other.id for other in together},
        "fact": FACTS,
    }


def _check_text(text: Instrument, existing: Mapping[str, Collection[str]]) -> None:
    told = {clause.article for clause in text.clauses}
    for article in text.articles:
        if article not in told:
            raise RuleFormatError("law.article_untold", instrument=text.id, article=article)
    for article in _cited(text):
        if article not in text.articles:
            raise RuleFormatError("law.unknown_article", instrument=text.id, article=article)
    for clause in text.clauses:
        for name in clause.ids:
            if clause.kind in existing and name not in existing[clause.kind]:
                raise RuleFormatError(
                    "law.became_nothing", instrument=text.id, article=clause.article, kind=clause.kind, name=name
                )
    for kind in ("rule", "option", "clock", "formula"):
        unnamed = set(existing[kind]) - {name for clause in text.clauses if clause.kind == kind for name in clause.ids}
        if unnamed:
            raise RuleFormatError("law.without_clause", instrument=text.id, kind=kind, name=min(unnamed))


def _cited(text: Instrument) -> Iterator[str]:
    """Every article that a clause, a rule, an option, a clock or a formula names."""
    parts: list[Clause | Rule | Option | Clock | Formula] = [*text.clauses, *text.rules, *text.options]
    parts += [*text.clocks, *text.formulas]
    for part in parts:
        yield from part.article.split(SEPARATOR)
