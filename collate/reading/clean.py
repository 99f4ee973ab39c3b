"""A page's pixels → an image that is easier to read, and the way back from it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from collate.model import Box

Grey = NDArray[np.uint8]  # shape (height, width), 0 black to 255 white
Mask = NDArray[np.uint8]  # shape (height, width), 255 where there is ink

STEEPEST = 10.0  # degrees of skew that are looked for
SLIGHT_SKEW = 1.0  # degrees; Tesseract copes with less by itself
SMALL_TYPE = 10.0  # pixels of a lower-case x; enlarging larger type gains nothing


@dataclass(frozen=True, eq=False)
class Cleaned:
    """A page made ready for a reader.

    Attributes:
        image: what a reader should read.
        ink: where there is ink, in pixels of the original.
        strokes: the part of it that strikes words out.
        to_original: 2 × 3 affine matrix from pixels of `image` to the original's.
        text_height: of a lower-case x, in pixels of the original.
        type_height: the same in pixels of `image`.
        skew: degrees, positive where the lines of the original rise to the right.
        steps: what was done, in words.
    """

    image: Grey
    ink: Mask
    strokes: Mask
    to_original: NDArray[np.float64]
    text_height: float
    type_height: float
    skew: float
    steps: tuple[str, ...]


def clean(page: Grey) -> Cleaned:
    """Even out, level, enlarge, and free of strike-throughs, where a page calls for it.

    On a good scan each of these helps nothing and can harm; docs/decisions/0001 has
    the word errors with and without.
    """
    steps = []
    image = page
    if _is_uneven(page):
        image = even_paper(page)
        steps.append("divide by the tone of the paper")
    ink = find_ink(image)
    text_height = measure_text(ink)
    skew = measure_skew(ink)
    strokes = find_strokes(ink, text_height)
    if strokes.any():
        image = erase(image, ink, strokes)
        steps.append("take away strike-throughs")
    scale = 2.0 if text_height < SMALL_TYPE else 1.0
    angle = skew if abs(skew) >= SLIGHT_SKEW else 0.0
    to_clean = _turning(page.shape, angle, scale)
    if scale != 1.0 or angle:
        steps.append(f"enlarge {scale:g} times, turn by {angle:.2f} degrees clockwise")
        size = (round(page.shape[1] * scale), round(page.shape[0] * scale))
        image = cv2.warpAffine(
            image, to_clean, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.uint8)
    to_original = np.asarray(cv2.invertAffineTransform(to_clean), dtype=np.float64)
    return Cleaned(
        image, ink, strokes, to_original, text_height, text_height * scale, skew, tuple(steps)
    )


def even_paper(page: Grey) -> Grey:
    """Divide by the tone of the paper, so that shadows and stains turn white.

    The paper is what a median over an area wider than any letter leaves of a
    reduced page.
    """
    small = cv2.resize(page, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 21)
    paper = cv2.resize(paper, page.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.divide(page, paper, scale=245).astype(np.uint8)


def find_ink(image: Grey) -> Mask:
    """Where there is ink, by Otsu's threshold over the whole of an evened page."""
    if image.min() == image.max():
        return np.zeros_like(image)
    soft = cv2.GaussianBlur(image, (3, 3), 0)
    return cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1].astype(np.uint8)


def measure_text(ink: Mask) -> float:
    """Height of a lower-case x: the commonest height among letter-like blobs of ink."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height, area = (stats[1:, i] for i in (2, 3, 4))
    letters = height[(height >= 6) & (height <= 120) & (width <= 3 * height) & (area >= 12)]
    if letters.size < 20:
        return 20.0
    counts = np.convolve(np.bincount(letters, minlength=124), (1, 1, 1), mode="same")
    # Specks and dots outnumber the letters of a poor page, so weigh by size.
    return float(np.argmax(counts * np.arange(counts.size)))


def measure_skew(ink: Mask) -> float:
    """The angle at which the rows of ink stand out most sharply.

    Returns:
        Degrees, positive where lines rise to the right. After W. Postl,
        "Detection of linear oblique structures and skew scan in digitized
        documents", ICPR 1986.
    """
    reduce = min(1.0, 900 / max(ink.shape))
    small = cv2.resize(ink, None, fx=reduce, fy=reduce, interpolation=cv2.INTER_AREA)
    height, width = small.shape
    # A dark edge of the scan is as sharp as any line of text.
    small = small[height // 25 : height - height // 25, width // 25 : width - width // 25]
    return row_angle(small.astype(np.uint8), STEEPEST)


def row_angle(ink: Mask, reach: float) -> float:
    """The angle, up to `reach` degrees either way, at which rows of ink are sharpest."""
    width = ink.shape[1]
    margin = round(width / 2 * np.tan(np.radians(reach))) + 1
    padded = cv2.copyMakeBorder(ink, margin, margin, 0, 0, cv2.BORDER_CONSTANT, value=0)

    def sharpness(angle: float) -> float:
        turned = cv2.warpAffine(padded, _turning(padded.shape, angle, 1.0), padded.shape[::-1])
        rows = turned.sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    best = 0.0
    for span, step in ((reach, 1.0), (1.0, 0.25), (0.2, 0.05)):
        angles = np.arange(best - span, best + span + step / 2, step)
        best = float(max(angles, key=sharpness))
    return round(best, 2) if sharpness(best) > 1.05 * sharpness(0.0) else 0.0


def find_strokes(ink: Mask, text_height: float) -> Mask:
    """Strokes of the pen drawn through letters to strike them out.

    A stroke is long, thin and nearly level; it crosses stems (ink above it and
    below) and bridges the white between letters (neither). The feet of letters
    that run together do not cross, and the bars of an `e` do not bridge.

    Args:
        ink: of a page.
        text_height: of a lower-case x, in pixels of `ink`.
    """
    length = max(round(4 * text_height), 24)
    # A hand-drawn stroke wavers by some pixels, and a dry pen skips.
    tolerant = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    tolerant = cv2.morphologyEx(tolerant, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    runs = cv2.morphologyEx(tolerant, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    if not runs.any():
        return np.zeros_like(ink)
    runs = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, length), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs.astype(np.uint8))
    strokes = np.zeros_like(ink)
    for label in range(1, count):
        x, y, width, height, area = stats[label]
        thick, sloping = area / width, 0.1 * width + text_height / 2
        if thick <= max(0.6 * text_height, 5) and height <= sloping:
            part = labels[y : y + height, x : x + width] == label
            if _strikes(part, ink, x, y, round(0.5 * text_height)):
                _trace(ink, strokes, Box(x, y, width, height), text_height)
    return strokes


def _strikes(stroke: NDArray[np.bool_], ink: Mask, x: int, y: int, reach: int) -> bool:
    """Whether a stroke crosses letters and bridges the white between them."""
    columns = np.flatnonzero(stroke.any(axis=0))
    top = y + stroke.argmax(axis=0)[columns]
    bottom = y + stroke.shape[0] - stroke[::-1].argmax(axis=0)[columns]
    above = np.zeros(columns.size, bool)
    below = np.zeros(columns.size, bool)
    for step in range(2, reach):
        above |= ink[np.maximum(top - step, 0), x + columns] > 0
        below |= ink[np.minimum(bottom + step - 1, ink.shape[0] - 1), x + columns] > 0
    inked = (stroke & (ink[y : y + stroke.shape[0], x : x + stroke.shape[1]] > 0)).any(axis=0)
    crosses, bridges = (above & below).mean(), (~above & ~below).mean()
    return bool(crosses >= 0.3 and bridges >= 0.12 and inked.sum() >= 0.88 * columns.size)


def _trace(ink: Mask, strokes: Mask, found: Box, text_height: float) -> None:
    """Follow a stroke along the ink to both its ends, and paint it into `strokes`.

    The path is the cheapest from left to right that leaves the ink least and
    bends least (dynamic programming over columns).
    """
    height, width = ink.shape
    reach = round(3 * text_height)
    left, right = max(found.x - reach, 0), min(found.right + reach, width)
    top = max(found.y - reach // 4, 0)
    bottom = min(found.bottom + reach // 4, height)
    part = ink[top:bottom, left:right]
    # Dearest on paper, cheapest in the middle of the stroke.
    depth = cv2.distanceTransform(part, cv2.DIST_L1, 3)
    paper = np.select([depth == 0, depth < 2], [1.0, 0.2])
    columns = paper.shape[1]
    cost = np.empty_like(paper)
    came = np.zeros(paper.shape, np.int8)
    cost[:, 0] = paper[:, 0]
    for column in range(1, columns):
        before = np.pad(cost[:, column - 1], 1, constant_values=np.inf)
        ways = np.stack([before[:-2] + 0.4, before[1:-1], before[2:] + 0.4])
        came[:, column] = ways.argmin(axis=0) - 1
        cost[:, column] = ways.min(axis=0) + paper[:, column]
    path = np.empty(columns, int)
    path[-1] = cost[:, -1].argmin()
    for column in range(columns - 1, 0, -1):
        path[column - 1] = path[column] + came[path[column], column]
    inked = paper[path, np.arange(columns)] < 1
    # The stroke ends at the first white as wide as a letter, left and right.
    gap = np.convolve(inked, np.ones(max(round(0.6 * text_height), 3)), mode="same") < 1
    blank = np.flatnonzero(gap)
    first = max(blank[blank < found.x - left], default=0)
    last = min(blank[blank > found.right - left], default=columns)
    counts = (part > 0).sum(axis=0)[first:last]
    thick = float(np.percentile(counts[counts > 0], 20)) if counts.any() else 3.0
    half = round(thick / 2) + 1
    for column in np.flatnonzero(inked[first:last]) + first:
        row = top + path[column]
        band = slice(max(row - half, 0), row + half + 1)
        strokes[band, left + column] = ink[band, left + column]


def erase(image: Grey, ink: Mask, strokes: Mask) -> Grey:
    """Paint strokes over with paper, but keep the stems of letters that they cross."""
    thick = int(_thickness(strokes)) + 4
    bare = cv2.subtract(ink, strokes)
    cleared = image.copy()
    _, _, stats, _ = cv2.connectedComponentsWithStats(
        cv2.dilate(strokes, np.ones((9, 9), np.uint8))
    )
    for x, y, width, height, _ in stats[1:]:
        part = slice(max(y - thick, 0), y + height + thick), slice(x, x + width)
        crossing = cv2.morphologyEx(bare[part], cv2.MORPH_CLOSE, np.ones((thick, 1), np.uint8))
        gone = cv2.dilate(strokes[part], np.ones((3, 3), np.uint8))
        cleared[part][(gone > 0) & (crossing == 0)] = 255
    return cleared


def _thickness(strokes: Mask) -> float:
    return float((strokes > 0).sum() / max(strokes.any(axis=0).sum(), 1))


def _is_uneven(page: Grey) -> bool:
    """Whether the paper varies enough in tone to hide or to imitate ink."""
    small = cv2.resize(page, None, fx=0.0625, fy=0.0625, interpolation=cv2.INTER_AREA)
    if min(small.shape) < 8:
        return False
    paper = cv2.dilate(small, np.ones((5, 5), np.uint8))
    return float(np.percentile(paper, 98) - np.percentile(paper, 2)) > 12


def _turning(shape: tuple[int, ...], angle: float, scale: float) -> NDArray[np.float64]:
    """The matrix that turns a page clockwise by `angle` degrees about its middle."""
    height, width = shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, scale)
    matrix = np.asarray(turn, dtype=np.float64)
    matrix[:, 2] += np.array([width, height]) * ((scale - 1) / 2)
    return matrix
