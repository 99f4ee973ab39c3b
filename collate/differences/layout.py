"""Breaks: of pages that the transcript does not show, of paragraphs that the scan has not."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from collate.differences.finding import Aligned, Finding, gap_at
from collate.model import DifferenceClass, Word

_SHOWN = re.compile(
    r"\f|\[\s*(?:p\.|page|pg\.?|fol\.|f\.)"
    r"|^\s*[-–—*_=]{3,}\s*$|^\W*\d+\W*$",
    re.I | re.M,
)


def find(aligned: Aligned) -> list[Finding]:
    """Page breaks left out, and paragraphs that break within a line of the scan."""
    tokens, text = aligned.transcript.tokens, aligned.transcript.text
    counterparts = aligned.words_of()
    findings = []
    paired = [token for token in range(len(tokens)) if token in counterparts]
    edges = _left_edges(aligned.words)
    for one, other in pairwise(paired):
        last = aligned.words[counterparts[one][1] - 1]
        first = aligned.words[counterparts[other][0]]
        between = text[tokens[one].end : tokens[other].start]
        if first.page > last.page and not _SHOWN.search(between):
            findings.append(
                _finding(
                    aligned,
                    "page break",
                    other,
                    counterparts[other][0],
                    f"Page {first.page} of the scan begins here; the transcript does not show it.",
                )
            )
        elif (
            other == one + 1
            and tokens[other].paragraph > tokens[one].paragraph
            and first.page == last.page
            and _runs_on(last, first, edges)
        ):
            findings.append(
                _finding(
                    aligned,
                    "paragraph break",
                    other,
                    counterparts[other][0],
                    "The transcript begins a paragraph here; on the scan the text runs on.",
                )
            )
    return findings


def _finding(aligned: Aligned, kind: str, token: int, word: int, explanation: str) -> Finding:
    here = aligned.words[word]
    page, line, box = gap_at(aligned.words, word)
    if page != here.page:
        page, line, box = here.page, here.line, here.box
    offset = aligned.transcript.tokens[token].start
    return Finding(
        DifferenceClass.LAYOUT,
        kind,
        (token, token),
        (word, word),
        offset,
        offset,
        page,
        line,
        box,
        "",
        0.85,
        explanation,
    )


def _left_edges(words: tuple[Word, ...]) -> dict[int, float]:
    """For each page, where its lines commonly begin, in pixels."""
    starts: dict[int, dict[int, int]] = {}
    for word in words:
        lines = starts.setdefault(word.page, {})
        lines[word.line] = min(lines.get(word.line, word.box.x), word.box.x)
    return {page: median(lines.values()) for page, lines in starts.items()}


def _runs_on(last: Word, first: Word, edges: dict[int, float]) -> bool:
    """Whether the scan sets two words in one paragraph: within a line, or without indent."""
    if last.line == first.line:
        return 0 <= first.box.x - last.box.right < 4 * last.box.height
    step = first.box.y - last.box.y
    at_edge = abs(first.box.x - edges[first.page]) < 1.5 * first.box.height
    sentence_ends = last.text.rstrip("\"'”’)").endswith((".", "!", "?", ":"))
    return at_edge and 0 < step < 2.2 * last.box.height and not sentence_ends
