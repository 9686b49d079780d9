"""The table of duties: whole, and refused where it is not."""

import pytest

from geo.errors import RuleFormatError
from geo.locale import sentences
from geo.patrol.duties import Duties, parse_duties
from geo.steps.patrol import duties_text


def test_every_reason_has_a_checklist_and_photos_that_have_words(duties: Duties) -> None:
    for language in ("zh", "en"):
        words = sentences(language)
        for reason in duties.reasons.values():
            assert reason.minutes > 0
            assert {f"patrol.reason_{reason.id}", f"patrol.name_{reason.id}"} <= set(words)
            assert reason.checks
            assert reason.photos
            assert {f"patrol.check_{code}" for code in reason.checks} <= set(words)
            assert {f"patrol.photo_{code}" for code in reason.photos} <= set(words)


def test_the_numbers_of_law_stand_with_their_source() -> None:
    text = duties_text()
    for line in text.splitlines():
        if line.startswith(("investigate_days", "inspectors")):
            assert "第" in line
            assert "条" in line


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[window]", "[", "patrol.duties_format"),
        ("[window]", "[other]", "patrol.duties_format"),
        ('id = "routine"', 'id = "another"', "patrol.duties_format"),
        ("minutes = 20", "", "patrol.duties_format"),
        ("clear = 0.05", "clear = 1.05", "patrol.share_range"),
        ("clear = 180", "", "patrol.duties_format"),
    ],
)
def test_a_table_that_is_not_whole_is_refused(old: str, new: str, code: str) -> None:
    text = duties_text()
    assert old in text
    with pytest.raises(RuleFormatError) as caught:
        parse_duties(text.replace(old, new))
    assert caught.value.code == code
