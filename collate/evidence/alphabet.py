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
        letters: what each row shows.
        rows: shape (number of images, HEIGHT × WIDTH).
        usual: for each letter, the likeness to its own kind that nine in ten images
            of it reach.
    """

    letters: NDArray[np.str_]
    rows: NDArray[np.float32]
    usual: dict[str, float]


def build(known: Iterable[tuple[str, Glyph]]) -> Alphabet:
    """Gather images of known letters, at most `MOST` of each, spread over the pages."""
    images: dict[str, list[Glyph]] = defaultdict(list)
    for letter, glyph in known:
        images[letter].append(glyph)
    letters: list[str] = []
    rows: list[Glyph] = []
    for letter, glyphs in sorted(images.items()):
        step = -(-len(glyphs) // MOST)
        for glyph in glyphs[::step]:
            letters.append(letter)
            rows.append(glyph)
    if not rows:
        return Alphabet(np.array([], np.str_), np.zeros((0, HEIGHT * WIDTH), np.float32), {})
    level, names = _level(np.stack(rows)), np.array(letters)
    return Alphabet(names, level, _usual(names, level))


def _usual(letters: NDArray[np.str_], rows: NDArray[np.float32]) -> dict[str, float]:
    """The tenth percentile of the likeness of each image to the others of its letter."""
    usual = {}
    for letter in np.unique(letters):
        own = rows[letters == letter]
        if len(own) > NEAREST + 1:
            alike = own @ own.T
            np.fill_diagonal(alike, -1)
            nearest = np.sort(alike, axis=1)[:, -NEAREST:].mean(axis=1)
            usual[str(letter)] = float(np.percentile(nearest, 10))
    return usual


def likeness(alphabet: Alphabet, glyph: Glyph) -> dict[str, float]:
    """How much a glyph looks like each letter: correlation, -1 to 1.

    The mean over the letter's `NEAREST` most alike images, each at its best
    shift of up to two pixels.
    """
    shifted = np.stack([np.roll(glyph, shift, axis=(0, 1)) for shift in SHIFTS])
    alike = (_level(shifted) @ alphabet.rows.T).max(axis=0)
    found = {}
    for letter in np.unique(alphabet.letters):
        best = np.sort(alike[alphabet.letters == letter])[-NEAREST:]
        found[str(letter)] = float(best.mean())
    return found


def rise(glyph: Glyph) -> float:
    """How high a letter stands over its baseline, as a multiple of a lower-case x."""
    inked = np.flatnonzero((glyph > 110).sum(axis=1) >= 2)
    return (BASELINE - float(inked[0])) / X_HEIGHT if inked.size else 0.0


def _level(glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    rows = glyphs.reshape(len(glyphs), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-6), dtype=np.float32)
