"""Whether a line has room for words that the transcript has and the reading has not."""

from __future__ import annotations

from statistics import median

from collate.differences.finding import Aligned, Finding


def room_for(finding: Finding, aligned: Aligned) -> bool:
    """Whether the words of an addition could stand in the space between their neighbours.

    The width of a letter is the median over the words of the same line and its
    neighbours. At the end of a line there is always room.
    """
    position = finding.words[0]
    around = aligned.words[max(position - 20, 0) : position + 20]
    if not around or position == 0 or position >= len(aligned.words):
        return True
    before, after = aligned.words[position - 1], aligned.words[position]
    if (before.page, before.line) != (after.page, after.line):
        return True
    letter = median(word.box.width / len(word.text) for word in around)
    needed = letter * (finding.end - finding.start)
    return after.box.x - before.box.right > 0.8 * needed
