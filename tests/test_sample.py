"""The model case: what a check of the sample document has to find, and nothing else.

The transcript drops the word "close", capitalises "copy", loses the strokes
through two lines, and bears marks that the scan gives no cause for.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import jsonschema
import pytest
from conftest import Sample

from collate.alignment.align import Tie, align
from collate.alignment.normal import key
from collate.model import SUBSTANTIVE, Box, Difference, DifferenceClass, Verdict
from collate.report import document

SampleAt = Callable[[str], Sample]

FURNITURE_OF_ZONE = {
    "stamp": "stamp",
    "handwriting": "marginal handwriting",
    "footer": "footer",
    "page-number": "page number",
}

all_severities = pytest.mark.parametrize("severity", ["clean", "middle", "hard"])
readable = pytest.mark.parametrize("severity", ["clean", "middle"])


def flagged(sample: Sample, cls: DifferenceClass, kind: str | None = None) -> list[Difference]:
    return [
        each for each in sample.collation.flagged if each.cls is cls and kind in (None, each.kind)
    ]


def the_dropped_word(sample: Sample) -> Difference:
    (omission,) = flagged(sample, DifferenceClass.OMISSION)
    return omission


@all_severities
def test_the_dropped_word_is_found(severity: str, sample_at: SampleAt) -> None:
    sample = sample_at(severity)
    omission = the_dropped_word(sample)
    (truth,) = (word for word in sample.truth if word.text == "close")

    assert omission.scan == "close"
    assert omission.verdict is Verdict.DEPARTS
    assert omission.page == truth.page == 1
    assert omission.box.overlap(truth.box) > 0.5 * truth.box.width * truth.box.height
    assert omission in sample.collation.differences[:5]
    assert omission.before.endswith("set up some ")
    assert omission.after.startswith("liaison whereby")


@readable
def test_the_capital_that_the_scan_does_not_have(severity: str, sample_at: SampleAt) -> None:
    (case,) = flagged(sample_at(severity), DifferenceClass.SUBSTITUTION)
    assert (case.kind, case.transcript.text, case.scan) == ("case", "Copy", "copy")
    assert case.page == 2


@all_severities
@pytest.mark.parametrize("mark", ["[sic]", "[redacted]"])
def test_brackets_without_cause(mark: str, severity: str, sample_at: SampleAt) -> None:
    marks = flagged(sample_at(severity), DifferenceClass.MARK, mark.strip("[]"))
    assert [each.transcript.text for each in marks] == [mark]
    assert marks[0].verdict is Verdict.DEPARTS


@all_severities
def test_signs_of_the_website(severity: str, sample_at: SampleAt) -> None:
    sample = sample_at(severity)
    boxes = flagged(sample, DifferenceClass.MARK, "box")
    bullets = flagged(sample, DifferenceClass.MARK, "bullet")
    assert [each.transcript.text for each in boxes] == ["□"] * 4
    assert [each.transcript.text for each in bullets] == ["-"] * 4


@all_severities
def test_strokes_that_the_transcript_lost(severity: str, sample_at: SampleAt) -> None:
    struck = flagged(sample_at(severity), DifferenceClass.MARK, "struck through")
    assert {each.transcript.text for each in struck} == {"TOP SECRET", "Copy to General Deane"}
    assert all(each.verdict is Verdict.DEPARTS for each in struck)


@all_severities
@pytest.mark.parametrize("zone", FURNITURE_OF_ZONE)
def test_what_the_page_bears_besides_its_text(
    zone: str, severity: str, sample_at: SampleAt
) -> None:
    sample = sample_at(severity)
    pieces = flagged(sample, DifferenceClass.FURNITURE, FURNITURE_OF_ZONE[zone])
    for word in (word for word in sample.truth if word.zone == zone):
        covered = max(
            (piece.box.overlap(word.box) for piece in pieces if piece.page == word.page), default=0
        )
        assert covered > 0.5 * word.box.width * word.box.height, f"no {zone} at “{word.text}”"


@all_severities
def test_no_furniture_lies_over_the_running_text(severity: str, sample_at: SampleAt) -> None:
    sample = sample_at(severity)
    for piece in flagged(sample, DifferenceClass.FURNITURE):
        for word in sample.truth:
            if word.zone == "body" and word.page == piece.page:
                overlap = piece.box.overlap(word.box)
                assert overlap < 0.5 * word.box.width * word.box.height, (piece, word)


@readable
def test_nothing_else_is_accused(severity: str, sample_at: SampleAt) -> None:
    sample = sample_at(severity)
    accused = [
        (each.cls.value, each.transcript.text, each.scan)
        for each in sample.collation.flagged
        if each.cls in SUBSTANTIVE
    ]
    assert sorted(accused) == [("omission", "", "close"), ("substitution", "Copy", "copy")]


def test_on_a_hard_scan_little_else_is_accused(sample_at: SampleAt) -> None:
    sample = sample_at("hard")
    others = [
        each
        for each in sample.collation.flagged
        if each.cls in SUBSTANTIVE and each.scan != "close"
    ]
    print(f"{len(others)} other differences to look at on the hard scan")
    assert len(others) <= 6, [(each.transcript.text, each.scan) for each in others]


@all_severities
def test_the_break_of_the_page(severity: str, sample_at: SampleAt) -> None:
    (page_break,) = flagged(sample_at(severity), DifferenceClass.LAYOUT, "page break")
    assert page_break.page == 2
    assert page_break.after.startswith("European Advisory Commission")


@all_severities
def test_words_stand_where_they_were_printed(severity: str, sample_at: SampleAt) -> None:
    sample = sample_at(severity)
    tokens = sample.collation.transcript.tokens
    body = [word for word in sample.truth if word.zone in ("header", "body")]
    links = sample.collation.links
    cells = align(
        [key(tokens[link.token].text) for link in links], [key(word.text) for word in body]
    )
    shares = [
        iou(links[cell.left].box, body[cell.right].box)
        for cell in cells
        if cell.tie is Tie.WORD and cell.left_end - cell.left == cell.right_end - cell.right == 1
    ]
    assert len(shares) > 0.97 * len(body)
    assert median(shares) > 0.6


@all_severities
def test_boxes_lie_in_their_pages_and_spans_in_the_text(severity: str, sample_at: SampleAt) -> None:
    collation = sample_at(severity).collation
    pages = {page.number: page.box for page in collation.pages}
    text = collation.transcript.text
    for link in collation.links:
        assert inside(link.box, pages[link.page]), link
    for each in collation.differences:
        span = each.transcript
        assert inside(each.box, pages[each.page]), each
        assert text[span.start : span.end] == span.text
        assert text[: span.start].endswith(each.before)
        assert text[span.end :].startswith(each.after)
        assert 0 <= each.probability <= 1
        assert each.explanation
    assert len({each.id for each in collation.differences}) == len(collation.differences)


@all_severities
def test_the_document_keeps_to_its_schema(severity: str, sample_at: SampleAt) -> None:
    jsonschema.validate(
        document.document(sample_at(severity).collation),
        document.schema(),
        cls=jsonschema.Draft202012Validator,
    )


@all_severities
def test_nearly_every_word_is_verified(severity: str, sample_at: SampleAt) -> None:
    coverage = sample_at(severity).collation.coverage
    assert coverage.share > (0.97 if severity == "hard" else 0.99)
    assert all(page.matched <= page.read for page in coverage.pages)


def iou(one: Box, other: Box) -> float:
    common = one.overlap(other)
    return common / (one.width * one.height + other.width * other.height - common)


def inside(box: Box, page: Box) -> bool:
    return (
        box.width > 0
        and box.height > 0
        and box.x >= 0
        and box.y >= 0
        and box.right <= page.right
        and box.bottom <= page.bottom
    )
