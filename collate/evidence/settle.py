"""What the verdicts leave: the words put right, and stretches that nobody can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from collate.differences.find import quoted
from collate.differences.finding import Aligned, Finding, box_of
from collate.evidence.judge import DEPARTS, SLIPPED
from collate.model import DifferenceClass

STRETCH = 3  # undecided words in a row from which the place itself is reported


def put_right(aligned: Aligned, findings: Sequence[Finding]) -> Aligned:
    """The alignment with the reader's slips mended, so that no slip is reported twice."""
    words = list(aligned.words)
    for finding in findings:
        first, last = finding.words
        if finding.cls is DifferenceClass.SUBSTITUTION and last == first + 1:
            slipped = finding.probability < SLIPPED
            printed = aligned.transcript.text[finding.start : finding.end]
            text = printed if slipped else finding.scan
            words[first] = replace(words[first], text=text)
    return replace(aligned, words=tuple(words))


def gather_unreadable(aligned: Aligned, findings: Sequence[Finding]) -> list[Finding]:
    """Join runs of places that the ink does not decide into one place that is unreadable.

    Only where the reader was unsure of the words too: clear words that differ
    are never hidden in a stretch.
    """
    gathered: list[Finding] = []
    ordered = sorted(findings, key=lambda each: (each.start, each.end))
    run: list[Finding] = []
    for finding in ordered:
        if _is_open(finding, aligned) and (not run or _follows(run[-1], finding)):
            run.append(finding)
            continue
        gathered += _joined(run, aligned)
        run = [finding] if _is_open(finding, aligned) else []
        if not run:
            gathered.append(finding)
    return gathered + _joined(run, aligned)


def _is_open(finding: Finding, aligned: Aligned) -> bool:
    words = aligned.words[finding.words[0] : finding.words[1]]
    unsure = not words or fmean(word.confidence for word in words) < 0.6
    return SLIPPED <= finding.probability < DEPARTS + 0.2 and unsure


def _follows(one: Finding, other: Finding) -> bool:
    """Whether at most one word that is not in dispute stands between two places."""
    return one.page == other.page and 0 <= other.tokens[0] - one.tokens[1] <= 1


def _joined(run: Sequence[Finding], aligned: Aligned) -> list[Finding]:
    if len(run) < STRETCH:
        return list(run)
    tokens = run[0].tokens[0], run[-1].tokens[1]
    first, last = min(each.words[0] for each in run), max(each.words[1] for each in run)
    words = aligned.words[first:last]
    text = aligned.transcript.text[run[0].start : run[-1].end]
    return [
        replace(
            run[0],
            cls=DifferenceClass.UNREADABLE,
            kind="stretch",
            tokens=tokens,
            words=(first, last),
            end=max(each.end for each in run),
            box=box_of(words) if words else run[0].box,
            scan=" ".join(word.text for word in words),
            probability=0.4,
            explanation=f"The scan cannot be read here; the transcript has {quoted(text)}, "
            "which nothing confirms.",
            witnesses=(),
        )
    ]
