"""Flags against known errors: recall, false flags, ranking, calibration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collate.model import SUBSTANTIVE, Collation, Difference
from fidelity.slips import Slip

WORDS_AROUND = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one error.

    Attributes:
        found: flagged at the place, in a narrow span and under its class.
        near: flagged at the place in any way.
    """

    slip: Slip
    found: bool
    near: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One difference that was reported, flagged or not, and whether it is a true one."""

    probability: float
    rank_score: float
    flagged: bool
    true: bool


def outcomes(collation: Collation, slips: Sequence[Slip]) -> list[Outcome]:
    """For each error whether it was found."""
    text = collation.transcript.text
    return [
        Outcome(
            slip,
            any(
                each.cls.value in slip.classes and _is_narrow(each, slip, text)
                for each in collation.flagged
            ),
            any(_touches(each, slip, text) for each in collation.flagged),
        )
        for slip in slips
    ]


def judged(
    collation: Collation, slips: Sequence[Slip], known: Iterable[tuple[str, str]]
) -> list[Judged]:
    """Every substantive difference, told true or false.

    Args:
        known: (transcript, scan) of errors that the true text itself was found to have.
    """
    text, real = collation.transcript.text, set(known)
    return [
        Judged(
            each.probability,
            each.probability * each.gravity,
            each.flagged,
            any(_touches(each, slip, text) for slip in slips)
            or (each.transcript.text, each.scan) in real,
        )
        for each in collation.differences
        if each.cls in SUBSTANTIVE
    ]


def average_precision(judgements: Iterable[Judged]) -> float:
    """Mean of the precision at each true difference, in the order of the ranking."""
    ordered = sorted(judgements, key=lambda each: -each.rank_score)
    hits, total = 0, 0.0
    for rank, each in enumerate(ordered, start=1):
        if each.true:
            hits += 1
            total += hits / rank
    return total / hits if hits else 0.0


def calibration(judgements: Iterable[Judged], bins: int = 10) -> list[tuple[float, float, int]]:
    """Reliability: for each bin of probability its mean, the share of true ones, the count."""
    groups: list[list[Judged]] = [[] for _ in range(bins)]
    for each in judgements:
        groups[min(int(each.probability * bins), bins - 1)].append(each)
    return [
        (
            sum(each.probability for each in group) / len(group),
            sum(each.true for each in group) / len(group),
            len(group),
        )
        for group in groups
        if group
    ]


def calibration_error(reliability: Sequence[tuple[float, float, int]]) -> float:
    """Expected calibration error: the mean gap of a reliability table, weighed by count."""
    total = sum(count for *_, count in reliability)
    gaps = sum(abs(stated - true) * count for stated, true, count in reliability)
    return gaps / total if total else 0.0


def _is_narrow(each: Difference, slip: Slip, text: str) -> bool:
    """Whether a flag covers the place and at most two words around it."""
    start, end = _around(slip, text)
    span = each.transcript
    return _touches(each, slip, text) and start <= span.start and span.end <= end


def _touches(each: Difference, slip: Slip, text: str) -> bool:
    """Whether a flag stands at the place or within a word of it."""
    start, end = _around(slip, text, words=1)
    return each.transcript.start <= end and each.transcript.end >= start


def _around(slip: Slip, text: str, words: int = WORDS_AROUND) -> tuple[int, int]:
    start, end = slip.start, slip.end
    for _ in range(words):
        start = len(text[:start].rstrip())
        start = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1
        rest = text[end:].split(maxsplit=1)
        end = text.find(rest[0], end) + len(rest[0]) if rest else len(text)
    return start, end
