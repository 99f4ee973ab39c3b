"""Differences → differences with a verdict: back to the image before accusing anyone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from collate.alignment.align import similarity
from collate.alignment.normal import form, key
from collate.differences.find import kind_of, quoted
from collate.differences.finding import Aligned, Finding
from collate.evidence.alphabet import Alphabet
from collate.evidence.letters import Glyphs, LetterEvidence, legibility, weigh
from collate.evidence.room import room_for
from collate.evidence.strips import disputed
from collate.evidence.witnesses import read_again
from collate.model import DifferenceClass, InkZone, Support, Verdict
from collate.reading.pages import Reading

OWN_LETTERS = "the document's own letters"
MUTE = 0.7  # log odds below which the letters have not said anything
UNCONFIRMED = -0.2  # the most they may come to where no second reading bears them out
DEPARTS, SLIPPED = 0.5, 0.25  # probabilities that part the verdicts


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A finding on the way to its verdict; `odds` are log odds that the transcript departs."""

    finding: Finding
    odds: float
    settled: bool  # no second reading is needed


def verdict_of(probability: float) -> Verdict:
    """What a probability amounts to."""
    if probability >= DEPARTS:
        return Verdict.DEPARTS
    return Verdict.UNDECIDED if probability >= SLIPPED else Verdict.SLIPPED


def judge(
    findings: Sequence[Finding],
    aligned: Aligned,
    pages: dict[int, Reading],
    glyphs: Glyphs,
    alphabet: Alphabet,
    loose: Sequence[InkZone],
    lang: str,
) -> list[Finding]:
    """Ask the ink about each difference of words, and set its probability.

    The document's own letters are asked first, for they cost nothing; where
    they do not settle it, second readings of the line are.

    Args:
        loose: ink that belongs to no word, of all pages.
    """
    weighed = [_weigh(each, aligned, glyphs, alphabet, pages, lang) for each in findings]
    open_ = [number for number, each in enumerate(weighed) if not each.settled]
    places = [disputed(weighed[number].finding, aligned, pages, loose) for number in open_]
    answers = read_again(places, aligned, pages, lang)
    for number, supports in zip(open_, answers, strict=True):
        weighed[number] = _hear(weighed[number], supports)
    return [
        replace(each.finding, probability=round(_probability(each.odds), 3)) for each in weighed
    ]


def _weigh(
    finding: Finding,
    aligned: Aligned,
    glyphs: Glyphs,
    alphabet: Alphabet,
    pages: dict[int, Reading],
    lang: str,
) -> _Weighed:
    odds = _log_odds(finding.probability)
    words = aligned.words[finding.words[0] : finding.words[1]]
    if finding.cls is DifferenceClass.SUBSTITUTION:
        evidence = weigh(finding, aligned, glyphs, alphabet, pages)
        struck = any(word.struck for word in words)
        if evidence is None:
            return _Weighed(finding, min(odds, _prior(finding)), settled=False)
        return _by_letters(finding, evidence, aligned, lang, struck)
    if finding.cls is DifferenceClass.OMISSION:
        clear = legibility(words, glyphs, alphabet)
        if clear is None:
            written = any(sign.isalnum() for word in words for sign in word.text)
            return _Weighed(finding, odds - 0.5 if written else -2.0, settled=len(words) > 6)
        return _Weighed(finding, max(28 * (clear - 0.86), -3.0), settled=clear > 0.95)
    if finding.cls in (DifferenceClass.ADDITION, DifferenceClass.REPETITION):
        room = room_for(finding, aligned)
        return _Weighed(finding, 1.0 if room else 3.5, settled=not room)
    return _Weighed(finding, odds, settled=True)


def _by_letters(
    finding: Finding, evidence: LetterEvidence, aligned: Aligned, lang: str, struck: bool
) -> _Weighed:
    printed = aligned.transcript.text[finding.start : finding.end]
    # Where the letters are strange, only that the words are quite unlike speaks.
    reading = " ".join(evidence.reading)
    unlike = 1 - similarity(key(printed), key(reading))
    odds = _bounded(-45 * evidence.margin) + (1 - evidence.clear) * (4 * unlike - 2)
    if finding.kind == "punctuation":
        odds -= 0.8  # a speck makes a comma of a point, and a point of nothing
    if struck:
        odds -= 1.0  # a stroke through the letters makes each look like others
    kind = kind_of(printed.split(), evidence.reading, lang)
    side = "scan" if kind else "transcript"
    support = Support(OWN_LETTERS, reading, side)
    finding = replace(finding, witnesses=(*finding.witnesses, support))
    if kind and form(reading) != form(finding.scan):
        finding = replace(
            finding,
            kind=kind,
            scan=reading,
            explanation=f"The transcript has {quoted(printed)}, the scan {quoted(reading)}.",
        )
    # Nobody is accused before the line has been read again.
    return _Weighed(finding, odds, settled=odds < -2.5)


def _hear(weighed: _Weighed, supports: Sequence[Support]) -> _Weighed:
    """Add what the second readings say.

    They share their model with the first reading, and so its slips: that they
    agree with it counts little where the letters themselves were looked at.
    """
    omitted = weighed.finding.cls is DifferenceClass.OMISSION
    looked_at = (
        any(each.witness == OWN_LETTERS for each in weighed.finding.witnesses)
        and abs(weighed.odds) > MUTE
    )
    weights = {
        "transcript": -3.0,
        "nearer transcript": -0.8,
        "neither": 0.0,
        "nearer scan": 0.1 if looked_at else 0.4,
        "scan": 0.3 if looked_at else 1.5 if omitted else 0.9,
    }
    odds = weighed.odds + sum(weights[support.supports] for support in supports)
    finding = replace(weighed.finding, witnesses=(*weighed.finding.witnesses, *supports))
    read = {form(support.reading) for support in supports}
    if finding.cls is DifferenceClass.SUBSTITUTION and all(
        support.supports not in ("scan", "transcript") for support in supports
    ):
        odds = min(odds, UNCONFIRMED)
        if len(read) == 1 and key(supports[0].reading):
            # Both agree on a third reading, which is likelier than the first.
            finding = replace(finding, scan=supports[0].reading)
    return _Weighed(finding, odds, settled=True)


def _prior(finding: Finding) -> float:
    """Log odds before anything is asked: how often such a difference is the reader's slip."""
    return {"punctuation": -1.8, "word division": -1.5, "case": -1.0}.get(finding.kind, 0.0)


def _log_odds(probability: float) -> float:
    probability = min(max(probability, 0.02), 0.98)
    return math.log(probability / (1 - probability))


def _bounded(odds: float) -> float:
    return min(max(odds, -4.0), 4.0)


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-_bounded(odds)))
