"""The strips of a scan on which a disputed place stands, cut out to be read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from collate.differences.finding import Aligned, Finding
from collate.model import Box, InkZone, Page, Word
from collate.reading.pages import Reading

CONTEXT = 2  # words on either side, so that the place is read in its line
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of one text line, in pixels of the original.

    Attributes:
        zone: it is ink that nobody has read, of one line or several.
    """

    page: int
    box: Box
    zone: bool = False


@dataclass(frozen=True, slots=True)
class Disputed:
    """A finding with the strips that show it and the words that surround it.

    Attributes:
        before, after: words of the first reading on either side.
    """

    finding: Finding
    strips: tuple[Strip, ...]
    before: tuple[Word, ...]
    after: tuple[Word, ...]


def disputed(
    finding: Finding, aligned: Aligned, pages: dict[int, Reading], loose: Sequence[InkZone]
) -> Disputed:
    """Find the strips around a finding: one, or two where it stands at the end of a line.

    Where the reading has nothing, also the unread ink between its neighbours.

    Args:
        loose: ink that belongs to no word, of all pages.
    """
    first, last = finding.words
    before = aligned.words[max(first - CONTEXT, 0) : first]
    after = aligned.words[last : last + CONTEXT]
    inside = aligned.words[first:last]
    lines: dict[tuple[int, int], Box] = {}
    for word in (*before, *inside, *after):
        place = word.page, word.line
        lines[place] = lines[place].union(word.box) if place in lines else word.box
    if not inside and len(lines) > 1:
        # Nothing was read here: the words may stand beyond the end of either line.
        room = 30 * len(aligned.transcript.text[finding.start : finding.end])
        for place in {(word.page, word.line) for word in before}:
            box = lines[place]
            width = min(room, pages[place[0]].page.width - box.right)
            lines[place] = Box(box.x, box.y, box.width + width, box.height)
        for place in {(word.page, word.line) for word in after}:
            box = lines[place]
            x = max(box.x - room, 0)
            lines[place] = Box(x, box.y, box.right - x, box.height)
    strips = [Strip(page, box) for (page, _), box in lines.items()]
    if not inside:
        strips += [
            Strip(zone.page, zone.box, True) for zone in loose if _lies_between(zone, before, after)
        ]
    return Disputed(finding, tuple(strips), before, after)


def _lies_between(zone: InkZone, before: Sequence[Word], after: Sequence[Word]) -> bool:
    """Whether a zone stands below the words before a place and above those after it."""
    y = zone.box.middle[1]
    below = (
        not before
        or before[-1].page < zone.page
        or (before[-1].page == zone.page and y > before[-1].box.y)
    )
    above = (
        not after
        or after[0].page > zone.page
        or (after[0].page == zone.page and y < after[0].box.bottom)
    )
    return below and above


def cut(pixels: Grey, strip: Box, page: Page, *, text_height: float, skew: float) -> Grey:
    """Cut a strip out of a page, level, with white around it.

    Args:
        pixels: of the whole page.
        text_height: of a lower-case x, in pixels; the strip is scaled to make it 24.
        skew: of the page, in degrees.
    """
    margin = round(0.5 * text_height)
    box = strip.grown(margin, page.width, page.height)
    scale = 24.0 / text_height
    size = max(round(box.width * scale), 1), max(round(box.height * scale), 1)
    x, y = box.middle
    matrix = cv2.getRotationMatrix2D((x, y), -skew, scale)
    matrix[:, 2] += np.array([size[0] / 2 - x, size[1] / 2 - y])
    flags = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_CUBIC
    level = cv2.warpAffine(pixels, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return stretch(level.astype(np.uint8))


def stretch(strip: Grey) -> Grey:
    """Set the paper to white and the ink to black."""
    dark, light = np.percentile(strip, (1, 75))
    if light - dark < 10:
        return strip
    spread = (strip.astype(np.float32) - dark) * (250 / (light - dark))
    return np.pad(spread.clip(0, 255).astype(np.uint8), 12, constant_values=255)
