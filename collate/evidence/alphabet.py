"""The document's own letters: which of two letters does the ink look like?

Most words of a transcript agree with the reading, so most letters on the page
are known. Their images make an alphabet of this very typewriter or type case,
with its worn and filled letters, and a disputed letter is compared with it.
No dictionary and no other document has a say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collate.reading.glyphs import BASELINE, HEIGHT, WIDTH, X_HEIGHT

MOST = 60  # images kept of each letter
NEAREST = 3
SHIFTS = tuple((dy, dx) for dy in (-2, -1, 0, 1, 2) for dx in (-2, -1, 0, 1, 2))

Glyph = NDArray[np.uint8]  # shape (HEIGHT, WIDTH)


@dataclass(frozen=True, eq=False)
class Alphabet:
    """Images of known letters, centred and of length 1, one row for each.

    Attributes:
        spans: for each letter its rows, first and past the last.
        rows: shape (number of images, HEIGHT × WIDTH).
        usual: for each letter, the likeness to its own kind that nine in ten images
            of it reach.
    """

    spans: dict[str, tuple[int, int]]
    rows: NDArray[np.float32]
    usual: dict[str, float]


def build(known: Iterable[tuple[str, Glyph]]) -> Alphabet:
    """Gather images of known letters, at most `MOST` of each, spread over the pages."""
    images: dict[str, list[Glyph]] = defaultdict(list)
    for letter, glyph in known:
        images[letter].append(glyph)
    spans: dict[str, tuple[int, int]] = {}
    rows: list[Glyph] = []
    for letter, glyphs in sorted(images.items()):
        first = len(rows)
        rows += glyphs[:: -(-len(glyphs) // MOST)]
        spans[letter] = first, len(rows)
    if not rows:
        return Alphabet({}, np.zeros((0, HEIGHT * WIDTH), np.float32), {})
    level = _level(np.stack(rows))
    return Alphabet(spans, level, _usual(spans, level))


def _usual(spans: dict[str, tuple[int, int]], rows: NDArray[np.float32]) -> dict[str, float]:
    """The tenth percentile of the likeness of each image to the others of its letter."""
    usual = {}
    for letter, (first, last) in spans.items():
        if last - first > NEAREST + 1:
            alike = rows[first:last] @ rows[first:last].T
            np.fill_diagonal(alike, -1)
            nearest = np.sort(alike, axis=1)[:, -NEAREST:].mean(axis=1)
            usual[letter] = float(np.percentile(nearest, 10))
    return usual


def likeness(alphabet: Alphabet, glyph: Glyph) -> dict[str, float]:
    """How much a glyph looks like each letter: correlation, -1 to 1.

    The mean over the letter's `NEAREST` most alike images, each at its best
    shift of up to two pixels.
    """
    alike = _best_shift(glyph, alphabet.rows)
    return {letter: _nearest(alike[first:last]) for letter, (first, last) in alphabet.spans.items()}


def likeness_to(alphabet: Alphabet, glyph: Glyph, letter: str) -> float | None:
    """The same for one letter alone; None where the alphabet does not have it."""
    if letter not in alphabet.spans:
        return None
    first, last = alphabet.spans[letter]
    return _nearest(_best_shift(glyph, alphabet.rows[first:last]))


def _best_shift(glyph: Glyph, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.stack([np.roll(glyph, shift, axis=(0, 1)) for shift in SHIFTS])
    return np.asarray((_level(shifted) @ rows.T).max(axis=0), dtype=np.float32)


def _nearest(alike: NDArray[np.float32]) -> float:
    return float(np.sort(alike)[-NEAREST:].mean())


def rise(glyph: Glyph) -> float:
    """How high a letter stands over its baseline, as a multiple of a lower-case x."""
    inked = np.flatnonzero((glyph > 110).sum(axis=1) >= 2)
    return (BASELINE - float(inked[0])) / X_HEIGHT if inked.size else 0.0


def _level(glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    rows = glyphs.reshape(len(glyphs), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-6), dtype=np.float32)
