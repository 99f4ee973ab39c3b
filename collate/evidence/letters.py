"""What the letters of a disputed word look like, told from the document's own alphabet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import fmean, median

import numpy as np
from rapidfuzz.distance import Editop, Levenshtein

from collate.alignment.align import Tie
from collate.alignment.normal import form, key
from collate.differences.find import HYPHENS
from collate.differences.finding import Aligned, Finding
from collate.evidence.alphabet import Alphabet, Glyph, build, likeness, likeness_to, rise
from collate.model import Word
from collate.reading.pages import Reading

Glyphs = Mapping[Word, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]

Pages = Mapping[int, Reading]

CLEARLY = 0.03  # by how much a third letter must beat both that are in dispute
LEAST_IMAGES = 100  # of known letters; fewer make no alphabet
LEGIBLE = 0.75  # likeness below which a third letter is no better a guess
UNKNOWN = 0.8  # likeness granted to the transcript's letter, where the document has no other
UNLIKELY = 0.7  # the same to a letter that only the reader claims to have seen
DOUBTFUL = 0.03  # as much as weak signs may count for the transcript
PRESENT = 0.82  # likeness from which a sign that only the reading has is no speck
FLAT = frozenset("acemnorsuvwxz")  # letters that rise above an x only as capitals
SMALL_CAPITAL = 1.22  # height, in lower-case x, that a full capital exceeds
TWINS = ("l1I|", "O0o", "'’‘`´", "-–—")  # drawn alike on many a typewriter


@dataclass(frozen=True, slots=True)
class LetterEvidence:
    """What the ink says of a disputed word, letter by letter.

    Attributes:
        reading: the scan's words, with letters put right that look like others.
        margin: how much more the disputed letters look like the transcript's than
            like the reading's; negative where the ink contradicts the transcript.
        clear: 1 where the letters are plainly the document's own, towards 0 where
            they are of another face, or damaged.
    """

    reading: tuple[str, ...]
    margin: float
    clear: float


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
    """How much the letters of words look like what they were read as, 0 to 1.

    The mean of their likeness, in which as much as nine in ten of the document's
    own letters reach counts as 1. Words in another face, by hand, or out of specks
    and stains come out low.
    None where the alphabet is too small to say.
    """
    if len(alphabet.rows) < LEAST_IMAGES:
        return None
    values = []
    for word in words:
        images = glyphs.get(word, ())
        if len(images) != len(word.text):
            continue
        for letter, image in zip(word.text, images, strict=True):
            if letter.isalnum():
                alike = likeness_to(alphabet, image, letter)
                usual = alphabet.usual.get(letter, PRESENT)
                values.append(min((UNLIKELY if alike is None else alike) / usual, 1.0))
    return fmean(values) if values else None


def weigh(
    finding: Finding, aligned: Aligned, glyphs: Glyphs, alphabet: Alphabet, pages: Pages
) -> LetterEvidence | None:
    """Compare the disputed letters of a substitution with the alphabet.

    A letter that only the transcript has is sought as ink beside the word; one
    that only the reading has must look like itself, and not like a speck.

    None where there is nothing to compare.
    """
    words = aligned.words[finding.words[0] : finding.words[1]]
    images = [image for word in words for image in glyphs.get(word, ())]
    scan = "".join(word.text for word in words)
    printed = "".join(aligned.transcript.text[finding.start : finding.end].split())
    if not words or not printed or len(images) != len(scan) or len(alphabet.rows) < LEAST_IMAGES:
        return None
    small_capitals = len(scan) > 2 and (printed.isupper() or sum(map(str.isupper, scan)) > 1)
    reading = list(scan)
    ends = set(accumulate(len(word.text) for word in words[:-1]))
    margins: list[float] = []
    surplus: list[float] = []
    clearest: list[float] = []
    beside = False
    for operation in _operations(scan, printed):
        at = operation.src_pos
        if operation.tag == "insert":
            if at in (0, len(scan)):
                margins.append(_beside(words, aligned, pages, after=at > 0))
                beside |= margins[-1] > 0
        elif operation.tag == "delete":
            if at + 1 in ends and scan[at] in HYPHENS:
                continue  # the hyphen of a word broken over a line
            alike = likeness_to(alphabet, images[at], scan[at])
            of_seen = UNLIKELY if alike is None else alike
            (surplus if of_seen < PRESENT else margins).append(PRESENT - of_seen)
            reading[at] = scan[at] if of_seen > PRESENT else ""
        elif form(scan[at]) != form(printed[operation.dest_pos]):
            wanted = printed[operation.dest_pos]
            reading[at], margin, clear = _choose(
                alphabet, images[at], scan[at], wanted, small_capitals
            )
            margins.append(margin)
            clearest.append(clear)
    if surplus:
        margins.append(min(sum(surplus), DOUBTFUL))
    if len(key(scan)) != len(key(printed)) and not beside:
        fit = _fit(words, scan, printed, aligned)
        if fit is not None:
            margins.append(fit)
    if not margins:
        return None
    # One letter that contradicts the transcript is not outweighed by others put right.
    against = [margin for margin in margins if margin < 0]
    total = sum(against) if min(margins) < -CLEARLY else sum(margins)
    if any(
        sign.isdigit() and sign not in alphabet.usual and sign not in TWINS[0] for sign in printed
    ):
        total = min(total, 0.0)  # of a digit that stands nowhere else, nothing is known
    starts = (0, *sorted(ends), len(scan))
    read = ("".join(reading[one:other]) for one, other in pairwise(starts))
    return LetterEvidence(tuple(filter(None, read)), float(total), min(clearest, default=1.0))


def _operations(scan: str, printed: str) -> list[Editop]:
    """The letters that differ: place by place where the words are equally long."""
    shortest = list(Levenshtein.editops(scan, printed))
    if len(scan) != len(printed):
        return shortest
    pairs = enumerate(zip(scan, printed, strict=True))
    in_place = [Editop("replace", at, at) for at, (seen, wanted) in pairs if seen != wanted]
    return in_place if len(in_place) <= len(shortest) else shortest


def _choose(
    alphabet: Alphabet, glyph: Glyph, seen: str, wanted: str, small_capitals: bool
) -> tuple[str, float, float]:
    """The letter a glyph looks like, how much more like the transcript's, how clearly so.

    Clearly (1): as like to the chosen letter as nine in ten of its kind are to
    each other; towards 0 where it is of another face, or damaged.
    """
    if small_capitals and seen.casefold() == wanted.casefold() and rise(glyph) < SMALL_CAPITAL:
        return wanted, CLEARLY, 1.0  # a capital as tall as an x is written either way
    alike = likeness(alphabet, glyph)
    of_seen, of_wanted = _of(alike, seen, unknown=UNLIKELY), _of(alike, wanted)
    best = max(alike, key=lambda letter: alike[letter])
    chosen = wanted if of_wanted > of_seen else seen
    third = seen.casefold() != wanted.casefold() and seen.isdigit() == best.isdigit()
    if third and alike[best] > CLEARLY + max(of_seen, of_wanted, LEGIBLE):
        chosen, of_seen = best, alike[best]
    margin = of_wanted - of_seen
    if any(seen in same and wanted in same for same in TWINS):
        margin = max(margin, CLEARLY)
    if wanted not in alike:
        margin = min(margin, DOUBTFUL)
    usual = alphabet.usual.get(chosen, PRESENT)
    clear = math.exp(-max(usual - max(of_seen, of_wanted), 0.0) / 0.05)
    margin = margin * clear if margin < 0 else margin
    if chosen.casefold() == wanted.casefold() and chosen.lower() in FLAT:
        # How high it stands tells a capital even where the shape is damaged.
        is_capital = rise(glyph) > SMALL_CAPITAL
        return chosen, margin + (0.08 if is_capital == wanted.isupper() else -0.08), 1.0
    return chosen, margin, clear


def _beside(words: Sequence[Word], aligned: Aligned, pages: Pages, *, after: bool) -> float:
    """Whether there is ink beside a word for a sign that only the transcript has."""
    word = words[-1] if after else words[0]
    ink, height = pages[word.page].ink, pages[word.page].text_height
    box, reach = word.box, round(1.1 * height)
    left, right = (box.right + 1, box.right + reach) if after else (box.x - reach, box.x - 1)
    for other in aligned.words:
        if other.page == word.page and other.line == word.line and other not in words:
            if after and other.box.x > box.x:
                right = min(right, other.box.x - 2)
            elif not after and other.box.right < box.right:
                left = max(left, other.box.right + 2)
    if right >= ink.shape[1] - 2 or left <= 1:
        return 0.0  # at the edge of the scan, where the word may be cut off
    top = max(box.y - round(0.2 * height), 0)
    strip = ink[top : box.bottom + round(0.3 * height), left:right]
    return DOUBTFUL if (strip > 0).sum() > 0.04 * height * height else -0.1


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


def _of(alike: dict[str, float], letter: str, unknown: float = UNKNOWN) -> float:
    variants = [alike[other] for other in alike if form(other) == form(letter)]
    return max(variants, default=unknown)
