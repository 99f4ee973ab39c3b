"""Whether a line has room for words that the transcript has and the reading has not."""

from __future__ import annotations

from statistics import median

from collate.differences.finding import Aligned, Finding


def room_for(finding: Finding, aligned: Aligned) -> bool:
    """Whether the words of an addition could stand between the words around them.

    Measured from the beginning of the word before to that of the word after, and
    from end to end, since either may have been read together with what is missing.
    The width of a letter is the median over the words around. At the end of a
    line there is always room.
    """
    position, tokens = finding.words[0], aligned.transcript.tokens
    around = aligned.words[max(position - 20, 0) : position + 20]
    first, last = finding.tokens
    if not 0 < position < len(aligned.words) or not first > 0 or last >= len(tokens):
        return True
    before, after = aligned.words[position - 1], aligned.words[position]
    if (before.page, before.line) != (after.page, after.line):
        return True
    letter = median(word.box.width / len(word.text) for word in around)
    missing = finding.end - finding.start + 1
    from_start = letter * (missing + len(tokens[first - 1].text) + 1)
    to_end = letter * (missing + len(tokens[last].text) + 1)
    return (
        after.box.x - before.box.x > 0.85 * from_start
        or after.box.right - before.box.right > 0.85 * to_end
    )
