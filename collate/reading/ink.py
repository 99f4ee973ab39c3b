"""Ink that no known word accounts for, gathered into zones."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from collate.model import Box, InkZone, Page
from collate.reading.clean import Mask, row_angle

REDUCED = 4  # zones are sought on a map of a quarter the size


def unexplained(
    page: Page, ink: Mask, known: Iterable[Box], *, text_height: float, skew: float
) -> tuple[InkZone, ...]:
    """Gather the ink outside the boxes of known words into zones of writing.

    Specks, punch holes and the dark edges of the scan are left out.

    Args:
        ink: of the page, in pixels of the original.
        known: boxes of words, in pixels of the original.
        text_height: of a lower-case x, in pixels of the original.
        skew: of the page, in degrees.
    """
    height, width = ink.shape
    # A quarter-size pixel is ink where at least an eighth of it is.
    size = (max(width // REDUCED, 1), max(height // REDUCED, 1))
    small = np.where(cv2.resize(ink, size, interpolation=cv2.INTER_AREA) > 32, 255, 0)
    small = small.astype(np.uint8)
    unit = text_height / REDUCED
    _drop_blots(small, unit)
    for box in known:
        margin = round(0.35 * text_height)
        grown = box.grown(margin, width, height)
        top, left = grown.y // REDUCED, grown.x // REDUCED
        small[top : -(-grown.bottom // REDUCED), left : -(-grown.right // REDUCED)] = 0
    _drop_specks(small, unit)
    reach = np.ones((max(round(1.8 * unit), 1), max(round(3.0 * unit), 1)), np.uint8)
    joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, reach)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined.astype(np.uint8))
    zones = []
    for label in range(1, count):
        x, y, wide, high, _ = (int(value) for value in stats[label])
        part = np.where(labels[y : y + high, x : x + wide] == label, 1, 0).astype(np.uint8)
        part = small[y : y + high, x : x + wide] * part
        amount = int((part > 0).sum())
        if amount < unit * unit or high < 0.7 * unit or wide < 0.7 * unit:
            continue
        box = Box(x * REDUCED, y * REDUCED, wide * REDUCED, high * REDUCED)
        slant = row_angle(part, reach=15.0) - skew if wide > 5 * unit else 0.0
        zones.append(InkZone(box, page.number, round(slant, 1), amount * REDUCED**2))
    return tuple(zones)


def _drop_blots(ink: Mask, unit: float) -> None:
    """Take away what is no writing: dark edges and punch holes."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    height, width = ink.shape
    for label in range(1, count):
        x, y, wide, high, area = stats[label]
        on_edge = x == 0 or y == 0 or x + wide >= width - 1 or y + high >= height - 1
        solid = area > 0.6 * wide * high and min(wide, high) > 1.5 * unit
        if (on_edge and max(wide, high) > 2 * unit) or solid:
            part = labels[y : y + high, x : x + wide] == label
            ink[y : y + high, x : x + wide][part] = 0


def _drop_specks(ink: Mask, unit: float) -> None:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sizes = np.maximum(stats[:, 2], stats[:, 3])
    kept = sizes >= max(0.6 * unit, 2)
    kept[0] = False
    ink[~kept[labels]] = 0
