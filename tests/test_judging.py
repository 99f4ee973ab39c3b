"""The ink is asked: transcripts with one thing changed, against the sample as it was read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from collate.differences.find import kind_of
from collate.errors import UnrelatedError
from collate.model import SUBSTANTIVE, Difference, DifferenceClass
from collate.pipeline import collate
from collate.reading.pages import Reading, read_all
from collate.sources import scans, transcripts

ROOT = Path(__file__).parents[1]
PUBLISHED = (ROOT / "transcripts" / "219945.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def readings() -> tuple[Reading, ...]:
    return read_all(scans.load([ROOT / "scans" / "219945"]), lang="eng")


@pytest.fixture(scope="module")
def flagged(readings: tuple[Reading, ...]) -> Callable[[str], list[Difference]]:
    """Substantive differences of a text, but for the two that the published one has."""

    def check(text: str) -> list[Difference]:
        found = collate(readings, transcripts.parse(text)).flagged
        return [
            each for each in found if each.cls in SUBSTANTIVE and each.scan not in ("close", "copy")
        ]

    return check


def told(differences: list[Difference]) -> list[tuple[str, str, str, str]]:
    return [(each.cls, each.kind, each.transcript.text, each.scan) for each in differences]


@pytest.mark.parametrize(
    ("true", "false", "expected"),
    [
        ("as he had promised", "as he promised", "omission"),
        ("did not know", "did now know", "substitution"),
        ("June 21 of", "June 27 of", "substitution"),
        ("130 divisions", "103 divisions", "substitution"),
        ("Mr. Pavlov", "Mr. Pawlov", "substitution"),
        ("certain quarters", "quarters certain", "transposition"),
        ("real security", "real real security", "repetition"),
        ("loose talkers", "very loose talkers", "addition"),
        ("invasion of Europe. I", "invasion of Europe, I", "substitution"),
    ],
)
def test_a_single_change_is_found_and_nothing_else(
    flagged: Callable[[str], list[Difference]], true: str, false: str, expected: str
) -> None:
    assert PUBLISHED.count(true) == 1
    assert [each.cls for each in flagged(PUBLISHED.replace(true, false))] == [expected]


def test_the_last_lines_are_omissions_and_no_furniture(
    flagged: Callable[[str], list[Difference]],
) -> None:
    found = flagged(PUBLISHED.partition("EP:nn")[0])
    assert found
    assert {each.cls for each in found} == {DifferenceClass.OMISSION}
    assert "Ambassador" in " ".join(each.scan for each in found)


def test_a_missing_page_is_one_addition_or_two_and_leaves_the_stamp_alone(
    readings: tuple[Reading, ...],
) -> None:
    collation = collate(readings[:1], transcripts.parse(PUBLISHED))
    substantive = [each for each in collation.flagged if each.cls in SUBSTANTIVE]
    assert len(substantive) <= 5
    assert any(each.kind == "stamp" for each in collation.flagged)
    second_page = PUBLISHED.partition("European Advisory Commission to")[2]
    assert collation.coverage.verified <= len((PUBLISHED[: -len(second_page)]).split())


def test_an_omission_over_a_page_break_is_told_page_by_page(
    flagged: Callable[[str], list[Difference]],
) -> None:
    dropped = "which had been advanced on the European Advisory Commission to the effect "
    found = flagged(PUBLISHED.replace(dropped, ""))
    assert [(each.cls, each.page) for each in sorted(found, key=lambda each: each.page)] == [
        ("omission", 1),
        ("omission", 2),
    ]


def test_a_word_that_can_be_read_is_not_illegible(readings: tuple[Reading, ...]) -> None:
    text = PUBLISHED.replace("some possible leak", "some [illegible] leak")
    marks = [
        each
        for each in collate(readings, transcripts.parse(text)).flagged
        if each.kind == "illegible"
    ]
    assert [each.scan for each in marks] == ["possible"]


def test_a_page_mark_is_no_difference(flagged: Callable[[str], list[Difference]]) -> None:
    assert not flagged(PUBLISHED.replace("on the European", "on the\n\n[page 2]\n\nEuropean"))


def test_a_few_common_words_make_no_document(readings: tuple[Reading, ...]) -> None:
    recipe = "Take a pound of flour and the eggs, and stir it in a bowl with the milk."
    with pytest.raises(UnrelatedError):
        collate(readings, transcripts.parse(recipe))


def test_a_word_whose_letters_all_turn_out_to_be_specks_has_a_kind_still() -> None:
    assert kind_of(["to", "day"], ["", "day"], "eng") is not None
    assert kind_of(["to", "day"], [], "eng") is not None
