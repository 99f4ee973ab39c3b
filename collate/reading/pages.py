"""A page → its words with their boxes, and a map of its ink."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from collate.model import Box, Page, Word
from collate.reading import glyphs, tesseract
from collate.reading.clean import Cleaned, Mask, clean
from collate.sources import scans
from collate.sources.transcripts import WORD


@dataclass(frozen=True, eq=False)
class Reading:
    """What a reader saw on one page.

    Attributes:
        words: in reading order, with boxes in pixels of the original.
        glyphs: the letters of each word as images, see `glyphs.cut`.
        ink: where there is ink, in pixels of the original, shape (height, width).
        text_height: of a lower-case x, in pixels of the original.
        skew: degrees, positive where the lines rise to the right.
        steps: how the image was treated before it was read.
    """

    page: Page
    words: tuple[Word, ...]
    glyphs: tuple[NDArray[np.uint8], ...]
    ink: Mask
    text_height: float
    skew: float
    steps: tuple[str, ...]


def read_all(
    pages: Sequence[Page],
    *,
    lang: str,
    dpi: int | None = None,
    done: Callable[[Page], None] = lambda _: None,
) -> tuple[Reading, ...]:
    """Read every page, one Tesseract process for each core.

    Args:
        done: called as each page is finished, in the order of the pages.

    Raises:
        ScanError, ReaderMissing, ReaderFailed: as the first page that fails.
    """
    # The work is done in Tesseract's processes and in OpenCV, so threads serve.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        readings = []
        for reading in pool.map(lambda page: read_page(page, lang=lang, dpi=dpi), pages):
            done(reading.page)
            readings.append(reading)
    return tuple(readings)


def read_page(page: Page, *, lang: str, dpi: int | None = None) -> Reading:
    """Clean and read one page.

    Args:
        dpi: the scan's true resolution, where the file does not say or lies.
    """
    cleaned = clean(scans.pixels(page))
    raw = [
        piece
        for word in tesseract.read([cleaned.image], lang=lang, psm=3, dpi=dpi)
        for piece in _parts(word)
    ]
    words = []
    for word in raw:
        box = _to_original(word.box, cleaned, page)
        struck = _is_struck(cleaned.strokes, box)
        words.append(Word(word.text, box, page.number, word.line + 1, word.confidence, struck))
    return Reading(
        page,
        tuple(words),
        tuple(glyphs.cut(cleaned.image, word, cleaned.type_height) for word in raw),
        cleaned.ink,
        cleaned.text_height,
        cleaned.skew,
        cleaned.steps,
    )


def _parts(word: tesseract.RawWord) -> Iterator[tesseract.RawWord]:
    """Cut a word after a dash that joins it to the next, as the transcript is cut.

    The box of a part is that of its letters: Tesseract's own box of a word takes
    in ink that it did not read, and that ink may be a letter.
    """
    if not word.letters or len(word.letters) != len(word.text):
        yield word
        return
    for match in WORD.finditer(word.text):
        letters = word.letters[match.start() : match.end()]
        left, top, right, bottom = zip(*(letter.box for letter in letters), strict=True)
        box = min(left), min(top), max(right), max(bottom)
        yield replace(word, text=match[0], box=box, letters=letters)


def _to_original(box: tuple[int, int, int, int], cleaned: Cleaned, page: Page) -> Box:
    """The box of the original that holds a box of the cleaned image, however it was turned."""
    left, top, right, bottom = box
    corners = np.array([[left, top], [right, top], [left, bottom], [right, bottom]], float)
    moved = cv2.transform(corners[None], cleaned.to_original)[0]
    most = page.width, page.height
    x, y = (int(value) for value in np.clip(np.floor(moved.min(axis=0)), 0, np.subtract(most, 1)))
    right, bottom = (int(value) for value in np.clip(np.ceil(moved.max(axis=0)), 0, most))
    return Box(x, y, max(right - x, 1), max(bottom - y, 1))


def _is_struck(strokes: Mask, box: Box) -> bool:
    part: NDArray[np.bool_] = strokes[box.y : box.bottom, box.x : box.right] > 0
    return bool(part.any(axis=0).mean() >= 0.6)
