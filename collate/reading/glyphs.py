"""The letters of a word as small images of one size, set on their baseline."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from collate.reading.tesseract import RawWord

HEIGHT, WIDTH = 34, 26  # pixels of a glyph image
X_HEIGHT = 13.0  # of a lower-case x in it
BASELINE = 24.0  # row on which the letters stand


def cut(image: NDArray[np.uint8], word: RawWord, text_height: float) -> NDArray[np.uint8]:
    """Cut out each letter of a word, all at one scale and with the baseline on one row.

    What stands to the left and right of the letter is cut away with its box;
    its height over the line is kept, so a `c` differs from a `C`.

    Args:
        image: of the page, as it was read.
        text_height: of a lower-case x, in pixels of `image`.

    Returns:
        Ink (255 black, 0 paper), shape (number of letters, HEIGHT, WIDTH).
    """
    scale = X_HEIGHT / text_height
    slope, offset = word.baseline
    glyphs = np.zeros((len(word.letters), HEIGHT, WIDTH), np.uint8)
    for number, letter in enumerate(word.letters):
        left, _, right, _ = letter.box
        middle = (left + right) / 2
        foot = slope * middle + offset
        matrix = np.array(
            [
                [scale, 0, WIDTH / 2 - scale * middle],
                [0, scale, BASELINE - scale * foot],
            ]
        )
        glyph = 255 - cv2.warpAffine(
            image, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderValue=255
        )
        half = min((right - left) / 2 * scale + 1.5, WIDTH / 2)
        glyph[:, : max(round(WIDTH / 2 - half), 0)] = 0
        glyph[:, round(WIDTH / 2 + half) :] = 0
        glyphs[number] = glyph
    return glyphs
