"""What on a page is not its running text: stamps, footers, page numbers, notes by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

from collate.model import Box, InkZone, Page, Word, ZoneKind

OWN_FACE = 0.9  # likeness to the document's own letters from which it is of its type

_NUMBER = re.compile(r"^\W*(?:page|p\.?|-)?\s*(?:\d{1,4}|[ivxlc]{1,6})\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Furniture:
    """A piece of furniture with the words that the reader saw in it."""

    kind: ZoneKind
    zone: InkZone
    words: tuple[Word, ...]
    text: str

    @property
    def sureness(self) -> float:
        """The reader's mean confidence, 0 to 1; 0 where it read nothing."""
        return fmean(word.confidence for word in self.words) if self.words else 0.0


@dataclass(frozen=True, slots=True)
class _Body:
    """Where the running text of a page stands, told from the words that match."""

    box: Box
    lines: tuple[Box, ...]
    leading: float
    word_height: float


def find(
    page: Page,
    zones: Iterable[InkZone],
    matched: Sequence[Word],
    unmatched: Sequence[Word],
    text_height: float,
    legible: Callable[[Sequence[Word]], float | None],
) -> tuple[Furniture, ...]:
    """Tell furniture from text that the transcript leaves out.

    A zone is furniture where it stands apart from the running text (above,
    below, beside) or does not look like it (aslant, of another size, hard to
    read). Text in line with the body, at its size and spacing, is no furniture:
    it may be a line that was skipped.

    Args:
        zones: ink outside the words that match, see `reading.ink.unexplained`.
        matched: words of this page that the transcript has.
        unmatched: the others.
        text_height: of a lower-case x, in pixels.
        legible: how much the letters of words look like the document's own, 0 to 1.
    """
    body = _body(matched, text_height)
    if body is None:
        return ()
    found = []
    # From the text outwards: a line that belongs to it brings the next one nearer.
    text = body.box
    for zone in sorted(zones, key=lambda zone: _distance(zone.box, text)):
        inside = tuple(
            word
            for word in unmatched
            if zone.box.overlap(word.box) > 0.5 * word.box.width * word.box.height
        )
        sure = legible(inside) if inside else None
        if sure is None:
            sure = fmean(word.confidence for word in inside) if inside else 0.0
        kind = _kind(page, zone, inside, body, text_height, sure)
        if kind is None and sure >= OWN_FACE and _like_body(inside, body):
            body = replace(body, box=body.box.union(zone.box))
        if kind is not None:
            found.append(Furniture(kind, zone, inside, " ".join(word.text for word in inside)))
    return tuple(found)


def _distance(box: Box, body: Box) -> int:
    """Pixels from the text up or down to a box; 0 beside or within it."""
    return max(body.y - box.bottom, box.y - body.bottom, 0)


def _body(matched: Sequence[Word], text_height: float) -> _Body | None:
    by_line: dict[int, Box] = {}
    for word in matched:
        line = by_line.get(word.line)
        by_line[word.line] = word.box.union(line) if line else word.box
    lines = sorted(by_line.values(), key=lambda box: box.y)
    if len(matched) < 4 or not lines:
        return None
    middles = [line.middle[1] for line in lines]
    steps = [b - a for a, b in pairwise(middles) if b - a > text_height]
    box = lines[0]
    for line in lines[1:]:
        box = box.union(line)
    return _Body(
        box,
        tuple(lines),
        median(steps) if steps else 2.5 * text_height,
        median(word.box.height for word in matched),
    )


def _kind(
    page: Page,
    zone: InkZone,
    words: Sequence[Word],
    body: _Body,
    text_height: float,
    own_face: float,
) -> ZoneKind | None:
    """The kind of furniture a zone is; None where it is text, or nothing at all."""
    sure = fmean(word.confidence for word in words) if words else 0.0
    if any(word.struck for word in words):
        return None  # only words of the text are struck out
    typed = own_face >= OWN_FACE and _like_body(words, body)
    letters = sum(len(word.text) for word in words)
    box = zone.box
    y = box.middle[1]
    level = abs(zone.slant) < 1.5
    apart = y < body.box.y - 0.3 * body.leading or y > body.box.bottom + 0.3 * body.leading
    beside = not apart and (
        box.right < body.box.x - text_height or box.x > body.box.right + text_height
    )
    if apart:
        above = y < body.box.y
        away = body.box.y - box.bottom if above else box.y - body.box.bottom
        if words and _NUMBER.match(" ".join(word.text for word in words)):
            return ZoneKind.PAGE_NUMBER
        if level and typed and away < 4 * body.leading:
            return None
        lone = box.width < 6 * text_height and box.height < 2.5 * text_height
        if lone and box.x > page.width * 0.4 and box.right < page.width * 0.6:
            return ZoneKind.PAGE_NUMBER
        if level and sure >= 0.7 and letters >= 4:
            if above:
                return ZoneKind.LETTERHEAD if page.number == 1 else ZoneKind.HEADER
            return ZoneKind.FOOTER
    elif not beside and (typed or not _stands_off(box, body, text_height)):
        return None
    tall = bool(words) and median(w.box.height for w in words) > 1.45 * body.word_height
    if abs(zone.slant) >= 2 and sure >= 0.45 and not tall:
        return ZoneKind.STAMP
    large_enough = box.width > 1.5 * text_height or box.height > 1.5 * text_height
    return ZoneKind.HANDWRITING if large_enough else None


def _like_body(words: Sequence[Word], body: _Body) -> bool:
    """Whether words have the size of the running text."""
    return bool(words) and (
        0.75 < median(word.box.height for word in words) / body.word_height < 1.35
    )


def _stands_off(box: Box, body: _Body, text_height: float) -> bool:
    """Whether ink among the lines is too far from their words to belong to them."""
    band = [line for line in body.lines if line.y < box.bottom and line.bottom > box.y]
    nearest = min(
        (max(box.x - line.right, line.x - box.right) for line in band), default=2 * box.height
    )
    return nearest > 3 * text_height and box.height > text_height
