"""What the letters of a disputed word look like, told from the document's own alphabet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from rapidfuzz.distance import Levenshtein

from collate.alignment.align import Tie
from collate.alignment.normal import form
from collate.differences.finding import Aligned, Finding
from collate.evidence.alphabet import Alphabet, Glyph, build, likeness
from collate.model import Word
from collate.reading.pages import Reading

Glyphs = Mapping[Word, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]

CLEARLY = 0.03  # by how much a third letter must beat both that are in dispute
UNKNOWN = 0.55  # likeness granted to a letter that the document shows nowhere else


@dataclass(frozen=True, slots=True)
class LetterEvidence:
    """What the ink says of a disputed word, letter by letter.

    Attributes:
        reading: the scan's word, with letters put right that look like others.
        margin: how much more the disputed letters look like the transcript's than
            like the reading's; negative where the ink contradicts the transcript.
        weakest: likeness of the reading's least certain disputed letter, 0 to 1.
    """

    reading: str
    margin: float
    weakest: float


def glyphs_of(readings: Sequence[Reading]) -> Glyphs:
    """The letters of every word, as images."""
    return {
        word: images
        for reading in readings
        for word, images in zip(reading.words, reading.glyphs, strict=True)
    }


def known_letters(aligned: Aligned, glyphs: Glyphs) -> Iterator[tuple[str, Glyph]]:
    """Every letter of the words that transcript and reading agree on."""
    tokens, words = aligned.transcript.tokens, aligned.words
    for cell in aligned.cells:
        if cell.tie is Tie.WORD and cell.left_end - cell.left == cell.right_end - cell.right == 1:
            word = words[cell.right]
            images = glyphs.get(word, ())
            agreed = form(tokens[cell.left].text) == form(word.text)
            if agreed and not word.struck and len(images) == len(word.text):
                yield from zip(word.text, images, strict=True)


def alphabet_of(aligned: Aligned, glyphs: Glyphs) -> Alphabet:
    """The document's own alphabet."""
    return build(known_letters(aligned, glyphs))


def legibility(words: Sequence[Word], glyphs: Glyphs, alphabet: Alphabet) -> float | None:
    """How much the letters of words look like what they were read as: mean likeness, 0 to 1.

    Words in another face, by hand, or out of specks and stains come out low.
    None where the alphabet is too small to say.
    """
    if len(alphabet.letters) < 100:
        return None
    values = []
    for word in words:
        images = glyphs.get(word, ())
        if len(images) != len(word.text):
            continue
        for letter, image in zip(word.text, images, strict=True):
            if letter.isalnum():
                alike = likeness(alphabet, image)
                values.append(alike.get(letter, UNKNOWN if max(alike.values()) < 0.8 else 0.4))
    return fmean(values) if values else None


def weigh(
    finding: Finding, aligned: Aligned, glyphs: Glyphs, alphabet: Alphabet
) -> LetterEvidence | None:
    """Compare the disputed letters of a substitution with the alphabet.

    None where there is nothing to compare: other classes, letters that only one
    side has, or words whose letters were not told apart.
    """
    words = aligned.words[finding.words[0] : finding.words[1]]
    images = [image for word in words for image in glyphs.get(word, ())]
    scan = "".join(word.text for word in words)
    printed = "".join(aligned.transcript.text[finding.start : finding.end].split())
    if not words or not printed or len(images) != len(scan) or len(alphabet.letters) < 100:
        return None
    reading = list(scan)
    margins: list[float] = []
    sure: list[float] = []
    for operation in Levenshtein.editops(scan, printed):
        at = operation.src_pos
        if operation.tag == "insert" or form(scan[at]) == "":
            continue
        seen = scan[at]
        if operation.tag == "replace":
            wanted = printed[operation.dest_pos]
            if form(seen) == form(wanted):
                continue
            alike = likeness(alphabet, images[at])
            of_seen, of_wanted = (_of(alike, letter) for letter in (seen, wanted))
            best = max(alike, key=lambda letter: alike[letter])
            if alike[best] > max(of_seen, of_wanted) + CLEARLY:
                reading[at], of_seen = best, alike[best]
            elif of_wanted > of_seen:
                reading[at] = wanted
            margins.append(of_wanted - of_seen)
            sure.append(max(of_seen, of_wanted))
        elif operation.tag == "delete" and seen.isalnum():
            # The reading has a letter too many, unless the ink has it too.
            alike = likeness(alphabet, images[at])
            of_seen = _of(alike, seen)
            margins.append(0.8 - of_seen)
            sure.append(of_seen)
            if of_seen < 0.8:
                reading[at] = ""
    if not margins:
        return None
    return LetterEvidence("".join(reading), float(sum(margins)), float(min(sure)))


def _of(alike: dict[str, float], letter: str) -> float:
    variants = [alike[other] for other in alike if form(other) == form(letter)]
    return max(variants, default=UNKNOWN)
