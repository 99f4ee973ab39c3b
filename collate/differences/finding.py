"""A difference as it is found, before the ink is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collate.alignment.align import Cell, Tie
from collate.model import Box, DifferenceClass, Support, Transcript, Word


@dataclass(frozen=True, slots=True)
class Aligned:
    """A transcript set against the words of a scan.

    Attributes:
        words: of all pages in reading order, page furniture left out.
        cells: spans over `transcript.tokens` (left) and `words` (right).
    """

    transcript: Transcript
    words: tuple[Word, ...]
    cells: tuple[Cell, ...]

    def words_of(self) -> dict[int, tuple[int, int]]:
        """For each token that has a counterpart, the span of words it stands for."""
        paired = (cell for cell in self.cells if cell.tie in (Tie.WORD, Tie.SWAP))
        return {
            token: (cell.right, cell.right_end)
            for cell in paired
            for token in range(cell.left, cell.left_end)
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """One place at which transcript and reading differ.

    Attributes:
        tokens: span of the transcript's tokens; empty for an omission.
        words: span of the scan's words; empty for an addition.
        start, end: the place in the text of the transcript.
        probability: that the transcript departs from the scan.
    """

    cls: DifferenceClass
    kind: str
    tokens: tuple[int, int]
    words: tuple[int, int]
    start: int
    end: int
    page: int
    line: int
    box: Box
    scan: str
    probability: float
    explanation: str
    witnesses: tuple[Support, ...] = ()


def box_of(words: Sequence[Word]) -> Box:
    """The box around those of the words that stand on the page of the first."""
    box = words[0].box
    for word in words[1:]:
        if word.page == words[0].page:
            box = box.union(word.box)
    return box


def gap_at(words: Sequence[Word], position: int) -> tuple[int, int, Box]:
    """Page, line and box of the space before the word at `position`.

    Where the neighbours stand on one line, what lies between them; else the
    space of about a word after the first of them.
    """
    if not words:
        return 1, 0, Box(0, 0, 1, 1)
    if position == 0:
        after = words[0]
        width = min(2 * after.box.height, after.box.x)
        x = after.box.x - width
        return after.page, after.line, Box(x, after.box.y, max(width, 1), after.box.height)
    before = words[position - 1]
    if position < len(words):
        after = words[position]
        if (after.page, after.line) == (before.page, before.line) and after.box.x > before.box.x:
            x, right = before.box.right, max(after.box.x, before.box.right + 2)
            top = min(before.box.y, after.box.y)
            bottom = max(before.box.bottom, after.box.bottom)
            return before.page, before.line, Box(x, top, right - x, bottom - top)
    box = before.box
    return before.page, before.line, Box(box.right, box.y, 2 * box.height, box.height)
