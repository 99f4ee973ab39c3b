"""Areas of a page that are blacked out."""

from __future__ import annotations

import cv2
import numpy as np

from collate.model import Box
from collate.reading.clean import Mask


def blacked_out(ink: Mask, text_height: float) -> tuple[Box, ...]:
    """Solid rectangles at least two letters wide and as high as one.

    Args:
        ink: of the page, in pixels of the original.
        text_height: of a lower-case x, in pixels.
    """
    side = max(round(0.9 * text_height), 3)
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((side, 2 * side), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8))
    height, width = ink.shape
    found = []
    for label in range(1, count):
        x, y, wide, high, area = (int(value) for value in stats[label])
        on_edge = x == 0 or y == 0 or x + wide >= width or y + high >= height
        if area > 0.8 * wide * high and not on_edge:
            found.append(Box(x, y, wide, high))
    return tuple(found)
