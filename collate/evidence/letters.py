"""What the letters of a disputed word look like, told from the document's own alphabet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

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
LEGIBLE = 0.75  # likeness below which a third letter is no better a guess
UNKNOWN = 0.8  # likeness granted to a letter that the document shows nowhere else
PRESENT = 0.82  # likeness from which a sign that only the reading has is no speck
TWINS = ("l1I|", "O0o", "'’‘`´", "-–—", ".,")  # drawn alike on many a typewriter


@dataclass(frozen=True, slots=True)
class LetterEvidence:
    """What the ink says of a disputed word, letter by letter.

    Attributes:
        reading: the scan's word, with letters put right that look like others.
        margin: how much more the disputed letters look like the transcript's than
            like the reading's; negative where the ink contradicts the transcript.
    """

    reading: str
    margin: float


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
                values.append(_of(alike, letter))
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
    for operation in Levenshtein.editops(scan, printed):
        at = operation.src_pos
        if operation.tag == "insert":
            continue
        seen = scan[at]
        alike = likeness(alphabet, images[at])
        of_seen = _of(alike, seen)
        if operation.tag == "delete":
            # The reading has a sign too many, unless the ink has it too.
            margins.append(PRESENT - of_seen)
            reading[at] = seen if of_seen > PRESENT else ""
            continue
        wanted = printed[operation.dest_pos]
        if form(seen) == form(wanted):
            continue
        of_wanted = _of(alike, wanted)
        best = max(alike, key=lambda letter: alike[letter])
        same_letter = seen.casefold() == wanted.casefold()
        if not same_letter and alike[best] > max(of_seen, of_wanted, LEGIBLE) + CLEARLY:
            reading[at], of_seen = best, alike[best]
        elif of_wanted > of_seen:
            reading[at] = wanted
        twins = any(seen in same and wanted in same for same in TWINS)
        margins.append(max(of_wanted - of_seen, CLEARLY) if twins else of_wanted - of_seen)
    if len(scan) != len(printed):
        fit = _fit(words, scan, printed, aligned)
        if fit is not None:
            margins.append(fit)
    return LetterEvidence("".join(reading), float(sum(margins))) if margins else None


def _fit(words: Sequence[Word], scan: str, printed: str, aligned: Aligned) -> float | None:
    """Whether the word is as wide as the transcript's letters or as the reading's.

    Positive where its width fits the transcript better. Only for type of one
    pitch, told by how evenly wide the letters of the neighbouring words are.
    """
    first = aligned.words.index(words[0])
    around = [
        word.box.width / len(word.text)
        for word in aligned.words[max(first - 40, 0) : first + 40]
        if len(word.text) >= 5 and word not in words
    ]
    if len(words) > 1 or len(around) < 8:
        return None
    pitch = median(around)
    if median(abs(each - pitch) for each in around) > 0.06 * pitch:
        return None
    letters = words[0].box.width / pitch
    return float(np.clip(0.2 * (abs(letters - len(scan)) - abs(letters - len(printed))), -0.2, 0.2))


def _of(alike: dict[str, float], letter: str) -> float:
    variants = [alike[other] for other in alike if form(other) == form(letter)]
    return max(variants, default=UNKNOWN)
