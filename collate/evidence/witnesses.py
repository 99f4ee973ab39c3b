"""Second readings of the disputed places, from the original pixels."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from statistics import fmean

import cv2
import numpy as np

from collate.alignment.align import Tie, align, similarity
from collate.alignment.normal import form, key
from collate.differences.finding import Aligned
from collate.differences.furniture import Furniture
from collate.evidence.strips import Disputed, Grey, cut
from collate.model import Support
from collate.reading import tesseract
from collate.reading.pages import Reading
from collate.sources import scans


def _as_it_is(strip: Grey) -> Grey:
    return strip


def _smoothed(strip: Grey) -> Grey:
    """Bridges the gaps of a worn ribbon and of a dithered scan."""
    return cv2.GaussianBlur(strip, (0, 0), 1.4).astype(np.uint8)


TWO_LINES = 24 * 4.5  # pixels of a strip scaled to an x-height of 24

# Each second reader sees the strip in its own way, so that they err apart.
TREATMENTS: dict[str, Callable[[Grey], Grey]] = {
    "line as it is": _as_it_is,
    "line smoothed": _smoothed,
}


def read_again(
    places: Sequence[Disputed], aligned: Aligned, pages: dict[int, Reading], lang: str
) -> list[tuple[Support, ...]]:
    """Let every second reader read every place; the answers in the order of `places`."""
    crops: list[Grey] = []
    owners: list[tuple[int, bool]] = []
    pixels: dict[int, Grey] = {}
    for number, place in enumerate(places):
        for strip in place.strips:
            reading = pages[strip.page]
            if strip.page not in pixels:
                pixels[strip.page] = scans.pixels(reading.page)
            crop = cut(
                pixels[strip.page],
                strip.box,
                reading.page,
                text_height=reading.text_height,
                skew=reading.skew,
            )
            crops.append(crop)
            owners.append((number, strip.zone))
    treated = [treat(crop) for treat in TREATMENTS.values() for crop in crops]
    readings = _read_strips(treated, lang)
    answers: list[list[Support]] = [[] for _ in places]
    for turn, witness in enumerate(TREATMENTS):
        in_line: list[list[str]] = [[] for _ in places]
        apart: list[list[str]] = [[] for _ in places]
        own = readings[turn * len(crops) : (turn + 1) * len(crops)]
        for (owner, zone), words in zip(owners, own, strict=True):
            (apart if zone else in_line)[owner] += [word.text for word in words]
        for number, place in enumerate(places):
            seen = _between(place, aligned, in_line[number])
            if apart[number] and not key(seen):
                seen = _of_zones(place, aligned, apart[number])
            answers[number].append(_support(witness, seen, place, aligned))
    return [tuple(each) for each in answers]


def read_furniture(
    pieces: Sequence[Furniture], pages: dict[int, Reading], lang: str
) -> list[Furniture]:
    """Read page furniture again, each piece by itself and turned level.

    Returns:
        The pieces, each with the text of the reader that was surer.
    """
    crops = [
        cut(
            pixels,
            piece.zone.box,
            reading.page,
            text_height=reading.text_height,
            skew=reading.skew + piece.zone.slant,
        )
        for number, on_page in groupby(pieces, key=lambda piece: piece.zone.page)
        for reading, pixels in [(pages[number], scans.pixels(pages[number].page))]
        for piece in on_page
    ]
    found = []
    for piece, words in zip(pieces, _read_strips(crops, lang), strict=True):
        surer = words and fmean(word.confidence for word in words) > piece.sureness
        found.append(replace(piece, text=_joined(words)) if surer else piece)
    return found


def _joined(words: Sequence[tesseract.RawWord]) -> str:
    return " ".join(word.text for word in words)


def _read_strips(images: Sequence[Grey], lang: str) -> list[list[tesseract.RawWord]]:
    """Read strips, in as many processes as there are cores."""
    cores = os.cpu_count() or 1
    shares = [range(first, len(images), cores) for first in range(cores)]
    seen: list[list[tesseract.RawWord]] = [[] for _ in images]

    def read(share: range) -> None:
        for psm, high in ((7, False), (6, True)):  # a line, a block
            some = [n for n in share if (images[n].shape[0] > TWO_LINES) is high]
            for word in tesseract.read([images[n] for n in some], lang=lang, psm=psm):
                seen[some[word.image]].append(word)

    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(read, shares))
    return seen


def _between(place: Disputed, aligned: Aligned, seen: Sequence[str]) -> str:
    """What a second reading has between the words that surround the place."""
    first, last = place.finding.words
    inside = [key(word.text) for word in aligned.words[first:last]]
    before = [key(word.text) for word in place.before]
    expected = before + inside + [key(word.text) for word in place.after]
    begin, end = 0, len(seen)
    for cell in align(expected, [key(text) for text in seen]):
        if cell.tie is not Tie.WORD:
            continue
        if cell.left_end <= len(before):
            begin = cell.right_end
        elif cell.left >= len(before) + len(inside):
            end = min(end, cell.right)
    return " ".join(seen[begin : max(end, begin)])


def _of_zones(place: Disputed, aligned: Aligned, seen: Sequence[str]) -> str:
    """The run of words in unread ink that is most like what the transcript has."""
    tokens = aligned.transcript.tokens[slice(*place.finding.tokens)]
    cells = [
        cell
        for cell in align([key(token.text) for token in tokens], [key(text) for text in seen])
        if cell.tie is Tie.WORD
    ]
    return " ".join(seen[cells[0].right : cells[-1].right_end]) if cells else " ".join(seen)


def _compared(text: str, kind: str) -> str:
    """A reading in the form in which a difference of this kind shows."""
    if kind == "word division":
        return " ".join(key(word) for word in text.split())
    return form("".join(text.split())) if kind in ("case", "punctuation") else key(text)


def _support(witness: str, reading: str, place: Disputed, aligned: Aligned) -> Support:
    """Which side a reading agrees with, or lies nearer to."""
    finding = place.finding
    printed = aligned.transcript.text[finding.start : finding.end]
    here, transcript, scan = (
        _compared(text, finding.kind) for text in (reading, printed, finding.scan)
    )
    if here == transcript:
        side = "transcript"
    elif not here and not scan and any(strip.zone for strip in place.strips):
        side = "neither"  # there is ink, but this witness could not read it either
    elif here == scan:
        side = "scan"
    elif not scan and here:
        # Something is written where the first reading saw nothing.
        side = "nearer transcript"
    else:
        lean = similarity(here, transcript) - similarity(here, scan)
        side = "nearer transcript" if lean > 0.1 else "nearer scan" if lean < -0.1 else "neither"
    return Support(witness, reading, side)
