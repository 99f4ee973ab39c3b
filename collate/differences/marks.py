"""Editor's marks in the transcript, each judged by what the scan shows at its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from collate.alignment.normal import form, key
from collate.differences.dictionary import is_ordinary
from collate.differences.finding import Aligned, Finding, box_of, gap_at
from collate.differences.furniture import Furniture
from collate.model import Box, DifferenceClass, Mark, MarkKind, Word, ZoneKind

WITHOUT_CAUSE, WITH_CAUSE = 0.9, 0.05
SURE = 0.8  # confidence of a word that was plainly legible


@dataclass(frozen=True, slots=True)
class PageSigns:
    """What else the ink of a page shows.

    Attributes:
        blocks: areas that are blacked out or boxed off.
        loose: ink that belongs to no word of the reading.
        furniture: see `furniture.find`.
    """

    blocks: tuple[Box, ...]
    loose: tuple[Box, ...]
    furniture: tuple[Furniture, ...]
    text_height: float


@dataclass(frozen=True, slots=True)
class _Spot:
    """The place on the scan at which a mark would stand."""

    page: int
    line: int
    box: Box
    before: Word | None
    after: Word | None
    between: tuple[Word, ...]  # words of the scan there that the transcript lacks


def find(aligned: Aligned, signs: dict[int, PageSigns], lang: str) -> list[Finding]:
    """Judge every mark; one that has its cause is reported so, at the end of the ranking."""
    counterparts = aligned.words_of()
    marks = aligned.transcript.marks
    judged = [_judge(aligned, mark, counterparts, signs, lang) for mark in marks]
    return judged + _strikes(aligned, counterparts)


def _judge(
    aligned: Aligned,
    mark: Mark,
    counterparts: dict[int, tuple[int, int]],
    signs: dict[int, PageSigns],
    lang: str,
) -> Finding:
    spot = _spot(aligned, mark, counterparts)
    page = signs.get(spot.page)
    cause: str | None
    if mark.kind is MarkKind.PAGE:
        cause, finding = "it says where a page begins", ""
    elif mark.kind is MarkKind.SIC:
        cause = _odd(aligned, mark, lang)
        finding = "the text before it agrees with the scan and shows nothing odd"
    elif mark.kind is MarkKind.REDACTED:
        cause, finding = _blanked(spot, page), "the scan shows no blanked area here"
    elif mark.kind is MarkKind.ILLEGIBLE:
        cause, finding = _unread(spot, page), "the scan shows no ink here that could not be read"
    elif mark.kind is MarkKind.UNCERTAIN:
        cause, finding = _doubtful(spot), "the scan is plainly legible here"
    elif mark.kind is MarkKind.HANDWRITTEN:
        cause, finding = _by_hand(page), "the scan shows no handwriting or stamp on this page"
    else:
        cause, finding = _drawn(spot, page), "the scan shows no such sign here"
    judged = f"it has its cause: {cause}" if cause else finding
    what = "bullet" if mark.kind is MarkKind.BULLET else mark.text
    return Finding(
        DifferenceClass.MARK,
        mark.kind.value,
        (mark.before, mark.before),
        (0, 0),
        mark.start,
        mark.end,
        spot.page,
        spot.line,
        spot.box,
        " ".join(word.text for word in spot.between),
        WITH_CAUSE if cause else WITHOUT_CAUSE,
        f"The transcript has the mark {what}; {judged}.",
    )


def _spot(aligned: Aligned, mark: Mark, counterparts: dict[int, tuple[int, int]]) -> _Spot:
    tokens, words = aligned.transcript.tokens, aligned.words
    lower = next(
        (counterparts[n][1] for n in range(mark.before - 1, -1, -1) if n in counterparts), 0
    )
    upper = next(
        (counterparts[n][0] for n in range(mark.before, len(tokens)) if n in counterparts),
        len(words),
    )
    upper = max(upper, lower)
    between = words[lower:upper] if upper - lower <= 12 else ()
    before = words[lower - 1] if lower else None
    after = words[upper] if upper < len(words) else None
    if between:
        page, line, box = between[0].page, between[0].line, box_of(between)
    elif after is not None and mark.kind in (MarkKind.BOX, MarkKind.BULLET):
        page, line = after.page, after.line
        width = min(2 * after.box.height, after.box.x)
        box = Box(after.box.x - width, after.box.y, max(width, 1), after.box.height)
    else:
        page, line, box = gap_at(words, lower)
    return _Spot(page, line, box, before, after, tuple(between))


def _odd(aligned: Aligned, mark: Mark, lang: str) -> str | None:
    """What in the words before `[sic]` could have called for it."""
    tokens = aligned.transcript.tokens[max(mark.before - 3, 0) : mark.before]
    keys = [key(token.text) for token in tokens]
    for text in keys[-2:]:
        if is_ordinary(text, lang) is False:
            return f"“{text}” is not in the word list"
        if any(sign.isdigit() for sign in text):
            return f"“{text}” is a number or date, which cannot be judged from the scan"
    if any(a and a == b for a, b in pairwise(keys)):
        return "a word stands twice"
    return None


def _blanked(spot: _Spot, page: PageSigns | None) -> str | None:
    if page is None:
        return None
    reach = spot.box.grown(round(2 * page.text_height), 10**6, 10**6)
    return "an area is blacked out" if any(reach.overlap(block) for block in page.blocks) else None


def _unread(spot: _Spot, page: PageSigns | None) -> str | None:
    if any(word.confidence < SURE for word in spot.between):
        return "the reader was not sure of the words here either"
    if page and any(spot.box.overlap(ink) for ink in page.loose):
        return "there is ink that was not read"
    return None


def _doubtful(spot: _Spot) -> str | None:
    if spot.before is not None and spot.before.confidence < SURE:
        return "the reader was not sure of the word either"
    return None


def _by_hand(page: PageSigns | None) -> str | None:
    kinds = (ZoneKind.HANDWRITING, ZoneKind.STAMP)
    if page and any(each.kind in kinds for each in page.furniture):
        return "the page bears handwriting or a stamp"
    return None


def _drawn(spot: _Spot, page: PageSigns | None) -> str | None:
    """A sign before the word: a speck the reader saw, or ink it left unread."""
    if any(not key(word.text) for word in spot.between):
        return f"the reader saw “{form(spot.between[-1].text)}” here"
    if page and any(
        spot.box.overlap(ink) and ink.height < 2.5 * page.text_height for ink in page.loose
    ):
        return "there is a sign in ink here"
    return None


def _strikes(aligned: Aligned, counterparts: dict[int, tuple[int, int]]) -> list[Finding]:
    """Runs of words struck through on one side only."""
    findings: list[Finding] = []
    run: list[int] = []
    tokens = aligned.transcript.tokens

    def differs(token: int) -> bool | None:
        if token not in counterparts:
            return None
        first, last = counterparts[token]
        struck = any(word.struck for word in aligned.words[first:last])
        return struck if struck != tokens[token].struck else None

    def close(lost: bool) -> None:
        if run:
            findings.append(_strike(aligned, counterparts, run[0], run[-1] + 1, lost))
            run.clear()

    state: bool | None = None
    for token in range(len(tokens)):
        here = differs(token)
        if here is not state:
            if state is not None:
                close(state)
            state = here
        if here is not None:
            run.append(token)
    if state is not None:
        close(state)
    return findings


def _strike(
    aligned: Aligned, counterparts: dict[int, tuple[int, int]], first: int, last: int, lost: bool
) -> Finding:
    tokens = aligned.transcript.tokens[first:last]
    span = counterparts[first][0], counterparts[last - 1][1]
    words: Sequence[Word] = aligned.words[span[0] : span[1]]
    text = aligned.transcript.text[tokens[0].start : tokens[-1].end]
    explanation = (
        f"“{text}” is struck through on the scan; the transcript does not say so."
        if lost
        else f"The transcript marks “{text}” as struck through; the scan shows no stroke."
    )
    return Finding(
        DifferenceClass.MARK,
        MarkKind.STRUCK.value,
        (first, last),
        span,
        tokens[0].start,
        tokens[-1].end,
        words[0].page,
        words[0].line,
        box_of(words),
        " ".join(word.text for word in words),
        WITHOUT_CAUSE if lost else 0.7,
        explanation,
    )
